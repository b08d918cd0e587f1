"""The job `clip`: cuts the sound of quotes from the safe recording, and disguises it where that was asked.

What was asked lies sealed with the story, because a job knows an id and nothing else. Each clip is one step; the
transaction that keeps it also crosses its wish off, so that it may run twice. Consent is asked at each step again.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

import numpy as np

from desk import cliprules, cliptimes, redactions
from desk.hearing import still_ours
from desk.parts import incoming
from stories.audio import CANONICAL_RATE, Samples, flac_writer, read_span
from stories.bleep import FADE_MS, settled
from stories.disguise import FLUISTER, RECIPES, VLAK, disguise
from stories.errors import Refused
from stories.jobs import Run
from stories.model import Quote, QuoteKind, Voice
from stories.products import Clip
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.store import Books, Store
from stories.vault import Kind

JOB = "clip"
PIEP = "piep-1"
MADE = {Voice.PIEP: (PIEP,), Voice.VERVORMD: (FLUISTER, VLAK)}
"""The recipes of what the machine makes."""

MOST_MS = 180_000
"""A clip is a quote and not a story: at most three minutes (our own choice)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A clip that is to be made. Its id is the clip's. `reason`: why it did not work, in plain Dutch."""

    id: str
    quote_id: str
    voice: Voice
    recipe: str
    by: str
    reason: str = ""


def wishes(books: Books, story_id: str) -> tuple[Wish, ...]:
    """What was asked of a story and is not there yet, oldest first."""
    if not books.has(story_id, Kind.CLIPS_ASKED):
        return ()
    rows = json.loads(books.fetch(story_id, Kind.CLIPS_ASKED))
    return tuple(Wish(**{**row, "voice": Voice(row["voice"])}) for row in rows)


def keep_wishes(books: Books, story_id: str, asked: tuple[Wish, ...]) -> None:
    """In the place of what was asked before."""
    if asked:
        books.keep(story_id, Kind.CLIPS_ASKED, json.dumps([asdict(wish) for wish in asked]).encode())
    else:
        books.discard(story_id, Kind.CLIPS_ASKED)


def require_cut(books: Books, quote: Quote) -> tuple[str, tuple[int, int]]:
    """The digest of the safe recording from which this quote may be cut, and from when to when.

    Raises Refused with what is missing: sound, today's text, listening, a safe recording. Consent is asked apart.
    """
    span = cliptimes.span_of(books, quote) if books.has(quote.story_id, Kind.TRANSCRIPT) else None
    if span is None:
        raise Refused("clips.no_sound")
    require_today(books, quote)
    if quote.kind is not QuoteKind.CITAAT:
        raise Refused("clips.not_listened")
    safe = cliprules.redaction_now(books, quote.story_id)
    if safe is None:
        raise Refused("clips.no_safe_recording")
    if span[1] - span[0] > MOST_MS:
        raise Refused("clips.too_long", limit=MOST_MS // 60_000)
    return safe, span


def require_today(books: Books, quote: Quote) -> None:
    """Raise Refused unless the quote is of the newest text."""
    if books.story(quote.story_id).version != quote.version:
        raise Refused("clips.older_version")


def work(store: Store, settings: Settings, story_id: str, run: Run) -> None:
    """The job: every clip that was asked of this story. Raises Cancelled and ConsentRefused as reading it does."""
    with store.read() as books:
        still_ours(books, story_id)
        asked = [wish for wish in wishes(books, story_id) if not wish.reason]
    for number, wish in enumerate(asked):
        run.check_cancelled()
        run.give_way()
        run.progress(number, len(asked))
        run.step(f"clip-{wish.id}", partial(_make, store, settings, story_id, wish.id))
    run.progress(len(asked), len(asked))


def _make(store: Store, settings: Settings, story_id: str, wish_id: str) -> None:
    with store.read() as books:
        still_ours(books, story_id)
        wish = next((one for one in wishes(books, story_id) if one.id == wish_id), None)
    if wish is None:
        return
    try:
        _make_one(store, settings, story_id, wish)
    except Refused as refused:
        with store.write() as books:
            _settle(books, story_id, wish, reason=refused.message)


def _make_one(store: Store, settings: Settings, story_id: str, wish: Wish) -> None:
    with store.read() as books:
        (quote,) = books.quotes(ids=[wish.quote_id])
        cliprules.require_form(books, story_id, wish.voice)
        safe, (start, end) = require_cut(books, quote)
        spans = settled((span.start_ms, span.end_ms) for span in redactions.read(books, story_id).spans)
    with (
        cut(store, settings, story_id, start, end) as (sound, length),
        tempfile.TemporaryFile(dir=incoming(settings)) as other,
    ):
        if wish.recipe in RECIPES:
            inside = [(max(0, a - start), min(end, b) - start) for a, b in spans if a < end and start < b]
            disguise(sound, other, wish.recipe, bleeps=inside)
            sound = other
        digest = digest_of_file(sound)
        clip = Clip(
            wish.id, story_id, quote.id, quote.version, wish.voice, wish.recipe, safe, digest,
            length * 1000 // CANONICAL_RATE, wish.by, datetime.now(UTC),
        )  # fmt: skip
        with store.write() as books:
            still_ours(books, story_id)
            cliprules.require_form(books, story_id, wish.voice)
            if require_cut(books, quote) != (safe, (start, end)):
                raise Refused("clips.changed_meanwhile")
            if wish not in wishes(books, story_id):
                return
            books.clips.add(clip, sound)
            _settle(books, story_id, wish)
            books.audit(wish.by, "clip_made", story_id=story_id, subject=clip.id, detail=f"{wish.voice} {wish.recipe}")


def _settle(books: Books, story_id: str, wish: Wish, reason: str = "") -> None:
    """Cross a wish off, or note why it cannot be."""
    left = [one for one in wishes(books, story_id) if one.id != wish.id]
    keep_wishes(books, story_id, tuple([*left, replace(wish, reason=reason)] if reason else left))


@contextmanager
def cut(store: Store, settings: Settings, story_id: str, start: int, end: int) -> Iterator[tuple[BinaryIO, int]]:
    """[start, end) ms of the safe recording as a nameless FLAC, faded at both cuts, and how many samples it has."""
    with open_sealed(store, story_id, Kind.REDACTED_AUDIO) as audio:
        sound = _faded(read_span(audio, start, end, rate=CANONICAL_RATE).copy())
    with tempfile.TemporaryFile(dir=incoming(settings)) as file:
        with flac_writer(file, CANONICAL_RATE) as add:
            add(sound)
        yield file, len(sound)


def _faded(sound: Samples) -> Samples:
    size = min(FADE_MS * CANONICAL_RATE // 1000, len(sound))
    ramp = np.arange(1, size + 1, dtype=np.float32) / np.float32(size + 1)
    sound[:size] *= ramp
    sound[len(sound) - size :] *= ramp[::-1]
    return sound


def digest_of_file(file: BinaryIO) -> str:
    """SHA-256 of all of it; it stands at its start afterwards."""
    file.seek(0)
    hashed = hashlib.sha256()
    while data := file.read(1 << 20):
        hashed.update(data)
    file.seek(0)
    return hashed.hexdigest()
