"""In which language a recording is, who decides that, English beside the text, and the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from transcription_help import Truth

import transcription
from stories.settings import Settings
from transcription.chunks import Chunk, Plan
from transcription.engine import Heard
from transcription.whisper import WhisperEngine

CHUNKS = tuple(
    Chunk(index, index * 5_000, index * 5_000 + 4_000, ((index * 5_000, index * 5_000 + 4_000),)) for index in range(4)
)


class Detects:
    """An engine that hears the languages it is told to, one chunk after the other."""

    name = "hoort talen"

    def __init__(self, *heard: tuple[str, float], knows_languages: bool = True) -> None:
        self._heard = list(heard)
        self.knows_languages = knows_languages
        self.asked = 0

    def transcribe(self, samples: np.ndarray, language: str, **_: bool) -> Sequence[Heard]:
        return ()

    def detect(self, samples: np.ndarray) -> tuple[str, float]:
        self.asked += 1
        return self._heard[self.asked - 1]


def spoken(story: Truth, engine: Detects, *, language: str = "nl", chosen: str | None = None, chunks: int = 4) -> str:
    return transcription.spoken_language(story.audio, CHUNKS[:chunks], engine, language, chosen)


def test_dutch_stays_dutch_after_one_chunk(story: Truth) -> None:
    engine = Detects(("nl", 0.6), ("en", 1.0), ("en", 1.0))
    assert spoken(story, engine) == "nl" and engine.asked == 1


@pytest.mark.parametrize(
    ("heard", "language"),
    [
        ([("tr", 0.9), ("tr", 0.95), ("tr", 0.7)], "tr"),
        ([("tr", 0.8), ("tr", 0.8), ("tr", 0.8)], "tr"),
        ([("tr", 0.8), ("tr", 0.8), ("tr", 0.79)], "nl"),
        ([("tr", 0.99), ("tr", 0.99), ("nl", 0.99)], "nl"),
        ([("tr", 0.99), ("ar", 0.99), ("tr", 0.99)], "nl"),
        ([("af", 0.5), ("af", 0.5), ("af", 0.5)], "nl"),
    ],
)
def test_another_language_is_taken_only_when_the_engine_is_convinced(
    heard: list[tuple[str, float]], language: str, story: Truth
) -> None:
    assert spoken(story, Detects(*heard)) == language


def test_a_short_story_in_another_language_is_heard_in_one_chunk(story: Truth) -> None:
    assert spoken(story, Detects(("ar", 0.85)), chunks=1) == "ar"
    assert spoken(story, Detects(("ar", 0.75)), chunks=1) == "nl"
    assert spoken(story, Detects(), chunks=0) == "nl"


def test_what_a_person_chose_wins_and_nothing_is_detected(story: Truth) -> None:
    engine = Detects(("tr", 1.0), ("tr", 1.0), ("tr", 1.0))
    assert spoken(story, engine, chosen="pl") == "pl" and spoken(story, engine, chosen="nl") == "nl"
    assert engine.asked == 0
    assert spoken(story, engine, chosen="auto") == "tr"


def test_the_practice_model_never_decides_a_language(story: Truth, story_plan: Plan, engine: WhisperEngine) -> None:
    assert not engine.knows_languages
    assert transcription.spoken_language(story.audio, story_plan.chunks, engine, "nl") == "nl"
    unsure = Detects(("tr", 1.0), ("tr", 1.0), ("tr", 1.0), knows_languages=False)
    assert spoken(story, unsure) == "nl" and unsure.asked == 0


def test_english_stands_beside_the_text_without_word_times(
    story: Truth, story_plan: Plan, engine: WhisperEngine
) -> None:
    chunk = story_plan.chunks[0]
    text = transcription.transcribe_chunk(story.audio, chunk, engine, "nl")
    english = transcription.translate_chunk(story.audio, chunk, engine, "nl")
    assert english == transcription.translate_chunk(story.audio, chunk, engine, "nl")
    assert all(not segment.words and chunk.start_ms <= segment.start_ms <= chunk.end_ms for segment in english)
    assert transcription.transcribe_chunk(story.audio, chunk, engine, "nl") == text


def test_without_a_prompt_nothing_changes_and_with_one_the_engine_reads_it(
    story: Truth, story_plan: Plan, engine: WhisperEngine, model: Path, settings: Settings
) -> None:
    def first(prompt: str) -> tuple[transcription.Engine, tuple[object, ...]]:
        changed = settings.model_copy(update={"prompt": prompt})
        loaded = transcription.load_engine(str(model), changed, allow_example=True)
        return loaded, transcription.transcribe_chunk(story.audio, story_plan.chunks[0], loaded, "nl")

    assert settings.prompt == ""
    plain = transcription.transcribe_chunk(story.audio, story_plan.chunks[0], engine, "nl")
    assert first("")[1] == plain
    loaded, prompted = first("Jamil vertelt over de bushalte in Gouda.")
    assert prompted != plain
    assert prompted == transcription.transcribe_chunk(story.audio, story_plan.chunks[0], loaded, "nl"), (
        "every chunk alike"
    )
