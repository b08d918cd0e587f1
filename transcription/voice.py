"""Where people speak: the Silero voice detector (it comes with faster-whisper), run in a stream.

The detector's memory is carried from block to block, so that the length of a block changes nothing and no sound is
lost or heard twice at its border. Only the probabilities are kept: 31 numbers per second of sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stories.audio import WHISPER_RATE, Samples

WINDOW = 512  # samples per probability: what Silero v6 was trained on at 16 kHz
WINDOW_MS = WINDOW * 1000 // WHISPER_RATE
_CONTEXT = 64  # samples of the window before that it also sees
_BATCH = 1_000  # windows (32 s) per call: a 5-minute batch takes 100 MB more for nothing

Span = tuple[int, int]
"""[start, end) in milliseconds."""


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """How careful we listen. A low threshold and wide edges, because a whispering child must not fall off."""

    threshold: float = 0.35
    release: float = 0.20  # below this it is silence; in between it stays what it was
    min_speech_ms: int = 96
    min_silence_ms: int = 250
    pad_ms: int = 200
    max_speech_ms: int = 27_000
    cut_search_ms: int = 10_000  # speech without a pause is cut at its quietest moment in this last stretch


class VoiceDetector:
    """Speech probabilities of one recording, fed in order. Make a new one for every recording."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model

        self._session: Any = get_vad_model().session
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def feed(self, samples: Samples) -> Samples:
        """The probabilities of all windows that are complete now."""
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // WINDOW * WINDOW
        self._rest = joined[whole:].copy()
        step = _BATCH * WINDOW
        parts = [self._run(joined[at : min(at + step, whole)]) for at in range(0, whole, step)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def finish(self) -> Samples:
        """The probability of the last, incomplete window."""
        if not len(self._rest):
            return np.zeros(0, np.float32)
        return self.feed(np.zeros(WINDOW - len(self._rest), np.float32))

    def _run(self, samples: Samples) -> Samples:
        windows = samples.reshape(-1, WINDOW)
        before = np.vstack([self._context[np.newaxis], windows[:-1, -_CONTEXT:]])
        self._context = windows[-1, -_CONTEXT:].copy()
        feeds = {"input": np.hstack([before, windows]), "h": self._h, "c": self._c}
        output, self._h, self._c = self._session.run(None, feeds)
        return np.asarray(output, np.float32).reshape(-1)


def probabilities(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Speech probabilities (one per 32 ms) of a recording that comes in blocks of 16 kHz samples."""
    detector = VoiceDetector()
    for block in blocks:
        yield detector.feed(block)
    yield detector.finish()


def speech_spans(
    probability: npt.NDArray[np.float32], duration_ms: int, rules: VoiceRules | None = None
) -> tuple[Span, ...]:
    """Spans of speech in order, without overlap, padded, none longer than `max_speech_ms`."""
    rules = rules or VoiceRules()
    found = [span for span in _triggered(probability, rules) if span[1] - span[0] >= rules.min_speech_ms]
    cut = [piece for span in found for piece in _cut(span, probability, rules)]
    return _padded(cut, duration_ms, rules.pad_ms)


def _triggered(probability: npt.NDArray[np.float32], rules: VoiceRules) -> Iterator[Span]:
    """Silero's own rule: on above the threshold, off after `min_silence_ms` below the release."""
    start: int | None = None
    quiet_from: int | None = None
    for index, value in enumerate(probability.tolist()):
        now = index * WINDOW_MS
        if value >= rules.threshold:
            start, quiet_from = (now if start is None else start), None
        elif value < rules.release and start is not None:
            quiet_from = now if quiet_from is None else quiet_from
            if now - quiet_from >= rules.min_silence_ms:
                yield start, quiet_from
                start = quiet_from = None
    if start is not None:
        yield start, len(probability) * WINDOW_MS if quiet_from is None else quiet_from


def _cut(span: Span, probability: npt.NDArray[np.float32], rules: VoiceRules) -> Iterator[Span]:
    """Cut speech that goes on too long where it is quietest; the pieces touch, so no sound falls between."""
    start, end = span
    longest = rules.max_speech_ms - 2 * rules.pad_ms
    while end - start > longest:
        stop = (start + longest) // WINDOW_MS
        first = stop - rules.cut_search_ms // WINDOW_MS
        near = np.convolve(probability[first - 1 : stop + 1], np.ones(3) / 3, mode="valid")
        at = (first + int(np.argmin(near))) * WINDOW_MS
        yield start, at
        start = at
    yield start, end


def _padded(spans: Sequence[Span], duration_ms: int, pad_ms: int) -> tuple[Span, ...]:
    """Each side gets `pad_ms`, or half of the pause when the pause is shorter than two pads."""
    edges = []
    for index, (start, end) in enumerate(spans):
        before = start - spans[index - 1][1] if index else start * 2
        after = spans[index + 1][0] - end if index + 1 < len(spans) else 2 * pad_ms
        left, right = min(pad_ms, before - before // 2), min(pad_ms, after // 2)
        edges.append((max(0, start - left), min(duration_ms, end + right)))
    return tuple((start, end) for start, end in edges if start < end)
