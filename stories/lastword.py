"""The teller's last word on a finished product: an approval of theirs, bound to the product's digest.

Required where a voice or an image is used and wherever the teller asked to see it first; offered to every teller.
Stored as `Approval(subject=piece id, digest=piece digest, by=story id, role=LastWord...)`: any edit of the product
voids it. The newest word of a story about a digest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from stories.model import Approval


class LastWord(StrEnum):
    AKKOORD = "verteller_akkoord"
    ANDERS = "verteller_anders"
    STOP = "verteller_stop"


AGREED_FOR = timedelta(days=183)
"""Half a year: an older akkoord is asked again before the product is used [P]."""


@dataclass(frozen=True, slots=True)
class TellerNote:
    """What a teller wants changed in a product, in their own words: sealed with the story, for editors alone."""

    story_id: str
    number: int
    piece_id: str
    digest: str  # of the product they saw
    at: datetime
    text: str


def last_word(approvals: Sequence[Approval], story_id: str, digest: str) -> LastWord | None:
    """What the teller of this story said last about exactly this product; None when they have not answered.

    `approvals` are those of the product, oldest first.
    """
    said = last_said([a for a in approvals if a.digest == digest], story_id)
    return LastWord(said.role) if said else None


def last_said(approvals: Sequence[Approval], story_id: str) -> Approval | None:
    """The teller's newest word among these approvals, oldest first, whichever form of the product it was about.

    Nobody else's counts: an editor's approval in a teller's role is by a user, not by the story.
    """
    return next((a for a in reversed(approvals) if a.by == story_id and a.role in set(LastWord)), None)
