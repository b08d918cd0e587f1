"""The queue: facts of a story that SQL can count with, who took it, a last day, and blind marks of its tags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns: list[sa.Column[Any]] = [  # not in a batch, which would drop the table that so many others point at
        sa.Column("moved_on", sa.Integer(), server_default="1", nullable=False),
        sa.Column("due_on", sa.Integer(), nullable=True),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("names_left", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            for name in ("heard", "themes_done", "read_through")
        ),
    ]
    for column in columns:
        op.add_column("story", column)
    op.create_table(
        "story_tag",
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_tag_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "mark", name=op.f("pk_story_tag")),
    )
    op.create_index("ix_story_tag_mark", "story_tag", ["mark"], unique=False)
    _fill_moved_on()


def _fill_moved_on() -> None:
    """The last day on which something is known to have happened. What is sealed is counted by the worker
    (`desk.queue.count_again`): a migration has no keys."""
    connection = op.get_bind()
    story, version = (
        sa.table("story", sa.column("id"), sa.column("created_at"), sa.column("moved_on")),
        sa.table("story_version", sa.column("story_id"), sa.column("made_at")),
    )
    newest = sa.select(sa.func.max(version.c.made_at)).where(version.c.story_id == story.c.id).scalar_subquery()
    known = connection.execute(sa.select(story.c.id, sa.func.coalesce(newest, story.c.created_at).label("at"))).all()
    if known:
        connection.execute(
            sa.update(story).where(story.c.id == sa.bindparam("story_id")).values(moved_on=sa.bindparam("day")),
            [{"story_id": row.id, "day": datetime.fromisoformat(row.at).toordinal()} for row in known],
        )


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
