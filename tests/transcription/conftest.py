"""What the tests of transcription share: the exercise model, recordings with their truth, and made-up sounds."""

from __future__ import annotations

import json
import sys
import tarfile
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from transcription_help import ROOT, Truth

from stories.settings import Settings
from transcription.whisper import WhisperEngine, load_engine

SHARED = ROOT.parent / "shared" / "models"
EXAMPLES = ROOT / "examples" / "recordings"
RATE = 16_000


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(_env_file=None, model_dir=tmp_path_factory.mktemp("models"), cpu_threads=1)


@pytest.fixture(scope="session")
def trial_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genuine Whisper-architecture model of 4 MB that understands sixteen sentences."""
    packed = SHARED / "trial-model.tar.xz"
    if not packed.exists():
        if (ROOT / "examples" / "model" / "model.bin").exists():
            return ROOT / "examples" / "model"
        pytest.skip("no test model: neither examples/model nor the trial model is here")
    folder = tmp_path_factory.mktemp("trial")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return next(path.parent for path in folder.rglob("model.bin"))


@pytest.fixture(scope="session")
def engine(trial_model: Path, settings: Settings) -> WhisperEngine:
    return load_engine(str(trial_model), settings, allow_example=True)


def shared_truth(name: str) -> Truth:
    audio = SHARED / "examples" / f"{name}.wav"
    if not audio.exists():
        pytest.skip("the two trial recordings are not here")
    sentences = json.loads(audio.with_suffix(".json").read_text(encoding="utf-8"))
    return Truth(audio, tuple((word, start * 1000) for s in sentences for word, start, _ in s["words"]))


@pytest.fixture(scope="session", params=["story1", "story2"])
def truth(request: pytest.FixtureRequest, trial_model: Path) -> Truth:
    return shared_truth(request.param)


@pytest.fixture(scope="session")
def story1(trial_model: Path) -> Truth:
    return shared_truth("story1")


@pytest.fixture(scope="session")
def write_wav(tmp_path_factory: pytest.TempPathFactory) -> Callable[[np.ndarray], Path]:
    """Mono 16 kHz float samples -> a WAV file."""
    folder, count = tmp_path_factory.mktemp("sounds"), iter(range(10_000))

    def write(samples: np.ndarray) -> Path:
        path = folder / f"{next(count)}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        return path

    return write
