"""From masked words to stretches of sound: what must not be heard, in milliseconds on the recording's clock.

Rather too much than too little. The time of a word can be half a second wrong after a silence, so a stretch begins and
ends at the edge of a neighbouring word; and where nobody can say when a word was spoken, its whole segment goes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise

from anonymise.leaks import residual
from stories.bleep import BLEEP_MS
from stories.model import Flag, Segment, Transcript, Word, require

PAD_MS = 150
"""At least this much sound goes on both sides of a word."""
REACH_MS = 2_000
"""So far into a pause the edge of a neighbouring word is looked for."""
APART_MS = 100
"""Stretches that are closer together are one: a splinter of a word between them helps nobody."""
SHORTEST_MS = BLEEP_MS
"""A stretch is never shorter, so that one bleep of one length fits in every one of them."""
SHORTEST_WORD_MS, LONGEST_WORD_MS = 60, 2_000
"""Nobody says a word faster or slower: outside these the time is a guess."""
NEAR_MS = 3_000
"""A part of a passage counts as come back when it is heard at most this far from a stretch."""

RUN = 3
"""So many words of a passage in a row are no coincidence."""

Chars = tuple[int, int]
"""Characters [start, end) of `Transcript.text`."""
Span = tuple[int, int]
"""[start, end) in milliseconds."""


class Why(StrEnum):
    """Why a stretch is what it is."""

    WORD = "word"  # a masked word, by its time
    DOUBT = "doubt"  # a masked word in a flagged segment: all of it
    TIME = "time"  # a masked word whose time cannot be right: all of its segment
    WORDLESS = "wordless"  # a masked word in a segment without (these) words: all of it
    UNKNOWN = "unknown"  # speech that is not in the text, so that nobody looked for names in it
    HEARD = "heard"  # a masked word was heard after all


@dataclass(frozen=True, slots=True)
class RedactionSpan:
    """[start_ms, end_ms) of the recording goes, for these reasons."""

    start_ms: int
    end_ms: int
    why: tuple[Why, ...] = (Why.WORD,)

    def __post_init__(self) -> None:
        require(0 <= self.start_ms < self.end_ms, "a redaction span covers some sound")

    @property
    def is_whole(self) -> bool:
        """Whether more went than a masked word and its neighbours."""
        return self.why != (Why.WORD,)


def redaction_spans(transcript: Transcript, masked: Iterable[Chars], *, duration_ms: int) -> tuple[RedactionSpan, ...]:
    """What must go so that nothing of `masked` is heard: sorted, apart, and inside the recording.

    Speech that is not in the text at all (a voice without words, words that are perhaps nobody's) goes too. Raises
    ValueError for characters outside the text.
    """
    ranges = sorted(masked)
    text = transcript.text
    require(all(0 <= start < end <= len(text) for start, end in ranges), "masked characters lie inside the text")
    edges = _Edges(transcript)
    found: list[RedactionSpan] = []
    for offset, segment in _placed(transcript):
        if segment.said != segment.text or Flag.SPEECH_WITHOUT_TEXT in segment.flags:
            found.append(_all_of(segment, Why.UNKNOWN))
            continue
        touched = [(a - offset, b - offset) for a, b in ranges if a < offset + len(segment.said) and b > offset]
        touched = [span for span in touched if segment.said[max(0, span[0]) : span[1]].strip()]
        if touched:
            found += _of_segment(segment, touched, edges)
    return _settled(found, duration_ms)


def widened(
    spans: Sequence[RedactionSpan], heard: Iterable[Span], transcript: Transcript, *, duration_ms: int
) -> tuple[RedactionSpan, ...]:
    """`spans`, and all of every segment in which something was heard that should have been gone."""
    more: list[RedactionSpan] = []
    for start, end in heard:
        more.append(RedactionSpan(max(0, start - PAD_MS), max(end, start) + PAD_MS, (Why.HEARD,)))
        met = [one for one in transcript.segments if _together(_hull(one), (start, end)) >= min(PAD_MS, end - start)]
        more += [_all_of(one, Why.HEARD) for one in met]
    return _settled([*spans, *more], duration_ms)


def come_back(
    heard: Sequence[Segment],
    names: Iterable[str],
    passages: Iterable[str],
    spans: Sequence[RedactionSpan],
    *,
    kept: str = "",
    by_heart: bool = False,
) -> tuple[Span, ...]:
    """When something of the masked words is heard in a redacted recording: the time of the segments in which it is.

    `names` are looked for in all that was heard, as in every text that leaves. Near a span the very words of a name or
    of a longer passage (three in a row are enough) count as well, also when they are everybody's words, unless they
    stand in what is `kept` of the text. `by_heart`: the model knows the recording by heart and fills in what it does
    not hear, so a word inside a span does not count.
    """
    names = list(names)
    found = [segment for segment, at in _leaking(heard, names) if not (by_heart and _is_inside(segment, at, spans))]
    found += _same_words(heard, [*names, *passages], spans, kept, by_heart)
    return tuple(sorted({_hull(segment) for segment in found}))


# segments and words


def _placed(transcript: Transcript) -> Iterator[tuple[int, Segment]]:
    """Each segment and where it begins in the text of the transcript."""
    lengths = (len(segment.said) + 1 for segment in transcript.segments)
    yield from zip(accumulate(lengths, initial=0), transcript.segments, strict=False)


def _of_segment(segment: Segment, touched: Sequence[Chars], edges: _Edges) -> list[RedactionSpan]:
    if segment.flags:
        return [_all_of(segment, Why.DOUBT)]
    places = _words_at(segment)
    if places is None:
        return [_all_of(segment, Why.WORDLESS)]
    hit = [word for (start, end), word in places if any(a < end and start < b for a, b in touched)]
    if not all(SHORTEST_WORD_MS <= word.end_ms - word.start_ms <= LONGEST_WORD_MS for word in hit):
        return [_all_of(segment, Why.TIME)]
    if any(after.start_ms < before.start_ms for before, after in pairwise(segment.words)):
        return [_all_of(segment, Why.TIME)]
    if any(word.start_ms < segment.start_ms or word.end_ms > segment.end_ms for word in hit):
        return [_all_of(segment, Why.TIME)]
    return [
        RedactionSpan(edges.before(word.start_ms - PAD_MS), edges.after(word.end_ms + PAD_MS), (Why.WORD,))
        for word in hit
    ]


def _words_at(segment: Segment) -> list[tuple[Chars, Word]] | None:
    """The characters of each word; None unless the words are exactly the text."""
    found, at = list(zip(segment.places, segment.words, strict=True)), 0
    for (start, end), word in found:
        if not word.text.strip() or start == end or segment.text[at:start].strip():
            return None
        at = end
    return found if found and not segment.text[at:].strip() else None


def _hull(segment: Segment) -> Span:
    """All the time that a segment and its words take."""
    starts = [segment.start_ms, *(word.start_ms for word in segment.words)]
    return min(starts), max([segment.end_ms, *(word.end_ms for word in segment.words)])


def _all_of(segment: Segment, why: Why) -> RedactionSpan:
    start, end = _hull(segment)
    return RedactionSpan(max(0, start - PAD_MS), end + PAD_MS, (why,))


class _Edges:
    """Where words begin and end, to stretch a time to."""

    def __init__(self, transcript: Transcript) -> None:
        words = [(w.start_ms, w.end_ms) for s in transcript.segments for w in s.words if w.start_ms < w.end_ms]
        self._by_start = sorted(words)
        self._starts = [start for start, _ in self._by_start]
        self._ends = sorted(end for _, end in words)

    def before(self, at: int) -> int:
        """The beginning of the words that sound at `at`; in a pause, the end of the word before it."""
        sounding = [start for start, end in self._around(at) if start <= at < end]
        if sounding:
            return max(0, min(sounding))
        place = bisect_right(self._ends, at)
        return max(0, at - REACH_MS, self._ends[place - 1] if place else 0)

    def after(self, at: int) -> int:
        """The end of the words that sound just before `at`; in a pause, the beginning of the word after it."""
        sounding = [end for start, end in self._around(at) if start < at <= end]
        if sounding:
            return max(sounding)
        place = bisect_left(self._starts, at)
        return min(at + REACH_MS, self._starts[place]) if place < len(self._starts) else at + REACH_MS

    def _around(self, at: int) -> list[Span]:
        """Words that may sound at this time: a longer one than LONGEST_WORD_MS has no time to be trusted."""
        first = bisect_left(self._starts, at - LONGEST_WORD_MS)
        return [w for w in self._by_start[first : bisect_right(self._starts, at)] if w[1] - w[0] <= LONGEST_WORD_MS]


def _settled(spans: Iterable[RedactionSpan], duration_ms: int) -> tuple[RedactionSpan, ...]:
    """Inside the recording, long enough for the bleep, in order, and one where they touch."""
    if duration_ms <= 0:
        return ()
    settled: list[RedactionSpan] = []
    for span in sorted((_fitted(span, duration_ms) for span in spans), key=lambda s: (s.start_ms, s.end_ms)):
        if settled and span.start_ms <= settled[-1].end_ms + APART_MS:
            last = settled.pop()
            why = tuple(one for one in Why if one in last.why or one in span.why)
            span = RedactionSpan(last.start_ms, max(last.end_ms, span.end_ms), why)
        settled.append(span)
    return tuple(settled)


def _fitted(span: RedactionSpan, duration_ms: int) -> RedactionSpan:
    """A time outside the recording is nobody's: its nearest end goes instead."""
    short = max(0, SHORTEST_MS - (span.end_ms - span.start_ms))
    start = max(0, min(span.start_ms - (short + 1) // 2, duration_ms - SHORTEST_MS))
    end = min(duration_ms, max(span.end_ms + short // 2, start + SHORTEST_MS))
    return RedactionSpan(start, end, span.why)


# what is heard again


def _leaking(heard: Sequence[Segment], names: Iterable[str]) -> list[tuple[Segment, int]]:
    """Where a name begins: the segment, and the character of its text."""
    starts = list(accumulate((len(segment.text) + 1 for segment in heard), initial=0))
    leaks = residual({"": "\n".join(segment.text for segment in heard)}, names)
    places = [(bisect_right(starts, leak.position) - 1, leak.position) for leak in leaks]
    return [(heard[number], position - starts[number]) for number, position in places]


def _is_inside(segment: Segment, at: int, spans: Sequence[RedactionSpan]) -> bool:
    """Whether the word at this character of the segment sounds where there is no sound."""
    words = [word for (start, end), word in _words_at(segment) or [] if start <= at < end]
    return bool(words) and all(_in_a_span((word.start_ms, word.end_ms), spans) for word in words)


def _in_a_span(time: Span, spans: Sequence[RedactionSpan]) -> bool:
    return any(span.start_ms <= time[0] and time[1] <= span.end_ms for span in spans)


def _same_words(
    heard: Sequence[Segment], masked: Iterable[str], spans: Sequence[RedactionSpan], kept: str, by_heart: bool
) -> list[Segment]:
    runs = {run for words in masked for run in _runs(_plain(words.split()))}
    around = _plain(kept.split())
    runs -= {run for size in {len(run) for run in runs} for run in _runs_of(around, size)}
    said: list[tuple[str, Segment, Word | None]] = []
    for segment in heard:
        words: Sequence[Word | None] = segment.words or (None,)
        said += [(plain, segment, word) for word in words for plain in _plain((word or segment).text.split())]
    found = []
    for size in {len(run) for run in runs}:
        for at in range(len(said) - size + 1):
            here = said[at : at + size]
            if tuple(plain for plain, _, _ in here) not in runs:
                continue
            if by_heart and all(word and _in_a_span((word.start_ms, word.end_ms), spans) for _, _, word in here):
                continue
            if any(
                _together(_hull(one), (s.start_ms - NEAR_MS, s.end_ms + NEAR_MS)) > 0
                for _, one, _ in here
                for s in spans
            ):
                found += [one for _, one, _ in here]
    return found


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return _runs_of(words, min(RUN, len(words))) if words else set()


def _runs_of(words: Sequence[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _together(one: Span, other: Span) -> int:
    """How much of one is in the other (ms)."""
    return min(one[1], other[1]) - max(one[0], other[0])


def _plain(words: Iterable[str]) -> list[str]:
    return [plain for word in words if (plain := "".join(filter(str.isalnum, word.casefold())))]
