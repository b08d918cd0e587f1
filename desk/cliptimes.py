"""When a quote and its words sound: by its words where the text and the word times fit, else by its lines."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from desk import lines
from desk.lines import Line
from publish.subtitles import Timed, timed
from stories.model import Quote, Segment, Word
from stories.store import Books

PAD_MS = 150
"""Sound that is taken along on either side, as far as it is no other word's."""

Span = tuple[int, int]


def span_of(books: Books, quote: Quote) -> Span | None:
    """From when to when (ms on the recording's clock) its words sound, with a little room; None without sound."""
    if quote.start_ms is None or quote.end_ms is None:
        return None
    clean = books.version(quote.story_id, quote.version).clean
    transcript = books.transcript(quote.story_id)
    here = lines.of_version(books, books.version(quote.story_id, quote.version))
    met = [at for at, line in enumerate(here) if line.start < quote.end and quote.start < line.end]
    start, end = quote.start_ms, quote.end_ms
    if met:
        first, last = met[0], met[-1]
        start = max(start, _starts(clean.text, here[first], transcript.segments[first], quote.start))
        end = min(end, _ends(clean.text, here[last], transcript.segments[last], quote.end))
    if start >= end:  # times that contradict each other: the whole of its lines
        start, end = quote.start_ms, quote.end_ms
    return _with_room(start, end, transcript.segments, transcript.duration_ms)


def words_of(books: Books, quote: Quote) -> tuple[Timed, ...]:
    """The words of a quote with when each sounds, in ms from where its clip begins; () without sound.

    Words that stand in the place of others, such as a label, share the time of those.
    """
    span = span_of(books, quote)
    version = books.version(quote.story_id, quote.version)
    transcript = books.transcript(quote.story_id)
    made: list[Timed] = []
    for line, segment in zip(lines.of_version(books, version), transcript.segments, strict=False):
        start, end = max(line.start, quote.start), min(line.end, quote.end)
        if span is None or start >= end:
            continue
        said = [Timed(word.text.strip(), *_from(segment.start_ms, word)) for word in segment.words if word.text.strip()]
        whole = timed(version.clean.text[line.start : line.end], said, 0, segment.end_ms - segment.start_ms)
        first = len(version.clean.text[line.start : start].split())
        here = whole[first : first + len(version.clean.text[start:end].split())]
        shift, longest = segment.start_ms - span[0], span[1] - span[0]
        made += [
            Timed(word.text, *(min(max(0, at + shift), longest) for at in (word.start_ms, word.end_ms)))
            for word in here
        ]
    return tuple(made)


def _from(begin: int, word: Word) -> Span:
    return max(0, word.start_ms - begin), max(0, word.end_ms - begin)


def _starts(text: str, line: Line, segment: Segment, at: int) -> int:
    """When the word at character `at` of a line begins."""
    before, all_of = text[line.start : at].split(), text[line.start : line.end].split()
    word = _fitting(all_of, segment.words, len(before))[0] if before and segment.words else None
    return segment.start_ms if word is None else word.start_ms


def _ends(text: str, line: Line, segment: Segment, at: int) -> int:
    """When the word before character `at` of a line ends."""
    upto, all_of = text[line.start : at].split(), text[line.start : line.end].split()
    if len(upto) == len(all_of) or not upto or not segment.words:
        return segment.end_ms
    word = _fitting(all_of, segment.words, len(upto) - 1)[1]
    return segment.end_ms if word is None else word.end_ms


def _fitting(shown: Sequence[str], words: Sequence[Word], at: int) -> tuple[Word | None, Word | None]:
    """The first and the last word of the sound that word `at` of the shown text stands for: a label is all the words
    that it stands in the place of."""
    said = [word.text.strip() for word in words]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, shown, said, autojunk=False).get_opcodes():
        if i1 <= at < i2:
            if tag == "equal":
                return words[j1 + at - i1], words[j1 + at - i1]
            return (words[j1], words[j2 - 1]) if j1 < j2 else (None, None)
    return None, None


def _with_room(start: int, end: int, segments: Sequence[Segment], duration_ms: int) -> Span:
    words = [word for one in segments for word in one.words]
    before = max((word.end_ms for word in words if word.end_ms <= start), default=0)
    after = min((word.start_ms for word in words if word.start_ms >= end), default=duration_ms)
    return max(before, start - PAD_MS, 0), min(after, end + PAD_MS, duration_ms)
