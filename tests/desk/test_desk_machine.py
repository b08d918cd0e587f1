"""Three people and a teller do whatever they like with one story, in any order: the promises hold all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from one_house import OneHouse
from plainrun import PlainRun
from queue_help import stale

import pipeline
from desk import publishing, receiving, reviewing, telling, withdrawing
from stories.consent import Form, Outcome, Party, Purpose
from stories.errors import Moved, NotAllowed, Refused
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.stages import STOPPED, Stage, State

pytestmark = pytest.mark.slow
TEXT = "Ik ben Samira uit Deventer en ik mocht niet mee op schoolreis, want er was geen geld voor."


@contextmanager
def refusals_are_fine() -> Iterator[None]:
    """A rule may say no; what may not happen is that it says yes wrongly, and that is for the invariants."""
    with suppress(Refused, Moved, NotAllowed):
        yield


class OneStory(OneHouse):
    @initialize()
    def told(self) -> None:
        self.open_house()
        answers = telling.answers(
            Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)]
        )
        self.id = telling.begin(self.store, answers, kind=StoryKind.TEXT).id
        receiving.receive_text(self.store, self.id, TEXT)
        telling.hand_in(self.store, self.id)
        both = frozenset({Role.REDACTEUR, Role.VRIJGEVER})
        self.people = [User(f"u{number}", f"mens {number}", both) for number in range(3)]
        self.withdrawn = False

    def story(self) -> Story:
        with self.store.read() as books:
            return books.story(self.id)

    @rule()
    def the_machine_works(self) -> None:
        with refusals_are_fine():
            pipeline.process(self.store, self.store.settings, self.id, PlainRun())

    @rule(who=st.integers(0, 2), stale=st.booleans(), themes=st.sets(st.sampled_from(["meedoen", "stress"])))
    def somebody_confirms_themes(self, who: int, stale: bool, themes: set[str]) -> None:
        if self.story().version:
            with refusals_are_fine():
                expected = self.story().row_version - stale
                reviewing.confirm_themes(self.store, self.people[who], self.id, sorted(themes), expected=expected)

    @rule(who=st.integers(0, 2))
    def somebody_reads(self, who: int) -> None:
        if self.story().version:
            with refusals_are_fine():
                reviewing.mark_heard(self.store, self.people[who], self.id)

    @rule(who=st.integers(0, 2), what=st.sampled_from(["offer_for_release", "release", "send_back", "pause", "resume"]))
    def somebody_decides(self, who: int, what: str) -> None:
        if self.story().version:
            with refusals_are_fine():
                decide = getattr(reviewing, what)
                decide(self.store, self.people[who], self.id, expected=self.story().row_version)

    @rule(who=st.integers(0, 2))
    def somebody_quotes(self, who: int) -> None:
        before = self.story().state
        with refusals_are_fine():
            publishing.cut_quote(self.store, self.people[who], self.id, 0, 12)
            assert before is State.VRIJGEGEVEN

    @rule(everything=st.booleans())
    def the_teller_stops(self, everything: bool) -> None:
        purpose = Purpose.VERWERKEN if everything else Purpose.NIEUWSBRIEF
        withdrawing.withdraw(self.store, self.id, Party.TELLER, purpose=purpose)
        self.withdrawn = self.withdrawn or everything

    @invariant()
    def a_released_text_was_released_by_somebody_who_did_not_make_or_offer_it(self) -> None:
        if not hasattr(self, "store") or self.story().state is not State.VRIJGEGEVEN:
            return
        with self.store.read() as books:
            version, approvals = books.version(self.id), books.approvals(self.id)
        of_this = [a for a in approvals if a.digest == version.digest]
        offered = {a.by for a in of_this if a.role == reviewing.OFFERED}
        released = {a.by for a in of_this if a.role == reviewing.RELEASED}
        assert offered and released - offered - {version.made_by}

    @invariant()
    def what_was_withdrawn_stays_withdrawn(self) -> None:
        if hasattr(self, "store") and self.withdrawn:
            assert self.story().state in (State.INGETROKKEN, State.GEWIST)

    @invariant()
    def stage_and_state_agree(self) -> None:
        if hasattr(self, "store"):
            story = self.story()
            worked = story.stage is Stage.TAGGED
            assert worked or story.state in STOPPED | {State.INGEDIEND}

    @invariant()
    def what_the_queue_counts_with_is_true(self) -> None:
        if hasattr(self, "store"):
            assert not stale(self.store)

    @invariant()
    def the_audit_is_whole(self) -> None:
        if hasattr(self, "store"):
            with self.store.read() as books:
                assert books.audit_is_whole()


TestOneStory = OneStory.TestCase
TestOneStory.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
