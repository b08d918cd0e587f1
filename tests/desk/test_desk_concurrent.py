"""Several people and a teller at one story, each with a tab that may be old: the promises hold in every order.

Everybody acts on what their tab showed last. A save of an old tab changes nothing at all; what is released rests on
two pairs of eyes on exactly that text (or on the one-person mode and its wait); what stands still or was taken back is
never used; and every decision is a line in the audit. Then the same with real threads, on both databases.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from one_house import OneHouse
from plainrun import PlainRun
from role_place import NEXT_WEEK, PASSWORD, TEXT, Place

import pipeline
from desk import (
    calendar,
    names,
    naming,
    oneperson,
    queue,
    receiving,
    reviewing,
    secondreading,
    standing,
    telling,
    withdrawing,
)
from desk.places import Does
from stories.clock import today
from stories.consent import Form, Outcome, Party, Purpose
from stories.errors import Moved, Refused, VertelpuntError
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.planned import PlannedState
from stories.stages import STOPPED, Stage, State
from stories.store import Store
from stories.use import ALONE_WAIT, OFFERED, READ_THROUGH, RELEASED, RELEASED_ALONE, may_use_version

CHILD, ADULT = Teller(TellerRole.KIND, AgeBand.UNDER_12), Teller(TellerRole.OUDER, AgeBand.ADULT)
WHO = st.sampled_from(["anna", "bo", "vera"])
AGAIN = timedelta(hours=25)

Doing = Callable[[Store, User, int], object]
"""A decision of a user about the row version that their tab showed."""


class House(OneHouse):
    """Anna and Bo edit and release, Vera only releases; Ada is the administrator."""

    @initialize(young=st.booleans())
    def told(self, young: bool) -> None:
        self.open_house()
        roles = {"anna": [Role.REDACTEUR, Role.VRIJGEVER], "vera": [Role.VRIJGEVER], "ada": [Role.BEHEERDER]}
        with self.store.write() as books:
            self.people = {
                name: books.add_user(name, PASSWORD, roles.get(name, roles["anna"]))
                for name in ("anna", "bo", "vera", "ada")
            }
        self.place = Place(self.store, {})
        yes = {"assent": Outcome.JA, "representative": Outcome.JA} if young else {"own": Outcome.JA}
        channels = [(Purpose.NIEUWSBRIEF, Form.TEKST)]
        said = telling.answers(CHILD if young else ADULT, channels=channels, **yes)
        self.id = telling.begin(self.store, said, kind=StoryKind.TEXT).id
        receiving.receive_text(self.store, self.id, TEXT)
        telling.hand_in(self.store, self.id)
        pipeline.process(self.store, self.store.settings, self.id, PlainRun())
        self.young, self.gone, self.mode = young, False, False
        self.tabs = dict.fromkeys(("anna", "bo", "vera"), self.story().row_version)
        self.read = dict.fromkeys(self.tabs, self.digest())

    # what is known

    def story(self) -> Story:
        with self.store.read() as books:
            return books.story(self.id)

    def digest(self) -> str:
        with self.store.read() as books:
            return books.version(self.id).digest

    def usable(self) -> bool:
        with self.store.read() as books:
            now = standing.standing(books, self.id)
        return bool(may_use_version(now, Purpose.NIEUWSBRIEF, Form.TEKST, on=today()))

    def act(self, who: str, do: Doing, *, edits: bool = False) -> bool:
        """Somebody decides on what their tab shows. True when it was done."""
        expected, stale = self.tabs[who], self.tabs[who] != self.story().row_version
        before, lines = self.place.everything(), self.place.audit_lines()
        try:
            do(self.store, self.people[who], expected)
        except VertelpuntError as error:
            assert isinstance(error, Refused | Moved), error
            assert self.place.everything() == before, "a refusal changes nothing"
            assert self.place.audit_lines() == lines
            return False
        if self.place.everything() == before:
            return False  # what was chosen already is chosen again
        assert not stale, "an old tab saved something"
        assert self.place.audit_lines() > lines, "a decision without a line in the audit"
        if edits:
            assert not self.usable() and self.story().state is State.IN_REDACTIE, "an edit voids what was approved"
        return True

    # what people do

    @rule(who=WHO)
    def somebody_looks(self, who: str) -> None:
        self.tabs[who], self.read[who] = self.story().row_version, self.digest()

    @rule(who=WHO, fresh=st.booleans(), tags=st.sets(st.sampled_from(["meedoen", "stress"])))
    def somebody_confirms_themes(self, who: str, fresh: bool, tags: set[str]) -> None:
        self.look_if(who, fresh)
        self.act(who, lambda s, u, e: reviewing.confirm_themes(s, u, self.id, sorted(tags), expected=e), edits=True)

    @rule(who=WHO, fresh=st.booleans(), at=st.integers(0, 20), does=st.sampled_from([Does.MASK, Does.KEEP]))
    def somebody_decides_a_name(self, who: str, fresh: bool, at: int, does: Does) -> None:
        self.look_if(who, fresh)
        change = naming.Change(does, at, at + 3)
        self.act(who, lambda s, u, e: naming.change(s, u, self.id, change, expected=e), edits=True)

    @rule(who=WHO, fresh=st.booleans(), style=st.sampled_from(names.Style))
    def somebody_chooses_how_names_look(self, who: str, fresh: bool, style: names.Style) -> None:
        self.look_if(who, fresh)
        self.act(who, lambda s, u, e: names.set_style(s, u, self.id, style, expected=e), edits=True)

    @rule(who=WHO, fresh=st.booleans())
    def somebody_offers(self, who: str, fresh: bool) -> None:
        self.look_if(who, fresh)

        def offer(store: Store, user: User, expected: int) -> None:
            reviewing.offer_for_release(store, user, self.id, expected=expected)

        if self.people[who].may(reviewing.Act.OPEN_ORIGINAL) and self.story().state not in STOPPED:
            reviewing.mark_heard(self.store, self.people[who], self.id)
        self.act(who, offer)

    @rule(who=WHO, fresh=st.booleans(), later=st.booleans())
    def somebody_releases(self, who: str, fresh: bool, later: bool) -> None:
        self.look_if(who, fresh)
        now = datetime.now(UTC) + (AGAIN if later else timedelta())
        if self.act(who, lambda s, u, e: reviewing.release(s, u, self.id, expected=e, now=now)):
            assert self.usable(), "what was released a moment ago may be used"

    @rule(who=WHO)
    def somebody_reads_it_through(self, who: str) -> None:
        digest, now = self.read[who], self.digest()

        def read(store: Store, user: User, _: int) -> None:
            secondreading.mark_read_through(store, user, self.id, digest=digest)

        self.tabs[who] = self.story().row_version  # reading is bound to the text, not to the row
        assert not self.act(who, read) or digest == now

    @rule(who=WHO, fresh=st.booleans(), what=st.sampled_from(["send_back", "pause", "resume"]))
    def somebody_stops_it_or_goes_on(self, who: str, fresh: bool, what: str) -> None:
        self.look_if(who, fresh)
        if self.act(who, lambda s, u, e: getattr(reviewing, what)(s, u, self.id, expected=e)):
            assert not self.usable()

    @rule(on=st.booleans())
    def the_administrator_turns_one_person_on_or_off(self, on: bool) -> None:
        version = oneperson.mode(self.store, self.people["ada"]).version
        oneperson.turn(self.store, self.people["ada"], on, expected=version)
        self.mode = on
        with pytest.raises(Moved):
            oneperson.turn(self.store, self.people["ada"], not on, expected=version)

    @rule()
    def the_machine_works(self) -> None:
        pipeline.process(self.store, self.store.settings, self.id, PlainRun())

    @rule(everything=st.booleans(), sure=st.integers(0, 3))
    def the_teller_takes_something_back(self, everything: bool, sure: int) -> None:
        if sure == 0:  # not in every walk
            purpose = Purpose.VERWERKEN if everything else Purpose.NIEUWSBRIEF
            withdrawing.withdraw(self.store, self.id, Party.KIND if self.young else Party.TELLER, purpose=purpose)
            self.gone = True

    def look_if(self, who: str, fresh: bool) -> None:
        if fresh:
            self.somebody_looks(who)

    # what must hold

    @invariant()
    def what_is_released_or_used_rests_on_the_right_eyes(self) -> None:
        if not hasattr(self, "tabs"):
            return
        with self.store.read() as books:
            version, approvals, story = books.version(self.id), books.approvals(self.id), books.story(self.id)
        of_this = [a for a in approvals if a.digest == version.digest]
        apart = {version.made_by} | {a.by for a in of_this if a.role == OFFERED}
        two = {a.by for a in of_this if a.role == RELEASED} - apart
        alone = [a for a in of_this if a.role == RELEASED_ALONE]
        if story.state is State.VRIJGEGEVEN:
            assert two or alone
            assert any(a.role == OFFERED for a in of_this)
        if self.usable():
            assert story.state is State.VRIJGEGEVEN and not self.gone
            assert two or (self.mode and alone)
            assert not self.young or {a.by for a in of_this if a.role == READ_THROUGH} - apart
        for one in alone:
            assert max(a.at for a in of_this if a.role == OFFERED and a.at <= one.at) + ALONE_WAIT <= one.at

    @invariant()
    def what_stands_still_or_is_gone_is_never_used(self) -> None:
        if hasattr(self, "tabs") and (self.gone or self.story().state in STOPPED):
            assert not self.usable()

    @invariant()
    def the_queue_has_a_place_for_it(self) -> None:
        if hasattr(self, "tabs"):
            story = self.story()
            with self.store.read() as books:
                assert books.queue.of(self.id, {}).heading in queue.HEADINGS
            assert story.stage is Stage.TAGGED or story.state in STOPPED | {State.INGEDIEND}

    @invariant()
    def the_audit_is_whole(self) -> None:
        if hasattr(self, "tabs"):
            with self.store.read() as books:
                assert books.audit_is_whole()


TestHouse = House.TestCase
TestHouse.settings = settings(
    max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestHouse.pytestmark = [pytest.mark.slow]


# with real threads


def at_once(*doings: Callable[[], object]) -> list[object]:
    """Everybody presses at the same moment: for each what came of it, or the error."""
    ready = threading.Barrier(len(doings))

    def press(do: Callable[[], object]) -> object:
        ready.wait()
        try:
            return do()
        except VertelpuntError as error:
            return error

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(press, doings))


def one_won(results: list[object]) -> bool:
    return sorted(isinstance(result, Moved | Refused) for result in results) == [False, True]


@pytest.fixture
def both(store: Store) -> Place:
    """One member of staff per role, on either database."""
    return Place.open(store)


def colleague(place: Place, *roles: Role) -> User:
    with place.store.write() as books:
        return books.add_user("collega", PASSWORD, roles)


def test_two_editors_who_save_at_once_do_not_overwrite_each_other(both: Place) -> None:
    story, ann, bo = both.worked(), both.staff[Role.REDACTEUR], colleague(both, Role.REDACTEUR)
    results = at_once(
        lambda: reviewing.confirm_themes(both.store, ann, story.id, ["meedoen"], expected=story.row_version),
        lambda: reviewing.confirm_themes(both.store, bo, story.id, ["stress"], expected=story.row_version),
    )
    assert one_won(results) and any(isinstance(result, Moved) for result in results)
    assert both.now(story.id).version == story.version + 1
    with both.store.read() as books:
        assert books.version(story.id).made_by == (bo if isinstance(results[0], Moved) else ann).id


def test_two_releasers_who_release_at_once_leave_one_approval(both: Place) -> None:
    story, one, two = both.offered(), both.staff[Role.VRIJGEVER], colleague(both, Role.VRIJGEVER)
    results = at_once(
        *(lambda u=user: reviewing.release(both.store, u, story.id, expected=story.row_version) for user in (one, two))
    )
    assert one_won(results)
    with both.store.read() as books:
        assert [a.role for a in books.approvals(story.id)].count(RELEASED) == 1
        assert len(books.audit_trail(action="story_released")) == 1 and books.audit_is_whole()


def test_an_edit_and_a_release_at_once_never_release_what_nobody_read(both: Place) -> None:
    story, editor, releaser = both.offered(), both.staff[Role.REDACTEUR], both.staff[Role.VRIJGEVER]
    results = at_once(
        lambda: reviewing.release(both.store, releaser, story.id, expected=story.row_version),
        lambda: reviewing.confirm_themes(both.store, editor, story.id, ["stress"], expected=story.row_version),
    )
    assert one_won(results)
    with both.store.read() as books:
        digest = books.version(story.id).digest
        released = [a.digest for a in books.approvals(story.id) if a.role == RELEASED]
    is_released = both.now(story.id).state is State.VRIJGEGEVEN
    assert is_released == isinstance(results[1], Moved | Refused) and (not is_released or released == [digest])


def test_the_calendar_and_the_houses_choices_know_one_winner(both: Place) -> None:
    item, editor, officer = both.planned(), both.staff[Role.REDACTEUR], both.staff[Role.COMMUNICATIE]
    done, off = PlannedState.GEDAAN, PlannedState.AFGEBLAZEN
    assert one_won(
        at_once(
            lambda: calendar.decide(both.store, editor, item.id, done, expected=0),
            lambda: calendar.decide(both.store, officer, item.id, off, expected=0),
        )
    )
    admin = both.staff[Role.BEHEERDER]
    assert one_won(at_once(*(lambda on=on: oneperson.turn(both.store, admin, on, expected=0) for on in (True, False))))
    assert len(calendar.overview(both.store, editor, NEXT_WEEK, NEXT_WEEK).lines) == 1
