"""The networks of own.py as plain matrices: the same likelihoods, several times as fast.

thinc fits the networks and reads them from disk; here they are asked. What makes it quick: every row of the tables goes
through the first layer beforehand, all networks are read in one pass, and numpy multiplies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class Matrices:
    """Fitted networks of the shape of `own.network`, of which the mean counts. May be asked by many threads at once."""

    def __init__(self, models: Sequence[Any], width: int, window: int) -> None:
        found = [_numbers(model) for model in models]
        tables = found[0]["hashembed"]
        self._width, self._window = width, window
        self._ops = models[0].ops
        self._seeds = [table.attrs["seed"] for table in tables]  # the same in all networks
        self._rows = [len(table.get_param("E")) for table in tables]
        self._first = np.concatenate([_first_layer(numbers, width) for numbers in found], axis=1)
        """What a row of a table adds to the first layer: rows of all tables, blocks of columns per network."""
        self._bias = np.concatenate([_by_piece(numbers["maxout"][0].get_param("b")) for numbers in found])
        self._norms = [_stack(found, "layernorm", i, ("G", "b")) for i in range(len(found[0]["layernorm"]))]
        steps = range(1, len(found[0]["maxout"]))
        self._steps = [
            (
                np.stack([_by_piece(numbers["maxout"][i].get_param("W")).T for numbers in found]),
                np.stack([_by_piece(numbers["maxout"][i].get_param("b"))[None] for numbers in found]),
            )
            for i in steps
        ]
        last_weights, self._last_bias = _stack(found, "softmax", 0, ("W", "b"))
        self._last = last_weights.swapaxes(1, 2)

    def predict(self, codes: Any) -> Any:
        """A row of likelihoods per row of word codes."""
        count = len(codes)
        keys = []
        for column, (seed, rows) in enumerate(zip(self._seeds, self._rows, strict=True)):
            at = self._ops.hash(np.ascontiguousarray(codes[:, column], dtype="uint64"), seed) % rows
            keys.append(at + sum(self._rows[:column]))
        mixed = self._ops.gather_add(self._first, np.concatenate(keys, axis=1)) + self._bias
        pieces = mixed.reshape(count, len(self._last), 2, self._width)
        x = _normal(np.maximum(pieces[:, :, 0], pieces[:, :, 1]).swapaxes(0, 1), *self._norms[0])
        for (weights, bias), norm in zip(self._steps, self._norms[1:], strict=True):
            y = self._around(x) @ weights
            y += bias
            x = x + _normal(np.maximum(y[..., : self._width], y[..., self._width :]), *norm)
        scores = x @ self._last + self._last_bias
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return scores.mean(axis=0)

    def _around(self, x: Any) -> Any:
        """Each word with those within the window beside it in one row, zeros beyond the ends of the text."""
        networks, count, width = x.shape
        wide = np.zeros((networks, count, 2 * self._window + 1, width), dtype=x.dtype)
        for place in range(2 * self._window + 1):
            step = place - self._window
            low, high = max(0, -step), min(count, count - step)
            if low < high:
                wide[:, low:high, place] = x[:, low + step : high + step]
        return wide.reshape(networks, count, -1)


def _numbers(model: Any) -> dict[str, list[Any]]:
    """The layers of a network that hold numbers, by kind, from first to last."""
    found: dict[str, list[Any]] = {}
    for layer in model.walk():
        if layer.param_names:
            found.setdefault(layer.name, []).append(layer)
    return found


def _by_piece(numbers: Any) -> Any:
    """Of a maxout of two pieces: first all numbers of the one, then all of the other, so that they lie side by side."""
    return np.ascontiguousarray(numbers.swapaxes(0, 1)).reshape(-1, *numbers.shape[2:])


def _first_layer(numbers: dict[str, list[Any]], width: int) -> Any:
    weights = _by_piece(numbers["maxout"][0].get_param("W")).T
    return np.concatenate(
        [table.get_param("E") @ weights[i * width : (i + 1) * width] for i, table in enumerate(numbers["hashembed"])]
    )


def _stack(found: Sequence[dict[str, list[Any]]], kind: str, place: int, names: Sequence[str]) -> Any:
    """The same numbers of every network; a vector gets an axis for the words."""
    stacked = (np.stack([numbers[kind][place].get_param(name) for numbers in found]) for name in names)
    return tuple(part[:, None] if part.ndim == 2 else part for part in stacked)


def _normal(x: Any, scale: Any, shift: Any) -> Any:
    """Layer normalisation over the last axis."""
    x = x - x.mean(axis=-1, keepdims=True)
    spread = np.einsum("...i,...i->...", x, x)[..., None] / x.shape[-1]
    x *= scale / np.sqrt(spread + 1e-8)
    x += shift
    return x
