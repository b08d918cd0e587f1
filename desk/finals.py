"""The second pass: the better model's text replaces the draft where no person touched it, and shows elsewhere what it
hears differently.

What is kept of it, sealed: up to where the recording was heard again, with which model, and the differences.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from desk import listening, passages
from desk.versions import MACHINE
from stories.errors import Refused
from stories.model import Segment, Story, Transcript
from stories.stages import Stage, State
from stories.store import Books
from stories.vault import Kind
from transcription import Change, is_typed, merge


@dataclass(frozen=True, slots=True)
class Other:
    """What the second pass hears from `start_ms` to `end_ms`, a sentence that a person touched."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Final:
    until_ms: int = 0
    model: str = ""
    others: tuple[Other, ...] = ()


def read(books: Books, story_id: str) -> Final:
    if not books.has(story_id, Kind.FINAL):
        return Final()
    data = json.loads(books.fetch(story_id, Kind.FINAL))
    return Final(data["until_ms"], data["model"], tuple(Other(**one) for one in data["others"]))


def keep(books: Books, story_id: str, final: Final) -> None:
    books.keep(story_id, Kind.FINAL, json.dumps(asdict(final)).encode())


def heard_first(books: Books, story_id: str, *, from_ms: int, until_ms: int, best: bool) -> None:
    """The first pass came this far. When it was not with the best model, a second pass has work to do from here."""
    if books.has(story_id, Kind.FINAL):
        before = read(books, story_id)
        if best and before.until_ms >= from_ms:
            keep(books, story_id, replace(before, until_ms=until_ms))
    elif not best:
        keep(books, story_id, Final(until_ms=from_ms))


def others_in(final: Final, transcript: Transcript) -> dict[int, Other]:
    """What the second pass hears, by the sentence where it hears it, unless that says so by now, or it heard nothing
    there for sure."""
    by_time = {(one.start_ms, one.end_ms): one for one in final.others}
    found = ((at, by_time.get((s.start_ms, s.end_ms)), s) for at, s in enumerate(transcript.segments))
    return {at: other for at, other, s in found if other and other.text and other.text.split() != s.text.split()}


def without(final: Final, other: Other) -> Final:
    """A person decided about it."""
    return replace(final, others=tuple(one for one in final.others if one != other))


def touched(books: Books, story_id: str, transcript: Transcript) -> frozenset[int]:
    """The sentences that a person wrote or listened to: no second pass replaces those.

    Who speaks says nothing about the words, so a sentence of which only the speaker was named is not among them.
    """
    made: set[object] = set()
    for number in books.numbers(story_id, Kind.TRANSCRIPT_EDIT):
        one = Change.from_json(json.loads(books.fetch(story_id, Kind.TRANSCRIPT_EDIT, version=number))["change"])
        before = {_words_of(segment) for segment in one.before}
        made |= {_words_of(segment) for segment in one.after} - before
    written = {at for at, segment in enumerate(transcript.segments) if _words_of(segment) in made}
    return listening.heard(books, story_id, transcript) | written


def _words_of(segment: Segment) -> object:
    return segment.start_ms, segment.end_ms, segment.text, segment.flags


def take_in(books: Books, story: Story, heard: Transcript, *, from_ms: int, made_by: str) -> Story:
    """Merge what the second pass heard after `from_ms` into the story, in the caller's transaction.

    A story that is not at the editors' (any more) keeps its text: everything it hears differently waits beside it.
    `made_by` says in codes which model it was, for the audit.
    """
    draft = books.transcript(story.id)
    first = next((at for at, s in enumerate(draft.segments) if s.start_ms >= from_ms), len(draft.segments))
    head, tail = draft.segments[:first], replace(draft, segments=draft.segments[first:])
    frozen = story.state is not State.IN_REDACTIE
    keeps = (
        range(len(tail.segments)) if frozen else {at - first for at in touched(books, story.id, draft) if at >= first}
    )
    merged = merge(tail, heard, keeps)
    text = replace(draft, model=heard.model, segments=head + _speakers(tail, merged.transcript.segments))
    if frozen:  # also what was heard between its sentences: nobody at the editors' would look at it
        text = draft
    others = [Other(one.start_ms, one.end_ms, one.text) for one in merged.differences]
    before = read(books, story.id)
    excluded = books.excluded(story.id)
    if text.text != draft.text:
        try:
            excluded = passages.moved(excluded, draft.text, text.text)
        except Refused:  # words that the teller keeps for the house are heard otherwise now: leave the text as it is
            merged = merge(tail, heard, range(len(tail.segments)))
            others = [Other(one.start_ms, one.end_ms, one.text) for one in merged.differences]
            text = draft
    books.keep_excluded(story.id, excluded)
    books.keep_transcript(story.id, text)
    keep(books, story.id, Final(heard.duration_ms, heard.model, (*before.others, *others)))
    books.audit(MACHINE, "final_heard", story_id=story.id, detail=f"{made_by} others={len(others)}"[:200])
    again = text.text != draft.text and story.stage is not Stage.CAPTURED
    return books.save(story.moved(stage=Stage.TRANSCRIBED if again else story.stage), expected=story.row_version)


def _speakers(draft: Transcript, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Who speaks in each sentence: whoever spoke longest during it in the draft."""
    return tuple(
        one if one.speaker or is_typed(one) else replace(one, speaker=_longest(draft, one)) for one in segments
    )


def _longest(draft: Transcript, one: Segment) -> str | None:
    shares: dict[str | None, int] = {}
    for other in draft.segments:
        during = min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
        if during > 0:
            shares[other.speaker] = shares.get(other.speaker, 0) + during
    return max(shares, key=lambda speaker: shares[speaker], default=None)
