"""Rows of stories, consent, versions and approvals. Functions over a Transaction; see `stories.books.Books`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row, and_, or_, select

from stories import books_queue, books_search
from stories import books_sealed as items
from stories import tables as t
from stories.clock import today
from stories.consent import Consent, ConsentEvent, Form, Notice, Outcome, Party, Purpose, Recognisability, Way
from stories.errors import Moved, NotFound, SealBroken, StageRefused
from stories.model import (
    AgeBand,
    Approval,
    CleanText,
    Story,
    StoryKind,
    StoryVersion,
    Teller,
    TellerRole,
    Theme,
    require,
)
from stories.stages import Stage, State, check_stage, check_state
from stories.transaction import Transaction, once, opened_bytes, sealed_bytes, story_exists
from stories.vault import Kind

# stories


def add(tx: Transaction, story: Story) -> Story:
    require(story.version == 0 and story.state is not State.GEWIST, "a new story has no versions and is not erased")
    moved_on = today(story.created_at)
    tx.insert(t.story, id=story.id, row_version=story.row_version, version=0, moved_on=moved_on, **_columns(story))
    tx.add_key(story.id)
    return story


@once
def get(tx: Transaction, story_id: str) -> Story:
    return story_of(tx.one(select(t.story).where(t.story.c.id == story_id)))


def these(tx: Transaction, story_ids: Sequence[str]) -> dict[str, Story]:
    """Of the ids that are there."""
    return {row.id: story_of(row) for row in tx.rows(select(t.story).where(t.story.c.id.in_(story_ids)))}


def newest_first(
    tx: Transaction,
    states: Sequence[str],
    stages: Sequence[str],
    limit: int,
    after: str | None,
    taken_by: str | None = None,
) -> tuple[Story, ...]:
    c = t.story.c
    statement = select(t.story).order_by(c.created_at.desc(), c.id.desc()).limit(limit)
    if states:
        statement = statement.where(c.state.in_([str(state) for state in states]))
    if stages:
        statement = statement.where(c.stage.in_([str(stage) for stage in stages]))
    if taken_by is not None:
        statement = statement.where(c.taken_by == taken_by)
    if after is not None:
        last = tx.one(select(c.created_at).where(c.id == after)).created_at
        statement = statement.where(or_(c.created_at < last, and_(c.created_at == last, c.id < after)))
    return tuple(story_of(row) for row in tx.rows(statement))


def save(tx: Transaction, story: Story, expected: int) -> Story:
    stored = get(tx, story.id)
    if stored.row_version != expected:
        raise Moved("stories.moved")
    check_stage(stored.stage, story.stage)
    check_state(stored.state, story.state)
    if story.state is State.GEWIST:  # only `erase` gets there, because only `erase` destroys the key
        raise StageRefused("stories.state_refused", old=stored.state, new=story.state)
    c = t.story.c
    columns = _columns(story)
    if (stored.stage, stored.state) != (story.stage, story.state):
        columns["moved_on"] = today()
    touched = tx.update(t.story, c.id == story.id, c.row_version == expected, row_version=expected + 1, **columns)
    if touched != 1:
        raise Moved("stories.moved")
    if not books_search.is_searchable(story):
        books_search.drop(tx, story.id)
    return replace(story, row_version=expected + 1, version=stored.version)


def _columns(story: Story) -> dict[str, Any]:
    """What `add` and `save` write; `row_version` and `version` are the store's own."""
    return {
        "kind": str(story.kind),
        "teller_role": str(story.teller.role),
        "age_band": str(story.teller.age_band),
        "turns_16_on": story.teller.turns_16_on,
        "stage": str(story.stage),
        "state": str(story.state),
        "created_at": story.created_at,
        "region": story.region,
        "is_example": story.is_example,
        "taken_by": story.taken_by,
        "waiting_for": story.waiting_for,
    }


def story_of(row: Row[Any]) -> Story:
    """The story of a row of `story`."""
    return Story(
        id=row.id,
        kind=StoryKind(row.kind),
        teller=Teller(TellerRole(row.teller_role), AgeBand(row.age_band), row.turns_16_on),
        stage=Stage(row.stage),
        state=State(row.state),
        created_at=row.created_at,
        region=row.region,
        is_example=row.is_example,
        taken_by=row.taken_by,
        waiting_for=row.waiting_for,
        row_version=row.row_version,
        version=row.version,
    )


# consent


def add_consent(tx: Transaction, events: Sequence[ConsentEvent]) -> None:
    for event in events:
        story_exists(tx, event.story_id)
        tx.insert(
            t.consent_event,
            id=event.id,
            story_id=event.story_id,
            at=event.at,
            party=str(event.party),
            purpose=str(event.purpose),
            outcome=str(event.outcome),
            form=None if event.form is None else str(event.form),
            recognisability=str(event.recognisability),
            notice_id=event.notice.id,
            notice_version=event.notice.version,
            notice_language=event.notice.language,
            notice_sha256=event.notice.sha256,
            way=str(event.way),
            recorded_by=event.recorded_by,
            embargo_until=event.embargo_until,
            valid_until=event.valid_until,
        )


@once
def consent(tx: Transaction, story_id: str) -> Consent:
    story = get(tx, story_id)
    c = t.consent_event.c
    rows = tx.rows(select(t.consent_event).where(c.story_id == story_id).order_by(c.seq))
    return Consent(story.teller, tuple(event_of(row) for row in rows))


def event_of(row: Row[Any]) -> ConsentEvent:
    """The event of a row of `consent_event`."""
    return ConsentEvent(
        id=row.id,
        story_id=row.story_id,
        at=row.at,
        party=Party(row.party),
        purpose=Purpose(row.purpose),
        outcome=Outcome(row.outcome),
        notice=Notice(row.notice_id, row.notice_version, row.notice_language, row.notice_sha256),
        way=Way(row.way),
        recorded_by=row.recorded_by,
        form=None if row.form is None else Form(row.form),
        recognisability=Recognisability(row.recognisability),
        embargo_until=row.embargo_until,
        valid_until=row.valid_until,
    )


# versions: the row (numbers, hashes, who, when) stays for ever; the words lie sealed beside it and go at erasure


def add_version(tx: Transaction, version: StoryVersion) -> StoryVersion:
    story = get(tx, version.story_id)
    if version.number != story.version + 1:
        raise Moved("stories.moved")
    clean = version.clean
    text = {"text": clean.text, "source_digest": clean.source_digest, "labels": clean.labels, "renamed": clean.renamed}
    _keep(tx, version.story_id, Kind.CLEAN_TEXT, version.number, text)
    tx.insert(
        t.story_version,
        story_id=version.story_id,
        number=version.number,
        clean_digest=clean.digest,
        made_by=version.made_by,
        made_at=version.made_at,
    )
    save_themes(tx, version.story_id, version.number, version.themes)
    tx.update(t.story, t.story.c.id == version.story_id, version=version.number)
    books_search.drop(tx, version.story_id)  # what was checked was another text
    return version


@once
def version(tx: Transaction, story_id: str, number: int | None) -> StoryVersion:
    row = version_row(tx, story_id, get(tx, story_id).version if number is None else number)
    text = _fetch(tx, story_id, Kind.CLEAN_TEXT, row.number)
    labels, renamed = (tuple((start, end) for start, end in text.get(name, ())) for name in ("labels", "renamed"))
    clean = CleanText(text["text"], text["source_digest"], labels, renamed)
    if clean.digest != row.clean_digest:
        raise SealBroken("vault.damaged")
    themes = _fetch(tx, story_id, Kind.THEMES, row.number)
    return StoryVersion(
        story_id=story_id,
        number=row.number,
        clean=clean,
        made_by=row.made_by,
        made_at=row.made_at,
        themes=tuple(Theme(x["id"], x["source"], tuple(x["words"]), x["confirmed"], x.get("by", "")) for x in themes),
    )


def makers(tx: Transaction, story_id: str) -> frozenset[str]:
    c = t.story_version.c
    return frozenset(row.made_by for row in tx.rows(select(c.made_by).where(c.story_id == story_id).distinct()))


def save_themes(tx: Transaction, story_id: str, number: int, themes: Sequence[Theme]) -> None:
    version_row(tx, story_id, number)
    rows = [asdict(theme) for theme in themes]
    _keep(tx, story_id, Kind.THEMES, number, rows)
    if number >= get(tx, story_id).version:
        books_queue.note_themes(tx, story_id, themes)


@once
def version_row(tx: Transaction, story_id: str, number: int) -> Row[Any]:
    c = t.story_version.c
    return tx.one(select(t.story_version).where(c.story_id == story_id, c.number == number))


def _keep(tx: Transaction, story_id: str, kind: Kind, version: int, value: object) -> None:
    """Seal a value as JSON in the row of (story, kind, version); plain ASCII, so that any text comes back exactly."""
    data = json.dumps(value, separators=(",", ":")).encode("ascii")
    body = sealed_bytes(tx.key(story_id), data, owner=story_id, version=version, kind=kind)
    c = t.sealed.c
    where = (c.story_id == story_id, c.kind == str(kind), c.version == version)
    if not tx.update(t.sealed, *where, sealed=body, plain_bytes=len(data)):
        tx.insert(t.sealed, story_id=story_id, kind=str(kind), version=version, sealed=body, plain_bytes=len(data))


def _fetch(tx: Transaction, story_id: str, kind: Kind, version: int) -> Any:
    row = items.find(tx, story_id, kind, version)
    if row is None:  # erased: the row of the version is still there, its words are not
        raise NotFound("stories.not_found")
    return json.loads(opened_bytes(tx.key(story_id), row.sealed, owner=story_id, version=version, kind=kind))


# approvals


def add_approval(tx: Transaction, approval: Approval) -> None:
    tx.insert(
        t.approval,
        subject=approval.subject,
        digest=approval.digest,
        by=approval.by,
        at=approval.at,
        role=approval.role,
    )


def approved_as(tx: Transaction, role: str) -> tuple[str, ...]:
    c = t.approval.c
    return tuple(row.subject for row in tx.rows(select(c.subject).where(c.role == role).distinct().order_by(c.subject)))


@once
def approvals(tx: Transaction, subject: str) -> tuple[Approval, ...]:
    c = t.approval.c
    rows = tx.rows(select(t.approval).where(c.subject == subject).order_by(c.seq))
    return tuple(approval_of(row) for row in rows)


def approval_of(row: Row[Any]) -> Approval:
    """The approval of a row of `approval`."""
    return Approval(row.subject, row.digest, row.by, row.at, row.role)
