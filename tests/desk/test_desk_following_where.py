"""Where a story is, as its teller reads it: from stage, state, consent and work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import MOMENT, a_consent, a_story, a_teller

from desk.timeline import Mark, timeline
from stories.consent import Consent, Outcome, Party
from stories.jobs import JobState, JobStatus
from stories.model import Story, StoryKind, TellerRole
from stories.stages import Stage, State
from stories.words import room


def a_job(state: JobState = JobState.RUNNING, done: int = 0, total: int = 0) -> JobStatus:
    return JobStatus("j1", "process", "s1", state, done, total, 1, None, MOMENT)


def steps(story: Story, consent: Consent | None = None, *work: JobStatus) -> list[tuple[str, Mark]]:
    consent = consent or Consent(story.teller, a_consent(story))
    return [(moment.code, moment.mark) for moment in timeline(story, consent, work, now=MOMENT)]


def now_of(story: Story, consent: Consent | None = None, *work: JobStatus) -> tuple[str, Mark]:
    return next(step for step in steps(story, consent, *work) if step[1] in (Mark.NOW, Mark.STILL))


@pytest.mark.parametrize(
    ("changes", "code", "mark"),
    [
        ({"stage": Stage.CAPTURED}, "machine", Mark.NOW),
        ({"stage": Stage.CAPTURED, "kind": StoryKind.AUDIO}, "writing_out", Mark.NOW),
        ({"stage": Stage.TRANSCRIBED}, "names", Mark.NOW),
        ({"stage": Stage.TAGGED, "state": State.IN_REDACTIE}, "people", Mark.NOW),
        ({"stage": Stage.TAGGED, "state": State.TER_VRIJGAVE}, "people", Mark.NOW),
        ({"stage": Stage.TAGGED, "state": State.BIJ_TELLER}, "with_teller", Mark.NOW),
        ({"stage": Stage.TAGGED, "state": State.GEPAUZEERD}, "paused", Mark.STILL),
        ({"stage": Stage.TAGGED, "state": State.QUARANTAINE}, "paused", Mark.STILL),
        ({"stage": Stage.TAGGED, "state": State.INGETROKKEN}, "stopped", Mark.STILL),
    ],
)
def test_where_a_story_is_follows_from_its_stage_and_state(changes: dict[str, object], code: str, mark: Mark) -> None:
    story = a_story(**changes)  # type: ignore[arg-type]
    assert now_of(story) == (code, mark)
    assert steps(story)[0] == ("received", Mark.DONE)


def test_a_released_story_has_nothing_ahead() -> None:
    done = steps(a_story(stage=Stage.TAGGED, state=State.VRIJGEGEVEN))
    assert done[-1][0] == "ready" and {mark for _, mark in done} == {Mark.DONE}


def test_writing_out_tells_how_many_minutes_are_done() -> None:
    story = a_story(kind=StoryKind.AUDIO)
    way = timeline(
        story,
        Consent(story.teller, a_consent(story)),
        [a_job(done=3 * 60_000 + 50_000, total=11 * 60_000 + 1)],
        now=MOMENT,
    )
    moment = next(m for m in way if m.mark is Mark.NOW)
    assert (moment.code, dict(moment.values)) == ("writing_out_of", {"done": 3, "total": 12})


@pytest.mark.parametrize(("state", "code"), [(JobState.FAILED, "machine_failed"), (JobState.BLOCKED, "machine_waits")])
def test_work_that_stands_still_says_so(state: JobState, code: str) -> None:
    assert now_of(a_story(kind=StoryKind.AUDIO), None, a_job(state)) == (code, Mark.STILL)


@pytest.mark.parametrize(
    ("party", "outcome", "code", "mark"),
    [
        (Party.VERTEGENWOORDIGER, None, "waits_for_parent", Mark.NOW),
        (Party.VERTEGENWOORDIGER, Outcome.TWIJFEL, "waits_for_parent", Mark.NOW),
        (Party.VERTEGENWOORDIGER, Outcome.NEE, "vertegenwoordiger_nee", Mark.STILL),
        (Party.KIND, Outcome.NEE, "kind_nee", Mark.STILL),
        (Party.KIND, Outcome.TWIJFEL, "kind_twijfel", Mark.STILL),
        (Party.ANDERE_OUDER, Outcome.NEE, "andere_ouder_nee", Mark.STILL),
    ],
)
def test_whoever_has_not_said_yes_is_named(party: Party, outcome: Outcome | None, code: str, mark: Mark) -> None:
    story = a_story(teller=a_teller(TellerRole.KIND))
    others = [p for p in (Party.VERTEGENWOORDIGER, Party.KIND) if p is not party]
    said = a_consent(story, parties=others)
    if outcome is not None:
        said += a_consent(story, (), parties=[party], outcome=outcome)[:1]
    assert now_of(story, Consent(story.teller, said)) == (code, mark)


def test_at_sixteen_and_after_the_term_the_story_waits_to_be_asked() -> None:
    young = a_story(teller=a_teller(TellerRole.KIND, turns_16_on=MOMENT.date()))
    assert now_of(young) == ("turned_16", Mark.STILL)
    old = a_story()
    long_ago = a_consent(old, at=MOMENT - timedelta(days=800))
    assert now_of(old, Consent(old.teller, long_ago)) == ("expired", Mark.STILL)


def test_every_step_has_its_sentence() -> None:
    codes = {name.removeprefix("when_").removesuffix("_young") for name in room("follow") if name.startswith("when_")}
    parties = {f"{party}_{said}" for party in Party for said in ("nee", "twijfel")}
    named = {"received", "own_yes", "parent_yes", "waits_for_parent", "no_yes", "turned_16", "expired", "machine",
             "names", "writing_out", "writing_out_of", "machine_waits", "machine_failed", "people", "with_teller",
             "ready", "paused", "stopped", "erased_on", "erased_soon", "erased"}  # fmt: skip
    assert named <= codes
    assert parties - codes == {"vertegenwoordiger_twijfel", "andere_ouder_twijfel"}, "the first is waits_for_parent"
