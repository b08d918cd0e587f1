"""The chunk plan and the voice detector: nothing lost, nothing twice, whatever the blocks."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from transcription_help import RATE

from transcription.chunks import (
    MAX_CHUNK_MS,
    MAX_GAP_MS,
    MAX_HEARD_MS,
    Chunk,
    chunks_from_json,
    chunks_to_json,
    joined,
    listen,
    plan_blocks,
)
from transcription.voice import WINDOW_MS, VoiceRules, probabilities, speech_spans

RULES = VoiceRules()

curves = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.9, 1.0]), st.integers(1, 900)), min_size=1, max_size=30
).map(lambda runs: np.concatenate([np.full(length, level, np.float32) for level, length in runs]))


@given(curves)
@hypothesis_settings(deadline=None, max_examples=150)
def test_every_moment_of_speech_lies_in_exactly_one_span(curve: np.ndarray) -> None:
    duration = len(curve) * WINDOW_MS
    spans = speech_spans(curve, duration)
    assert all(0 <= start < end <= duration and end - start <= RULES.max_speech_ms for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    loud = curve >= RULES.threshold
    for first, last in runs_of(loud):
        if (last - first) * WINDOW_MS >= RULES.min_speech_ms:
            inside = sum(max(0, min(end, last * WINDOW_MS) - max(start, first * WINDOW_MS)) for start, end in spans)
            assert inside == (last - first) * WINDOW_MS


@given(curves)
@hypothesis_settings(deadline=None, max_examples=100)
def test_chunks_hold_all_speech_are_short_and_hold_no_long_pause(curve: np.ndarray) -> None:
    spans = speech_spans(curve, len(curve) * WINDOW_MS)
    chunks = joined(spans, curve)
    assert tuple(span for chunk in chunks for span in chunk.speech) == spans
    for chunk in chunks:
        assert chunk.end_ms - chunk.start_ms <= MAX_CHUNK_MS and chunk.heard_ms <= MAX_HEARD_MS
        assert len(chunk.peaks) == len(chunk.speech) and min(chunk.peaks) >= 20
        pauses = [b[0] - a[1] for a, b in zip(chunk.speech, chunk.speech[1:], strict=False)]
        assert all(0 <= pause <= MAX_GAP_MS for pause in pauses)
    assert len({chunk.key for chunk in chunks}) == len(chunks)
    assert chunks_from_json(json.loads(json.dumps(chunks_to_json(chunks)))) == chunks
    assert chunks_from_json([[0, 0, 900, [[0, 900]]]]) == (Chunk(0, 0, 900, ((0, 900),)),), "a plan of an older version"


def runs_of(loud: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def test_the_detector_agrees_with_silero_on_the_whole_file_at_once(speech: np.ndarray) -> None:
    from faster_whisper.vad import get_vad_model

    padded = np.pad(speech, (0, -len(speech) % 512))
    ours = np.concatenate(list(probabilities([speech[:100_001], speech[100_001:]])))
    np.testing.assert_allclose(ours, get_vad_model()(padded.copy()).reshape(-1), atol=1e-4)


def test_the_size_of_a_block_changes_nothing(voice: Path) -> None:
    whole = listen(voice, block_s=60.0)
    for block_s in (0.7, 5.0, 300.0):
        assert listen(voice, block_s=block_s) == whole


def test_long_speech_without_a_pause_is_cut_without_losing_or_doubling_sound(speech: np.ndarray) -> None:
    """Two minutes in which the pauses are taken out: cuts must touch."""
    spans = plan_blocks([speech]).chunks
    dense = np.concatenate(
        [speech[a * 16 + 3200 : b * 16 - 3200] for chunk in spans for a, b in chunk.speech if b - a > 800]
    )
    endless = np.tile(dense, 4)[: 120 * RATE]
    rules = VoiceRules(min_silence_ms=1_500, pad_ms=200)  # no pause is long enough to end it
    plan = plan_blocks([endless[at : at + 7 * RATE] for at in range(0, len(endless), 7 * RATE)], rules=rules)
    parts = [span for chunk in plan.chunks for span in chunk.speech]
    assert len(parts) >= 5
    assert all(before[1] == after[0] for before, after in itertools.pairwise(parts))
    assert parts[0][0] <= 300 and parts[-1][1] >= plan.duration_ms - 500


def test_silence_gives_no_chunks_and_its_length() -> None:
    plan = plan_blocks([np.zeros(RATE * 3, np.float32)])
    assert plan.chunks == () and plan.duration_ms == 3_000 and plan.speech_ms == 0


def test_a_whisper_is_still_speech(speech: np.ndarray) -> None:
    loud, soft = (plan_blocks([speech * gain]).speech_ms for gain in (1.0, 0.03))
    assert soft > 0.8 * loud


def test_a_chunk_refuses_to_be_wrong() -> None:
    for start, end in ((5, 5), (-1, 4), (0, MAX_CHUNK_MS + 1)):
        with pytest.raises(ValueError):
            Chunk(0, start, end)
