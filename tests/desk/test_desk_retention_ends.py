"""Promises about time, kept: turning 16, the end of a yes, the recording, and the proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from builders import (
    A_NOTICE,
    MOMENT,
    a_consent,
    a_recording,
    a_story,
    a_withdrawal,
)
from retention_help import (
    CHILD,
    DAY,
    GRACE,
    JA,
    NEE,
    NEWSLETTER,
    SECOND,
    TERMS,
    TWIJFEL,
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
from sqlalchemy import text

from desk import keeping, renewing, reviewing, sixteen
from desk.keeping import ASK_AGAIN, Clock, Why
from desk.retention import Tidied, kept_until, tidy
from stories import jobs
from stories.consent import Form, Purpose, may_use
from stories.errors import NotFound, Refused
from stories.model import AgeBand, Approval, PieceState, Story, StoryKind, Teller, TellerRole, new_id
from stories.people import Holder
from stories.rulebook import RuleKind
from stories.sitting import Sitting
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import Kind

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
