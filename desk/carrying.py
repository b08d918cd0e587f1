"""Carrying: what editors decided about places in a text, after words of that text changed.

Word by word: a decision whose words all stayed moves with them. Where its words changed, "hide this" hides whatever
came in their place, and "this may stay" says nothing any more: a new word is looked at anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from anonymise import Decision

_WORD = re.compile(r"\S+")


def carried(decisions: Sequence[Decision], old: str, new: str) -> tuple[Decision, ...]:
    """The decisions about `old` that still say something about `new`, at their places there.

    A decision to mask becomes one to add: what it pointed at may not be found again in another text.
    """
    before, after = _words(old), _words(new)
    kept = []
    matcher = SequenceMatcher(None, [w for *_, w in before], [w for *_, w in after], autojunk=False)
    blocks = matcher.get_opcodes() if decisions else []
    for decision in decisions:
        found = _carried(decision, before, after, blocks)
        if found is not None:
            kept.append(found)
    return tuple(kept)


Words = list[tuple[int, int, str]]
Block = tuple[str, int, int, int, int]


def _words(text: str) -> Words:
    return [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]


def _carried(decision: Decision, before: Words, after: Words, blocks: Sequence[Block]) -> Decision | None:
    first = bisect_right(before, decision.start, key=lambda word: word[1])
    last = bisect_left(before, decision.end, key=lambda word: word[0])  # words [first, last) are touched
    met = [block for block in blocks if block[1] < last and first < block[2]]
    if first >= last or not met:
        return None
    if len(met) == 1 and met[0][0] == "equal":
        shift = met[0][3] - met[0][1]
        start = after[first + shift][0] + max(0, decision.start - before[first][0])
        end = after[last - 1 + shift][1] - max(0, before[last - 1][1] - decision.end)
    elif decision.action == "keep":
        return None
    else:
        low = min(first - at + to if kind == "equal" and first >= at else to for kind, at, _, to, _ in met)
        high = max(last - at + to if kind == "equal" and last <= end else end_to for kind, at, end, to, end_to in met)
        if low >= high:  # the words went and nothing came in their place
            return None
        start, end = after[low][0], after[high - 1][1]
    action = "add" if decision.action == "mask" else decision.action
    return replace(decision, start=start, end=end, action=action)
