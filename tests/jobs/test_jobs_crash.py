"""kill -9: what is finished is not done again, what was under way is done at most twice, nothing is lost."""

from __future__ import annotations

import signal

import pytest
from jobs_place import EITHER, ON_POSTGRES, STEPS, Installation

from stories.jobs import JobState


def finish(place: Installation) -> None:
    place.worker()
    done = place.until_state(JobState.DONE)
    assert done.message is None
    assert done.attempts == 0


def assert_done_once(place: Installation, interrupted: str, steps: tuple[str, ...]) -> None:
    for step in steps:
        assert place.times(f"start {step}") in ((1, 2) if step == interrupted else (1,)), place.did()
        assert place.times(f"end {step}") >= 1


def test_a_killed_worker_s_job_resumes_at_the_interrupted_step(place: Installation) -> None:
    place.enqueue("five")
    interrupted = place.kill_worker_during("three")
    finish(place)
    assert_done_once(place, interrupted, STEPS)
    assert place.job().done == place.job().total == 5


@EITHER
def test_a_job_that_skips_what_the_store_has_resumes_without_repeating(place: Installation) -> None:
    place.enqueue("by_stage")
    interrupted = place.kill_worker_during("three-make")
    finish(place)
    assert_done_once(place, interrupted, tuple(f"{step}-{part}" for step in STEPS for part in ("make", "mark")))


@pytest.mark.soak
@pytest.mark.parametrize("end", [False, True], ids=["in", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_every_step(place: Installation, step: str, end: bool) -> None:
    place.enqueue("five")
    interrupted = place.kill_worker_during(step, end)
    finish(place)
    assert_done_once(place, interrupted, STEPS)


@pytest.mark.soak
@pytest.mark.parametrize("part", ["make", "mark"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_every_step_of_a_job_that_skips(place: Installation, step: str, part: str) -> None:
    place.enqueue("by_stage")
    interrupted = place.kill_worker_during(f"{step}-{part}")
    finish(place)
    assert_done_once(place, interrupted, tuple(f"{s}-{p}" for s in STEPS for p in ("make", "mark")))


@pytest.mark.soak
def test_killed_again_and_again(place: Installation) -> None:
    place.enqueue("five")
    kills = [place.kill_worker_during(step) for step in STEPS]
    finish(place)
    assert all(place.times(f"start {step}") <= 1 + kills.count(step) for step in STEPS)


@pytest.mark.slow
@ON_POSTGRES
def test_a_frozen_worker_loses_its_job_to_another_and_does_no_harm_when_it_wakes(place: Installation) -> None:
    place.enqueue("five")
    frozen = place.worker()
    place.until(lambda: place.times("start two") == 1)
    place.freeze(frozen)
    place.worker()
    place.until_state(JobState.DONE)
    frozen.send_signal(signal.SIGCONT)
    place.enqueue("five", "s2")  # the queue goes on
    place.until_state(JobState.DONE, "s2")
    assert place.job().state is JobState.DONE
    assert_done_once(place, "two", STEPS)
    assert all(place.times(f"start {step}", "s2") == 1 for step in STEPS)


@EITHER
def test_two_workers_do_not_do_the_same_job_twice(place: Installation) -> None:
    stories = [f"s{number}" for number in range(6)]
    for _ in range(2):
        place.worker(STEP_S="0.05")
    for story in stories:
        place.enqueue("five", story)
    for story in stories:
        place.until_state(JobState.DONE, story)
    assert len(place.did()) == len(stories) * len(STEPS) * 2
    assert all(place.times(f"start {step}", story) == 1 for step in STEPS for story in stories)
