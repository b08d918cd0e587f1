"""The house's own sounds and pictures: intro, outro, music, a presenter who reads. Sealed with the house key.

A sound never changes: another sound is another file. What is put away keeps its row, so that who used it still knows
what it was; the file itself is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from sqlalchemy import Row, select

from stories import tables as t
from stories.errors import NotFound
from stories.media import media_errors
from stories.products import FileKind, HouseFile
from stories.transaction import Transaction, opened_bytes, sealed_bytes
from stories.vault import Kind, plain_size, seal, unseal_range

WORDS, FILE = 0, 1
"""The two sealed items of a file, as versions of Kind.HOUSE_FILE: its name and credit, and the file itself."""

_c = t.house_file.c


class FileShelf:
    """What `Books.house_files` can do. Ids that are not there raise NotFound."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def add(self, file: HouseFile, source: bytes | BinaryIO) -> HouseFile:
        """Keep a sound (canonical FLAC) or picture (PNG), in a stream."""
        tx, plain = self._tx, BytesIO(source) if isinstance(source, bytes) else source
        name, _ = tx.media.put(
            lambda target: seal(tx.house_key, plain, target, story_id=file.id, version=FILE, kind=Kind.HOUSE_FILE)
        )
        tx.after_rollback.append(lambda: tx.media.remove(name))
        tx.insert(
            t.house_file,
            id=file.id,
            kind=str(file.kind),
            digest=file.digest,
            duration_ms=file.duration_ms,
            made_by=file.made_by,
            made_at=file.made_at,
            sealed=self._words(file),
            object_name=name,
        )
        return file

    def get(self, file_id: str) -> HouseFile:
        """Also one that was put away."""
        return self._file(self._tx.one(select(t.house_file).where(_c.id == file_id)))

    def all(self, *kinds: FileKind) -> tuple[HouseFile, ...]:
        """What is there (of these kinds), oldest first; not what was put away."""
        found = select(t.house_file).where(_c.object_name.is_not(None)).order_by(_c.made_at, _c.id)
        if kinds:
            found = found.where(_c.kind.in_([str(kind) for kind in kinds]))
        return tuple(self._file(row) for row in self._tx.rows(found))

    def size(self, file_id: str) -> int:
        """Plain bytes."""
        with media_errors():
            return plain_size(self._tx.media.size(self._object(file_id)))

    def stream(self, file_id: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Plain bytes [start, stop) in pieces; they may be read after the transaction ended."""
        source, key = self._tx.media.open(self._object(file_id)), self._tx.house_key
        end = plain_size(source.seek(0, 2)) if stop is None else stop
        source.seek(0)

        def pieces() -> Iterator[bytes]:
            with media_errors(), source:
                yield from unseal_range(
                    key, source, start, end, story_id=file_id, version=FILE, kind=Kind.HOUSE_FILE
                )  # fmt: skip

        return pieces()

    def describe(self, file: HouseFile) -> None:
        """Another name or credit line, or whether a computer made it; all else stays."""
        self._tx.one(select(_c.id).where(_c.id == file.id))
        self._tx.update(t.house_file, _c.id == file.id, sealed=self._words(file))

    def put_away(self, file_id: str) -> None:
        """Delete the file and keep what is known about it. A second time changes nothing."""
        row = self._tx.one(select(_c.object_name).where(_c.id == file_id))
        self._tx.drop_object(row.object_name)
        self._tx.update(t.house_file, _c.id == file_id, object_name=None)

    def _object(self, file_id: str) -> str:
        row = self._tx.one(select(_c.object_name).where(_c.id == file_id))
        if row.object_name is None:
            raise NotFound("stories.not_found")
        return str(row.object_name)

    def _words(self, file: HouseFile) -> bytes:
        words = json.dumps([file.name, file.credit, file.synthetic]).encode("ascii")
        return sealed_bytes(self._tx.house_key, words, owner=file.id, version=WORDS, kind=Kind.HOUSE_FILE)

    def _file(self, row: Row[Any]) -> HouseFile:
        words = opened_bytes(self._tx.house_key, row.sealed, owner=row.id, version=WORDS, kind=Kind.HOUSE_FILE)
        name, credit, synthetic = json.loads(words)
        return HouseFile(
            row.id, FileKind(row.kind), name, credit, row.digest, row.duration_ms, row.made_by, row.made_at, synthetic
        )
