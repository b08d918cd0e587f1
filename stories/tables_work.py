"""Who works here, what they said yes to, noted for each other and must do, and what was done."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from stories.columns import Day, Moment, metadata, story_id

user = Table(
    "user_account",  # "user" is a reserved word in PostgreSQL
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),  # folded, so that Anna and anna are one
    Column("password_hash", Text, nullable=False),
    Column("totp", LargeBinary),  # sealed with the house key
    Column("roles", Text, nullable=False),  # sorted, comma-separated
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("user_account.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

approval = Table(
    "approval",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("role", Text, nullable=False),
    Index("ix_approval_subject", "subject"),
)

task = Table(
    "task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    story_id(),
    Column("subject", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("due", Day, nullable=False),
    Column("done_at", Moment),
)

note = Table(
    "note",
    metadata,
    Column("id", Text, primary_key=True),
    story_id(),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("resolved_at", Moment),
    Column("resolved_by", Text),
    Column("sealed", LargeBinary, nullable=False),  # the words, with the story's key
    Index("ix_note_story_id", "story_id"),
)

mention = Table(
    "mention",
    metadata,
    Column("note_id", Text, ForeignKey("note.id"), primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("seen_at", Moment),
    Index("ix_mention_user_id", "user_id"),
)

presence = Table(
    "presence",
    metadata,
    story_id(primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("part", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("story_id", Text),
    Column("subject", Text),
    Column("detail", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_audit_story_id", "story_id"),
)
