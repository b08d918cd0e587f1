"""The editorial calendar's values: what is planned for which day, and for which channel in which form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stories.consent import Form, Purpose
from stories.model import require

MAX_TITLE = 120  # characters; one line of a list


class Slot(StrEnum):
    """What is made: a channel, with its form where there is a choice. The value is `channel` or `channel-form`."""

    NIEUWSBRIEF = "nieuwsbrief"
    SOCIAL = "social"
    WEBSITE = "website"
    PODCAST_NAGESPROKEN = "podcast-nagesproken"
    PODCAST_VERVORMDE_STEM = "podcast-vervormde_stem"
    PODCAST_EIGEN_STEM = "podcast-eigen_stem"
    VLOG_NAGESPROKEN = "vlog-nagesproken"
    VLOG_BEELD = "vlog-beeld"
    KENNISKRING = "kenniskring"
    LEERNETWERK = "leernetwerk"
    PUBLIEKSACADEMIE = "publieksacademie"
    ANDERS = "anders"  # a date of one's own

    @property
    def channel(self) -> str:
        return self.partition("-")[0]

    @property
    def use(self) -> tuple[Purpose, Form] | None:
        """What tellers were asked for; None where they were asked nothing, so that no word of theirs fits."""
        if self in (Slot.LEERNETWERK, Slot.PUBLIEKSACADEMIE, Slot.ANDERS):
            return None
        return Purpose(self.channel), Form(self.partition("-")[2] or Form.TEKST)


CHANNELS = tuple(dict.fromkeys(slot.channel for slot in Slot if slot is not Slot.ANDERS))
"""What can have a cadence."""


class PlannedState(StrEnum):
    GEPLAND = "gepland"
    GEDAAN = "gedaan"
    AFGEBLAZEN = "afgeblazen"


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the calendar. `title` is the house's own words (sealed at rest), `owner` a user id, `theme` the id of
    an opgave or ""."""

    id: str
    day: date
    slot: Slot
    title: str
    owner: str
    piece_id: str | None = None
    theme: str = ""
    state: PlannedState = PlannedState.GEPLAND
    row_version: int = 0

    def __post_init__(self) -> None:
        require(0 < len(self.title) <= MAX_TITLE, "what is planned has a title of one line")
