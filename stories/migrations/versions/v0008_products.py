"""Sounds of quotes, files and templates of the house, baskets of quotes, and where pieces were published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0008"
down_revision = "v0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("piece", sa.Column("derived_from", sa.Text(), nullable=True))
    op.create_table(
        "clip",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("redaction", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("object_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clip"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_clip_story_id_story"),
    )
    op.create_index("ix_clip_story_id", "clip", ["story_id"])
    op.create_index("ix_clip_quote_id", "clip", ["quote_id"])
    op.create_table(
        "house_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("object_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_house_file"),
    )
    op.create_table(
        "piece_template",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name="pk_piece_template"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("piece_id", sa.Text(), nullable=False),
        sa.Column("piece_digest", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("published_on", sa.String(10), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("down_at", sa.String(40), nullable=True),
        sa.Column("down_by", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name="fk_publication_piece_id_piece"),
    )
    op.create_index("ix_publication_piece_id", "publication", ["piece_id"])
    op.create_table(
        "basket",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "quote_id", name="pk_basket"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_basket_user_id_user_account"),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name="fk_basket_quote_id_quote"),
    )
    op.create_index("ix_basket_quote_id", "basket", ["quote_id"])


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
