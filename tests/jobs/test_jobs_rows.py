"""What the app sees: rows, states, messages; how jobs wait, fail, try again, stop and are forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jobs_place import EITHER, QUICK, STEPS, Installation
from sqlalchemy import create_engine, make_url, text

from stories import jobs
from stories.executors import alive
from stories.jobs import JobState, Pace
from stories.jobs_dbos import delete_workflows
from stories.settings import Settings
from stories.store import Store, migrate
from stories.words import say


def test_asking_needs_no_worker_and_the_work_is_done_when_one_comes(place: Installation) -> None:
    job_id = place.enqueue("five")
    assert place.enqueue("five") == job_id
    assert place.job().state is JobState.WAITING
    assert alive(place.store) is None
    place.jobs().work_until_idle()
    assert place.job().state is JobState.DONE
    assert [place.times(f"end {step}") for step in STEPS] == [1] * 5
    assert place.enqueue("five") != job_id


def test_two_who_ask_at_the_same_moment_get_the_same_job(place: Installation) -> None:
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(place.enqueue("five"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_short_stories_go_first(sqlite_place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEP_S", "0")
    place = sqlite_place
    for story, size in (("long", 3_600_000), ("short", 20_000), ("huge", 2**40), ("typed", 0)):
        place.enqueue("refused", story, size=size)
    place.jobs().work_until_idle()
    assert [line.split()[0] for line in place.did()] == ["typed", "short", "long", "huge"]


@EITHER
def test_long_work_lets_a_short_story_go_first_and_repeats_nothing(place: Installation) -> None:
    place.enqueue("polite", "long", size=3_600_000)
    place.worker(STEP_S="0.1")
    done = place.until_state(JobState.DONE, "long")
    assert [line.split()[0] for line in place.did() if " end " in line] == ["long"] * 2 + ["short"] * 5 + ["long"] * 3
    assert [place.times(f"end {step}", "long") for step in STEPS] == [1] * 5
    assert done.attempts == 0
    assert done.worked_ms >= 300, "three of five steps after the clock started anew"


def test_what_is_left_is_told_at_the_speed_of_the_work_itself() -> None:
    moment = datetime.now(UTC)
    job = jobs.JobStatus("j", "n", "s", JobState.RUNNING, 30_000, 120_000, 0, None, moment, worked_ms=10_000)
    assert job.remaining_ms == 30_000
    assert replace(job, done=0).remaining_ms is None
    assert replace(job, worked_ms=100).remaining_ms is None, "a moment of work says nothing yet"


def test_work_that_is_to_wait_waits_and_asking_again_puts_it_off(sqlite_place: Installation) -> None:
    place = sqlite_place
    place.enqueue("five", after_s=1000)
    with place.engine() as engine:
        engine.turn()
        assert place.job().state is JobState.WAITING
        place.enqueue("five")
        for _ in range(100):
            engine.turn()
            if place.job().state is JobState.DONE:
                return
    pytest.fail("asked for now, it is done now")


@EITHER
def test_what_is_not_ready_waits_and_goes_on_by_itself(place: Installation) -> None:
    place.enqueue("needs_model")
    place.worker()
    blocked = place.until_state(JobState.BLOCKED)
    assert blocked.message == "stories.not_found"
    assert blocked.attempts == 0
    (place.folder / "model").touch()
    assert place.until_state(JobState.DONE).message is None
    assert place.times("start one") == 1, "finished steps are kept while a job waits"


def test_a_blocked_job_tries_again_when_the_worker_starts_again_or_when_asked(sqlite_place: Installation) -> None:
    place = sqlite_place
    slow = Pace(poll_s=0.1, blocked_s=1000)
    job_id = place.enqueue("needs_model")
    place.jobs(pace=slow).work_until_idle()
    assert place.job().state is JobState.BLOCKED
    assert place.enqueue("needs_model") == job_id
    assert place.job().state is JobState.WAITING
    place.jobs(pace=slow).work_until_idle()
    assert place.job().state is JobState.BLOCKED
    (place.folder / "model").touch()
    with place.engine(pace=slow) as engine:
        engine.turn()
        place.until_state(JobState.DONE)


@EITHER
def test_failing_twice_then_succeeding(place: Installation) -> None:
    place.enqueue("flaky")
    place.worker()
    done = place.until_state(JobState.DONE)
    assert (done.attempts, done.message) == (2, None)
    assert place.times("start try") == 3
    assert place.times("start one") == 1, "finished steps are kept between attempts"


@EITHER
def test_what_fails_three_times_stops_and_tells_nothing_of_the_story(place: Installation) -> None:
    place.enqueue("broken")
    place.worker()
    failed = place.until_state(JobState.FAILED)
    assert (failed.attempts, failed.message) == (3, "jobs.failed")
    assert "Er is niets verloren" in say("jobs.failed")
    assert place.times("start try") == 3
    assert "ValueError at jobs_place.py" in place.log()
    assert "Sanne" not in place.log()
    assert "Sanne" not in place.engine_contents()


def test_a_refusal_is_not_tried_again(sqlite_place: Installation) -> None:
    place = sqlite_place
    place.enqueue("refused")
    place.jobs().work_until_idle()
    assert place.job().state is JobState.FAILED
    assert (place.job().message, place.times("start try")) == ("stories.not_found", 1)


def test_work_that_nobody_knows_fails(sqlite_place: Installation) -> None:
    sqlite_place.enqueue("unheard_of")
    sqlite_place.jobs().work_until_idle()
    assert (sqlite_place.job().state, sqlite_place.job().message) == (JobState.FAILED, "jobs.unknown")


def test_what_is_asked_for_while_it_runs_is_looked_at_once_more(sqlite_place: Installation) -> None:
    """Consent that comes in while a job is at its end must not be missed."""
    place = sqlite_place
    first = place.enqueue("five")
    place.worker(STEP_S="0.1")
    place.until(lambda: place.times("start five") == 1)
    assert place.enqueue("five") == first
    place.until(lambda: place.times("end five") == 2)
    place.until_state(JobState.DONE)
    assert [job.state for job in jobs.status(place.store, "s1")] == [JobState.DONE, JobState.DONE]


def test_cancelling_stops_a_running_job_between_steps(place: Installation) -> None:
    place.enqueue("five")
    place.worker()
    place.until(lambda: place.times("start two") == 1)
    assert jobs.cancel(place.store, "s1") == 1
    assert jobs.cancel(place.store, "s1") == 0
    assert place.until_state(JobState.CANCELLED).message == "jobs.cancelled"
    assert place.times("end two") == 1
    assert place.times("start three") == 0
    again = place.enqueue("five")
    place.until_state(JobState.DONE)
    assert place.job().id == again
    assert place.times("start one") == 2, "a new job starts afresh"


def test_cancelling_what_waits_takes_effect_at_once(sqlite_place: Installation) -> None:
    place = sqlite_place
    place.enqueue("five")
    assert jobs.cancel(place.store, "s1") == 1
    assert place.job().state is JobState.CANCELLED
    place.jobs().work_until_idle()
    assert place.did() == []


def test_forgetting_leaves_nothing_of_a_story(place: Installation) -> None:
    ids = [place.enqueue("refused", "s1"), place.enqueue("needs_model", "s1"), place.enqueue("refused", "s2")]
    place.jobs(pace=replace(QUICK, reconcile_s=1000)).work_until_idle()  # finished work would leave it by itself
    contents = place.engine_contents()
    assert all(job_id in contents for job_id in ids)
    assert "s1" not in contents, "the engine never hears of stories"
    assert jobs.forget(place.store, "s1") == 2
    assert jobs.status(place.store, "s1") == ()
    contents = place.engine_contents()
    assert [job_id in contents for job_id in ids] == [False, False, True]
    assert jobs.forget(place.store, "s1") == 0


def test_forgetting_before_any_worker_ran_is_fine(place: Installation) -> None:
    place.enqueue("five")
    assert jobs.forget(place.store, "s1") == 1


@pytest.mark.slow
@EITHER
def test_forgetting_stops_work_that_is_under_way_and_the_sweep_removes_the_rest(place: Installation) -> None:
    job_id = place.enqueue("five")
    place.worker()
    place.until(lambda: place.times("start two") == 1)
    jobs.forget(place.store, "s1")
    place.until(lambda: place.times("end two") == 1)
    place.enqueue("refused", "s2")
    place.until_state(JobState.FAILED, "s2")
    assert place.times("start three") == 0
    place.until(lambda: job_id not in place.engine_contents())
    assert "Traceback" not in place.log()


def test_finished_work_leaves_the_engine(sqlite_place: Installation) -> None:
    place = sqlite_place
    job_id = place.enqueue("refused")
    with place.engine() as engine:
        for _ in range(100):
            engine.turn()
            if place.job().state is JobState.FAILED and job_id not in place.engine_contents():
                return
    raise AssertionError("the workflow is still there")


@pytest.mark.slow
@EITHER
def test_a_workflow_that_vanished_is_handed_over_again(place: Installation) -> None:
    place.enqueue("five")
    worker = place.worker()
    place.until(lambda: place.times("start two") == 1)
    worker.kill()
    worker.wait()
    delete_workflows(place.settings, [place.job().id])
    assert place.job().state is JobState.RUNNING
    place.worker()
    place.until_state(JobState.DONE)


def test_a_claimed_row_that_never_reached_the_engine_is_handed_over_again(sqlite_place: Installation) -> None:
    place = sqlite_place
    job_id = place.enqueue("refused")
    place.update(workflow_id=job_id)
    place.jobs().work_until_idle()
    assert place.job().state is JobState.FAILED


def test_a_job_that_keeps_killing_its_worker_is_set_aside(
    sqlite_place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = sqlite_place
    monkeypatch.setattr("stories.jobs_dbos.MAX_STARTS", 0)
    place.enqueue("five")
    place.kill_worker_during("one", MAX_STARTS="0")
    place.jobs().work_until_idle()
    assert (place.job().state, place.job().message) == (JobState.FAILED, "jobs.crashed")


def test_a_job_may_not_use_a_step_s_name_twice(sqlite_place: Installation) -> None:
    def twice(_story: str, run: jobs.Run) -> None:
        run.step("one", lambda: None)
        run.step("one", lambda: None)

    place = sqlite_place
    place.enqueue("twice")
    jobs.Jobs(place.settings, {"twice": twice}, store=place.store, pace=QUICK).work_until_idle()
    assert place.job().state is JobState.FAILED


def test_progress_is_seen_while_the_job_runs(sqlite_place: Installation) -> None:
    sqlite_place.enqueue("five")
    sqlite_place.worker()
    sqlite_place.until(lambda: 0 < sqlite_place.job().done < sqlite_place.job().total == 5)


def test_there_is_one_worker_per_process(sqlite_place: Installation) -> None:
    with sqlite_place.engine(), pytest.raises(RuntimeError, match="one worker per process"):
        sqlite_place.engine().__enter__()


def test_the_engine_calls_nobody_and_logs_no_error_texts(
    sqlite_place: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the engine opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    caplog.set_level(logging.DEBUG)
    sqlite_place.enqueue("broken")
    sqlite_place.jobs().work_until_idle()
    assert sqlite_place.job().state is JobState.FAILED
    assert "Sanne" not in caplog.text
    assert "console.dbos" not in caplog.text


def test_a_pace_knows_that_a_lease_outlasts_a_heartbeat() -> None:
    with pytest.raises(ValueError, match="lease"):
        Pace(heartbeat_s=5, lease_s=5)


@EITHER
def test_the_newest_heartbeat_is_what_alive_tells(place: Installation) -> None:
    place.worker()
    place.until(lambda: alive(place.store) is not None)
    first = alive(place.store)
    assert first is not None
    assert datetime.now(UTC) - first < timedelta(minutes=1)
    place.until(lambda: (alive(place.store) or first) > first)


@pytest.mark.postgres
def test_a_role_with_rights_on_its_own_database_alone_is_enough(
    postgres: Any, database_urls: Callable[[], str], settings: Settings, tmp_path: Path
) -> None:
    url = make_url(database_urls())
    role = f"alleen_{url.database}"
    admin = create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB"))
        connection.execute(text(f"ALTER DATABASE {url.database} OWNER TO {role}"))
    admin.dispose()
    own = url.set(username=role).render_as_string(hide_password=False)
    settings = settings.model_copy(update={"database_url": own})
    migrate(settings)
    store = Store.open(settings)
    try:
        jobs.enqueue(store, "refused", "s1")
        Installation(store, tmp_path).jobs().work_until_idle()
        assert jobs.status(store, "s1")[0].state is JobState.FAILED
        assert jobs.forget(store, "s1") == 1
    finally:
        store.close()
