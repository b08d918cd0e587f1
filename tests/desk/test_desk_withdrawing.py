"""Stopping everything: at once, everywhere, and for a few days with a way back; then nothing is left."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import a_recording, a_transcript
from following_house import ADULT, CHILD, NEWSLETTER, QUOTED, TEXT, WEBSITE, House

from desk import (
    choosing,
    correcting,
    exporting,
    following,
    lastwords,
    publishing,
    receiving,
    retention,
    reviewing,
    telling,
    withdrawing,
)
from stories import clock, jobs
from stories.consent import Outcome, Party, Purpose, may_use
from stories.errors import GateRefused, Moved, NotFound, Refused
from stories.jobs import JobState
from stories.lastword import LastWord
from stories.model import AgeBand, Block, BlockKind, PieceState, Story, Teller, TellerRole
from stories.people import CodeHolder
from stories.stages import Stage, State
from stories.store import Store
from stories.told import Agreed, TellerTags, ThirdPerson
from stories.vault import Kind


@pytest.fixture
def house(store: Store) -> House:
    return House.open(store)


@pytest.fixture
def quick_house(sqlite_store: Store) -> House:
    """For what does not depend on the database."""
    return House.open(sqlite_store)


def stop(house: House, story: Story, party: Party = Party.TELLER) -> withdrawing.Withdrawn:
    return withdrawing.withdraw(house.store, story.id, party)


# at once


def test_an_open_tab_of_an_editor_saves_nothing_any_more(house: House) -> None:
    story = house.worked()
    before = reviewing.review(house.store, house.editor, story.id)
    stop(house, story)
    expected = before.story.row_version
    for save in (
        lambda: reviewing.decide_names(house.store, house.editor, story.id, [], expected=expected),
        lambda: reviewing.confirm_themes(house.store, house.editor, story.id, ["meedoen"], expected=expected),
        lambda: reviewing.mark_heard(house.store, house.editor, story.id),
        lambda: reviewing.offer_for_release(house.store, house.editor, story.id, expected=expected),
        lambda: reviewing.send_back(house.store, house.editor, story.id, expected=expected),
        lambda: reviewing.review(house.store, house.editor, story.id),
    ):
        with pytest.raises((Refused, Moved)):
            save()
    with house.store.read() as books:
        assert books.story(story.id).version == before.version.number
        assert books.approvals(story.id) == before.approvals


def test_an_open_composer_makes_nothing_of_words_that_were_taken_back(house: House) -> None:
    story, other = house.released(), house.released()
    draft = house.piece(other)
    start = house.clean(story).index(QUOTED)
    quote = publishing.cut_quote(house.store, house.editor, story.id, start, start + len(QUOTED))
    stop(house, story)
    with pytest.raises(Refused):
        publishing.cut_quote(house.store, house.editor, story.id, start, start + len(QUOTED))
    with pytest.raises(Refused):
        publishing.compose(house.store, house.editor, [quote.id], title="Toch", publish_on=draft.publish_on)
    stale = (*draft.blocks, Block(BlockKind.QUOTE, QUOTED, quote_id=quote.id))
    with pytest.raises(Refused):
        publishing.edit(
            house.store, house.editor, draft.id, title=draft.title, preheader=draft.preheader,
            publish_on=draft.publish_on, blocks=stale, expected=draft.row_version,
        )  # fmt: skip
    assert house.piece_now(draft) == draft


def test_a_purpose_that_was_taken_back_is_not_composed_with_either(quick_house: House) -> None:
    house = quick_house
    story = house.released()
    start = house.clean(story).index(QUOTED)
    quote = publishing.cut_quote(house.store, house.editor, story.id, start, start + len(QUOTED))
    choosing.decide(house.store, CodeHolder(story.id), *NEWSLETTER, False)
    with pytest.raises(Refused):
        publishing.compose(house.store, house.editor, [quote.id], title="Toch", publish_on=datetime.now(UTC).date())


def test_work_is_cancelled_sound_is_dead_and_nothing_more_comes_in(house: House, tmp_path: Path) -> None:
    story = house.spoken()
    heard = reviewing.audio_range(house.store, house.editor, story.id, Kind.AUDIO, 0, 4)
    assert b"".join(heard) == b"flac"
    jobs.enqueue(house.store, "process", story.id)
    stop(house, story)
    assert {job.state for job in jobs.status(house.store, story.id)} == {JobState.CANCELLED}
    with pytest.raises(Refused):
        b"".join(reviewing.audio_range(house.store, house.editor, story.id, Kind.AUDIO, 0, 4))
    with pytest.raises(Refused):
        receiving.receive_text(house.store, story.id, "Dit komt nog binnen met een oud bewijs.")
    late = tmp_path / "laat.txt"
    late.write_text("Dit bestand was al onderweg toen de verteller stopte.")
    with pytest.raises(Refused):
        receiving.receive(house.store, house.store.settings, story.id, late)
    with house.store.read() as books:
        assert books.parts(story.id) == ()


def test_what_was_published_is_a_task_with_an_owner_and_a_day_once(house: House) -> None:
    story = house.released()
    piece = house.published_piece(story)
    assert stop(house, story).take_downs == 1
    assert stop(house, story).take_downs == 0, "saying it twice makes no second task"
    with house.store.read() as books:
        ((task,), (place,)) = books.tasks(), books.publications.of_pieces([piece.id])
    assert (task.kind, task.subject, task.owner) == ("take_down", place.id, "communicatie")
    assert task.due == clock.today() + timedelta(days=withdrawing.TAKE_DOWN_DAYS)
    assert house.piece_now(piece).state is PieceState.GEPUBLICEERD, "it is out, and the books say so"


def test_taking_back_special_words_reaches_every_piece(quick_house: House) -> None:
    """Nobody knows which of the words are about health: a person looks."""
    house = quick_house
    story = house.released(channels=[NEWSLETTER, (Purpose.BIJZONDER, None)])
    piece = house.piece(story)
    choosing.decide(house.store, CodeHolder(story.id), Purpose.BIJZONDER, None, False)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD
    assert may_use(house.consent(story), *NEWSLETTER, on=datetime.now(UTC).date())


def test_taking_back_another_channel_leaves_a_newsletter_alone(quick_house: House) -> None:
    house = quick_house
    story = house.released(channels=[NEWSLETTER, WEBSITE])
    piece = house.piece(story)
    choosing.decide(house.store, CodeHolder(story.id), *WEBSITE, False)
    assert house.piece_now(piece) == piece


# the days of grace


def test_whoever_stopped_can_change_their_mind_and_what_was_locked_stays_locked(house: House) -> None:
    story = house.released()
    draft, sent = house.piece(story), house.published_piece(story)
    stop(house, story)
    back = withdrawing.undo(house.store, story.id, Party.TELLER)
    assert back.state is State.IN_REDACTIE, "people look at it again before it is used"
    assert may_use(house.consent(story), *NEWSLETTER, on=datetime.now(UTC).date())
    assert house.piece_now(draft).state is PieceState.GEBLOKKEERD
    with house.store.read() as books:
        places = [place.id for place in books.publications.of_pieces([sent.id])]
        assert [task.subject for task in books.tasks()] == places != [], "what must be taken down, must be taken down"
    assert house.release(back).state is State.VRIJGEGEVEN
    later = datetime.now(UTC) + timedelta(days=house.store.settings.grace_days + 1)
    assert retention.tidy(house.store, now=later).erased == ()


def test_a_story_that_was_not_worked_yet_goes_on_being_worked(house: House) -> None:
    story = house.told()
    stop(house, story)
    assert withdrawing.undo(house.store, story.id, Party.TELLER).state is State.INGEDIEND
    assert house.work(story).stage is Stage.TAGGED


def test_a_story_that_stood_still_for_safety_stands_still_again(quick_house: House) -> None:
    house = quick_house
    story = house.worked()
    following.flag_danger(house.store, story.id)
    stop(house, story)
    stop(house, story)
    assert withdrawing.undo(house.store, story.id, Party.TELLER).state is State.GEPAUZEERD


def test_nobody_undoes_what_somebody_else_stopped(quick_house: House) -> None:
    house = quick_house
    story = house.worked(CHILD)
    stop(house, story, Party.VERTEGENWOORDIGER)
    with pytest.raises(Refused) as refusal:
        withdrawing.undo(house.store, story.id, Party.KIND)
    assert refusal.value.code == "nothing_to_undo"
    stop(house, story, Party.KIND)
    assert withdrawing.undo(house.store, story.id, Party.KIND).state is State.INGETROKKEN, "the parent's still stands"
    assert withdrawing.undo(house.store, story.id, Party.VERTEGENWOORDIGER).state is State.IN_REDACTIE


def test_a_no_of_somebody_else_stands_after_a_change_of_mind(quick_house: House) -> None:
    house = quick_house
    story = house.worked(CHILD)
    telling.representative_says(house.store, story.id, Outcome.NEE)
    stop(house, story, Party.KIND)
    withdrawing.undo(house.store, story.id, Party.KIND)
    assert house.now(story).waiting_for == "consent.vertegenwoordiger_says_nee"
    assert not may_use(house.consent(story), Purpose.VERWERKEN, on=datetime.now(UTC).date())


def test_after_the_days_of_grace_it_is_too_late(quick_house: House) -> None:
    house = quick_house
    story = house.worked()
    done = stop(house, story)
    assert done.erased_after is not None
    just_before, over = done.erased_after - timedelta(minutes=1), done.erased_after
    with pytest.raises(Refused) as refusal:
        withdrawing.undo(house.store, story.id, Party.TELLER, now=over)
    assert refusal.value.code == "grace_over"
    assert retention.tidy(house.store, now=just_before).erased == ()
    assert withdrawing.undo(house.store, story.id, Party.TELLER, now=just_before).state is State.IN_REDACTIE


def test_stopping_again_does_not_put_off_the_day_of_erasure(quick_house: House) -> None:
    house = quick_house
    story = house.worked(CHILD)
    began = datetime.now(UTC)
    first = withdrawing.withdraw(house.store, story.id, Party.KIND, now=began)
    for party in (Party.KIND, Party.VERTEGENWOORDIGER):
        again = withdrawing.withdraw(house.store, story.id, party, now=began + timedelta(days=3))
        assert again.erased_after == first.erased_after
    choosing.decide(house.store, CodeHolder(story.id), *NEWSLETTER, False, now=began + timedelta(days=5))
    assert first.erased_after is not None
    assert retention.tidy(house.store, now=first.erased_after).erased == (story.id,)


def test_a_change_of_mind_keeps_the_day_on_which_consent_ends(quick_house: House) -> None:
    house = quick_house
    story = house.told()
    soon = datetime.now(UTC).date() + timedelta(days=50)
    choosing.set_conditions(house.store, CodeHolder(story.id), choosing.Conditions(valid_until=soon))
    stop(house, story)
    withdrawing.undo(house.store, story.id, Party.TELLER)
    last = house.consent(story).last(Party.TELLER, Purpose.VERWERKEN, None)
    assert last is not None and (last.outcome, last.valid_until) == (Outcome.JA, soon)


def test_what_nobody_stopped_is_not_undone(quick_house: House) -> None:
    house = quick_house
    for story in (house.told(), house.worked(Teller(TellerRole.JONGERE, AgeBand.FROM_16), own=Outcome.JA)):
        with pytest.raises(Refused):
            withdrawing.undo(house.store, story.id, Party.TELLER)


# and then nothing


def test_after_the_days_of_grace_nothing_of_all_that_was_given_is_left(quick_house: House) -> None:
    """Everything a teller can give, with one word in all of it, searched for in every file."""
    house, word = quick_house, "Zwanenburgerdwarsweg"
    store = house.store
    sound = word.encode() * 5000
    story = house.released(ADULT, text=f"{TEXT} Wij woonden aan de {word} en daar was het koud.")
    piece = house.released_piece(story)
    exporting.export(store, house.officer, piece.id)
    lastwords.answer_product(store, story.id, piece.id, LastWord.ANDERS, f"Noem de {word} niet.", digest=piece.digest)
    with store.read() as books:
        at = books.text(story.id).text.index(word)
    correcting.exclude(store, story.id, at, at + len(word))
    with store.write() as books:
        books.add_sound(story.id, a_recording(sound), io.BytesIO(sound))
        books.keep_recording(story.id, a_recording(sound), io.BytesIO(sound))
        books.keep_transcript(story.id, a_transcript([f"Aan de {word}."]))
        books.keep_tags(story.id, TellerTags(opgaven=("meedoen",)))
        books.keep_third_persons(story.id, [ThirdPerson(word, Agreed.WIL_NIET)])
        for kind in Kind:
            if kind in (Kind.CHAT, Kind.PROOF, Kind.CONTACT, Kind.REDACTED_AUDIO, Kind.TYPED):
                books.keep(story.id, kind, word.encode() * 10)
        events = books.consent(story.id).events
    stop(house, story)
    later = datetime.now(UTC) + timedelta(days=store.settings.grace_days, hours=1)
    assert retention.tidy(store, now=later).erased == (story.id,)
    with store.read() as books:
        assert not [kind for kind in Kind for version in range(9) if books.has(story.id, kind, version=version)]
        assert books.parts(story.id) == () and books.notes(story.id) == () and books.excluded(story.id) == ()
        assert books.consent(story.id).events[: len(events)] == events, "proof: ids, dates, codes and hashes"
        assert books.sittings(story.id) and books.approvals(piece.id)
        assert word not in repr(books.piece(piece.id))
        with pytest.raises(NotFound):
            books.text(story.id)
    found = [
        path.name
        for path in store.settings.data_dir.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes()
    ]
    assert found == [] and list((store.settings.data_dir / "media").iterdir()) == []
    assert not jobs.status(store, story.id)
    with pytest.raises((Refused, NotFound, GateRefused)):
        exporting.export(store, house.officer, piece.id)
