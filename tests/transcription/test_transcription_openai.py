"""openai-whisper behind the same protocol: what is said when it is missing; the real thing where it is installed.

Its weights are those of the practice model, read back out of CTranslate2.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from transcription_help import RATE, ROOT, Truth, word_error_rate

import transcription
from stories.errors import InputRefused, NotReady
from stories.settings import Settings
from transcription import ModelStatus
from transcription import openai_whisper as openai
from transcription.whisper import WhisperEngine

sys.path.insert(0, str(ROOT))
from benchmarks.parts.weights import PRACTICE, openai_whisper, random_weights, read_ctranslate2


def other(settings: Settings) -> Settings:
    return settings.model_copy(update={"engine": "openai-whisper"})


def test_without_the_package_it_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whisper", None)
    with pytest.raises(NotReady) as refused:
        transcription.load_engine("large-v2", other(settings))
    assert refused.value.key == "transcription.openai_missing" and "pip install" in refused.value.message


def test_its_models_are_files_of_its_own(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = other(settings).model_copy(update={"model_dir": tmp_path})
    monkeypatch.setitem(sys.modules, "whisper", None)
    assert transcription.model_status(chosen, "large-v2") is ModelStatus.MISSING, "the program is not here"
    monkeypatch.setattr(openai, "_is_installed", lambda package: True)
    assert transcription.model_status(chosen, "large-v2") is ModelStatus.CAN_DOWNLOAD_UNKNOWN
    (tmp_path / "large-v2.pt").touch()
    assert transcription.model_status(chosen, "large-v2") is ModelStatus.READY
    assert transcription.model_status(chosen, str(tmp_path / "large-v2.pt")) is ModelStatus.READY
    assert transcription.model_status(chosen, str(tmp_path)) is ModelStatus.MISSING


def test_the_practice_model_stays_with_faster_whisper(settings: Settings, model: Path) -> None:
    assert isinstance(transcription.load_engine(str(model), other(settings), allow_example=True), WhisperEngine)
    assert Settings(_env_file=None).engine == "faster-whisper"


def test_random_weights_of_the_benchmark_have_all_arrays_of_a_real_model() -> None:
    made, practice = random_weights(PRACTICE, 20), read_ctranslate2(ROOT / "examples" / "model", PRACTICE)
    assert {name: values.shape for name, values in made.items()} == {n: v.shape for n, v in practice.items()}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, model: Path, settings: Settings) -> transcription.Engine:
    """The practice model's weights as a .pt file, loaded as any other would be."""
    pytest.importorskip("whisper")
    import torch

    made = openai_whisper(read_ctranslate2(model, PRACTICE), PRACTICE)
    file = tmp_path_factory.mktemp("openai") / "oefening.pt"
    torch.save({"dims": vars(made.dims), "model_state_dict": made.state_dict()}, file)
    return transcription.load_engine(str(file), other(settings))


def test_the_same_weights_hear_the_same_story(original: transcription.Engine, story: Truth, settings: Settings) -> None:
    heard = transcription.transcribe_file(story.audio, original, settings, "nl")
    assert heard.model == "oefening (openai-whisper)"
    assert word_error_rate(story.text, heard.text) <= 0.05
    assert all(segment.words for segment in heard.segments if segment.text)


def test_it_gives_the_same_answer_again_also_when_careful(original: transcription.Engine, speech: np.ndarray) -> None:
    sound = speech[: 12 * RATE]
    for how in ({}, {"careful": True}, {"to_english": True}):
        assert original.transcribe(sound, "nl", **how) == original.transcribe(sound, "nl", **how)
    assert original.detect(sound) == original.detect(sound)
    assert original.transcribe(sound[:10], "nl") == ()
    with pytest.raises(InputRefused):
        original.transcribe(sound, "qq")


@pytest.mark.parametrize(
    ("name", "key"), [("./nergens.pt", "openai_model_unknown"), ("geheim", "openai_model_unknown")]
)
def test_a_model_it_does_not_know_is_refused(name: str, key: str, settings: Settings) -> None:
    pytest.importorskip("whisper")
    with pytest.raises(NotReady) as refused:
        transcription.load_engine(name, other(settings))
    assert refused.value.key == f"transcription.{key}"


def test_a_broken_file_is_no_model(settings: Settings, tmp_path: Path) -> None:
    pytest.importorskip("whisper")
    (tmp_path / "stuk.pt").write_bytes(b"<html>niet gevonden</html>")
    with pytest.raises(NotReady) as refused:
        transcription.load_engine(str(tmp_path / "stuk.pt"), other(settings))
    assert refused.value.key == "transcription.model_broken"
