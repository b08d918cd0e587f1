"""From what is shown nobody computes a count of 1 to limit - 1: attackers that know everything that is not hidden.

`exact` tries every world: all ways in which tellers can be spread that give the same bands. What is the same in all of
them is known. `along_lines` draws conclusions line by line over big cubes, written apart from the code it attacks.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.disclosure import MANY, Band, Counts, Mask, band, cube, safe

LIMIT = 3


def exact(counts: Counts, shown: Mask, shape: tuple[int, ...], most: int) -> set[tuple[int, ...]]:
    """Cells whose count is the same in every world of up to `most` tellers per atom."""
    spread = np.indices((most + 1,) * int(np.prod(shape)), dtype=np.int16).reshape(int(np.prod(shape)), -1).T
    worlds = spread.reshape(-1, *shape)
    for axis in range(1, len(shape) + 1):
        worlds = np.concatenate([worlds.sum(axis=axis, keepdims=True), worlds], axis=axis)
    fits = np.ones(len(worlds), dtype=bool)
    for cell in np.argwhere(shown):
        place = tuple(int(index) for index in cell)
        fits &= worlds[(slice(None), *place)] // LIMIT == counts[place] // LIMIT
    if not (~shown & (counts < LIMIT)).any():  # then whatever is hidden is known to be no small one
        fits &= (worlds[:, ~shown] >= LIMIT).all(axis=1)
    left = worlds[fits]
    assert len(left), "what really is, is one of the worlds"
    return {tuple(int(i) for i in cell) for cell in np.argwhere(left.min(axis=0) == left.max(axis=0))}


def atoms(*shape: int, most: int) -> st.SearchStrategy[Counts]:
    size = int(np.prod(shape))
    count = st.one_of(st.integers(0, most), st.sampled_from([0, 1, LIMIT - 1, LIMIT, 2 * LIMIT - 1]))
    return st.lists(count, min_size=size, max_size=size).map(lambda row: np.array(row, np.int64).reshape(shape))


@settings(max_examples=60, deadline=None)
@given(atoms(2, 2, most=5))
@example(np.array([[5, 2], [2, 0]]))
def test_no_small_count_is_known_from_two_filters_and_their_totals(spread: Counts) -> None:
    counts = cube(spread[..., None])
    shown = safe(counts, limit=LIMIT)
    known = exact(counts[..., 0], shown[..., 0], (2, 2), most=8)
    assert not [cell for cell in known if 0 < counts[(*cell, 0)] < LIMIT]


@settings(max_examples=60, deadline=None)
@given(atoms(4, most=5))
@example(np.array([5, 5, 2, 0]))
def test_no_small_count_is_known_from_one_row_and_its_total(spread: Counts) -> None:
    counts = cube(spread[..., None])
    known = exact(counts[..., 0], safe(counts, limit=LIMIT)[..., 0], (4,), most=8)
    assert not [cell for cell in known if 0 < counts[(*cell, 0)] < LIMIT]


def test_bands_at_their_top_under_a_total_at_its_bottom_cost_one_more_cell() -> None:
    """Four times 5-9 that are all 9, one of 4, and a total of 40: only one world has those bands."""
    counts = cube(np.array([9, 9, 9, 9, 4])[..., None])
    shown = safe(counts, limit=5)[..., 0]
    assert not shown.all() and shown[0] and shown[5]
    low, high = along_lines(counts, np.ones(counts.shape, bool), [], 5)[0]
    assert low[5, 0] == high[5, 0] == 4, "without hiding one it is known"


def along_lines(
    counts: Counts, shown: Mask, pairs: list[tuple[int, int]], limit: int
) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Least and most of every cell, and of everybody in a pair's second tag who is not in its first."""
    axes = range(counts.ndim - 1)
    low, high = np.zeros(counts.shape, int), np.full(counts.shape, MANY)
    for tag in range(counts.shape[-1]):  # what is hidden is known to be no small one, unless those are hidden too
        if not (~shown[..., tag] & (counts[..., tag] < limit)).any():
            low[..., tag][~shown[..., tag]] = limit
    for cell in np.argwhere(shown):
        place = tuple(cell)
        low[place] = counts[place] // limit * limit
        high[place] = low[place] + limit - 1
    rest_low, rest_high = (np.full((*counts.shape[:-1], len(pairs)), value) for value in (0, MANY))
    for _ in range(6):
        for least, most in ((low, high), (rest_low, rest_high)):
            for axis in axes:
                for place in product(*(range(n) if a != axis else (0,) for a, n in enumerate(least.shape))):
                    line = [(*place[:axis], i, *place[axis + 1 :]) for i in range(least.shape[axis])]
                    total, parts = line[0], line[1:]
                    least[total] = max(least[total], sum(int(least[p]) for p in parts))
                    most[total] = min(most[total], sum(int(most[p]) for p in parts))
                    for part in parts:
                        others = [p for p in parts if p != part]
                        most[part] = min(most[part], most[total] - sum(int(least[p]) for p in others))
                        least[part] = max(least[part], least[total] - sum(int(most[p]) for p in others))
        for at, (child, whole) in enumerate(pairs):
            for place in product(*(range(n) for n in counts.shape[:-1])):
                c, w, r = (*place, child), (*place, whole), (*place, at)
                rest_low[r], rest_high[r] = max(rest_low[r], low[w] - high[c]), min(rest_high[r], high[w] - low[c])
                low[c], high[c] = max(low[c], low[w] - rest_high[r]), min(high[c], high[w] - rest_low[r])
                low[w], high[w] = max(low[w], low[c] + rest_low[r]), min(high[w], high[c] + rest_high[r])
    return [(low, high), (rest_low, rest_high)]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_small_count_is_known_of_tags_within_tags_under_any_filter(data: st.DataObject) -> None:
    """A tag of everybody, and one within it: also those who do not have it are no small known group."""
    inside = data.draw(atoms(2, 3, most=6))
    beside = data.draw(atoms(2, 3, most=6))
    counts = cube(np.stack([inside + beside, inside], axis=-1))
    shown = safe(counts, [(1, 0)], limit=LIMIT)
    (low, high), (rest_low, rest_high) = along_lines(counts, shown, [(1, 0)], LIMIT)
    assert not ((counts > 0) & (counts < LIMIT) & (low == high)).any()
    rest = counts[..., :1] - counts[..., 1:]
    assert not ((rest > 0) & (rest < LIMIT) & (rest_low == rest_high)).any()


@settings(max_examples=50, deadline=None)
@given(atoms(3, 2, most=9), st.integers(3, 9))
def test_what_is_shown_is_true_and_what_is_fewer_is_never_a_number(spread: Counts, limit: int) -> None:
    counts = cube(spread[..., None])
    for count in counts.ravel():
        one = band(int(count), limit)
        assert one.low is not None and one.high is not None and one.low <= count <= one.high
        assert one.visible == (count >= limit)
    assert safe(counts, limit=limit).shape == counts.shape


def test_hiding_ends_when_nothing_can_be_shown() -> None:
    counts = cube(np.array([[1, 1], [1, 0]])[..., None])
    everything = np.ones(counts.shape, bool)
    assert not safe(counts, limit=LIMIT, hidden=everything).any()
    assert not Band().visible


@pytest.mark.parametrize("count", range(12))
def test_one_teller_more_changes_no_number_of_the_lowest_band(count: int) -> None:
    """Whoever looks today and tomorrow sees a step of a whole band, or none."""
    before, after = band(count, 5), band(count + 1, 5)
    assert before == after or (before.high, after.low) == (count, count + 1)
