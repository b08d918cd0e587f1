"""Quotes, pieces, exports: the part of Books (see there) that products are made with. The work is in `books_pieces`."""

from __future__ import annotations

from collections.abc import Sequence

from stories import books_pieces as pieces
from stories import tables as t
from stories.books_baskets import Baskets
from stories.books_clips import ClipShelf
from stories.books_files import FileShelf
from stories.books_publications import PublicationRows
from stories.books_sealed import SealedObject
from stories.books_templates import TemplateRows
from stories.halfway import clear, half_folder
from stories.model import Export, Piece, Quote
from stories.transaction import Transaction


class ProductBooks:
    """What `Books` can do with products."""

    _tx: Transaction

    @property
    def baskets(self) -> Baskets:
        """The quotes that people chose."""
        return Baskets(self._tx)

    @property
    def templates(self) -> TemplateRows:
        """The templates of first drafts."""
        return TemplateRows(self._tx)

    @property
    def house_files(self) -> FileShelf:
        """The house's own sounds and pictures."""
        return FileShelf(self._tx)

    def add_quote(self, quote: Quote) -> None:
        """Raises NotFound unless the version it quotes is there."""
        pieces.add_quote(self._tx, quote)

    def make_literal(self, quote_id: str) -> None:
        """Somebody heard that it was said so."""
        pieces.make_literal(self._tx, quote_id)

    def quotes(self, *, story_id: str | None = None, ids: Sequence[str] | None = None) -> tuple[Quote, ...]:
        """Quotes in the order of their stories. Ids that are not there (any more) are left out."""
        return pieces.quotes(self._tx, story_id, ids)

    def quoted(self) -> frozenset[str]:
        """Ids of the stories of which there are quotes."""
        return pieces.quoted(self._tx)

    def add_piece(self, piece: Piece) -> Piece:
        """Raises NotFound when a block names a quote that is not there."""
        return pieces.add_piece(self._tx, piece)

    def piece(self, piece_id: str) -> Piece:
        return pieces.piece(self._tx, piece_id)

    def pieces(self, *, limit: int = 100) -> tuple[Piece, ...]:
        """Newest first."""
        return pieces.pieces(self._tx, limit)

    def save_piece(self, piece: Piece, *, expected: int) -> Piece:
        """Write a piece; returns it with row_version + 1. Raises Moved unless it still has `expected`."""
        return pieces.save_piece(self._tx, piece, expected)

    def pieces_using(self, story_id: str) -> tuple[Piece, ...]:
        """Pieces that quote the story, or did until it was erased."""
        return pieces.pieces_using(self._tx, story_id)

    def published_pieces(self) -> tuple[Piece, ...]:
        """Pieces that are marked as published or stand in the register, newest first."""
        return pieces.published_pieces(self._tx)

    def stories_in(self, piece_id: str) -> tuple[str, ...]:
        """Ids of the stories that a piece quotes, or did until they were erased."""
        return pieces.stories_in(self._tx, piece_id)

    def add_export(self, export: Export, bundle: bytes | SealedObject) -> None:
        """Keep a bundle, sealed, in the media folder; a big one was sealed before the transaction (`Store.sealed` with
        the export's id). Raises ValueError unless `export.sha256` is the hash of these bytes."""
        pieces.add_export(self._tx, export, bundle)

    def export(self, export_id: str) -> Export:
        """One export. Raises NotFound."""
        return pieces.export(self._tx, export_id)

    def exports(self, piece_id: str) -> tuple[Export, ...]:
        """Exports of a piece, oldest first; one that expired has an empty manifest."""
        return pieces.exports(self._tx, piece_id)

    def bundle(self, export_id: str) -> bytes:
        """The ZIP. Raises NotFound when it expired."""
        return pieces.bundle(self._tx, export_id)

    def bundle_size(self, export_id: str) -> int:
        """Bytes of the ZIP. Raises as `bundle`."""
        return pieces.bundle_size(self._tx, export_id)

    def bundle_range(self, export_id: str, start: int, stop: int) -> bytes:
        """Bytes [start, stop) of the ZIP, decrypting only what holds them. Raises as `bundle`."""
        return pieces.bundle_range(self._tx, export_id, start, stop)

    def expire_exports(self, piece_id: str) -> int:
        """Delete the bundles of a piece, also one that is half made, and keep the rows; returns how many."""
        half = half_folder(self._tx.settings, piece_id)
        self._tx.after_commit.append(lambda: clear(half))
        return pieces.expire_exports(self._tx, t.export.c.piece_id == piece_id)

    @property
    def publications(self) -> PublicationRows:
        """Where pieces were published."""
        return PublicationRows(self._tx)

    @property
    def clips(self) -> ClipShelf:
        """Finished sounds of quotes."""
        return ClipShelf(self._tx)
