"""The speech models that we know by name: where they come from, how big they are, what they are good for.

The weights are OpenAI's, published under the MIT licence ("Whisper's code and model weights are released under the MIT
License", README of openai/whisper); these repositories hold them in the form of CTranslate2, also under MIT. Sizes are
those of the float16 files. What a model is for was measured on Dutch (docs/measurements.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a model is for here; the words stand in the catalogue under models.purpose_*."""

    FINAL = "final"  # the text that people work with
    FASTER = "faster"  # the same, sooner, with less known about children
    DRAFT = "draft"  # a first text to begin with
    BETWEEN = "between"  # better than the draft, slower than turbo: no reason to choose it
    OTHER = "other"  # known, not advised
    NOT_FOR_STORIES = "not_for_stories"  # too many mistakes


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that can be fetched by name. `size` is about how many bytes it takes on disk."""

    name: str
    repository: str
    size: int
    purpose: Purpose
    also: tuple[str, ...] = ()  # other names of the very same model
    licence: str = "MIT"

    @property
    def is_advised(self) -> bool:
        return self.purpose in (Purpose.FINAL, Purpose.FASTER, Purpose.DRAFT)


_TURBO = "mobiuslabsgmbh/faster-whisper-large-v3-turbo"

MODELS: tuple[KnownModel, ...] = (
    KnownModel("large-v2", "Systran/faster-whisper-large-v2", 3_090_000_000, Purpose.FINAL),
    KnownModel("turbo", _TURBO, 1_620_000_000, Purpose.FASTER, ("large-v3-turbo",)),
    KnownModel("small", "Systran/faster-whisper-small", 486_000_000, Purpose.DRAFT),
    KnownModel("medium", "Systran/faster-whisper-medium", 1_530_000_000, Purpose.BETWEEN),
    KnownModel("large-v3", "Systran/faster-whisper-large-v3", 3_090_000_000, Purpose.OTHER),
    KnownModel("large-v1", "Systran/faster-whisper-large-v1", 3_090_000_000, Purpose.OTHER),
    KnownModel("base", "Systran/faster-whisper-base", 148_000_000, Purpose.NOT_FOR_STORIES),
    KnownModel("tiny", "Systran/faster-whisper-tiny", 78_000_000, Purpose.NOT_FOR_STORIES),
)  # fmt: skip
"""Multilingual Whisper models, the advised ones first. English-only and distilled models are not offered."""


def known(name: str) -> KnownModel | None:
    """The model of this name, also under its other names; None when we do not know it."""
    return next((model for model in MODELS if name == model.name or name in model.also), None)


def one_name(name: str) -> str:
    """The name under which a model lies on the shelf: one for all names of the same model."""
    model = known(name)
    return name if model is None else model.name
