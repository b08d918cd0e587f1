"""What is made of stories, and of what: quotes, pieces, sounds, exports, publications, the calendar."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text

from stories.columns import Day, Moment, metadata, story_id

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

piece_template = Table(
    "piece_template",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

piece_story = Table(
    "piece_story",
    metadata,
    Column("piece_id", Text, ForeignKey("piece.id"), primary_key=True),
    story_id(primary_key=True),
    Index("ix_piece_story_story_id", "story_id"),
)

clip = Table(
    "clip",
    metadata,
    Column("id", Text, primary_key=True),
    story_id(),
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
    story_id(primary_key=True),
    Index("ix_export_story_story_id", "story_id"),
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
