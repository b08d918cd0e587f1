"""Subtitles that can be read: spoken words with their times become cues, and cues become WebVTT or SubRip.

    speech = Speech(spread("Er zit een nieuwe batterij in.", 0, 3_000), by="een ouder")
    made = subtitles([speech])
    made.too_fast                   # numbers of cues that stand too short to be read
    to_vtt(made.cues), to_srt(made.cues)
    subtitles([speech], touching=True)      # a transcript that is read along: each cue stands until the next

The limits are those of Dutch television and of the large streaming houses: two lines of 42 signs, 17 signs a second for
adults and 13 for children, five sixths of a second to seven seconds. A cue ends where a sentence does, else at a comma
or before a conjunction, and never between an article and its noun. Speech that is too fast stays where it is heard, and
is reported: no word is dropped or put in other words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from publish.plain import capital, one_line
from stories.model import require

LINE = 42
"""Signs in a line; a cue has at most two."""
ADULTS_A_SECOND, CHILDREN_A_SECOND = 17, 13
"""Signs a second that can be read along."""
SHORTEST_MS, LONGEST_MS = 834, 7_000
"""How long a cue is seen: five sixths of a second to seven seconds."""
GAP_MS = 80
"""Between two cues: two frames at 25 a second, so that a change is noticed."""
INSTANT_MS = 40
"""One frame: what a cue gets when the words leave no time at all."""

ARTICLES = frozenset(("de", "het", "een", "'t", "’t", "'n", "’n", "den", "der", "des"))
CONJUNCTIONS = frozenset(
    (
        "en", "of", "maar", "want", "dus", "omdat", "doordat", "als", "toen", "terwijl", "zodat", "hoewel", "voordat",
        "nadat", "totdat", "tot", "tenzij", "mits", "zodra", "zolang", "sinds", "dat", "noch", "ofwel", "opdat",
        "aangezien", "indien", "wanneer",
    )
)  # fmt: skip

_VOWELS = re.compile(r"[aeiouyáéíóúàèìòùäëïöüâêîôû]+", re.IGNORECASE)
_SENTENCE, _PAUSE = (".", "!", "?", "…"), (",", ";", ":", "–", "—")
_CLOSING = "\"'”’)]»"
_BREATH_MS = 300  # a silence that is heard as a pause


@dataclass(frozen=True, slots=True)
class Timed:
    """One word without spaces and when it is heard."""

    text: str
    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        require(self.text != "" and not any(sign.isspace() for sign in self.text), "a word has no spaces")
        require(0 <= self.start_ms <= self.end_ms, "a word ends after it starts")


@dataclass(frozen=True, slots=True)
class Speech:
    """What one voice says in one go: its words in the order in which they begin."""

    words: tuple[Timed, ...]
    by: str = ""

    def __post_init__(self) -> None:
        starts = [word.start_ms for word in self.words]
        require(starts == sorted(starts), "words are heard in order")


@dataclass(frozen=True, slots=True)
class Cue:
    """One or two lines, when they are seen, and who says them."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    by: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Subtitles:
    """Cues in order, never two at once; `too_fast` are the numbers (from 1) of those that nobody can finish."""

    cues: tuple[Cue, ...]
    too_fast: tuple[int, ...]


def too_fast(text: str, duration_ms: int, children: bool = False) -> bool:
    """Whether a text is seen for less time than reading it takes."""
    return duration_ms < _needed_ms(len(text), children)


def _needed_ms(signs: int, children: bool) -> int:
    """How long so many signs must be seen."""
    a_second = CHILDREN_A_SECOND if children else ADULTS_A_SECOND
    return max(SHORTEST_MS, -(-signs * 1000 // a_second))


def spread(text: str, start_ms: int, duration_ms: int) -> tuple[Timed, ...]:
    """The words of a text over the time in which it is said, each by its share of syllables and pauses."""
    words = one_line(text).split()
    shares = [max(1, len(_VOWELS.findall(word))) + _rest(word) for word in words]
    ends = [0, *accumulate(shares)]
    at = [start_ms + duration_ms * end // max(1, ends[-1]) for end in ends]
    return tuple(Timed(word, at[place], at[place + 1]) for place, word in enumerate(words))


def timed(text: str, known: Sequence[Timed], start_ms: int, duration_ms: int) -> tuple[Timed, ...]:
    """The words of a text that sounds from `start_ms`: where they are words of `known` (whose clock begins there too),
    with the times of those; the others, such as a label or an explanation, by syllables in the time between."""
    end_ms = start_ms + duration_ms
    words = one_line(text).split()
    made: list[Timed] = []
    waiting: list[str] = []

    def place(until: int) -> None:
        begin = made[-1].end_ms if made else start_ms
        made.extend(spread(" ".join(waiting), begin, max(0, until - begin)))
        waiting.clear()

    same = SequenceMatcher(None, words, [word.text for word in known], autojunk=False).get_matching_blocks()
    heard = {first + at: known[other + at] for first, other, size in same for at in range(size)}
    for number, word in enumerate(words):
        if (sound := heard.get(number)) is None:
            waiting.append(word)
            continue
        start = min(start_ms + sound.start_ms, end_ms)
        if waiting:
            place(start)
        start = max(start, made[-1].end_ms if made else start_ms)
        made.append(Timed(word, start, max(start, min(start_ms + sound.end_ms, end_ms))))
    if waiting:
        place(end_ms)
    return tuple(made)


def subtitles(speeches: Sequence[Speech], *, children: bool = False, touching: bool = False) -> Subtitles:
    """All cues of what is said, for adults or for children. `touching`: for a transcript to read along; within a speech
    each cue stands until the next one, however long it is said. Else there are gaps, and time to read.

    Raises ValueError when a speech begins before the one before it.
    """
    gap = 0 if touching else GAP_MS
    spoken = [Speech(_short_enough(speech.words), speech.by) for speech in speeches if speech.words]
    starts = [speech.words[0].start_ms for speech in spoken]
    require(starts == sorted(starts), "speeches come in order")
    cues: list[Cue] = []
    rushed: list[int] = []
    for number, speech in enumerate(spoken):
        until = starts[number + 1] - gap if number + 1 < len(starts) else None
        for lines, words, following in _divided(speech.words, until, children, touching):
            start = max(words[0].start_ms, cues[-1].end_ms + gap if cues else 0)
            if touching:
                end = max(start + 1, words[-1].end_ms if words[-1] is speech.words[-1] else following or 0)
            else:
                needed = _needed_ms(len(" ".join(lines)), children)
                end = start + _seen_ms(start, words[-1].end_ms, needed, following)
            cues.append(Cue(start, end, lines, speech.by))
            if too_fast(cues[-1].text, end - start, children):
                rushed.append(len(cues))
    return Subtitles(tuple(cues), tuple(rushed))


def to_vtt(cues: Sequence[Cue]) -> str:
    """WebVTT, with `<v Een ouder>` for who speaks."""
    return "\n\n".join(["WEBVTT", *(f"{_times(cue, '.')}\n{_voice(cue)}{escaped(_text(cue))}" for cue in cues)]) + "\n"


def to_srt(cues: Sequence[Cue], *, named: bool = False) -> str:
    """SubRip, which knows no speakers and no escapes: signs that players take for markup are shown by others that look
    like them. `named`: who speaks stands in front where it changes."""
    found, before = list[str](), None
    for number, cue in enumerate(cues, 1):
        who = f"{capital(one_line(cue.by))}: " if named and cue.by != before else ""
        before = cue.by
        found.append(f"{number}\n{_times(cue, ',')}\n{(who + _text(cue)).translate(_TAME)}\n")
    return "\n".join(found)


_TAME = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\\": "/"})


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _voice(cue: Cue) -> str:
    name = capital(one_line(cue.by))
    return f"<v {escaped(name)}>" if name else ""


def escaped(text: str) -> str:
    """Words as WebVTT has them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _times(cue: Cue, mark: str) -> str:
    return f"{clock(cue.start_ms, mark)} --> {clock(cue.end_ms, mark)}"


def clock(ms: int, mark: str = ".") -> str:
    """`01:02:03.456`; `mark` stands before the milliseconds."""
    seconds = ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{ms % 1000:03d}"


def _rest(word: str) -> int:
    """Syllables of silence after a word."""
    bare = word.rstrip(_CLOSING)
    return 2 if bare.endswith(_SENTENCE) else 1 if bare.endswith(_PAUSE) else 0


def _short_enough(words: Sequence[Timed]) -> tuple[Timed, ...]:
    """The same words; one longer than a line (a web address) goes on as the next word."""
    made: list[Timed] = []
    for word in words:
        pieces = [word.text[at : at + LINE] for at in range(0, len(word.text), LINE)]
        length = word.end_ms - word.start_ms
        times = [word.start_ms + length * place // len(pieces) for place in range(len(pieces) + 1)]
        made += [Timed(piece, times[place], times[place + 1]) for place, piece in enumerate(pieces)]
    return tuple(made)


def _seen_ms(start: int, said_until: int, needed: int, following: int | None) -> int:
    """How long a cue stands: as long as it is said and takes to read, within what is left until `following`."""
    wanted = max(said_until - start, needed)
    left = wanted if following is None else following - start
    return max(INSTANT_MS, min(wanted, left, LONGEST_MS))


def _divided(
    words: Sequence[Timed], until: int | None, children: bool, touching: bool
) -> Iterator[tuple[tuple[str, ...], Sequence[Timed], int | None]]:
    """The cues of one speech with the least harm in all: each with its lines, its words and until when it may stand.

    Works backwards: `best[first]` is the least harm with which the words from `first` on can be divided.
    """
    count, gap = len(words), 0 if touching else GAP_MS
    room = [0, *accumulate(len(word.text) + 1 for word in words)]
    best: list[tuple[float, int]] = [(0.0, count)] * (count + 1)
    for first in range(count - 1, -1, -1):
        fits = bisect_right(room, room[first] + 2 * LINE + 2) - 1  # two lines and the space after each
        options = []
        for end in range(first + 1, max(fits, first + 1) + 1):
            at = _line_break(words, room, first, end)
            if at is None:
                continue
            following = words[end].start_ms - gap if end < count else until
            needed = _needed_ms(room[end] - room[first] - 1, children)
            harm = _harm(words, first, end, needed, following, touching) + (_edge(words, at) / 2 if at < end else 0)
            options.append((harm + best[end][0], end))
        best[first] = min(options)
    first = 0
    while first < count:
        end = best[first][1]
        at = _line_break(words, room, first, end) or end
        lines = [" ".join(word.text for word in part) for part in (words[first:at], words[at:end]) if part]
        yield tuple(lines), words[first:end], words[end].start_ms - gap if end < count else until
        first = end


def _line_break(words: Sequence[Timed], room: Sequence[int], first: int, end: int) -> int | None:
    """Where the second line begins: `end` when one line will do, None when two will not."""
    if room[end] - room[first] - 1 <= LINE:
        return end
    fitting = [
        (_edge(words, at) + abs(room[at] - room[first] - (room[end] - room[at])) / 10, at)
        for at in range(first + 1, end)
        if room[at] - room[first] - 1 <= LINE and room[end] - room[at] - 1 <= LINE
    ]
    return min(fitting)[1] if fitting else None


def _harm(words: Sequence[Timed], first: int, end: int, needed: int, following: int | None, touching: bool) -> float:
    """What a cue of these words costs: its bounds in time, where it ends, and that it is one cue more."""
    start = words[first].start_ms
    missing = needed - _seen_ms(start, words[end - 1].end_ms, needed, following)
    harm = 6.0 + (100 + missing / 10 if missing > 0 else 0)
    if words[end - 1].end_ms - start > LONGEST_MS:
        harm += 8 if touching else 200
    for at in range(first + 1, end):  # a sentence or a silence that ends inside
        harm += 4 * words[at - 1].text.rstrip(_CLOSING).endswith(_SENTENCE)
        harm += 20 * (words[at].start_ms - words[at - 1].end_ms > 5 * _BREATH_MS)
    return harm if end == len(words) else harm + _edge(words, end)


def _edge(words: Sequence[Timed], at: int) -> float:
    """What it costs to break before word `at`."""
    before, after = words[at - 1], words[at]
    bare = before.text.rstrip(_CLOSING)
    if bare.endswith(_SENTENCE):
        return 0
    if bare.endswith(_PAUSE):
        return 2
    if bare.lower().lstrip('(["“‘') in ARTICLES and after.text.lower() not in ARTICLES:
        return 10_000
    if after.text.lower().strip("(),") in CONJUNCTIONS:
        return 4
    if after.start_ms - before.end_ms > _BREATH_MS:
        return 6
    return 18 if bare.lower() in CONJUNCTIONS else 14
