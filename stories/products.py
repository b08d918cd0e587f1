"""What products are made of besides words: sounds of tellers, the house's files and templates, and where they went.

A *clip* is a finished sound of one quote, and never changes: another sound is another clip. Which consent a block of
a piece leans on follows from the piece's kind (the purpose) and from how the block is seen or heard (the form).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from stories.consent import Form, Purpose
from stories.model import Block, Piece, PieceKind, Voice, require

PURPOSES: dict[PieceKind, Purpose] = {
    PieceKind.NIEUWSBRIEF: Purpose.NIEUWSBRIEF,
    PieceKind.ITEM: Purpose.NIEUWSBRIEF,
    PieceKind.VLOG: Purpose.VLOG,
    PieceKind.PODCAST: Purpose.PODCAST,
    PieceKind.POST: Purpose.SOCIAL,
    PieceKind.KENNISKRING: Purpose.KENNISKRING,
}
"""For which purpose each kind of piece uses a story."""

SPOKEN = frozenset({PieceKind.PODCAST, PieceKind.VLOG})
"""The kinds in which tellers are heard, when they allow it."""

SAFEST_FIRST = (Voice.NAGESPROKEN, Voice.VERVORMD, Voice.PIEP)
"""The order in which a voice is proposed."""

BY_A_PERSON = "mens"
"""The recipe of a clip that somebody spoke again. Any other voice that is not the teller's own is a computer's."""

CLIP_HEARD = "clip_gehoord"
"""Role of the approval of somebody who heard a clip to its end (subject: the clip's id, digest: the clip's)."""

LISTENERS = 2
"""So many different people hear a clip to its end before it may leave. Whoever made it is at most one of them."""


def form_of(block: Block) -> Form:
    """In which form a block uses its story: a clip as it sounds, all else as text."""
    return Form(str(block.voice)) if block.voice else Form.TEKST


def forms_used(kind: PieceKind, voice: Voice | None) -> frozenset[Form]:
    """In which forms words with this voice (None: to read) are used. In a piece to read they stand as text as well."""
    heard = Form(str(voice)) if voice else Form.TEKST
    return frozenset({heard} if kind in SPOKEN else {heard, Form.TEKST})


def forms_of(piece: Piece, quote_ids: frozenset[str]) -> frozenset[Form]:
    """In which forms a piece uses these quotes."""
    uses = [forms_used(piece.kind, block.voice) for block in piece.blocks if block.quote_id in quote_ids]
    return frozenset().union(*uses)


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished sound of one quote: canonical FLAC, sealed with the story's key.

    `version` is the story version that the quote is of, `redaction` the digest of the redacted recording it was cut
    from (empty for NAGESPROKEN), `recipe` how it was made (a code, such as `piep-1` or `mens`), `digest` the SHA-256
    of its sound.
    """

    id: str
    story_id: str
    quote_id: str
    version: int
    voice: Voice
    recipe: str
    redaction: str
    digest: str
    duration_ms: int
    made_by: str
    made_at: datetime

    def __post_init__(self) -> None:
        require(self.duration_ms > 0, "a clip lasts")
        require((self.voice is Voice.NAGESPROKEN) == (not self.redaction), "only re-voiced words need no redaction")

    @property
    def is_computed(self) -> bool:
        """Whether no person spoke it, which every product tells."""
        return self.voice is Voice.NAGESPROKEN and self.recipe != BY_A_PERSON


class FileKind(StrEnum):
    """What a file of the house is for."""

    INTRO = "intro"
    OUTRO = "outro"
    MUZIEK = "muziek"
    PRESENTATIE = "presentatie"  # a presenter who reads narration
    BEELD = "beeld"


@dataclass(frozen=True, slots=True)
class HouseFile:
    """A sound (canonical FLAC) or picture (PNG) of the house. `name` and `credit` are the house's own words, sealed.

    `duration_ms` is 0 for a picture. `synthetic`: a computer made the voice or the picture, which is always told.
    """

    id: str
    kind: FileKind
    name: str
    credit: str
    digest: str
    duration_ms: int
    made_by: str
    made_at: datetime
    synthetic: bool = False

    def __post_init__(self) -> None:
        require((self.duration_ms > 0) == (self.kind is not FileKind.BEELD), "a sound lasts, a picture does not")


@dataclass(frozen=True, slots=True)
class Template:
    """One version of the template of a kind of piece: words of the house, kept for ever."""

    kind: PieceKind
    version: int
    body: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A piece that went out: where, when, and whether it was taken down again."""

    id: str
    piece_id: str
    piece_digest: str
    channel: str  # a code: mail, website, podcast, linkedin, youtube, anders
    url: str
    published_on: date
    by: str
    at: datetime
    down_at: datetime | None = None
    down_by: str = ""
