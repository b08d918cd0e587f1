"""`python -m transcription transcribe`: its exit codes and what it leaves behind."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from transcription_help import ROOT, Truth, word_error_rate

from transcription.__main__ import main
from transcription.chunks import Plan

SEGMENT = {"start_ms", "end_ms", "speaker", "text", "confidence", "flags", "words"}
WORD = {"start_ms", "end_ms", "text", "confidence"}


def run(*arguments: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "transcription", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "VERTELPUNT_CPU_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "Traceback" not in done.stderr
    return done


@dataclass(frozen=True)
class Ran:
    returncode: int
    stderr: str


@pytest.fixture
def quick(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """As `run`, in this process: for the many cases that only differ in what is refused."""

    def call(*arguments: object, **environment: str) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            code = main([str(argument) for argument in arguments])
        return Ran(code, capsys.readouterr().err)

    return call


def test_a_recording_becomes_a_transcript_and_the_exercise_model_warns(
    story: Truth, story_plan: Plan, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "uit.json"
    done = run("transcribe", story.audio, out, "--model", model)
    assert done.returncode == 0, done.stderr
    assert "oefenmodel" in done.stderr and done.stdout == ""
    transcript = json.loads(out.read_text(encoding="utf-8"))
    assert set(transcript) == {"language", "duration_ms", "model", "segments"}
    assert transcript["language"] == "nl" and transcript["duration_ms"] == story_plan.duration_ms
    assert all(set(segment) == SEGMENT and segment["speaker"] is None for segment in transcript["segments"])
    assert all(set(word) == WORD for segment in transcript["segments"] for word in segment["words"])
    heard = " ".join(segment["text"] for segment in transcript["segments"])
    assert word_error_rate(story.text, heard) <= 0.02
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["uit.json"]


def test_the_exercise_model_of_the_settings_is_refused(story: Truth, model: Path, tmp_path: Path) -> None:
    done = run("transcribe", story.audio, tmp_path / "uit.json", VERTELPUNT_MODEL=str(model))
    assert done.returncode == 3 and "oefenmodel" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def hostile(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "in"
    folder.mkdir()
    secret = folder / "geheim.flac"
    secret.write_bytes(b"fLaC")
    files = {
        "empty": b"",
        "text": b"hallo" * 100,
        "random": bytes(range(256)) * 20,
        "ffconcat": f"ffconcat version 1.0\nfile {secret}\n".encode(),
        "playlist": f"#EXTM3U\n{secret.as_uri()}\nhttp://127.0.0.1:9/a.mp3\n".encode(),
        "1 Hz": wav_header(1, 1) + b"\0" * 160_000,
        "4e9 Hz": wav_header(4_000_000_000, 1) + b"\0" * 1_000,
        "255 channels": wav_header(16_000, 255) + b"\0" * 5_100,
        "only a header": wav_header(16_000, 1),
        "broken flac": b"fLaC" + b"\x80" * 400,
        "broken m4a": b"\0\0\0\x20ftypM4A " + b"\0" * 300,
    }
    for name, content in files.items():
        (folder / f"{name}.wav").write_bytes(content)
    return {name: folder / f"{name}.wav" for name in files} | {"missing": folder / "weg.wav", "folder": folder}


def wav_header(rate: int, channels: int) -> bytes:
    def little(value: int, size: int) -> bytes:
        return (value & (1 << 8 * size) - 1).to_bytes(size, "little")

    fmt = little(1, 2) + little(channels, 2) + little(rate, 4) + little(rate * channels * 2, 4)
    fmt += little(channels * 2, 2) + little(16, 2)
    return b"RIFF" + little(0x7FFFFFFF, 4) + b"WAVEfmt " + little(16, 4) + fmt + b"data" + little(0x7FFFFF00, 4)


def test_what_is_no_recording_is_refused_in_dutch_and_leaves_nothing(
    quick: Callable[..., Ran], hostile: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "uit"
    out.mkdir()
    for name, path in hostile.items():
        done = quick("transcribe", path, out / "uit.json", "--model", "large-v9")
        assert done.returncode in ((2, 3) if name == "only a header" else (2,)), (name, done.stderr)
        assert done.stderr.count("\n") == 1 and path.name not in done.stderr
        assert not list(out.iterdir())


def test_a_model_that_is_not_to_be_had_says_what_to_do(story: Truth, tmp_path: Path) -> None:
    for name in ("large-v9", "./nergens/model", "small"):
        done = run(
            "transcribe", story.audio, tmp_path / "uit.json", "--model", name,
            VERTELPUNT_MODEL_DIR=str(tmp_path / "modellen"), HF_HUB_OFFLINE="1",
        )  # fmt: skip
        assert done.returncode == 3 and name in done.stderr
        assert not (tmp_path / "uit.json").exists()


def test_wrong_usage(quick: Callable[..., Ran], story: Truth, tmp_path: Path) -> None:
    out = tmp_path / "uit.json"
    for arguments in (
        (),
        ("transcribe",),
        ("transcribe", story.audio),
        ("schrijf", story.audio, out),
        ("transcribe", story.audio, out, "--snel"),
        ("transcribe", story.audio, out, "--language", "Nederlands"),
        ("transcribe", story.audio, tmp_path),
        ("transcribe", story.audio, tmp_path / "geen" / "map" / "uit.json"),
        ("transcribe", story.audio, story.audio),
    ):
        done = quick(*arguments)
        assert done.returncode == 64 and done.stderr.count("\n") == 1, arguments
    assert not out.exists()
    assert quick("transcribe", story.audio, out, VERTELPUNT_CPU_THREADS="veel").returncode == 64


def test_an_earlier_result_survives_a_refusal(
    quick: Callable[..., Ran], hostile: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "uit.json"
    out.write_text("eerder")
    assert quick("transcribe", hostile["text"], out).returncode == 2
    assert out.read_text() == "eerder"


def test_help_is_dutch_where_it_is_ours() -> None:
    done = run("transcribe", "--help")
    assert done.returncode == 0 and "opname" in done.stdout
