"""What a teller gives besides consent: parts, tags of their own, and who else the story is about. Frozen values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from stories.consent import Purpose
from stories.model import StoryKind, require


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of telling as it came in: sound or text, in the order in which it was given.

    Parts are what has not been joined yet. The machine joins them into the story's one recording (and its one clock)
    or its one text; the row and its sealed item are gone then. `words` counts a text's words.
    """

    story_id: str
    number: int
    kind: StoryKind
    added_at: datetime
    sha256: str
    duration_ms: int | None = None
    words: int | None = None
    source_format: str = ""

    def __post_init__(self) -> None:
        require(self.number >= 1, "parts count from 1")
        require((self.kind is StoryKind.AUDIO) == (self.duration_ms is not None), "sound lasts, text does not")
        require(self.kind is StoryKind.AUDIO or self.words is not None, "a text has words")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of their own text that the teller keeps for the house alone: what they are, and which of the places where
    these words stand is meant (from 1). Not offsets: a text that is joined or corrected shifts."""

    words: str
    nth: int = 1

    def __post_init__(self) -> None:
        require(bool(self.words.strip()), "a passage has words")
        require(self.nth >= 1, "places count from 1")


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that were typed in a story that also has sound: where on the recording's clock they belong."""

    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class ChatSender:
    """One person in a chat export that waits for a choice. Sealed: the name is somebody's."""

    name: str
    messages: int
    voices: int
    missing: int = 0  # voice messages that the chat names but the file does not hold
    left_out: int = 0  # photos, videos and files, which are never taken


class Agreed(StrEnum):
    """What was agreed with somebody who appears in the story."""

    WEET_EN_GOED = "weet_en_goed"
    WEET_NIET = "weet_niet"
    WIL_NIET = "wil_niet"
    NIET_GEVRAAGD = "niet_gevraagd"


@dataclass(frozen=True, slots=True)
class ThirdPerson:
    """Somebody (or a place) in the story whose name must be hidden, with what was agreed. Sealed, always."""

    name: str
    agreed: Agreed = Agreed.NIET_GEVRAAGD

    def __post_init__(self) -> None:
        require(bool(self.name.strip()), "a person to hide has a name")


class Feeling(StrEnum):
    BLIJ = "blij"
    TROTS = "trots"
    HOOP = "hoop"
    GEWOON = "gewoon"
    BOOS = "boos"
    VERDRIETIG = "verdrietig"
    BANG = "bang"
    MOE = "moe"
    ALLEEN = "alleen"
    SCHAAMTE = "schaamte"


class Lens(StrEnum):
    """The plan's questions as a lens on what is told; INZICHT is the editor's and never the teller's."""

    GEVOLG = "gevolg"
    GAAT_GOED = "gaat_goed"
    GAAT_FOUT = "gaat_fout"
    ZOU_HELPEN = "zou_helpen"


class Audience(StrEnum):
    """Who may hear or read it, from closest to widest: a ceiling over the purposes, never a yes by itself."""

    REDACTIE = "redactie"
    HELPERS = "helpers"
    PARTNERS = "partners"
    IEDEREEN = "iedereen"

    @property
    def reaches(self) -> frozenset[Purpose]:
        """The purposes that stay within this audience. Each of them is still a no until somebody says yes."""
        return _REACHES[self]


_WITHIN = frozenset({Purpose.VERWERKEN, Purpose.BIJZONDER})
_HELPERS = _WITHIN | {Purpose.INTERN_LEREN, Purpose.KENNISKRING, Purpose.HERCONTACT}
_REACHES = {
    Audience.REDACTIE: _WITHIN,
    Audience.HELPERS: _HELPERS,
    Audience.PARTNERS: _HELPERS | {Purpose.NIEUWSBRIEF, Purpose.ONDERZOEK},
    Audience.IEDEREEN: frozenset(Purpose),
}


@dataclass(frozen=True, slots=True)
class TellerTags:
    """What the teller says it is about. Their own tags stand beside the machine's and the editor's."""

    opgaven: tuple[str, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    lenses: tuple[Lens, ...] = ()
    audience: Audience | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TellerTags:
        """The inverse of `to_json`. Raises ValueError, KeyError or TypeError on anything else."""
        audience = data["audience"]
        return cls(
            opgaven=tuple(str(x) for x in data["opgaven"]),
            feelings=tuple(Feeling(x) for x in data["feelings"]),
            lenses=tuple(Lens(x) for x in data["lenses"]),
            audience=None if audience is None else Audience(audience),
        )
