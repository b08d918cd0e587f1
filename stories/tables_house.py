"""What is of the whole house: its key, its words, rules and choices, and the jobs of the machine."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, false

from stories.columns import Moment, metadata

house = Table(
    "house",
    metadata,
    Column("name", Text, primary_key=True),  # "house_key": wrapped; it also tells a wrong master key at start
    Column("value", LargeBinary, nullable=False),
)

vocabulary = Table(
    "vocabulary",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("opgaven", Text, nullable=False),  # JSON list
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", Moment),
)

house_choice = Table(  # what the house chose for itself: every choice is a version, the newest one counts
    "house_choice",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("story_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", BigInteger, nullable=False, default=0, server_default="0"),
    Column("total", BigInteger, nullable=False, default=0, server_default="0"),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("message", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("priority", Integer, nullable=False, default=0, server_default="0"),
    Column("workflow_id", Text),
    Column("cancel_requested", Boolean, nullable=False, default=False, server_default=false()),
    Column("worked_ms", BigInteger, nullable=False, default=0, server_default="0"),
    Column("not_before", Moment),
    Index("ix_job_story_id", "story_id"),
    Index("ix_job_state", "state"),
)

executor = Table(
    "executor",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("heartbeat_at", Moment, nullable=False),
)
