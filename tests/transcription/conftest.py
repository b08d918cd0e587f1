"""What the tests of transcription share: the exercise model, recordings with their truth, and made-up sounds.

The model and the recordings are those of `examples/`.
"""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from transcription_help import RATE, ROOT, Truth

from stories.audio import samples
from stories.settings import Settings
from transcription.chunks import Plan, listen
from transcription.whisper import WhisperEngine, load_engine

MODEL = ROOT / "examples" / "model"
RECORDINGS = ROOT / "examples" / "recordings"
NAMES = ["broodtrommel", "bushokje", "deurbel", "hardop", "mensenstem"]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(_env_file=None, model_dir=tmp_path_factory.mktemp("models"), cpu_threads=1)


@pytest.fixture(scope="session")
def model() -> Path:
    """A genuine Whisper-architecture model of a few MB that understands the recordings of `truth` alone."""
    return MODEL


@pytest.fixture(scope="session")
def engine(model: Path, settings: Settings) -> WhisperEngine:
    return load_engine(str(model), settings, allow_example=True)


def recording(name: str) -> Truth:
    audio = next(path for path in RECORDINGS.glob(f"{name}.*") if path.suffix != ".json")
    sentences = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    return Truth(audio, tuple((word["text"], word["start_ms"]) for s in sentences for word in s["words"]))


@pytest.fixture(scope="session", params=NAMES)
def truth(request: pytest.FixtureRequest, model: Path) -> Truth:
    """Each recording that the model understands, in the format in which it was sent."""
    return recording(request.param)


@pytest.fixture(scope="session")
def story(model: Path, write_wav: Callable[[np.ndarray], Path]) -> Truth:
    """The one that has not been through a lossy codec yet, as 16 kHz WAV: tests send it through one themselves."""
    truth = recording("bushokje")
    return replace(truth, audio=write_wav(np.concatenate(list(samples(truth.audio)))))


@pytest.fixture(scope="session")
def story_plan(story: Truth) -> Plan:
    """Where somebody speaks in it: listening takes a second, and many tests ask."""
    return listen(story.audio)


@pytest.fixture(scope="session")
def speech() -> np.ndarray:
    """49 s of speech at 16 kHz; needs no model."""
    return np.concatenate(list(samples(RECORDINGS / "broodtrommel.m4a")))


@pytest.fixture(scope="session")
def voice(speech: np.ndarray, write_wav: Callable[[np.ndarray], Path]) -> Path:
    """The same as a WAV file."""
    return write_wav(speech)


@pytest.fixture(scope="session")
def write_wav(tmp_path_factory: pytest.TempPathFactory) -> Callable[[np.ndarray], Path]:
    """Mono 16 kHz float samples -> a WAV file."""
    folder, count = tmp_path_factory.mktemp("sounds"), iter(range(10_000))

    def write(sound: np.ndarray) -> Path:
        path = folder / f"{next(count)}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        return path

    return write
