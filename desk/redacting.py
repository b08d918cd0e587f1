"""A recording that may be heard by others: what is masked in the text is bleeped away, and a machine listens whether it
is really gone.

What comes back when the result is transcribed again makes its sentence go too, once; after that there is no safe
recording. Before release a second person listens (`mark_redacted_heard`).
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import transcription
from anonymise.sound import NEAR_MS, RedactionSpan, come_back, redaction_spans, widened
from desk import examples
from desk.hearing import LoadEngine, still_ours
from desk.opening import living, require_consent
from desk.parts import incoming
from desk.redactions import (
    SAFE_HEARD,
    Redaction,
    Standing,
    about_now,
    heard_by,
    keep,
    makers,
    note_asked,
    read,
    standing,
)
from desk.versions import EXCLUDED, MACHINE, masked_in
from stories import jobs
from stories.audio import CANONICAL_RATE
from stories.bleep import redact
from stories.errors import Moved, Refused
from stories.jobs import UNFINISHED, JobState, JobStatus, Run
from stories.model import Approval, Finding, RawText, Story, StoryKind, StoryVersion, Transcript
from stories.people import Act, User
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.stages import Stage, State
from stories.store import Books, Store
from stories.vault import Kind
from stories.words import say
from transcription import Chunk

if TYPE_CHECKING:
    from transcription import Engine

JOB = "redact"
TRIES = 2
_AT_WORK = (State.IN_REDACTIE, State.TER_VRIJGAVE, State.VRIJGEGEVEN)


@dataclass(frozen=True, slots=True)
class Safe:
    """How it stands with the redacted recording of a story. `reason` is plain Dutch, when it failed."""

    standing: Standing
    is_coming: bool
    digest: str = ""
    reason: str | None = None
    gone_ms: int = 0
    spans: tuple[RedactionSpan, ...] = field(default=(), repr=False)
    heard_by: tuple[str, ...] = ()  # ids of the second persons who heard it
    may_approve: bool = False  # whether this user may be the second person
    job: JobStatus | None = None  # the work, when it was asked for


# for the screens


def ask(store: Store, user: User, story_id: str) -> None:
    """Have a redacted recording made of the newest version. Does nothing when it is there.

    Also of a released story: nobody hears the original for it. Raises Refused for a story without sound, one that is at
    its teller's, or that the machine still works on.
    """
    user.require(Act.OPEN_ORIGINAL)
    with store.write() as books:
        story = living(books, story_id)
        if story.state not in _AT_WORK:
            raise Refused("desk.not_in_review")
        require_consent(books, story_id)
        if story.kind is not StoryKind.AUDIO or not books.has(story_id, Kind.AUDIO):
            raise Refused("desk.no_sound")
        if story.stage is not Stage.TAGGED or story.version == 0:
            raise Refused("desk.being_worked")
        if standing(books, story_id) is Standing.READY:
            return
        size = books.recording(story_id).duration_ms
        note_asked(books, story_id, user.id)
        books.audit(user.id, "redaction_asked", story_id=story_id, subject=str(story.version))
    jobs.enqueue(store, JOB, story_id, size=size)


def seen(store: Store, user: User, story_id: str) -> Safe:
    """How it stands. Raises Refused and ConsentRefused as for reading the story."""
    user.require(Act.READ_STORY)
    job = next((job for job in jobs.status(store, story_id) if job.name == JOB), None)  # the newest
    coming = job is not None and job.state in UNFINISHED
    with store.read() as books:
        living(books, story_id)
        require_consent(books, story_id)
        now = standing(books, story_id)
        if not books.has(story_id, Kind.REDACTION):
            return Safe(now, coming, reason=_why_not(job), job=job)
        one = read(books, story_id)
        if now is not Standing.READY:
            reason = say(one.reason) if one.reason and now is Standing.FAILED else _why_not(job)
            return Safe(now, coming, reason=reason, job=job)
        gone = sum(span.end_ms - span.start_ms for span in one.spans)
        may = user.id not in makers(books, story_id, one)
        return Safe(now, coming, one.digest, None, gone, one.spans, heard_by(books, story_id, one), may, job)


def _why_not(job: JobStatus | None) -> str | None:
    """Why the work itself ended without a recording."""
    return say(job.message) if job is not None and job.state is JobState.FAILED and job.message else None


def safe_sound(store: Store, user: User, story_id: str) -> tuple[int, str]:
    """Size in bytes and digest of the redacted recording, for whoever may read the story. Raises Refused unless it is
    ready."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        one = _hearable(books, story_id)
        return books.size(story_id, Kind.REDACTED_AUDIO), one.digest


def safe_range(store: Store, user: User, story_id: str, digest: str, start: int, stop: int) -> Iterator[bytes]:
    """Bytes [start, stop) of the redacted recording with this digest; everything is asked again each time. Raises Moved
    when there is another one by now: halves of two recordings are no recording."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        _with_digest(books, story_id, digest)
        return iter([b"".join(books.stream(story_id, Kind.REDACTED_AUDIO, start=start, stop=stop))])


def mark_redacted_heard(store: Store, user: User, story_id: str, *, digest: str) -> None:
    """A second person heard the whole redacted recording with this digest, and nobody can be recognised by it.

    Raises Refused for whoever made its text or asked for it, and Moved when there is another one by now.
    """
    user.require(Act.READ_STORY)
    with store.write() as books:
        one = _with_digest(books, story_id, digest)
        if user.id in makers(books, story_id, one):
            raise Refused("desk.redaction_four_eyes")
        if user.id not in heard_by(books, story_id, one):
            books.add_approval(Approval(story_id, digest, by=user.id, at=datetime.now(UTC), role=SAFE_HEARD))
            books.audit(user.id, "redacted_heard", story_id=story_id)


def _hearable(books: Books, story_id: str) -> Redaction:
    living(books, story_id)
    require_consent(books, story_id)
    if standing(books, story_id) is not Standing.READY:
        raise Refused("desk.redaction_not_ready")
    return read(books, story_id)


def _with_digest(books: Books, story_id: str, digest: str) -> Redaction:
    one = _hearable(books, story_id)
    if one.digest != digest:
        raise Moved("desk.redaction_other")
    return one


# the job


def work(store: Store, settings: Settings, story_id: str, run: Run, load: LoadEngine) -> None:
    """The job. Consent is asked again at each step; whatever goes wrong, no recording is ready.

    When the text changes meanwhile it stops, and what there is is stale. Raises Cancelled, ConsentRefused, and NotReady
    without the model.
    """
    with store.read() as books:
        story = still_ours(books, story_id)
        if standing(books, story_id) is Standing.READY:
            return
    model = str(examples.MODEL) if story.is_example else settings.model
    engine = load(model, story.is_example)  # a model that is missing is said before the work
    for attempt in range(1, TRIES + 1):
        run.step(f"redact-{attempt}", functools.partial(_make, store, settings, story_id, attempt))
        chunks = _to_hear(store, story_id, attempt)
        for number, chunk in enumerate(chunks, start=1):
            run.check_cancelled()
            run.give_way()
            listen = functools.partial(_listen, store, settings, story_id, attempt, chunk, engine)
            run.step(f"listen-{attempt}-{number}", listen)
            run.progress(number, len(chunks))
        run.step(f"judge-{attempt}", functools.partial(_judge, store, story_id, attempt))


def _to_hear(store: Store, story_id: str, attempt: int) -> tuple[Chunk, ...]:
    with store.read() as books:
        still_ours(books, story_id)
        if not books.has(story_id, Kind.REDACTION):
            return ()
        one = read(books, story_id)
    return one.chunks if one.attempt == attempt else ()


@dataclass(frozen=True, slots=True)
class _Job:
    """What a step works with, read in one transaction."""

    story: Story
    version: StoryVersion
    transcript: Transcript
    duration_ms: int
    about: str | None
    masked: tuple[Finding, ...]
    names: tuple[str, ...]

    @property
    def passages(self) -> tuple[str, ...]:
        return tuple(self.transcript.text[f.start : f.end] for f in self.masked if f.type == EXCLUDED)


def _look(books: Books, story_id: str) -> _Job:
    story = still_ours(books, story_id)
    transcript, version = books.transcript(story_id), books.version(story_id)
    about = about_now(books, story_id)
    masked = masked_in(books, story, RawText(transcript.text)) if about else ()
    said = [transcript.text[f.start : f.end] for f in masked if f.type != EXCLUDED]
    names = tuple(dict.fromkeys([*said, *books.intake_names(story_id)]))
    return _Job(story, version, transcript, books.recording(story_id).duration_ms, about, masked, names)


def _make(store: Store, settings: Settings, story_id: str, attempt: int) -> None:
    with store.read() as books:
        job = _look(books, story_id)
        before = read(books, story_id) if books.has(story_id, Kind.REDACTION) else None
    one = Redaction(job.about or "", job.version.digest, job.version.made_by)
    if attempt > 1:
        if before is None or not before.goes_on(attempt, job.about):
            return
        one = replace(before, found=())
    elif job.about is None or not _is_of(job.version, job.transcript.text, job.masked):
        with store.write() as books:
            reason = "desk.redaction_text_changed" if job.about is None else "desk.redaction_unclear"
            _fail(books, story_id, one, reason)
        return
    else:
        places = [(f.start, f.end) for f in job.masked]
        one = replace(one, spans=redaction_spans(job.transcript, places, duration_ms=job.duration_ms))
    with tempfile.TemporaryFile(dir=incoming(settings)) as safe:  # nameless, and nothing in it that must go
        with open_sealed(store, story_id) as audio:
            length = redact(audio, [(span.start_ms, span.end_ms) for span in one.spans], safe)
        if length * 1000 // CANONICAL_RATE != job.duration_ms:  # samples were skipped: no time in it can be trusted
            with store.write() as books:
                _fail(books, story_id, one, "desk.redaction_damaged")
            return
        safe.seek(0)
        sha256 = hashlib.file_digest(safe, "sha256").hexdigest()
        safe.seek(0)
        planned = transcription.plan(safe, settings) if one.spans else ()
        chunks = tuple(chunk for chunk in planned if _is_near(chunk, one.spans))
        safe.seek(0)
        with store.sealed(story_id, Kind.REDACTED_AUDIO, safe) as sound, store.write() as books:
            still_ours(books, story_id)
            if about_now(books, story_id) != one.about:
                return
            books.keep(story_id, Kind.REDACTED_AUDIO, sound)
            keep(books, story_id, replace(one, sha256=sha256, chunks=chunks))


def _is_near(chunk: Chunk, spans: Sequence[RedactionSpan]) -> bool:
    return any(s.start_ms - NEAR_MS < chunk.end_ms and chunk.start_ms < s.end_ms + NEAR_MS for s in spans)


def _is_of(version: StoryVersion, text: str, masked: Sequence[Finding]) -> bool:
    """Whether masking exactly this gives exactly this version: what stays is the same, piece by piece."""
    places: list[list[int]] = []
    for one in masked:
        if places and one.start < places[-1][1]:
            places[-1][1] = max(places[-1][1], one.end)
        else:
            places.append([one.start, one.end])
    return _around(text, places) == _around(version.clean.text, version.clean.labels)


def _around(text: str, holes: Sequence[Sequence[int]]) -> list[str]:
    stops = [*(start for start, _ in holes), len(text)]
    return [text[begin:stop] for begin, stop in zip([0, *(end for _, end in holes)], stops, strict=True)]


def _listen(store: Store, settings: Settings, story_id: str, attempt: int, chunk: Chunk, engine: Engine) -> None:
    with store.read() as books:
        job = _look(books, story_id)
        one = read(books, story_id)
    if not one.goes_on(attempt, job.about):
        return
    language = job.transcript.language
    if language == transcription.UNDETERMINED:
        language = settings.language
    with open_sealed(store, story_id, Kind.REDACTED_AUDIO) as audio:
        heard = transcription.transcribe_chunk(audio, chunk, engine, language)
    kept, by_heart = job.version.clean.text, job.story.is_example  # the practice model knows its examples by heart
    found = come_back(heard, job.names, job.passages, one.spans, kept=kept, by_heart=by_heart)
    with store.write() as books:
        still_ours(books, story_id)
        one = read(books, story_id)
        if one.goes_on(attempt, about_now(books, story_id)):
            keep(books, story_id, replace(one, found=tuple(sorted({*one.found, *found}))))


def _judge(store: Store, story_id: str, attempt: int) -> None:
    with store.write() as books:
        job = _look(books, story_id)
        if not books.has(story_id, Kind.REDACTION):
            return
        one = read(books, story_id)
        if not one.goes_on(attempt, job.about):
            return
        if not one.found:
            keep(books, story_id, replace(one, state="ready", chunks=()))
            detail = f"spans={len(one.spans)} whole={sum(s.is_whole for s in one.spans)} tries={attempt}"
            books.audit(MACHINE, "redaction_ready", story_id=story_id, detail=detail)
        elif attempt < TRIES:
            wider = widened(one.spans, one.found, job.transcript, duration_ms=job.duration_ms)
            keep(books, story_id, replace(one, attempt=attempt + 1, spans=wider, chunks=()))
        else:
            _fail(books, story_id, one, "desk.redaction_failed")


def _fail(books: Books, story_id: str, one: Redaction, reason: str) -> None:
    still_ours(books, story_id)
    books.discard(story_id, Kind.REDACTED_AUDIO)
    keep(books, story_id, replace(one, state="failed", reason=reason, chunks=(), found=()))
    books.audit(MACHINE, "redaction_failed", story_id=story_id, detail=reason.partition(".")[2])
