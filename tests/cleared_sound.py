"""A released story with real sound: an example recording with its exact word times, two names masked in the text and
bleeped away in a safe recording. No model is needed for it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from builders import MOMENT, a_consent, a_story, a_version

from anonymise.sound import RedactionSpan, Why
from desk import lines, listening, redactions
from stories.audio import CANONICAL_RATE
from stories.bleep import redact
from stories.consent import Form
from stories.model import (
    Approval,
    CleanText,
    Quote,
    QuoteKind,
    RawText,
    Recording,
    Segment,
    Story,
    StoryKind,
    StoryVersion,
    Transcript,
    Voice,
    Word,
    new_id,
)
from stories.products import Clip
from stories.stages import Stage, State
from stories.store import Store
from stories.use import OFFERED, RELEASED
from stories.vault import Kind

SOUND = Path(__file__).parents[1] / "examples" / "recordings" / "bushokje.flac"
MASKED = {"Jamil": "[naam 1]", "Gouda": "[plaats 1]"}
SENTENCE = "Thuis in [plaats 1] hebben we geen internet meer."
PART = "geen internet meer."


def transcript() -> Transcript:
    rows = json.loads(SOUND.with_suffix(".json").read_text(encoding="utf-8"))
    segments = tuple(
        Segment(
            row["start_ms"], row["end_ms"], row["text"], 0.9, row["speaker"],
            words=tuple(Word(w["start_ms"], w["end_ms"], w["text"], 0.9) for w in row["words"]),
        )
        for row in rows
    )  # fmt: skip
    return Transcript("nl", 35_165, "proef", segments)


def spans_of(said: Transcript) -> list[tuple[int, int]]:
    """Where the masked words sound, with room."""
    words = [word for segment in said.segments for word in segment.words]
    return [(w.start_ms - 150, w.end_ms + 150) for w in words if any(name in w.text for name in MASKED)]


def released(store: Store, *, forms: Sequence[Form] = tuple(Form), by: str = "u-red") -> Story:
    """The story, heard, released and with a safe recording, and its teller's yes to these forms for every channel."""
    said = transcript()
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=State.VRIJGEGEVEN)
    version = StoryVersion(story.id, 1, _clean(said), by, MOMENT, a_version(story).themes)
    sound = SOUND.read_bytes()
    recording = Recording(hashlib.sha256(sound).hexdigest(), said.duration_ms, CANONICAL_RATE, 1, "flac")
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story, forms=forms))
        with SOUND.open("rb") as file:
            books.keep_recording(story.id, recording, file)
        books.keep_transcript(story.id, said)
        books.add_version(version)
        for role, who in ((OFFERED, by), (RELEASED, "u-vrij")):
            books.add_approval(Approval(story.id, version.digest, who, MOMENT, role))
        listening.add_all(books, story.id, said)
    safe(store, story, version, spans_of(said))
    return story


def safe(store: Store, story: Story, version: StoryVersion, spans: Sequence[tuple[int, int]]) -> None:
    """A safe recording of the story as it is now, with a bleep at these spans."""
    with tempfile.TemporaryFile() as file:
        redact(SOUND, spans, file)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        _keep(store, story, version, spans, file, digest)


def _keep(
    store: Store, story: Story, version: StoryVersion, spans: Sequence[tuple[int, int]], file: BinaryIO, digest: str
) -> None:
    file.seek(0)
    with store.write() as books:
        books.keep(story.id, Kind.REDACTED_AUDIO, file)
        about = redactions.about_now(books, story.id)
        assert about is not None
        gone = tuple(RedactionSpan(start, end, (Why.WORD,)) for start, end in spans)
        one = redactions.Redaction(about, version.digest, version.made_by, gone, digest, state="ready")
        redactions.keep(books, story.id, one)


def quote(store: Store, story: Story, text: str = SENTENCE, **changes: object) -> Quote:
    """These words of the story as a quote, with the time of the lines they stand in."""
    with store.write() as books:
        version = books.version(story.id)
        start = version.clean.text.index(text)
        end = start + len(text)
        met = [line for line in lines.of_version(books, version) if line.start < end and start < line.end]
        values = {
            "kind": QuoteKind.CITAAT, "made_by": "u-red",
            "start_ms": met[0].start_ms if met else None, "end_ms": met[-1].end_ms if met else None,
        } | changes  # fmt: skip
        made = Quote(new_id("q"), story.id, version.number, start, end, text, **values)  # type: ignore[arg-type]
        books.add_quote(made)
    return made


def spoken_again(store: Store, of: Quote) -> Clip:
    """A clip of a quote, spoken again by somebody. What it sounds like is of no matter."""
    sound = b"fLaC" + of.id.encode() * 9
    digest = hashlib.sha256(sound).hexdigest()
    clip = Clip(
        new_id("f"), of.story_id, of.id, of.version, Voice.NAGESPROKEN, "mens", "", digest, 2_000, "u-red", MOMENT
    )
    with store.write() as books:
        books.clips.add(clip, BytesIO(sound))
    return clip


def _clean(said: Transcript) -> CleanText:
    text, labels, at = said.text, [], 0
    shown = ""
    while at < len(text):
        name = next((name for name in MASKED if text.startswith(name, at)), None)
        if name is None:
            shown, at = shown + text[at], at + 1
            continue
        labels.append((len(shown), len(shown) + len(MASKED[name])))
        shown, at = shown + MASKED[name], at + len(name)
    return CleanText(shown, RawText(text).digest, tuple(labels))
