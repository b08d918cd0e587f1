"""Whisper through openai-whisper, the original program (an optional extra). Only this module names it, and lazily.

For who trusts the original more than its translation to CTranslate2: the same choices as in `whisper`, in float32 and
so slower and larger (docs/measurements.md). A model is a name, which that program downloads and checks itself, or a
.pt file. Its second, `careful` way of decoding is a more patient beam search: it knows no rule against repetition.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stories.audio import WHISPER_RATE, Samples
from stories.errors import NotReady
from stories.settings import Settings
from transcription.engine import Heard, HeardWord, require_language, to_ms
from transcription.models import KNOWN, ModelInfo
from transcription.whisper import BEAM

_PROBE = 30 * WHISPER_RATE


class OpenAIWhisperEngine:
    """An `Engine` on one loaded model of openai-whisper. Use from one thread at a time."""

    def __init__(self, model: Any, info: ModelInfo, *, prompt: str = "") -> None:
        from whisper.tokenizer import LANGUAGES

        self.info = info
        self._model = model
        self._prompt = prompt or None
        self._languages = frozenset(LANGUAGES) if model.is_multilingual else frozenset({"en"})

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def knows_languages(self) -> bool:
        return len(self._languages) > 1 and not self.info.is_example

    def transcribe(
        self, samples: Samples, language: str, *, careful: bool = False, to_english: bool = False
    ) -> Sequence[Heard]:
        import whisper

        require_language(language, self._languages)
        if len(samples) < WHISPER_RATE // 100:
            return ()
        heard = whisper.transcribe(
            self._model,
            samples,
            language=language,
            task="translate" if to_english else "transcribe",
            beam_size=BEAM,
            patience=2.0 if careful else None,
            temperature=0.0,
            condition_on_previous_text=False,
            no_speech_threshold=None,
            initial_prompt=self._prompt,
            word_timestamps=not to_english,
            fp16=self._model.device.type == "cuda",
            verbose=None,
        )
        return tuple(_heard(segment) for segment in heard["segments"])

    def detect(self, samples: Samples) -> tuple[str, float]:
        import whisper

        if len(self._languages) == 1:
            return "en", 1.0
        window = whisper.pad_or_trim(samples[:_PROBE])
        spectrum = whisper.log_mel_spectrogram(window, n_mels=self._model.dims.n_mels).to(self._model.device)
        _, probabilities = self._model.detect_language(spectrum)
        language = max(sorted(probabilities), key=lambda code: probabilities[code])
        return language, float(probabilities[language])


def load(name_or_file: str, settings: Settings) -> OpenAIWhisperEngine:
    """The model of a name or a .pt file. Raises NotReady as `require`, model_missing (no network) and model_broken."""
    require(name_or_file)
    import torch
    import whisper

    torch.set_num_threads(settings.cpu_threads)
    folder = None if settings.model_dir is None else str(settings.model_dir.expanduser())
    file = Path(name_or_file).expanduser()
    try:
        model = whisper.load_model(name_or_file if name_or_file in KNOWN else str(file), download_root=folder).eval()
    except OSError as error:  # among them what the network says
        raise NotReady("transcription.model_missing", model=name_or_file) from error
    except Exception as error:  # torch has many; all mean the same to people
        raise NotReady("transcription.model_broken", model=name_or_file) from error
    name = name_or_file if name_or_file in KNOWN else file.stem
    return OpenAIWhisperEngine(model, ModelInfo(f"{name} (openai-whisper)", file), prompt=settings.prompt)


def require(name_or_file: str) -> None:
    """Raise NotReady when the program is not installed (openai_missing), or for what is no name that it knows and no
    .pt file (openai_model_unknown). Loads nothing."""
    if not all(map(_is_installed, ("torch", "whisper"))):
        raise NotReady("transcription.openai_missing")
    file = Path(name_or_file).expanduser()
    if name_or_file not in KNOWN and not (file.suffix == ".pt" and file.is_file()):
        raise NotReady("transcription.openai_model_unknown", model=name_or_file, names=", ".join(KNOWN))


def is_here(name_or_file: str, settings: Settings) -> bool:
    """Whether what `require` agrees to lies on this computer; that program calls turbo large-v3-turbo."""
    if name_or_file not in KNOWN:
        return True
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "whisper"
    folder = cache if settings.model_dir is None else settings.model_dir.expanduser()
    return any((folder / f"{name}.pt").is_file() for name in (name_or_file, f"large-v3-{name_or_file}"))


def _is_installed(package: str) -> bool:
    return sys.modules.get(package, package) is not None and find_spec(package) is not None


def _heard(segment: dict[str, Any]) -> Heard:
    return Heard(
        start_ms=to_ms(segment["start"]),
        end_ms=max(to_ms(segment["start"]), to_ms(segment["end"])),
        text=segment["text"],
        log_probability=min(0.0, float(segment["avg_logprob"])),
        compression=float(segment["compression_ratio"]),
        no_speech=min(1.0, max(0.0, float(segment["no_speech_prob"]))),
        words=tuple(
            HeardWord(
                to_ms(word["start"]),
                max(to_ms(word["start"]), to_ms(word["end"])),
                word["word"],
                float(word["probability"]),
            )
            for word in segment.get("words", ())
        ),
    )
