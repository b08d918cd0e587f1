"""Promises about time, kept: each rule on the day before, on the day, and twice; late, early and by a clock gone back.

What the audit notes has the real time, which no rule below depends on, unless it says so. What ends later (the yes of a
parent, the term of a yes, a recording, the proof) stands in `test_desk_retention_ends.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

import pytest
from builders import (
    a_consent,
    a_story,
    a_withdrawal,
)
from hypothesis import given
from hypothesis import strategies as st
from retention_help import (
    ADULT,
    CHILD,
    GRACE,
    JA,
    NEE,
    SECOND,
    TERMS,
    TWIJFEL,
    UNCONSENTED,
    A,
    K,
    T,
    V,
    at,
    erased,
    lines,
    now,
    published,
    put,
    run,
    said,
    story_rows,
    tasks,
)

from desk import keeping
from desk.keeping import ASK_AGAIN, WARN, Clock, End, Why, due_of_task, may_go
from desk.retention import kept_until, tidy
from stories import jobs
from stories.consent import Outcome, Party, Purpose
from stories.errors import Refused
from stories.model import PieceState, Story, Task, Teller
from stories.people import Role
from stories.rulebook import RuleKind
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import Kind
from stories.words import room

# the table: what was said, and how many days later the story is gone


@dataclass(frozen=True)
class Case:
    name: str
    days: int | None  # None: never in the first hundred days
    why: Why
    teller: Teller = CHILD
    state: State = State.INGEDIEND
    says: tuple[tuple[Party, Outcome], ...] = ()
    warned: bool = False


MISSING = Why.NEVER_CONSENTED
CASES = [
    Case("begun and never handed in", UNCONSENTED, Why.NEVER_HANDED_IN, state=State.CONCEPT, says=((K, JA),)),
    Case("begun with every yes and never handed in", UNCONSENTED, Why.NEVER_HANDED_IN, ADULT, State.CONCEPT,
         ((T, JA),)),
    Case("the parent never answers", UNCONSENTED, MISSING, says=((K, JA),), warned=True),
    Case("the child was never asked", UNCONSENTED, MISSING, says=((V, JA),), warned=True),
    Case("the child doubts", UNCONSENTED, MISSING, says=((V, JA), (K, TWIJFEL)), warned=True),
    Case("the parent doubts", UNCONSENTED, MISSING, says=((V, TWIJFEL), (K, JA)), warned=True),
    Case("the other parent objects", UNCONSENTED, MISSING, says=((V, JA), (K, JA), (A, NEE)), warned=True),
    Case("the parent says no", GRACE, Why.REFUSED, says=((V, NEE), (K, JA))),
    Case("the child says no", GRACE, Why.REFUSED, says=((V, JA), (K, NEE))),
    Case("the child says no and nobody else answers", GRACE, Why.REFUSED, says=((K, NEE),)),
    Case("a grown-up says no", GRACE, Why.REFUSED, ADULT, says=((T, NEE),)),
    Case("everybody says yes", None, Why.EXPIRED, says=((V, JA), (K, JA))),
    Case("a grown-up says yes", None, Why.EXPIRED, ADULT, says=((T, JA),)),
    Case("no yes, but somebody has to look at its safety first", None, Why.STANDS_STILL, state=State.GEPAUZEERD,
         says=((K, JA),)),
    Case("put aside", None, Why.STANDS_STILL, state=State.QUARANTAINE, says=((V, NEE), (K, JA))),
]  # fmt: skip
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def case_story(store: Store, case: Case) -> Story:
    story = a_story(teller=case.teller, state=case.state)
    return put(store, story, *(said(story, party, outcome) for party, outcome in case.says))


@each_case
def test_a_story_goes_on_its_day_and_not_before(sqlite_store: Store, case: Case) -> None:
    story = case_story(sqlite_store, case)
    last = case.days if case.days is not None else 100
    assert not erased(*run(sqlite_store, *range(last)))
    assert not erased(tidy(sqlite_store, now=at(last) - SECOND))
    gone = erased(*run(sqlite_store, last, last, last + 1))
    assert gone == ([] if case.days is None else [story.id]), "once, and only once"
    assert (now(sqlite_store, story).state is State.GEWIST) == bool(gone)
    assert [line["detail"] for line in lines(sqlite_store, story, "story_erased")] == [str(case.why)] * len(gone)
    with sqlite_store.read() as books:
        assert books.has(story.id, Kind.ORIGINAL_TEXT) != bool(gone)
        assert books.audit_is_whole()


@each_case
def test_the_screen_promises_the_very_day(sqlite_store: Store, case: Case) -> None:
    story = case_story(sqlite_store, case)
    promised = {kept.until for day in range(0, 7) for kept in story_rows(sqlite_store, story, at(day))}
    until = None if case.days is None else at(case.days).date()
    if case.why is Why.EXPIRED:
        until = at(730 + TERMS.ask_again_days).date()
    assert promised == {until}


@each_case
def test_who_can_still_do_something_is_warned_in_time_and_once(sqlite_store: Store, case: Case) -> None:
    story = case_story(sqlite_store, case)
    first = UNCONSENTED - TERMS.warning_days
    run(sqlite_store, *range(first))
    assert not tasks(sqlite_store)
    run(sqlite_store, first, first, first + 1, first + 2)
    made = [(task.kind, task.subject, task.owner, task.due) for task in tasks(sqlite_store)]
    expected = [(WARN, str(case.why), str(Role.CONTACTPERSOON), at(UNCONSENTED).date())]
    assert made == (expected if case.warned else [])
    assert len(lines(sqlite_store, story, WARN)) == len(made)


def test_a_withdrawn_story_goes_after_the_days_of_grace(sqlite_store: Store) -> None:
    story = put(sqlite_store, a_story(state=State.INGETROKKEN))
    with sqlite_store.write() as books:
        books.add_consent(a_withdrawal(story, at=at(1)), a_withdrawal(story, Purpose.NIEUWSBRIEF, at=at(6)))
    assert not erased(tidy(sqlite_store, now=at(1 + GRACE) - SECOND))
    assert erased(tidy(sqlite_store, now=at(1 + GRACE))) == [story.id], "a later no to one purpose puts nothing off"


def test_the_days_of_grace_count_from_the_first_to_say_stop_or_no(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD)
    put(
        sqlite_store,
        story,
        said(story, K, JA),
        said(story, V, NEE),
        said(story, V, NEE, at(5)),
        said(story, K, NEE, at(6)),
    )
    assert erased(*run(sqlite_store, 6.9, GRACE)) == [story.id]


def test_a_no_that_became_a_yes_within_the_days_of_grace_erases_nothing(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD)
    put(sqlite_store, story, said(story, K, JA), said(story, V, NEE), said(story, V, JA, at(3)))
    assert not erased(*run(sqlite_store, GRACE, 60))


def test_the_clock_of_a_concept_starts_again_when_something_is_given(sqlite_store: Store) -> None:
    story = a_story(state=State.CONCEPT)
    put(sqlite_store, story, said(story, T, JA), said(story, T, JA, at(20)))
    assert not erased(*run(sqlite_store, UNCONSENTED, 20 + UNCONSENTED - 1))
    assert erased(*run(sqlite_store, 20 + UNCONSENTED)) == [story.id]


def test_a_doubt_that_comes_later_counts_from_that_day(sqlite_store: Store) -> None:
    """Or a story of half a year old would be gone within the hour."""
    story = a_story(teller=CHILD, state=State.VRIJGEGEVEN, stage=Stage.TAGGED)
    put(sqlite_store, story, *a_consent(story), said(story, K, TWIJFEL, at(180)))
    assert not erased(*run(sqlite_store, 181, 203, 209))
    assert erased(*run(sqlite_store, 210)) == [story.id]


# warned before, also when the job did not run


def test_a_computer_that_was_off_for_weeks_still_warns_first(sqlite_store: Store) -> None:
    story = case_story(sqlite_store, next(c for c in CASES if c.warned))
    assert not erased(*run(sqlite_store, 400, 400.1, 403, 406.5))
    (task,) = tasks(sqlite_store)
    assert task.due == at(400 + TERMS.warning_days).date()
    assert [kept.until for kept in story_rows(sqlite_store, story, at(403))] == [task.due], "what is shown is told"
    assert erased(*run(sqlite_store, 407)) == [story.id]


def test_a_clock_that_goes_back_undoes_and_doubles_nothing(sqlite_store: Store) -> None:
    story = case_story(sqlite_store, next(c for c in CASES if c.warned))
    assert not erased(*run(sqlite_store, 23, 2, 23, 25, 1, 29))
    assert len(tasks(sqlite_store, open_only=False)) == len(lines(sqlite_store, story, WARN)) <= 2
    assert erased(*run(sqlite_store, 30, 3)) == [story.id]


def test_days_are_counted_in_utc_whatever_clock_the_teller_has(sqlite_store: Store) -> None:
    """The night in which summer time begins: 29 March 2026 at 02:00 in the Netherlands."""
    winter, summer = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))
    story = a_story(teller=CHILD)
    put(sqlite_store, story, said(story, V, NEE, datetime(2026, 3, 28, 23, 30, tzinfo=winter)))
    assert not erased(tidy(sqlite_store, now=datetime(2026, 4, 5, 0, 29, 59, tzinfo=summer)))
    assert erased(tidy(sqlite_store, now=datetime(2026, 4, 5, 0, 30, tzinfo=summer))) == [story.id]


@given(
    st.sampled_from([(WARN, TERMS.warning_days), (ASK_AGAIN, 2 * TERMS.ask_again_days)]),
    st.integers(100, 900),
    st.lists(st.floats(0, 2000), min_size=1, max_size=30),
)
def test_nothing_goes_unless_somebody_was_told_so_long_before(
    kind: tuple[str, int], end_day: int, runs: list[float]
) -> None:
    """Whenever the job ran or did not run."""
    end = End(MISSING if kind[0] == WARN else Why.EXPIRED, at(end_day), kind[0], at(end_day - kind[1]), kind[1])
    told: list[Task] = []
    told_on: date | None = None
    for day in sorted(runs):
        clock = Clock(at(day), TERMS, timedelta(days=GRACE))
        if may_go(end, told, clock):
            assert clock.now >= at(end_day)
            assert told_on is not None and clock.today - told_on >= timedelta(days=kind[1])
        if end.tell_from is not None and clock.now >= end.tell_from and not told:
            told_on = clock.today
            told.append(Task("t", kind[0], "s", end.subject, "o", due_of_task(end, clock.today)))


# the warning goes to whoever can do something


def test_the_helper_who_took_the_story_is_warned_also_about_a_concept(sqlite_store: Store) -> None:
    with sqlite_store.write() as books:
        helper = books.add_user("Ed", "wachtwoord van Ed", [Role.ERVARINGSWERKER])
    put(sqlite_store, a_story(state=State.CONCEPT, taken_by=helper.id))
    waiting = put(sqlite_store, a_story(teller=CHILD, taken_by=helper.id))
    run(sqlite_store, 23)
    assert {(task.owner, task.subject) for task in tasks(sqlite_store)} == {
        (helper.id, str(Why.NEVER_HANDED_IN)), (helper.id, str(MISSING)),
    }  # fmt: skip
    assert len(erased(*run(sqlite_store, 30))) == 2
    assert now(sqlite_store, waiting).state is State.GEWIST


def test_a_helper_who_left_is_replaced_by_the_contact_person(sqlite_store: Store) -> None:
    with sqlite_store.write() as books:
        helper = books.add_user("Ed", "wachtwoord van Ed", [Role.ERVARINGSWERKER])
        books.set_active(helper.id, False)
    put(sqlite_store, a_story(teller=CHILD, taken_by=helper.id))
    run(sqlite_store, 23)
    assert [task.owner for task in tasks(sqlite_store)] == [str(Role.CONTACTPERSOON)]


def test_when_the_yes_comes_the_warning_is_crossed_off_and_the_story_stays(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD)
    put(sqlite_store, story, said(story, K, JA))
    run(sqlite_store, 24)
    with sqlite_store.write() as books:
        books.add_consent(said(story, V, JA, at(25)))
    (result,) = run(sqlite_store, 26)
    assert result.reminders_closed == (story.id,)
    assert not tasks(sqlite_store) and len(lines(sqlite_store, story, "reminder_closed")) == 1
    assert not erased(*run(sqlite_store, 30, 31, 100))


def test_a_warning_that_somebody_ticked_off_was_a_warning_all_the_same(sqlite_store: Store) -> None:
    story = case_story(sqlite_store, next(c for c in CASES if c.warned))
    run(sqlite_store, 23)
    with sqlite_store.write() as books:
        books.finish_task(books.tasks()[0].id, at(23))
    assert erased(*run(sqlite_store, 24, 29, 30)) == [story.id]
    assert len(lines(sqlite_store, story, WARN)) == 1


def test_somebody_who_doubts_again_gets_the_whole_term_and_a_new_warning(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD)
    put(sqlite_store, story, said(story, V, JA), said(story, K, TWIJFEL))
    run(sqlite_store, 24)
    with sqlite_store.write() as books:
        books.add_consent(said(story, K, TWIJFEL, at(25)))
    assert not erased(*run(sqlite_store, 26, 30, 40))
    assert not tasks(sqlite_store), "the old warning no longer holds"
    assert not erased(*run(sqlite_store, 48, 54))
    assert [task.due for task in tasks(sqlite_store)] == [at(55).date()]
    assert erased(*run(sqlite_store, 55)) == [story.id]
    run(sqlite_store, 56)
    assert not tasks(sqlite_store), "nobody is asked about what is gone"


def test_the_terms_that_two_administrators_agreed_on_count(sqlite_store: Store) -> None:
    story = case_story(sqlite_store, next(c for c in CASES if c.warned))
    body = json.dumps(replace(TERMS, unconsented_days=10, warning_days=3).to_json())
    with sqlite_store.write() as books:
        proposed = books.propose_rule(RuleKind.TERMS, body, "u1")
    run(sqlite_store, 7)
    assert not tasks(sqlite_store), "one administrator alone changes nothing"
    with sqlite_store.write() as books:
        books.approve_rule(RuleKind.TERMS, proposed.version, "u2")
    assert not erased(*run(sqlite_store, 7, 9))
    assert erased(*run(sqlite_store, 10)) == [story.id]


def test_however_many_stories_there_are_none_is_forgotten(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.retention.PAGE", 3)
    made = {put(sqlite_store, a_story(state=State.CONCEPT)).id for _ in range(8)}
    assert set(erased(*run(sqlite_store, 30))) == made


def test_one_story_that_cannot_be_erased_holds_up_no_other(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = (put(sqlite_store, a_story(state=State.CONCEPT)) for _ in range(2))
    forget = jobs.forget

    def stumble(store: Store, story_id: str) -> int:
        if story_id == bad.id:
            raise Refused("stories.not_found")
        return forget(store, story_id)

    monkeypatch.setattr("desk.retention.RULES", (replace(_rule("erased"), after=stumble),))
    run(sqlite_store, 30)
    assert now(sqlite_store, good).state is State.GEWIST
    assert "retention waits: erased not_found" in caplog.text and bad.id not in caplog.text


def _rule(name: str):  # type: ignore[no-untyped-def]
    from desk.retention import RULES

    return next(rule for rule in RULES if rule.name == name)


# what was made of the story


def test_what_was_published_of_a_refused_story_becomes_a_task(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD, state=State.VRIJGEGEVEN, stage=Stage.TAGGED)
    put(sqlite_store, story, *a_consent(story), said(story, V, NEE, at(100)))
    draft, out = published(sqlite_store, story)
    assert erased(*run(sqlite_store, 107)) == [story.id]
    assert [(task.kind, task.subject, task.due) for task in tasks(sqlite_store)] == [("take_down", out, at(110).date())]
    with sqlite_store.read() as books:
        assert books.piece(draft).state is PieceState.GEBLOKKEERD


# in words


@each_case
@pytest.mark.parametrize("is_young", [True, False])
def test_every_end_has_a_sentence_with_its_date(sqlite_store: Store, case: Case, is_young: bool) -> None:
    story = case_story(sqlite_store, case)
    for kept in kept_until(sqlite_store, story.id, now=at(1)):
        sentence = kept.in_words(young=is_young)
        assert sentence.endswith(".") and "{" not in sentence
        assert kept.until is None or keeping.day_in_words(kept.until) in sentence


def test_every_reason_has_a_sentence() -> None:
    names = room("proof")
    assert all(f"kept_verhaal_{why}" in names for why in Why if why is not Why.ERASED)
    assert keeping.day_in_words(date(2028, 3, 2)) == "2 mrt 2028"
