"""A story: its row, its key, what is sealed of it, its versions, and what it is found by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, false

from stories.columns import Day, DayNumber, Moment, metadata, story_id

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
    story_id(primary_key=True),
    Column("mark", Text, primary_key=True),  # stories.blind: which tag it is, the database cannot tell
    Column("confirmed", Boolean, nullable=False),
    Index("ix_story_tag_mark", "mark"),
)

story_key = Table(
    "story_key",
    metadata,
    story_id(primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    story_id(primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("plain_bytes", BigInteger, nullable=False),
    Column("sealed", LargeBinary),  # small items; exactly one of these two is filled
    Column("object_name", Text),  # big items: their name in the media folder
)

recording = Table(
    "recording",
    metadata,
    story_id(primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("source_format", Text, nullable=False),
)

part = Table(
    "part",
    metadata,
    story_id(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("duration_ms", BigInteger),
    Column("words", Integer),
    Column("source_format", Text, nullable=False),
)

story_version = Table(
    "story_version",
    metadata,
    story_id(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("clean_digest", Text, nullable=False),  # proves that the sealed text beside it is still the same
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
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
