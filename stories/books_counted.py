"""How all released stories stand at once, without opening a single text: for counting ten thousand of them.

`stories.use.may_use_version` stays the one judge. What it asks about is read with a handful of queries, and of the
sealed items only the confirmed tags are opened (and what a child said about who may hear it). What was made of a story
is remembered by this process as long as nothing it was made of has changed: codes, no words, gone with the process.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, select, type_coerce

from stories import tables as t
from stories.books_stories import event_of, story_of
from stories.consent import Consent, ConsentEvent, Purpose
from stories.model import AgeBand, Approval, CleanText, StoryVersion, Theme
from stories.stages import State
from stories.told import TellerTags
from stories.transaction import Transaction, opened_bytes
from stories.use import Standing
from stories.vault import HEADER_BYTES, Kind


@dataclass(frozen=True, slots=True)
class UnreadText(CleanText):
    """A clean text that was not opened: only its digest is known, from its append-only row."""

    known: str = ""

    @property
    def digest(self) -> str:
        return self.known


@dataclass(frozen=True, slots=True)
class Counted:
    """A released story for counting: how it stands, and its tags of passages as they lie sealed (`desk.tagging`)."""

    standing: Standing
    passages: bytes | None


_AGES_WITH_CEILING = [str(band) for band in AgeBand if band.needs_representative]
_KINDS = (Kind.THEMES, Kind.PASSAGE_TAGS)
_RELEASED = t.story.c.state == str(State.VRIJGEGEVEN)

AT_ONCE = 500
"""Stories opened at a time; SQLite takes so many ids in one question."""

T = TypeVar("T")


def remembered(
    tx: Transaction, purpose: Purpose, one_person_since: datetime | None, about: Hashable, make: Callable[[Counted], T]
) -> tuple[T, ...]:
    """What `make` says of every released story now. `about` is everything else it depends on: the day, the vocabulary.

    Only stories are opened of which anything differs from what this process saw before (`_marks`).
    """
    marks, key = _marks(tx, purpose), (one_person_since, about)
    known_key, known = tx.memory.get(purpose, (None, {}))
    kept = {id: one for id, one in known.items() if known_key == key and marks.get(id) == one[0]}
    new = [id for id in marks if id not in kept]
    for start in range(0, len(new), AT_ONCE):
        for one in _counted(tx, purpose, one_person_since, new[start : start + AT_ONCE]):
            id = one.standing.story.id
            kept[id] = (marks[id], make(one))
    tx.memory[purpose] = (key, kept)  # what is not released any more is forgotten
    return tuple(made for _, made in kept.values())


def _marks(tx: Transaction, purpose: Purpose) -> dict[str, int]:
    """Of every released story a number that differs as soon as anything differs that it is counted by: its row, what
    was said and approved (both are only added to), and its tags as they lie sealed (each time with another salt)."""
    s, c, a = t.story.c, t.consent_event.c, t.approval.c
    row: list[ColumnElement[Any]] = [s.id, s.row_version, s.version, s.teller_role, s.age_band, s.region]
    row += [type_coerce(s.turns_16_on, String), type_coerce(s.created_at, String)]
    said, approved = func.max(c.seq), func.max(a.seq)
    marks = {row.id: hash(tuple(row)) for row in tx.rows(select(*row).where(_RELEASED))}
    salted = func.substr(t.sealed.c.sealed, 1, HEADER_BYTES)
    added = (
        select(c.story_id, said, literal("said")).join(t.story, s.id == c.story_id).group_by(c.story_id),
        select(a.subject, approved, literal("approved")).join(t.story, s.id == a.subject).group_by(a.subject),
        _of_sealed(t.sealed.c.story_id, t.sealed.c.kind, salted),
    )
    for statement in added:
        for found in tx.rows(statement.where(_RELEASED)):
            marks[found[0]] ^= hash(tuple(found))
    return marks


def _counted(
    tx: Transaction, purpose: Purpose, one_person_since: datetime | None, ids: Sequence[str]
) -> Iterator[Counted]:
    """These stories, with what was said about this purpose. No quote or word comes from here, so a standing says
    nothing of special data and of the teller's wish to see a product first."""
    s, v = t.story.c, t.story_version.c
    current = and_(v.story_id == s.id, v.number == s.version)
    rows = tx.rows(
        select(t.story, v.clean_digest, v.made_by, v.made_at).join(t.story_version, current).where(s.id.in_(ids))
    )
    c = t.consent_event.c
    asked = c.purpose.in_([str(purpose), str(Purpose.VERWERKEN)])
    events: dict[str, list[ConsentEvent]] = defaultdict(list)
    for row in tx.rows(select(t.consent_event).where(c.story_id.in_(ids), asked).order_by(c.seq)):
        events[row.story_id].append(event_of(row))
    a = t.approval.c
    approvals: dict[str, list[Approval]] = defaultdict(list)
    for row in tx.rows(select(t.approval).where(a.subject.in_(ids)).order_by(a.seq)):
        approvals[row.subject].append(Approval(row.subject, row.digest, row.by, row.at, row.role))
    items = _opened(tx, ids)
    for row in rows:
        story = story_of(row)
        if (story.id, str(Kind.THEMES)) not in items:
            continue  # its key was lost: it can be counted no more
        themes = json.loads(items[story.id, str(Kind.THEMES)])
        tags = items.get((story.id, str(Kind.TELLER_TAGS)))
        version = StoryVersion(
            story.id, story.version, UnreadText("", "", known=row.clean_digest), row.made_by, row.made_at,
            tuple(Theme(x["id"], x["source"], confirmed=True) for x in themes if x["confirmed"]),
        )  # fmt: skip
        standing = Standing(
            story, Consent(story.teller, tuple(events[story.id])), version, tuple(approvals[story.id]),
            audience=None if tags is None else TellerTags.from_json(json.loads(tags)).audience,
            one_person_since=one_person_since,
        )  # fmt: skip
        yield Counted(standing, items.get((story.id, str(Kind.PASSAGE_TAGS))))


def _opened(tx: Transaction, ids: Sequence[str]) -> dict[tuple[str, str], bytes]:
    """The tags of these stories, by story and kind."""
    found: dict[tuple[str, str], bytes] = {}
    i = t.sealed.c
    asked = _of_sealed(i.story_id, i.kind, i.version, i.sealed, t.story_key.c.wrapped)
    for row in tx.rows(asked.where(t.story.c.id.in_(ids))):
        key = tx.known_key(row.story_id, row.wrapped)
        kind = Kind(row.kind)
        found[row.story_id, row.kind] = opened_bytes(
            key, row.sealed, owner=row.story_id, version=row.version, kind=kind
        )
    return found


def _of_sealed(*columns: ColumnElement[Any]) -> Select[Any]:
    """The tags of the newest version as they lie sealed, and a child's own, of stories whose key is there."""
    s, i = t.story.c, t.sealed.c
    newest = and_(i.kind.in_([str(kind) for kind in _KINDS]), i.version == s.version)
    of_child = and_(i.kind == str(Kind.TELLER_TAGS), i.version == 0, s.age_band.in_(_AGES_WITH_CEILING))
    return (
        select(*columns)
        .join(t.story, s.id == i.story_id)
        .join(t.story_key, t.story_key.c.story_id == i.story_id)
        .where(newest | of_child)
    )
