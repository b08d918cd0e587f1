"""Numbers that give nobody away: which counts may be shown, and as what.

Everything that is published is a *band* of `limit` tellers wide ("minder dan 5", "5 tot 9", "10 tot 14"): the lowest
band hides whether there is anybody at all, and no difference of two numbers is exact. That leaves corners: four bands
at their top and a total at its bottom have only one solution. `safe` looks for them and hides one more cell
(secondary suppression) until nothing is left.

The attacker sees every cell of the cube that is not hidden: one table with its totals, the same table under every
filter (year, role, region) and every combination of filters, and every tag beside what it is part of (a lens within
its opgave, an opgave within all tellers), so that the tellers *without* a tag are a cell too. They know that parts add
up to their total, and draw every conclusion about one line at a time, over and over, until nothing new follows. What
they may not learn is a count of 1 to `limit` - 1, of one cell or of all small cells of one line together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Cell = tuple[int, ...]

MANY = 10**9
"""More tellers than there are: what is known of a hidden cell is that it lies between 0 and this."""


@dataclass(frozen=True, slots=True)
class Band:
    """`low` to `high` tellers, both included; `low` 0 is "fewer than the limit". None: hidden to protect another."""

    low: int | None = None
    high: int | None = None

    @property
    def visible(self) -> bool:
        """Is this a number that may be shown, with what stands behind it?"""
        return bool(self.low)


def band(count: int, limit: int) -> Band:
    """The band of `limit` wide that this count lies in."""
    low = count - count % limit
    return Band(low, low + limit - 1)


def cube(atoms: Counts) -> Counts:
    """Counts with totals: index 0 of every axis but the last (tags) is the sum of the others."""
    for axis in range(atoms.ndim - 1):
        atoms = np.concatenate([atoms.sum(axis=axis, keepdims=True), atoms], axis=axis)
    return atoms


def safe(counts: Counts, within: Sequence[tuple[int, int]] = (), *, limit: int, hidden: Mask | None = None) -> Mask:
    """Which cells of a `cube` may be shown, as a band. `within`: pairs of tags of which the first is part of the
    second; `hidden`: what is not shown for another reason."""
    shown = np.ones(counts.shape, dtype=np.bool_) if hidden is None else ~hidden
    pairs = np.array(within, dtype=np.int64).reshape(-1, 2)
    while True:
        leaks = _leaks(counts, shown, pairs, limit)
        if not leaks:
            return shown
        for cell, tags in leaks:
            _hide_one(counts, shown, cell, tags, limit)


def _leaks(counts: Counts, shown: Mask, pairs: Counts, limit: int) -> list[tuple[Cell, tuple[int, ...]]]:
    """Cells of the axes without the tag, and the tags whose bands gave a small count away."""
    known = _Known.of(counts, shown, pairs, limit)
    known.conclude()
    child, parent = pairs.T
    without = counts[..., parent] - counts[..., child]
    found: list[tuple[Cell, tuple[int, ...]]]
    found = [(cell[:-1], (cell[-1],)) for cell in _small(counts, known.low, known.high, limit)]
    for *place, pair in _small(without, known.low_without, known.high_without, limit):
        found.append((tuple(place), (int(child[pair]), int(parent[pair]))))
    return found


def _small(counts: Counts, low: Counts, high: Counts, limit: int) -> Iterator[Cell]:
    """Where a count of 1 to `limit` - 1 is known: of one cell, or of the small parts of a line together."""
    small = (counts > 0) & (counts < limit)
    yield from _places(small & (low == high))
    for axis in range(counts.ndim - 1):
        total, parts = _split(axis, counts.ndim)
        few = counts[parts] < limit
        high_few = high[total] - np.where(few, 0, low[parts]).sum(axis=axis, keepdims=True)
        low_few = low[total] - np.where(few, 0, high[parts]).sum(axis=axis, keepdims=True)
        together = np.where(few, counts[parts], 0).sum(axis=axis, keepdims=True)
        high_few = np.minimum(high_few, np.where(few, high[parts], 0).sum(axis=axis, keepdims=True))
        low_few = np.maximum(low_few, np.where(few, low[parts], 0).sum(axis=axis, keepdims=True))
        yield from _places((low_few == high_few) & (together > 0) & (together < limit))


def _places(where: Mask) -> Iterator[Cell]:
    for row in np.argwhere(where):
        yield tuple(int(index) for index in row)


def _hide_one(counts: Counts, shown: Mask, cell: Cell, tags: tuple[int, ...], limit: int) -> None:
    """Hide the smallest shown neighbour in every line through this cell: a part if there is one, else the total. Where
    no neighbour is left the whole tag is not shown at all, or nothing is."""
    done = False
    for tag in tags:
        for axis in range(len(cell)):
            line = [(*cell[:axis], index, *cell[axis + 1 :], tag) for index in range(counts.shape[axis])]
            parts = [other for other in line[1:] if shown[other] and counts[other] >= limit]
            if parts:
                shown[min(parts, key=lambda other: (counts[other], other))] = False
                done = True
            elif shown[line[0]] and counts[line[0]] >= limit:
                shown[line[0]] = False
                done = True
    if not done:
        left = next((tag for tag in tags if shown[..., tag].any()), None)
        shown[... if left is None else (..., left)] = False


@dataclass(slots=True)
class _Known:
    """What the attacker knows: the least and the most of every cell, and of whoever is in a pair's second tag and not
    in its first."""

    low: Counts
    high: Counts
    low_without: Counts
    high_without: Counts
    child: Counts
    parent: Counts

    @classmethod
    def of(cls, counts: Counts, shown: Mask, pairs: Counts, limit: int) -> _Known:
        bottom = counts - counts % limit
        small_ones_too = (~shown & (counts < limit)).any(axis=tuple(range(counts.ndim - 1)))
        low = np.where(shown, bottom, np.where(small_ones_too, 0, limit))  # else only bigger ones are ever hidden
        high = np.where(shown, bottom + limit - 1, MANY)
        child, parent = pairs.T
        without = (*counts.shape[:-1], len(pairs))
        return cls(low, high, np.zeros(without, np.int64), np.full(without, MANY, np.int64), child, parent)

    def conclude(self) -> None:
        """Draw every conclusion, line by line, until nothing new follows."""
        while True:
            before = int(self.low.sum() + self.low_without.sum()), int(self.high.sum() + self.high_without.sum())
            for axis in range(self.low.ndim - 1):
                _along(axis, self.low, self.high)
                _along(axis, self.low_without, self.high_without)
            self._pairs()
            if before == (
                int(self.low.sum() + self.low_without.sum()), int(self.high.sum() + self.high_without.sum())
            ):  # fmt: skip
                return

    def _pairs(self) -> None:
        low, high = self.low, self.high
        np.maximum(self.low_without, low[..., self.parent] - high[..., self.child], out=self.low_without)
        np.minimum(self.high_without, high[..., self.parent] - low[..., self.child], out=self.high_without)
        for pair, (child, parent) in enumerate(zip(self.child, self.parent, strict=True)):
            np.maximum(low[..., child], low[..., parent] - self.high_without[..., pair], out=low[..., child])
            np.minimum(high[..., child], high[..., parent] - self.low_without[..., pair], out=high[..., child])
            np.maximum(low[..., parent], low[..., child] + self.low_without[..., pair], out=low[..., parent])
            np.minimum(high[..., parent], high[..., child] + self.high_without[..., pair], out=high[..., parent])


def _along(axis: int, low: Counts, high: Counts) -> None:
    """The total is the sum of the parts: what that says of the total, and of every part."""
    total, parts = _split(axis, low.ndim)
    least, most = low[parts].sum(axis=axis, keepdims=True), high[parts].sum(axis=axis, keepdims=True)
    np.maximum(low[total], least, out=low[total])
    np.minimum(high[total], most, out=high[total])
    np.minimum(high[parts], high[total] - (least - low[parts]), out=high[parts])
    np.maximum(low[parts], low[total] - (most - high[parts]), out=low[parts])


def _split(axis: int, dimensions: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    every = [slice(None)] * dimensions
    total, parts = every.copy(), every.copy()
    total[axis], parts[axis] = slice(0, 1), slice(1, None)
    return tuple(total), tuple(parts)
