"""Clips at the desk: a quote to hear, in a form its teller allows, heard to its end by two people before it may leave.

Three forms (`stories.model.Voice`): the teller's own voice with names bleeped away, that voice disguised (**still to be
recognised by whoever knows the teller**), and the words spoken again by somebody else, which is the safest. The first
two are cut from the safe recording by a job (`desk.clipmaking`); the third comes in as any upload does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from capture import to_flac
from desk import clipmaking, cliprules, consented, redacting
from desk.clipmaking import MADE, MOST_MS, PIEP, Wish
from desk.cliprules import ClipState, state_of
from desk.consented import Channel
from desk.opening import living
from desk.parts import Received, incoming
from desk.standing import standing
from stories import jobs
from stories.clock import today
from stories.consent import Form
from stories.disguise import FLUISTER, VLAK
from stories.errors import InputRefused, Moved, NotAllowed, NotFound, Refused
from stories.jobs import UNFINISHED
from stories.model import Approval, Quote, Story, Voice, new_id, require
from stories.people import Act, User
from stories.products import BY_A_PERSON, CLIP_HEARD, Clip
from stories.settings import Settings
from stories.store import Books, Store

__all__ = ["FLUISTER", "MENS", "PIEP", "SYNTHETISCH", "VLAK", "ClipState", "ask", "heard", "seen", "state_of"]

MENS, SYNTHETISCH = BY_A_PERSON, "synthetisch"
SPOKEN_AGAIN = (MENS, SYNTHETISCH)
"""Recipes of words that were spoken again: by another adult, or by a machine, which products then say."""

ERRAND = "~fragment~"
"""Between a quote's id and the rest in an upload ticket: what comes are its words, spoken again."""

LISTENING = (Act.COMPOSE, Act.RELEASE_PIECE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A clip for the screen. `heard_by` are names. `may_hear`: this user did not hear it yet, and may."""

    clip: Clip
    state: ClipState
    heard_by: tuple[str, ...]
    may_hear: bool
    made_by: str


@dataclass(frozen=True, slots=True)
class FormNow:
    """One form of a quote: the channels that may be heard so, with their last day, or why there is none."""

    voice: Voice
    allowed: tuple[Channel, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about the sounds of one quote. `missing`: why nothing can be cut from the recording, in Dutch;
    `missing_code` is its code. `gone`: it has none, and the story had clips that nobody may hear any more."""

    story: Story
    quote: Quote
    forms: tuple[FormNow, ...]
    clips: tuple[Seen, ...]
    wishes: tuple[Wish, ...]
    coming: bool
    safe_coming: bool
    older: bool
    missing: str = ""
    missing_code: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """A clip that somebody still has to hear, and the words it is of."""

    story: Story
    quote: Quote
    seen: Seen


# asking for one


def ask(store: Store, user: User, quote_id: str, voice: Voice, recipe: str) -> None:
    """Have a clip of a quote cut from the safe recording. Does nothing when it is there or being made.

    Raises Refused or ConsentRefused with what is missing (`desk.clipmaking.require_cut`).
    """
    user.require(Act.COMPOSE)
    require(recipe in MADE.get(voice, ()), "a recipe of this form")
    with store.write() as books:
        quote = _quote(books, quote_id)
        cliprules.require_form(books, quote.story_id, voice)
        safe, (start, end) = clipmaking.require_cut(books, quote)
        there = {(c.recipe, c.redaction) for c in books.clips.of_quotes([quote_id])}
        before = clipmaking.wishes(books, quote.story_id)
        same = [w for w in before if (w.quote_id, w.recipe) == (quote_id, recipe)]
        if (recipe, safe) in there or any(not wish.reason for wish in same):
            return
        wish = Wish(new_id("f"), quote_id, voice, recipe, user.id)
        clipmaking.keep_wishes(books, quote.story_id, (*(w for w in before if w not in same), wish))
        books.audit(user.id, "clip_asked", story_id=quote.story_id, subject=quote_id, detail=f"{voice} {recipe}")
    jobs.enqueue(store, clipmaking.JOB, quote.story_id, size=end - start)


def errand(user: User, quote_id: str, recipe: str) -> str:
    """What an upload ticket for the words of this quote, spoken again, is about."""
    user.require(Act.COMPOSE)
    require(recipe in SPOKEN_AGAIN, "a recipe of words spoken again")
    return f"{quote_id}{ERRAND}{recipe}~{user.id}"


def receive(store: Store, settings: Settings, about: str, upload: Path | BinaryIO) -> Received:
    """What came in on a ticket about such an errand. Raises as `revoice` does."""
    quote_id, _, rest = about.partition(ERRAND)
    recipe, _, by = rest.partition("~")
    with store.read() as books:
        user = next((one for one in books.users() if one.id == by), None)
    if user is None:  # the account was closed since
        raise NotAllowed("people.not_allowed", act=Act.COMPOSE)
    clip = revoice(store, user, quote_id, upload, recipe, settings=settings)
    return Received("audio", duration_ms=clip.duration_ms, number=1)


def revoice(
    store: Store, user: User, quote_id: str, upload: Path | BinaryIO, recipe: str = MENS, *, settings: Settings
) -> Clip:
    """Keep the words of a quote, spoken again by another adult (or by a machine), as a clip.

    The very same sound once more is the clip that is there already. Raises InputRefused for what is no sound or too
    long, Refused for an older text, and ConsentRefused unless a channel may let it be heard so.
    """
    user.require(Act.COMPOSE)
    require(recipe in SPOKEN_AGAIN, "a recipe of words spoken again")
    with store.read() as books:
        _require_spoken_again(books, _quote(books, quote_id))
    with tempfile.TemporaryFile(dir=incoming(settings)) as flac:
        short = settings.model_copy(update={"max_audio_hours": MOST_MS / 3_600_000})
        try:
            recording = to_flac(upload, flac, short)
        except InputRefused as refused:
            if refused.code == "too_long":
                raise InputRefused("clips.too_long", limit=MOST_MS // 60_000) from None
            raise
        flac.seek(0)
        with store.write() as books:
            quote = _quote(books, quote_id)
            _require_spoken_again(books, quote)
            for there in books.clips.of_quotes([quote_id]):
                if (there.recipe, there.digest) == (recipe, recording.sha256):
                    return there
            clip = Clip(
                new_id("f"), quote.story_id, quote_id, quote.version, Voice.NAGESPROKEN, recipe, "",
                recording.sha256, recording.duration_ms, user.id, datetime.now(UTC),
            )  # fmt: skip
            books.clips.add(clip, flac)
            detail = f"{clip.voice} {recipe}"
            books.audit(user.id, "clip_made", story_id=quote.story_id, subject=clip.id, detail=detail)
            return clip


def _require_spoken_again(books: Books, quote: Quote) -> None:
    clipmaking.require_today(books, quote)
    cliprules.require_form(books, quote.story_id, Voice.NAGESPROKEN)


def remove(store: Store, user: User, clip_id: str) -> None:
    """Throw a clip away: it did not come out well. One that is in a piece is missing there, and the gate says so."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        clip = books.clips.get(clip_id)
        books.clips.remove(clip_id)
        books.audit(user.id, "clip_removed", story_id=clip.story_id, subject=clip_id)


# listening


def sound(store: Store, user: User, clip_id: str) -> int:
    """Size in bytes of a clip's sound. Raises Refused or ConsentRefused unless it may be heard now."""
    _require_any(user, *LISTENING, Act.EXPORT)
    with store.read() as books:
        _hearable(books, clip_id)
        return books.clips.size(clip_id)


def sound_range(store: Store, user: User, clip_id: str, start: int, stop: int) -> Iterator[bytes]:
    """Bytes [start, stop) of it; everything is asked again each time."""
    _require_any(user, *LISTENING, Act.EXPORT)
    with store.read() as books:
        _hearable(books, clip_id)
        return books.clips.stream(clip_id, start=start, stop=stop)


def heard(store: Store, user: User, clip_id: str, *, digest: str) -> None:
    """This user heard the clip with this digest to its end. Whoever asked for it counts as one of the two, never as
    both. Raises Moved when it is another clip, Refused when it may not be heard (any more)."""
    _require_any(user, *LISTENING)
    with store.write() as books:
        clip = _hearable(books, clip_id)
        if clip.digest != digest:
            raise Moved("clips.another")
        if user.id in cliprules.heard_of(books, clip).by:
            return
        books.add_approval(Approval(clip_id, digest, by=user.id, at=datetime.now(UTC), role=CLIP_HEARD))
        books.audit(user.id, "clip_heard", story_id=clip.story_id, subject=clip_id)


def _hearable(books: Books, clip_id: str) -> Clip:
    """A clip of a living story, of today's text, in a form that is allowed today."""
    clip = books.clips.get(clip_id)
    living(books, clip.story_id)
    if cliprules.is_stale(books, clip):
        raise Refused("clips.stale")
    cliprules.require_form(books, clip.story_id, clip.voice)
    return clip


# for the screens


def seen(store: Store, user: User, quote_id: str) -> Sheet:
    """Everything about the sounds of a quote. Raises NotFound, and Refused for a story that was stopped."""
    _require_any(user, *LISTENING)
    with store.read() as books:
        quote = _quote(books, quote_id)
        story = living(books, quote.story_id)
        forms = tuple(_form(books, quote.story_id, voice) for voice in Voice)
        missing = _missing(books, quote)
        names = _names(books)
        clips = tuple(_seen(books, user, clip, names) for clip in books.clips.of_quotes([quote_id]))
        asked = tuple(wish for wish in clipmaking.wishes(books, story.id) if wish.quote_id == quote_id)
        gone = not clips and not asked and books.last_done(cliprules.GONE, story_id=story.id) is not None
    busy = {job.name for job in jobs.status(store, quote.story_id) if job.state in UNFINISHED}
    return Sheet(
        story, quote, forms, clips, asked, clipmaking.JOB in busy, redacting.JOB in busy,
        story.version != quote.version,
        missing.message if missing else "", missing.code if missing else "", gone,
    )  # fmt: skip


def waiting(store: Store, user: User) -> tuple[Waits, ...]:
    """The clips that somebody still has to hear and this user may, oldest first; also what waits for another."""
    _require_any(user, *LISTENING)
    with store.read() as books:
        names, found = _names(books), []
        for clip in books.clips.all():
            story = books.story(clip.story_id)
            if state_of(books, clip) is not ClipState.TE_HOREN or not _may_be_heard(books, clip):
                continue
            (quote,) = books.quotes(ids=[clip.quote_id])
            found.append(Waits(story, quote, _seen(books, user, clip, names)))
        return tuple(found)


def _may_be_heard(books: Books, clip: Clip) -> bool:
    try:
        _hearable(books, clip.id)
    except Refused:
        return False
    return True


def _seen(books: Books, user: User, clip: Clip, names: dict[str, str]) -> Seen:
    by, state = cliprules.heard_of(books, clip).by, state_of(books, clip)
    may = user.id not in by and state is not ClipState.VEROUDERD
    return Seen(clip, state, tuple(names.get(one, "") for one in by), may, names.get(clip.made_by, ""))


def _form(books: Books, story_id: str, voice: Voice) -> FormNow:
    now, on = standing(books, story_id), today()
    allowed = tuple(consented.channel(now, one, Form(str(voice)), on) for one in cliprules.channels(now, voice))
    try:
        cliprules.require_form(books, story_id, voice)
    except Refused as refused:
        return FormNow(voice, (), refused.message)
    return FormNow(voice, allowed, "")


def _missing(books: Books, quote: Quote) -> Refused | None:
    """Why nothing can be cut from the recording, whatever form is asked; consent is told per form."""
    try:
        clipmaking.require_cut(books, quote)
    except Refused as refused:
        return refused
    return None


def _quote(books: Books, quote_id: str) -> Quote:
    found = books.quotes(ids=[quote_id])
    if not found:
        raise NotFound("stories.not_found")
    return found[0]


def _names(books: Books) -> dict[str, str]:
    return {user.id: user.name for user in books.users(include_inactive=True)}


def _require_any(user: User, *acts: Act) -> None:
    if not any(user.may(act) for act in acts):
        user.require(acts[0])
