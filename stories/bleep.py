"""Bleeping a recording: the same sound, with nothing of the teller inside the given stretches.

Inside a stretch the recording is exactly zero and one bleep sounds, the same everywhere, so that its length tells
nothing of what was said. The recording fades out before a stretch and in after it; everything else stays bit for bit.
The result holds nothing of the old file but its samples: no tags, no checksum. It goes in a stream.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from stories.audio import CANONICAL_RATE, Samples, flac_writer, samples
from stories.model import require

FADE_MS = 8
BLEEP_MS = 400
BLEEP_HZ = 1_000
BLEEP_LEVEL = 0.1
"""Peak of the bleep: -20 dBFS, as loud as quiet speech."""
BLOCK_S = 10.0
_PER_MS = CANONICAL_RATE // 1000

Span = tuple[int, int]
"""[start, end) in milliseconds."""


def redact(source: Path | BinaryIO, spans: Iterable[Span], target: BinaryIO) -> int:
    """Write `source` (48 kHz mono FLAC of 16 bits, as recordings are kept) without what sounds in `spans` as such a
    FLAC to `target`; returns how many samples it has, as many as the source.

    A span shorter than the bleep is widened to it. Raises ValueError for a span without length, and InputRefused as
    `stories.audio.samples` does.
    """
    holes = [(start * _PER_MS, end * _PER_MS) for start, end in settled(spans)]
    starts, ends = [start for start, _ in holes], [end for _, end in holes]
    tone, fade, at = _tone(), FADE_MS * _PER_MS, 0
    with flac_writer(target, CANONICAL_RATE) as add:
        for block in samples(source, rate=CANONICAL_RATE, block_s=BLOCK_S):
            stop = at + len(block)
            first, last = bisect_right(ends, at - fade), bisect_left(starts, stop + fade)
            if first < last:
                block = block.copy()
                for start, end in holes[first:last]:
                    _fade(block, start - at, end - at, fade)
                for start, end in holes[first:last]:  # once no fade can reach into another hole any more
                    block[max(0, start - at) : max(0, end - at)] = 0.0
                    _lay(block, tone, (start + end - len(tone)) // 2 - at)
            at += add(block)
    return at


def settled(spans: Iterable[Span]) -> list[Span]:
    """In order, each at least as long as the bleep, and one where they meet."""
    found: list[Span] = []
    for start, end in sorted(spans):
        require(0 <= start < end, "a span covers some sound")
        short = max(0, BLEEP_MS - (end - start))
        start = max(0, start - (short + 1) // 2)
        end = max(end + short // 2, start + BLEEP_MS)
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(end, found[-1][1])
            found.pop()
        found.append((start, end))
    return found


def _tone() -> Samples:
    length = BLEEP_MS * _PER_MS
    wave = np.sin(np.arange(length) * (2 * np.pi * BLEEP_HZ / CANONICAL_RATE)) * BLEEP_LEVEL
    ramp = np.minimum(1.0, np.arange(length) / (FADE_MS * _PER_MS))
    return np.asarray(wave * np.minimum(ramp, ramp[::-1]), np.float32)


def _fade(block: Samples, start: int, end: int, fade: int) -> None:
    """Fade `block` out before `start` and in after `end` (places in it, perhaps outside it)."""
    down = np.arange(fade, 0, -1, dtype=np.float32) / np.float32(fade + 1)
    _scale(block, down, start - fade)
    _scale(block, down[::-1], end)


def _scale(block: Samples, by: Samples, at: int) -> None:
    low, high = max(0, at), min(len(block), at + len(by))
    if low < high:
        block[low:high] *= by[low - at : high - at]


def _lay(block: Samples, tone: Samples, at: int) -> None:
    low, high = max(0, at), min(len(block), at + len(tone))
    if low < high:
        block[low:high] += tone[low - at : high - at]
