"""Quotes: literal words of a version's clean text, and how they may be shown.

A quote is cut from clean text only, so what is masked stays masked. It is a CITAAT when somebody listened to the
sound (or when the teller typed it), otherwise a PARAFRASE: Whisper hears sentences that nobody said. Shown, a
quote may be shortened with `(...)` and explained with `[...]`; it may never lose or gain a "niet".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from publish.plain import tidy
from stories.errors import InputRefused
from stories.model import Quote, QuoteKind, StoryVersion, new_id, require

MAX_QUOTE = 600
"""Characters. About a minute of speech; longer is no quote but the story itself (our own choice)."""

NEGATIONS = frozenset(
    {
        *("niet", "geen", "nooit", "niemand", "niemands", "nergens", "niets", "niks", "nee", "neen", "noch", "nie"),
        *("nimmer", "geenszins", "geeneen", "evenmin", "zonder", "nauwelijks", "amper"),
    }
)
"""Words that turn a sentence round. Losing one in a shortened quote makes a teller say the opposite."""

_LABEL = re.compile(r"\[[^\[\]]*\]")
_TOKEN = re.compile(r"\(\.\.\.\)|\[[^\[\]]*\]|\w+(?:['-]\w+)*|[^\w\s]")
_CUT = "(...)"
_WORD_INSIDE = re.compile(r"[\w'’-]")
_SENTENCE_CLOSE = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)|\n+")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "‑": "-", "…": "..."})

Dishonesty = Literal["quote_changed", "quote_negation_lost", "quote_negation_moved", "quote_negation_added"]


@dataclass(frozen=True, slots=True)
class TimedSpan:
    """A span of clean text (character offsets) and when it is heard (ms on the clock of the canonical FLAC)."""

    start: int
    end: int
    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        require(0 <= self.start <= self.end, "a span ends after it starts")
        require(0 <= self.start_ms <= self.end_ms, "a sound ends after it starts")


def cut(
    version: StoryVersion,
    start: int,
    end: int,
    *,
    made_by: str,
    listened: bool,
    typed: bool = False,
    times: Sequence[TimedSpan] | None = None,
) -> Quote:
    """The words `[start:end]` of `version.clean.text` as a quote, widened to whole words.

    `listened`: the person who cuts heard these words; `typed`: the teller wrote them. Either makes it a CITAAT.
    `times`: where spans of the clean text lie in the sound; the quote gets the time of the spans it touches.
    Raises InputRefused: `quote_outside` (not in the text), `quote_empty`, `quote_too_long` (over MAX_QUOTE
    characters), `quote_through_label` (it cuts a mask such as `[naam 1]` in two).
    """
    text = version.clean.text
    if not 0 <= start <= end <= len(text):
        raise InputRefused("publish.quote_outside")
    start, end = _whole_words(text, start, end)
    if not any(char.isalnum() for char in text[start:end]):
        raise InputRefused("publish.quote_empty")
    if end - start > MAX_QUOTE:
        raise InputRefused("publish.quote_too_long", most=MAX_QUOTE, length=end - start)
    labels = [*version.clean.labels, *(found.span() for found in _LABEL.finditer(text))]
    if any(left < edge < right for left, right in labels for edge in (start, end)):
        raise InputRefused("publish.quote_through_label")
    heard = [span for span in times or () if span.start < end and span.end > start]
    return Quote(
        id=new_id("q"),
        story_id=version.story_id,
        version=version.number,
        start=start,
        end=end,
        text=text[start:end],
        kind=QuoteKind.CITAAT if listened or typed else QuoteKind.PARAFRASE,
        made_by=made_by,
        start_ms=min((span.start_ms for span in heard), default=None),
        end_ms=max((span.end_ms for span in heard), default=None),
    )


def shown_is_honest(quote_text: str, shown: str) -> Dishonesty | None:
    """None when `shown` is `quote_text`, apart from marked cuts and marked explanations; else what is wrong.

    Allowed: `(...)` in place of words; `[...]` added anywhere, or in place of a mask such as `[naam 1]`.
    Spaces, line breaks and the shape of quotation marks do not count. The order of judgement: a word that is not the
    teller's, a lost negation, one that a cut turns on to other words ("niet boos, wel moe" as "niet (...) moe"), then
    a negation that an explanation adds.
    """
    said, seen = _tokens(quote_text), _tokens(shown)
    if not any(_is_word(token) for token in seen) or not _fits(said, seen):
        return "quote_changed"
    if _negations(said) != _negations(seen):
        return "quote_negation_lost"
    if _negation_moved(seen):
        return "quote_negation_moved"
    added = Counter(filter(_is_bracket, seen)) - Counter(filter(_is_bracket, said))
    if any(has_negation(token) for token in added):
        return "quote_negation_added"
    return None


def _negation_moved(seen: Sequence[str]) -> bool:
    """Does a cut stand right behind a negation, with words of the same sentence behind it?"""
    bare = [token for token in seen if not _is_bracket(token)]
    return any(
        before.casefold() in NEGATIONS and token == _CUT and _is_word(after)
        for before, token, after in zip(bare, bare[1:], bare[2:], strict=False)
    )


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after `text[start:end]`: the rest of its own sentence, and the one before and after."""
    ends = [found.end() for found in _SENTENCE_CLOSE.finditer(text)]
    befores = [0, *(at for at in ends if at <= start)]
    afters = [*(at for at in ends if at >= end), len(text), len(text)]
    return text[befores[-2:][0] : start].strip(), text[end : afters[1]].strip()


def has_negation(text: str) -> bool:
    return any(token in NEGATIONS for token in re.findall(r"\w+", text.casefold()))


def stops_before_negation(text: str, start: int, end: int) -> bool:
    """True when the sentence around `text[start:end]` goes on (or begins) outside it, with a negation there."""
    before = _SENTENCE_END.split(text[:start])[-1]
    cut_text = text[start:end].rstrip("\"'”’) ")
    after = "" if _SENTENCE_END.match(cut_text[-1:] or " ") else _SENTENCE_END.split(text[end:], maxsplit=1)[0]
    return has_negation(before) or has_negation(after)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to whole words (half a word never leaves: a selection that stops in "nie|t" keeps its "niet"),
    then drop white space at the edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return start, end
    while start > 0 and _WORD_INSIDE.match(text[start - 1]) and _WORD_INSIDE.match(text[start]):
        start -= 1
    while end < len(text) and _WORD_INSIDE.match(text[end]) and _WORD_INSIDE.match(text[end - 1]):
        end += 1
    return start, end


def _tokens(text: str) -> list[str]:
    plain = tidy(text).translate(_SAME)
    return [token if token == _CUT else " ".join(token.split()) for token in _TOKEN.findall(plain)]


def _is_bracket(token: str) -> bool:
    return token.startswith("[") and len(token) > 1


def _is_word(token: str) -> bool:
    return token[0].isalnum() or _is_bracket(token)


def _negations(tokens: Sequence[str]) -> Counter[str]:
    words = re.findall(r"\w+", " ".join(token for token in tokens if not _is_bracket(token)).casefold())
    return Counter(word for word in words if word in NEGATIONS)


def _fits(said: Sequence[str], seen: Sequence[str]) -> bool:
    """Can `seen` be read as `said`, where `(...)` stands for any words and `[...]` for nothing or for one mask?

    `reached` holds every place in `said` that the tokens so far can end at: len(said) x len(seen) steps at most.
    """
    reached = {0}
    for token in seen:
        if token == _CUT and reached:
            reached = set(range(min(reached), len(said) + 1))
            continue
        onward = {place + 1 for place in reached if place < len(said) and said[place] == token}
        if _is_bracket(token):
            onward |= reached
            onward |= {place + 1 for place in reached if place < len(said) and _is_bracket(said[place])}
        reached = onward
    return len(said) in reached
