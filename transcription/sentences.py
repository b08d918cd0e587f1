"""Segments in sentences: an engine cuts where its window ends, people read, correct and quote by the sentence.

A sentence ends at its full stop, at a long pause, or, when neither comes, at a pause inside what would be too long to
read at a glance. Text that is perhaps invented is left as it came: its flags are about exactly those words. Other doubt
goes along with every word that was heard in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stories.model import INVENTED, Flag, Segment, Word
from transcription.align import mean_confidence
from transcription.doubt import UNSURE

PAUSE_MS = 1_000
"""Longer silence ends a sentence, whatever is written."""
LONGEST_MS = 15_000
"""Speech without a full stop or such a pause is cut at its longest pause once it lasts so long."""
SHORTEST_CUT_MS = 2_000  # no cut leaves less than this on a side

_END = re.compile(r"[.!?…。！？؟۔]+[\"'”’)\]]*$")
_NO_END = re.compile(
    r"^(?:[a-z]\.|(?:[a-z]\.)+[a-z]?\.?|dhr\.|mw\.|mevr\.|dr\.|ds\.|prof\.|st\.|nr\.|blz\.|bijv\.|bv\.|enz\.|etc\.|ca\.)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A word, and whether the stretch that it was heard in was doubtful."""

    word: Word
    doubtful: bool


def in_sentences(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The same words, with the same times and confidence, a segment per sentence."""
    result: list[Segment] = []
    run: list[_Said] = []
    for segment in segments:
        said = [_Said(word, bool(segment.flags)) for word in segment.words]
        if not said or not INVENTED.isdisjoint(segment.flags):
            result += _sentences(run)
            run = []
            result.append(segment)
        elif run and said[0].word.start_ms < run[-1].word.start_ms:  # heard through each other: not to be mixed
            result += _sentences(run)
            run = said
        else:
            run += said
    result += _sentences(run)
    return tuple(sorted(result, key=lambda segment: (segment.start_ms, segment.end_ms)))


def _sentences(said: Sequence[_Said]) -> Iterator[Segment]:
    first = 0
    for at, one in enumerate(said):
        is_last = at + 1 == len(said)
        if is_last or _ends(one.word.text) or said[at + 1].word.start_ms - one.word.end_ms >= PAUSE_MS:
            yield from (_segment(part) for part in _short_enough(said[first : at + 1]))
            first = at + 1


def _short_enough(said: Sequence[_Said]) -> list[Sequence[_Said]]:
    """The words in parts that are short enough, cut at the longest pause each time."""
    begin, end = said[0].word.start_ms, said[-1].word.end_ms
    if end - begin <= LONGEST_MS:
        return [said]
    pauses = [
        (after.word.start_ms - before.word.end_ms, at)
        for at, (before, after) in enumerate(pairwise(said), start=1)
        if before.word.end_ms - begin >= SHORTEST_CUT_MS and end - after.word.start_ms >= SHORTEST_CUT_MS
    ]
    if not pauses:
        return [said]
    _, cut = max(pauses, key=lambda pause: (pause[0], -pause[1]))
    return [*_short_enough(said[:cut]), *_short_enough(said[cut:])]


def _segment(said: Sequence[_Said]) -> Segment:
    words = tuple(one.word for one in said)
    confidence = mean_confidence(words)
    doubtful = confidence < UNSURE or any(one.doubtful for one in said)
    return Segment(
        words[0].start_ms,
        max(word.end_ms for word in words),
        " ".join(word.text for word in words),
        confidence,
        flags=(Flag.LOW_CONFIDENCE,) if doubtful else (),
        words=words,
    )


def _ends(word: str) -> bool:
    return bool(_END.search(word)) and not _NO_END.match(word.strip("\"'“”‘’(["))
