"""What the tests of transcription share: the exercise model, recordings with their truth, and made-up sounds.

The model and the recordings are those of `examples/`. Without that model the older trial model and its two recordings
are used when they lie beside the repository; without either, what needs a model is skipped.
"""

from __future__ import annotations

import json
import sys
import tarfile
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
SHARED = ROOT.parent / "shared" / "models"
HAS_MODEL = (MODEL / "model.bin").exists()
NAMES = ["broodtrommel", "bushokje", "deurbel", "hardop", "mensenstem"] if HAS_MODEL else ["story1", "story2"]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(_env_file=None, model_dir=tmp_path_factory.mktemp("models"), cpu_threads=1)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genuine Whisper-architecture model of a few MB that understands the recordings of `truth` alone."""
    if HAS_MODEL:
        return MODEL
    packed = SHARED / "trial-model.tar.xz"
    if not packed.exists():
        pytest.skip("no test model: neither examples/model nor the trial model is here")
    folder = tmp_path_factory.mktemp("trial")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return next(path.parent for path in folder.rglob("model.bin"))


@pytest.fixture(scope="session")
def engine(model: Path, settings: Settings) -> WhisperEngine:
    return load_engine(str(model), settings, allow_example=True)


def recording(name: str) -> Truth:
    if HAS_MODEL:
        audio = next(path for path in RECORDINGS.glob(f"{name}.*") if path.suffix != ".json")
        sentences = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
        return Truth(audio, tuple((word["text"], word["start_ms"]) for s in sentences for word in s["words"]))
    audio = SHARED / "examples" / f"{name}.wav"
    if not audio.exists():
        pytest.skip("the two trial recordings are not here")
    sentences = json.loads(audio.with_suffix(".json").read_text(encoding="utf-8"))
    return Truth(audio, tuple((word, start * 1000) for s in sentences for word, start, _ in s["words"]))


@pytest.fixture(scope="session", params=NAMES)
def truth(request: pytest.FixtureRequest, model: Path) -> Truth:
    """Each recording that the model understands, in the format in which it was sent."""
    return recording(request.param)


@pytest.fixture(scope="session")
def story(model: Path, write_wav: Callable[[np.ndarray], Path]) -> Truth:
    """One of them, as 16 kHz WAV."""
    truth = recording(NAMES[0])
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
