"""Where a visitor is in telling and in "Mijn verhaal", and what they chose on the way. `ui.state` remembers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stories.consent import Form, Outcome, Purpose, Recognisability
from stories.model import AgeBand, TellerRole
from stories.sitting import Authority, Helper, OtherParent, Relation
from stories.told import Audience, TellerTags


class Step(StrEnum):
    """The screens of telling, one question each. `ui.walk.path` says which of them a teller meets, in which order."""

    WHO = "who"
    HELPER = "helper"
    WHOSE = "whose"
    AGE = "age"
    SIXTEEN = "sixteen"
    NOTICE = "notice"
    ANSWER = "answer"
    PARENT = "parent"
    RELATION = "relation"
    AUTHORITY = "authority"
    OTHER_PARENT = "other_parent"
    HOW = "how"
    TELL = "tell"
    OTHERS = "others"
    ABOUT = "about"
    FEEL = "feel"
    LENS = "lens"
    AUDIENCE = "audience"
    CHANNELS = "channels"
    SPECIAL = "special"
    RECOGNISE = "recognise"
    PREVIEW = "preview"
    CHECK = "check"
    DONE = "done"


class Way(StrEnum):
    """How somebody tells."""

    SPREKEN = "spreken"
    TYPEN = "typen"
    BESTAND = "bestand"


@dataclass(frozen=True, slots=True)
class Telling:
    """Where a teller is, and what they chose so far. Answers only: the words are in the vault or in their field."""

    step: Step = Step.WHO
    helper: Helper | None = None  # somebody without an account who helps; None: nobody does
    role: TellerRole | None = None
    age_band: AgeBand | None = None
    turns_16_on: date | None = None
    sixteen_unknown: bool = False
    answer: Outcome | None = None  # the teller's own yes; under 16 their assent
    representative: Outcome | None = None
    later: bool = False  # the representative is not here now and answers with a code of their own
    relation: Relation | None = None
    authority: Authority | None = None
    other_parent: OtherParent | None = None
    way: Way | None = None
    story_id: str | None = None
    text_part: int | None = None  # which part the words in the field are, once they were kept
    persons: int = 1  # how many fields for names are on the screen
    tags: TellerTags = field(default_factory=TellerTags)
    channels: tuple[tuple[Purpose, Form | None], ...] = ()
    special: bool | None = None
    recognisability: Recognisability | None = None
    preview: bool | None = None
    embargo_until: date | None = None
    valid_until: date | None = None
    codes: tuple[str, str | None] | None = None

    @property
    def young(self) -> bool:
        """Children and young people are spoken to with je, adults with u."""
        return self.role in (TellerRole.KIND, TellerRole.JONGERE)

    @property
    def under_16(self) -> bool:
        return self.age_band is not None and self.age_band.needs_representative

    @property
    def shares(self) -> bool:
        """Does anything leave the editors' room? If not, nobody is asked where it may go."""
        return self.tags.audience not in (None, Audience.REDACTIE)


class Topic(StrEnum):
    """The screens of "Mijn verhaal": one topic each, and home."""

    HOME = "home"
    WHERE = "where"
    READ = "read"
    OTHERS = "others"  # as others read it
    ABOUT = "about"  # tags, and who is in it
    MORE = "more"
    CHANGE = "change"
    CORRECT = "correct"
    LEAVE_OUT = "leave_out"
    MAY = "may"  # all channels
    CHANNEL = "channel"
    RECOGNISE = "recognise"
    FROM = "from"
    UNTIL = "until"
    PREVIEW = "preview"
    AUDIENCE = "audience"
    PRODUCTS = "products"
    PRODUCT = "product"
    STOP = "stop"
    DANGER = "danger"
    PARENT = "parent"  # the code for the parent
    # the parent's or guardian's own
    NOTICE = "notice"
    RELATION = "relation"
    AUTHORITY = "authority"
    OTHER_PARENT = "other_parent"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Following:
    """Where the holder of a code is in "Mijn verhaal", and what they chose on the screens before."""

    who: str = ""  # whose this is: another code begins at home
    topic: Topic = Topic.HOME
    about: str = ""  # which channel, piece or part the screen is about
    seen: str = ""  # digest of the text that the screen shows
    picked: tuple[int, int] | None = None  # words to leave out, before they are
    code: str | None = None  # a code that was just made, shown once
    relation: Relation | None = None
    authority: Authority | None = None
    other_parent: OtherParent | None = None
