"""Fetching a model: over real HTTP from a hub on this computer, checked, and going on where it broke off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from model_help import COMMIT, Hub, a_hub, plain_copy, sha256

from stories.errors import Cancelled, NotReady
from stories.settings import Settings
from transcription import ModelStatus, find_model, load_engine, model_status, records, shelf
from transcription.fetching import TRIES, fetch
from transcription.models import shelf_of
from transcription.records import Checked


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, model_dir=tmp_path / "modellen", model="small", cpu_threads=1)


@pytest.fixture
def hub(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The library of the hub reads its address once, when it is loaded; here it is told another one."""
    import huggingface_hub

    folder = plain_copy(model, tmp_path / "op-de-hub")
    (folder / "README.md").write_text("licentie: MIT")
    (folder / "pytorch_model.bin").write_text("wat wij niet lezen")
    with a_hub(folder, "Systran/faster-whisper-small") as made:
        monkeypatch.setattr(huggingface_hub.HfApi, "__init__", _at(made.address, huggingface_hub.HfApi.__init__))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        huggingface_hub.close_session()
        yield made
        huggingface_hub.close_session()


def _at(address: str, begin):  # type: ignore[no-untyped-def]
    return lambda self, **words: begin(self, endpoint=address, **words)


def test_a_known_name_is_fetched_checked_and_found(hub: Hub, settings: Settings) -> None:
    assert model_status(settings) is ModelStatus.CAN_DOWNLOAD_UNKNOWN
    told: list[tuple[int, int]] = []
    record = fetch(settings, "small", by="u1", watch=lambda done, total: told.append((done, total)))
    assert record.checked is Checked.HUB and record.licence == "MIT" and record.by == "u1"
    assert record.source == f"hub:Systran/faster-whisper-small@{COMMIT}"
    assert record.sha256 == sha256(hub.folder / "model.bin")
    assert told[-1] == (record.size, record.size) and told == sorted(told)
    assert not (shelf_of(settings) / "small" / "pytorch_model.bin").exists()
    info = find_model("small", settings)
    assert (info.name, info.folder, info.sha256) == ("small", shelf_of(settings) / "small", record.sha256)
    assert model_status(settings) is ModelStatus.READY
    assert load_engine("small", settings).name == "small"


def test_finding_a_known_name_fetches_it_at_first_use(hub: Hub, settings: Settings) -> None:
    assert find_model("small", settings).folder == shelf_of(settings) / "small"
    asked = len(hub.asked)
    find_model("small", settings)
    assert len(hub.asked) == asked, "once is enough"


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_a_line_that_breaks_is_taken_up_where_it_broke(hub: Hub, settings: Settings, knows_ranges: bool) -> None:
    size = (hub.folder / "model.bin").stat().st_size
    hub.knows_ranges, hub.cut_after = knows_ranges, size // 3 + 1 if knows_ranges else None
    if not knows_ranges:
        stopped_at(hub, settings, size // 2)
    assert fetch(settings, "small").sha256 == sha256(hub.folder / "model.bin")
    begun = [int(asked[6:-1]) for path, asked in hub.asked if path.endswith("model.bin")]
    assert len(begun) >= 2 and begun == sorted(begun) and begun[-1] > 0


def stopped_at(hub: Hub, settings: Settings, byte: int) -> None:
    """Fetch until so many bytes are here; then the worker is stopped."""

    def stop(done: int, _total: int) -> None:
        if done >= byte:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(settings, "small", watch=stop)
    assert shelf.unfinished(settings, "small") and not shelf.names(settings)
    assert model_status(settings) is ModelStatus.CAN_DOWNLOAD_UNKNOWN


def test_what_arrived_before_a_stop_is_not_fetched_again(hub: Hub, settings: Settings) -> None:
    stopped_at(hub, settings, 4 * 2**20)
    hub.asked.clear()
    fetch(settings, "small")
    (begun,) = [int(asked[6:-1]) for path, asked in hub.asked if path.endswith("model.bin")]
    assert begun >= 2 * 2**20
    assert shelf.unfinished(settings, "small") is None


def test_what_arrived_of_an_older_commit_is_thrown_away(hub: Hub, settings: Settings) -> None:
    stopped_at(hub, settings, 4 * 2**20)
    hub.commit = "f" * 40
    hub.asked.clear()
    assert fetch(settings, "small").source.endswith("f" * 40)
    assert [asked for path, asked in hub.asked if path.endswith("model.bin")] == ["bytes=0-"]


def test_a_person_who_stops_it_can_have_the_rest_removed(hub: Hub, settings: Settings) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled("jobs.cancelled")

    with pytest.raises(Cancelled):
        fetch(settings, "small", watch=stop)
    shelf.drop_unfinished(settings, "small")
    assert [path.name for path in shelf_of(settings).iterdir()] == [".slot"]


@pytest.mark.parametrize("file", ["model.bin", "tokenizer.json"])
def test_what_is_not_what_the_hub_said_is_refused_and_not_fetched_for_ever(
    hub: Hub, settings: Settings, file: str
) -> None:
    data = bytearray((hub.folder / file).read_bytes())
    data[len(data) // 2] ^= 1
    hub.sends[file] = bytes(data)
    with pytest.raises(NotReady) as error:
        find_model("small", settings)
    assert error.value.key == "models.hub_sum_wrong" and not shelf.names(settings)
    hub.sends.clear()
    hub.asked.clear()
    with pytest.raises(NotReady):
        find_model("small", settings)
    assert len(hub.asked) == 1, "the worker, which tries every minute, asks but does not fetch"
    assert fetch(settings, "small", afresh=True).checked is Checked.HUB


def test_an_error_page_in_place_of_the_weights_is_refused(hub: Hub, settings: Settings) -> None:
    hub.sends["model.bin"] = b"<!DOCTYPE html><html>quota exceeded</html>"
    with pytest.raises(NotReady) as error:
        fetch(settings, "small")
    assert error.value.key in ("models.hub_sum_wrong", "transcription.model_missing") and not shelf.names(settings)


def test_a_line_that_never_gets_further_is_given_up(hub: Hub, settings: Settings) -> None:
    hub.cut_after = 0
    with pytest.raises(NotReady) as error:
        fetch(settings, "small")
    assert error.value.key == "transcription.model_missing"
    assert len([path for path, _ in hub.asked if "/resolve/" in path]) == TRIES


def test_two_processes_do_not_fetch_at_once(hub: Hub, settings: Settings) -> None:
    def second(_done: int, _total: int) -> None:
        with pytest.raises(NotReady) as error:
            fetch(settings, "small")
        assert error.value.key == "models.busy"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(settings, "small", watch=second)


def test_a_full_disk_is_said_before_anything_is_fetched(
    hub: Hub, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is truly full is tried in test_transcription_taking; here only how much is asked for."""
    monkeypatch.setattr(shelf, "free_bytes", lambda _settings: shelf.FREE_AFTER_BYTES + 1000)
    with pytest.raises(NotReady) as error:
        fetch(settings, "small")
    assert error.value.key == "models.disk_full"
    assert not [path for path, _ in hub.asked if "/resolve/" in path]


def test_weights_that_changed_on_disk_have_another_sum(hub: Hub, settings: Settings) -> None:
    fetch(settings, "small")
    weights = shelf_of(settings) / "small" / "model.bin"
    before = find_model("small", settings).sha256
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    assert find_model("small", settings).sha256 == sha256(weights) != before
    assert records.read(weights.parent) is not None
