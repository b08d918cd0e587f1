"""Ids that are not there, or of another kind of thing: every function of the desk says "not found"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from cleared_sound import spoken_again
from role_place import ADULT, NEXT_WEEK, PASSWORD, SUBTITLES, TEXT, YES, Place

from desk import (
    accounts,
    answering,
    basket,
    bigexport,
    calendar,
    changes,
    clips,
    consented,
    contacts,
    entry,
    exporting,
    following,
    helping,
    helplines,
    house_files,
    insight_files,
    literal,
    names,
    nametable,
    naming,
    notes,
    oneperson,
    paper,
    presence,
    publishing,
    queue,
    quoting,
    readback,
    recognising,
    redacting,
    register,
    reviewing,
    secondreading,
    tagging,
    transcribing,
    transcript_files,
    transcripts,
    translating,
    used,
    withteller,
)
from desk.card import Reason as CardReason
from desk.contacts import Contact, Reason
from desk.insights import Selection
from desk.places import Does
from desk.readback import Heard
from stories import clock
from stories.consent import Outcome, Purpose, Way
from stories.errors import InputRefused, NotAllowed, NotFound
from stories.lastword import LastWord
from stories.model import PieceKind, Story, Voice
from stories.people import Holder, Role, User
from stories.planned import PlannedState, Slot
from stories.store import Store
from stories.told import TellerTags
from stories.vault import Kind

NO_TEXT = ("v\x00", "\ud800")
NONSENSE = ("", "v0", "u0", "../../etc/passwd", "' OR 1=1 --", "%", "x" * 5000, "é🙂", "v0\n", *NO_TEXT)


def editor_calls(place: Place, some_id: str) -> dict[str, Callable[[], object]]:
    """Every function that takes an id, with `some_id`, by somebody who may."""
    store, staff = place.store, place.staff
    editor, releaser, officer = staff[Role.REDACTEUR], staff[Role.VRIJGEVER], staff[Role.COMMUNICATIE]
    return helper_calls(store, place.helper, some_id) | {
        "export_transcript": lambda: transcript_files.export(store, editor, some_id, "vtt"),
        "import_transcript": lambda: transcript_files.imported(store, editor, some_id, SUBTITLES, expected=1),
        "put_away": lambda: house_files.put_away(store, officer, some_id),
        "file_size": lambda: house_files.size(store, releaser, some_id),
        "file_range": lambda: house_files.file_range(store, releaser, some_id, 0, 1),
        "queue_row": lambda: queue.queue_row(store, editor, some_id),
        "take": lambda: queue.take(store, editor, some_id, expected=None),
        "give_back": lambda: queue.give_back(store, editor, some_id),
        "set_last_day": lambda: queue.set_last_day(store, editor, some_id, NEXT_WEEK, expected=None),
        "transcript": lambda: transcripts.opened(store, editor, some_id),
        "retype": lambda: transcripts.retype(store, editor, some_id, 0, "a", expected=1),
        "undo_edit": lambda: transcripts.undo(store, editor, some_id, expected=1),
        "take_other": lambda: transcripts.take_other(store, editor, some_id, 0, expected=1),
        "listened": lambda: transcripts.listened(store, editor, some_id, [(0, 1)]),
        "stop_work": lambda: transcribing.stop_work(store, editor, some_id),
        "work_again": lambda: transcribing.work_again(store, editor, some_id),
        "choose_language": lambda: transcribing.choose_language(store, editor, some_id, "tr", expected=1),
        "english": lambda: translating.english(store, editor, some_id),
        "wishes": lambda: readback.wishes(store, editor, some_id),
        "pause_own": lambda: reviewing.pause(store, place.helper, some_id, expected=1),
        "ask_contact": lambda: contacts.ask_contact(store, staff[Role.CONTACTPERSOON], some_id, Reason.HERCONTACT),
        "approve_contact": lambda: contacts.approve_contact(store, staff[Role.CONTACTPERSOON], some_id),
        "refuse_contact": lambda: contacts.refuse_contact(store, staff[Role.CONTACTPERSOON], some_id),
        "open_contact": lambda: contacts.open_contact(store, staff[Role.CONTACTPERSOON], some_id),
        "replace_code": lambda: contacts.replace_code(store, staff[Role.CONTACTPERSOON], some_id, Holder.VERTELLER),
        "notes": lambda: notes.notes(store, releaser, some_id),
        "write_note": lambda: notes.write(store, editor, some_id, "Kijk nog eens."),
        "see_notes": lambda: notes.seen(store, releaser, some_id),
        "rewrite_note": lambda: notes.rewrite(store, editor, some_id, "Kijk nog eens goed."),
        "resolve_note": lambda: notes.resolve(store, releaser, some_id),
        "take_back_note": lambda: notes.take_back(store, editor, some_id),
        "is_here": lambda: presence.here(store, editor, some_id, presence.Deel.NAMEN),
        "newest_line": lambda: changes.newest_line(store, editor, some_id),
        "changes_since": lambda: changes.changes_since(store, editor, some_id, 0),
        "consented": lambda: consented.consented(store, editor, some_id),
        "used": lambda: used.used(store, editor, some_id),
        "with_teller": lambda: withteller.standing_of(store, editor, some_id),
        "to_teller": lambda: withteller.send(store, editor, some_id, expected=1),
        "from_teller": lambda: withteller.fetch_back(store, editor, some_id, expected=1),
        "answer_alone": lambda: withteller.answer(store, some_id, Heard.AKKOORD, number=1),
        "review": lambda: reviewing.review(store, editor, some_id),
        "set_style": lambda: names.set_style(store, editor, some_id, names.Style.ROLES, expected=1),
        "suggested": lambda: names.suggested(store, editor, some_id, 0, 1),
        "ask_table": lambda: nametable.ask_table(store, editor, some_id, nametable.Reason.VEILIGHEID),
        "approve_table": lambda: nametable.approve_table(store, editor, some_id),
        "refuse_table": lambda: nametable.refuse_table(store, editor, some_id),
        "open_table": lambda: nametable.open_table(store, editor, some_id),
        "decide_names": lambda: reviewing.decide_names(store, editor, some_id, [], expected=1),
        "confirm_themes": lambda: reviewing.confirm_themes(store, editor, some_id, [], expected=1),
        "tagged_passages": lambda: tagging.tagged_passages(store, editor, some_id),
        "mark_heard": lambda: reviewing.mark_heard(store, editor, some_id),
        "mark_special": lambda: reviewing.mark_special(store, editor, some_id, True),
        "offer_for_release": lambda: reviewing.offer_for_release(store, editor, some_id, expected=1),
        "release": lambda: reviewing.release(store, releaser, some_id, expected=1),
        "send_back": lambda: reviewing.send_back(store, releaser, some_id, expected=1),
        "pause": lambda: reviewing.pause(store, releaser, some_id, expected=1),
        "resume": lambda: reviewing.resume(store, releaser, some_id, expected=1),
        "paused_row": lambda: reviewing.paused_row(store, releaser, some_id),
        "audio_size": lambda: reviewing.audio_size(store, editor, some_id),
        "audio_range": lambda: list(reviewing.audio_range(store, editor, some_id, Kind.AUDIO, 0, 1)),
        "card": lambda: recognising.seen(store, editor, some_id),
        "write_instead": lambda: recognising.write_instead(store, editor, some_id, "0", "ziek", expected=1),
        "let_stay": lambda: recognising.let_stay(store, editor, some_id, "0", CardReason.KERN, expected=1),
        "decide_again": lambda: recognising.decide_again(store, editor, some_id, "0", expected=1),
        "ask_for_bleeps": lambda: redacting.ask(store, editor, some_id),
        "seen_bleeps": lambda: redacting.seen(store, editor, some_id),
        "safe_sound": lambda: redacting.safe_sound(store, releaser, some_id),
        "safe_range": lambda: redacting.safe_range(store, releaser, some_id, "", 0, 1),
        "redacted_heard": lambda: redacting.mark_redacted_heard(store, releaser, some_id, digest=""),
        "ask_clip": lambda: clips.ask(store, editor, some_id, Voice.PIEP, clips.PIEP),
        "revoice": lambda: clips.revoice(store, editor, some_id, BytesIO(), settings=store.settings),
        "seen_clips": lambda: clips.seen(store, editor, some_id),
        "remove_clip": lambda: clips.remove(store, editor, some_id),
        "clip_sound": lambda: clips.sound(store, officer, some_id),
        "clip_range": lambda: clips.sound_range(store, releaser, some_id, 0, 1),
        "clip_heard": lambda: clips.heard(store, releaser, some_id, digest=""),
        "planned": lambda: calendar.detail(store, editor, some_id),
        "move_planned": lambda: calendar.move(
            store, editor, some_id, day=NEXT_WEEK, slot=Slot.ANDERS, title="T", owner=editor.id, expected=0
        ),
        "decide_planned": lambda: calendar.decide(store, editor, some_id, PlannedState.GEDAAN, expected=0),
        "plan_piece": lambda: calendar.plan(
            store, editor, day=NEXT_WEEK, slot=Slot.ANDERS, title="T", piece_id=some_id
        ),
        "check_helpline": lambda: helplines.check(store, staff[Role.BEHEERDER], some_id, expected=0),
        "why_not_literal": lambda: literal.why_not(store, editor, some_id),
        "make_literal": lambda: literal.make(store, editor, some_id),
        "alone_story": lambda: oneperson.of_story(store, releaser, some_id),
        "alone_piece": lambda: oneperson.of_piece(store, releaser, some_id),
        "big_export": lambda: bigexport.of_piece(store, officer, some_id),
        "ask_big": lambda: bigexport.ask(store, officer, some_id, digest=""),
        "agree_big": lambda: bigexport.agree(store, officer, some_id, digest=""),
        "quote_source": lambda: quoting.source(store, editor, some_id),
        "cut_into_basket": lambda: basket.cut(store, editor, some_id, 0, 1),
        "put_in_basket": lambda: basket.put(store, editor, some_id),
        "cut_quote": lambda: publishing.cut_quote(store, editor, some_id, 0, 1),
        "compose": lambda: publishing.compose(store, editor, [some_id], title="T", publish_on=NEXT_WEEK),
        "edit": lambda: publishing.edit(
            store, editor, some_id, title="T", preheader="", publish_on=NEXT_WEEK, blocks=[], expected=1
        ),
        "derive": lambda: publishing.derive(store, editor, some_id, PieceKind.ITEM),
        "hints": lambda: publishing.hints(store, editor, some_id),
        "findings": lambda: publishing.findings(store, editor, some_id),
        "offer": lambda: publishing.offer(store, editor, some_id, expected=1),
        "look_at_names": lambda: naming.opened(store, editor, some_id),
        "change_name": lambda: naming.change(store, editor, some_id, naming.Change(Does.KEEP, 0, 1), expected=1),
        "undo_name": lambda: naming.undo(store, editor, some_id, expected=1),
        "redo_name": lambda: naming.redo(store, editor, some_id, expected=1),
        "names_spent": lambda: naming.spent(store, editor, some_id, 1),
        "read_through": lambda: secondreading.mark_read_through(store, releaser, some_id, digest=""),
        "release_piece": lambda: publishing.release(store, releaser, some_id, expected=1),
        "export": lambda: exporting.export(store, officer, some_id),
        "download": lambda: exporting.download(store, officer, some_id),
        "published": lambda: register.publish(store, officer, some_id, channel="mail", on=clock.today(), expected=1),
        "note_out": lambda: register.note_out(store, officer, some_id, channel="mail", on=clock.today()),
        "out_of_piece": lambda: register.of_piece(store, officer, some_id),
        "may_be_out": lambda: register.may_be_out(store, officer, some_id),
        "take_down": lambda: register.take_down(store, officer, some_id),
        "ask_bundle": lambda: exporting.ask(store, officer, some_id),
        "bundle_coming": lambda: exporting.coming(store, officer, some_id),
        "stop_bundle": lambda: exporting.stop(store, officer, some_id),
        "opened": lambda: exporting.opened(store, officer, some_id),
        "insights_along": lambda: insight_files.export(store, officer, Selection(Purpose.KENNISKRING), some_id),
        "insights_chart": lambda: insight_files.export(store, officer, Selection(Purpose.KENNISKRING), "svg", some_id),
        "piece_view": lambda: publishing.piece_view(store, editor, some_id),
        "set_active": lambda: accounts.set_active(store, staff[Role.BEHEERDER], some_id, False),
        "person": lambda: accounts.person(store, some_id),
        "own_story": lambda: following.own_story(store, some_id),
    }


def helper_calls(store: Store, helper: User, some_id: str) -> dict[str, Callable[[], object]]:
    """Every function of the ervaringswerker's desk that takes an id."""
    contact = Contact(phone="06 12345678")
    return {
        "case": lambda: helping.case(store, helper, some_id),
        "correct_teller": lambda: helping.correct_teller(store, helper, some_id, ADULT),
        "write_down": lambda: helping.write_down(store, helper, some_id, TEXT),
        "drop_part": lambda: helping.drop_part(store, helper, some_id, 1),
        "name_others": lambda: helping.name_others(store, helper, some_id, []),
        "tag": lambda: helping.tag(store, helper, some_id, TellerTags()),
        "throw_away": lambda: helping.throw_away(store, helper, some_id),
        "hand_in": lambda: helping.hand_in(store, helper, some_id),
        "new_code": lambda: helping.new_code(store, helper, some_id, Holder.VERTELLER),
        "finish": lambda: helping.finish(store, helper, some_id),
        "record_answers": lambda: answering.record_answers(store, helper, some_id, YES),
        "record_form": lambda: entry.record_form(
            store, helper, some_id, {"own": Outcome.JA}, paper.SAID.fields, way=Way.PAPIER
        ),
        "bind_proof": lambda: answering.bind_proof(store, helper, some_id),
        "reading": lambda: readback.reading(store, helper, some_id),
        "read_back": lambda: readback.read_back(store, helper, some_id, Heard.AKKOORD, number=1),
        "stop": lambda: readback.stop(store, helper, some_id),
        "products": lambda: readback.products(store, helper, some_id),
        "own_product": lambda: readback.see_product(store, helper, some_id, some_id),
        "answer_own_product": lambda: readback.answer_product(
            store, helper, some_id, some_id, LastWord.STOP, digest=""
        ),
        "keep_contact": lambda: contacts.keep_contact(store, helper, some_id, Holder.VERTELLER, contact),
    }


@pytest.mark.parametrize("made", [Place.taken, Place.taken_in, Place.taken_and_worked, Place.told])
def test_a_case_of_another_helper_is_not_found_by_any_function(place: Place, made: Callable[[Place], Story]) -> None:
    """And neither is a story that nobody took."""
    story = made(place)
    with place.store.write() as books:
        other = books.add_user("een ander", PASSWORD, [Role.ERVARINGSWERKER])
    before = place.snapshot()
    calls = helper_calls(place.store, other, story.id)
    calls["pause"] = lambda: reviewing.pause(place.store, other, story.id, expected=story.row_version)
    for name, call in calls.items():
        with pytest.raises(NotFound):
            call()
            pytest.fail(name)
    assert not helping.cases(place.store, other)
    assert place.snapshot() == before


def test_an_id_that_is_not_there_is_not_found(store: Store) -> None:
    place = Place.open(store)
    before = place.snapshot()
    wrong = []
    for some_id in NONSENSE:
        for name, call in editor_calls(place, some_id).items():
            try:
                call()
                wrong.append((name, some_id[:20], "nothing"))
            except NotFound as error:
                assert len(some_id) < 3 or some_id not in error.message, "nothing is echoed"
            except InputRefused:
                assert some_id in NO_TEXT, "a database says of some characters that they are no text"
            except Exception as error:
                wrong.append((name, some_id[:20], repr(error)[:90]))
    assert not wrong
    assert place.snapshot() == before


def test_an_id_of_another_kind_of_thing_is_not_found(place: Place) -> None:
    export = place.bundle()
    with place.store.read() as books:
        (piece,) = books.pieces()
        (quote,) = books.quotes(ids=piece.quote_ids)
        (story,) = books.stories()
    user = place.staff[Role.REDACTEUR].id
    fits = {
        "story": {"review", "decide_names", "confirm_themes",
                  "tagged_passages", "mark_heard", "mark_special", "offer_for_release",
                  "release", "send_back", "pause", "resume", "paused_row", "audio_size", "audio_range", "cut_quote",
                  "quote_source", "cut_into_basket",
                  "own_story", "wishes", "queue_row", "take", "give_back", "set_last_day",
                  "export_transcript", "import_transcript", "transcript", "retype",
                  "listened", "stop_work", "work_again", "choose_language", "english",
                  "ask_for_bleeps", "seen_bleeps", "safe_sound", "safe_range", "redacted_heard",
                  "set_style", "suggested", "ask_table", "look_at_names", "change_name", "undo_name", "redo_name",
                  "names_spent", "read_through", "notes", "write_note", "see_notes", "is_here", "newest_line",
                  "changes_since", "consented", "used", "with_teller", "to_teller", "from_teller",
                  "answer_alone", "card", "write_instead", "let_stay",
                  "decide_again", "alone_story"},
        "piece": {"derive", "edit", "findings", "hints", "offer", "release_piece", "export", "published", "piece_view",
                  "note_out", "out_of_piece", "may_be_out", "ask_bundle", "bundle_coming", "stop_bundle",
                  "alone_piece", "big_export", "ask_big", "agree_big", "plan_piece"},
        "planned": {"planned", "move_planned", "decide_planned"},
        "quote": {"why_not_literal", "make_literal", "compose", "put_in_basket", "ask_clip", "revoice", "seen_clips"},
        "clip": {"remove_clip", "clip_sound", "clip_range", "clip_heard"},
        "export": {"download", "opened"}, "publication": {"take_down"},
        "file": {"put_away", "file_size", "file_range"}, "user": {"set_active", "person"},
    }  # fmt: skip
    given = {
        "story": story.id,
        "piece": piece.id,
        "planned": place.planned().id,
        "quote": quote.id,
        "clip": spoken_again(place.store, quote).id,
        "export": export,
        "publication": place.publication(piece).id,
        "file": place.house_file().id,
        "user": user,
    }
    for kind, some_id in given.items():
        for name, call in editor_calls(place, some_id).items():
            if name not in fits[kind]:
                with pytest.raises(NotFound):
                    call()


def test_themes_nobody_knows_and_quotes_of_nobody_are_not_found(place: Place) -> None:
    editor = place.staff[Role.REDACTEUR]
    story = place.worked()
    with pytest.raises(NotFound):
        reviewing.confirm_themes(place.store, editor, story.id, ["bestaat_niet"], expected=story.row_version)
    quote = place.quote()
    with pytest.raises(NotFound):
        publishing.compose(place.store, editor, [quote, "q0"], title="T", publish_on=NEXT_WEEK)
    assert place.now(story.id) == story


def test_a_closed_account_stands_outside_but_its_traces_stay(place: Place) -> None:
    admin, officer = place.staff[Role.BEHEERDER], place.staff[Role.COMMUNICATIE]
    token = accounts.open_session(place.store, officer)
    accounts.set_active(place.store, admin, officer.id, False)
    with place.store.read() as books:
        assert books.session_user(token, datetime.now(UTC)) is None
        assert officer.id in {user.id for user in books.users(include_inactive=True)}
    with pytest.raises(NotAllowed):
        accounts.set_active(place.store, admin, admin.id, False)
