"""Notes, mentions and presence."""

from __future__ import annotations

revision = "v0006"
down_revision = "v0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people wrote; restore a backup instead")
