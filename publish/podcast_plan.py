"""When every sound of an episode begins, which chapters that makes, and which words are heard when.

Words come before music: music may go on softly under a presenter, never under a teller. What has no sound yet
(narration that nobody recorded) takes no time; it stands in the script for whoever reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from publish.letter import Letter, Part
from publish.mastering import Chapter, Point, Track
from publish.plain import capital, one_line
from publish.rendering import Studio
from publish.subtitles import Cue, Speech, Timed, subtitles, timed
from stories.errors import NotFound, Refused
from stories.model import BlockKind, Voice
from stories.products import FileKind, HouseFile
from stories.words import say

GAP_MS = 700
"""Silence between two sounds: a breath, and enough to hear that somebody else speaks."""
FADE_MS = 30
"""At both ends of speech: a cut inside room noise must not tick."""
UNDER_MS = 5_000
UNDER_GAIN = 0.18
"""So long music goes on under the presenter, 15 dB softer: speech over it stays easy to follow."""
SWELL_MS = 900
BRIDGE_MS = 12_000
"""Music between parts plays at most so long by itself."""
MUSIC_FADE_MS = 2_500
MUSIC_BELOW_DB = 3.0
"""Music beside speech sounds as loud as it when it measures softer."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """A part of the letter that sounds, and when. `by` is who is heard: a role, never a name."""

    part: Part
    start_ms: int
    end_ms: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    tracks: tuple[Track, ...]
    heard: tuple[Heard, ...]
    chapters: tuple[Chapter, ...]
    credits: tuple[str, ...]
    computed: frozenset[str] = frozenset()  # ids of the clips and files of which a computer made the sound
    spoken: Mapping[str, Sequence[Timed]] = field(default_factory=dict)  # of clips, by id: see `Studio`

    def voice_note(self, part: Part) -> str:
        """What a listener must know about how a clip sounds."""
        return _voice_note(part, self.computed)

    @property
    def duration_ms(self) -> int:
        return max(track.end_ms for track in self.tracks)

    @property
    def cues(self) -> tuple[Cue, ...]:
        """What is said, on the clock of the episode, to read along."""
        return subtitles([_speech(one, self.spoken) for one in self.heard if one.by], touching=True).cues


@dataclass(frozen=True, slots=True)
class _Item:
    """A part with its sound, before it stands on the clock."""

    part: Part
    source: tuple[str, str]
    length_ms: int
    kind: FileKind | None = None  # None: a clip
    by: str = ""
    is_computed: bool = False

    @property
    def is_music(self) -> bool:
        return self.kind is not None and self.kind is not FileKind.PRESENTATIE


def plan(letter: Letter, studio: Studio) -> Episode:
    """The episode of a letter. Raises Refused (`podcast.nothing_to_hear`, `podcast.clip_missing`), NotFound when the
    studio does not know a sound."""
    items: list[_Item] = []
    headings: list[tuple[int, str]] = []  # with the item that comes next
    for number, part in enumerate(letter.parts, start=1):
        if part.kind is BlockKind.HEADING:
            headings.append((len(items), part.text))
        elif (item := _item(part, studio, number)) is not None:
            items.append(item)
    if not any(item.by for item in items):
        raise Refused("podcast.nothing_to_hear")
    tracks, heard = _on_the_clock(items)
    files = [studio.files[item.source[1]] for item in items if item.kind]
    computed = frozenset(item.source[1] for item in items if item.is_computed)
    credits = _credits(letter, computed, files)
    return Episode(tracks, heard, _chapters(headings, heard), credits, computed, studio.spoken)


def sketch(letter: Letter) -> Episode:
    """What can be said of an episode before its sounds are known, for a look at its show notes."""
    return Episode((), (), (), _credits(letter))


def _voice_note(part: Part, computed: Collection[str]) -> str:
    if part.clip_id in computed:
        return say("podcast.voice_computer")
    return say(f"podcast.voice_{part.voice}") if part.voice not in (None, Voice.PIEP) else ""


def _item(part: Part, studio: Studio, number: int) -> _Item | None:
    if part.kind is BlockKind.CLIP:
        if part.clip_id is None:
            raise Refused("podcast.clip_missing", block=number)
        clip = _known(studio.clips, part.clip_id)
        computed = clip.is_computed
        note = _voice_note(part, {part.clip_id} if computed else ())
        by = capital(part.by) + (f" ({note})" if note else "")
        return _Item(part, ("clip", part.clip_id), clip.duration_ms, by=by, is_computed=computed)
    if part.file_id is None or part.kind not in (BlockKind.NARRATION, BlockKind.MUSIC):
        return None
    file = _known(studio.files, part.file_id)
    if file.kind is FileKind.BEELD:
        return None
    speaks = file.kind is FileKind.PRESENTATIE
    by = say("podcast.presenter_computer" if file.synthetic else "podcast.presenter") if speaks else ""
    return _Item(part, ("file", part.file_id), file.duration_ms, file.kind, by, file.synthetic)


def _known(things: Mapping[str, T], thing_id: str) -> T:
    if thing_id not in things:
        raise NotFound("podcast.sound_gone")
    return things[thing_id]


# the clock


def _on_the_clock(items: Sequence[_Item]) -> tuple[tuple[Track, ...], tuple[Heard, ...]]:
    tracks, heard, at = list[Track](), list[Heard](), 0
    for number, item in enumerate(items):
        before = items[number - 1] if number else None
        after = items[number + 1] if number + 1 < len(items) else None
        if not item.is_music:
            tracks.append(Track(item.source, at, item.length_ms, _faded(item.length_ms, FADE_MS, FADE_MS)))
            start, at = at, at + item.length_ms + GAP_MS
        else:
            start = at
            length = item.length_ms if item.kind is not FileKind.MUZIEK else min(item.length_ms, BRIDGE_MS + UNDER_MS)
            early = _shared(before, length) if item.kind is FileKind.OUTRO else 0
            late = _shared(after, length - early) if item.kind is not FileKind.OUTRO else 0
            if early:
                start = at - GAP_MS - early
            tracks.append(Track(item.source, start, length, _swelling(length, early, late), MUSIC_BELOW_DB))
            at = start + length - late + (0 if late else GAP_MS)
        heard.append(Heard(item.part, start, start + tracks[-1].length_ms, item.by))
    return tuple(tracks), tuple(heard)


def _shared(beside: _Item | None, length_ms: int) -> int:
    """So long music sounds together with what stands beside it: with a presenter alone, and never all of either."""
    if beside is None or beside.kind is not FileKind.PRESENTATIE:
        return 0
    return min(UNDER_MS, length_ms // 2, beside.length_ms // 2)


def _faded(length_ms: int, fade_in: int, fade_out: int) -> tuple[Point, ...]:
    fade_in, fade_out = min(fade_in, length_ms // 2), min(fade_out, length_ms // 2)
    return (0, 0.0), (fade_in, 1.0), (length_ms - fade_out, 1.0), (length_ms, 0.0)


def _swelling(length_ms: int, early_ms: int, late_ms: int) -> tuple[Point, ...]:
    """Music: softly under the words before it, up, and softly away under the words after it."""
    if not early_ms and not late_ms:
        return _faded(length_ms, SWELL_MS // 3, MUSIC_FADE_MS)
    swell = min(SWELL_MS, (length_ms - early_ms - late_ms) // 2)
    up: tuple[Point, ...] = ((0, 0.0), (min(SWELL_MS // 3, length_ms // 4), 1.0))
    if early_ms:
        up = ((0, 0.0), (min(SWELL_MS, early_ms // 2), UNDER_GAIN), (early_ms, UNDER_GAIN), (early_ms + swell, 1.0))
    down: tuple[Point, ...] = _faded(length_ms - early_ms, 0, MUSIC_FADE_MS)[2:]
    down = tuple((early_ms + at, gain) for at, gain in down)
    if late_ms:
        ducked = length_ms - late_ms
        down = ((ducked - swell, 1.0), (ducked, UNDER_GAIN), (length_ms - late_ms // 2, UNDER_GAIN), (length_ms, 0.0))
    return tuple(sorted((*up, *down), key=lambda point: point[0]))


# chapters, words, credits


def _speech(heard: Heard, spoken: Mapping[str, Sequence[Timed]]) -> Speech:
    known = spoken.get(heard.part.clip_id or "", ())
    return Speech(timed(heard.part.text, known, heard.start_ms, heard.end_ms - heard.start_ms), heard.by)


def _chapters(headings: Sequence[tuple[int, str]], heard: Sequence[Heard]) -> tuple[Chapter, ...]:
    """From the headings that something is heard after; without any, one for each clip."""
    found: dict[int, str] = {}
    for place, title in headings:
        if place < len(heard):
            start = heard[place].start_ms
            found[start] = f"{found[start]} - {title}" if start in found else title
    if not found:
        clips = [one for one in heard if one.part.kind is BlockKind.CLIP]
        found = {one.start_ms: say("podcast.chapter_clip", teller=capital(one.part.by)) for one in clips}
    if 0 not in found:
        found[0] = say("podcast.chapter_begin")
    return tuple(Chapter(start, found[start]) for start in sorted(found))


def _credits(letter: Letter, computed: Collection[str] = (), files: Sequence[HouseFile] = ()) -> tuple[str, ...]:
    """Who made it, how voices were changed, and whose music it is; each once."""
    lines = [say("publish.credits"), letter.credits_more]
    for part in letter.parts:
        if part.kind is BlockKind.CLIP:
            lines.append(say(f"podcast.credit_{'computer' if part.clip_id in computed else part.voice}"))
    for file in files:
        lines += [one_line(file.credit), say("podcast.credit_synthetic_file") if file.synthetic else ""]
    return tuple(dict.fromkeys(line for line in lines if line))
