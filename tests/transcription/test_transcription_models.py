"""A model is there, or it is said exactly what to do. Never a silent replacement, never a long wait."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcription_help import ROOT

from stories.errors import NotReady
from stories.settings import Settings
from transcription import ModelStatus, find_model, load_engine, model_status
from transcription.models import EXAMPLE_MARK, KNOWN, cache_dir


@pytest.fixture
def plain_model(model: Path, tmp_path: Path) -> Path:
    """The exercise model without its mark: as far as anybody can see, a real one."""
    folder = tmp_path / "eigen-model"
    shutil.copytree(model, folder, ignore=shutil.ignore_patterns(EXAMPLE_MARK))
    return folder


def refused(name: str, settings: Settings, **options: bool) -> NotReady:
    with pytest.raises(NotReady) as error:
        find_model(name, settings, **options)
    assert len(error.value.message) > 60  # a sentence that says what to do
    return error.value


def with_model(settings: Settings, name: str) -> Settings:
    return settings.model_copy(update={"model": name})


def test_a_folder_with_a_model_is_found_and_loaded(plain_model: Path, settings: Settings) -> None:
    info = find_model(str(plain_model), settings)
    assert (info.name, info.is_example, info.folder) == ("eigen-model", False, plain_model)
    assert load_engine(str(plain_model), settings).name == "eigen-model"
    assert model_status(with_model(settings, str(plain_model))) is ModelStatus.READY


def test_the_exercise_model_is_refused_unless_it_is_asked_for(model: Path, settings: Settings) -> None:
    assert refused(str(model), settings).code == "example_model_refused"
    assert model_status(with_model(settings, str(model))) is ModelStatus.MISSING
    info = find_model(str(model), settings, allow_example=True)
    assert info.is_example and info.name == "oefenmodel: verstaat alleen de voorbeelden"


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(missing: str, plain_model: Path, settings: Settings) -> None:
    (plain_model / missing).unlink()
    error = refused(str(plain_model), settings)
    assert error.code == "model_incomplete" and missing in error.message
    assert model_status(with_model(settings, str(plain_model))) is ModelStatus.MISSING


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE html><html><title>404 Not Found</title>", "model_is_web_page"),
        (b"\xef\xbb\xbf\r\n <html>", "model_is_web_page"),
        (b"ggml\x00\x00", "model_is_no_model"),
        (b"", "model_is_no_model"),
        (b"version https://git-lfs.github.com/spec/v1\n", "model_is_no_model"),
    ],
)
def test_what_is_no_model_is_recognised(content: bytes, code: str, plain_model: Path, settings: Settings) -> None:
    (plain_model / "model.bin").write_bytes(content)
    assert refused(str(plain_model), settings).code == code


@pytest.mark.parametrize("keep", [100, 200_000])
def test_a_model_that_was_copied_half_is_refused_when_it_is_loaded(
    keep: int, plain_model: Path, settings: Settings
) -> None:
    data = (plain_model / "model.bin").read_bytes()
    (plain_model / "model.bin").write_bytes(data[:keep])
    with pytest.raises(NotReady) as error:
        load_engine(str(plain_model), settings)
    assert error.value.code == "model_broken"


def test_damaged_text_files_are_refused_when_it_is_loaded(plain_model: Path, settings: Settings) -> None:
    (plain_model / "tokenizer.json").write_text("{")
    with pytest.raises(NotReady) as error:
        load_engine(str(plain_model), settings)
    assert error.value.code == "model_broken"


def test_settings_of_another_model_s_ear_are_refused(plain_model: Path, settings: Settings) -> None:
    (plain_model / "preprocessor_config.json").write_text('{"feature_size": 128}')
    with pytest.raises(NotReady) as error:
        load_engine(str(plain_model), settings)
    assert "preprocessor_config.json" in error.value.message


def test_a_folder_that_is_not_there_and_a_name_nobody_knows(settings: Settings, tmp_path: Path) -> None:
    assert refused(str(tmp_path / "weg"), settings).code == "model_folder_missing"
    unknown = refused("large-v9", settings)
    assert unknown.code == "model_unknown" and "large-v2" in unknown.message
    assert model_status(with_model(settings, "large-v9")) is ModelStatus.MISSING


def test_our_names_are_those_of_faster_whisper() -> None:
    from faster_whisper.utils import _MODELS

    assert {name: _MODELS[name] for name in KNOWN} == KNOWN


def test_our_cache_folder_is_that_of_the_downloader(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    code = "from huggingface_hub.constants import HF_HUB_CACHE as c; print(c)"
    for extra in ({}, {"HF_HOME": "/tmp/thuis"}, {"HF_HUB_CACHE": "/tmp/hub"}, {"XDG_CACHE_HOME": "/tmp/xdg"}):
        for name, value in extra.items():
            monkeypatch.setenv(name, value)
        theirs = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert str(cache_dir(None)) == theirs.stdout.strip()
        for name in extra:
            monkeypatch.delenv(name)
    assert cache_dir(Path("/srv/modellen")) == Path("/srv/modellen")


def test_a_downloaded_model_is_found_without_the_network_and_a_half_one_is_not(
    plain_model: Path, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, model_dir=tmp_path / "hub", model="small", cpu_threads=1)
    assert model_status(settings) is ModelStatus.CAN_DOWNLOAD_UNKNOWN
    kept = tmp_path / "hub" / "models--Systran--faster-whisper-small"
    snapshot = kept / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    shutil.copy(plain_model / "config.json", snapshot)
    assert model_status(settings) is ModelStatus.CAN_DOWNLOAD_UNKNOWN
    shutil.copytree(plain_model, snapshot, dirs_exist_ok=True)
    assert model_status(settings) is ModelStatus.READY
    assert load_engine("small", settings).name == "small"


@pytest.fixture
def deaf_server() -> Iterator[str]:
    """An address that takes calls and never answers: the slowest way to have no network."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


FIND = """
from stories.errors import NotReady
from stories.settings import Settings
from transcription import find_model

try:
    find_model("small", Settings(_env_file=None, model_dir="{folder}"))
except NotReady as error:
    print(error.code, error.message)
"""


@pytest.mark.slow
def test_without_a_network_the_instruction_comes_before_anything_times_out(deaf_server: str, tmp_path: Path) -> None:
    closed = "http://127.0.0.1:9"
    for offline, address in (("1", closed), ("", closed), ("", deaf_server)):
        done = subprocess.run(
            [sys.executable, "-c", FIND.format(folder=tmp_path / "leeg")],
            env={**os.environ, "HF_ENDPOINT": address, "HF_HUB_OFFLINE": offline, "no_proxy": "127.0.0.1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=40,
        )
        assert done.stdout.startswith("model_missing") and "VERTELPUNT_MODEL" in done.stdout, done.stderr
