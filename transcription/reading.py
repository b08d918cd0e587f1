"""The reading version ("leesversie"): what was said without hesitations, restarts and stammered repetitions.

It only leaves out, never adds or changes, and it would rather leave a stammer in than take a meaning out:

- a hesitation goes (eh, ehm, uh, euh, hm, mmm, also drawn out), unless it is all somebody said (then it is an answer),
  a question ("hm?"), or a unit ("5 mm");
- a word that was broken off goes where the whole word follows ("ik w- wilde"); "voor- en nadelen" stays;
- a repetition goes only when every word of it is a small word that Dutch does not say twice on purpose ("de de",
  "en toen en toen"). "heel heel", "nee nee", "keer op keer op keer" stay, and so do pairs that are good Dutch:
  "dat dat", "die die", "is is", "je je", "ze ze", "het het", "er er", "aan aan" ("hij kwam aan aan het eind");
- nothing with a negation, a number or a bracket ("[naam]") in it is ever left out.

A reading is a type of its own: it is never a quote, and never the text that names are looked for in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stories.model import require

HESITATION = re.compile(r"e+h+m*|eu+h+m*|u+h+m*|u+m+|h+m+|m{2,}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATION = _words(
    "niet niets niks geen geeneen nooit nergens niemand nee neen noch zonder nimmer weinig amper nauwelijks"
)
ONCE = _words("de en ik hij we wij mijn m'n onze jouw want omdat dus of maar te een 'n zo'n")
"""Words that nobody says twice in a row on purpose."""
STRANDED = _words("van met tot")
"""As `ONCE`, unless a `waar` or `er` before it may own the first ("waar ik van van alles over weet")."""
_OWNERS = _words("waar daar hier er wie iets iemand ergens")
SMALL = (
    ONCE
    | STRANDED
    | _words(
        """het dat die dit deze ze zij je jij u er hier daar toen dan als in op van voor met naar bij uit aan om tot
    is was zijn waren ben bent heb hebt heeft had hadden ging gingen kan kon moest moet wil wilde zou zal werd wordt
    hun haar hem ons me mij z'n 't wat hoe"""
    )
)
"""Words of which a phrase may consist that is left out when it is said twice in a row."""
_LONGEST = 4
_LOOK_BACK = 8
_LEADING, _TRAILING = '"“„‘(', ',;:.?!…"”’)'
_STOPS = ".?!…:"
_NUMBER = re.compile(
    r".*\d.*|één|nul|(?:.*en|.*ën)?(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|.*(?:honderd|duizend).*"
    r"|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien"
    r"|negentien|miljoen|miljard|half|anderhalf|eerste|tweede|derde"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text to read easily. `left_out` are the [start, end) characters of the given text that are not in `text`."""

    text: str
    left_out: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        at = -1
        for start, end in self.left_out:
            require(at < start < end, "what was left out is in order and apart")
            at = end


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    core: str  # without quotes and punctuation, lower case
    tail: str  # punctuation after it
    raw: str

    @property
    def is_safe(self) -> bool:
        """May this be left out at all?"""
        return self.core not in NEGATION and not _is_number(self.core) and not set(self.raw) & set("[]")


def reading_version(text: str) -> Reading:
    """The reading version of a text of lines; the lines stay the same in number."""
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        tokens = [_token(found, line.start()) for found in re.finditer(r"\S+", line.group())]
        spans += _gaps(tokens, _without_repeats(_without_restarts(_without_hesitations(tokens))))
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return Reading("".join(kept) + text[at:], tuple(spans))


def _token(found: re.Match[str], at: int) -> _Token:
    raw = found.group()
    bare = raw.lstrip(_LEADING)
    core = bare.rstrip(_TRAILING)
    return _Token(at + found.start(), at + found.end(), core.replace("’", "'").casefold(), bare[len(core) :], raw)


def _is_number(core: str) -> bool:
    return _NUMBER.fullmatch(core) is not None


def _is_hesitation(tokens: Sequence[_Token], index: int) -> bool:
    token = tokens[index]
    if not HESITATION.fullmatch(token.core) or "?" in token.tail or not token.is_safe:
        return False
    if token.raw.isupper() and len(token.core) > 1:  # UM is a university
        return False
    return not (token.core == "mm" and index and _is_number(tokens[index - 1].core))


def _without_hesitations(tokens: list[_Token]) -> list[_Token]:
    left = [token for index, token in enumerate(tokens) if not _is_hesitation(tokens, index)]
    return left if any(token.core for token in left) else tokens  # all that somebody said


def _without_restarts(tokens: Sequence[_Token]) -> list[_Token]:
    """Without words that were broken off and begun again."""
    left: list[_Token] = []  # from the last to the first
    for token in reversed(tokens):
        part = token.core.removesuffix("-")
        whole = left[-1].core if left else ""
        broken_off = token.core.endswith("-") and part.isalpha() and not token.tail
        begun_again = whole.startswith(part) and (whole != part or part in SMALL)
        if not (broken_off and begun_again and token.is_safe and part not in NEGATION):
            left.append(token)
    return left[::-1]


def _without_repeats(tokens: Sequence[_Token]) -> list[_Token]:
    left: list[_Token] = []
    for at, token in enumerate(tokens):
        left.append(token)
        coming = tokens[at + 1 : at + 1 + _LONGEST]
        while size := next((n for n in range(_LONGEST, 0, -1) if _is_stammer(left, n, coming)), 0):
            if left[-size - 1].tail or left[-1].tail:  # what follows the second time is what it was said for
                del left[-2 * size : -size]
            else:
                del left[-size:]
    return left


def _is_stammer(left: Sequence[_Token], size: int, coming: Sequence[_Token]) -> bool:
    """Are the last `size` words those before them once more, without anybody meaning it?"""
    if len(left) < 2 * size or left[-1].core != left[-1 - size].core or left[-1].core not in SMALL:
        return False
    first, second = left[-2 * size : -size], left[-size:]
    cores = [token.core for token in second]
    if [token.core for token in first] != cores:
        return False
    if not all(token.is_safe for token in (*first, *second)) or any(set(token.tail) & set(_STOPS) for token in first):
        return False
    before = [token.core for token in left[-2 * size - _LOOK_BACK : -2 * size]]
    after = [token.core for token in coming]
    if "een" in cores and any(map(_is_number, before[-1:] + after[:1])):
        return False  # "nul een een twee"
    if size == 1:
        return cores[0] in ONCE or (cores[0] in STRANDED and _OWNERS.isdisjoint(before))
    if not SMALL.issuperset(cores) or len(set(cores)) == 1:
        return False
    return after[:1] != cores[:1] or after[:size] == cores  # "keer op keer op keer" goes on with its first word


def _gaps(tokens: Sequence[_Token], left: Sequence[_Token]) -> list[tuple[int, int]]:
    """Which characters go with the tokens that are not left, with the white space beside them."""
    stays = set(left)
    spans: list[tuple[int, int]] = []
    previous: _Token | None = None
    index = 0
    while index < len(tokens):
        if tokens[index] in stays:
            previous = tokens[index]
            index += 1
            continue
        last = index
        while last + 1 < len(tokens) and tokens[last + 1] not in stays:
            last += 1
        spans.append(_gap(tokens, index, last, previous))
        index = last + 1
    return spans


def _gap(tokens: Sequence[_Token], first: int, last: int, previous: _Token | None) -> tuple[int, int]:
    """The span of tokens [first, last]; a full stop at its end stays with the sentence it ends."""
    gone = tokens[last]
    stop = len(gone.tail) - len(gone.tail.lstrip(",;"))
    ends = gone.tail[stop:]
    if previous is not None and ends and ends[0] in ".!…" and not set(previous.tail) & set(_STOPS):
        start = previous.end - (len(previous.tail) if not previous.tail.strip(",;") else 0)
        return start, gone.end - len(ends)
    if last + 1 < len(tokens):
        return tokens[first].start, tokens[last + 1].start
    return (previous.end if previous else tokens[first].start), gone.end
