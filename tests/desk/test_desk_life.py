"""The life of a typed story at the desk: told, worked, looked at by two people, quoted, withdrawn, erased.

Every test runs on SQLite and on PostgreSQL, with the real anonymiser, the real gate and the real vault. The machine's
steps run in this process through `pipeline.process` with a plain `Run`; crashes are the business of tests/jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from mailed import mailed
from plainrun import PlainRun
from secondreader import read_through

import pipeline
from desk import (
    exporting,
    following,
    publishing,
    queue,
    receiving,
    retention,
    reviewing,
    telling,
    withdrawing,
)
from stories import jobs
from stories.consent import Form, Outcome, Party, Purpose
from stories.errors import ConsentRefused, GateRefused, Moved, NotAllowed, NotFound, Refused
from stories.model import AgeBand, Piece, PieceState, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.terms import Terms
from stories.told import Passage, ThirdPerson

TEXT = (
    "Ik ben Samira en ik woon in Deventer. Mijn zoon Emre mocht niet mee op schoolreisje, want er was geen geld. "
    "Hij zei dat hij ziek was. Daarna hielp juf Anneke ons met het potje van de school."
)
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)


@dataclass
@dataclass(frozen=True)
class House:
    store: Store
    editor: User
    releaser: User
    officer: User

    def told(
        self, teller: Teller = ADULT, channels: telling.Channels = (NEWSLETTER,), **answers: Outcome | None
    ) -> Story:
        if not answers:
            answers = {"own": Outcome.JA} if teller is ADULT else {"assent": Outcome.JA, "representative": Outcome.JA}
        story = telling.begin(
            self.store, telling.answers(teller, channels=channels, **answers), kind=StoryKind.TEXT, region="Oost"
        )
        receiving.receive_text(self.store, story.id, TEXT)
        telling.name_others(self.store, story.id, [ThirdPerson(name) for name in ("Samira", "Emre")])
        telling.hand_in(self.store, story.id)
        return self.now(story)

    def now(self, story: Story) -> Story:
        with self.store.read() as books:
            return books.story(story.id)

    def worked(self, story: Story) -> Story:
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        return self.now(story)

    def released(self, **told: object) -> Story:
        story = self.worked(self.told(**told))  # type: ignore[arg-type]
        reviewing.mark_heard(self.store, self.editor, story.id)
        story = reviewing.offer_for_release(self.store, self.editor, story.id, expected=story.row_version)
        read_through(self.store, self.releaser, story.id)
        return reviewing.release(self.store, self.releaser, story.id, expected=story.row_version)

    def piece(self, story: Story) -> Piece:
        with self.store.read() as books:
            text = books.version(story.id).clean.text
        start = text.index("Hij zei dat hij ziek was.")
        quote = publishing.cut_quote(self.store, self.editor, story.id, start, start + 25)
        when = datetime.now(UTC).date() + timedelta(days=7)
        return publishing.compose(self.store, self.editor, [quote.id], title="Ziek gemeld", publish_on=when)

    def released_piece(self, story: Story) -> Piece:
        piece = self.piece(story)
        piece = publishing.offer(self.store, self.editor, piece.id, expected=piece.row_version)
        return publishing.release(self.store, self.releaser, piece.id, expected=piece.row_version)


@pytest.fixture
def house(store: Store) -> House:
    with store.write() as books:
        people = [
            books.add_user(name, f"wachtwoord voor {name}", roles)
            for name, roles in (
                ("redacteur", [Role.REDACTEUR]),
                ("vrijgever", [Role.VRIJGEVER]),
                ("communicatie", [Role.COMMUNICATIE]),
            )
        ]
    return House(store, *people)


def test_a_told_story_is_worked_until_a_person_must_decide(house: House) -> None:
    story = house.worked(house.told())
    assert (story.stage, story.state, story.version) == (Stage.TAGGED, State.IN_REDACTIE, 1)
    seen = reviewing.review(house.store, house.editor, story.id)
    assert "Samira" not in seen.version.clean.text and "Emre" not in seen.version.clean.text
    assert seen.raw == TEXT
    assert {theme.source for theme in seen.version.themes} <= {"machine"}


def test_working_twice_changes_nothing(house: House) -> None:
    story = house.worked(house.told())
    assert house.worked(story) == story


def test_without_consent_nothing_is_worked(house: House) -> None:
    story = house.worked(house.told(CHILD, assent=Outcome.JA, representative=None))
    assert story.stage is Stage.CAPTURED
    assert story.waiting_for == "consent.vertegenwoordiger_not_asked"
    assert not jobs.status(house.store, story.id)


def test_the_representative_says_yes_later_and_work_begins(house: House) -> None:
    story = house.told(CHILD, assent=Outcome.JA, representative=None)
    telling.representative_says(house.store, story.id, Outcome.JA, [NEWSLETTER])
    assert jobs.status(house.store, story.id)
    assert house.worked(story).stage is Stage.TAGGED


def test_the_childs_no_blocks_whatever_the_parent_says(house: House) -> None:
    story = house.worked(house.told(CHILD, assent=Outcome.NEE, representative=Outcome.JA))
    assert story.stage is Stage.CAPTURED
    assert story.waiting_for == "consent.kind_says_nee"


def test_nobody_offers_what_nobody_heard(house: House) -> None:
    story = house.worked(house.told())
    with pytest.raises(Refused) as refusal:
        reviewing.offer_for_release(house.store, house.editor, story.id, expected=story.row_version)
    assert refusal.value.code == "not_heard"


def test_whoever_offers_does_not_release(house: House) -> None:
    both = User(house.editor.id, "redacteur", frozenset({Role.REDACTEUR, Role.VRIJGEVER}))
    story = house.worked(house.told())
    reviewing.mark_heard(house.store, both, story.id)
    story = reviewing.offer_for_release(house.store, both, story.id, expected=story.row_version)
    with pytest.raises(Refused) as refusal:
        reviewing.release(house.store, both, story.id, expected=story.row_version)
    assert refusal.value.code == "four_eyes"


def test_editing_voids_the_offer(house: House) -> None:
    story = house.worked(house.told())
    reviewing.mark_heard(house.store, house.editor, story.id)
    story = reviewing.offer_for_release(house.store, house.editor, story.id, expected=story.row_version)
    reviewing.confirm_themes(house.store, house.editor, story.id, ["meedoen"], expected=story.row_version)
    story = house.now(story)
    assert (story.state, story.version) == (State.IN_REDACTIE, 2)


def test_of_two_editors_the_second_is_told(house: House) -> None:
    story = house.worked(house.told())
    reviewing.confirm_themes(house.store, house.editor, story.id, ["meedoen"], expected=story.row_version)
    with pytest.raises(Moved):
        reviewing.confirm_themes(house.store, house.editor, story.id, [], expected=story.row_version)


def test_a_kept_word_comes_back_and_an_added_word_goes(house: House) -> None:
    story = house.worked(house.told())
    seen = reviewing.review(house.store, house.editor, story.id)
    place = next(f for f in seen.findings if TEXT[f.start : f.end] == "Deventer")
    reviewing.decide_names(
        house.store, house.editor, story.id, [reviewing.keep(place)], expected=seen.story.row_version
    )
    start = TEXT.index("potje")
    seen = reviewing.review(house.store, house.editor, story.id)
    assert "Deventer" in seen.version.clean.text
    reviewing.decide_names(
        house.store, house.editor, story.id,
        [reviewing.keep(place), reviewing.added(start, start + 5)], expected=seen.story.row_version,
    )  # fmt: skip
    assert "potje" not in reviewing.review(house.store, house.editor, story.id).version.clean.text


def test_the_original_closes_once_released_and_every_opening_is_logged(house: House) -> None:
    story = house.released()
    assert reviewing.review(house.store, house.editor, story.id).raw is None
    with house.store.read() as books:
        assert books.audit_is_whole()
    other = house.worked(house.told())
    reviewing.review(house.store, house.editor, other.id)
    actions = [line["action"] for line in reviewing.history(house.store, house.editor, other.id)]
    assert "original_opened" in actions


def test_from_release_to_bundle(house: House) -> None:
    piece = house.released_piece(house.released())
    made = exporting.export(house.store, house.officer, piece.id)
    data, name = exporting.download(house.store, house.officer, made.id)
    assert name.endswith(".zip") and data[:2] == b"PK"


def test_a_piece_is_not_released_by_its_maker(house: House) -> None:
    both = User(house.editor.id, "redacteur", frozenset({Role.REDACTEUR, Role.VRIJGEVER}))
    piece = house.piece(house.released())
    piece = publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
    with pytest.raises(Refused) as refusal:
        publishing.release(house.store, both, piece.id, expected=piece.row_version)
    assert refusal.value.code == "four_eyes"


def test_an_edited_piece_loses_its_release(house: House) -> None:
    piece = house.released_piece(house.released())
    publishing.edit(
        house.store, house.editor, piece.id, title="Anders", preheader=piece.preheader, publish_on=piece.publish_on,
        blocks=piece.blocks, expected=piece.row_version,
    )  # fmt: skip
    with pytest.raises(GateRefused):
        exporting.export(house.store, house.officer, piece.id)


def test_a_story_for_learning_only_is_not_quoted_in_the_newsletter(house: House) -> None:
    story = house.released(channels=((Purpose.INTERN_LEREN, None),))
    shown = {c.story.id: c for c in publishing.cleared(house.store, house.editor)}[story.id]
    assert not shown.allowed and shown.why_not
    with pytest.raises(ConsentRefused):
        publishing.cut_quote(house.store, house.editor, story.id, 0, 10)


def test_withdrawal_blocks_an_open_draft_and_a_stale_tab_cannot_save(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    done = withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert (done.everything, done.pieces_blocked) == (True, 1)
    with pytest.raises(Refused):
        publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
    with pytest.raises(Refused):
        reviewing.review(house.store, house.editor, story.id)
    assert house.now(story).state is State.INGETROKKEN
    _, shown, _ = publishing.piece_view(house.store, house.editor, piece.id)
    assert shown == "", "nobody reads on what a teller took back"


def test_withdrawal_kills_a_bundle_that_lies_ready(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    made = exporting.export(house.store, house.officer, piece.id)
    assert withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF).bundles_expired == 1
    with pytest.raises((Refused, NotFound)):
        exporting.download(house.store, house.officer, made.id)
    assert house.now(story).state is State.VRIJGEGEVEN  # one purpose closes that purpose alone


def test_withdrawal_of_something_published_becomes_a_task(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    mailed(house.store, house.officer, piece)
    assert withdrawing.withdraw(house.store, story.id, Party.TELLER).take_downs == 1
    with house.store.read() as books:
        ((task,), (place,)) = books.tasks(), books.publications.of_pieces([piece.id])
        assert (task.kind, task.subject) == ("take_down", place.id)
        assert books.piece(piece.id).state is PieceState.GEPUBLICEERD


def test_after_the_days_of_grace_the_story_is_gone(house: House) -> None:
    story = house.released()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert retention.tidy(house.store).erased == ()
    later = datetime.now(UTC) + timedelta(days=house.store.settings.grace_days, hours=1)
    assert retention.tidy(house.store, now=later).erased == (story.id,)
    with pytest.raises(NotFound):
        following.own_story(house.store, story.id)
    with house.store.read() as books:
        assert any(event.outcome is Outcome.INGETROKKEN for event in books.consent(story.id).events)
        assert books.audit_is_whole()


def test_a_story_never_handed_in_goes_after_its_term(house: House) -> None:
    story = telling.begin(house.store, telling.answers(ADULT, own=Outcome.JA), kind=StoryKind.TEXT)
    later = datetime.now(UTC) + timedelta(days=Terms().unconsented_days, hours=1)
    assert retention.tidy(house.store, now=later).concepts_erased == (story.id,)


def test_nothing_is_handed_in_without_a_story(house: House) -> None:
    story = telling.begin(house.store, telling.answers(ADULT, own=Outcome.JA), kind=StoryKind.TEXT)
    with pytest.raises(Refused) as refusal:
        telling.hand_in(house.store, story.id)
    assert refusal.value.code == "nothing_told"


def test_what_is_told_later_stands_behind_what_was_told_and_makes_a_new_version(house: House) -> None:
    story = house.released()
    receiving.receive_text(house.store, story.id, "Later kwam er hulp van buurvrouw Fatma.")
    story = house.now(story)
    assert (story.stage, story.state) == (Stage.CAPTURED, State.IN_REDACTIE), "no longer released"
    story = house.worked(story)
    seen = reviewing.review(house.store, house.editor, story.id)
    assert seen.raw == f"{TEXT}\n\nLater kwam er hulp van buurvrouw Fatma."
    assert (story.stage, story.version) == (Stage.TAGGED, 2)
    assert "Fatma" not in seen.version.clean.text and "Later kwam er hulp" in seen.version.clean.text


def test_decisions_about_names_stand_when_the_teller_tells_more(house: House) -> None:
    story = house.worked(house.told())
    seen = reviewing.review(house.store, house.editor, story.id)
    place = next(f for f in seen.findings if TEXT[f.start : f.end] == "Deventer")
    word = TEXT.index("potje")
    decided = [reviewing.keep(place), reviewing.added(word, word + 5)]
    reviewing.decide_names(house.store, house.editor, story.id, decided, expected=seen.story.row_version)
    receiving.receive_text(house.store, story.id, "En daarna kregen wij ook nog een fiets.")
    clean = reviewing.review(house.store, house.editor, house.worked(house.now(story)).id).version.clean.text
    assert "Deventer" in clean and "potje" not in clean and "fiets" in clean


def test_while_the_machine_is_busy_with_what_came_later_nobody_decides_about_the_old_text(house: House) -> None:
    story = house.worked(house.told())
    receiving.receive_text(house.store, story.id, "Er is nog meer dat ik wil vertellen.")
    with pytest.raises(Refused) as refusal:
        reviewing.decide_names(house.store, house.editor, story.id, [], expected=house.now(story).row_version)
    assert refusal.value.code == "being_worked"


def test_a_part_can_be_taken_away_only_before_handing_in(house: House) -> None:
    story = telling.begin(house.store, telling.answers(ADULT, own=Outcome.JA), kind=StoryKind.TEXT)
    first = receiving.receive_text(house.store, story.id, "Dit is het eerste deel.")
    receiving.receive_text(house.store, story.id, "Dit is het tweede deel.")
    receiving.drop(house.store, story.id, first.number)
    telling.hand_in(house.store, story.id)
    assert reviewing.review(house.store, house.editor, house.worked(story).id).raw == "Dit is het tweede deel."
    with pytest.raises(Refused):
        receiving.drop(house.store, story.id, 2)


def test_what_the_teller_excludes_leaves_every_version(house: House) -> None:
    story = house.told()
    with house.store.write() as books:
        books.keep_excluded(story.id, [Passage("Hij zei dat hij ziek was.")])
    seen = reviewing.review(house.store, house.editor, house.worked(story).id)
    assert "ziek" not in seen.version.clean.text and "[weggelaten 1]" in seen.version.clean.text
    with house.store.read() as books:
        assert not [name for name in books.names(story.id) if "ziek" in name.original]


def test_answering_again_turns_what_is_no_longer_chosen_into_a_no(house: House) -> None:
    yes = telling.answers(ADULT, own=Outcome.JA, channels=[NEWSLETTER])
    story = telling.begin(house.store, yes, kind=StoryKind.TEXT)
    telling.answer_again(house.store, story.id, telling.answers(ADULT, own=Outcome.JA))
    with house.store.read() as books:
        with pytest.raises(ConsentRefused):
            books.consent(story.id).require(*NEWSLETTER, on=datetime.now(UTC).date())
        books.consent(story.id).require(Purpose.VERWERKEN, on=datetime.now(UTC).date())


def test_a_paused_story_stops_everywhere(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    reviewing.pause(house.store, house.editor, story.id, expected=house.now(story).row_version)
    with pytest.raises(GateRefused):
        publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)


@pytest.mark.parametrize("role", [Role.BEHEERDER, Role.ERVARINGSWERKER, Role.CONTACTPERSOON])
def test_other_roles_read_no_story(house: House, role: Role) -> None:
    story = house.worked(house.told())
    stranger = User("u0", "iemand", frozenset({role}))
    for forbidden in (
        lambda: reviewing.review(house.store, stranger, story.id),
        lambda: queue.queue(house.store, stranger),
        lambda: publishing.cleared(house.store, stranger),
        lambda: publishing.pieces(house.store, stranger),
        lambda: next(reviewing.audio_range(house.store, stranger, story.id, reviewing.Kind.AUDIO, 0, 1)),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_offering_waits_until_every_amber_word_was_looked_at(house: House) -> None:
    story = telling.begin(
        house.store, telling.answers(ADULT, own=Outcome.JA, channels=[NEWSLETTER]), kind=StoryKind.TEXT
    )
    receiving.receive_text(house.store, story.id, "Mijn dochter is acht jaar en zij slaapt op een matras op de grond.")
    telling.hand_in(house.store, story.id)
    story = house.worked(story)
    seen = reviewing.review(house.store, house.editor, story.id)
    ambers = reviewing.undecided(seen.findings, seen.decisions)
    assert ambers, "an exact age is amber"
    reviewing.mark_heard(house.store, house.editor, story.id)
    with pytest.raises(Refused) as refusal:
        reviewing.offer_for_release(house.store, house.editor, story.id, expected=story.row_version)
    assert refusal.value.code == "amber_left"
    kept = [reviewing.keep(finding) for finding in ambers]
    reviewing.decide_names(house.store, house.editor, story.id, kept, expected=story.row_version)
    offered = reviewing.offer_for_release(house.store, house.editor, story.id, expected=house.now(story).row_version)
    assert offered.state is State.TER_VRIJGAVE


def test_a_no_before_handing_in_erases_at_once(house: House) -> None:
    story = telling.begin(house.store, telling.answers(ADULT, own=Outcome.JA), kind=StoryKind.TEXT)
    receiving.receive_text(house.store, story.id, TEXT)
    telling.discard(house.store, story.id)
    assert house.now(story).state is State.GEWIST
    with house.store.read() as books, pytest.raises(NotFound):
        books.text(story.id)


def test_a_parent_who_is_no_longer_there_can_still_answer_later(house: House) -> None:
    both = telling.answers(CHILD, assent=Outcome.JA, representative=Outcome.JA, channels=[NEWSLETTER])
    story = telling.begin(house.store, both, kind=StoryKind.TEXT)
    receiving.receive_text(house.store, story.id, TEXT)
    telling.answer_again(house.store, story.id, telling.answers(CHILD, assent=Outcome.JA, channels=[NEWSLETTER]))
    telling.hand_in(house.store, story.id)
    assert house.worked(story).waiting_for == "consent.vertegenwoordiger_says_twijfel"
    telling.representative_says(house.store, story.id, Outcome.JA, [NEWSLETTER])
    assert house.worked(story).stage is Stage.TAGGED


def test_drawing_a_page_again_is_not_another_opening(house: House) -> None:
    story = house.worked(house.told())
    for _ in range(3):
        reviewing.review(house.store, house.editor, story.id)
    lines = reviewing.history(house.store, house.editor, story.id)
    assert [line["action"] for line in lines].count("original_opened") == 1
    assert lines[0]["name"] == "redacteur"


def test_a_parents_later_no_closes_the_story_to_editors_at_once(house: House) -> None:
    story = house.worked(house.told(CHILD))
    assert reviewing.review(house.store, house.editor, story.id).raw == TEXT
    telling.representative_says(house.store, story.id, Outcome.NEE)
    with pytest.raises(ConsentRefused):
        reviewing.review(house.store, house.editor, story.id)
    with pytest.raises(ConsentRefused):
        next(reviewing.audio_range(house.store, house.editor, story.id, reviewing.Kind.AUDIO, 0, 1))
