"""Choices that change later, by whoever holds a code: who may say what, and that a no is never overruled."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from following_house import ADULT, CHILD, NEWSLETTER, WEBSITE, House, parent, teller, today
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from one_house import OneHouse

from desk import choosing, exporting, rules, telling, withdrawing
from desk.choosing import Conditions
from stories.consent import Form, Outcome, Party, Purpose, Recognisability, may_use
from stories.errors import Refused, VertelpuntError
from stories.model import AgeBand, PieceState, Story, Teller, TellerRole
from stories.people import CodeHolder, Holder
from stories.stages import State
from stories.store import Store

YOUNG = Teller(TellerRole.JONGERE, AgeBand.FROM_16)


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House.open(sqlite_store)


def may(house: House, story: Story, purpose: Purpose, form: Form | None = None) -> bool:
    return bool(may_use(house.consent(story), purpose, form, on=today()))


def shown(house: House, holder: CodeHolder) -> dict[tuple[Purpose, Form | None], choosing.Choice]:
    return {(c.purpose, c.form): c for c in choosing.choices(house.store, holder).channels}


def refused(attempt: Any) -> str:
    with pytest.raises(Refused) as refusal:
        attempt()
    return refusal.value.code


def test_everything_that_is_offered_can_be_chosen_and_is_a_no_until_then(house: House) -> None:
    story = house.told()
    choices = shown(house, teller(story))
    assert set(choices) >= {*rules.shown_channels(house.store), (Purpose.BIJZONDER, None)}
    assert [channel for channel, choice in choices.items() if choice.now] == [NEWSLETTER]
    assert all(choice.now.sentence for choice in choices.values() if not choice.now), "a no says why"


def test_a_yes_is_one_event_with_its_end_and_a_no_after_it_a_withdrawal(house: House) -> None:
    story = house.told()
    earlier = house.consent(story).events
    before = len(earlier)
    choosing.decide(house.store, teller(story), *WEBSITE, True)
    event = house.consent(story).events[-1]
    assert len(house.consent(story).events) == before + 1 and may(house, story, *WEBSITE)
    assert (event.party, event.outcome, event.recorded_by) == (Party.TELLER, Outcome.JA, "verteller")
    ends = [one.valid_until for one in earlier if one.valid_until]
    assert event.valid_until == min([choosing.choices(house.store, teller(story)).longest, *ends])
    choosing.decide(house.store, teller(story), *WEBSITE, False)
    assert house.consent(story).events[-1].outcome is Outcome.INGETROKKEN and not may(house, story, *WEBSITE)
    choosing.decide(house.store, teller(story), Purpose.SOCIAL, Form.TEKST, False)
    assert house.consent(story).events[-1].outcome is Outcome.NEE, "there was nothing to take back"
    assert may(house, story, *NEWSLETTER), "one purpose closes that purpose alone"


def test_a_no_to_one_form_leaves_the_other_form(house: House) -> None:
    story = house.told(channels=[(Purpose.PODCAST, Form.NAGESPROKEN), (Purpose.PODCAST, Form.EIGEN_STEM)])
    choosing.decide(house.store, teller(story), Purpose.PODCAST, Form.EIGEN_STEM, False)
    assert may(house, story, Purpose.PODCAST, Form.NAGESPROKEN)
    assert not may(house, story, Purpose.PODCAST, Form.EIGEN_STEM)


@pytest.mark.parametrize(
    "channel", [(Purpose.VERWERKEN, None), (Purpose.NIEUWSBRIEF, None), (Purpose.VLOG, Form.TEKST)]
)
def test_what_is_not_offered_cannot_be_chosen(house: House, channel: tuple[Purpose, Form | None]) -> None:
    assert refused(lambda: choosing.decide(house.store, teller(house.told()), *channel, True)) == "not_a_channel"


# under 16


def test_a_child_refuses_anything_and_allows_nothing_alone(house: House) -> None:
    story = house.released(CHILD)
    child = teller(story)
    piece = house.piece(story)
    assert refused(lambda: choosing.decide(house.store, child, *WEBSITE, True)) == "representative_allows"
    choosing.decide(house.store, child, *NEWSLETTER, False)
    assert house.consent(story).events[-1].outcome is Outcome.NEE
    assert not may(house, story, *NEWSLETTER)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD, "a no reaches every draft"
    choosing.decide(house.store, parent(story), *NEWSLETTER, True)
    assert not may(house, story, *NEWSLETTER), "a parent's yes does not overrule it"
    choosing.decide(house.store, child, *NEWSLETTER, True)
    assert may(house, story, *NEWSLETTER), "the child takes back only its own no"
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD, "what was locked stays locked"


def test_a_child_taking_back_a_no_does_not_switch_on_what_the_parent_refused(house: House) -> None:
    story = house.told(CHILD)
    choosing.decide(house.store, teller(story), *WEBSITE, False)
    choosing.decide(house.store, teller(story), *WEBSITE, True)
    assert not may(house, story, *WEBSITE)
    choosing.decide(house.store, parent(story), *WEBSITE, True)
    assert may(house, story, *WEBSITE)
    choosing.decide(house.store, parent(story), *WEBSITE, False)
    assert not may(house, story, *WEBSITE)


def test_what_can_be_pressed_is_what_may_be_said(house: House) -> None:
    story = house.told(CHILD)
    choosing.decide(house.store, teller(story), *WEBSITE, False)
    child, mother = shown(house, teller(story)), shown(house, parent(story))
    assert [channel for channel, choice in child.items() if choice.can_allow] == [WEBSITE]
    assert all(choice.can_allow for choice in mother.values())


def test_the_parents_yes_counts_until_the_child_is_sixteen(house: House) -> None:
    born = Teller(TellerRole.KIND, AgeBand.FROM_12, today() + timedelta(days=3))
    story = house.told(born)
    in_time = datetime.now(UTC)
    choosing.decide(house.store, parent(story), *WEBSITE, True, now=in_time)
    late = in_time + timedelta(days=4)
    again = lambda: choosing.decide(house.store, parent(story), *WEBSITE, True, now=late)  # noqa: E731
    assert refused(again) == "decides_self"
    choosing.decide(house.store, parent(story), *WEBSITE, False, now=late)  # a no is always heard
    assert not may(house, story, *WEBSITE)


def test_a_representative_of_somebody_who_decides_alone_allows_nothing(house: House) -> None:
    story = house.told()
    assert refused(lambda: choosing.decide(house.store, parent(story), *WEBSITE, True)) == "decides_self"


# the whole


@pytest.mark.parametrize("who", [ADULT, CHILD, YOUNG])
@pytest.mark.parametrize("outcome", [Outcome.TWIJFEL, Outcome.NEE])
def test_a_doubt_stops_everything_and_a_yes_lets_it_go_on(house: House, who: Teller, outcome: Outcome) -> None:
    said = None if who is CHILD else {"own": Outcome.JA}
    story = house.released(who, **(said or {}))
    piece = house.released_piece(story)
    choosing.answer_whole(house.store, teller(story), outcome)
    assert not may(house, story, Purpose.VERWERKEN) and not may(house, story, *NEWSLETTER)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD
    assert house.now(story).state is State.VRIJGEGEVEN, "it waits; nothing is erased"
    assert (house.now(story).waiting_for or "").endswith(f"_says_{outcome}")
    choosing.answer_whole(house.store, teller(story), Outcome.JA)
    assert may(house, story, *NEWSLETTER)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD


def test_a_yes_again_keeps_the_day_on_which_consent_ends(house: House) -> None:
    story = house.told()
    soon = today() + timedelta(days=40)
    choosing.set_conditions(house.store, teller(story), Conditions(valid_until=soon))
    choosing.answer_whole(house.store, teller(story), Outcome.TWIJFEL)
    choosing.answer_whole(house.store, teller(story), Outcome.JA)
    assert house.consent(story).events[-1].valid_until == soon


def test_the_parent_answers_by_another_door_and_a_withdrawn_story_by_undo(house: House) -> None:
    story = house.told(CHILD)
    assert refused(lambda: choosing.answer_whole(house.store, parent(story), Outcome.JA)) == "not_a_channel"
    withdrawing.withdraw(house.store, story.id, Party.KIND)
    assert refused(lambda: choosing.answer_whole(house.store, teller(story), Outcome.JA)) == "story_ingetrokken"
    assert refused(lambda: telling.representative_says(house.store, story.id, Outcome.JA)) == "story_ingetrokken"
    assert refused(lambda: choosing.decide(house.store, parent(story), *WEBSITE, True)) == "story_ingetrokken"


def test_a_parents_later_no_locks_drafts_and_kills_bundles(house: House) -> None:
    story = house.released(CHILD)
    piece = house.released_piece(story)
    made = exporting.export(house.store, house.officer, piece.id)
    telling.representative_says(house.store, story.id, Outcome.NEE)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD
    with pytest.raises(VertelpuntError):
        exporting.download(house.store, house.officer, made.id)


# conditions


def test_conditions_hold_for_every_yes_and_make_no_yes(house: House) -> None:
    story = house.told(channels=[NEWSLETTER, WEBSITE])
    choosing.decide(house.store, teller(story), *WEBSITE, False)
    later, end = today() + timedelta(days=30), today() + timedelta(days=90)
    wanted = Conditions(Recognisability.SCHUILNAAM, later, end)
    choosing.set_conditions(house.store, teller(story), wanted)
    consent = house.consent(story)
    assert choosing.choices(house.store, teller(story)).conditions == wanted
    assert may_use(consent, Purpose.VERWERKEN, on=today()), "an embargo does not stop the work"
    for day, yes in ((today(), False), (later, True), (end, True), (end + timedelta(days=1), False)):
        assert bool(may_use(consent, *NEWSLETTER, on=day)) is yes, day
        assert not may_use(consent, *WEBSITE, on=day)
    assert may_use(consent, *NEWSLETTER, on=later, recognisability=Recognisability.SCHUILNAAM)
    assert not may_use(consent, *NEWSLETTER, on=later, recognisability=Recognisability.VOORNAAM)
    choosing.decide(house.store, teller(story), *WEBSITE, True)
    assert not may_use(house.consent(story), *WEBSITE, on=today()), "a later yes has the same conditions"


def test_no_yes_lasts_longer_than_the_house_keeps_it(house: House) -> None:
    story = house.told()
    longest = choosing.choices(house.store, teller(story)).longest
    choosing.set_conditions(house.store, teller(story), Conditions(valid_until=longest + timedelta(days=900)))
    assert choosing.choices(house.store, teller(story)).conditions.valid_until == longest


@pytest.mark.parametrize(
    ("begins", "ends"), [(None, -1), (20, 10)], ids=["an end that is over", "an end before the beginning"]
)
def test_days_that_cannot_be_are_refused(house: House, begins: int | None, ends: int) -> None:
    story = house.told()
    wanted = Conditions(
        embargo_until=None if begins is None else today() + timedelta(days=begins),
        valid_until=today() + timedelta(days=ends),
    )
    before = house.consent(story)
    assert refused(lambda: choosing.set_conditions(house.store, teller(story), wanted)) == "dates_cannot_be"
    assert house.consent(story) == before


def test_a_childs_conditions_are_the_parents_to_set(house: House) -> None:
    story = house.told(CHILD)
    assert refused(lambda: choosing.set_conditions(house.store, teller(story), Conditions())) == "representative_allows"
    choosing.set_conditions(house.store, parent(story), Conditions(embargo_until=today() + timedelta(days=9)))
    assert not may(house, story, *NEWSLETTER)


def test_an_embargo_asks_a_bundle_that_lies_ready_again(house: House) -> None:
    story = house.released()
    made = exporting.export(house.store, house.officer, house.released_piece(story).id)
    choosing.set_conditions(house.store, teller(story), Conditions(embargo_until=today() + timedelta(days=30)))
    with pytest.raises(VertelpuntError):
        exporting.download(house.store, house.officer, made.id)


# the wish to see it first


def test_the_wish_to_see_it_first_is_a_sitting_and_the_parent_only_adds_it(house: House) -> None:
    story = house.told(CHILD)

    def wished() -> bool:
        return choosing.choices(house.store, teller(story)).preview

    assert not wished()
    choosing.wish_preview(house.store, parent(story), True)
    assert wished()
    choosing.wish_preview(house.store, teller(story), False)
    assert not wished()
    choosing.wish_preview(house.store, teller(story), True)
    choosing.wish_preview(house.store, parent(story), False)
    assert wished(), "a parent does not take away what the child asked"
    telling.representative_says(house.store, story.id, Outcome.JA, circumstances={"preview": False})
    assert wished()
    with house.store.read() as books:
        assert [s.recorded_by for s in books.sittings(story.id)].count("verteller") == 3


# any sequence

CHANNELS = (NEWSLETTER, WEBSITE, (Purpose.INTERN_LEREN, None))
NO = {Outcome.NEE, Outcome.TWIJFEL, Outcome.INGETROKKEN}


class AnySequence(OneHouse):
    """Whatever tellers and parents say, in any order: nothing is allowed that one of them refused last."""

    @initialize(under_16=st.booleans())
    def told(self, under_16: bool) -> None:
        self.open_house()
        house = House.open(self.store)
        self.story = house.told(CHILD if under_16 else ADULT)
        self.house = house
        self.own = Party.KIND if under_16 else Party.TELLER
        self.parties = (Party.KIND, Party.VERTEGENWOORDIGER) if under_16 else (Party.TELLER,)
        decides = Party.VERTEGENWOORDIGER if under_16 else Party.TELLER
        self.said: dict[tuple[Party, Purpose, Form | None], Outcome] = {}
        for party in self.parties:
            self.said[party, Purpose.VERWERKEN, None] = Outcome.JA
        self.said[decides, *NEWSLETTER] = Outcome.JA
        self.wished = False

    def holder(self, party: Party) -> CodeHolder:
        kind = Holder.VERTEGENWOORDIGER if party is Party.VERTEGENWOORDIGER else Holder.VERTELLER
        return CodeHolder(self.story.id, kind)

    @rule(parental=st.booleans(), channel=st.sampled_from(CHANNELS), yes=st.booleans())
    def somebody_decides(self, parental: bool, channel: tuple[Purpose, Form | None], yes: bool) -> None:
        party = self.parties[-1] if parental else self.own
        with suppress(Refused):
            choosing.decide(self.store, self.holder(party), *channel, yes)
            self.said[party, *channel] = Outcome.JA if yes else Outcome.NEE

    @rule(outcome=st.sampled_from([Outcome.JA, Outcome.NEE, Outcome.TWIJFEL]))
    def the_teller_answers_the_whole(self, outcome: Outcome) -> None:
        with suppress(Refused):
            choosing.answer_whole(self.store, self.holder(self.own), outcome)
            self.said[self.own, Purpose.VERWERKEN, None] = outcome

    @rule(outcome=st.sampled_from([Outcome.JA, Outcome.NEE, Outcome.TWIJFEL]))
    def the_parent_answers_the_whole(self, outcome: Outcome) -> None:
        with suppress(Refused):
            telling.representative_says(self.store, self.story.id, outcome)
            self.said[Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None] = outcome

    @rule(parental=st.booleans())
    def somebody_stops_everything(self, parental: bool) -> None:
        party = self.parties[-1] if parental else self.own
        withdrawing.withdraw(self.store, self.story.id, party)
        self.said[party, Purpose.VERWERKEN, None] = Outcome.INGETROKKEN

    @rule(parental=st.booleans())
    def somebody_changes_their_mind(self, parental: bool) -> None:
        party = self.parties[-1] if parental else self.own
        with suppress(Refused):
            withdrawing.undo(self.store, self.story.id, party)
            self.said[party, Purpose.VERWERKEN, None] = Outcome.JA

    @rule(parental=st.booleans(), waits=st.booleans())
    def somebody_sets_conditions(self, parental: bool, waits: bool) -> None:
        party = self.parties[-1] if parental else self.own
        with suppress(Refused):
            begins = today() + timedelta(days=10) if waits else None
            choosing.set_conditions(self.store, self.holder(party), Conditions(embargo_until=begins))

    @rule(parental=st.booleans(), wish=st.booleans())
    def somebody_wishes_to_see_it_first(self, parental: bool, wish: bool) -> None:
        party = self.parties[-1] if parental else self.own
        choosing.wish_preview(self.store, self.holder(party), wish)
        self.wished = wish or (self.wished and party is Party.VERTEGENWOORDIGER)

    @invariant()
    def a_no_is_never_overruled(self) -> None:
        if not hasattr(self, "store"):
            return
        consent = self.house.consent(self.story)
        for purpose, form in ((Purpose.VERWERKEN, None), *CHANNELS):
            for days in (0, 20):
                if may_use(consent, purpose, form, on=today() + timedelta(days=days)):
                    for party in self.parties:
                        assert self.said.get((party, Purpose.VERWERKEN, None)) is Outcome.JA
                        assert self.said.get((party, purpose, form)) not in NO
                    assert self.said.get((self.parties[-1], purpose, form)) is Outcome.JA, "a yes of who decides"

    @invariant()
    def withdrawn_is_what_somebody_withdrew_and_did_not_take_back(self) -> None:
        if hasattr(self, "store"):
            stopped = any(self.said[party, Purpose.VERWERKEN, None] is Outcome.INGETROKKEN for party in self.parties)
            assert (self.house.now(self.story).state is State.INGETROKKEN) is stopped
            assert (withdrawing.stopped_at(self.house.consent(self.story)) is not None) is stopped

    @invariant()
    def the_wish_to_see_it_first_is_kept(self) -> None:
        if hasattr(self, "store"):
            assert choosing.choices(self.store, self.holder(self.own)).preview is self.wished


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnySequence = pytest.mark.slow(TestAnySequence)
