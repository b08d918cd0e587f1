"""Speech models at the desk: asked for by an administrator, done by a worker, and told plainly when it fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from desk import examples, fetching, models
from desk.models import Card, Use
from stories import jobs
from stories.errors import InputRefused, NotFound, NotReady
from stories.jobs import Jobs, JobState, JobStatus, Pace
from stories.people import Role, User
from stories.settings import Settings
from stories.store import Store
from stories.words import has
from transcription import ModelStatus, records, shelf
from transcription.models import EXAMPLE_MARK, shelf_of

QUICK = Pace(poll_s=0.05, reconcile_s=0.2, heartbeat_s=0.3, lease_s=1.5, blocked_s=60, retry_s=(0.1,))


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


@pytest.fixture
def admin(store: Store) -> User:
    with store.write() as books:
        return books.add_user("Sam", "wachtwoord van Sam", [Role.BEHEERDER])


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A model as far as anybody can see, on a stick."""
    folder = tmp_path / "stick" / "faster-whisper-small"
    shutil.copytree(examples.MODEL, folder, ignore=shutil.ignore_patterns(EXAMPLE_MARK))
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that nobody can reach: at once, whatever this computer's network is like."""
    import huggingface_hub

    begin = huggingface_hub.HfApi.__init__
    monkeypatch.setattr(
        huggingface_hub.HfApi, "__init__", lambda self, **words: begin(self, endpoint="http://127.0.0.1:9", **words)
    )


def work(store: Store) -> None:
    functions = {"model": partial(fetching.work, store, store.settings)}
    Jobs(store.settings, functions, store=store, pace=QUICK).work_until_idle()


def card(store: Store, user: User, name: str) -> Card:
    return next(card for card in models.overview(store, store.settings, user).cards if card.name == name)


def audited(store: Store, action: str) -> list[tuple[str, str | None, str]]:
    with store.read() as books:
        lines = books.audit_trail(limit=50)
    return [(line["actor"], line["subject"], line["detail"]) for line in lines if line["action"] == action]


def job(store: Store, name: str) -> JobStatus:
    found = fetching.status(store, name)
    assert found is not None
    return found


def test_a_folder_is_taken_over_by_the_worker_and_is_ready_then(store: Store, admin: User, stick: Path) -> None:
    settings = store.settings
    assert models.take_in(store, settings, admin, f" {stick} ") == "small"
    assert card(store, admin, "small").busy and card(store, admin, "small").here is None
    work(store)
    now = card(store, admin, "small")
    assert now.here and now.record and not now.busy and now.record.by == admin.id
    assert now.uses == (Use.DRAFT,) and not now.removable, "the settings use small for the draft"
    assert job(store, "small").state is JobState.DONE and job(store, "small").done == now.size
    ((actor, subject, detail),) = audited(store, "model_taken_in")
    assert (actor, subject) == (admin.id, "small") and f"sha256={now.sha256[:12]}" in detail
    assert str(stick) not in str(audited(store, "model_asked") + audited(store, "model_taken_in"))
    assert not list(shelf_of(settings).glob(".wens-*"))


def test_the_sum_that_was_pasted_is_kept_to(store: Store, admin: User, stick: Path) -> None:
    models.take_in(store, store.settings, admin, str(stick), "eigen", "0" * 64)
    work(store)
    assert (job(store, "eigen").state, job(store, "eigen").message) == (JobState.FAILED, "models.sum_wrong")
    assert not shelf.names(store.settings) and not list(shelf_of(store.settings).glob(".wens-*"))
    models.take_in(store, store.settings, admin, str(stick), "Eigen", records.hashed(stick / "model.bin"))
    work(store)
    assert card(store, admin, "eigen").record.checked == "sum"  # type: ignore[union-attr]


def test_what_is_wrong_with_a_folder_is_said_at_once_and_no_work_is_made_of_it(
    store: Store, admin: User, stick: Path
) -> None:
    for folder, error in ((str(examples.MODEL), NotReady), ("/geen/map", NotReady), ("los", InputRefused)):
        with pytest.raises(error):
            models.take_in(store, store.settings, admin, folder, "x")
    assert fetching.status(store, "x") is None and not audited(store, "model_asked")


def test_without_a_hub_a_fetch_waits_with_an_instruction_and_is_tried_again(store: Store, admin: User) -> None:
    models.get(store, store.settings, admin, "small")
    work(store)
    waits = job(store, "small")
    assert (waits.state, waits.message) == (JobState.BLOCKED, "transcription.model_missing") and has(waits.message)
    with pytest.raises(InputRefused) as error:
        models.get(store, store.settings, admin, "small")
    assert error.value.key == "models.is_coming"
    models.stop(store, store.settings, admin, "small")
    assert job(store, "small").state is JobState.CANCELLED
    assert not list(shelf_of(store.settings).glob(".wens-*"))


def test_only_known_models_can_be_fetched(store: Store, admin: User) -> None:
    for name in ("large-v9", "../weg"):
        with pytest.raises(InputRefused):
            models.get(store, store.settings, admin, name)


def test_a_model_in_use_stays_and_another_can_be_removed(store: Store, admin: User, stick: Path) -> None:
    for name in ("large-v2", "eigen"):
        models.take_in(store, store.settings, admin, str(stick), name)
    work(store)
    with pytest.raises(InputRefused) as error:
        models.remove(store, store.settings, admin, "large-v2")
    assert error.value.key == "models.in_use" and card(store, admin, "eigen").removable
    models.remove(store, store.settings, admin, "eigen")
    assert shelf.names(store.settings) == ("large-v2",)
    assert audited(store, "model_removed") == [(admin.id, "eigen", "")]
    with pytest.raises(NotFound):
        models.remove(store, store.settings, admin, "eigen")


def test_a_setting_that_names_the_folder_on_the_shelf_keeps_that_model_in_use(
    store: Store, admin: User, stick: Path
) -> None:
    models.take_in(store, store.settings, admin, str(stick), "eigen")
    work(store)
    settings = store.settings.model_copy(update={"model": str(shelf_of(store.settings) / "eigen")})
    with pytest.raises(InputRefused):
        models.remove(store, settings, admin, "eigen")


def test_a_job_that_needs_a_model_asks_for_it_and_waits(store: Store, stick: Path, admin: User) -> None:
    with pytest.raises(NotReady) as error:
        fetching.need(store, store.settings, "small")
    assert error.value.key == "models.is_fetched" and job(store, "small").state is JobState.WAITING
    jobs.cancel(store, fetching.SUBJECT + "small")
    models.take_in(store, store.settings, admin, str(stick))
    work(store)
    fetching.need(store, store.settings, "small")


def test_a_wish_that_got_lost_is_said_and_nothing_is_guessed(store: Store, admin: User, stick: Path) -> None:
    models.take_in(store, store.settings, admin, str(stick), "eigen")
    for path in shelf_of(store.settings).glob(".wens-*"):
        path.write_text("{")
    work(store)
    assert (job(store, "eigen").state, job(store, "eigen").message) == (JobState.FAILED, "models.wish_gone")


class Stopped:
    """A run that somebody stops, or in which a story waits, at the first look."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error
        self.told: list[tuple[int, int]] = []

    def step(self, name: str, work: Callable[[], None]) -> None:
        work()

    def progress(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def check_cancelled(self) -> None:
        from stories.errors import Cancelled

        if self.error is Cancelled:
            raise Cancelled("jobs.cancelled")

    def give_way(self) -> None:
        raise AssertionError("a copy that is half done begins anew: it does not give way")


def test_stopping_an_import_that_runs_leaves_nothing(store: Store, admin: User, stick: Path) -> None:
    from stories.errors import Cancelled

    models.take_in(store, store.settings, admin, str(stick), "eigen")
    run = Stopped(Cancelled)
    with pytest.raises(Cancelled):
        fetching.work(store, store.settings, "model:eigen", run)
    assert run.told and [path.name for path in shelf_of(store.settings).iterdir()] == [".slot"]


def test_an_import_does_not_give_way(store: Store, admin: User, stick: Path) -> None:
    models.take_in(store, store.settings, admin, str(stick), "eigen")
    fetching.work(store, store.settings, "model:eigen", Stopped(KeyError))
    assert shelf.names(store.settings) == ("eigen",)


def test_a_job_about_a_model_is_nobodys_story(store: Store, admin: User) -> None:
    """Its row stands where a story's id does: erasing a story, and looking at the queue, leave it alone."""
    models.get(store, store.settings, admin, "small")
    assert jobs.forget(store, "small") == 0 and jobs.cancel(store, "small") == 0
    assert job(store, "small").state is JobState.WAITING


def test_at_the_start_it_is_said_which_model_is_ready(store: Store, admin: User, stick: Path) -> None:
    settings = store.settings
    assert "/spraakmodellen" in models.at_start(settings) and "Er is nog geen spraakmodel" in models.at_start(settings)
    models.take_in(store, settings, admin, str(stick))
    work(store)
    assert "large-v2" in models.at_start(settings) and "concept" in models.at_start(settings)
    models.take_in(store, settings, admin, str(stick), "large-v2")
    work(store)
    line = models.at_start(settings)
    assert "small" in line and "large-v2" in line and "/spraakmodellen" not in line
    assert {each.status for each in models.standings(settings)} == {ModelStatus.READY}
    without = settings.model_copy(update={"draft_model": ""})
    assert [each.use for each in models.standings(without)] == [Use.FINAL]


def test_a_setting_that_names_what_is_not_there_says_what_to_do(settings: Settings) -> None:
    (final, _) = models.standings(settings.model_copy(update={"model": "/geen/map"}))
    assert final.status is ModelStatus.MISSING and "VERTELPUNT_MODEL" in final.trouble
