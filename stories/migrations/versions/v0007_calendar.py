"""The editorial calendar, and what the house chose for itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "house_choice",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name="pk_house_choice"),
    )
    op.create_table(
        "planned",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("piece_id", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_planned"),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name="fk_planned_piece_id_piece"),
    )
    op.create_index("ix_planned_day", "planned", ["day"])
    op.create_index("ix_planned_piece_id", "planned", ["piece_id"])


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
