"""Disguising a voice: the same words by another source, so that how the voice went up and down is gone.

Of every frame only the shape of its spectrum and its strength are kept (linear prediction), and both are brought to
life again by a source that knows nothing of the teller: noise (a whisper), or pulses of one fixed pitch. The melody of
the voice cannot be computed back, because it is not there. Rhythm, choice of words and the resonances of a mouth
*are* there: **whoever knows the teller may still recognise them**. It never makes anybody anonymous.

It goes in a stream at 48 kHz, in as many samples as came; inside it works at 16 kHz. What is a bleep stays that bleep.
The method is that of J. Makhoul, "Linear prediction: a tutorial review" (1975); no code of others is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from stories.audio import CANONICAL_RATE, Samples, flac_writer, samples
from stories.bleep import FADE_MS, Span
from stories.model import require

FLUISTER, VLAK = "fluister-1", "vlak-1"
RECIPES = (FLUISTER, VLAK)
"""A whisper; a voice of one pitch. A recipe is never changed: another sound is another number."""

PITCH_SAMPLES = 128
"""Period of the pitch of VLAK at 16 kHz: 125 Hz for everybody."""

_RATE, _TIMES = 16_000, CANONICAL_RATE // 16_000
_FRAME, _HOP, _FFT = 512, 256, 1024
"""32 ms: two periods of the lowest voice, so that the strength of a frame says nothing of the pitch."""
_ORDER = 16
_SMOOTH_HZ = 120.0
"""So much the shape is blurred: sharper, and the overtones of a child's voice would stand in it one by one."""
_EMPHASIS = 0.95
_SEED = 20_261_126
_BLOCK_S = 10.0
_PER_MS = CANONICAL_RATE // 1000

Array = npt.NDArray[np.float64]


def disguise(source: BinaryIO, target: BinaryIO, recipe: str, *, bleeps: Sequence[Span] = ()) -> int:
    """Write `source` (a canonical FLAC) in another voice as such a FLAC to `target`; returns its number of samples, as
    many as came.

    `bleeps`: where in it (ms) a bleep sounds instead of the teller; there it is copied as it is. The same sound and
    recipe give the same bytes. Raises ValueError for a recipe that is not there, InputRefused as
    `stories.audio.samples` does.
    """
    require(recipe in RECIPES, "a known recipe")
    holes = [(start * _PER_MS, end * _PER_MS) for start, end in bleeps]
    kept: list[Samples] = []  # what came in and did not come out yet: less than a block and a bit

    def coming() -> Iterator[Array]:
        at = 0
        for block in samples(source, rate=CANONICAL_RATE, block_s=_BLOCK_S):
            kept.append(block)
            voice = block.astype(np.float64)
            _at_holes(voice, at, holes, 0.0)
            at += len(block)
            yield voice

    written = 0
    with flac_writer(target, CANONICAL_RATE) as add:
        for spoken in _up(_resynthesised(_down(coming()), recipe)):
            before = np.concatenate(kept)
            made = spoken[: len(before)].astype(np.float32)  # at the end more comes out than came in
            _at_holes(made, written, holes, before[: len(made)])
            kept[:] = [before[len(made) :]]
            written += add(made) if len(made) else 0
    return written


def _at_holes(block: npt.NDArray[np.floating], at: int, holes: Sequence[Span], what: Samples | float) -> None:
    """Put `what` in the holes of a block that begins at sample `at`; the voice fades out before and in after them."""
    fade = FADE_MS * _PER_MS
    ramp = np.arange(fade, 0, -1) / (fade + 1)
    for start, end in holes:
        for edge, by in ((start - fade - at, ramp), (end - at, ramp[::-1])):
            low, high = max(0, edge), min(len(block), edge + fade)
            if low < high:
                block[low:high] *= by[low - edge : high - edge]
    for start, end in holes:  # once no fade can reach into another hole any more
        low, high = max(0, start - at), min(len(block), end - at)
        if low < high:
            block[low:high] = what if isinstance(what, float) else what[low:high]


# between 48 and 16 kHz


def _low_pass() -> Array:
    """A windowed sinc at 48 kHz that passes up to 7 kHz and stops what 16 kHz cannot hold."""
    n = np.arange(-48, 49)
    cut = 7_400 / CANONICAL_RATE
    taps: Array = np.sinc(2 * cut * n) * np.blackman(len(n))
    taps /= taps.sum()
    return taps


def _filtered(blocks: Iterable[Array], taps: Array) -> Iterator[Array]:
    """The same sound through a filter, as long as it came and not delayed."""
    half = len(taps) // 2
    carry = np.zeros(half)
    for block in chain(blocks, [np.zeros(half)]):
        carry = np.concatenate([carry, block])
        if len(carry) >= len(taps):
            yield np.convolve(carry, taps, "valid")
            carry = carry[1 - len(taps) :]


def _down(blocks: Iterable[Array]) -> Iterator[Array]:
    at = 0
    for block in _filtered(blocks, _low_pass()):
        yield block[-at % _TIMES :: _TIMES]
        at += len(block)


def _up(blocks: Iterable[Array]) -> Iterator[Array]:
    def stuffed() -> Iterator[Array]:
        for block in blocks:
            wide = np.zeros(len(block) * _TIMES)
            wide[::_TIMES] = block * _TIMES
            yield wide

    return _filtered(stuffed(), _low_pass())


# linear prediction


def _resynthesised(blocks: Iterable[Array], recipe: str) -> Iterator[Array]:
    """16 kHz to 16 kHz, at least as many samples as came."""
    noise = _Noise()
    window = np.hanning(_FRAME + 1)[:-1]
    waiting, tail, early = np.zeros(_HOP), np.zeros(_FFT - _HOP), _HOP
    for block in chain(blocks, [np.zeros(_FRAME)]):
        waiting = np.concatenate([waiting, block])
        count = (len(waiting) - _FRAME) // _HOP + 1
        if count < 1:
            continue
        frames = np.lib.stride_tricks.sliding_window_view(waiting, _FRAME)[::_HOP][:count]
        power = np.abs(np.fft.rfft(frames * window, _FFT)) ** 2
        source = noise.frames(count)
        if recipe == VLAK:
            voice = _voiced(power)
            source = np.sqrt(1 - voice) * source + np.sqrt(voice) * _pulses()
        spoken = np.fft.irfft(np.fft.rfft(source * window, _FFT) * _shape(power, float((window**2).sum())), _FFT)
        laid = np.zeros((count - 1) * _HOP + _FFT)
        laid[: len(tail)] += tail
        for number, one in enumerate(spoken):
            laid[number * _HOP : number * _HOP + _FFT] += one
        done = count * _HOP
        yield laid[early:done]
        waiting, tail, early = waiting[done:], laid[done:], 0


def _shape(power: Array, strength: float) -> npt.NDArray[np.complex128]:
    """For each frame the filter that gives a source of variance 1 its spectrum: gain / predictor. `strength` is that
    of the window."""
    emphasis = 1 - _EMPHASIS * np.exp(-2j * np.pi * np.arange(_FFT // 2 + 1) / _FFT)
    lags = np.arange(_ORDER + 1)
    r = np.fft.irfft(power * np.abs(emphasis) ** 2, _FFT)[:, : _ORDER + 1]
    r *= np.exp(-0.5 * (2 * np.pi * _SMOOTH_HZ * lags / _RATE) ** 2)
    r[:, 0] = r[:, 0] * 1.0001 + 1e-9
    a = np.zeros_like(r)
    a[:, 0], error = 1.0, r[:, 0].copy()
    for i in range(1, _ORDER + 1):  # Levinson and Durbin, all frames at once
        k = -(a[:, :i] * r[:, i:0:-1]).sum(axis=1) / error
        a[:, 1 : i + 1] += k[:, np.newaxis] * a[:, i - 1 :: -1][:, :i]
        error *= 1 - k**2
    gain = np.sqrt(error / strength)
    filters: npt.NDArray[np.complex128] = gain[:, np.newaxis] / (np.fft.rfft(a, _FFT) * emphasis)
    return filters


def _voiced(power: Array) -> Array:
    """Of each frame how much of it was voice (0 to 1): the rest becomes noise, or an s would hum."""
    r = np.fft.irfft(power, _FFT)
    window = np.hanning(_FRAME + 1)[:-1]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, _FFT)) ** 2, _FFT)
    first, last = _RATE // 500, _RATE // 60
    alike = (r[:, first:last] / own[first:last]).max(axis=1) / (r[:, 0] / own[0] + 1e-12)
    much: Array = np.clip((alike - 0.4) / 0.3, 0.0, 1.0)[:, np.newaxis]
    return much


def _pulses() -> Array:
    """A frame of the fixed pitch, of variance 1. Every frame begins at a pulse, so that the pulses of all fit."""
    frame = np.zeros(_FRAME)
    frame[::PITCH_SAMPLES] = np.sqrt(PITCH_SAMPLES)
    return frame


class _Noise:
    """Frames of one stream of white noise of variance 1, the same every time."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(_SEED)
        self._last = self._random.standard_normal(_FRAME - _HOP)

    def frames(self, count: int) -> Array:
        stream = np.concatenate([self._last, self._random.standard_normal(count * _HOP)])
        self._last = stream[count * _HOP :]
        return np.lib.stride_tricks.sliding_window_view(stream, _FRAME)[::_HOP][:count]
