"""Sealed items: small ones inside their database row, big ones as objects in the media folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, BinaryIO, cast

from sqlalchemy import Row, select

from stories import tables as t
from stories.errors import NotFound, SealBroken
from stories.media import Media, media_errors
from stories.model import Name, RawText, Recording, Transcript, require
from stories.transaction import Transaction, once, story_exists
from stories.vault import OWN_KINDS, Kind, StoryKey, plain_size, seal, unseal, unseal_range

IN_MEDIA = frozenset({Kind.AUDIO, Kind.REDACTED_AUDIO, Kind.PART_AUDIO, Kind.CHAT, Kind.PROOF, Kind.BUNDLE})
"""Kinds that may be hundreds of megabytes."""


@dataclass(slots=True)
class SealedObject:
    """An item that is sealed in the media folder already, while no row names it yet; made by `Store.sealed`."""

    story_id: str
    kind: Kind
    version: int
    object_name: str
    plain_bytes: int
    named: bool = False


def put(media: Media, key: StoryKey, story_id: str, kind: Kind, source: BinaryIO, version: int) -> SealedObject:
    """Seal `source` into the media folder. Until `keep` names it, it is an orphan that `sweep` removes."""
    require(kind in IN_MEDIA, "only big kinds are objects of the media folder")
    name, plain_bytes = media.put(
        lambda target: seal(key, source, target, story_id=story_id, version=version, kind=kind)
    )
    return SealedObject(story_id, kind, version, name, plain_bytes)


def keep(tx: Transaction, story_id: str, kind: Kind, data: bytes | BinaryIO | SealedObject, version: int) -> None:
    """Seal and store, in the place of what was there. It is safely stored when the transaction has committed."""
    require(kind not in OWN_KINDS, "this kind is sealed by the store itself")
    story_exists(tx, story_id)
    key = tx.key(story_id)  # of a story that was erased while its recording was being sealed it is gone
    old = find(tx, story_id, kind, version)
    values: dict[str, Any]
    if kind in IN_MEDIA:
        if isinstance(data, SealedObject):
            made = data
            require((made.story_id, made.kind, made.version) == (story_id, kind, version), "sealed for another item")
            require(not made.named, "a sealed object is named once")
        else:
            made = put(tx.media, key, story_id, kind, BytesIO(data) if isinstance(data, bytes) else data, version)
        tx.after_rollback.append(lambda: tx.media.remove(made.object_name))
        made.named = True
        values = {"sealed": None, "object_name": made.object_name, "plain_bytes": made.plain_bytes}
    else:
        require(not isinstance(data, SealedObject), "a small item is sealed in its row")
        target = BytesIO()
        source = BytesIO(data) if isinstance(data, bytes) else cast(BinaryIO, data)
        plain_bytes = seal(key, source, target, story_id=story_id, version=version, kind=kind)
        values = {"sealed": target.getvalue(), "object_name": None, "plain_bytes": plain_bytes}
    if old is None:
        tx.insert(t.sealed, story_id=story_id, kind=str(kind), version=version, **values)
    else:
        tx.update(t.sealed, *_where(story_id, kind, version), **values)
        tx.drop_object(old.object_name)


def fetch(tx: Transaction, story_id: str, kind: Kind, version: int) -> bytes:
    return b"".join(stream(tx, story_id, kind, version, 0, None))


def has(tx: Transaction, story_id: str, kind: Kind, version: int) -> bool:
    return find(tx, story_id, kind, version) is not None


def numbers(tx: Transaction, story_id: str, kind: Kind) -> tuple[int, ...]:
    c = t.sealed.c
    statement = select(c.version).where(c.story_id == story_id, c.kind == str(kind)).order_by(c.version)
    return tuple(row.version for row in tx.rows(statement))


def holding(tx: Transaction, kind: Kind) -> tuple[str, ...]:
    c = t.sealed.c
    statement = select(c.story_id).where(c.kind == str(kind)).distinct().order_by(c.story_id)
    return tuple(row.story_id for row in tx.rows(statement))


def size(tx: Transaction, story_id: str, kind: Kind, version: int) -> int:
    return int(_get(tx, story_id, kind, version).plain_bytes)


def stream(tx: Transaction, story_id: str, kind: Kind, version: int, start: int, stop: int | None) -> Iterator[bytes]:
    """Plain bytes [start, stop). Everything is looked up now; the bytes may be read after the transaction."""
    require(start >= 0, "a range starts at 0 or later")
    row = _get(tx, story_id, kind, version)
    key = tx.key(story_id)
    source: BinaryIO = tx.media.open(row.object_name) if row.object_name else BytesIO(row.sealed)
    sealed_bytes = source.seek(0, 2)
    source.seek(0)
    if plain_size(sealed_bytes) != row.plain_bytes:  # cut off or grown: told before the first byte
        source.close()
        raise SealBroken("vault.damaged")
    end = row.plain_bytes if stop is None else min(stop, row.plain_bytes)

    def chunks() -> Iterator[bytes]:
        with media_errors(), source:
            if start == 0 and end == row.plain_bytes:
                yield from unseal(key, source, story_id=story_id, version=version, kind=kind)
            else:
                yield from unseal_range(key, source, start, end, story_id=story_id, version=version, kind=kind)

    return chunks()


def discard(tx: Transaction, story_id: str, kind: Kind, version: int) -> None:
    row = find(tx, story_id, kind, version)
    if row is not None:
        tx.delete(t.sealed, *_where(story_id, kind, version))
        tx.drop_object(row.object_name)


def _where(story_id: str, kind: Kind, version: int) -> tuple[Any, ...]:
    c = t.sealed.c
    return (c.story_id == story_id, c.kind == str(kind), c.version == version)


@once
def find(tx: Transaction, story_id: str, kind: Kind, version: int) -> Row[Any] | None:
    """The row of a sealed item, None when there is none."""
    return tx.row(select(t.sealed).where(*_where(story_id, kind, version)))


def _get(tx: Transaction, story_id: str, kind: Kind, version: int) -> Row[Any]:
    row = find(tx, story_id, kind, version)
    if row is None:
        raise NotFound("stories.not_found")
    return row


# typed sugar


def keep_text(tx: Transaction, story_id: str, text: RawText) -> None:
    """Half a surrogate pair (a broken emoji) is kept as it came: `text()` gives back exactly what was given."""
    keep(tx, story_id, Kind.ORIGINAL_TEXT, text.text.encode("utf-8", "surrogatepass"), 0)


def text(tx: Transaction, story_id: str) -> RawText:
    return RawText(fetch(tx, story_id, Kind.ORIGINAL_TEXT, 0).decode("utf-8", "surrogatepass"))


def keep_transcript(tx: Transaction, story_id: str, transcript: Transcript) -> None:
    keep_json(tx, story_id, Kind.TRANSCRIPT, transcript.to_json())


def transcript(tx: Transaction, story_id: str) -> Transcript:
    return Transcript.from_json(_fetch_json(tx, story_id, Kind.TRANSCRIPT))


def keep_names(tx: Transaction, story_id: str, names: Sequence[Name]) -> None:
    keep_json(tx, story_id, Kind.NAME_TABLE, [asdict(name) for name in names])


def names(tx: Transaction, story_id: str) -> tuple[Name, ...]:
    return tuple(Name(**name) for name in json_or(tx, story_id, Kind.NAME_TABLE, []))


def keep_intake_names(tx: Transaction, story_id: str, names: Sequence[str]) -> None:
    keep_json(tx, story_id, Kind.INTAKE_SHEET, list(names))


def intake_names(tx: Transaction, story_id: str) -> tuple[str, ...]:
    return tuple(json_or(tx, story_id, Kind.INTAKE_SHEET, []))


def keep_recording(tx: Transaction, story_id: str, recording: Recording, flac: BinaryIO | SealedObject) -> None:
    keep(tx, story_id, Kind.AUDIO, flac, 0)
    tx.delete(t.recording, t.recording.c.story_id == story_id)
    tx.insert(t.recording, story_id=story_id, **asdict(recording))


def recording(tx: Transaction, story_id: str) -> Recording:
    row = tx.one(select(t.recording).where(t.recording.c.story_id == story_id))
    return Recording(row.sha256, row.duration_ms, row.sample_rate, row.channels, row.source_format)


def json_or(tx: Transaction, story_id: str, kind: Kind, otherwise: Any) -> Any:
    story_exists(tx, story_id)
    return _fetch_json(tx, story_id, kind) if has(tx, story_id, kind, 0) else otherwise


def keep_json(tx: Transaction, story_id: str, kind: Kind, value: object) -> None:
    """UTF-8 JSON; half surrogates stay escaped, so that any text comes back exactly."""
    keep(tx, story_id, kind, json.dumps(value, separators=(",", ":")).encode("ascii"), 0)


def _fetch_json(tx: Transaction, story_id: str, kind: Kind) -> Any:
    return json.loads(fetch(tx, story_id, kind, 0))
