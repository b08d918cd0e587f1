"""What a teller wanted, and the proof of it, which outlives the story."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from stories.columns import Day, LocalMoment, Moment, metadata, story_id

consent_event = Table(
    "consent_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    story_id(),
    Column("at", LocalMoment, nullable=False),
    Column("party", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("form", Text),
    Column("recognisability", Text, nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("notice_version", Integer, nullable=False),
    Column("notice_language", Text, nullable=False),
    Column("notice_sha256", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("embargo_until", Day),
    Column("valid_until", Day),
    Index("ix_consent_event_story_id", "story_id"),
)

sitting = Table(
    "sitting",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    story_id(),
    Column("at", LocalMoment, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("notice_version", Integer, nullable=False),
    Column("notice_language", Text, nullable=False),
    Column("notice_sha256", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("facts", Text, nullable=False),  # JSON of codes, see stories.sitting
    Index("ix_sitting_story_id", "story_id"),
)

proof_over = Table(
    "proof_over",
    metadata,
    story_id(primary_key=True),  # the term of this story's proof is over: only then may its rows be deleted
    Column("at", Moment, nullable=False),
)

receipt = Table(
    "receipt",
    metadata,
    Column("lookup", Text, primary_key=True),  # the first five digits
    story_id(),
    Column("secret_hash", Text, nullable=False),  # Argon2id of the other eleven
    Column("holder", Text, nullable=False, server_default="verteller"),  # or "vertegenwoordiger"
    Index("ix_receipt_story_id_holder", "story_id", "holder", unique=True),
)

PROOF = (consent_event, sitting)
"""Of these the rows of one story may be deleted once its id stands in `proof_over`: the term of the proof is over."""
