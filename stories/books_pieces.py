"""Quotes, pieces, exports and tasks. A quote is sealed with its story's key; a piece and its bundles, which may
hold words of several stories, with the house key. `piece_story` and `export_story` remember whose words are inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy import Row, select

from stories import tables as t
from stories.books_sealed import SealedObject, put
from stories.errors import Moved, NotFound, SealBroken
from stories.media import media_errors
from stories.model import Block, BlockKind, Export, Piece, PieceKind, PieceState, Quote, QuoteKind, Task, Voice, require
from stories.transaction import Transaction, now, opened_bytes, sealed_bytes
from stories.vault import Kind, plain_size, unseal_range
from stories.words import say

# quotes


def add_quote(tx: Transaction, quote: Quote) -> None:
    c = t.story_version.c
    tx.one(select(c.number).where(c.story_id == quote.story_id, c.number == quote.version))
    words = json.dumps([quote.id, quote.text]).encode("ascii")  # with its id: two quotes cannot be swapped
    tx.insert(
        t.quote,
        id=quote.id,
        story_id=quote.story_id,
        version=quote.version,
        start=quote.start,
        end=quote.end,
        kind=str(quote.kind),
        made_by=quote.made_by,
        start_ms=quote.start_ms,
        end_ms=quote.end_ms,
        sealed=sealed_bytes(
            tx.key(quote.story_id), words, owner=quote.story_id, version=quote.version, kind=Kind.QUOTE
        ),
    )


def make_literal(tx: Transaction, quote_id: str) -> None:
    tx.update(t.quote, t.quote.c.id == quote_id, kind=str(QuoteKind.CITAAT))


def quotes(tx: Transaction, story_id: str | None, ids: Sequence[str] | None) -> tuple[Quote, ...]:
    c = t.quote.c
    statement = select(t.quote).order_by(c.story_id, c.version, c.start, c.id)
    if story_id is not None:
        statement = statement.where(c.story_id == story_id)
    if ids is not None:
        statement = statement.where(c.id.in_(ids))
    return tuple(_quote(tx, row) for row in tx.rows(statement))


def quoted(tx: Transaction) -> frozenset[str]:
    return frozenset(row.story_id for row in tx.rows(select(t.quote.c.story_id).distinct()))


def _quote(tx: Transaction, row: Row[Any]) -> Quote:
    data = opened_bytes(tx.key(row.story_id), row.sealed, owner=row.story_id, version=row.version, kind=Kind.QUOTE)
    quote_id, words = json.loads(data)
    if quote_id != row.id:
        raise SealBroken("vault.damaged")
    return Quote(
        id=row.id,
        story_id=row.story_id,
        version=row.version,
        start=row.start,
        end=row.end,
        text=words,
        kind=QuoteKind(row.kind),
        made_by=row.made_by,
        start_ms=row.start_ms,
        end_ms=row.end_ms,
    )


# pieces


def add_piece(tx: Transaction, piece: Piece) -> Piece:
    tx.insert(t.piece, id=piece.id, made_at=now(), row_version=piece.row_version, **_columns(tx, piece))
    _link(tx, piece, known_before=frozenset())
    return piece


def piece(tx: Transaction, piece_id: str) -> Piece:
    return _piece(tx, tx.one(select(t.piece).where(t.piece.c.id == piece_id)))


def pieces(tx: Transaction, limit: int) -> tuple[Piece, ...]:
    newest_first = select(t.piece).order_by(t.piece.c.made_at.desc(), t.piece.c.id.desc()).limit(limit)
    return tuple(_piece(tx, row) for row in tx.rows(newest_first))


def save_piece(tx: Transaction, piece_: Piece, expected: int) -> Piece:
    stored = piece(tx, piece_.id)
    c = t.piece.c
    columns = _columns(tx, piece_)
    if not tx.update(t.piece, c.id == piece_.id, c.row_version == expected, row_version=expected + 1, **columns):
        raise Moved("stories.moved")
    _link(tx, piece_, known_before=frozenset(stored.quote_ids))
    return replace(piece_, row_version=expected + 1)


def pieces_using(tx: Transaction, story_id: str) -> tuple[Piece, ...]:
    c = t.piece_story.c
    statement = (
        select(t.piece)
        .join(t.piece_story, c.piece_id == t.piece.c.id)
        .where(c.story_id == story_id)
        .order_by(t.piece.c.made_at.desc(), t.piece.c.id.desc())
    )
    return tuple(_piece(tx, row) for row in tx.rows(statement))


def published_pieces(tx: Transaction) -> tuple[Piece, ...]:
    c = t.piece.c
    noted = c.id.in_(select(t.publication.c.piece_id))
    newest_first = select(t.piece).where((c.state == str(PieceState.GEPUBLICEERD)) | noted)
    return tuple(_piece(tx, row) for row in tx.rows(newest_first.order_by(c.made_at.desc(), c.id.desc())))


def stories_in(tx: Transaction, piece_id: str) -> tuple[str, ...]:
    c = t.piece_story.c
    return tuple(row.story_id for row in tx.rows(select(c.story_id).where(c.piece_id == piece_id).order_by(c.story_id)))


def blank_piece(tx: Transaction, piece_: Piece, story_id: str) -> None:
    """Take an erased story out of a piece and lock the piece.

    Its quotes and everything that may lean on them go: title and preheader always; all other words too when no other
    story is quoted. Called before the quotes themselves are deleted.
    """
    gone = {row.id for row in tx.rows(select(t.quote.c.id).where(t.quote.c.story_id == story_id))}
    others = set(piece_.quote_ids) - gone
    blocks = tuple(
        replace(block, text=say("store.erased_block"), url=None, alt="", clip_id=None)
        if block.quote_id in gone or (not others and block.kind is not BlockKind.HELPLINE)
        else block
        for block in piece_.blocks
    )
    blanked = replace(
        piece_, title=say("store.erased_block"), preheader="", blocks=blocks, state=PieceState.GEBLOKKEERD
    )
    tx.update(t.piece, t.piece.c.id == piece_.id, row_version=piece_.row_version + 1, **_columns(tx, blanked))


def _columns(tx: Transaction, piece_: Piece) -> dict[str, Any]:
    words = {
        "title": piece_.title,
        "preheader": piece_.preheader,
        "blocks": [asdict(block) for block in piece_.blocks],
    }
    return {
        "kind": str(piece_.kind),
        "state": str(piece_.state),
        "publish_on": piece_.publish_on,
        "made_by": piece_.made_by,
        "template_version": piece_.template_version,
        "derived_from": piece_.derived_from,
        "sealed": _house_seal(tx, words, piece_.id, Kind.PIECE),
    }


def _piece(tx: Transaction, row: Row[Any]) -> Piece:
    words = _house_open(tx, row.sealed, row.id, Kind.PIECE)
    return Piece(
        id=row.id,
        kind=PieceKind(row.kind),
        title=words["title"],
        publish_on=row.publish_on,
        blocks=tuple(_block(block) for block in words["blocks"]),
        made_by=row.made_by,
        preheader=words["preheader"],
        state=PieceState(row.state),
        row_version=row.row_version,
        template_version=row.template_version,
        derived_from=row.derived_from,
    )


def _block(values: dict[str, Any]) -> Block:
    """A block as it was kept, also before it had a voice."""
    voice, lost = values.get("voice"), tuple(values.get("lost", ()))
    kinds = {"kind": BlockKind(values["kind"]), "voice": Voice(voice) if voice else None, "lost": lost}
    return Block(**values | kinds)


def _link(tx: Transaction, piece_: Piece, known_before: Iterable[str]) -> None:
    """Note whose words the piece holds. A quote that is not there is refused, unless the piece held it already: then
    it was erased meanwhile, its block is blank, and the note about its story stays."""
    ids = set(piece_.quote_ids)
    c = t.quote.c
    found = {row.id: row.story_id for row in tx.rows(select(c.id, c.story_id).where(c.id.in_(ids)))}
    if ids - set(found) - set(known_before):
        raise NotFound("stories.not_found")
    link = t.piece_story.c
    noted = {row.story_id for row in tx.rows(select(link.story_id).where(link.piece_id == piece_.id))}
    keep = set(found.values()) | (_erased(tx, noted) if ids - set(found) else set())
    tx.delete(t.piece_story, link.piece_id == piece_.id, link.story_id.not_in(keep))
    for story_id in sorted(keep - noted):
        tx.insert(t.piece_story, piece_id=piece_.id, story_id=story_id)


def _erased(tx: Transaction, story_ids: set[str]) -> set[str]:
    c = t.story_key.c
    alive = {row.story_id for row in tx.rows(select(c.story_id).where(c.story_id.in_(story_ids)))}
    return story_ids - alive


# exports


def add_export(tx: Transaction, export: Export, bundle_: bytes | SealedObject) -> None:
    piece(tx, export.piece_id)
    if isinstance(bundle_, bytes):
        require(hashlib.sha256(bundle_).hexdigest() == export.sha256, "an export names the hash of its bundle")
        bundle_ = put(tx.media, tx.house_key, export.id, Kind.BUNDLE, BytesIO(bundle_), 0)
    require((bundle_.story_id, bundle_.kind) == (export.id, Kind.BUNDLE), "sealed for another export")
    name, bundle_.named = bundle_.object_name, True
    tx.after_rollback.append(lambda: tx.media.remove(name))
    tx.insert(
        t.export,
        id=export.id,
        piece_id=export.piece_id,
        piece_digest=export.piece_digest,
        sha256=export.sha256,
        made_by=export.made_by,
        made_at=export.made_at,
        sealed=_house_seal(tx, export.manifest, export.id, Kind.MANIFEST),
        object_name=name,
    )
    c = t.piece_story.c
    for row in tx.rows(select(c.story_id).where(c.piece_id == export.piece_id)):
        tx.insert(t.export_story, export_id=export.id, story_id=row.story_id)


def export(tx: Transaction, export_id: str) -> Export:
    return _export(tx, tx.one(select(t.export).where(t.export.c.id == export_id)))


def exports(tx: Transaction, piece_id: str) -> tuple[Export, ...]:
    c = t.export.c
    return tuple(
        _export(tx, row) for row in tx.rows(select(t.export).where(c.piece_id == piece_id).order_by(c.made_at, c.id))
    )


def _export(tx: Transaction, row: Row[Any]) -> Export:
    manifest = {} if row.sealed is None else _house_open(tx, row.sealed, row.id, Kind.MANIFEST)
    return Export(row.id, row.piece_id, row.piece_digest, row.sha256, row.made_by, row.made_at, manifest)


def bundle(tx: Transaction, export_id: str) -> bytes:
    data = bundle_range(tx, export_id, 0, bundle_size(tx, export_id))
    if hashlib.sha256(data).hexdigest() != export(tx, export_id).sha256:
        raise SealBroken("vault.damaged")
    return data


def bundle_size(tx: Transaction, export_id: str) -> int:
    return plain_size(tx.media.size(_bundle_name(tx, export_id)))


def bundle_range(tx: Transaction, export_id: str, start: int, stop: int) -> bytes:
    with media_errors(), tx.media.open(_bundle_name(tx, export_id)) as source:
        parts = unseal_range(tx.house_key, source, start, stop, story_id=export_id, version=0, kind=Kind.BUNDLE)
        return b"".join(parts)


def _bundle_name(tx: Transaction, export_id: str) -> str:
    name = tx.one(select(t.export.c.object_name).where(t.export.c.id == export_id)).object_name
    if name is None:
        raise NotFound("store.bundle_expired")
    return str(name)


def expire_exports(tx: Transaction, *where: Any) -> int:
    """Delete the bundles (and manifests) of the exports that `where` names; their rows stay."""
    c = t.export.c
    rows = tx.rows(select(c.id, c.object_name).where(*where, c.object_name.is_not(None)))
    for row in rows:
        tx.drop_object(row.object_name)
        tx.update(t.export, c.id == row.id, object_name=None, sealed=None)
    return len(rows)


# tasks


def add_task(tx: Transaction, task: Task) -> None:
    tx.insert(t.task, **asdict(task))


def tasks(tx: Transaction, open_only: bool) -> tuple[Task, ...]:
    c = t.task.c
    statement = select(t.task).order_by(c.due, c.id)
    if open_only:
        statement = statement.where(c.done_at.is_(None))
    return tuple(
        Task(row.id, row.kind, row.story_id, row.subject, row.owner, row.due, row.done_at) for row in tx.rows(statement)
    )


def finish_task(tx: Transaction, task_id: str, at: datetime) -> None:
    """Done once is done: a second time changes nothing."""
    tx.one(select(t.task.c.id).where(t.task.c.id == task_id))
    tx.update(t.task, t.task.c.id == task_id, t.task.c.done_at.is_(None), done_at=at)


def _house_seal(tx: Transaction, value: object, owner: str, kind: Kind) -> bytes:
    data = json.dumps(value, separators=(",", ":")).encode("ascii")
    return sealed_bytes(tx.house_key, data, owner=owner, version=0, kind=kind)


def _house_open(tx: Transaction, sealed: bytes, owner: str, kind: Kind) -> Any:
    return json.loads(opened_bytes(tx.house_key, sealed, owner=owner, version=0, kind=kind))
