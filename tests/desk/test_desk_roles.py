"""Who may do what: every function of the desk, called by every role, on a real store with ids that are right.

`RIGHTS` is the whole matrix. A function that takes a user and does not stand in it fails a test, so nobody adds one
without saying who may use it. What each role may do stands in `stories.people.MAY` and is read from there.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from builders import a_story
from cleared_sound import SOUND, quote, released, spoken_again
from mailed import mailed
from PIL import Image
from queue_help import stale
from role_place import ADULT, COMPOSERS, NEXT_WEEK, NOBODY, PASSWORD, SUBTITLES, TEXT, YES, Place

import desk
from desk import (
    accounts,
    administering,
    answering,
    basket,
    bigexport,
    calendar,
    card,
    changes,
    clips,
    consented,
    contacts,
    entry,
    examples,
    exporting,
    helping,
    helplines,
    house_files,
    insight_files,
    insights,
    jingles,
    lastwords,
    literal,
    models,
    names,
    nametable,
    naming,
    notes,
    oneperson,
    paper,
    piecelist,
    presence,
    publishing,
    queue,
    quoting,
    readback,
    ready,
    recognising,
    redacting,
    redactions,
    register,
    reviewing,
    rulemaking,
    searching,
    secondreading,
    speaking,
    tagging,
    taken,
    telling,
    templates,
    todo,
    transcribing,
    transcript_files,
    transcripts,
    translating,
    used,
    withteller,
)
from desk.contacts import Contact, Reason
from desk.insights import Selection
from desk.names import Style
from desk.places import Does
from desk.presence import Deel
from desk.readback import Heard
from stories.consent import Outcome, Party, Purpose, Way
from stories.errors import InputRefused, NotAllowed, NotFound, NotReady, Refused, VertelpuntError
from stories.lastword import LastWord
from stories.model import AgeBand, Piece, PieceKind, Story, StoryKind, Task, Teller, TellerRole, Voice, new_id
from stories.people import MAY, Act, Holder, Role, User
from stories.planned import PlannedState, Slot
from stories.products import FileKind
from stories.rulebook import RuleKind
from stories.terms import Terms
from stories.told import TellerTags, ThirdPerson
from stories.vault import Kind
from transcription import emptied

Doing = Callable[[User], object]


@dataclass(frozen=True)
class Right:
    """Any of `acts` is enough. `prepare` makes what is needed and gives the call for a user to try."""

    acts: tuple[Act, ...]
    prepare: Callable[[Place], Doing]


def of_story(function: Callable[..., Any], made: Callable[[Place], Story], *given: Any, saves: bool = False) -> Any:
    def prepare(place: Place) -> Doing:
        story = made(place)
        return lambda user: function(
            place.store, user, story.id, *given, **({"expected": story.row_version} if saves else {})
        )

    return prepare


def of_piece(function: Callable[..., Any], made: Callable[[Place], Piece], *, saves: bool = False, **given: Any) -> Any:
    def prepare(place: Place) -> Doing:
        piece = made(place)
        expected = {"expected": piece.row_version} if saves else {}
        return lambda user: function(place.store, user, piece.id, **given, **expected)

    return prepare


def _compose(place: Place) -> Doing:
    quote = place.quote()
    return lambda user: publishing.compose(place.store, user, [quote], title="Titel", publish_on=NEXT_WEEK)


def _forms_allowed(place: Place) -> Doing:
    quote = place.quote()
    return lambda user: publishing.forms_allowed(place.store, user, [quote], PieceKind.PODCAST, on=NEXT_WEEK)


def of_basket(function: Callable[..., object], *given: object) -> Callable[[Place], Doing]:
    """About a quote that may be read in a newsletter."""

    def prepare(place: Place) -> Doing:
        quote = place.quote()
        return lambda user: function(place.store, user, quote, *given)

    return prepare


def _make(place: Place) -> Doing:
    """Whoever may compose has a quote in their basket."""
    quote = place.quote()
    for user in place.staff.values():
        if user.may(Act.COMPOSE):
            basket.put(place.store, user, quote)
    return lambda user: basket.make(place.store, user, PieceKind.NIEUWSBRIEF, title="T", publish_on=NEXT_WEEK)


TEMPLATE = "titel: Onze aflevering\nblokken:\n  - citaten\n"


def _of_template(function: Callable[..., object], *given: str, **more: int) -> Callable[[Place], Doing]:
    return lambda place: lambda user: function(place.store, user, PieceKind.PODCAST, *given, **more)


def _take_again(place: Place) -> Doing:
    templates.save(place.store, place.staff[Role.BEHEERDER], PieceKind.PODCAST, TEMPLATE, expected=1)
    return lambda user: templates.take_again(place.store, user, PieceKind.PODCAST, 1, expected=2)


def _edit(place: Place) -> Doing:
    piece = place.piece()
    return lambda user: publishing.edit(
        place.store, user, piece.id, title="Anders", preheader="", publish_on=NEXT_WEEK, blocks=piece.blocks,
        expected=piece.row_version,
    )  # fmt: skip


MAILED: dict[str, Any] = {"channel": "mail", "on": date(2020, 1, 2)}


def _of_bundle(function: Callable[..., object]) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        export = place.bundle()
        return lambda user: function(place.store, user, export)

    return prepare


def _publish(place: Place) -> Doing:
    """By everybody who tries, each of the piece as it is by then."""
    piece = place.released_piece()

    def publish(user: User) -> object:
        with place.store.read() as books:
            now = books.piece(piece.id)
        return mailed(place.store, user, now)

    return publish


def _take_down(place: Place) -> Doing:
    one = place.publication()
    return lambda user: register.take_down(place.store, user, one.id)


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


def of_heard_quote(function: Callable[..., Any], *given: Any) -> Callable[[Place], Doing]:
    """About a quote of a released story with sound and a safe recording."""

    def prepare(place: Place) -> Doing:
        one = quote(place.store, released(place.store))
        return lambda user: function(place.store, user, one.id, *given)

    return prepare


def of_clip(function: Callable[..., Any], **given: Any) -> Callable[[Place], Doing]:
    """About words of such a story that were spoken again."""

    def prepare(place: Place) -> Doing:
        clip = spoken_again(place.store, quote(place.store, released(place.store)))
        return lambda user: function(place.store, user, clip.id, **given)

    return prepare


def _heard_clip(place: Place) -> Doing:
    clip = spoken_again(place.store, quote(place.store, released(place.store)))
    return lambda user: clips.heard(place.store, user, clip.id, digest=clip.digest)


def _revoice(place: Place) -> Doing:
    one, settings = quote(place.store, released(place.store)), place.store.settings
    return lambda user: clips.revoice(place.store, user, one.id, SOUND, settings=settings)


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


def _add_user(place: Place) -> Doing:
    return lambda user: accounts.add_user(place.store, user, f"nieuw {user.name}", PASSWORD, [Role.REDACTEUR])


def _set_active(place: Place) -> Doing:
    return lambda user: accounts.set_active(place.store, user, place.staff[Role.COMMUNICATIE].id, False)


def _begin(place: Place) -> Doing:
    answers = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    return lambda user: telling.begin(place.store, answers, kind=StoryKind.TEXT, helper=user)


TERMS = json.dumps(Terms().to_json() | {"proof_years": 6})


def _propose(place: Place) -> Doing:
    return lambda user: rulemaking.propose(place.store, user, RuleKind.TERMS, TERMS, expected=rulemaking.BUILT_IN)


def _of_waiting(function: Callable[..., object]) -> Callable[[Place], Doing]:
    """A proposal of an administrator who is not the one of this place waits."""

    def prepare(place: Place) -> Doing:
        with place.store.write() as books:
            rule = books.propose_rule(RuleKind.TERMS, TERMS, "u-ander", first=2)
        return lambda user: function(place.store, user, RuleKind.TERMS, rule.version)

    return prepare


def of_case(
    function: Callable[..., Any], made: Callable[[Place], Story], *given: Any, **words: Any
) -> Callable[[Place], Doing]:
    """A function of the ervaringswerker's desk about a case that the ervaringswerker of the place took."""

    def prepare(place: Place) -> Doing:
        story = made(place)
        return lambda user: function(place.store, user, story.id, *given, **words)

    return prepare


def _own_case(check: Callable[..., Story]) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        story = place.taken()

        def look(user: User) -> Story:
            with place.store.read() as books:
                return check(books, user, story.id)

        return look

    return prepare


def _finish(place: Place) -> Doing:
    task = place.task()
    return lambda user: helping.finish(place.store, user, task)


def _asked(function: Callable[..., Any], *given: Any, reason: Reason = Reason.HERCONTACT) -> Callable[[Place], Doing]:
    """About an ask of another contactpersoon."""

    def prepare(place: Place) -> Doing:
        ask = place.ask(place.second(), reason)
        return lambda user: function(place.store, user, ask, *given)

    return prepare


def _granted(function: Callable[..., Any], *given: Any, reason: Reason = Reason.HERCONTACT) -> Callable[[Place], Doing]:
    """About an ask of the contactpersoon of the place, to which another one agreed."""

    def prepare(place: Place) -> Doing:
        ask = place.ask(place.staff[Role.CONTACTPERSOON], reason)
        contacts.approve_contact(place.store, place.second(), ask)
        return lambda user: function(place.store, user, ask, *given)

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


def of_own_product(function: Callable[..., Any], *given: Any, answers: bool = False) -> Callable[[Place], Doing]:
    """About an offered newsletter in which a case of the ervaringswerker is quoted."""

    def prepare(place: Place) -> Doing:
        story, piece = place.own_product()
        words = {"digest": piece.digest} if answers else {}
        return lambda user: function(place.store, user, story.id, piece.id, *given, **words)

    return prepare


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


def _done(place: Place) -> Doing:
    """A task of the communications team."""
    with place.store.write() as books:
        story = books.add_story(a_story())
        task = Task(new_id("t"), "take_down", story.id, "p1", "communicatie", NEXT_WEEK)
        books.add_task(task)
    return lambda user: todo.done(place.store, user, task.id)


def _of_model(function: Callable[..., object], what: str) -> Callable[[Place], Doing]:
    return lambda place: lambda user: function(place.store, place.store.settings, user, what)


def _insights_along(place: Place) -> Doing:
    circle = Selection(Purpose.KENNISKRING)
    return lambda user: insight_files.export(place.store, user, circle, "csv")


def _big_export(function: Callable[..., object]) -> Callable[[Place], Doing]:
    """A colleague who is not of this place asked to take it along."""

    def prepare(place: Place) -> Doing:
        piece = place.released_piece()
        with place.store.write() as books:
            colleague = books.add_user(f"collega {new_id('x')}", PASSWORD, [Role.COMMUNICATIE])
        bigexport.ask(place.store, colleague, piece.id, digest=piece.digest)
        return lambda user: function(place.store, user, piece.id, digest=piece.digest)

    return prepare


def _of_planned(function: Callable[..., object], *given: object, **words: object) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        item = place.planned()
        return lambda user: function(place.store, user, item.id, *given, **words)

    return prepare


def _move(place: Place) -> Doing:
    item = place.planned()
    return lambda user: calendar.move(
        place.store, user, item.id, day=item.day, slot=item.slot, title="Anders", owner=item.owner, expected=0
    )


CLEARED = (Act.SEE_CLEARED,)
TAKE_ALONG = (Act.EXPORT, Act.RELEASE_PIECE)
HELPER = (Act.TAKE_STORY,)
VAULT = (Act.OPEN_CONTACT,)
NAMES = (Act.OPEN_NAMES,)
SEARCHERS = (Act.READ_STORY, Act.SEE_CLEARED)
READS = (Act.READ_STORY,)
LISTENERS = (Act.COMPOSE, Act.RELEASE_PIECE)


def _new_file(place: Place) -> Doing:
    """Another picture for everybody who tries: the same one twice is no second file."""
    colours = iter(range(1, 100))

    def add(user: User) -> object:
        picture = BytesIO()
        Image.new("RGB", (8, 8), (next(colours), 0, 0)).save(picture, "PNG")
        return house_files.add(place.store, place.store.settings, user, FileKind.BEELD, picture)

    return add


def _described(place: Place) -> Doing:
    file = place.house_file()
    return lambda user: house_files.describe(place.store, user, file, name="Ander", credit="Van ons", synthetic=False)


def of_file(function: Callable[..., Any], *given: Any) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        file = place.house_file()
        return lambda user: function(place.store, user, file.id, *given)

    return prepare


RIGHTS: dict[str, Right] = {
    "house_files.errand": Right((Act.COMPOSE,), lambda place: lambda user: house_files.errand(user, FileKind.INTRO)),
    "jingles.load": Right(
        (Act.COMPOSE,), lambda place: lambda user: jingles.load(place.store, place.store.settings, user)
    ),
    "house_files.add": Right((Act.COMPOSE,), _new_file),
    "house_files.describe": Right((Act.COMPOSE,), _described),
    "house_files.put_away": Right((Act.COMPOSE,), of_file(house_files.put_away)),
    "house_files.shelf": Right(COMPOSERS, lambda place: lambda user: house_files.shelf(place.store, user)),
    "house_files.files": Right(COMPOSERS, lambda place: lambda user: house_files.files(place.store, user)),
    "house_files.size": Right(COMPOSERS, of_file(house_files.size)),
    "house_files.file_range": Right(COMPOSERS, of_file(house_files.file_range, 0, 4)),
    "taken.own_case": Right(HELPER, _own_case(taken.own_case)),
    "taken.going_on": Right(HELPER, _own_case(taken.going_on)),
    "helping.cases": Right(HELPER, lambda place: lambda user: helping.cases(place.store, user)),
    "helping.case": Right(HELPER, of_case(helping.case, Place.taken)),
    "helping.start": Right(HELPER, lambda place: lambda user: helping.start(place.store, user, ADULT)),
    "helping.correct_teller": Right(HELPER, of_case(helping.correct_teller, Place.begun, ADULT)),
    "helping.write_down": Right(HELPER, of_case(helping.write_down, Place.begun, TEXT)),
    "helping.drop_part": Right(HELPER, of_case(helping.drop_part, Place.taken, 1)),
    "helping.name_others": Right(HELPER, of_case(helping.name_others, Place.begun, [ThirdPerson("Emre")])),
    "helping.tag": Right(HELPER, of_case(helping.tag, Place.begun, TellerTags())),
    "helping.throw_away": Right(HELPER, of_case(helping.throw_away, Place.begun)),
    "helping.hand_in": Right(HELPER, of_case(helping.hand_in, Place.taken)),
    "helping.new_code": Right(HELPER, of_case(helping.new_code, Place.taken_in, Holder.VERTELLER)),
    "helping.finish": Right(HELPER, _finish),
    "answering.record_answers": Right(HELPER, of_case(answering.record_answers, Place.begun, YES)),
    "answering.record_answer": Right(HELPER, of_case(answering.record_answer, Place.begun, Party.TELLER, Outcome.JA)),
    "entry.record_form": Right(
        HELPER, of_case(entry.record_form, Place.begun, {"own": Outcome.JA}, paper.SAID.fields, way=Way.PAPIER)
    ),
    "answering.bind_proof": Right(HELPER, of_case(answering.bind_proof, Place.with_proof)),
    "readback.reading": Right(HELPER, of_case(readback.reading, Place.taken_and_worked)),
    "readback.read_back": Right(HELPER, of_case(readback.read_back, Place.taken_and_worked, Heard.AKKOORD, number=1)),
    "readback.stop": Right(HELPER, of_case(readback.stop, Place.taken_in)),
    "readback.products": Right(HELPER, of_case(readback.products, Place.taken_in)),
    "readback.see_product": Right(HELPER, of_own_product(readback.see_product)),
    "readback.answer_product": Right(HELPER, of_own_product(readback.answer_product, LastWord.AKKOORD, answers=True)),
    "readback.wishes": Right((Act.OPEN_ORIGINAL,), of_story(readback.wishes, Place.worked)),
    "contacts.keep_contact": Right(
        HELPER,
        of_case(
            contacts.keep_contact,
            lambda place: place.taken((Purpose.HERCONTACT, None)),
            Holder.VERTELLER,
            Contact(phone="06 12345678"),
        ),
    ),
    "contacts.with_contact": Right(VAULT, lambda place: lambda user: contacts.with_contact(place.store, user)),
    "contacts.ask_contact": Right(VAULT, of_case(contacts.ask_contact, Place.with_contact, Reason.HERCONTACT)),
    "contacts.asks": Right(VAULT, lambda place: lambda user: contacts.asks(place.store, user)),
    "contacts.approve_contact": Right(VAULT, _asked(contacts.approve_contact)),
    "contacts.refuse_contact": Right(VAULT, _asked(contacts.refuse_contact)),
    "contacts.open_contact": Right(VAULT, _granted(contacts.open_contact)),
    "contacts.replace_code": Right(VAULT, _granted(contacts.replace_code, Holder.VERTELLER, reason=Reason.CODE_KWIJT)),
    "nametable.with_table": Right(NAMES, lambda place: lambda user: nametable.with_table(place.store, user)),
    "nametable.ask_table": Right(NAMES, of_story(nametable.ask_table, Place.worked, nametable.Reason.VEILIGHEID)),
    "nametable.asks": Right(NAMES, lambda place: lambda user: nametable.asks(place.store, user)),
    "nametable.approve_table": Right(NAMES, _names_asked(nametable.approve_table)),
    "nametable.refuse_table": Right(NAMES, _names_asked(nametable.refuse_table)),
    "nametable.open_table": Right(NAMES, _names_granted),
    "telling.begin": Right((Act.TAKE_STORY,), _begin),
    "todo.waiting": Right(tuple(todo.OWNERS.values()), lambda place: lambda user: todo.waiting(place.store, user)),
    "todo.done": Right((Act.EXPORT,), _done),
    "queue.queue": Right((Act.SEE_QUEUE,), lambda place: lambda user: queue.queue(place.store, user)),
    "queue.queue_row": Right((Act.SEE_QUEUE,), of_story(queue.queue_row, Place.worked)),
    "queue.next_for": Right((Act.SEE_QUEUE,), lambda place: lambda user: queue.next_for(place.store, user)),
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
    "clips.ask": Right((Act.COMPOSE,), of_heard_quote(clips.ask, Voice.PIEP, clips.PIEP)),
    "clips.errand": Right((Act.COMPOSE,), lambda place: lambda user: clips.errand(user, "q1", clips.MENS)),
    "clips.revoice": Right((Act.COMPOSE,), _revoice),
    "clips.remove": Right((Act.COMPOSE,), of_clip(clips.remove)),
    "clips.heard": Right(LISTENERS, _heard_clip),
    "clips.sound": Right(COMPOSERS, of_clip(clips.sound)),
    "clips.sound_range": Right(COMPOSERS, of_clip(clips.sound_range, start=0, stop=4)),
    "clips.seen": Right(LISTENERS, of_heard_quote(clips.seen)),
    "clips.waiting": Right(LISTENERS, lambda place: lambda user: clips.waiting(place.store, user)),
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
    "searching.search": Right(SEARCHERS, lambda place: lambda user: searching.search(place.store, user, "school")),
    "searching.choices": Right(SEARCHERS, lambda place: lambda user: searching.choices(place.store, user)),
    "notes.colleagues": Right(READS, lambda place: lambda user: notes.colleagues(place.store, user)),
    "notes.calls": Right(READS, lambda place: lambda user: notes.calls(place.store, user)),
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
    "quoting.quotes": Right(CLEARED, lambda place: lambda user: quoting.quotes(place.store, user)),
    "quoting.sources": Right(CLEARED, lambda place: lambda user: quoting.sources(place.store, user)),
    "quoting.source": Right(CLEARED, of_story(quoting.source, Place.released)),
    "basket.basket": Right((Act.COMPOSE,), lambda place: lambda user: basket.basket(place.store, user)),
    "basket.put": Right((Act.COMPOSE,), of_basket(basket.put)),
    "basket.cut": Right((Act.COMPOSE,), of_story(basket.cut, Place.released, 0, 20)),
    "basket.take_out": Right((Act.COMPOSE,), of_basket(basket.take_out)),
    "basket.move": Right((Act.COMPOSE,), of_basket(basket.move, 1)),
    "basket.clear": Right((Act.COMPOSE,), lambda place: lambda user: basket.clear(place.store, user)),
    "basket.make": Right((Act.COMPOSE,), _make),
    "publishing.cleared": Right((Act.SEE_CLEARED,), lambda place: lambda user: publishing.cleared(place.store, user)),
    "publishing.cut_quote": Right((Act.COMPOSE,), of_story(publishing.cut_quote, Place.released, 0, 20)),
    "publishing.compose": Right((Act.COMPOSE,), _compose),
    "publishing.derive": Right((Act.COMPOSE,), of_piece(publishing.derive, Place.piece, kind=PieceKind.ITEM)),
    "publishing.forms_allowed": Right((Act.COMPOSE,), _forms_allowed),
    "publishing.edit": Right((Act.COMPOSE,), _edit),
    "publishing.findings": Right(COMPOSERS, of_piece(publishing.findings, Place.piece)),
    "publishing.hints": Right(COMPOSERS, of_piece(publishing.hints, Place.piece)),
    "publishing.offer": Right((Act.COMPOSE,), of_piece(publishing.offer, Place.piece, saves=True)),
    "publishing.release": Right((Act.RELEASE_PIECE,), of_piece(publishing.release, Place.offered_piece, saves=True)),
    "exporting.export": Right((Act.EXPORT,), of_piece(exporting.export, Place.released_piece)),
    "exporting.ask": Right((Act.EXPORT,), of_piece(exporting.ask, Place.released_piece)),
    "exporting.coming": Right((Act.EXPORT,), of_piece(exporting.coming, Place.released_piece)),
    "exporting.stop": Right((Act.EXPORT,), of_piece(exporting.stop, Place.released_piece)),
    "exporting.opened": Right((Act.EXPORT,), _of_bundle(exporting.opened)),
    "exporting.download": Right((Act.EXPORT,), _of_bundle(exporting.download)),
    "register.publish": Right((Act.EXPORT,), _publish),
    "register.note_out": Right((Act.EXPORT,), of_piece(register.note_out, Place.blocked_piece, **MAILED)),
    "register.of_piece": Right((Act.EXPORT,), of_piece(register.of_piece, Place.released_piece)),
    "register.may_be_out": Right((Act.EXPORT,), of_piece(register.may_be_out, Place.released_piece)),
    "register.take_down": Right((Act.EXPORT,), _take_down),
    "register.listed": Right((Act.EXPORT,), lambda place: lambda user: register.listed(place.store, user)),
    "register.sheets": Right((Act.EXPORT,), lambda place: lambda user: register.sheets(place.store, user)),
    "calendar.overview": Right(
        CLEARED, lambda place: lambda user: calendar.overview(place.store, user, NEXT_WEEK, NEXT_WEEK)
    ),
    "calendar.detail": Right(CLEARED, _of_planned(calendar.detail)),
    "calendar.how_often": Right(CLEARED, lambda place: lambda user: calendar.how_often(place.store, user)),
    "calendar.as_ics": Right(CLEARED, lambda place: lambda user: calendar.as_ics(place.store, user, titles=True)),
    "calendar.choices": Right((Act.COMPOSE,), lambda place: lambda user: calendar.choices(place.store, user)),
    "calendar.plan": Right(
        (Act.COMPOSE,),
        lambda place: (
            lambda user: calendar.plan(place.store, user, day=NEXT_WEEK, slot=Slot.KENNISKRING, title="Kenniskring")
        ),
    ),
    "calendar.move": Right((Act.COMPOSE,), _move),
    "calendar.decide": Right((Act.COMPOSE,), _of_planned(calendar.decide, PlannedState.GEDAAN, expected=0)),
    "calendar.set_cadence": Right(
        (Act.COMPOSE,),
        lambda place: lambda user: calendar.set_cadence(place.store, user, {"nieuwsbrief": 4}, expected=0),
    ),
    "helplines.overview": Right((Act.EDIT_RULES,), lambda place: lambda user: helplines.overview(place.store, user)),
    "helplines.check": Right(
        (Act.EDIT_RULES,), lambda place: lambda user: helplines.check(place.store, user, "geldfit", expected=0)
    ),
    "literal.why_not": Right((Act.COMPOSE,), of_heard_quote(literal.why_not)),
    "literal.make": Right((Act.COMPOSE,), of_heard_quote(literal.make)),
    "oneperson.mode": Right((Act.EDIT_RULES,), lambda place: lambda user: oneperson.mode(place.store, user)),
    "oneperson.turn": Right(
        (Act.EDIT_RULES,), lambda place: lambda user: oneperson.turn(place.store, user, True, expected=0)
    ),
    "oneperson.of_story": Right((Act.RELEASE_STORY,), of_story(oneperson.of_story, Place.offered)),
    "oneperson.of_piece": Right((Act.RELEASE_PIECE,), of_piece(oneperson.of_piece, Place.offered_piece)),
    "bigexport.of_piece": Right(TAKE_ALONG, of_piece(bigexport.of_piece, Place.released_piece)),
    "bigexport.ask": Right((Act.EXPORT,), _big_export(bigexport.ask)),
    "bigexport.agree": Right(TAKE_ALONG, _big_export(bigexport.agree)),
    "templates.of": Right((Act.EDIT_RULES,), _of_template(templates.of)),
    "templates.try_out": Right((Act.EDIT_RULES,), _of_template(templates.try_out, TEMPLATE)),
    "templates.save": Right((Act.EDIT_RULES,), _of_template(templates.save, TEMPLATE, expected=1)),
    "templates.take_again": Right((Act.EDIT_RULES,), _take_again),
    "piecelist.lines": Right(COMPOSERS, lambda place: lambda user: piecelist.lines(place.store, user)),
    "publishing.pieces": Right(COMPOSERS, lambda place: lambda user: publishing.pieces(place.store, user)),
    "publishing.piece_view": Right(COMPOSERS, of_piece(publishing.piece_view, Place.piece)),
    "insights.look": Right(
        (Act.SEE_CLEARED,), lambda place: lambda user: insights.look(place.store, user, Selection())
    ),
    "insight_files.export": Right((Act.EXPORT_INSIGHTS,), _insights_along),
    "lastwords.said_of": Right(COMPOSERS, of_piece(lastwords.said_of, Place.piece)),
    "administering.health": Right(
        (Act.SEE_HEALTH,), lambda place: lambda user: administering.health(place.store, place.store.settings, user)
    ),
    "administering.audit_trail": Right(
        (Act.SEE_AUDIT,), lambda place: lambda user: administering.audit_trail(place.store, user)
    ),
    "models.overview": Right(
        (Act.MANAGE_MODELS,), lambda place: lambda user: models.overview(place.store, place.store.settings, user)
    ),
    "models.get": Right((Act.MANAGE_MODELS,), _of_model(models.get, "small")),
    "models.take_in": Right((Act.MANAGE_MODELS,), _of_model(models.take_in, "/geen/map/hier")),
    "models.stop": Right((Act.MANAGE_MODELS,), _of_model(models.stop, "small")),
    "models.remove": Right((Act.MANAGE_MODELS,), _of_model(models.remove, "tiny")),
    "rulemaking.overview": Right((Act.EDIT_RULES,), lambda place: lambda user: rulemaking.overview(place.store, user)),
    "rulemaking.history": Right(
        (Act.EDIT_RULES,), lambda place: lambda user: rulemaking.history(place.store, user, RuleKind.TERMS)
    ),
    "rulemaking.try_out": Right(
        (Act.EDIT_RULES,), lambda place: lambda user: rulemaking.try_out(place.store, user, RuleKind.TERMS, TERMS)
    ),
    "rulemaking.propose": Right((Act.EDIT_RULES,), _propose),
    "rulemaking.approve": Right((Act.EDIT_RULES,), _of_waiting(rulemaking.approve)),
    "rulemaking.drop": Right((Act.EDIT_RULES,), _of_waiting(rulemaking.drop)),
    "examples.load": Right(
        (Act.LOAD_EXAMPLES,), lambda place: lambda user: examples.load(place.store, place.store.settings, user)
    ),
    "accounts.add_user": Right((Act.MANAGE_USERS,), _add_user),
    "accounts.users": Right((Act.MANAGE_USERS,), lambda place: lambda user: accounts.users(place.store, user)),
    "accounts.set_active": Right((Act.MANAGE_USERS,), _set_active),
}

ABOUT_ONESELF = {
    "accounts.open_session": "for whoever proved who they are",
    "accounts.secret_link": "makes text of a secret that the caller holds",
    "accounts.change_password": "needs the old password of that very account",
}
"""Functions that take a user and ask for no act, each with its reason."""

WITHOUT_EXAMPLES = {
    "examples.load": NotReady,
    "secondreading.mark_read_through": Refused,  # whoever offered it does not read it through
    "reviewing.pause": NotFound,  # an ervaringswerker: own cases only
    "models.take_in": NotReady,  # there is no such folder, and no such model to remove
    "models.remove": NotFound,
    "speaking.propose": (NotReady, InputRefused),  # without the extra, or words with a place in the sound
}
"""Loading the examples decodes minutes of sound; here their folder is empty, which is found out after the rights."""


WITHOUT_A_LINE = {
    "helping.name_others": "part of the telling; handing it in is the decision",
    "helping.tag": "part of the telling; handing it in is the decision",
    **{f"basket.{done}": "a basket is one's own" for done in ("put", "take_out", "move", "clear")},
    "naming.spent": "seconds of work, told with the offer",
    "transcripts.undo": "an edit as those before it: one line an hour (log_once)",
}
"""Functions that write and leave no line in the audit, each with its reason."""


def functions_with_a_user() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(desk.__path__):
        room = importlib.import_module(f"desk.{module.name}")
        for name, function in inspect.getmembers(room, inspect.isfunction):
            own = function.__module__ == room.__name__ and not name.startswith("_")
            kinds = {str(parameter.annotation) for parameter in inspect.signature(function).parameters.values()}
            if own and any("User" in kind.replace("|", " ").split() for kind in kinds):
                found.add(f"{module.name}.{name}")
    return found


def test_every_function_that_takes_a_user_says_who_may_use_it() -> None:
    assert functions_with_a_user() == set(RIGHTS) | set(ABOUT_ONESELF)


def test_every_act_is_asked_somewhere() -> None:
    """An act that no function asks protects nothing."""
    asked = {act for right in RIGHTS.values() for act in right.acts}
    assert asked == set(Act)


def test_the_administrator_reads_no_story_and_whoever_reads_does_not_manage() -> None:
    content = {Act.READ_STORY, Act.OPEN_ORIGINAL, Act.SEE_CLEARED, Act.COMPOSE, Act.OPEN_CONTACT}
    assert not MAY[Role.BEHEERDER] & content
    assert all(Act.MANAGE_USERS not in MAY[role] for role in Role if MAY[role] & content)


@pytest.mark.parametrize("name", RIGHTS)
def test_a_function_is_for_exactly_the_roles_of_the_table(place: Place, name: str) -> None:
    right = RIGHTS[name]
    attempt = right.prepare(place)
    allowed = [role for role in Role if MAY[role] & set(right.acts)]
    others = [role for role in Role if role not in allowed]
    assert allowed and others
    before = place.snapshot()
    refused = [*(place.staff[role] for role in others), User("u-alle", "alle andere", frozenset(others)), NOBODY]
    for user in refused:
        with pytest.raises(NotAllowed) as refusal:
            attempt(user)
        assert refusal.value.code == "not_allowed" and refusal.value.message, user
    assert place.snapshot() == before, "whoever is refused changes nothing, not even the audit"
    assert set(RIGHTS) >= set(WITHOUT_A_LINE)
    for number, role in enumerate(allowed):
        was, lines = place.everything(), place.audit_lines()
        try:
            attempt(place.staff[role])
            decided = place.everything() != was
            logged = place.audit_lines() > lines
            assert logged or not decided or name in WITHOUT_A_LINE, "a decision leaves a line in the audit"
        except NotAllowed:
            pytest.fail(f"{role} may do this")
        except VertelpuntError as error:  # the work was done already, by the role before
            assert number > 0 or isinstance(error, WITHOUT_EXAMPLES.get(name, ())), (role, error)
    assert not stale(place.store), "what the queue counts with is true after anything that anybody does"
