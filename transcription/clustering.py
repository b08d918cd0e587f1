"""Vectors that are alike become one group: agglomerative clustering, average linkage, cosine distance, in plain numpy.

Average linkage joins the two groups whose members are least far apart on average (Sokal and Michener 1958); the chain
of nearest neighbours finds the same joins in the square of the count instead of its cube (Murtagh 1983). A cough or a
slammed door makes a small group of its own that is far from all others, so the tree is not simply cut in `count`: it is
cut where there are `count` groups of some size, and what is in none of them goes to the nearest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stories.model import require

Vectors = npt.NDArray[np.float32]

MOST = 2_500
"""So many vectors are compared with each other (25 MB); of a longer recording, evenly chosen ones."""
LEAST_SHARE = 0.01
"""A group with less than this of all vectors, or of one vector among many, is nobody's voice."""
_ROUNDS = 5


def groups(vectors: Vectors, count: int) -> list[int]:
    """The group of each vector, numbered from 0 as they first appear; at most `count` groups.

    `vectors` is one row each, of any length but none of them zero. Fewer groups come out when there are fewer kinds.
    """
    require(count >= 1 and vectors.ndim == 2, "vectors in rows, and at least one group")
    if len(vectors) == 0:
        return []
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    chosen = unit[np.linspace(0, len(unit) - 1, min(MOST, len(unit))).astype(int)]
    middles = _middles(chosen, _cut(_joins(chosen), len(chosen), count))
    labels = np.argmax(unit @ middles.T, axis=1)
    for _ in range(_ROUNDS):  # a vector that is nearer to another group's middle belongs there
        middles = _middles(unit, labels)
        moved = np.argmax(unit @ middles.T, axis=1)
        if np.array_equal(moved, labels):
            break
        labels = moved
    order = list(dict.fromkeys(labels.tolist()))
    return [order.index(label) for label in labels.tolist()]


def _joins(unit: Vectors) -> list[tuple[float, int, int]]:
    """Every join, the nearest first: (distance, a member of one, a member of the other)."""
    count = len(unit)
    distance = (1 - unit @ unit.T).astype(np.float32)
    np.fill_diagonal(distance, np.inf)
    size = np.ones(count, np.float32)
    alive = np.ones(count, bool)
    joins: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(joins) < count - 1:
        if not chain:
            chain.append(int(np.argmax(alive)))
        while True:
            here = chain[-1]
            near = int(np.argmin(distance[here]))
            if len(chain) > 1 and distance[here, near] >= distance[here, chain[-2]]:
                near = chain[-2]  # of two that are equally near, the one we came from: or the chain would go round
                break
            chain.append(near)
        chain = chain[:-2]
        joins.append((float(distance[here, near]), here, near))
        mean = (distance[here] * size[here] + distance[near] * size[near]) / (size[here] + size[near])
        size[here] += size[near]
        alive[near] = False
        distance[here], distance[:, here] = mean, mean
        distance[near], distance[:, near] = np.inf, np.inf
        distance[here, here] = np.inf
    return sorted(joins, key=lambda join: join[0])


def _cut(joins: list[tuple[float, int, int]], size: int, count: int) -> npt.NDArray[np.int64]:
    """Groups after as many joins as leave `count` groups of some size; -1 for what is in none of them."""
    least = max(1 if size < 10 else 2, round(size * LEAST_SHARE))
    parent = list(range(size))
    members = [1] * size

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def labels(roots: list[int]) -> npt.NDArray[np.int64]:
        return np.array([roots.index(root(one)) if root(one) in roots else -1 for one in range(size)])

    big = size if least == 1 else 0
    best: npt.NDArray[np.int64] | None = None
    wanted = min(count, size)
    if big == wanted:
        best = labels([root(one) for one in range(size)])
    for _, a, b in joins:
        left, right = root(a), root(b)
        before = (members[left] >= least) + (members[right] >= least)
        if big == wanted and before == 2:  # the last moment at which there are so many
            best = labels(sorted({root(one) for one in range(size)} & {o for o in range(size) if members[o] >= least}))
        parent[right] = left
        members[left] += members[right]
        big += (members[left] >= least) - before
    if best is None:  # there never were so many of some size: one voice
        best = np.zeros(size, np.int64)
    return best


def _middles(unit: Vectors, labels: npt.NDArray[np.int64]) -> Vectors:
    """The mean direction of each group, as unit vectors."""
    sums = np.stack([unit[labels == label].sum(axis=0) for label in sorted(set(labels.tolist()) - {-1})])
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), np.float32)
