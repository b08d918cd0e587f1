"""Notes, mentions and presence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.String(40)
    op.create_table(
        "note",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("story_id", sa.Text(), sa.ForeignKey("story.id", name="fk_note_story_id_story"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("edited_at", moment, nullable=True),
        sa.Column("resolved_at", moment, nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_note_story_id", "note", ["story_id"])
    op.create_table(
        "mention",
        sa.Column("note_id", sa.Text(), sa.ForeignKey("note.id", name="fk_mention_note_id_note"), primary_key=True),
        sa.Column("user_id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("seen_at", moment, nullable=True),
    )
    op.create_index("ix_mention_user_id", "mention", ["user_id"])
    op.create_table(
        "presence",
        sa.Column(
            "story_id", sa.Text(), sa.ForeignKey("story.id", name="fk_presence_story_id_story"), primary_key=True
        ),
        sa.Column("user_id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
