"""Who told, the row of a story, and what people owe it: approvals and tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from stories.stages import Stage, State
from stories.values import require


class TellerRole(StrEnum):
    """Who tells."""

    KIND = "kind"
    JONGERE = "jongere"
    OUDER = "ouder"
    ERVARINGSWERKER = "ervaringswerker"


class AgeBand(StrEnum):
    """Never a birth date: the band alone decides which consent is needed (UAVG art. 5: 16 years)."""

    UNDER_12 = "<12"
    FROM_12 = "12-15"
    FROM_16 = "16-17"
    ADULT = "18+"

    @property
    def needs_representative(self) -> bool:
        return self in (AgeBand.UNDER_12, AgeBand.FROM_12)


class StoryKind(StrEnum):
    AUDIO = "audio"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Teller:
    """The teller as the system knows them: a role and an age band, no name."""

    role: TellerRole
    age_band: AgeBand
    turns_16_on: date | None = None

    def __post_init__(self) -> None:
        if self.role is TellerRole.KIND:
            require(self.age_band.needs_representative, "a child is under 16")
        if self.role in (TellerRole.OUDER, TellerRole.ERVARINGSWERKER):
            require(not self.age_band.needs_representative, "a parent or ervaringswerker is 16 or over")


@dataclass(frozen=True, slots=True)
class Recording:
    """A checked recording in its canonical form: FLAC, 48 kHz, mono. The bytes lie sealed in the vault."""

    sha256: str
    duration_ms: int
    sample_rate: int
    channels: int
    source_format: str

    def __post_init__(self) -> None:
        require(len(self.sha256) == 64, "sha256 is 64 hex digits")
        require(self.duration_ms > 0, "a recording lasts longer than nothing")
        require(self.sample_rate == 48_000 and self.channels == 1, "canonical audio is 48 kHz mono")


@dataclass(frozen=True, slots=True)
class Story:
    """A story's public row: ids, stage and state, no word of what was told."""

    id: str
    kind: StoryKind
    teller: Teller
    stage: Stage
    state: State
    created_at: datetime
    region: str = ""
    is_example: bool = False
    taken_by: str | None = None  # user id of the ervaringswerker who took the story, if any
    waiting_for: str | None = None  # a catalogue key (`pipeline.waits_for_model`) or None
    row_version: int = 0
    version: int = 0  # number of the newest StoryVersion, 0 when there is none

    def moved(self, **changes: Any) -> Story:
        """The same story with changes; `row_version` is the store's business."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Approval:
    """A person said yes to exactly this digest of a story version or a piece."""

    subject: str  # story id or piece id
    digest: str
    by: str  # user id
    at: datetime
    role: str  # "vrijgever", "nagelezen", "akkoord", ...


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person must do, such as taking a publication down after a withdrawal."""

    id: str
    kind: str  # "take_down"
    story_id: str
    subject: str  # piece id or publication id
    owner: str  # role or user id
    due: date
    done_at: datetime | None = None
