"""At the moment of use, on a real store: special data, the teller's last word, withdrawal in between, and the proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from mailed import mailed
from secondreader import read_through

import pipeline
from desk import exporting, publishing, receiving, reviewing, standing, telling, withdrawing
from stories import clock
from stories.consent import Form, Outcome, Party, Purpose, may_use
from stories.errors import Cancelled, ConsentRefused, GateRefused, NotFound, Refused
from stories.lastword import LastWord
from stories.model import Approval, Piece, Story, StoryKind
from stories.people import Role
from stories.sitting import Sitting
from stories.stages import Stage, State
from stories.store import Store
from stories.use import may_use_version
from tests.desk.test_desk_life import ADULT, CHILD, NEWSLETTER, House

AUTISM = "Mijn zoon heeft autisme en hij mocht niet mee op schoolreisje. Hij zei dat hij ziek was."
TODAY = clock.today()


@pytest.fixture
def house(store: Store) -> House:
    with store.write() as books:
        return House(
            store,
            books.add_user("redacteur", "wachtwoord voor een", [Role.REDACTEUR]),
            books.add_user("vrijgever", "wachtwoord voor twee", [Role.VRIJGEVER]),
            books.add_user("communicatie", "wachtwoord voor drie", [Role.COMMUNICATIE]),
        )


def told(house: House, text: str, *channels: tuple[Purpose, Form | None], preview: bool = False) -> Story:
    yes = telling.answers(ADULT, own=Outcome.JA, channels=[NEWSLETTER, *channels])
    story = telling.begin(house.store, yes, kind=StoryKind.TEXT, circumstances={"preview": preview})
    receiving.receive_text(house.store, story.id, text)
    telling.hand_in(house.store, story.id)
    return house.worked(story)


def release(house: House, story: Story) -> Story:
    story = house.now(story)
    reviewing.mark_heard(house.store, house.editor, story.id)
    left = reviewing.review(house.store, house.editor, story.id)
    kept = [reviewing.keep(finding) for finding in reviewing.undecided(left.findings, left.decisions)]
    reviewing.decide_names(house.store, house.editor, story.id, kept, expected=story.row_version)
    story = house.now(story)
    story = reviewing.offer_for_release(house.store, house.editor, story.id, expected=story.row_version)
    read_through(house.store, house.releaser, story.id)
    return reviewing.release(house.store, house.releaser, story.id, expected=story.row_version)


def cleared(house: House, story: Story) -> publishing.Cleared:
    return {c.story.id: c for c in publishing.cleared(house.store, house.editor)}[story.id]


# special data


def test_a_story_with_special_words_is_used_only_with_a_yes_of_its_own(house: House) -> None:
    story = release(house, told(house, AUTISM))
    shown = cleared(house, story)
    assert not shown.allowed and "gezondheid" in shown.why_not
    with pytest.raises(ConsentRefused) as refusal:
        publishing.cut_quote(house.store, house.editor, story.id, 0, 10)
    assert refusal.value.code == "special_not_allowed"
    allowed = release(house, told(house, AUTISM, (Purpose.BIJZONDER, None)))
    assert cleared(house, allowed).allowed
    assert publishing.cut_quote(house.store, house.editor, allowed.id, 0, 10)


def test_an_editor_overrules_the_machine_and_the_newest_word_counts(house: House) -> None:
    story = told(house, AUTISM)
    seen = reviewing.review(house.store, house.editor, story.id).special
    assert (seen.holds, seen.kinds, seen.said, seen.allowed) == (True, ("gezondheid",), False, False)
    reviewing.mark_special(house.store, house.editor, story.id, False)
    seen = reviewing.review(house.store, house.editor, story.id).special
    assert (seen.holds, seen.said) == (False, True)
    assert cleared(house, release(house, story)).allowed
    reviewing.mark_special(house.store, house.editor, story.id, True)
    assert not cleared(house, story).allowed
    lines = reviewing.history(house.store, house.editor, story.id)
    assert [line["detail"] for line in lines if line["action"] == "special_marked"] == ["holds=1", "holds=0"]


def test_an_editor_finds_what_the_machine_did_not(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    reviewing.mark_special(house.store, house.editor, story.id, True)
    with pytest.raises(GateRefused) as refusal:
        publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
    assert [f.code for f in refusal.value.findings] == ["consent_special_not_allowed"]  # type: ignore[attr-defined]


def test_after_release_nobody_takes_the_mark_away_alone(house: House) -> None:
    story = release(house, told(house, AUTISM))
    with pytest.raises(Refused) as refusal:
        reviewing.mark_special(house.store, house.editor, story.id, False)
    assert refusal.value.code == "not_in_review"
    with house.store.read() as books:
        assert standing.standing(books, story.id).special


def test_the_editors_word_is_about_one_text(house: House) -> None:
    story = told(house, AUTISM)
    reviewing.mark_special(house.store, house.editor, story.id, False)
    receiving.receive_text(house.store, story.id, "Later kreeg hij ook nog een depressie.")
    story = house.worked(house.now(story))
    special = reviewing.review(house.store, house.editor, story.id).special
    assert special.holds and not special.said


def test_words_that_are_hidden_are_no_longer_there(house: House) -> None:
    story = told(house, AUTISM)
    start = AUTISM.index("autisme")
    hidden = reviewing.added(start, start + len("autisme"))
    reviewing.decide_names(house.store, house.editor, story.id, [hidden], expected=story.row_version)
    assert reviewing.review(house.store, house.editor, story.id).special.kinds == ()


def test_nobody_looks_into_a_story_that_consent_has_closed(house: House) -> None:
    story = told(house, AUTISM)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    with pytest.raises(Refused):
        reviewing.mark_special(house.store, house.editor, story.id, True)


# the last word


def answers(house: House, story: Story, piece: Piece, word: LastWord, by: str | None = None) -> None:
    with house.store.write() as books:
        books.add_approval(Approval(piece.id, piece.digest, by=by or story.id, at=datetime.now(UTC), role=word))


def seen_first(house: House) -> tuple[Story, Piece]:
    story = release(house, told(house, "Mijn zoon mocht niet mee. Hij zei dat hij ziek was.", preview=True))
    piece = house.piece(story)
    return story, publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)


def test_a_piece_waits_for_the_akkoord_of_who_wanted_to_see_it_first(house: House) -> None:
    story, piece = seen_first(house)
    with pytest.raises(GateRefused) as refusal:
        publishing.release(house.store, house.releaser, piece.id, expected=piece.row_version)
    assert [f.code for f in refusal.value.findings] == ["last_word_missing"]  # type: ignore[attr-defined]
    answers(house, story, piece, LastWord.AKKOORD, by=house.editor.id)
    assert [f.code for f in publishing.findings(house.store, house.releaser, piece.id) if f.blocks] == [
        "last_word_missing"
    ], "nobody says it for them"
    answers(house, story, piece, LastWord.AKKOORD)
    piece = publishing.release(house.store, house.releaser, piece.id, expected=piece.row_version)
    made = exporting.export(house.store, house.officer, piece.id)
    assert exporting.download(house.store, house.officer, made.id)


def test_a_stop_after_the_export_refuses_the_download_and_the_publication(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)  # this teller did not ask to see it first, and may say stop all the same
    made = exporting.export(house.store, house.officer, piece.id)
    answers(house, story, piece, LastWord.STOP)
    for refused in (
        lambda: exporting.download(house.store, house.officer, made.id),
        lambda: exporting.export(house.store, house.officer, piece.id),
        lambda: mailed(house.store, house.officer, piece),
    ):
        with pytest.raises(GateRefused) as refusal:
            refused()
        assert [f.code for f in refusal.value.findings] == ["last_word_stop"]  # type: ignore[attr-defined]


def test_an_edited_piece_is_shown_again_to_who_wanted_something_else(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    piece = publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
    answers(house, story, piece, LastWord.ANDERS)
    with pytest.raises(GateRefused):
        publishing.release(house.store, house.releaser, piece.id, expected=piece.row_version)
    piece = publishing.edit(
        house.store, house.editor, piece.id, title="Anders", preheader=piece.preheader, publish_on=piece.publish_on,
        blocks=piece.blocks, expected=piece.row_version,
    )  # fmt: skip
    piece = publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
    with pytest.raises(GateRefused):
        publishing.release(house.store, house.releaser, piece.id, expected=piece.row_version)
    answers(house, story, piece, LastWord.AKKOORD)
    publishing.release(house.store, house.releaser, piece.id, expected=piece.row_version)


def test_the_wish_of_the_newest_sitting_counts(house: House) -> None:
    story, piece = seen_first(house)
    with house.store.write() as books:
        (first,) = books.sittings(story.id)
        books.add_sitting(Sitting("z2", story.id, datetime.now(UTC), "verteller", first.notice, preview=False))
    publishing.release(house.store, house.releaser, piece.id, expected=piece.row_version)


# in between


@dataclass
class Interrupted:
    """A job's run in which something happens after the step of this name."""

    after: str
    happens: Callable[[], object]
    done: list[str] = field(default_factory=list)

    def step(self, name: str, work: Callable[[], None]) -> None:
        work()
        self.done.append(name)
        if name == self.after:
            self.happens()

    def progress(self, done: int, total: int) -> None: ...

    def check_cancelled(self) -> None: ...

    def give_way(self) -> None: ...


def test_a_withdrawal_between_two_steps_of_a_job_stops_it(house: House) -> None:
    story = house.told()
    run = Interrupted("typed", lambda: withdrawing.withdraw(house.store, story.id, Party.TELLER))
    pipeline.process(house.store, house.store.settings, story.id, run)
    assert run.done == ["typed"]
    assert (house.now(story).stage, house.now(story).state) == (Stage.TRANSCRIBED, State.INGETROKKEN)
    with pytest.raises(Cancelled):
        pipeline.advance(house.store, house.store.settings, house.now(story), run)


def test_a_parents_no_between_two_steps_of_a_job_stops_it(house: House) -> None:
    story = house.told(CHILD)
    run = Interrupted("typed", lambda: telling.representative_says(house.store, story.id, Outcome.NEE))
    pipeline.process(house.store, house.store.settings, story.id, run)
    assert run.done == ["typed"] and house.now(story).stage is Stage.TRANSCRIBED
    assert house.now(story).waiting_for == "consent.vertegenwoordiger_says_nee"
    with pytest.raises(ConsentRefused):
        pipeline.advance(house.store, house.store.settings, house.now(story), run)


def test_a_no_between_release_and_download_refuses_the_download(house: House) -> None:
    story = house.released(teller=CHILD)
    piece = house.released_piece(story)
    made = exporting.export(house.store, house.officer, piece.id)
    assert exporting.download(house.store, house.officer, made.id)
    with house.store.write() as books:
        event = books.consent(story.id).events[0]
        books.add_consent(
            telling.saying(
                event.notice, story.id, Party.KIND, Purpose.NIEUWSBRIEF, Outcome.NEE, None, datetime.now(UTC)
            )
        )
    with pytest.raises(GateRefused) as refusal:
        exporting.download(house.store, house.officer, made.id)
    assert [f.code for f in refusal.value.findings] == ["consent_kind_says_nee"]  # type: ignore[attr-defined]


def test_a_quote_of_before_is_not_composed_with_after_a_no(house: House) -> None:
    story = house.released()
    with house.store.read() as books:
        start = books.version(story.id).clean.text.index("Hij zei")
    quote = publishing.cut_quote(house.store, house.editor, story.id, start, start + 25)
    withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF)
    with pytest.raises(ConsentRefused):
        publishing.compose(house.store, house.editor, [quote.id], title="Titel", publish_on=TODAY)


# R7 and R8


def test_r7_a_new_answer_is_a_new_record_and_the_old_one_stands(house: House) -> None:
    story = house.released()
    with house.store.read() as books:
        before = books.consent(story.id).events
    withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF)
    with house.store.read() as books:
        after = books.consent(story.id)
    assert after.events[: len(before)] == before and len(after.events) == len(before) + 1
    assert not may_use(after, *NEWSLETTER, on=TODAY)


def test_r8_after_erasure_the_proof_stands_and_nothing_may_be_used(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    answers(house, story, piece, LastWord.AKKOORD)
    with house.store.read() as books:
        known = standing.standing(books, story.id)
        before = books.consent(story.id), books.sittings(story.id), books.approvals(story.id), books.approvals(piece.id)
    assert may_use_version(known, *NEWSLETTER, on=TODAY)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    with house.store.write() as books:
        books.erase(story.id, why="withdrawn")
    with house.store.read() as books:
        consent, *rest = (
            books.consent(story.id), books.sittings(story.id), books.approvals(story.id), books.approvals(piece.id)
        )  # fmt: skip
        assert consent.events[:-1] == before[0].events and tuple(rest) == before[1:]
        assert {"story_released", "consent_withdrawn", "erase"} <= {
            line["action"] for line in books.audit_trail(story_id=story.id)
        }
        assert not may_use(consent, *NEWSLETTER, on=TODAY) and not may_use(consent, Purpose.VERWERKEN, on=TODAY)
        with pytest.raises(NotFound):
            standing.standing(books, story.id)
