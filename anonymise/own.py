"""Our own recogniser: reads a word by its neighbours, and says how likely it is part of a name.

It is a small network of spaCy's kind (hashed embeddings, windows of words, a softmax), built with thinc, the library
under spaCy. It never sees a name: a word that the lists or the dictionary call a name goes in as "a first name" or
"unknown", and only everyday words go in as themselves. So it learns where names stand, not which they are, and the file
that ships holds numbers and the names of types, no word at all. `make model` builds it (see training/README.md).
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from anonymise import cues, doubt, lexicon, lists, meanings, nearby
from anonymise.hits import Hit
from anonymise.matrices import Matrices
from anonymise.themefeatures import stem
from anonymise.view import Look, View, Word
from stories.errors import NotReady

FOLDER = Path(__file__).parent / "data" / "ner"
MODELS = ("model-1", "model-2")
"""The same network fitted twice, from another seed: the mean of two errs less than either."""
LABELS = (
    "", "persoon", "plaats", "straat", "school", "organisatie", "overig_naam",
    "handle", "kenteken", "postcode", "telefoon", "email", "iban", "bsn", "datum",
)  # fmt: skip
"""What a word may be part of; the first is nothing."""
ROWS = (4000, 500, 1000, 1500)
"""Rows of the tables of word, look, company and ending."""
WIDTH, WINDOW, DEPTH = 64, 2, 2
GAP = WINDOW * DEPTH
"""Words on each side that the network looks at."""
_CHUNK = 4_000
"""Words read at once, so that memory stays bounded."""
_BAND = {
    "masked": 0.07, "masked_word": 0.12, "masked_common": 0.3, "number": 0.5, "subject": 0.5,
    "beside_sure": 0.04, "beside": 0.001, "tail": 0.0005,
}  # fmt: skip
"""Likelihood from which a name-like word is masked, an everyday word, one that everybody says or that is inflected, and
a number; from which a word beside a sure or a doubtful one, or after its small words, is shown with it. Chosen on
thirds of the tuning stories and scenes of one writer, held out. From when a word is shown by itself: `doubt.bar`."""
_COMMON = 50.0
"""Occurrences per million words above which everybody says a word: `lief`, `regen`."""

_LINKS = frozenset(["van", "de", "der", "den", "ten", "ter", "het", "op", "aan"])
"""Small words inside a name, which never end one."""

_NEVER = _LINKS | cues.DETERMINERS | cues.ORGANISATIONS | cues.SCHOOL_WORDS | cues.NEVER_NAMES
"""What is never shown for its own sake: `school`, `het ziekenhuis`."""

_SUBJECT = 10.0
"""How many times likelier a word must be that an opgave is told with."""

_SPELLED = ("handle", "kenteken", "postcode", "telefoon", "iban", "bsn", "straat")
"""What is said in numbers."""

_SOMEBODY = cues.RELATIONS | cues.TITLES | cues.ROLES | cues.PETS
"""What after `mijn` or `de` is somebody, and no name: `mijn juf heet`, `onze hond`."""

_BETWEEN = frozenset(("in", "bij", "naar", "uit", "en", "of", "want", "maar", "omdat", "die", "dat", "was", "is"))
"""Words at the edge of what is shown that are no part of a name when nothing but the word beside them says so."""

_TAILED = ("organisatie", "school", "plaats")
"""What is called by more than one word, article and all: `kerk van de tien geboden`."""

_TAIL_LINKS = frozenset(("van", "met", "aan", "onder"))
_TAIL_ARTICLES = frozenset(("de", "het", "een", "'t", "t", "den", "der"))

_KINDS_OF_SCHOOL = frozenset(["basisschool", "school", "middelbare", "peuterspeelzaal"])

_NO_NAME = _LINKS | _KINDS_OF_SCHOOL
"""Words of which no name consists alone, such as "de school"."""

_SETS: tuple[frozenset[str], ...] = (
    cues.TITLES, cues.RELATIONS, cues.ROLES, cues.INTRODUCING, cues.FILLERS, cues.DETERMINERS, cues.SAYS, cues.DOES,
    cues.OWNERS, cues.PARTICLES, cues.LIVES, cues.TO_PLACE, cues.STREET_FIRST, cues.SCHOOL_NEAR, cues.SCHOOL_TAILS,
    cues.ORGANISATIONS, cues.ORGANISATION_TAILS, cues.WINDS, cues.PETS,
)  # fmt: skip


def network(dropout: float = 0.0) -> Any:
    """The network without its numbers: an array of word codes in, a row of likelihoods per word out."""
    from thinc.api import HashEmbed, Maxout, Softmax, chain, clone, concatenate, expand_window, residual

    tables: list[Any] = [HashEmbed(WIDTH, rows, column=i, seed=7 + i, dropout=dropout) for i, rows in enumerate(ROWS)]
    mix = Maxout(WIDTH, WIDTH * len(ROWS), nP=2, normalize=True, dropout=dropout)
    step = residual(
        chain(expand_window(WINDOW), Maxout(WIDTH, WIDTH * (2 * WINDOW + 1), nP=2, normalize=True, dropout=dropout))
    )
    return chain(concatenate(*tables), mix, clone(step, DEPTH), Softmax(len(LABELS), WIDTH))


def solid(view: View) -> list[Word]:
    """The tokens that are read: all but white space."""
    return [token for token in view.tokens if token.plain]


def codes(words: Sequence[Word], hide: frozenset[int] = frozenset()) -> Any:
    """One row of four hashes per word. `hide` are places of which the word itself is kept from the network."""
    from spacy.strings import get_string_id

    seen: dict[tuple[str, Look], tuple[int, int, int]] = {}
    looks: dict[tuple[object, ...], int] = {}
    rows = []
    for i, word in enumerate(words):
        key = (word.plain, word.look)
        if key not in seen:
            seen[key] = (_common if lexicon.is_common(word.plain) else _codes)(*key)
        itself, company, ending = seen[key]
        capital = ("opens" if word.opens else "telling") if word.capital else "small"
        shown = (word.look, capital if word.cased else "speech", word.is_word, min(len(word.plain), 3))
        if shown not in looks:
            looks[shown] = get_string_id(f"{word.look.name}{shown[1]}{shown[2]}{shown[3]}")
        rows.append((0 if i in hide else itself, looks[shown], company, 0 if i in hide else ending))
    return np.array(rows, dtype="uint64").reshape(len(words), len(ROWS))


def _codes(plain: str, look: Look) -> tuple[int, int, int]:
    """The word (a name or an unknown word only by what it is), the company it keeps, and its ending, hashed."""
    from spacy.strings import get_string_id

    named = look >= Look.UNKNOWN
    itself = f"<{look.name}>" if named else f"<{len(plain)}>" if plain[:1].isdigit() else plain
    common = lexicon.commonness(plain)
    bucket = next((i for i, least in enumerate((1000.0, 250.0, 60.0, 15.0, 4.0)) if common >= least), 5)
    member = "".join(["x" if plain in group else "-" for group in (*_SETS, *_lists())])
    company = f"{member}{bucket}{plain.endswith(cues.SURE_STREET_ENDS)}"
    return get_string_id(itself), get_string_id(company), get_string_id(plain[-4:] if len(plain) > 5 else "<short>")


_common = functools.cache(_codes)
"""For common words only: what is asked about a story's own words is not kept."""


@functools.cache
def _lists() -> tuple[frozenset[str], ...]:
    return lists.ordinary_given(), lists.ordinary_family(), lists.ordinary_places(), lists.schools()


class OwnVoter:
    """The networks with their numbers, from a folder with MODELS and `meta.json`.

    Raises NotReady (anonymise.recogniser_broken) without them: whoever looks for names with less than was measured,
    looks badly.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            if tuple(meta["labels"]) != LABELS:
                raise ValueError("the model was made for other types")
            models = [network().from_bytes((folder / name).read_bytes()) for name in MODELS]
            self._networks = Matrices(models, WIDTH, WINDOW)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotReady("anonymise.recogniser_broken") from error

    def likelihoods(self, words: Sequence[Word]) -> Any:
        """A row per word: how likely it is each of LABELS."""
        found = []
        for start in range(0, len(words), _CHUNK):
            low, high = max(0, start - GAP), start + _CHUNK
            part = self._networks.predict(codes(words[low : high + GAP]))
            found.append(part[start - low : start - low + _CHUNK])
        return np.concatenate(found) if found else np.zeros((0, len(LABELS)))

    def votes(self, view: View) -> Iterator[Hit]:
        """Words that are likely part of a name: masked where the word itself looks like one too, or on very strong
        grounds; shown on weaker ones, together with the words beside them that may belong to the same name."""
        words = solid(view)
        rows = self.likelihoods(words)
        kinds: list[int] = (rows[:, 1:].argmax(axis=1) + 1).tolist()
        named: list[float] = (1.0 - rows[:, 0]).tolist()
        fits = [
            likely >= doubt.LOWEST and likely >= _shown(words, i, LABELS[kinds[i]], likely)
            for i, likely in enumerate(named)
        ]
        run: list[int] = []
        for i, word in enumerate(words):
            if fits[i] and nearby.hardly_a_word(word) and not (i > 1 and words[i - 1].plain in cues.DETERMINERS):
                yield Hit(word.start, word.end, LABELS[kinds[i]], "rare")
            if run and not (fits[i] and kinds[i] == kinds[run[0]]):
                yield from _masked(words, run, named, LABELS[kinds[run[0]]])
                run = []
            if fits[i]:
                run.append(i)
        if run:
            yield from _masked(words, run, named, LABELS[kinds[run[0]]])
        yield from _doubted(view, words, named, kinds, fits)


def _masked(words: Sequence[Word], run: list[int], named: Sequence[float], kind: str) -> Iterator[Hit]:
    """Of a run of words of one type the sure ones."""
    while run and not words[run[-1]].is_word:
        run.pop()
    while run and not words[run[0]].is_word:
        run.pop(0)
    while run and kind == "school" and words[run[0]].plain in _KINDS_OF_SCHOOL:
        run.pop(0)
    if not _may_be_name(words, run):
        return
    part: list[int] = []
    for i in [*run, -1]:
        if i >= 0 and named[i] >= _least(words, i, kind):
            part.append(i)
        elif part and (i < 0 or words[i].plain not in _LINKS):
            while part and words[part[-1]].plain in _LINKS:
                part.pop()
            if part:
                yield Hit(words[part[0]].start, words[part[-1]].end, kind, "voter")
            part = []


def _doubted(
    view: View, words: Sequence[Word], named: Sequence[float], kinds: Sequence[int], fits: Sequence[bool]
) -> Iterator[Hit]:
    """What is shown: whole names. Doubt spreads to the neighbours (`de blauwe` + `lepel`), easily from a doubtful
    word, less so from a sure one, which seldom needs more; and over small words to what comes after them (`moeders` +
    `van de` + `maan`). What is masked is taken out later."""
    inside = list(fits)
    waiting = [i for i, fit in enumerate(fits) if fit and words[i].plain not in _LINKS]
    while waiting:
        i = waiting.pop()
        sure = named[i] >= _least(words, i, LABELS[kinds[i]])
        least = _BAND["beside_sure" if sure else "beside"]
        for j in (i - 1, i + 1):
            new = 0 <= j < len(words) and not inside[j] and words[j].is_word and named[j] >= least
            if new and _one_breath(view, words, i, j):
                inside[j] = True
                waiting.append(j)
        tail = _tail(words, i) if LABELS[kinds[i]] in _TAILED else i
        least = _BAND["tail"] if sure else 0.0
        if tail > i and not inside[tail] and named[tail] >= least and _one_breath(view, words, i, tail):
            inside[i + 1 : tail + 1] = [True] * (tail - i)
            waiting.append(tail)

    def loose(i: int) -> bool:
        return not fits[i] and words[i].plain in _BETWEEN

    for shown, group in itertools.groupby(range(len(words)), inside.__getitem__):
        run = list(group) if shown else []
        while run and (not words[run[-1]].is_word or words[run[-1]].plain in _LINKS or loose(run[-1])):
            run.pop()
        while run and (not words[run[0]].is_word or loose(run[0])):
            run.pop(0)
        if _may_be_name(words, run):
            kind = LABELS[kinds[max(run, key=named.__getitem__)]]
            first = run[0] - (kind in _TAILED and run[0] > 0 and words[run[0] - 1].plain in _TAIL_ARTICLES)
            yield Hit(words[first].start, words[run[-1]].end, kind, "voter_word")


def _tail(words: Sequence[Word], i: int) -> int:
    """Where a name goes on after the word at `i`: after small words, or after an adjective of its article (`het gele` +
    `net`); `i` itself when it does not."""
    j = i + 1
    while j < min(len(words) - 1, i + 4) and words[j].plain in (_TAIL_LINKS if j == i + 1 else _TAIL_ARTICLES):
        j += 1
    described = i > 0 and j == i + 1 < len(words) and words[i - 1].plain in _TAIL_ARTICLES
    if described:
        return j if words[i].plain.endswith("e") and words[j].is_word else i
    return j if j > i + 1 and words[j].is_word else i


def _one_breath(view: View, words: Sequence[Word], i: int, j: int) -> bool:
    """Only words and blanks from one to the other."""
    low, high = sorted((i, j))
    return all(not view.shadow[words[k].end : words[k + 1].start].strip(" ") for k in range(low, high))


def _may_be_name(words: Sequence[Word], run: Sequence[int]) -> bool:
    """A province, a national body or "de school" is no name by itself, only as part of one."""
    return any(words[i].look is not Look.KEEP and words[i].plain not in _NO_NAME for i in run)


def _shown(words: Sequence[Word], i: int, kind: str, likely: float) -> float:
    """The likelihood from which a word is shown."""
    word = words[i]
    plainly = word.is_word and word.look is not Look.KEEP and word.plain not in _NEVER and not _counts(words, i)
    whose = word.plain in _SOMEBODY and i > 0 and words[i - 1].plain in cues.DETERMINERS  # mijn zoon; not: tante Zus
    least = _least(words, i, kind)
    if not plainly or whose:
        return least
    return min(least, doubt.bar(words, i, kind, likely) * (_SUBJECT if _is_subject(word) else 1.0))


def _least(words: Sequence[Word], i: int, kind: str) -> float:
    """The likelihood from which a word is masked."""
    word = words[i]
    if _counts(words, i) and (kind not in _SPELLED or word.plain not in lists.common_numbers()):
        return _BAND["number"]
    if word.look >= Look.UNKNOWN or word.telling:
        return _BAND["masked"]
    if _is_subject(word):
        return _BAND["subject"]
    inflected = word.look is Look.ORDINARY and lexicon.lemma(word.plain).lower() != word.plain  # blaft, aardappels
    return _BAND["masked_common" if inflected or lexicon.commonness(word.plain) > _COMMON else "masked_word"]


def _is_subject(word: Word) -> bool:
    """What stories are about is seldom what somebody is called: `op kamp`, `naar de bioscoop`."""
    return word.look < Look.UNKNOWN and stem(word.plain) in meanings.subjects()


def _counts(words: Sequence[Word], i: int) -> bool:
    """A number, a month or a day, or what is counted: `elf`, `maart`, and both words of `100 kg`."""
    one, before = words[i].plain, words[i - 1].plain if i else ""
    return one in cues.NEVER_NAMES or one[:1].isdigit() or one in lists.common_numbers() or before[:1].isdigit()
