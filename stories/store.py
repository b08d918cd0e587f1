"""Where stories are kept: SQLAlchemy Core tables and frozen values, one transaction per decision.

    with store.write() as books:         # BEGIN IMMEDIATE on SQLite
        story = books.story(story_id)
        books.save(story.moved(stage=Stage.TAGGED), expected=story.row_version)

(Contract; implementation follows. Names and meanings are fixed, bodies are free; `books.py` may hold the class.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO

from stories.consent import Consent, ConsentEvent
from stories.model import (
    Approval,
    Export,
    Name,
    Piece,
    Quote,
    RawText,
    Recording,
    Story,
    StoryVersion,
    Task,
    Theme,
    Transcript,
)
from stories.people import Role, User
from stories.settings import Settings
from stories.vault import Kind, Vault


class Books:
    """Everything one transaction can read and write. Every getter of one thing raises NotFound when absent."""

    # stories
    def add_story(self, story: Story) -> Story: ...  # also makes and wraps the story key
    def story(self, story_id: str) -> Story: ...
    def stories(
        self, *, states: Sequence[str] = (), stages: Sequence[str] = (), limit: int = 100, after: str | None = None
    ) -> tuple[Story, ...]: ...  # newest first; keyset paging by (created_at, id)
    def save(self, story: Story, *, expected: int) -> Story:
        """Write a story's row; raises Moved unless the row still has row_version `expected`. Checks stages/states
        with stories.stages against the stored row. Returns it with row_version + 1."""
        ...

    # sealed items: small ones in the database, big ones (audio) in the media folder, all by the same names
    def keep(self, story_id: str, kind: Kind, data: bytes | BinaryIO, *, version: int = 0) -> None: ...
    def fetch(self, story_id: str, kind: Kind, *, version: int = 0) -> bytes: ...
    def has(self, story_id: str, kind: Kind, *, version: int = 0) -> bool: ...
    def stream(
        self, story_id: str, kind: Kind, *, version: int = 0, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes]: ...
    def size(self, story_id: str, kind: Kind, *, version: int = 0) -> int: ...  # plain bytes
    def discard(self, story_id: str, kind: Kind, *, version: int = 0) -> None: ...
    # typed sugar over keep/fetch
    def keep_text(self, story_id: str, text: RawText) -> None: ...
    def text(self, story_id: str) -> RawText: ...
    def keep_transcript(self, story_id: str, transcript: Transcript) -> None: ...
    def transcript(self, story_id: str) -> Transcript: ...
    def keep_names(self, story_id: str, names: Sequence[Name]) -> None: ...
    def names(self, story_id: str) -> tuple[Name, ...]: ...  # empty tuple when none
    def keep_intake_names(self, story_id: str, names: Sequence[str]) -> None: ...
    def intake_names(self, story_id: str) -> tuple[str, ...]: ...
    def keep_recording(self, story_id: str, recording: Recording, flac: BinaryIO) -> None: ...
    def recording(self, story_id: str) -> Recording: ...

    # consent: append-only (a trigger refuses UPDATE and DELETE)
    def add_consent(self, *events: ConsentEvent) -> None: ...
    def consent(self, story_id: str) -> Consent: ...

    # versions: immutable
    def add_version(self, version: StoryVersion) -> StoryVersion: ...  # number = newest + 1, else Moved
    def version(self, story_id: str, number: int | None = None) -> StoryVersion: ...  # newest by default
    def save_themes(self, story_id: str, number: int, themes: Sequence[Theme]) -> None: ...

    # approvals (story versions and pieces), quotes, pieces, exports, tasks
    def add_approval(self, approval: Approval) -> None: ...
    def approvals(self, subject: str) -> tuple[Approval, ...]: ...
    def add_quote(self, quote: Quote) -> None: ...
    def quotes(self, *, story_id: str | None = None, ids: Sequence[str] | None = None) -> tuple[Quote, ...]: ...
    def add_piece(self, piece: Piece) -> Piece: ...
    def piece(self, piece_id: str) -> Piece: ...
    def pieces(self, *, limit: int = 100) -> tuple[Piece, ...]: ...
    def save_piece(self, piece: Piece, *, expected: int) -> Piece: ...  # raises Moved; row_version + 1
    def pieces_using(self, story_id: str) -> tuple[Piece, ...]: ...
    def add_export(self, export: Export, bundle: bytes) -> None: ...
    def exports(self, piece_id: str) -> tuple[Export, ...]: ...
    def bundle(self, export_id: str) -> bytes: ...
    def expire_exports(self, piece_id: str) -> int: ...  # bundles deleted, rows kept
    def add_task(self, task: Task) -> None: ...
    def tasks(self, *, open_only: bool = True) -> tuple[Task, ...]: ...
    def finish_task(self, task_id: str, at: datetime) -> None: ...

    # receipt codes: 16 digits; the first 5 find the row, 11 are the secret (Argon2id). See trust.md
    def new_receipt(self, story_id: str) -> str: ...  # the code "1234 5678 9012 3456", shown once, never stored
    def story_of_receipt(self, code: str) -> Story: ...  # NotFound for a wrong code, same time either way

    # people and sessions (ids, hashes)
    def add_user(self, name: str, password: str, roles: Sequence[Role]) -> User: ...
    def users(self) -> tuple[User, ...]: ...
    def user_by_name(self, name: str) -> tuple[User, str, str | None]: ...  # user, password hash, TOTP secret
    def set_totp(self, user_id: str, secret: str) -> None: ...
    def add_session(self, user_id: str, now: datetime) -> str: ...  # returns a token; only its SHA-256 is stored
    def session_user(self, token: str, now: datetime) -> User | None: ...  # None when idle/absolute limit passed
    def end_session(self, token: str) -> None: ...

    # vocabulary of themes: versioned data that an administrator edits
    def vocabulary(self) -> tuple[int, list[dict[str, Any]]]: ...  # newest version number and its opgaven
    def save_vocabulary(self, opgaven: list[dict[str, Any]], by: str) -> int: ...

    # audit: hash-chained, append-only, no content, no IP
    def audit(self, actor: str, action: str, *, story_id: str | None = None, subject: str | None = None,
              detail: str = "") -> None: ...  # detail: codes and counts only  # fmt: skip
    def audit_trail(self, *, story_id: str | None = None, limit: int = 200) -> tuple[dict[str, Any], ...]: ...
    def audit_is_whole(self) -> bool: ...

    # erasure: key first, then files, rows, (index), checkpoint; ledger line outside the backup
    def erase(self, story_id: str, *, why: str) -> None: ...


class Store:
    """The database and the media folder of one installation."""

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Connect (no migration). Raises NotReady when the schema is not at head or the master key is missing."""
        raise NotImplementedError

    def read(self) -> AbstractContextManager[Books]:
        raise NotImplementedError

    def write(self) -> AbstractContextManager[Books]:
        raise NotImplementedError

    vault: Vault
    settings: Settings


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema (Alembic), make folders and master key when absent."""
    raise NotImplementedError
