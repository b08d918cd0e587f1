"""The house's own sounds and pictures: intro, outro, music, what a presenter reads, a picture. Ours, and of no teller.

Sound goes through the same checks as a story and becomes canonical FLAC; a picture is drawn anew. Nothing of the name
of a file or of what was written inside it is kept. What a piece uses is not changed or put away under its feet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from capture import to_flac
from capture.picture import to_png
from desk.parts import Received, incoming
from stories.errors import InputRefused, Moved, NotAllowed, Refused
from stories.model import PieceState, new_id
from stories.people import Act, User
from stories.products import FileKind, HouseFile
from stories.settings import Settings
from stories.store import Books, Store
from stories.words import say

ERRAND = "huis~"
"""How an upload ticket for a file of the house begins; its kind and who sends it follow."""

MOST = 200
"""Files there at once. More is an archive, and this is a shelf."""

LONGEST_S = {FileKind.INTRO: 120, FileKind.OUTRO: 180, FileKind.MUZIEK: 900, FileKind.PRESENTATIE: 3600}
"""Seconds, by kind: more is a slip."""

MOST_CHARS = 120
"""Of a name or credit line."""

USES = (Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)
"""Who sees and hears them: everybody who works on a piece."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is there, and which of it a piece uses."""

    files: tuple[HouseFile, ...]
    used: frozenset[str]


def errand(user: User, kind: FileKind) -> str:
    """What an upload ticket for a file of this kind is about. Raises NotAllowed."""
    user.require(Act.COMPOSE)
    return f"{ERRAND}{kind}~{user.id}"


def receive(store: Store, settings: Settings, about: str, upload: Path | BinaryIO) -> Received:
    """Check and seal what came in on a ticket of `errand`, for who may still do that now.

    The same file a second time is no second file. Raises InputRefused, Refused or NotAllowed.
    """
    kind_, _, user_id = about.removeprefix(ERRAND).partition("~")
    with store.read() as books:
        user = next((user for user in books.users() if user.id == user_id), None)
    if user is None:
        raise NotAllowed("people.not_allowed", act=Act.COMPOSE)
    file = add(store, settings, user, FileKind(kind_), upload)
    return Received("file" if kind_ == FileKind.BEELD else "audio", duration_ms=file.duration_ms or None)


def add(
    store: Store, settings: Settings, user: User, kind: FileKind, upload: Path | BinaryIO, *, name: str = "",
    credit: str = "", synthetic: bool = False,
) -> HouseFile:  # fmt: skip
    """A new file on the shelf. Without a name it is called after its kind. Raises InputRefused or Refused."""
    user.require(Act.COMPOSE)
    name = _line(name) or say("house_files.unnamed", kind=say(f"house_files.kind_{kind}"))
    with tempfile.TemporaryFile(dir=incoming(settings)) as made:
        if kind is FileKind.BEELD:
            digest, duration_ms = to_png(upload, made), 0
        else:
            recording = to_flac(upload, made, settings)
            digest, duration_ms = recording.sha256, recording.duration_ms
            if duration_ms > LONGEST_S[kind] * 1000:
                raise InputRefused("house_files.too_long", minutes=LONGEST_S[kind] // 60)
        made.seek(0)
        file = HouseFile(
            new_id("h"), kind, name, _line(credit), digest, duration_ms, user.id, datetime.now(UTC), synthetic
        )  # fmt: skip
        with store.write() as books:
            there = books.house_files.all()
            same = next((one for one in there if (one.kind, one.digest) == (kind, digest)), None)
            if same is not None:
                return same
            if len(there) >= MOST:
                raise Refused("house_files.enough", most=MOST)
            books.house_files.add(file, made)
            books.audit(user.id, "house_file_added", subject=file.id, detail=f"kind={kind}")
    return file


def shelf(store: Store, user: User) -> Shelf:
    """Everything that is there, newest first."""
    _require_use(user)
    with store.read() as books:
        return Shelf(books.house_files.all()[::-1], frozenset(_used(books)))


def files(store: Store, user: User) -> tuple[HouseFile, ...]:
    """Everything that is there, to choose from."""
    _require_use(user)
    with store.read() as books:
        return books.house_files.all()


def describe(
    store: Store, user: User, was: HouseFile, *, name: str, credit: str, synthetic: bool
) -> HouseFile:  # fmt: skip
    """Another name or credit line, or that a computer made it. Raises Moved when somebody changed it meanwhile, Refused
    when a piece that was offered or went out uses it: what listeners are told was approved with it."""
    user.require(Act.COMPOSE)
    name = _line(name)
    if not name:
        raise InputRefused("house_files.no_name")
    with store.write() as books:
        if books.house_files.get(was.id) != was:
            raise Moved("stories.moved")
        if was.id in _used(books, open_too=False):
            raise Refused("house_files.in_use")
        file = replace(was, name=name, credit=_line(credit), synthetic=synthetic)
        books.house_files.describe(file)
        books.audit(user.id, "house_file_described", subject=file.id)
    return file


def put_away(store: Store, user: User, file_id: str) -> None:
    """Delete it from the shelf. Raises Refused while a piece that is not published uses it."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        books.house_files.get(file_id)
        if file_id in _used(books):
            raise Refused("house_files.in_use")
        books.house_files.put_away(file_id)
        books.audit(user.id, "house_file_put_away", subject=file_id)


def size(store: Store, user: User, file_id: str) -> tuple[FileKind, int]:
    """Its kind and its bytes. Raises NotFound."""
    _require_use(user)
    with store.read() as books:
        return books.house_files.get(file_id).kind, books.house_files.size(file_id)


def file_range(store: Store, user: User, file_id: str, start: int, stop: int) -> Iterator[bytes]:
    """Bytes [start, stop). Raises NotFound."""
    _require_use(user)
    with store.read() as books:
        return books.house_files.stream(file_id, start=start, stop=stop)


def _require_use(user: User) -> None:
    if not any(user.may(act) for act in USES):
        user.require(Act.COMPOSE)


_OVER = frozenset({PieceState.GEPUBLICEERD, PieceState.GEBLOKKEERD})
"""A piece that needs its sounds no more: it went out with them, or never will."""


def _used(books: Books, *, open_too: bool = True) -> set[str]:
    """Ids of the files in pieces that still need them; without `open_too` only where somebody approved or will."""
    pieces = [piece for piece in books.pieces(limit=100_000) if piece.state not in _OVER]
    return {
        block.file_id
        for piece in pieces
        if open_too or piece.state is not PieceState.CONCEPT
        for block in piece.blocks
        if block.file_id
    }


def _line(text: str) -> str:
    """On one line, with nothing that nobody sees. Raises InputRefused when it is too long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(line) > MOST_CHARS:
        raise InputRefused("house_files.too_many_words", most=MOST_CHARS)
    return line
