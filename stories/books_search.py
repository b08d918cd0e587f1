"""The blind index: which checked texts hold a word, without a word in the database. Functions over a Transaction.

A row says "the word of this mark stands in this text". A mark is keyed (`stories.blind`), and where in the text the
word stands is enciphered, so that somebody with the database and without the master key cannot read the words of a text
in their order. Why not the full text of SQLite or PostgreSQL: docs/decisions/2026-11-26-search.md.

What is found is a story whose newest version was checked by a person, at this moment: `find` asks the story's own row,
whatever the index still holds.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select

from stories import tables as t
from stories.blind import Blind
from stories.consent import Outcome
from stories.model import Story, StoryVersion, require
from stories.stages import SEARCHABLE, Stage, State
from stories.transaction import Transaction

Word = tuple[str, ...]
"""One word, in each of the forms that count as the same."""

K1, B = 1.2, 0.75
"""Of BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): the usual values."""

MANY, TELLS = 1_000, 0.7
"""Of more hits than this, a word in about half of the texts or more is not counted: it hardly says which is meant,
and costs most of the time."""

FEW = 5_000
"""Of at most so many hits the database is told the numbers; of more it is asked for every text."""

_BLOCK = 64
_STEP = 4
"""Places are padded to this many bytes, so that their length tells little about how often a word stands in a text."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for. Phrases are words that follow each other; a phrase of one is a word. All of them must be
    there, or with `any_of` one of them. Of every facet one of the values must fit; of tags all."""

    phrases: tuple[tuple[Word, ...], ...] = ()
    any_of: bool = False
    tags: tuple[str, ...] = ()
    states: tuple[State, ...] = tuple(sorted(SEARCHABLE))
    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    example: bool | None = None
    yes_to: tuple[str, ...] = ()  # somebody once said yes to one of these purposes; whether it holds is asked later
    yes_form: str | None = None

    def __post_init__(self) -> None:
        require(SEARCHABLE.issuperset(self.states), "only what a person checked is searched")
        require(all(self.phrases) and all(word for phrase in self.phrases for word in phrase), "a phrase has words")


def is_searchable(story: Story) -> bool:
    """Did a person check the text that this story has now?"""
    return story.state in SEARCHABLE and story.stage is Stage.TAGGED


def put(
    tx: Transaction, version: StoryVersion, words: Mapping[str, Sequence[int]], tags: Collection[str], method: int
) -> None:
    c = t.story.c
    row = tx.one(select(c.state, c.stage, c.version).where(c.id == version.story_id))
    checked = State(row.state) in SEARCHABLE and Stage(row.stage) is Stage.TAGGED and row.version == version.number
    require(checked, "only the newest version that a person checked is indexed")
    drop(tx, version.story_id)
    of_word, of_tag = Blind(tx.house_key, "words"), Blind(tx.house_key, "tags")
    places = {_number(of_word.mark(word)): tuple(sorted(at)) for word, at in words.items()}
    marks = sorted({*places, *(_number(of_tag.mark(tag)) for tag in tags)})
    count = len({place for at in places.values() for place in at})
    values = {"story_id": version.story_id, "version": version.number, "method": method, "words": count}
    tx.insert(t.search_doc, **values, marks=struct.pack(f">{len(marks)}q", *marks))
    doc = tx.one(select(t.search_doc.c.doc).where(t.search_doc.c.story_id == version.story_id)).doc
    hide = _Places(tx)
    tx.insert_many(
        t.search_mark,
        [{"mark": mark, "doc": doc, "places": hide.sealed(mark, doc, places.get(mark, ()))} for mark in marks],
    )


def drop(tx: Transaction, story_id: str) -> None:
    """Take a story out; one that is not in is fine."""
    d, m = t.search_doc.c, t.search_mark.c
    row = tx.row(select(d.doc, d.marks).where(d.story_id == story_id))
    if row is None:
        return
    marks = [mark for (mark,) in struct.iter_unpack(">q", row.marks)]
    for start in range(0, len(marks), 500):
        tx.delete(t.search_mark, m.doc == row.doc, m.mark.in_(marks[start : start + 500]))
    tx.delete(t.search_doc, d.doc == row.doc)


def drop_all(tx: Transaction) -> None:
    tx.write(delete(t.search_mark))
    tx.write(delete(t.search_doc))


def drop_stale(tx: Transaction) -> int:
    d = t.search_doc.c
    stale = tx.rows(select(d.story_id).where(d.doc.not_in(_current().with_only_columns(d.doc))))
    for row in stale:
        drop(tx, row.story_id)
    return len(stale)


def missing(tx: Transaction, method: int, limit: int) -> tuple[str, ...]:
    c, d = t.story.c, t.search_doc.c
    here = exists().where(d.story_id == c.id, d.version == c.version, d.method == method)
    found = select(c.id).where(*_checked(), c.version > 0, ~here).order_by(c.created_at.desc(), c.id).limit(limit)
    return tuple(row.id for row in tx.rows(found))


def regions(tx: Transaction) -> tuple[str, ...]:
    c = t.story.c
    found = _current().with_only_columns(c.region).where(c.region != "").distinct().order_by(c.region)
    return tuple(row.region for row in tx.rows(found))


def find(tx: Transaction, ask: Ask) -> tuple[str, ...]:
    statement, d = _filtered(tx, ask), t.search_doc.c
    if not ask.phrases:
        return tuple(row.id for row in tx.rows(statement))
    index = _Index(tx, {form for phrase in ask.phrases for word in phrase for form in word})
    found = [index.holding(phrase) for phrase in ask.phrases]
    docs = set.union(*found) if ask.any_of else set.intersection(*found)
    if len(docs) <= FEW:
        statement = statement.where(d.doc.in_(docs))
    hits = [row for row in tx.rows(statement) if row.doc in docs]  # newest first, and sorting keeps that among equals
    whole = tx.one(select(func.count().label("texts"), func.avg(d.words).label("words")).select_from(t.search_doc))
    sizes = {row.doc: row.words / max(1.0, float(whole.words or 0)) for row in hits}
    scores = dict.fromkeys(sizes, 0.0)
    for word in {word for phrase in ask.phrases for word in phrase}:
        rarity = index.rarity(word, whole.texts)
        if len(hits) <= MANY or rarity >= TELLS:
            for doc, often in index.often(word, scores):
                scores[doc] += rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * sizes[doc]))
    return tuple(row.id for row in sorted(hits, key=lambda row: -scores[row.doc]))


def _checked() -> tuple[Any, ...]:
    c = t.story.c
    return c.state.in_([str(state) for state in SEARCHABLE]), c.stage == str(Stage.TAGGED)


def _current() -> Select[Any]:
    """Rows of the index that say something about a story as it is now."""
    c, d = t.story.c, t.search_doc.c
    return (
        select(d.doc, d.words, c.id).join(t.story, and_(c.id == d.story_id, c.version == d.version)).where(*_checked())
    )


def _filtered(tx: Transaction, ask: Ask) -> Select[Any]:
    c, d, m, e = t.story.c, t.search_doc.c, t.search_mark.c, t.consent_event.c
    rows = _current().where(c.state.in_([str(state) for state in ask.states]))
    for column, values in ((c.teller_role, ask.roles), (c.region, ask.regions), (c.kind, ask.kinds)):
        if values:
            rows = rows.where(column.in_([str(value) for value in values]))
    if ask.example is not None:
        rows = rows.where(c.is_example == ask.example)
    of_tag = Blind(tx.house_key, "tags")
    for tag in ask.tags:
        rows = rows.where(d.doc.in_(select(m.doc).where(m.mark == _number(of_tag.mark(tag)))))
    if ask.yes_to:
        said = [e.story_id == c.id, e.purpose.in_([str(one) for one in ask.yes_to]), e.outcome == str(Outcome.JA)]
        if ask.yes_form is not None:
            said.append(or_(e.form == ask.yes_form, e.form.is_(None)))
        rows = rows.where(exists().where(*said))
    return rows.order_by(c.created_at.desc(), c.id.desc())


def _number(mark: str) -> int:
    """A mark as the signed whole number that both databases keep in eight bytes."""
    return int(mark, 16) - 2**63


class _Index:
    """The rows of the words that one search asks for: which texts hold a word, and, only for whoever needs them, the
    places where (a common word has a row for nearly every text)."""

    def __init__(self, tx: Transaction, forms: Collection[str]) -> None:
        of_word, m = Blind(tx.house_key, "words"), t.search_mark.c
        self._tx, self._hidden = tx, _Places(tx)
        self._marks = {form: _number(of_word.mark(form)) for form in forms}
        self._docs = {form: set(tx.column(select(m.doc).where(m.mark == mark))) for form, mark in self._marks.items()}

    def rarity(self, word: Word, texts: int) -> float:
        holding = len(self._holding(word))
        return math.log(1 + max(0.0, texts - holding + 0.5) / (holding + 0.5))

    def often(self, word: Word, docs: Collection[int]) -> Iterator[tuple[int, int]]:
        """How often the word stands in each of these texts that hold it."""
        return ((doc, len(at)) for doc, at in self._places(word, docs))

    def holding(self, phrase: tuple[Word, ...]) -> set[int]:
        """The texts in which these words follow each other."""
        found = set.intersection(*map(self._holding, phrase))
        if len(phrase) == 1:
            return found
        ends = dict(self._places(phrase[0], found))  # where what was found so far ends
        for word in phrase[1:]:
            following = ((doc, at & {end + 1 for end in ends[doc]}) for doc, at in self._places(word, ends))
            ends = {doc: at for doc, at in following if at}
        return set(ends)

    def _holding(self, word: Word) -> set[int]:
        return set().union(*(self._docs[form] for form in word))

    def _places(self, word: Word, docs: Collection[int]) -> Iterator[tuple[int, set[int]]]:
        """Of those of `docs` that hold the word, the places where it stands."""
        found: dict[int, set[int]] = {}
        m = t.search_mark.c
        for form in word:
            mark, wanted = self._marks[form], self._docs[form].intersection(docs)
            rows = select(m.doc, m.places).where(m.mark == mark)
            if len(wanted) <= MANY:
                rows = rows.where(m.doc.in_(wanted))
            for row in self._tx.rows(rows) if wanted else ():
                if row.doc in wanted and row.places:
                    found.setdefault(row.doc, set()).update(self._hidden.opened(mark, row.doc, row.places))
        return iter(found.items())


class _Places:
    """Places of a word in a text, as differences of seven bits a byte, combined with a key stream: keyed BLAKE2b of the
    mark and the number of the text, which is never used for another text."""

    def __init__(self, tx: Transaction) -> None:
        self._key = tx.house_key.derived(b"vertelpunt places 1")

    def sealed(self, mark: int, doc: int, places: Sequence[int]) -> bytes:
        data = b"".join(map(_as_bytes, _steps(places)))
        return self._combined(mark, doc, data + bytes(-len(data) % _STEP))

    def opened(self, mark: int, doc: int, data: bytes) -> Iterator[int]:
        plain = self._combined(mark, doc, data).rstrip(b"\0")  # a step is never nothing, so these are padding
        steps = iter(plain) if plain.isascii() else _read(plain)
        first = next(steps, None)
        return iter(()) if first is None else accumulate(steps, initial=first - 1)

    def _combined(self, mark: int, doc: int, data: bytes) -> bytes:
        if len(data) <= _BLOCK:  # nearly always
            return self._part(mark, doc, 0, data) if data else b""
        parts = range(0, len(data), _BLOCK)
        return b"".join(self._part(mark, doc, n, data[start : start + _BLOCK]) for n, start in enumerate(parts))

    def _part(self, mark: int, doc: int, number: int, data: bytes) -> bytes:
        seed, size = _SEED(mark, doc, number), len(data)
        stream = hashlib.blake2b(seed, key=self._key, digest_size=size).digest()
        return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(size)


_SEED = struct.Struct(">qqq").pack


def _steps(places: Iterable[int]) -> Iterator[int]:
    before = -1
    for place in places:
        yield place - before
        before = place


def _read(data: bytes) -> Iterator[int]:
    step = shift = 0
    for byte in data:
        step |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield step
            step = shift = 0


def _as_bytes(step: int) -> bytes:
    found = bytearray()
    while step > 127:
        found.append(step & 127 | 128)
        step >>= 7
    return bytes([*found, step])
