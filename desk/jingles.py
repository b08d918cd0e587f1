"""An intro, an outro and music of our own, so that an example episode sounds like one. Made here, note by note: plucked
strings after Karplus and Strong (1983), in C. Free to use as all of this repository.

    files = jingles.load(store, settings, user)      # on the shelf of the house; a second time finds what is there
    blocks = jingles.into(piece.blocks, files)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np

from desk import house_files
from stories.audio import CANONICAL_RATE, Samples, flac_writer
from stories.model import Block, BlockKind
from stories.people import User
from stories.products import FileKind, HouseFile
from stories.settings import Settings
from stories.store import Store
from stories.words import say

BEAT_S = 0.42
RINGS_S = 2.5  # so long a string is heard

TUNES: dict[FileKind, tuple[int | None, ...]] = {
    FileKind.INTRO: (0, 7, 12, 16, 14, 12, 7, 9, 12, None, 7, None, 12),
    FileKind.MUZIEK: (0, 4, 7, 12, 7, 4, 5, 9, 12, 17, 12, 9, 7, 11, 14, 19, 14, 11, 12, 7, 4, 0),
    FileKind.OUTRO: (12, 9, 7, 4, 5, 2, 7, None, 4, 7, 12, 16, 12, None, 0),
}
"""Half tones above C3, one a beat; None is a rest."""

_C3 = 130.81  # Hz
_RINGS = 0.996  # of its strength a string keeps every time its wave comes round


def load(store: Store, settings: Settings, user: User) -> tuple[HouseFile, ...]:
    """Put them on the shelf. Raises NotAllowed, and Refused when the shelf is full."""
    credit = say("house_files.jingle_credit")
    return tuple(
        house_files.add(
            store, settings, user, kind, BytesIO(flac(kind)), name=say(f"house_files.jingle_{kind}"), credit=credit
        )
        for kind in TUNES
    )


def into(blocks: Sequence[Block], files: Sequence[HouseFile]) -> tuple[Block, ...]:
    """These blocks with their music chosen: the intro where it begins, the outro where it ends, music between."""
    by_kind = {file.kind: file.id for file in files}
    places = [place for place, block in enumerate(blocks) if block.kind is BlockKind.MUSIC]
    kinds = {place: FileKind.MUZIEK for place in places} | {place: FileKind.OUTRO for place in places[-1:]}
    kinds |= {place: FileKind.INTRO for place in places[:1]}
    return tuple(
        replace(block, file_id=by_kind[kinds[place]]) if place in kinds else block for place, block in enumerate(blocks)
    )


def flac(kind: FileKind) -> bytes:
    """The tune as canonical FLAC: the same bytes every time."""
    target = BytesIO()
    with flac_writer(target, CANONICAL_RATE) as add:
        add(_played(TUNES[kind]))
    return target.getvalue()


def _played(tune: tuple[int | None, ...]) -> Samples:
    beat, rings = round(BEAT_S * CANONICAL_RATE), round(RINGS_S * CANONICAL_RATE)
    sound: Samples = np.zeros(len(tune) * beat + rings, np.float32)
    for place, half_tone in enumerate(tune):
        if half_tone is not None:
            sound[place * beat : place * beat + rings] += _string(_C3 * 2 ** (half_tone / 12), rings)
    sound *= 0.4 / np.abs(sound).max()
    return sound


def _string(hertz: float, length: int) -> Samples:
    """One plucked string: a burst of noise that goes round, a little softer and rounder every time."""
    period = round(CANONICAL_RATE / hertz)
    wave: Samples = np.random.default_rng(period).uniform(-1.0, 1.0, period).astype(np.float32)
    for _ in range(6):  # a finger, not a plectrum
        wave = _rounder(wave)
    found: Samples = np.empty((-(-length // period), period), np.float32)
    for one in found:
        one[:] = wave
        wave = _rounder(wave) * np.float32(_RINGS)
    string: Samples = found.reshape(-1)[:length] * np.linspace(1.0, 0.0, length, dtype=np.float32)
    return string


def _rounder(wave: Samples) -> Samples:
    mean: Samples = np.multiply(wave + np.roll(wave, 1), np.float32(0.5), dtype=np.float32)
    return mean
