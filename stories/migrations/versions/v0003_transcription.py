"""Transcription: a job knows how long it worked and when it may begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("worked_ms", sa.BigInteger(), server_default="0", nullable=False))
        job.add_column(sa.Column("not_before", sa.String(40), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("going back would lose what tellers gave; restore a backup instead")
