"""What a page is going to ask of several stories, read beforehand: one statement a table instead of one a story.

It helps in `Store.one_moment` alone, where the same is read once; elsewhere it does nothing. Nobody sees a difference
but in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Row, select

from stories import books_sealed as items
from stories import books_stories as rows
from stories import books_telling as telling
from stories import tables as t
from stories.consent import Consent
from stories.errors import SealBroken
from stories.transaction import Transaction, remember, story_exists
from stories.vault import Kind

OF_VERSION = (Kind.CLEAN_TEXT, Kind.THEMES, Kind.PASSAGE_TAGS)
"""Sealed with the number of a version."""


def look_ahead(tx: Transaction, story_ids: Sequence[str]) -> None:
    """All that `desk.standing` asks of each of these stories, and the confirmed tags of their passages."""
    if tx.known is None:
        return
    stories = rows.these(tx, story_ids)
    for row in tx.rows(select(t.story_key).where(t.story_key.c.story_id.in_(stories))):
        with suppress(SealBroken):  # told to whoever asks for this story
            tx.known_key(row.story_id, row.wrapped)
    events, sittings = (_of_stories(tx, table, stories) for table in (t.consent_event, t.sitting))
    c = t.approval.c
    approvals = _grouped(tx.rows(select(t.approval).where(c.subject.in_(stories)).order_by(c.seq)), "subject")
    for story in stories.values():
        remember(tx, story_exists, story.id, answer=None)
        remember(tx, rows.get, story.id, answer=story)
        consent = Consent(story.teller, tuple(map(rows.event_of, events[story.id])))
        remember(tx, rows.consent, story.id, answer=consent)
        remember(tx, telling.sittings, story.id, answer=tuple(map(telling.sitting_of, sittings[story.id])))
        remember(tx, rows.approvals, story.id, answer=tuple(map(rows.approval_of, approvals[story.id])))
    for row in tx.rows(select(t.story_version).where(t.story_version.c.story_id.in_(stories))):
        remember(tx, rows.version_row, row.story_id, row.number, answer=row)
    kinds = [str(kind) for kind in (*OF_VERSION, Kind.TELLER_TAGS)]
    of_story = t.sealed.c.story_id.in_(stories)
    sealed = {
        (row.story_id, row.kind, row.version): row
        for row in tx.rows(select(t.sealed).where(of_story, t.sealed.c.kind.in_(kinds)))
    }
    for story in stories.values():
        for kind, version in (*((kind, story.version) for kind in OF_VERSION), (Kind.TELLER_TAGS, 0)):
            remember(tx, items.find, story.id, kind, version, answer=sealed.get((story.id, str(kind), version)))


def _of_stories(tx: Transaction, table: Any, story_ids: Iterable[str]) -> dict[str, list[Row[Any]]]:
    return _grouped(tx.rows(select(table).where(table.c.story_id.in_(story_ids)).order_by(table.c.seq)), "story_id")


def _grouped(found: Iterable[Row[Any]], name: str) -> dict[str, list[Row[Any]]]:
    groups: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in found:
        groups[getattr(row, name)].append(row)
    return groups
