"""What is made of stories: quotes, the blocks of a piece, and the bundle that leaves the house."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from stories.values import digest_of, require


class QuoteKind(StrEnum):
    """Only listened-to (or typed) text is a CITAAT; the rest is a PARAFRASE."""

    CITAAT = "citaat"
    PARAFRASE = "parafrase"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one story version, with their place in the clean text and, for audio, in the sound."""

    id: str
    story_id: str
    version: int
    start: int
    end: int
    text: str
    kind: QuoteKind
    made_by: str
    start_ms: int | None = None
    end_ms: int | None = None

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a quote covers at least one character")
        require(bool(self.text.strip()), "a quote has words")


class Voice(StrEnum):
    """How a clip sounds. The values are those of `stories.consent.Form`: a yes is given per form."""

    PIEP = "eigen_stem"  # the teller's own voice, names bleeped away
    VERVORMD = "vervormde_stem"  # disguised; whoever knows the teller may still recognise them
    NAGESPROKEN = "nagesproken"  # spoken again by somebody else, the safest that can be heard


class BlockKind(StrEnum):
    HEADING = "heading"
    NARRATION = "narration"
    QUOTE = "quote"  # words of a teller, to read
    CLIP = "clip"  # words of a teller, to hear
    VISUAL = "visual"  # what is seen meanwhile, or a picture with its alt text
    ON_SCREEN_TEXT = "on_screen_text"
    MUSIC = "music"
    CALL_TO_ACTION = "call_to_action"
    HELPLINE = "helpline"
    NOTE = "note"  # never exported


@dataclass(frozen=True, slots=True)
class Block:
    """One building block of a piece. QUOTE and CLIP blocks name their quote; `text` is then the quote as shown
    (possibly shortened with `(...)` or explained with `[...]`; of a CLIP: as its transcript shows it).

    `voice` and `clip_id` are of CLIP blocks alone: how it should sound, and which finished sound, once there is one.
    `file_id` is a sound or picture of the house (music, a presenter who reads the narration, a picture); `alt` says
    what a picture shows. `drafted`: a sentence of the template that nobody has changed yet. `lost`: ids of quotes that
    stood right beside words of the house and are gone (see `publish.remembering`).
    """

    kind: BlockKind
    text: str
    quote_id: str | None = None
    url: str | None = None
    voice: Voice | None = None
    clip_id: str | None = None
    file_id: str | None = None
    alt: str = ""
    drafted: bool = False
    lost: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        told = self.kind in (BlockKind.QUOTE, BlockKind.CLIP)
        require(told == (self.quote_id is not None), "only a quote or a clip names a quote")
        require((self.kind is BlockKind.CLIP) == (self.voice is not None), "only a clip has a voice")
        require(self.clip_id is None or self.kind is BlockKind.CLIP, "only a clip has a sound of a teller")

    @property
    def shown(self) -> dict[str, Any]:
        """What a reader gets of it, for the digest of the piece. Fields that came later count once they are used, so
        that what was approved before they existed still is."""
        later, known = ("voice", "clip_id", "file_id", "alt"), ("drafted", "lost")
        values = asdict(self)
        return {name: value for name, value in values.items() if name not in known and (value or name not in later)}


class PieceKind(StrEnum):
    NIEUWSBRIEF = "nieuwsbrief"  # a whole issue
    ITEM = "item"  # one item of a newsletter
    VLOG = "vlog"
    PODCAST = "podcast"
    POST = "post"  # social media
    KENNISKRING = "kenniskring"  # one page for a circle of professionals


class PieceState(StrEnum):
    CONCEPT = "concept"
    TER_VRIJGAVE = "ter_vrijgave"
    VRIJGEGEVEN = "vrijgegeven"
    GEBLOKKEERD = "geblokkeerd"  # a withdrawal locked it
    GEPUBLICEERD = "gepubliceerd"


@dataclass(frozen=True, slots=True)
class Piece:
    """A product in the making. Its `digest` is what the second person approves; any edit changes it."""

    id: str
    kind: PieceKind
    title: str
    publish_on: date
    blocks: tuple[Block, ...]
    made_by: str
    preheader: str = ""
    state: PieceState = PieceState.CONCEPT
    row_version: int = 0
    template_version: int = 1
    derived_from: str | None = None  # the piece that it was made of, for another channel

    @property
    def digest(self) -> str:
        """Everything a reader will see, and when: not the state or the row version."""
        blocks = [block.shown for block in self.blocks]
        return digest_of([self.kind, self.title, self.preheader, self.publish_on, blocks, self.template_version])

    @property
    def quote_ids(self) -> tuple[str, ...]:
        return tuple(block.quote_id for block in self.blocks if block.quote_id)


@dataclass(frozen=True, slots=True)
class Export:
    """A bundle that was made: what, when, by whom, and its hash. The bytes lie in the media folder."""

    id: str
    piece_id: str
    piece_digest: str
    sha256: str
    made_by: str
    made_at: datetime
    manifest: dict[str, Any] = field(default_factory=dict)
