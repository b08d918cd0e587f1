"""A vlog as moments: what is seen, what is heard, from when and how long. Every file of a vlog is drawn from these.

What is seen (a picture, text, music) belongs to the first moment after it. Words of a teller that were allowed as
text are *shown*: read aloud they would be another form, with a consent of its own. Helplines and credits come last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from publish.letter import Letter, Part
from publish.plain import capital
from publish.subtitles import ADULTS_A_SECOND
from stories.model import BlockKind, Voice
from stories.words import say

FRAME_MS = 40
"""25 frames a second, as European video has. Every moment lasts a whole number of frames."""

WORDS_A_MINUTE = 120
"""How fast a presenter speaks: slow enough to be followed by everybody."""

CARD_MS = 3_000
"""How long a card with words is seen at least."""


class Heard(StrEnum):
    """What sounds during a moment."""

    PRESENTATOR = "presentator"
    FRAGMENT = "fragment"
    STIL = "stil"


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that is seen: which kind (a key of the catalogue, `see_...`), and its lines."""

    kind: str
    lines: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        return self.kind in ("visual", "presenter", "safe")

    @property
    def label(self) -> str:
        return say(f"vlog.see_{self.kind}")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A sound of a teller as it lies in the bundle, by number only."""

    number: int
    duration_ms: int

    @property
    def name(self) -> str:
        return f"fragmenten/fragment-{self.number:02d}.wav"


@dataclass(frozen=True, slots=True)
class Moment:
    """One row of the script. `said` are paragraphs; `fragment` is None as long as its sound is not there.

    `guessed`: how long it lasts follows from its words, for there is no sound of it.
    """

    number: int
    start_ms: int
    duration_ms: int
    heard: Heard
    seen: tuple[Seen, ...]
    said: tuple[str, ...] = ()
    by: str = ""
    voice: Voice | None = None
    literal: bool = False
    music: str = ""
    fragment: Fragment | None = None
    clip_id: str = ""
    guessed: bool = False

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms

    @property
    def at(self) -> str:
        return minutes(self.start_ms)

    @property
    def lasts(self) -> str:
        return say("vlog.seconds_guess" if self.guessed else "vlog.seconds", seconds=round(self.duration_ms / 1000))

    @property
    def video(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The left column: labels, each with its lines."""
        return tuple((seen.label, seen.lines) for seen in self.seen)

    @property
    def audio(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The right column: labels, each with its lines."""
        music = ((say("vlog.hear_music"), (self.music,)),) if self.music else ()
        if self.voice is None:
            return (*music, (say(f"vlog.hear_{self.heard}"), self.said))
        said = tuple(f"“{text}”" for text in self.said) if self.literal else self.said
        number = f" {self.fragment.number}" if self.fragment else ""
        return (*music, (say("vlog.hear_fragment", number=number, by=self.by, how=_how(self.voice)), said))


@dataclass(frozen=True, slots=True)
class Script:
    """The moments of a vlog in order, each beginning where the one before ends."""

    title: str
    date: str
    moments: tuple[Moment, ...]

    @property
    def duration_ms(self) -> int:
        return self.moments[-1].end_ms

    @property
    def length(self) -> str:
        guessed = {moment.heard for moment in self.moments if moment.guessed}
        key = "fragments" if Heard.FRAGMENT in guessed else "presenter" if guessed else "known"
        return say(f"vlog.length_{key}", time=minutes(self.duration_ms), pace=WORDS_A_MINUTE)


def script_of(
    letter: Letter,
    fragments: Mapping[str, Fragment] = {},
    pictures: Mapping[str, str] = {},
    voices: Mapping[str, int] = {},
) -> Script:
    """The script of a vlog. `fragments` by clip id; without one, the length of a clip is guessed from its words.

    By a file's id: `pictures` has the name in the bundle of each picture of the house, `voices` how long (ms) each
    recording of a presenter lasts; without one, that is guessed as well.
    """
    moments: list[Moment] = []
    for moment in _moments(letter, fragments, pictures, voices):
        start = moments[-1].end_ms if moments else 0
        moments.append(replace(moment, number=len(moments) + 1, start_ms=start))
    return Script(letter.title, letter.date, tuple(moments))


def minutes(ms: int) -> str:
    """`2:05`, of whole seconds."""
    seconds = ms // 1000
    return f"{seconds // 60}:{seconds % 60:02d}"


def timecode(ms: int) -> str:
    """`00:02:05:12`, of whole frames."""
    frames = ms // FRAME_MS
    seconds, rest = divmod(frames, 1000 // FRAME_MS)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"


def whole_frames(ms: float) -> int:
    """The same time in ms, rounded up to whole frames."""
    return int(-(-ms // FRAME_MS)) * FRAME_MS


def spoken_ms(text: str) -> int:
    """How long a presenter needs for it."""
    return whole_frames(max(1, len(text.split())) * 60_000 / WORDS_A_MINUTE)


def read_ms(lines: Sequence[str]) -> int:
    """How long a card with words is seen."""
    return whole_frames(max(CARD_MS, len(" ".join(lines)) * 1000 / ADULTS_A_SECOND))


def _moments(
    letter: Letter, fragments: Mapping[str, Fragment], pictures: Mapping[str, str], voices: Mapping[str, int]
) -> Iterator[Moment]:
    """Every moment, not yet placed in time."""
    seen: list[Seen] = []
    music: list[str] = []
    helplines: list[str] = []
    for part in letter.parts:
        match part.kind:
            case BlockKind.VISUAL | BlockKind.ON_SCREEN_TEXT:
                seen.append(_shown(part, pictures))
            case BlockKind.MUSIC:
                music.append(part.text)
            case BlockKind.HELPLINE:
                helplines += _lines(part)
            case _:
                yield _moment(part, tuple(seen), ", ".join(music), fragments, voices.get(part.file_id or ""))
                seen, music = [], []
    if helplines:
        seen.append(Seen("helpline", (say("publish.helplines_title"), *helplines)))
        yield _silent(tuple(seen), ", ".join(music))
        seen, music = [], []
    yield _silent((*seen, Seen("credits", _credits(letter))), ", ".join(music))


def _moment(
    part: Part, seen: tuple[Seen, ...], music: str, fragments: Mapping[str, Fragment], recorded_ms: int | None
) -> Moment:
    match part.kind:
        case BlockKind.NARRATION:
            lasts = spoken_ms(part.text) if recorded_ms is None else whole_frames(recorded_ms)
            return Moment(
                0, 0, lasts, Heard.PRESENTATOR, seen or (Seen("presenter"),), _lines(part), music=music,
                guessed=recorded_ms is None,
            )  # fmt: skip
        case BlockKind.CLIP:
            fragment = fragments.get(part.clip_id or "")
            return Moment(
                0, 0, fragment.duration_ms if fragment else spoken_ms(part.text), Heard.FRAGMENT,
                seen or (Seen("safe"),), (part.text,), part.by, part.voice, part.literal, music, fragment,
                part.clip_id or "", fragment is None,
            )  # fmt: skip
        case BlockKind.QUOTE:
            return _silent((*seen, Seen("quote", (part.quoted, f"— {part.by}"))), music)
        case _:  # a title or a call to action
            return _silent((*seen, Seen(str(part.kind), (*_lines(part), *([part.link] if part.link else [])))), music)


def _shown(part: Part, pictures: Mapping[str, str]) -> Seen:
    """What is seen, in words; and which picture, when the house has it."""
    more = {"alt": part.alt, "picture": pictures.get(part.file_id or "")}
    return Seen(
        str(part.kind), (*_lines(part), *(say(f"vlog.{key}", words=words) for key, words in more.items() if words))
    )


def _silent(seen: tuple[Seen, ...], music: str) -> Moment:
    """A card to read."""
    words = [line for each in seen if not each.is_picture for line in each.lines]
    return Moment(0, 0, read_ms(words), Heard.STIL, seen, music=music)


def _lines(part: Part) -> tuple[str, ...]:
    return tuple(line for paragraph in part.paragraphs for line in paragraph)


def _how(voice: Voice | None) -> str:
    return say(f"vlog.how_{voice or 'tekst'}")


def _credits(letter: Letter) -> tuple[str, ...]:
    """Everybody who tells, by role and by how they are heard, each once; and what was promised them."""
    tellers = [
        say("vlog.credit", by=capital(part.by), how=_how(part.voice))
        for part in letter.parts
        if part.kind in (BlockKind.QUOTE, BlockKind.CLIP)
    ]
    return (*dict.fromkeys(tellers), say("publish.credits"), letter.credits_more)
