"""The teller's last word on a finished product: an approval of theirs, bound to the product's digest.

Required where a voice or an image is used and wherever the teller asked to see it first; offered to every teller.
Stored as `Approval(subject=piece id, digest=piece digest, by=story id, role=LastWord...)`: any edit of the product
voids it. The newest word of a story about a digest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from stories.model import Approval


class LastWord(StrEnum):
    AKKOORD = "verteller_akkoord"
    ANDERS = "verteller_anders"
    STOP = "verteller_stop"


def last_word(approvals: Sequence[Approval], story_id: str, digest: str) -> LastWord | None:
    """What the teller of this story said last about exactly this product; None when they have not answered.

    `approvals` are those of the product, oldest first.
    """
    words = [a.role for a in approvals if a.by == story_id and a.digest == digest and a.role in set(LastWord)]
    return LastWord(words[-1]) if words else None
