"""The second pass replaces the first, except where a person touched it.

The two passes seldom agree to the millisecond where a word begins. So a word within `EDGE_MS` of the border of a
touched segment goes by what it says: what already stands at that end of the segment is not said twice, and what stood
at the beginning of its untouched neighbour is not taken away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from stories.model import INVENTED, Segment, Transcript, Word, require
from transcription.align import folded, folded_words, mean_confidence, worded
from transcription.editing import is_typed

EDGE_MS = 400
_AT_EDGE = 2  # words that may have slipped over a border


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second pass heard during a touched segment (its times), where that reads differently.

    `text` is empty when it heard nothing there, or nothing that was surely said; `segments` are all pieces, with their
    words and flags.
    """

    start_ms: int
    end_ms: int
    text: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    transcript: Transcript
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word of the second pass: in which of its segments, and which word there."""

    middle: int  # twice the middle in ms, so that it stays whole
    segment: int
    number: int
    folded: str


def merge(draft: Transcript, final: Transcript, touched: Collection[int]) -> Merged:
    """The final, with the draft's segments of these indices as they stand, and the lines that were typed.

    Words of the final whose middle lies within a touched segment are not used; where they read differently (without
    case and punctuation) they are a `Difference`.
    """
    require(all(0 <= index < len(draft.segments) for index in touched), "touched names segments of the draft")
    typed = [segment for segment in draft.segments if is_typed(segment)]
    mine = [index for index in sorted(touched) if not is_typed(draft.segments[index])]
    spoken = _not_yet(final.segments, typed)
    words = [() if is_typed(segment) else worded(segment) for segment in spoken]
    heard = _in_order(words)
    middles = [one.middle for one in heard]
    used: dict[int, set[int]] = defaultdict(set)
    differences: list[Difference] = []
    for index in mine:
        segment = draft.segments[index]
        first, stop = _during(segment, heard, middles, *_neighbours(draft, touched, index))
        there: dict[int, set[int]] = defaultdict(set)
        for one in heard[first:stop]:
            there[one.segment].add(one.number)
            used[one.segment].add(one.number)
        pieces = tuple(piece for at in sorted(there) for piece in _part(spoken[at], words[at], there[at]))
        if difference := _difference(segment, pieces):
            differences.append(difference)
    kept = [segment for index, segment in enumerate(draft.segments) if index in touched or is_typed(segment)]
    borders = [(2 * draft.segments[index].start_ms, 2 * draft.segments[index].end_ms) for index in mine]
    for at, segment in enumerate(spoken):
        middle = segment.start_ms + segment.end_ms
        if words[at]:
            kept += _part(segment, words[at], set(range(len(words[at]))) - used[at])
        elif is_typed(segment) or not any(start <= middle < end for start, end in borders):
            kept.append(segment)
    kept.sort(key=lambda segment: (segment.start_ms, segment.end_ms))
    return Merged(replace(final, segments=tuple(kept)), tuple(differences))


def _difference(segment: Segment, heard: tuple[Segment, ...]) -> Difference | None:
    """None when both read the same, whether or not what was perhaps invented is counted: nobody need ask about that."""
    sure = " ".join(piece.text for piece in heard if INVENTED.isdisjoint(piece.flags))
    everything = " ".join(piece.text for piece in heard)
    if folded_words(segment.text) in (folded_words(sure), folded_words(everything)):
        return None
    return Difference(segment.start_ms, segment.end_ms, sure, heard)


def _in_order(words: Sequence[Sequence[Word]]) -> list[_Heard]:
    """All words of the second pass by their middles."""
    heard = [
        _Heard(word.start_ms + word.end_ms, at, number, folded(word.text))
        for at, said in enumerate(words)
        for number, word in enumerate(said)
    ]
    return sorted(heard, key=lambda one: (one.middle, one.segment, one.number))


def _not_yet(segments: Sequence[Segment], typed: Sequence[Segment]) -> list[Segment]:
    """The final's segments without the typed lines that the draft already has."""
    have = Counter(typed)
    left = []
    for segment in segments:
        if is_typed(segment) and have[segment] > 0:
            have[segment] -= 1
        else:
            left.append(segment)
    return left


def _neighbours(draft: Transcript, touched: Collection[int], index: int) -> tuple[list[str], list[str]]:
    """The words of the segment before and after, when nobody touched it."""
    return _untouched(draft, touched, index - 1), _untouched(draft, touched, index + 1)


def _untouched(draft: Transcript, touched: Collection[int], index: int) -> list[str]:
    if index in touched or not 0 <= index < len(draft.segments) or is_typed(draft.segments[index]):
        return []
    return [folded(word) for word in draft.segments[index].text.split()]


def _during(
    segment: Segment, heard: Sequence[_Heard], middles: Sequence[int], before: Sequence[str], after: Sequence[str]
) -> tuple[int, int]:
    """Which heard words [first, stop) were said during this segment."""
    start, end = 2 * segment.start_ms, 2 * segment.end_ms
    first = bisect_left(middles, start)
    stop = max(bisect_left(middles, end), bisect_right(middles, start) if start == end else first)
    own = [folded(word) for word in segment.text.split()]
    words = [one.folded for one in heard[max(0, first - _AT_EDGE) : stop + _AT_EDGE]]
    shift = max(0, first - _AT_EDGE)

    def at(a: int, b: int) -> list[str]:
        return words[a - shift : b - shift] if a >= 0 else []

    for n in range(_AT_EDGE, 0, -1):  # the right border
        near_in = stop - n >= first and middles[stop - n] >= end - 2 * EDGE_MS
        if near_in and own[-n:] != at(stop - n, stop) == list(after[:n]):
            stop -= n
            break
        near_out = stop + n <= len(heard) and middles[stop + n - 1] <= end + 2 * EDGE_MS
        if near_out and at(stop, stop + n) == own[-n:] != at(max(first, stop - n), stop):
            stop += n
            break
    for n in range(_AT_EDGE, 0, -1):  # the left border
        near_in = first + n <= stop and middles[first + n - 1] < start + 2 * EDGE_MS
        if near_in and own[:n] != at(first, first + n) == list(before[-n:]):
            first += n
            break
        near_out = first - n >= 0 and middles[first - n] >= start - 2 * EDGE_MS
        if near_out and at(first - n, first) == own[:n] != at(first, min(stop, first + n)):
            first -= n
            break
    return first, stop


def _part(segment: Segment, words: Sequence[Word], numbers: Collection[int]) -> list[Segment]:
    """These words of a segment: the segment itself when they are all of it, else one piece per run of them."""
    if len(numbers) == len(words):
        return [segment]
    runs: list[list[Word]] = []
    for number in sorted(numbers):
        if number - 1 not in numbers:
            runs.append([])
        runs[-1].append(words[number])
    return [
        replace(
            segment,
            start_ms=run[0].start_ms,
            end_ms=max(word.end_ms for word in run),
            text=" ".join(word.text for word in run),
            words=tuple(run),
            confidence=mean_confidence(run),
        )
        for run in runs
    ]
