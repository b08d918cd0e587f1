"""Parts, sittings and what tellers say about their story: functions over a Transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import Row, func, select

from stories import books_sealed as items
from stories import tables as t
from stories.consent import Notice, Way
from stories.errors import Moved, NotFound
from stories.lastword import TellerNote
from stories.model import RawText, Recording, StoryKind
from stories.sitting import Sitting, codes
from stories.stages import State
from stories.told import Agreed, ChatSender, Part, Passage, TellerTags, ThirdPerson, Typed
from stories.transaction import Transaction, now, once, story_exists
from stories.vault import Kind

KIND_OF_PART = {StoryKind.AUDIO: Kind.PART_AUDIO, StoryKind.TEXT: Kind.PART_TEXT}

# parts


def add_sound(tx: Transaction, story_id: str, recording: Recording, flac: BinaryIO | items.SealedObject) -> Part:
    number = next_part(tx, story_id)
    if isinstance(flac, items.SealedObject) and flac.version != number:
        raise Moved("stories.moved")
    items.keep(tx, story_id, Kind.PART_AUDIO, flac, number)
    return _add(
        tx,
        Part(
            story_id,
            number,
            StoryKind.AUDIO,
            now(),
            recording.sha256,
            duration_ms=recording.duration_ms,
            source_format=recording.source_format,
        ),
    )


def add_text(tx: Transaction, story_id: str, text: RawText, replaces: int | None) -> Part:
    if replaces is not None:
        kept = next((part for part in parts(tx, story_id) if part.number == replaces), None)
        if kept is None or kept.kind is not StoryKind.TEXT:
            raise NotFound("stories.not_found")
        tx.delete(t.part, t.part.c.story_id == story_id, t.part.c.number == replaces)
    number = replaces or next_part(tx, story_id)
    data = text.text.encode("utf-8", "surrogatepass")
    items.keep(tx, story_id, Kind.PART_TEXT, data, number)
    digest = hashlib.sha256(data).hexdigest()
    return _add(tx, Part(story_id, number, StoryKind.TEXT, now(), digest, words=len(text.text.split())))


def parts(tx: Transaction, story_id: str) -> tuple[Part, ...]:
    rows = tx.rows(select(t.part).where(t.part.c.story_id == story_id).order_by(t.part.c.number))
    return tuple(_part(row) for row in rows)


def part_text(tx: Transaction, story_id: str, number: int) -> RawText:
    return RawText(items.fetch(tx, story_id, Kind.PART_TEXT, number).decode("utf-8", "surrogatepass"))


def drop_part(tx: Transaction, story_id: str, number: int) -> None:
    for part in parts(tx, story_id):
        if part.number == number:
            items.discard(tx, story_id, KIND_OF_PART[part.kind], number)
            tx.delete(t.part, t.part.c.story_id == story_id, t.part.c.number == number)


def next_part(tx: Transaction, story_id: str) -> int:
    story_exists(tx, story_id)
    newest = tx.row(select(func.max(t.part.c.number).label("number")).where(t.part.c.story_id == story_id))
    return (newest.number or 0) + 1 if newest else 1


def _add(tx: Transaction, part: Part) -> Part:
    tx.insert(t.part, **(asdict(part) | {"kind": str(part.kind)}))
    return part


def _part(row: Row[Any]) -> Part:
    return Part(
        row.story_id,
        row.number,
        StoryKind(row.kind),
        row.added_at,
        row.sha256,
        row.duration_ms,
        row.words,
        row.source_format,
    )


# sittings: append-only


def add_sitting(tx: Transaction, sitting: Sitting) -> None:
    story_exists(tx, sitting.story_id)
    tx.insert(
        t.sitting,
        id=sitting.id,
        story_id=sitting.story_id,
        at=sitting.at,
        recorded_by=sitting.recorded_by,
        notice_id=sitting.notice.id,
        notice_version=sitting.notice.version,
        notice_language=sitting.notice.language,
        notice_sha256=sitting.notice.sha256,
        way=str(sitting.way),
        facts=json.dumps(sitting.facts(), sort_keys=True),
    )


@once
def sittings(tx: Transaction, story_id: str) -> tuple[Sitting, ...]:
    rows = tx.rows(select(t.sitting).where(t.sitting.c.story_id == story_id).order_by(t.sitting.c.seq))
    return tuple(sitting_of(row) for row in rows)


def sitting_of(row: Row[Any]) -> Sitting:
    """The sitting of a row of `sitting`."""
    return Sitting(
        row.id,
        row.story_id,
        row.at,
        row.recorded_by,
        Notice(row.notice_id, row.notice_version, row.notice_language, row.notice_sha256),
        Way(row.way),
        **codes(json.loads(row.facts)),
    )


# what tellers say about their story: small sealed items


def keep_tags(tx: Transaction, story_id: str, tags: TellerTags) -> None:
    items.keep_json(tx, story_id, Kind.TELLER_TAGS, tags.to_json())


def tags(tx: Transaction, story_id: str) -> TellerTags:
    found = items.json_or(tx, story_id, Kind.TELLER_TAGS, None)
    return TellerTags.from_json(found) if found else TellerTags()


def keep_third_persons(tx: Transaction, story_id: str, persons: Sequence[ThirdPerson]) -> None:
    """Their names become the intake sheet of the anonymiser."""
    items.keep_json(tx, story_id, Kind.THIRD_PERSONS, [asdict(person) for person in persons])
    items.keep_intake_names(tx, story_id, [person.name for person in persons])


def third_persons(tx: Transaction, story_id: str) -> tuple[ThirdPerson, ...]:
    rows = items.json_or(tx, story_id, Kind.THIRD_PERSONS, [])
    return tuple(ThirdPerson(row["name"], Agreed(row["agreed"])) for row in rows)


def keep_senders(tx: Transaction, story_id: str, senders: Sequence[ChatSender]) -> None:
    items.keep_json(tx, story_id, Kind.CHAT_SENDERS, [asdict(sender) for sender in senders])


def senders(tx: Transaction, story_id: str) -> tuple[ChatSender, ...]:
    return tuple(ChatSender(**row) for row in items.json_or(tx, story_id, Kind.CHAT_SENDERS, []))


def drop_chat(tx: Transaction, story_id: str) -> None:
    items.discard(tx, story_id, Kind.CHAT, 0)
    items.discard(tx, story_id, Kind.CHAT_SENDERS, 0)


def keep_typed(tx: Transaction, story_id: str, typed: Sequence[Typed]) -> None:
    items.keep_json(tx, story_id, Kind.TYPED, [asdict(one) for one in typed])


def typed(tx: Transaction, story_id: str) -> tuple[Typed, ...]:
    return tuple(Typed(**row) for row in items.json_or(tx, story_id, Kind.TYPED, []))


def keep_excluded(tx: Transaction, story_id: str, passages: Sequence[Passage]) -> None:
    items.keep_json(tx, story_id, Kind.EXCLUDED, [asdict(passage) for passage in passages])


def excluded(tx: Transaction, story_id: str) -> tuple[Passage, ...]:
    return tuple(Passage(**row) for row in items.json_or(tx, story_id, Kind.EXCLUDED, []))


# what tellers want changed in a product: one sealed note each, numbered from 1


def add_note(tx: Transaction, story_id: str, piece_id: str, digest: str, text: str) -> TellerNote:
    number = max(items.numbers(tx, story_id, Kind.PRODUCT_NOTE), default=0) + 1
    note = TellerNote(story_id, number, piece_id, digest, now(), text)
    row = {"piece": piece_id, "digest": digest, "at": note.at.isoformat(), "text": text}
    items.keep(tx, story_id, Kind.PRODUCT_NOTE, json.dumps(row).encode("ascii"), number)
    return note


def notes(tx: Transaction, story_id: str) -> tuple[TellerNote, ...]:
    found = []
    for number in items.numbers(tx, story_id, Kind.PRODUCT_NOTE):
        row = json.loads(items.fetch(tx, story_id, Kind.PRODUCT_NOTE, number))
        at = datetime.fromisoformat(row["at"])
        found.append(TellerNote(story_id, number, row["piece"], row["digest"], at, row["text"]))
    return tuple(found)


# the end of a proof (R8 ends as well: five years after erasure)


def proofs_left(tx: Transaction, before: datetime) -> tuple[str, ...]:
    """Stories erased before this moment whose proof has not ended yet."""
    erased = select(t.audit.c.story_id).where(t.audit.c.action == "erase", t.audit.c.at < before)
    over = select(t.proof_over.c.story_id)
    c = t.story.c
    rows = tx.rows(
        select(c.id).where(c.state == str(State.GEWIST), c.id.in_(erased), c.id.not_in(over)).order_by(c.created_at)
    )
    return tuple(row.id for row in rows)


def end_proof(tx: Transaction, story_id: str, at: datetime) -> None:
    """Delete the consent events, sittings and receipts of an erased story."""
    tx.insert(t.proof_over, story_id=story_id, at=at)
    for table in (*t.PROOF, t.receipt):
        tx.delete(table, table.c.story_id == story_id)
