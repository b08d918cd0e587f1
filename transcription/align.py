"""Words and their times: which words of two texts are the same, and when the others were said.

Two words are the same when they read the same without case and punctuation. Where nobody measured a time, words share
what there is by their length: a guess, and for a word between two neighbours without a pause even no time at all.
Such a word has no length, which tells whoever mutes sound to mute the whole segment.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from stories.model import Segment, Word

MAX_MARKS = 3
"""Combining marks kept on one letter. No language of a story needs more; a tower of them hides its neighbours."""
_JOINERS = "\u200c\u200d"  # these make one emoji, or one word of Persian, out of two


def one_line(text: str) -> str:
    """Any text as one clean line: every run of white space is a space; no control or direction characters, no half
    surrogates, no towers of marks; composed (NFC)."""
    text = unicodedata.normalize("NFC", text)
    kinds = {char: unicodedata.category(char) for char in set(text)}
    table = {ord(char): " " if char.isspace() else None for char, kind in kinds.items() if _is_hidden(char, kind)}
    if not {"Mn", "Me"}.isdisjoint(kinds.values()):
        text = _without_towers(text, kinds)
    return " ".join(text.translate(table).split())


def _without_towers(text: str, kinds: Mapping[str, str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if kinds[char] in ("Mn", "Me") else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _is_hidden(char: str, kind: str) -> bool:
    """Nothing that a reader sees: control and direction signs, half surrogates, signs that are no characters."""
    return kind in ("Cc", "Cs", "Zl", "Zp") or (kind == "Cf" and char not in _JOINERS) or ord(char) & 0xFFFE == 0xFFFE


def folded(word: str) -> str:
    """A word for comparing: letters and digits only, no case. A word of nothing but signs stays what it is."""
    plain = unicodedata.normalize("NFC", word.casefold())
    return "".join(char for char in plain if char.isalnum()) or plain


def folded_words(text: str) -> list[str]:
    """The words of a text for comparing; signs that stand alone are no words."""
    return [word for word in map(folded, text.split()) if any(char.isalnum() for char in word)]


def spread(texts: Sequence[str], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """[start, end) for every word, by its length, together exactly `start_ms` to `end_ms`."""
    total = sum(len(text) + 1 for text in texts)
    spans, done = list[tuple[int, int]](), 0
    for text in texts:
        begin = start_ms + (end_ms - start_ms) * done // total
        done += len(text) + 1
        spans.append((begin, start_ms + (end_ms - start_ms) * done // total))
    return spans


def worded(segment: Segment) -> tuple[Word, ...]:
    """The words of a segment; when the engine gave none, its text spread over its time."""
    if segment.words:
        return segment.words
    texts = segment.text.split()
    spans = spread(texts, segment.start_ms, segment.end_ms)
    return tuple(Word(*span, text, segment.confidence) for span, text in zip(spans, texts, strict=True))


def mean_confidence(words: Sequence[Word], without: float = 1.0) -> float:
    """What a segment's confidence is: the mean of its words, or `without` when it has none."""
    return round(sum(word.confidence for word in words) / len(words), 4) if words else without


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """As `SequenceMatcher.get_opcodes`, but what begins and ends the same is the same: in "ik ik ik" a person put one
    word, and difflib would rather see the longest run move."""
    shortest = min(len(old), len(new))
    head = next((at for at in range(shortest) if old[at] != new[at]), shortest)
    tail = next((at for at in range(shortest - head) if old[-1 - at] != new[-1 - at]), shortest - head)
    stop, new_stop = len(old) - tail, len(new) - tail
    middle = SequenceMatcher(None, old[head:stop], new[head:new_stop], autojunk=False).get_opcodes()
    return [
        *([("equal", 0, head, 0, head)] if head else []),
        *((tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in middle),
        *([("equal", stop, len(old), new_stop, len(new))] if tail else []),
    ]


def retimed(old: Sequence[Word], texts: Sequence[str], start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """`texts` as words with times, where `old` was heard between `start_ms` and `end_ms`.

    A word that stayed keeps its time and confidence. Words that replace as many others take their times; more or fewer
    share the time of what they replace; added words share the time between their neighbours. All of these have
    confidence 1.0, because a person typed them.
    """
    words: list[Word] = []
    for tag, i1, i2, j1, j2 in opcodes([folded(word.text) for word in old], [folded(text) for text in texts]):
        if tag == "equal":
            words += [replace(word, text=text) for word, text in zip(old[i1:i2], texts[j1:j2], strict=True)]
            continue
        if i2 - i1 == j2 - j1:
            spans = [(word.start_ms, word.end_ms) for word in old[i1:i2]]
        else:
            spans = spread(texts[j1:j2], *_room(old, i1, i2, start_ms, end_ms))
        words += [Word(*span, text, 1.0) for span, text in zip(spans, texts[j1:j2], strict=True)]
    return tuple(words)


def _room(old: Sequence[Word], first: int, stop: int, start_ms: int, end_ms: int) -> tuple[int, int]:
    """The time of words [first, stop), or between their neighbours when these are none; never past the next word."""
    latest = old[stop].start_ms if stop < len(old) else end_ms
    if first < stop:
        begin, end = old[first].start_ms, max(word.end_ms for word in old[first:stop])
    else:
        begin, end = (old[first - 1].end_ms if first else start_ms), latest
    end = min(end, latest)
    return min(begin, end), end
