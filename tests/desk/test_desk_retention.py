"""Promises about time, kept: each rule on the day before, on the day, and twice; late, early and by a clock gone back.

Stories are put into the store as they would be at some moment; `tidy` is told what time it is. What the audit notes
has the real time, which no rule below depends on, unless it says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO

import pytest
from builders import (
    A_NOTICE,
    MOMENT,
    a_consent,
    a_piece,
    a_quote,
    a_recording,
    a_story,
    a_teller,
    a_version,
    a_withdrawal,
)
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from desk import keeping, renewing, reviewing, sixteen
from desk.keeping import ASK_AGAIN, WARN, Clock, End, Why, due_of_task, may_go
from desk.retention import Kept, Tidied, kept_until, tidy
from stories import jobs
from stories.consent import ConsentEvent, Form, Outcome, Party, Purpose, Way, may_use
from stories.errors import NotFound, Refused
from stories.model import AgeBand, Approval, PieceState, RawText, Story, StoryKind, Task, Teller, TellerRole, new_id
from stories.people import Holder, Role
from stories.rulebook import RuleKind
from stories.sitting import Sitting
from stories.stages import Stage, State
from stories.store import Store
from stories.terms import Terms
from stories.vault import Kind
from stories.words import room

JA, NEE, TWIJFEL = Outcome.JA, Outcome.NEE, Outcome.TWIJFEL
CHILD = Teller(TellerRole.KIND, AgeBand.FROM_12)
ADULT = a_teller()
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
TERMS = Terms()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def said(story: Story, party: Party, outcome: Outcome, at: datetime = MOMENT, **more: object) -> ConsentEvent:
    """What somebody said about keeping the story at all."""
    return ConsentEvent(
        new_id("c"), story.id, at, party, Purpose.VERWERKEN, outcome, A_NOTICE, Way.SCHERM, "verteller", **more
    )


def put(store: Store, story: Story, *events: ConsentEvent) -> Story:
    with store.write() as books:
        story = books.add_story(story)
        books.keep_text(story.id, RawText("Wij hadden thuis weinig geld."))
        books.add_consent(*events)
    return story


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)


def at(days: float) -> datetime:
    return MOMENT + timedelta(days=days)


def run(store: Store, *days: float) -> list[Tidied]:
    return [tidy(store, now=at(day)) for day in days]


def erased(*results: Tidied) -> list[str]:
    return [story_id for result in results for story_id in result.erased + result.concepts_erased]


def lines(store: Store, story: Story, *actions: str) -> list[dict[str, object]]:
    with store.read() as books:
        return [line for line in books.audit_trail(story_id=story.id) if line["action"] in actions]


def tasks(store: Store, *, open_only: bool = True) -> tuple[Task, ...]:
    with store.read() as books:
        return books.tasks(open_only=open_only)


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


V, K, T, A = Party.VERTEGENWOORDIGER, Party.KIND, Party.TELLER, Party.ANDERE_OUDER
UNCONSENTED, GRACE = TERMS.unconsented_days, 7
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


def story_rows(store: Store, story: Story, when: datetime) -> list[Kept]:
    return [kept for kept in kept_until(store, story.id, now=when) if kept.what == "verhaal"]


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


def published(store: Store, story: Story) -> tuple[str, str]:
    """A draft and a published piece that quote the story."""
    version = a_version(story)
    quotes = [a_quote(version), a_quote(version)]
    pieces = [a_piece([quotes[0]]), a_piece([quotes[1]], state=PieceState.GEPUBLICEERD)]
    with store.write() as books:
        books.add_version(version)
        for quote, piece in zip(quotes, pieces, strict=True):
            books.add_quote(quote)
            books.add_piece(piece)
    return pieces[0].id, pieces[1].id


def test_what_was_published_of_a_refused_story_becomes_a_task(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD, state=State.VRIJGEGEVEN, stage=Stage.TAGGED)
    put(sqlite_store, story, *a_consent(story), said(story, V, NEE, at(100)))
    draft, out = published(sqlite_store, story)
    assert erased(*run(sqlite_store, 107)) == [story.id]
    assert [(task.kind, task.subject, task.due) for task in tasks(sqlite_store)] == [("take_down", out, at(110).date())]
    with sqlite_store.read() as books:
        assert books.piece(draft).state is PieceState.GEBLOKKEERD


# turning 16


def young(
    store: Store, turns: date, *channels: Purpose, role: TellerRole = TellerRole.KIND, **changes: object
) -> Story:
    story = a_story(teller=Teller(role, AgeBand.FROM_12, turns), state=State.VRIJGEGEVEN, stage=Stage.TAGGED, **changes)
    return put(store, story, *a_consent(story, channels))


BIRTHDAY = at(40).date()


def test_on_the_day_of_turning_16_the_story_waits_and_somebody_is_asked_to_ask(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY, Purpose.NIEUWSBRIEF)
    jobs.enqueue(sqlite_store, "process", story.id)
    eve = datetime.combine(BIRTHDAY, datetime.min.time(), UTC) - SECOND
    assert tidy(sqlite_store, now=eve) == Tidied()
    first = tidy(sqlite_store, now=eve + SECOND)
    assert (first.stopped, first.reminded) == ((story.id,), (story.id,))
    assert tidy(sqlite_store, now=eve + DAY) == Tidied(), "once"
    assert now(sqlite_store, story).waiting_for == "consent.turned_16"
    assert [(t.kind, t.subject, t.due) for t in tasks(sqlite_store)] == [(ASK_AGAIN, "turned_16", BIRTHDAY)]
    assert len(lines(sqlite_store, story, "turned_16")) == 1
    assert [job.state for job in jobs.status(sqlite_store, story.id)] == [jobs.JobState.CANCELLED]


def test_a_job_that_saw_it_first_takes_nothing_away_from_the_asking(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY, waiting_for="consent.turned_16")
    assert tidy(sqlite_store, now=at(41)).stopped == (story.id,)
    assert tidy(sqlite_store, now=at(42)) == Tidied()


@pytest.mark.parametrize("role", [TellerRole.KIND, TellerRole.JONGERE])
def test_at_16_their_own_yes_lets_the_story_go_on_for_what_they_allow(sqlite_store: Store, role: TellerRole) -> None:
    store = sqlite_store
    story = young(store, BIRTHDAY, Purpose.NIEUWSBRIEF, Purpose.WEBSITE, role=role)
    with store.write() as books:
        books.add_consent(said(story, K, TWIJFEL, at(1)), said(story, K, JA, at(2)))
        books.add_sitting(Sitting("z1", story.id, MOMENT, "verteller", A_NOTICE, preview=True))
        old_code = books.new_receipt(story.id, Holder.VERTEGENWOORDIGER)
    run(store, 41)
    assert sixteen.may_answer(store, story.id, now=at(41))
    assert sixteen.own_yes_at_16(store, story.id, JA, [NEWSLETTER], now=at(41)) is None
    teller = now(store, story).teller
    assert teller == Teller(TellerRole.JONGERE, AgeBand.FROM_16), "nobody of 16 is a child in our books"
    with store.read() as books:
        consent = books.consent(story.id)
        assert books.sittings(story.id)[-1].preview, "the wish to see it first stands"
        assert all(books.has_receipt(story.id, holder) == (holder is Holder.VERTEGENWOORDIGER) for holder in Holder)
        with pytest.raises(NotFound):
            books.holder_of_receipt(old_code)
    day = at(41).date()
    assert may_use(consent, *NEWSLETTER, on=day) and may_use(consent, *NEWSLETTER, on=day + TERMS.story)
    assert may_use(consent, Purpose.WEBSITE, Form.TEKST, on=day).code == "consent.no_answer"
    assert may_use(consent, Purpose.NIEUWSBRIEF, Form.BEELD, on=day).code == "consent.no_answer"
    assert now(store, story).waiting_for is None and now(store, story).state is State.VRIJGEGEVEN
    (result,) = run(store, 42)
    assert result == Tidied(reminders_closed=(story.id,))
    with pytest.raises(Refused, match=r"16"):
        sixteen.own_yes_at_16(store, story.id, JA, now=at(42))


def test_a_doubt_as_a_child_does_not_stand_in_the_way_at_16(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY)
    with sqlite_store.write() as books:
        books.add_consent(said(story, K, TWIJFEL, at(1)))
    sixteen.own_yes_at_16(sqlite_store, story.id, JA, now=at(41))
    with sqlite_store.read() as books:
        assert may_use(books.consent(story.id), Purpose.VERWERKEN, on=at(41).date())


def test_at_16_a_use_is_no_more_recognisable_and_no_sooner_than_it_was(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY)
    allowed = next(e for e in a_consent(story, [Purpose.NIEUWSBRIEF], forms=[Form.TEKST]) if e.form)
    later = at(100).date()
    with sqlite_store.write() as books:
        books.add_consent(replace(allowed, embargo_until=later))
    sixteen.own_yes_at_16(sqlite_store, story.id, JA, [NEWSLETTER], now=at(41))
    with sqlite_store.read() as books:
        consent = books.consent(story.id)
    assert may_use(consent, *NEWSLETTER, on=at(41).date()).code == "consent.embargo"
    assert may_use(consent, *NEWSLETTER, on=later)


def test_at_16_what_is_not_allowed_any_more_is_locked_and_taken_down(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY, Purpose.NIEUWSBRIEF)
    draft, out = published(sqlite_store, story)
    sixteen.own_yes_at_16(sqlite_store, story.id, JA, [], now=at(41))
    assert [task.subject for task in tasks(sqlite_store)] == [out]
    with sqlite_store.read() as books:
        assert books.piece(draft).state is PieceState.GEBLOKKEERD


def test_at_16_a_no_takes_everything_back(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY, Purpose.NIEUWSBRIEF)
    done = sixteen.own_yes_at_16(sqlite_store, story.id, NEE, now=at(41))
    assert done is not None and done.everything
    assert now(sqlite_store, story).state is State.INGETROKKEN
    assert not erased(*run(sqlite_store, 47.9))
    assert erased(*run(sqlite_store, 48)) == [story.id]


def test_before_16_and_after_an_answer_nobody_is_asked(sqlite_store: Store) -> None:
    story = young(sqlite_store, BIRTHDAY)
    assert not sixteen.may_answer(sqlite_store, story.id, now=at(39))
    with pytest.raises(Refused):
        sixteen.own_yes_at_16(sqlite_store, story.id, JA, now=at(39))
    grown = put(sqlite_store, a_story())
    assert not sixteen.may_answer(sqlite_store, grown.id, now=at(39))


def test_a_story_that_waits_at_16_is_kept_until_the_yes_of_then_would_have_ended(sqlite_store: Store) -> None:
    """It may not be used, but a teenager who is hard to reach does not lose it within a month."""
    story = young(sqlite_store, BIRTHDAY)
    (kept,) = story_rows(sqlite_store, story, at(50))
    assert (kept.why, kept.until) == (Why.TURNED_16, at(760).date())
    assert not erased(*run(sqlite_store, 41, 100, 699, 700, 759))
    assert sorted(t.subject for t in tasks(sqlite_store)) == ["expired", "turned_16"]
    assert erased(*run(sqlite_store, 760)) == [story.id]


def test_whoever_turns_16_while_a_parents_yes_is_missing_gets_the_whole_term_to_answer(sqlite_store: Store) -> None:
    story = a_story(teller=Teller(TellerRole.KIND, AgeBand.FROM_12, at(20).date()))
    put(sqlite_store, story, said(story, K, JA))
    assert not erased(*run(sqlite_store, 20, 30, 43, 49))
    midnight = datetime.combine(at(50).date(), datetime.min.time(), UTC)
    assert erased(tidy(sqlite_store, now=midnight)) == [story.id]


# the end of a yes


END = 730  # days after MOMENT
ASK = TERMS.ask_again_days


def old_story(store: Store, **changes: object) -> Story:
    story = a_story(state=State.VRIJGEGEVEN, stage=Stage.TAGGED, **changes)
    return put(store, story, *a_consent(story, [Purpose.NIEUWSBRIEF, Purpose.WEBSITE], forms=[Form.TEKST]))


def test_before_a_yes_ends_it_is_asked_again_and_afterwards_the_story_goes(sqlite_store: Store) -> None:
    store = sqlite_store
    story = old_story(store)
    first = datetime.combine(at(END - ASK).date(), datetime.min.time(), UTC)
    assert tidy(store, now=first - SECOND) == Tidied()
    assert tidy(store, now=first) == Tidied(reminded=(story.id,))
    assert [(t.kind, t.subject, t.due) for t in tasks(store)] == [(ASK_AGAIN, "expired", at(END).date())]
    assert tidy(store, now=at(END)) == Tidied(), "the last day is a day"
    assert tidy(store, now=at(END + 1)) == Tidied(stopped=(story.id,))
    assert now(store, story).waiting_for == "consent.expired"
    assert run(store, END + 2, END + ASK - 1) == [Tidied(), Tidied()]
    assert erased(*run(store, END + ASK)) == [story.id]
    assert [line["detail"] for line in lines(store, story, "story_erased")] == ["expired"]
    assert tidy(store, now=at(END + ASK + 1)) == Tidied(), "the question went with the story"
    assert not tasks(store)


def test_an_earlier_last_day_of_the_tellers_own_choice_counts(sqlite_store: Store) -> None:
    story = a_story()
    put(sqlite_store, story, said(story, T, JA, valid_until=at(90).date()))
    assert [t.due for _ in run(sqlite_store, 60) for t in tasks(sqlite_store)] == [at(90).date()]
    assert not erased(*run(sqlite_store, 91, 119))
    assert erased(*run(sqlite_store, 120)) == [story.id]


def test_the_first_yes_to_end_is_the_one_that_counts(sqlite_store: Store) -> None:
    story = a_story(teller=CHILD)
    put(
        sqlite_store,
        story,
        said(story, V, JA, valid_until=at(300).date()),
        said(story, K, JA, valid_until=at(90).date()),
    )
    assert story_rows(sqlite_store, story, MOMENT)[0].until == at(120).date()


def test_a_question_that_was_asked_late_gives_the_whole_time_to_answer(sqlite_store: Store) -> None:
    story = old_story(sqlite_store)
    late = END + 100
    assert not erased(*run(sqlite_store, late, late + 2 * ASK - 1))
    assert erased(*run(sqlite_store, late + 2 * ASK)) == [story.id]


def test_a_new_yes_is_a_new_term_and_crosses_the_question_off(sqlite_store: Store) -> None:
    store = sqlite_store
    story = old_story(store)
    run(store, END - 20, END + 1)
    renewed_on = at(END + 5)
    assert renewing.renew(store, story.id, {T: JA}, [NEWSLETTER], now=renewed_on) is None
    assert tidy(store, now=at(END + 6)) == Tidied(reminders_closed=(story.id,))
    assert not erased(*run(store, END + ASK, END + 400))
    with store.read() as books:
        consent = books.consent(story.id)
        assert len(books.sittings(story.id)) == 1
    assert may_use(consent, *NEWSLETTER, on=renewed_on.date() + TERMS.story)
    assert may_use(consent, Purpose.WEBSITE, Form.TEKST, on=renewed_on.date()).code == "consent.teller_says_nee"
    second = END + 5 + 730
    assert not erased(*run(store, second - ASK, second + 1, second + ASK - 1))
    assert [t.due for t in tasks(store)] == [at(second).date()], "and is asked again the next time"
    assert erased(*run(store, second + ASK)) == [story.id]


def test_a_renewal_under_16_needs_everybody_and_each_may_come_in_their_own_time(sqlite_store: Store) -> None:
    store = sqlite_store
    story = a_story(teller=CHILD, state=State.VRIJGEGEVEN, stage=Stage.TAGGED)
    put(store, story, *a_consent(story, [Purpose.NIEUWSBRIEF], forms=[Form.TEKST]))
    run(store, END - 20)
    renewing.renew(store, story.id, {V: JA}, [NEWSLETTER], recorded_by="vertegenwoordiger", now=at(END - 10))
    assert run(store, END - 9) == [Tidied()], "the question is still open"
    with store.read() as books:
        assert may_use(books.consent(story.id), *NEWSLETTER, on=at(END + 1).date()).code == "consent.expired"
    renewing.renew(store, story.id, {K: JA}, now=at(END - 5))
    assert run(store, END - 4) == [Tidied(reminders_closed=(story.id,))]
    with store.read() as books:
        assert may_use(books.consent(story.id), *NEWSLETTER, on=at(END + 1).date())


def test_a_no_to_going_on_takes_everything_back(sqlite_store: Store) -> None:
    story = old_story(sqlite_store)
    done = renewing.renew(sqlite_store, story.id, {T: NEE}, [NEWSLETTER], now=at(END - 5))
    assert done is not None and done.everything
    assert erased(*run(sqlite_store, END + 2)) == [story.id]


def test_who_was_never_asked_or_stopped_cannot_renew(sqlite_store: Store) -> None:
    story = old_story(sqlite_store)
    with pytest.raises(ValueError, match="must agree"):
        renewing.renew(sqlite_store, story.id, {V: JA})
    concept = put(sqlite_store, a_story(state=State.CONCEPT))
    with pytest.raises(Refused):
        renewing.renew(sqlite_store, concept.id, {T: JA})
    grown = young(sqlite_store, BIRTHDAY)
    with pytest.raises(Refused):
        renewing.renew(sqlite_store, grown.id, {V: JA, K: JA}, now=at(41))


# the recording


def spoken(store: Store, *channels: tuple[Purpose, Form], released: float | None = 10, **event: object) -> Story:
    state = State.IN_REDACTIE if released is None else State.VRIJGEGEVEN
    story = a_story(kind=StoryKind.AUDIO, state=state, stage=Stage.TAGGED)
    yes = [e for e in a_consent(story) if e.purpose is Purpose.VERWERKEN or (e.purpose, e.form) in channels]
    put(store, story, *(replace(e, **event) if e.form else e for e in yes))  # type: ignore[arg-type]
    with store.write() as books:
        books.keep_recording(story.id, a_recording(b"flac"), BytesIO(b"flac"))
        books.keep(story.id, Kind.REDACTED_AUDIO, b"flac")
        if released is not None:
            books.add_approval(Approval(story.id, "d", "u1", at(released), reviewing.RELEASED))
    return story


PODCAST = (Purpose.PODCAST, Form.EIGEN_STEM)
RECORDINGS: list[tuple[str, Callable[[Store], Story], float | None]] = [
    ("released", lambda s: spoken(s, NEWSLETTER), 100),
    ("released, only spoken by somebody else", lambda s: spoken(s, (Purpose.PODCAST, Form.NAGESPROKEN)), 100),
    ("not released", lambda s: spoken(s, NEWSLETTER, released=None), None),
    ("own voice", lambda s: spoken(s, PODCAST), None),
    ("distorted voice", lambda s: spoken(s, (Purpose.PODCAST, Form.VERVORMDE_STEM)), None),
    ("own voice, but not yet", lambda s: spoken(s, PODCAST, embargo_until=at(300).date()), None),
]


@pytest.mark.parametrize(("make", "days"), [row[1:] for row in RECORDINGS], ids=[row[0] for row in RECORDINGS])
def test_a_raw_recording_goes_after_release_unless_a_voice_may_be_used(
    sqlite_store: Store, make: Callable[[Store], Story], days: float | None
) -> None:
    store = sqlite_store
    story = make(store)
    (row,) = (kept for kept in kept_until(store, story.id, now=at(50)) if kept.what == "opname")
    assert row.until == (None if days is None else at(days).date())
    last = days or 400
    assert not any(result.audio_gone for result in run(store, 11, last - 1))
    gone = [result.audio_gone for result in run(store, last, last)]
    assert gone == [() if days is None else (story.id,), ()]
    with store.read() as books:
        assert books.has(story.id, Kind.AUDIO) == (days is None)
        assert books.has(story.id, Kind.REDACTED_AUDIO) == (days is None), "a voice as well"
        assert books.has(story.id, Kind.ORIGINAL_TEXT), "the text stays"
    assert len(lines(store, story, "audio_term_over")) == (days is not None)


def test_a_longer_term_is_not_for_whoever_was_promised_a_shorter_one(sqlite_store: Store) -> None:
    story = spoken(sqlite_store, NEWSLETTER)
    erased_one, done = erased_story(sqlite_store)
    for days, years in ((200, 9), (60, 9)):
        body = json.dumps(replace(TERMS, raw_audio_days=days, proof_years=years).to_json())
        with sqlite_store.write() as books:
            books.approve_rule(RuleKind.TERMS, books.propose_rule(RuleKind.TERMS, body, "u1").version, "u2")
        (row,) = (kept for kept in kept_until(sqlite_store, story.id, now=at(50)) if kept.what == "opname")
        assert row.until == at(10 + min(days, TERMS.raw_audio_days)).date()
        (proof,) = kept_until(sqlite_store, erased_one.id, now=done)
        assert proof.until == keeping.years_later(done.date(), TERMS.proof_years)


def test_taking_back_the_voice_later_takes_the_recording_along(sqlite_store: Store) -> None:
    story = spoken(sqlite_store, PODCAST)
    with sqlite_store.write() as books:
        books.add_consent(a_withdrawal(story, Purpose.PODCAST, at=at(200)))
    assert run(sqlite_store, 201)[0].audio_gone == (story.id,)


def test_while_a_voice_is_being_asked_about_again_the_recording_stays(sqlite_store: Store) -> None:
    story = spoken(sqlite_store, PODCAST)
    run(sqlite_store, END - ASK)
    assert not run(sqlite_store, END + 5)[0].audio_gone
    assert erased(*run(sqlite_store, END + ASK)) == [story.id]


def test_a_chat_from_which_nothing_was_chosen_goes_after_a_week(sqlite_store: Store) -> None:
    """Here the audit's own clock counts: the last thing that happened to the story."""
    story = put(sqlite_store, a_story(state=State.CONCEPT, created_at=datetime.now(UTC)))
    with sqlite_store.write() as books:
        books.keep(story.id, Kind.CHAT, b"wat anderen schreven")
        books.audit("verteller", "part_received", story_id=story.id)
    begin = datetime.now(UTC)
    assert tidy(sqlite_store, now=begin + timedelta(days=6, hours=23)) == Tidied()
    assert tidy(sqlite_store, now=begin + timedelta(days=7, minutes=1)).chats_gone == (story.id,)
    with sqlite_store.read() as books:
        assert not books.has(story.id, Kind.CHAT) and books.has(story.id, Kind.ORIGINAL_TEXT)


# the proof, on both databases


def erased_story(store: Store) -> tuple[Story, datetime]:
    story = put(store, a_story(state=State.INGETROKKEN))
    with store.write() as books:
        books.add_consent(*a_consent(story), a_withdrawal(story))
        books.add_sitting(Sitting(new_id("z"), story.id, MOMENT, "verteller", A_NOTICE))
        books.new_receipt(story.id)
        books.erase(story.id, why="withdrawn")
        done = books.last_done("erase", story_id=story.id)
    assert done is not None
    return story, done


def test_the_proof_goes_five_years_after_erasure_and_only_of_that_story(store: Store) -> None:
    story, done = erased_story(store)
    living = put(store, a_story())
    with store.write() as books:
        books.add_consent(*a_consent(living, at=done))
    over = keeping.years_later(done.date(), TERMS.proof_years)
    (kept,) = kept_until(store, story.id, now=done)
    assert (kept.what, kept.until) == ("bewijs", over)
    midnight = datetime.combine(over, datetime.min.time(), UTC)
    assert tidy(store, now=midnight - SECOND).proofs_ended == ()
    with pytest.raises(Refused), store.connect(write=True) as connection:
        connection.execute(text("DELETE FROM consent_event"))
    assert [tidy(store, now=midnight).proofs_ended, tidy(store, now=midnight + DAY).proofs_ended] == [(story.id,), ()]
    with store.read() as books:
        assert books.consent(story.id).events == () and books.sittings(story.id) == ()
        assert not books.has_receipt(story.id, Holder.VERTELLER)
        assert books.consent(living.id).events, "nobody else's proof goes"
        assert books.audit_is_whole()
    assert len(lines(store, story, "proof_ended")) == 1


@pytest.mark.parametrize("table", ["consent_event", "sitting"])
def test_the_proof_of_a_living_story_cannot_be_deleted_even_by_hand(store: Store, table: str) -> None:
    story, done = erased_story(store)
    other, _ = erased_story(store)
    over = datetime.combine(keeping.years_later(done.date(), TERMS.proof_years), datetime.min.time(), UTC)
    with store.write() as books:
        books.end_proof(story.id, over)
    for statement in (f"DELETE FROM {table} WHERE story_id = '{other.id}'", f"UPDATE {table} SET recorded_by = 'x'"):
        with pytest.raises(Refused), store.connect(write=True) as connection:
            connection.execute(text(statement))


def test_a_story_that_was_published_later_has_its_proof_longer(sqlite_store: Store) -> None:
    store = sqlite_store
    story = put(store, a_story(state=State.INGETROKKEN, stage=Stage.TAGGED))
    _, out = published(store, story)
    with store.write() as books:
        books.erase(story.id, why="withdrawn")
        books.audit("u1", "piece_published", subject=out)
        erased_at, published_at = books.last_done("erase"), books.last_done("piece_published", subject=out)
    assert erased_at is not None and published_at is not None and published_at >= erased_at
    with store.read() as books:
        clock = Clock(published_at, TERMS, timedelta(days=GRACE))
        assert keeping.proof_end(books, story.id, clock) == keeping.years_later(published_at.date(), TERMS.proof_years)


def test_a_leap_day_has_an_anniversary() -> None:
    assert keeping.years_later(date(2028, 2, 29), 5) == date(2033, 3, 1)
    assert keeping.years_later(date(2027, 2, 28), 5) == date(2032, 2, 28)


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
