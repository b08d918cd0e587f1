"""What is known about a piece at one moment: everything the gate needs, and nothing it could look up itself.

The caller reads this from the store in one transaction, every time anew: consent is asked at the moment of use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType

from publish.helplines import HELPLINES, STAYS_CHECKED, Helpline
from stories.consent import Recognisability
from stories.model import AgeBand, Approval, Quote, Teller, TellerRole, digest_of, require
from stories.products import CLIP_HEARD, LISTENERS, Clip, HouseFile
from stories.use import Standing
from stories.words import say

Leaks = Callable[[Mapping[str, str]], Sequence[object]]
"""The residual check: texts by the place where they stand -> one thing per sealed name found in them."""


def role_of(teller: Teller) -> str:
    """A teller by role only: "een ouder", "een kind van de basisschool"."""
    if teller.role is TellerRole.KIND and teller.age_band is AgeBand.UNDER_12:
        return say("publish.teller_kind_basisschool")
    return say(f"publish.teller_{teller.role}")


@dataclass(frozen=True, slots=True)
class StoryEvidence(Standing):
    """How one story stands now, and how this piece uses it.

    `use` is how recognisable the piece makes the teller (by role only: not at all). `public_quotes` are the ids of
    this story's quotes in pieces that already went out. `redaction` is the digest of the redacted recording that is
    ready now, empty while there is none.
    """

    public_quotes: frozenset[str] = frozenset()
    use: Recognisability = Recognisability.ONHERKENBAAR
    redaction: str = ""

    @classmethod
    def of(
        cls,
        now: Standing,
        *,
        public_quotes: frozenset[str] = frozenset(),
        use: Recognisability = Recognisability.ONHERKENBAAR,
        redaction: str = "",
    ) -> StoryEvidence:
        """How a story stands, and how a piece uses it."""
        known = {one.name: getattr(now, one.name) for one in fields(Standing)}
        return cls(**known, public_quotes=public_quotes, use=use, redaction=redaction)

    @property
    def teller(self) -> str:
        return role_of(self.story.teller)


@dataclass(frozen=True, slots=True)
class ClipEvidence:
    """A finished sound and what people said of it. Two people hear it to its end: whoever made it is one at most."""

    clip: Clip
    approvals: tuple[Approval, ...] = ()

    @property
    def heard_by(self) -> frozenset[str]:
        """Who heard exactly this sound to its end."""
        about = (self.clip.id, self.clip.digest, CLIP_HEARD)
        return frozenset(a.by for a in self.approvals if (a.subject, a.digest, a.role) == about)

    @property
    def is_heard(self) -> bool:
        return len(self.heard_by) >= LISTENERS and bool(self.heard_by - {self.clip.made_by})


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it, for one piece: quotes, stories and clips by id, approvals of the piece, and the check on names.

    `files`: the files of the house that are there, by their id.

    `helplines`: those whose number somebody looked up, which is done again after `helpline_days`.

    `one_person_since`: since when the house is in one-person mode (see `stories.use.released_alone`).
    """

    quotes: Mapping[str, Quote]
    stories: Mapping[str, StoryEvidence]
    leaks: Leaks
    piece_approvals: tuple[Approval, ...] = ()
    one_person_since: datetime | None = None
    clips: Mapping[str, ClipEvidence] = field(default_factory=dict)
    files: Mapping[str, HouseFile] = field(default_factory=dict)
    helplines: tuple[Helpline, ...] = HELPLINES
    helpline_days: int = STAYS_CHECKED

    def __post_init__(self) -> None:
        require(all(key == quote.id for key, quote in self.quotes.items()), "quotes are found by their id")
        require(all(key == known.story.id for key, known in self.stories.items()), "stories are found by their id")
        require(all(key == known.clip.id for key, known in self.clips.items()), "clips are found by their id")
        object.__setattr__(self, "clips", MappingProxyType(dict(self.clips)))
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))
        object.__setattr__(self, "quotes", MappingProxyType(dict(self.quotes)))
        object.__setattr__(self, "stories", MappingProxyType(dict(self.stories)))

    def source_of(self, quote_id: str | None) -> tuple[Quote, StoryEvidence] | None:
        """The quote and its story, or None when either is not known."""
        quote = self.quotes.get(quote_id or "")
        known = self.stories.get(quote.story_id) if quote else None
        return (quote, known) if quote and known else None

    def checked(self, *texts: str) -> str:
        """The digest of these texts when no known name stands in any of them, else empty.

        For words that become pixels (`publish.cards`), in which no check can find a name afterwards.
        """
        return "" if any(self.leaks({"text": text}) for text in texts) else digest_of(list(texts))
