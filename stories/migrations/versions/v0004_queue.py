"""The queue's columns and marks."""

from __future__ import annotations

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
