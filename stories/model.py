"""What a story is made of: frozen values that refuse to be wrong.

Times are whole milliseconds on the clock of the canonical FLAC (48 kHz mono), offsets are Python character
offsets, digests are lower-case SHA-256 hex. RawText and CleanText are different types on purpose: handing a
transcript to publishing is a type error, not a leak.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from stories.stages import Stage, State


def digest_of(value: object) -> str:
    """SHA-256 (hex) of a value's canonical JSON: sorted keys, no spaces, UTF-8, dates as ISO text."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def new_id(prefix: str) -> str:
    """A fresh random id such as `v3f9a0c1d2e4b5a6f`: 64 random bits, safe in file names and logs."""
    return prefix + secrets.token_hex(8)


def require(condition: bool, what: str) -> None:
    """Raise ValueError naming the broken rule (never the value: it may be story text)."""
    if not condition:
        raise ValueError(what)


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


class Flag(StrEnum):
    """Why a transcribed segment is doubtful. Doubt is shown, never silently deleted."""

    SILENCE = "silence"
    LOOP = "loop"
    COMPRESSION = "compression"
    BOILERPLATE = "boilerplate"
    TOO_FAST = "too_fast"
    NO_SPEECH = "no_speech"
    LOW_CONFIDENCE = "low_confidence"
    SPEECH_WITHOUT_TEXT = "speech_without_text"


INVENTED = frozenset({Flag.SILENCE, Flag.LOOP, Flag.COMPRESSION, Flag.BOILERPLATE, Flag.TOO_FAST, Flag.NO_SPEECH})
"""With one of these the words are perhaps nobody's: they are not the story's text until a person says so."""

NOT_SURE = "[niet zeker verstaan]"
"""What stands in the text where a machine heard words that perhaps nobody said."""


@dataclass(frozen=True, slots=True)
class Word:
    start_ms: int
    end_ms: int
    text: str
    confidence: float

    def __post_init__(self) -> None:
        require(0 <= self.start_ms <= self.end_ms, "a word ends after it starts")
        require(0.0 <= self.confidence <= 1.0, "confidence lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence or breath of speech. `speaker` is None when unknown. `text` stays even when flagged; `said` is what
    counts as the story's."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float
    speaker: str | None = None
    flags: tuple[Flag, ...] = ()
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        require(0 <= self.start_ms <= self.end_ms, "a segment ends after it starts")
        require(0.0 <= self.confidence <= 1.0, "confidence lies between 0 and 1")

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Characters [start, end) of each word in `text`. A word that does not stand there takes no room."""
        found, at = list[tuple[int, int]](), 0
        for word in self.words:
            start = self.text.find(word.text, at)
            begin = max(at, start)
            at = begin if start < 0 else start + len(word.text)
            found.append((begin, at))
        return tuple(found)

    @property
    def said(self) -> str:
        """The text, or NOT_SURE while it may be invented."""
        return NOT_SURE if self.text and not INVENTED.isdisjoint(self.flags) else self.text


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, on the clock of the recording. `to_json` is the contract of `python -m transcription`."""

    language: str
    duration_ms: int
    model: str
    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        starts = [segment.start_ms for segment in self.segments]
        require(starts == sorted(starts), "segments are in order of time")

    @property
    def text(self) -> str:
        """The whole text, one segment per line as `said`: the text whose offsets the anonymiser uses."""
        return "\n".join(segment.said for segment in self.segments)

    def to_json(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "duration_ms": self.duration_ms,
            "model": self.model,
            "segments": [
                {
                    "start_ms": s.start_ms,
                    "end_ms": s.end_ms,
                    "speaker": s.speaker,
                    "text": s.text,
                    "confidence": s.confidence,
                    "flags": [str(flag) for flag in s.flags],
                    "words": [asdict(word) for word in s.words],
                }
                for s in self.segments
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Transcript:
        """The inverse of `to_json`. Raises ValueError, KeyError or TypeError on anything else."""
        return cls(
            language=data["language"],
            duration_ms=data["duration_ms"],
            model=data["model"],
            segments=tuple(
                Segment(
                    start_ms=s["start_ms"],
                    end_ms=s["end_ms"],
                    text=s["text"],
                    confidence=s["confidence"],
                    speaker=s["speaker"],
                    flags=tuple(Flag(flag) for flag in s["flags"]),
                    words=tuple(Word(**word) for word in s["words"]),
                )
                for s in data["segments"]
            ),
        )


@dataclass(frozen=True, slots=True)
class RawText:
    """What the teller really said or wrote. Sealed at rest; never leaves the house."""

    text: str

    @property
    def digest(self) -> str:
        return digest_of(self.text)


class Certainty(StrEnum):
    """RED is masked. AMBER is shown to the editor, who decides."""

    RED = "red"
    AMBER = "amber"


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of raw text that may point at somebody. `reason` is plain Dutch and holds no story text."""

    start: int
    end: int
    type: str
    reason: str
    certainty: Certainty

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a finding covers at least one character")


@dataclass(frozen=True, slots=True)
class Theme:
    """A tag: an opgave, a level or a lens of the vocabulary. `words` are the clean-text words that led to it, `by` is
    the user who confirmed it (empty before that was kept)."""

    id: str
    source: str  # "machine" | "verteller" | "redactie"
    words: tuple[str, ...] = ()
    confirmed: bool = False
    by: str = ""

    def __post_init__(self) -> None:
        require(self.source in ("machine", "verteller", "redactie"), "a tag has a known source")
        require(self.confirmed or not self.by, "who confirmed belongs to what is confirmed")


@dataclass(frozen=True, slots=True)
class Name:
    """One row of a story's sealed name table: what was said, its type, and the label that replaces it.

    `style` says how the label was chosen: one of `anonymise.Style`, or `eigen` when an editor typed it. `who` and
    `apart` are not empty where an editor said who it is (`anonymise.Decision`).
    """

    original: str
    type: str
    label: str
    style: str = "nummers"
    who: str = ""
    apart: int = 0


@dataclass(frozen=True, slots=True)
class CleanText:
    """Text in which everything red has been replaced. Only `anonymise.clean` and the store make one.

    `source_digest` names the raw text it was made from; `labels` are the (start, end) spans of replacements, `renamed`
    those of them that are another name for somebody.
    """

    text: str
    source_digest: str
    labels: tuple[tuple[int, int], ...] = ()
    renamed: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        for start, end in self.labels:
            require(0 <= start < end <= len(self.text), "a label lies inside the text")
        require(set(self.renamed) <= set(self.labels), "another name is a label")

    @property
    def digest(self) -> str:
        return digest_of({"text": self.text, "source": self.source_digest})

    def renames(self, start: int = 0, end: int | None = None) -> bool:
        """Does another name stand in these characters, so that a reader must be told that names were changed?"""
        end = len(self.text) if end is None else end
        return any(low < end and start < high for low, high in self.renamed)


@dataclass(frozen=True, slots=True)
class StoryVersion:
    """One immutable version of a story's anonymised text. An approval belongs to exactly one `digest`."""

    story_id: str
    number: int
    clean: CleanText
    made_by: str
    made_at: datetime
    themes: tuple[Theme, ...] = ()

    def __post_init__(self) -> None:
        require(self.number >= 1, "versions count from 1")

    @property
    def digest(self) -> str:
        """What a person approves: the story, the text, and the confirmed themes."""
        themes = sorted(theme.id for theme in self.themes if theme.confirmed)
        return digest_of([self.story_id, self.clean.digest, themes])


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


class QuoteKind(StrEnum):
    """Only listened-to (or typed) text is a CITAAT; the rest is a PARAFRASE (domain.md, 4.8)."""

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


def joined(parts: Iterable[str], sep: str = ", ", last: str = " en ") -> str:
    """Dutch enumeration: `a, b en c`."""
    items: Sequence[str] = list(parts)
    return items[0] if len(items) == 1 else sep.join(items[:-1]) + last + items[-1] if items else ""
