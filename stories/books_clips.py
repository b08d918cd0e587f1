"""Clips: finished sounds of quotes, sealed with their story's key as objects of the media folder."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from sqlalchemy import Row, select

from stories import tables as t
from stories.errors import SealBroken
from stories.media import media_errors
from stories.model import Voice, require
from stories.products import Clip
from stories.ranged import READ_AHEAD, Ranged
from stories.transaction import Transaction
from stories.vault import Kind, plain_size, seal, unseal_range

_c = t.clip.c
_FIELDS = tuple(column for column in t.clip.columns if column.name != "object_name")


class ClipShelf:
    """Reading and writing clips. A clip never changes; what is heard of it is sealed under its own id, so that two
    clips of one story cannot be swapped."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, clip: Clip, sound: BinaryIO) -> None:
        """Keep a clip and its sound (canonical FLAC, read from its start).

        Raises NotFound unless its quote is there, and ValueError unless `clip.digest` is the hash of the sound.
        """
        c = t.quote.c
        mine = (c.id == clip.quote_id, c.story_id == clip.story_id, c.version == clip.version)
        self._tx.one(select(c.id).where(*mine))
        sound.seek(0)
        digest = hashlib.file_digest(cast(Any, sound), "sha256").hexdigest()
        require(digest == clip.digest, "a clip names the hash of its sound")
        sound.seek(0)
        key, label = self._tx.key(clip.story_id), _label(clip.id, clip.version)
        name, _ = self._tx.media.put(lambda target: seal(key, sound, target, **label))
        self._tx.after_rollback.append(lambda: self._tx.media.remove(name))
        values = {column.name: getattr(clip, column.name) for column in _FIELDS}
        self._tx.insert(t.clip, **values | {"voice": str(clip.voice)}, object_name=name)

    def get(self, clip_id: str) -> Clip:
        """One clip. Raises NotFound."""
        return _clip(self._tx.one(select(*_FIELDS).where(_c.id == clip_id)))

    def these(self, clip_ids: Sequence[str]) -> dict[str, Clip]:
        """By id; ids that are not there (any more) are left out."""
        return {clip.id: clip for clip in self._found(_c.id.in_(clip_ids))}

    def of_quotes(self, quote_ids: Sequence[str]) -> tuple[Clip, ...]:
        """The clips of these quotes, oldest first."""
        return self._found(_c.quote_id.in_(quote_ids))

    def of_story(self, story_id: str) -> tuple[Clip, ...]:
        """All clips of a story, oldest first."""
        return self._found(_c.story_id == story_id)

    def all(self) -> tuple[Clip, ...]:
        """Every clip of the house, oldest first."""
        return self._found()

    def size(self, clip_id: str) -> int:
        """Plain bytes of its sound. Raises NotFound, SealBroken."""
        return plain_size(self._tx.media.size(self._row(clip_id).object_name))

    def stream(self, clip_id: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Plain bytes [start, stop) of its sound, decrypting only what holds them. Everything is looked up now; the
        bytes may be read after the transaction. Raises NotFound, SealBroken."""
        with self.open(clip_id) as file:
            file.seek(start)
            data = file.read(-1 if stop is None else max(0, stop - start))
        return iter([data])

    def open(self, clip_id: str) -> io.BufferedReader:
        """Its sound as a seekable file of plain FLAC, decrypted in memory as it is read, also after the transaction.
        Raises NotFound, SealBroken."""
        row = self._row(clip_id)
        key, label = self._tx.key(row.story_id), _label(clip_id, row.version)
        sealed = self._tx.media.open(row.object_name)

        def read(start: int, stop: int) -> bytes:
            sealed.seek(0)
            with media_errors():
                return b"".join(unseal_range(key, sealed, start, stop, **label))

        try:
            size = plain_size(sealed.seek(0, os.SEEK_END))
        except SealBroken:
            sealed.close()
            raise
        return io.BufferedReader(Ranged(size, read, sealed.close), buffer_size=READ_AHEAD)

    def remove(self, clip_id: str) -> None:
        """Take a clip and its sound away; one that is gone already is fine."""
        row = self._tx.row(select(_c.object_name).where(_c.id == clip_id))
        if row is not None:
            self._tx.delete(t.clip, _c.id == clip_id)
            self._tx.drop_object(row.object_name)

    def _found(self, *where: Any) -> tuple[Clip, ...]:
        return tuple(map(_clip, self._tx.rows(select(*_FIELDS).where(*where).order_by(_c.made_at, _c.id))))

    def _row(self, clip_id: str) -> Row[Any]:
        return self._tx.one(select(_c.story_id, _c.version, _c.object_name).where(_c.id == clip_id))


def erase(tx: Transaction, story_id: str) -> None:
    """The clips of an erased story, and their sounds."""
    shelf = ClipShelf(tx)
    for clip in shelf.of_story(story_id):
        shelf.remove(clip.id)


def _label(clip_id: str, version: int) -> dict[str, Any]:
    return {"story_id": clip_id, "version": version, "kind": Kind.CLIP}


def _clip(row: Row[Any]) -> Clip:
    return Clip(**{**row._mapping, "voice": Voice(row.voice)})
