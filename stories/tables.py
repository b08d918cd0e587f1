"""The tables of the newest schema. Migrations make them; a test compares the two.

What is clear and what is sealed: ids, dates, codes, hashes and counts are clear; every word of a teller or about a
teller is in a column named `sealed` (bytes of `stories.vault`). Of each story `story_key` holds the one wrapped key.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment as UTC text with microseconds, the same on every database and sortable as text."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment knows its time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class LocalMoment(TypeDecorator[datetime]):
    """A moment with the clock of the place where it was said: its `date()` decides when a consent ends."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar day as ISO text."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class DayNumber(TypeDecorator[date]):
    """A calendar day as its number (day 1 is 1 January of year 1), so that every database can count with days."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:
        return None if value is None else value.toordinal()

    def process_result_value(self, value: int | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromordinal(value)


def _story_id(name: str = "story_id", *, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey("story.id"), primary_key=primary_key, nullable=False)


house = Table(
    "house",
    metadata,
    Column("name", Text, primary_key=True),  # "house_key": wrapped; it also tells a wrong master key at start
    Column("value", LargeBinary, nullable=False),
)

story = Table(
    "story",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("teller_role", Text, nullable=False),
    Column("age_band", Text, nullable=False),
    Column("turns_16_on", Day),
    Column("stage", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("region", Text, nullable=False),
    Column("is_example", Boolean, nullable=False),
    Column("taken_by", Text),
    Column("waiting_for", Text),
    Column("row_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # for the queue, see stories.books_queue
    Column("moved_on", DayNumber, nullable=False, server_default="1"),  # when its stage or state last changed
    Column("due_on", DayNumber),  # a last day that an editor set
    Column("assigned_to", Text),  # the user who took it
    Column("names_left", Integer),  # places in the newest version that nobody decided about; NULL: not counted yet
    Column("heard", Boolean, nullable=False, server_default=false()),  # all that it was made from
    Column("themes_done", Boolean, nullable=False, server_default=false()),  # somebody confirmed a tag of that version
    Column("read_through", Boolean, nullable=False, server_default=false()),  # that version, by a second person
    Index("ix_story_created_at_id", "created_at", "id"),
)

story_tag = Table(
    "story_tag",
    metadata,
    _story_id(primary_key=True),
    Column("mark", Text, primary_key=True),  # stories.blind: which tag it is, the database cannot tell
    Column("confirmed", Boolean, nullable=False),
    Index("ix_story_tag_mark", "mark"),
)

story_key = Table(
    "story_key",
    metadata,
    _story_id(primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    _story_id(primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("plain_bytes", BigInteger, nullable=False),
    Column("sealed", LargeBinary),  # small items; exactly one of these two is filled
    Column("object_name", Text),  # big items: their name in the media folder
)

recording = Table(
    "recording",
    metadata,
    _story_id(primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("source_format", Text, nullable=False),
)

part = Table(
    "part",
    metadata,
    _story_id(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("duration_ms", BigInteger),
    Column("words", Integer),
    Column("source_format", Text, nullable=False),
)

consent_event = Table(
    "consent_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    _story_id(),
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
    _story_id(),
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
    _story_id(primary_key=True),  # the term of this story's proof is over: only then may its rows be deleted
    Column("at", Moment, nullable=False),
)

story_version = Table(
    "story_version",
    metadata,
    _story_id(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("clean_digest", Text, nullable=False),  # proves that the sealed text beside it is still the same
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
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

quote = Table(
    "quote",
    metadata,
    Column("id", Text, primary_key=True),
    Column("story_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("start_ms", BigInteger),
    Column("end_ms", BigInteger),
    Column("sealed", LargeBinary, nullable=False),  # the words, with the story's key
    ForeignKeyConstraint(["story_id", "version"], ["story_version.story_id", "story_version.number"]),
    Index("ix_quote_story_id", "story_id"),
)

basket = Table(  # the quotes that somebody chose to make something of: ids, for that person alone
    "basket",
    metadata,
    Column("user_id", Text, ForeignKey("user_account.id"), primary_key=True),
    Column("quote_id", Text, ForeignKey("quote.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_basket_quote_id", "quote_id"),
)

piece = Table(
    "piece",
    metadata,
    Column("id", Text, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("publish_on", Day, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("row_version", Integer, nullable=False),
    Column("template_version", Integer, nullable=False),
    Column("derived_from", Text),  # the piece that it was made of, for another channel
    Column("sealed", LargeBinary, nullable=False),  # title, preheader and blocks, with the house key
)

clip = Table(
    "clip",
    metadata,
    Column("id", Text, primary_key=True),
    _story_id(),
    Column("quote_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("voice", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("redaction", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("object_name", Text, nullable=False),  # the sound, with the story's key
    Index("ix_clip_story_id", "story_id"),
    Index("ix_clip_quote_id", "quote_id"),
)

house_file = Table(
    "house_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # name and credit, with the house key
    Column("object_name", Text),  # the file, with the house key; NULL once it was put away
)

piece_template = Table(
    "piece_template",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("id", Text, primary_key=True),
    Column("piece_id", Text, ForeignKey("piece.id"), nullable=False),
    Column("piece_digest", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("published_on", Day, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("down_at", Moment),
    Column("down_by", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the address, with the house key
    Index("ix_publication_piece_id", "piece_id"),
)

piece_story = Table(
    "piece_story",
    metadata,
    Column("piece_id", Text, ForeignKey("piece.id"), primary_key=True),
    _story_id(primary_key=True),
    Index("ix_piece_story_story_id", "story_id"),
)

export = Table(
    "export",
    metadata,
    Column("id", Text, primary_key=True),
    Column("piece_id", Text, ForeignKey("piece.id"), nullable=False),
    Column("piece_digest", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sealed", LargeBinary),  # the manifest, with the house key; NULL once expired
    Column("object_name", Text),  # the bundle; NULL once expired
    Index("ix_export_piece_id", "piece_id"),
)

export_story = Table(
    "export_story",
    metadata,
    Column("export_id", Text, ForeignKey("export.id"), primary_key=True),
    _story_id(primary_key=True),
    Index("ix_export_story_story_id", "story_id"),
)

task = Table(
    "task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    _story_id(),
    Column("subject", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("due", Day, nullable=False),
    Column("done_at", Moment),
)

receipt = Table(
    "receipt",
    metadata,
    Column("lookup", Text, primary_key=True),  # the first five digits
    _story_id(),
    Column("secret_hash", Text, nullable=False),  # Argon2id of the other eleven
    Column("holder", Text, nullable=False, server_default="verteller"),  # or "vertegenwoordiger"
    Index("ix_receipt_story_id_holder", "story_id", "holder", unique=True),
)

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

planned = Table(  # the editorial calendar
    "planned",
    metadata,
    Column("id", Text, primary_key=True),
    Column("day", Day, nullable=False),
    Column("slot", Text, nullable=False),  # a channel with its form, or something without words of tellers
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),  # user id
    Column("piece_id", Text, ForeignKey("piece.id")),
    Column("theme", Text, nullable=False),  # id in the vocabulary, or ""
    Column("row_version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the title, with the house key
    Index("ix_planned_day", "day"),
    Index("ix_planned_piece_id", "piece_id"),
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

search_doc = Table(
    "search_doc",
    metadata,
    Column("doc", Integer, primary_key=True, autoincrement=True),  # never used again: places are hidden with it
    Column("story_id", Text, ForeignKey("story.id"), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("method", Integer, nullable=False),  # how its words were made; another one is indexed anew
    Column("words", Integer, nullable=False),
    Column("marks", LargeBinary, nullable=False),  # its marks, 8 bytes each: what must go with it
    sqlite_autoincrement=True,
)

search_mark = Table(
    "search_mark",
    metadata,
    Column("mark", BigInteger, primary_key=True, autoincrement=False),  # stories.blind: of a word, or of a tag
    Column("doc", Integer, primary_key=True, autoincrement=False),
    Column("places", LargeBinary, nullable=False),  # where it stands in the text, enciphered (stories.books_search)
    sqlite_with_rowid=False,
)

note = Table(
    "note",
    metadata,
    Column("id", Text, primary_key=True),
    _story_id(),
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
    _story_id(primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("part", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

APPEND_ONLY = (consent_event, story_version, approval, audit, sitting)
"""Triggers refuse UPDATE and DELETE on these: what must go at erasure is not in them (the text of a version lies
sealed in `sealed`), what is in them is the proof that survives (ids, dates, codes, hashes)."""

PROOF = (consent_event, sitting)
"""Of these the rows of one story may be deleted once its id stands in `proof_over`: the term of the proof is over."""
