"""Rules that administrators may change: notices, offered purposes, terms and themes. New versions, never overwritten.

A version is proposed by one administrator and counts once another one has approved it (four eyes). What was shown or
promised under an older version stays readable for ever, because consent events name it by version and hash.

Nothing is deleted either. A newer proposal takes the place of an older one, and a version without a body says no more
than that the proposal before it is off the table.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.model import require


class RuleKind(StrEnum):
    NOTICE = "notice"  # Markdown, one per language
    PURPOSES = "purposes"  # JSON: which purposes are offered in which forms
    TERMS = "terms"  # JSON of stories.terms.Terms
    THEMES = "themes"  # JSON list of opgaven, levels and lenses, as stories.vocabulary


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. `approved_by` is None while it waits for a second administrator, or when it was replaced
    or dropped before one came."""

    kind: RuleKind
    language: str  # "" for what has no language
    version: int
    body: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None

    def __post_init__(self) -> None:
        require(self.version >= 1, "versions count from 1")
        require((self.kind is RuleKind.NOTICE) == bool(self.language), "a notice, and only a notice, has a language")
        require((self.approved_by is None) == (self.approved_at is None), "an approval has somebody and a moment")
        require(not (self.drops and self.approved_by), "nobody approves that a proposal is off the table")

    @property
    def drops(self) -> bool:
        """Does this version only take the proposal before it off the table?"""
        return not self.body

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body.encode("utf-8")).hexdigest()
