"""How all released stories stand at once, without opening a single text: for counting ten thousand of them.

`stories.use.may_use_version` stays the one judge. What it asks about is read with a handful of queries, and of the
sealed items only the confirmed tags are opened (and what a child said about who may hear it).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from stories import tables as t
from stories.books_stories import event_of, story_of
from stories.consent import Consent, ConsentEvent, Purpose
from stories.model import AgeBand, Approval, CleanText, StoryVersion, Theme
from stories.stages import State
from stories.told import TellerTags
from stories.transaction import Transaction, opened_bytes
from stories.use import Standing
from stories.vault import Kind


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


def counted(tx: Transaction, purpose: Purpose, one_person_since: datetime | None) -> Iterator[Counted]:
    """Every released story, with what was said about this purpose. No quote or word comes from here, so a standing
    says nothing of special data and of the teller's wish to see a product first."""
    s, v = t.story.c, t.story_version.c
    released = s.state == str(State.VRIJGEGEVEN)
    current = and_(v.story_id == s.id, v.number == s.version)
    rows = tx.rows(select(t.story, v.clean_digest, v.made_by, v.made_at).join(t.story_version, current).where(released))
    c = t.consent_event.c
    asked = c.purpose.in_([str(purpose), str(Purpose.VERWERKEN)])
    events: dict[str, list[ConsentEvent]] = defaultdict(list)
    for row in tx.rows(
        select(t.consent_event).join(t.story, s.id == c.story_id).where(released, asked).order_by(c.seq)
    ):
        events[row.story_id].append(event_of(row))
    a = t.approval.c
    approvals: dict[str, list[Approval]] = defaultdict(list)
    for row in tx.rows(select(t.approval).join(t.story, s.id == a.subject).where(released).order_by(a.seq)):
        approvals[row.subject].append(Approval(row.subject, row.digest, row.by, row.at, row.role))
    items = _opened(tx)
    for row in rows:
        story = story_of(row)
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


def _opened(tx: Transaction) -> dict[tuple[str, str], bytes]:
    """The tags of all released stories, by story and kind: of the newest version, and a child's own."""
    s, i = t.story.c, t.sealed.c
    newest = and_(i.kind.in_([str(kind) for kind in _KINDS]), i.version == s.version)
    of_child = and_(i.kind == str(Kind.TELLER_TAGS), i.version == 0, s.age_band.in_(_AGES_WITH_CEILING))
    found: dict[tuple[str, str], bytes] = {}
    for row in tx.rows(
        select(i.story_id, i.kind, i.version, i.sealed, t.story_key.c.wrapped)
        .join(t.story, s.id == i.story_id)
        .join(t.story_key, t.story_key.c.story_id == i.story_id)
        .where(s.state == str(State.VRIJGEGEVEN), newest | of_child)
    ):
        key = tx.known_key(row.story_id, row.wrapped)
        kind = Kind(row.kind)
        found[row.story_id, row.kind] = opened_bytes(
            key, row.sealed, owner=row.story_id, version=row.version, kind=kind
        )
    return found
