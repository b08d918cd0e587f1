"""Where pieces were published: facts, kept when the words of a piece are erased, because they must still be taken down.

The address is sealed with the house key, under the publication's own id. It is kept as long as the piece stands there:
whoever takes it down erases it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from stories import tables as t
from stories.products import Publication
from stories.transaction import Transaction, opened_bytes, sealed_bytes
from stories.vault import Kind

_c = t.publication.c


class PublicationRows:
    """The register."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, publication: Publication) -> None:
        """Raises NotFound unless its piece is there."""
        self._tx.one(select(t.piece.c.id).where(t.piece.c.id == publication.piece_id))
        one = publication
        self._tx.insert(
            t.publication, id=one.id, piece_id=one.piece_id, piece_digest=one.piece_digest, channel=one.channel,
            published_on=one.published_on, by=one.by, at=one.at, down_at=one.down_at, down_by=one.down_by,
            sealed=self._address(one.id, one.url),
        )  # fmt: skip

    def get(self, publication_id: str) -> Publication:
        """One publication. Raises NotFound."""
        return self._read(self._tx.one(select(t.publication).where(_c.id == publication_id)))

    def of_pieces(self, piece_ids: Sequence[str]) -> tuple[Publication, ...]:
        """Of these pieces, the first that went out first."""
        return self._found(_c.piece_id.in_(piece_ids))

    def all(self) -> tuple[Publication, ...]:
        """Everything that ever went out, the first first."""
        return self._found()

    def take_down(self, publication_id: str, *, by: str, at: datetime) -> None:
        """It does not stand there any more, and its address is erased. Done once is done. Raises NotFound."""
        self.get(publication_id)
        down = {"down_at": at, "down_by": by, "sealed": self._address(publication_id, "")}
        self._tx.update(t.publication, _c.id == publication_id, _c.down_at.is_(None), **down)

    def _found(self, *where: Any) -> tuple[Publication, ...]:
        rows = self._tx.rows(select(t.publication).where(*where).order_by(_c.published_on, _c.at, _c.id))
        return tuple(map(self._read, rows))

    def _address(self, publication_id: str, url: str) -> bytes:
        key = self._tx.house_key
        return sealed_bytes(key, url.encode(), owner=publication_id, version=0, kind=Kind.PUBLICATION)

    def _read(self, row: Row[Any]) -> Publication:
        key = self._tx.house_key
        url = opened_bytes(key, row.sealed, owner=row.id, version=0, kind=Kind.PUBLICATION).decode()
        return Publication(
            row.id, row.piece_id, row.piece_digest, row.channel, url, row.published_on, row.by, row.at, row.down_at,
            row.down_by,
        )  # fmt: skip
