"""Search over anonymised text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_doc",
        sa.Column("doc", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_search_doc_story_id_story")),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_search_doc")),
        sa.UniqueConstraint("story_id", name=op.f("uq_search_doc_story_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_mark",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("doc", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "doc", name=op.f("pk_search_mark")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
