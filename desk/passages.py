"""Passages that the teller keeps for the house alone: where their words stand in a text.

A passage is kept as words, never as offsets, and a passage whose words are not to be found stops the story: a wrong
place would let out exactly what was meant to stay in. White space does not count, because joining a typed text with a
recording makes other lines of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stories.errors import Refused
from stories.told import Passage

Span = tuple[int, int]


def passage_at(text: str, start: int, end: int) -> Passage:
    """The passage of characters [start, end), widened to whole words. Raises Refused when there are no words."""
    start, end = max(0, start), min(end, len(text))
    if start >= end or not text[start:end].strip():
        raise Refused("desk.nothing_picked")
    while start > 0 and not text[start].isspace() and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end - 1].isspace() and not text[end].isspace():
        end += 1
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    places = _places(words, text)
    return Passage(words, 1 + next(n for n, (at, _) in enumerate(places) if at == start))


def spans(passages: Sequence[Passage], text: str) -> tuple[Span, ...]:
    """Where the passages stand in this text, in the order given. Raises Refused (desk.excluded_lost) when one is not
    there any more."""
    found = []
    for passage in passages:
        places = _places(passage.words, text)
        if len(places) < passage.nth:
            raise Refused("desk.excluded_lost")
        found.append(places[passage.nth - 1])
    return tuple(found)


def moved(passages: Sequence[Passage], old: str, new: str) -> tuple[Passage, ...]:
    """The same passages in a text that its teller corrected.

    What stands wholly before or after the correction is followed there; otherwise the words must stand in one place
    only, before and after. Raises Refused (desk.excluded_lost) when it is not certain which words are meant.
    """
    kept = []
    for passage, (start, end) in zip(passages, spans(passages, old), strict=True):
        shift = len(new) - len(old)
        if old[:end] == new[:end] and new[end : end + 1].strip() == "":
            kept.append(passage)
        elif start + shift >= 0 and old[start:] == new[start + shift :] and _starts_a_word(new, start + shift):
            kept.append(passage_at(new, start + shift, end + shift))
        elif len(_places(passage.words, old)) == len(_places(passage.words, new)) == 1:
            kept.append(passage)
        else:
            raise Refused("desk.excluded_lost")
    return tuple(dict.fromkeys(kept))


def _starts_a_word(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace()


def _places(words: str, text: str) -> list[Span]:
    """Every place where these words stand as whole words, whatever white space is between them."""
    found = list(re.finditer(r"\S+", text))
    said = [match.group() for match in found]
    wanted = words.split()
    return [
        (found[at].start(), found[at + len(wanted) - 1].end())
        for at in range(len(said) - len(wanted) + 1)
        if said[at] == wanted[0] and said[at : at + len(wanted)] == wanted
    ]
