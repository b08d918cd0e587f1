"""Whisper through faster-whisper (CTranslate2). Only this module and `voice` name that library, and lazily.

Choices, each measured on Dutch: beam 5; word times; no conditioning on earlier text and no hot words (both feed
loops and inventions); one chunk of at most 28 s at a time (memory does not grow with the recording).

Whisper's usual answer to a doubtful window is to sample again at higher temperatures. The sampler's state cannot be
set back per chunk, so a chunk would come out differently after a restart, and sampling invents. Our second try is
`careful`: the same beam search with three-word repeats forbidden, deterministic. Whisper also drops what it thinks is
no speech (`no_speech_threshold`); we switch that off and flag it instead, so that nothing goes missing unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stories.audio import WHISPER_RATE, Samples
from stories.errors import NotReady
from stories.settings import Settings
from transcription.engine import Engine, Heard, HeardWord, require_language, to_ms
from transcription.models import EXAMPLE_MARK, ModelInfo, find_model

BEAM = 5


def load_engine(name_or_dir: str, settings: Settings, *, allow_example: bool = False) -> Engine:
    """Find the model (see `find_model`) and load it: float16 on a CUDA device, else int8 on the processor.

    With the setting `engine` on openai-whisper that program hears instead; the practice model stays with this one.
    Raises NotReady as `find_model` does, and transcription.model_broken when the weights cannot be loaded.
    """
    is_practice = allow_example and (Path(name_or_dir).expanduser() / EXAMPLE_MARK).is_file()
    if settings.engine == "openai-whisper" and not is_practice:
        from transcription.openai_whisper import load

        return load(name_or_dir, settings)
    info = find_model(name_or_dir, settings, allow_example=allow_example)
    return WhisperEngine(info, threads=settings.cpu_threads, prompt=settings.prompt)


class WhisperEngine:
    """An `Engine` on one loaded Whisper model. Use from one thread at a time."""

    def __init__(self, info: ModelInfo, *, threads: int = 2, prompt: str = "") -> None:
        self.info = info
        self._model = _load(info, threads)
        self._prompt = prompt or None
        self._languages = frozenset(self._model.supported_languages)

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def knows_languages(self) -> bool:
        return len(self._languages) > 1 and not self.info.is_example

    def transcribe(
        self, samples: Samples, language: str, *, careful: bool = False, to_english: bool = False
    ) -> Sequence[Heard]:
        require_language(language, self._languages)
        if len(samples) < WHISPER_RATE // 100:
            return ()
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            task="translate" if to_english else "transcribe",
            beam_size=BEAM,
            temperature=(0.0,),
            condition_on_previous_text=False,
            no_repeat_ngram_size=3 if careful else 0,
            no_speech_threshold=None,
            initial_prompt=self._prompt,
            word_timestamps=not to_english,
            vad_filter=False,
        )
        return tuple(_heard(segment) for segment in segments)

    def detect(self, samples: Samples) -> tuple[str, float]:
        if len(self._languages) == 1:
            return "en", 1.0
        language, probability, _ = self._model.detect_language(audio=samples)
        return str(language), float(probability)


def _load(info: ModelInfo, threads: int) -> Any:
    import ctranslate2
    from faster_whisper import WhisperModel

    on_gpu = ctranslate2.get_cuda_device_count() > 0
    try:
        model = WhisperModel(
            str(info.folder),
            device="cuda" if on_gpu else "cpu",
            compute_type="float16" if on_gpu else "int8",
            cpu_threads=threads,
            local_files_only=True,
        )
        mels = model.feature_extractor.mel_filters.shape[0]
    except Exception as error:  # CTranslate2, tokenizers and JSON each have their own; all mean the same to people
        raise NotReady("transcription.model_broken", model=info.name) from error
    if mels != model.model.n_mels:  # preprocessor_config.json is missing or of another model
        raise NotReady("transcription.model_incomplete", model=info.name, files="preprocessor_config.json")
    return model


def _heard(segment: Any) -> Heard:
    return Heard(
        start_ms=to_ms(segment.start),
        end_ms=max(to_ms(segment.start), to_ms(segment.end)),
        text=segment.text,
        log_probability=min(0.0, float(segment.avg_logprob)),
        compression=float(segment.compression_ratio),
        no_speech=min(1.0, max(0.0, float(segment.no_speech_prob))),
        words=tuple(
            HeardWord(to_ms(word.start), max(to_ms(word.start), to_ms(word.end)), word.word, float(word.probability))
            for word in segment.words or ()
        ),
    )
