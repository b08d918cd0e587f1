"""Naming: an editor looks at the places that may point at somebody, one by one, and decides.

`desk.places` holds the rules; `desk.reviewing.decide_names` stores every decision as a new version. Here stands what
the screen shows of a text, and what one touch of it does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from anonymise import TYPES, Decision, persons
from desk import namework, places, reviewing
from desk.names import Style, style_of
from desk.namework import Step
from desk.opening import opened_story
from desk.places import SOMEBODY_ELSE, Change, Does, Place, Span
from desk.versions import findings_of, masked_in, raw_text
from stories.errors import Refused
from stories.model import Certainty, CleanText, Finding, Segment, Story, StoryKind, StoryVersion, Transcript, require
from stories.people import Act, User
from stories.stages import Stage
from stories.store import Books, Store

AROUND_MS = 400
"""So much sound is heard before and after the words of a place: a name is understood in its sentence."""

IDLE_S = 60
"""Somebody who does nothing for so long is not looking any more."""

PEOPLE = ("persoon", "overig_naam")
"""Of places of these types an editor may say who it is."""

__all__ = [
    "SOMEBODY_ELSE",
    "TYPES",
    "Change",
    "Does",
    "Looking",
    "Shown",
    "change",
    "opened",
    "redo",
    "spent",
    "time_spent",
    "undo",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A place on the screen. `label` stands in its place in the anonymised text; `sound` is where it is heard, in ms;
    `same` counts the places in the text with these words, itself included. `person` is the number of who it is in this
    text; None where nobody is hidden."""

    place: Place
    label: str = ""
    sound: Span | None = None
    same: int = 1
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Looking:
    """A text with its places, and the anonymised text: `after` tells for each label of it which place it is of, or -1
    for a passage that the teller left out."""

    story: Story
    raw: str
    shown: tuple[Shown, ...]
    clean: CleanText
    after: tuple[int, ...]
    style: Style
    amber: int  # how many places the machine was not sure of
    can_undo: bool
    can_redo: bool

    @property
    def left(self) -> int:
        """How many places wait for a person."""
        return len(places.undecided(one.place for one in self.shown))


def opened(store: Store, user: User, story_id: str) -> Looking:
    """Raises Refused while the story is not at the editors', or the machine still looks for names in it."""
    user.require(Act.OPEN_ORIGINAL)
    with store.read() as books:
        story = _at_hand(books, story_id)
        raw, version = raw_text(books, story), books.version(story_id)
        findings, decisions = findings_of(books, story_id)
        masked = _merged(masked_in(books, story, raw))
        transcript = books.transcript(story_id) if story.kind is StoryKind.AUDIO else None
        style = style_of(books, story_id)
        work = namework.read(books, story_id).of(raw.digest)
    now, words = places.in_words(raw.text, places.places(findings, decisions)), places.Words(raw.text)
    labels = version.clean.labels if len(version.clean.labels) == len(masked) else ()
    place_at = {one.span: at for at, one in enumerate(now)}
    after = tuple(place_at.get(span, -1) for span in masked) if labels else ()
    heard_at = _clock(transcript) if transcript else None
    label_of = {at: version.clean.text[slice(*label)] for at, label in zip(after, labels, strict=True)}
    hidden = [one for one in now if one.state == "red" and one.type in PEOPLE]
    red = [Finding(one.start, one.end, one.type, "", Certainty.RED) for one in hidden]
    person_of = dict(zip(hidden, persons(raw.text, red, decisions), strict=True))
    return Looking(
        story=story,
        raw=raw.text,
        shown=tuple(
            Shown(
                one,
                label=label_of.get(at, ""),
                sound=heard_at(one.span) if heard_at else None,
                same=len(words.same(one.span)),
                person=person_of.get(one),
            )
            for at, one in enumerate(now)
        ),
        clean=version.clean,
        after=after,
        style=style,
        amber=sum(any(f.certainty is Certainty.AMBER for f in met) for met in places.meeting(now, findings)),
        can_undo=bool(work.back),
        can_redo=bool(work.forth),
    )


def change(store: Store, user: User, story_id: str, made: Change, *, expected: int) -> StoryVersion:
    """One decision. Raises Moved when somebody was faster, and InputRefused for a replacement that cannot be."""
    user.require(Act.EDIT_NAMES)
    require(made.type is None or made.type in TYPES, "a place has a known type")
    with store.read() as books:
        story = _at_hand(books, story_id)
        text = raw_text(books, story).text
        findings, decisions = findings_of(books, story_id)
    if made.end > len(text):
        raise Refused("anonymise.finding_outside_text")
    after = places.decided(text, findings, decisions, made)
    return reviewing.decide_names(store, user, story_id, after, expected=expected)


def undo(store: Store, user: User, story_id: str, *, expected: int) -> StoryVersion:
    """Take the last decision back, whoever made it. Raises Refused when there is none about this text."""
    user.require(Act.EDIT_NAMES)
    return _step(store, user, story_id, Step.BACK, lambda work: work.back, expected=expected)


def redo(store: Store, user: User, story_id: str, *, expected: int) -> StoryVersion:
    """Make the decision that was taken back again. Raises Refused when there is none."""
    user.require(Act.EDIT_NAMES)
    return _step(store, user, story_id, Step.FORTH, lambda work: work.forth, expected=expected)


Steps = Callable[[namework.Work], Sequence[tuple[Decision, ...]]]


def _step(store: Store, user: User, story_id: str, step: Step, steps: Steps, *, expected: int) -> StoryVersion:
    with store.read() as books:
        story = _at_hand(books, story_id)
        there = steps(namework.read(books, story_id).of(raw_text(books, story).digest))
    if not there:
        raise Refused("desk.nothing_to_undo")
    return reviewing.decide_names(store, user, story_id, there[-1], expected=expected, step=step)


def spent(store: Store, user: User, story_id: str, seconds: int) -> None:
    """So many seconds more were spent on looking at the names; never more than a browser can have counted at once."""
    user.require(Act.EDIT_NAMES)
    with store.write() as books:
        opened_story(books, story_id)
        namework.add_seconds(books, story_id, min(max(0, seconds), 10 * IDLE_S))


def time_spent(books: Books) -> tuple[int, int] | None:
    """Median seconds of looking at the names of a story before it was offered, and of how many stories; None of none.

    From the audit, so that no word of a story is opened for it.
    """
    newest: dict[str, int] = {}
    for line in books.audit_trail(action="offered_for_release", limit=1000):
        name, _, seconds = line["detail"].partition("=")
        if name == "seconds" and seconds.isdigit() and int(seconds):
            newest.setdefault(line["story_id"], int(seconds))
    return (round(median(newest.values())), len(newest)) if newest else None


def _at_hand(books: Books, story_id: str) -> Story:
    story = opened_story(books, story_id)
    if story.stage is not Stage.TAGGED:
        raise Refused("desk.being_worked")
    return story


def _merged(masked: Sequence[Finding]) -> list[Span]:
    """What overlaps is one label in the anonymised text."""
    spans: list[Span] = []
    for one in masked:
        if spans and one.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.end))
        else:
            spans.append((one.start, one.end))
    return spans


def _clock(transcript: Transcript) -> Callable[[Span], Span | None]:
    """When the words of a place are said, with a little around them; all of a segment whose words have no time."""
    begins = list(accumulate((len(one.said) + 1 for one in transcript.segments), initial=0))

    def heard_at(span: Span) -> Span | None:
        at = bisect_right(begins, span[0]) - 1
        if at >= len(transcript.segments):
            return None
        segment, start, end = transcript.segments[at], span[0] - begins[at], span[1] - begins[at]
        if segment.end_ms <= segment.start_ms:  # typed: nobody spoke this
            return None
        first, last = _words_at(segment, start, end)
        return max(0, first - AROUND_MS), min(transcript.duration_ms, last + AROUND_MS)

    return heard_at


def _words_at(segment: Segment, start: int, end: int) -> Span:
    if segment.said == segment.text:
        met = [w for w, (a, b) in zip(segment.words, segment.places, strict=True) if a < end and start < b]
        if met:
            return met[0].start_ms, met[-1].end_ms
    return segment.start_ms, segment.end_ms
