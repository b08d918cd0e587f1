"""Who may read, listen to, edit and release a story."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rights import Doing, Right, of_house, of_story
from role_place import NEXT_WEEK, PASSWORD, SUBTITLES, Place

from desk import (
    card,
    changes,
    consented,
    names,
    nametable,
    naming,
    notes,
    presence,
    queue,
    ready,
    recognising,
    redacting,
    redactions,
    reviewing,
    searching,
    secondreading,
    speaking,
    tagging,
    transcribing,
    transcript_files,
    transcripts,
    translating,
    used,
    withteller,
)
from desk.names import Style
from desk.places import Does
from desk.presence import Deel
from stories.model import new_id
from stories.people import Act, Role, User
from stories.vault import Kind
from transcription import emptied


def _audio_range(place: Place) -> Doing:
    story = place.spoken()
    return lambda user: b"".join(reviewing.audio_range(place.store, user, story.id, Kind.AUDIO, 0, 4))


def _ask_for_bleeps(place: Place) -> Doing:
    story = place.bleeped()
    with place.store.write() as books:
        redactions.drop(books, story.id)
    return lambda user: redacting.ask(place.store, user, story.id)


def _safe_range(place: Place) -> Doing:
    story = place.bleeped()
    digest = place.safe_digest(story.id)
    return lambda user: b"".join(redacting.safe_range(place.store, user, story.id, digest, 0, 4))


def _given_back(place: Place) -> Doing:
    story = place.worked()

    def give_back(user: User) -> None:
        if user.may(Act.READ_STORY):
            queue.take(place.store, user, story.id, expected=None)
        queue.give_back(place.store, user, story.id)

    return give_back


def _read_through(place: Place) -> Doing:
    story = place.offered()
    with place.store.read() as books:
        digest = books.version(story.id).digest
    return lambda user: secondreading.mark_read_through(place.store, user, story.id, digest=digest)


def _heard_safe(place: Place) -> Doing:
    story = place.bleeped()
    digest = place.safe_digest(story.id)
    return lambda user: redacting.mark_redacted_heard(place.store, user, story.id, digest=digest)


def of_row(function: Callable[..., Any], *given: Any) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        story, row = place.telling_too_much()
        return lambda user: function(place.store, user, story.id, row, *given, expected=story.row_version)

    return prepare


def _asking_editor(place: Place) -> User:
    with place.store.write() as books:
        return books.add_user(f"collega {new_id('x')}", PASSWORD, [Role.REDACTEUR])


def _names_asked(function: Callable[..., object]) -> Callable[[Place], Doing]:
    """About an ask of a colleague who is not of this place."""

    def prepare(place: Place) -> Doing:
        story = place.worked()
        ask = nametable.ask_table(place.store, _asking_editor(place), story.id, nametable.Reason.VEILIGHEID)
        return lambda user: function(place.store, user, ask.id)

    return prepare


def _names_granted(place: Place) -> Doing:
    """Whoever may open names asked, and a colleague agreed; to everybody else it is not theirs to open."""
    story, colleague = place.worked(), _asking_editor(place)
    granted = {}
    for user in place.staff.values():
        if user.may(Act.OPEN_NAMES):
            ask = nametable.ask_table(place.store, user, story.id, nametable.Reason.VEILIGHEID)
            nametable.approve_table(place.store, colleague, ask.id)
            granted[user.id] = ask.id
    return lambda user: nametable.open_table(place.store, user, granted.get(user.id, ask.id))


def of_note(function: Callable[..., object], *given: Any) -> Callable[[Place], Doing]:
    """About a note of the editor of the place."""

    def prepare(place: Place) -> Doing:
        note = place.note()
        return lambda user: function(place.store, user, note, *given)

    return prepare


def _needs(place: Place) -> Doing:
    story = place.worked()
    seen = reviewing.review(place.store, place.staff[Role.REDACTEUR], story.id)
    return lambda user: ready.needs(place.store, user, seen)


NAMES = (Act.OPEN_NAMES,)
SEARCHERS = (Act.READ_STORY, Act.SEE_CLEARED)
READS = (Act.READ_STORY,)


RIGHTS: dict[str, Right] = {
    "nametable.with_table": Right(NAMES, of_house(nametable.with_table)),
    "nametable.ask_table": Right(NAMES, of_story(nametable.ask_table, Place.worked, nametable.Reason.VEILIGHEID)),
    "nametable.asks": Right(NAMES, of_house(nametable.asks)),
    "nametable.approve_table": Right(NAMES, _names_asked(nametable.approve_table)),
    "nametable.refuse_table": Right(NAMES, _names_asked(nametable.refuse_table)),
    "nametable.open_table": Right(NAMES, _names_granted),
    "queue.queue": Right((Act.SEE_QUEUE,), of_house(queue.queue)),
    "queue.queue_row": Right((Act.SEE_QUEUE,), of_story(queue.queue_row, Place.worked)),
    "queue.next_for": Right((Act.SEE_QUEUE,), of_house(queue.next_for)),
    "queue.take": Right((Act.READ_STORY,), of_story(partial(queue.take, expected=None), Place.worked)),
    "queue.give_back": Right((Act.READ_STORY,), _given_back),
    "queue.set_last_day": Right(
        (Act.READ_STORY,), of_story(partial(queue.set_last_day, expected=None), Place.worked, NEXT_WEEK)
    ),
    "reviewing.review": Right((Act.READ_STORY,), of_story(reviewing.review, Place.worked)),
    "reviewing.decide_names": Right((Act.EDIT_NAMES,), of_story(reviewing.decide_names, Place.worked, [], saves=True)),
    "names.set_style": Right((Act.EDIT_NAMES,), of_story(names.set_style, Place.worked, Style.ROLES, saves=True)),
    "names.suggested": Right((Act.EDIT_NAMES,), of_story(names.suggested, Place.worked, 0, 2)),
    "reviewing.confirm_themes": Right(
        (Act.CONFIRM_THEMES,), of_story(reviewing.confirm_themes, Place.worked, ["meedoen"], saves=True)
    ),
    "tagging.tagged_passages": Right((Act.READ_STORY,), of_story(tagging.tagged_passages, Place.worked)),
    "reviewing.mark_heard": Right((Act.OPEN_ORIGINAL,), of_story(reviewing.mark_heard, Place.worked)),
    "reviewing.mark_special": Right((Act.CONFIRM_THEMES,), of_story(reviewing.mark_special, Place.worked, False)),
    "reviewing.offer_for_release": Right(
        (Act.SUBMIT_FOR_RELEASE,), of_story(reviewing.offer_for_release, Place.heard, saves=True)
    ),
    "reviewing.release": Right((Act.RELEASE_STORY,), of_story(reviewing.release, Place.offered, saves=True)),
    "secondreading.mark_read_through": Right((Act.READ_STORY,), _read_through),
    "naming.opened": Right((Act.OPEN_ORIGINAL,), of_story(naming.opened, Place.worked)),
    "naming.change": Right(
        (Act.EDIT_NAMES,), of_story(naming.change, Place.worked, naming.Change(Does.MASK, 0, 4), saves=True)
    ),
    "naming.undo": Right((Act.EDIT_NAMES,), of_story(naming.undo, Place.decided, saves=True)),
    "naming.redo": Right((Act.EDIT_NAMES,), of_story(naming.redo, Place.taken_back, saves=True)),
    "naming.spent": Right((Act.EDIT_NAMES,), of_story(naming.spent, Place.worked, 30)),
    "reviewing.send_back": Right((Act.READ_STORY,), of_story(reviewing.send_back, Place.offered, saves=True)),
    "reviewing.pause": Right((Act.PAUSE,), of_story(reviewing.pause, Place.worked, saves=True)),
    "reviewing.resume": Right((Act.READ_STORY,), of_story(reviewing.resume, Place.paused, saves=True)),
    "reviewing.paused_row": Right((Act.READ_STORY,), of_story(reviewing.paused_row, Place.paused)),
    "reviewing.history": Right((Act.READ_STORY,), of_story(reviewing.history, Place.worked)),
    "reviewing.audio_size": Right((Act.OPEN_ORIGINAL,), of_story(reviewing.audio_size, Place.spoken)),
    "reviewing.audio_range": Right((Act.OPEN_ORIGINAL,), _audio_range),
    "recognising.seen": Right((Act.READ_STORY,), of_story(recognising.seen, Place.worked)),
    "recognising.write_instead": Right((Act.EDIT_NAMES,), of_row(recognising.write_instead, "ziek")),
    "recognising.let_stay": Right((Act.EDIT_NAMES,), of_row(recognising.let_stay, card.Reason.KERN)),
    "recognising.decide_again": Right((Act.EDIT_NAMES,), of_row(recognising.decide_again)),
    "redacting.ask": Right((Act.OPEN_ORIGINAL,), _ask_for_bleeps),
    "redacting.seen": Right((Act.READ_STORY,), of_story(redacting.seen, Place.bleeped)),
    "redacting.safe_sound": Right((Act.READ_STORY,), of_story(redacting.safe_sound, Place.bleeped)),
    "redacting.safe_range": Right((Act.READ_STORY,), _safe_range),
    "redacting.mark_redacted_heard": Right((Act.READ_STORY,), _heard_safe),
    "transcripts.opened": Right((Act.OPEN_ORIGINAL,), of_story(transcripts.opened, Place.written_out)),
    "transcripts.change": Right(
        (Act.EDIT_TEXT,), of_story(transcripts.change, Place.written_out, lambda t: emptied(t, 0), saves=True)
    ),
    "transcripts.retype": Right(
        (Act.EDIT_TEXT,), of_story(transcripts.retype, Place.written_out, 0, "Anders.", saves=True)
    ),
    "speaking.propose": Right((Act.EDIT_TEXT,), of_story(speaking.propose, Place.written_out)),
    "transcripts.undo": Right((Act.EDIT_TEXT,), of_story(transcripts.undo, Place.edited, saves=True)),
    "transcripts.listened": Right((Act.OPEN_ORIGINAL,), of_story(transcripts.listened, Place.written_out, [(0, 900)])),
    "transcripts.take_other": Right(
        (Act.EDIT_TEXT,), of_story(transcripts.take_other, Place.written_out, 0, saves=True)
    ),
    "transcripts.keep_own": Right((Act.EDIT_TEXT,), of_story(transcripts.keep_own, Place.written_out, 0)),
    "transcripts.find_names_now": Right((Act.EDIT_NAMES,), of_story(transcripts.find_names_now, Place.edited)),
    "transcript_files.export": Right(
        (Act.OPEN_ORIGINAL,), of_story(partial(transcript_files.export, original=True), Place.written_out, "srt")
    ),
    "transcript_files.imported": Right(
        (Act.EDIT_TEXT,), of_story(transcript_files.imported, Place.written_out, SUBTITLES, saves=True)
    ),
    "translating.ask": Right((Act.EDIT_TEXT,), of_story(translating.ask, Place.in_turkish)),
    "translating.english": Right((Act.OPEN_ORIGINAL,), of_story(translating.english, Place.in_turkish)),
    "speaking.is_listening": Right((Act.EDIT_TEXT,), of_story(speaking.is_listening, Place.written_out)),
    "transcribing.stop_work": Right((Act.EDIT_TEXT,), of_story(transcribing.stop_work, Place.written_out)),
    "transcribing.work_again": Right((Act.EDIT_TEXT,), of_story(transcribing.work_again, Place.written_out)),
    "transcribing.choose_language": Right(
        (Act.EDIT_TEXT,), of_story(transcribing.choose_language, Place.written_out, "tr", saves=True)
    ),
    "searching.search": Right(SEARCHERS, of_house(searching.search, "school")),
    "searching.choices": Right(SEARCHERS, of_house(searching.choices)),
    "notes.colleagues": Right(READS, of_house(notes.colleagues)),
    "notes.calls": Right(READS, of_house(notes.calls)),
    "notes.notes": Right(READS, of_story(notes.notes, Place.paused)),
    "notes.write": Right(READS, of_story(notes.write, Place.worked, "Kijk nog eens.")),
    "notes.rewrite": Right(READS, of_note(notes.rewrite, "Kijk nog eens goed.")),
    "notes.take_back": Right(READS, of_note(notes.take_back)),
    "notes.resolve": Right(READS, of_note(notes.resolve)),
    "notes.seen": Right(READS, of_story(notes.seen, Place.worked)),
    "presence.here": Right(READS, of_story(presence.here, Place.worked, Deel.NAMEN)),
    "changes.newest_line": Right(READS, of_story(changes.newest_line, Place.worked)),
    "changes.changes_since": Right(READS, of_story(changes.changes_since, Place.worked, 0)),
    "consented.consented": Right(READS, of_story(consented.consented, Place.worked)),
    "used.used": Right(READS, of_story(used.used, Place.worked)),
    "ready.needs": Right(READS, _needs),
    "withteller.standing_of": Right(READS, of_story(withteller.standing_of, Place.with_teller)),
    "withteller.send": Right((Act.SUBMIT_FOR_RELEASE,), of_story(withteller.send, Place.worked, saves=True)),
    "withteller.fetch_back": Right(
        (Act.SUBMIT_FOR_RELEASE,), of_story(withteller.fetch_back, Place.with_teller, saves=True)
    ),
}
