"""Told in parts: sound and text become one recording with one clock, and what comes later is added at the end.

Real recordings through the real decoder and the real joining; one test listens with the practice model too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plainrun import PlainRun

import pipeline
from desk import joining, receiving, reviewing, telling
from stories.audio import samples
from stories.consent import Outcome
from stories.model import AgeBand, Segment, Story, StoryKind, Teller, TellerRole, Transcript
from stories.people import Role
from stories.sealed import open_sealed
from stories.store import Store
from stories.told import Typed
from stories.vault import Kind
from transcription import is_typed

ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
RECORDINGS = Path(__file__).resolve().parents[2] / "examples" / "recordings"
FIRST, SECOND = RECORDINGS / "bushokje.flac", RECORDINGS / "deurbel.ogg"


def begun(store: Store, *, is_example: bool = False) -> Story:
    yes = telling.answers(ADULT, own=Outcome.JA)
    return telling.begin(store, yes, kind=StoryKind.TEXT, is_example=is_example)


def joined(store: Store, story: Story) -> Story:
    joining.join(store, store.settings, story.id)
    with store.read() as books:
        return books.story(story.id)


def sound_of(store: Store, story_id: str, kind: Kind = Kind.AUDIO, part: int = 0) -> np.ndarray:
    with open_sealed(store, story_id, kind, part) as flac:
        return np.concatenate(list(samples(flac, rate=48_000)))


def test_one_recording_comes_through_joining_unchanged(sqlite_store: Store) -> None:
    story = begun(sqlite_store)
    receiving.receive(sqlite_store, sqlite_store.settings, story.id, FIRST)
    before = sound_of(sqlite_store, story.id, Kind.PART_AUDIO, 1)
    assert joined(sqlite_store, story).kind is StoryKind.AUDIO
    assert np.array_equal(sound_of(sqlite_store, story.id), before)
    assert not receiving.parts(sqlite_store, story.id)


def test_two_recordings_are_one_clock_with_silence_between_them(store: Store) -> None:
    story = begun(store)
    one = receiving.receive(store, store.settings, story.id, FIRST).duration_ms or 0
    two = receiving.receive(store, store.settings, story.id, SECOND).duration_ms or 0
    joined(store, story)
    with store.read() as books:
        assert abs(books.recording(story.id).duration_ms - (one + joining.BETWEEN_MS + two)) <= 1
    sound = sound_of(store, story.id)
    gap = sound[one * 48 : (one + joining.BETWEEN_MS - 1) * 48]
    assert not gap.any() and sound[: one * 48].any() and sound[(one + joining.BETWEEN_MS) * 48 :].any()


def test_text_between_sound_keeps_its_place_on_the_clock(sqlite_store: Store) -> None:
    store = sqlite_store
    story = begun(store)
    receiving.receive_text(store, story.id, "Dit typte ik eerst.")
    one = receiving.receive(store, store.settings, story.id, FIRST).duration_ms or 0
    receiving.receive_text(store, story.id, "Dit typte ik ertussen.")
    receiving.receive(store, store.settings, story.id, SECOND)
    receiving.receive_text(store, story.id, "Dit typte ik als laatste.")
    joined(store, story)
    with store.read() as books:
        length = books.recording(story.id).duration_ms
        assert books.typed(story.id) == (
            Typed(0, "Dit typte ik eerst."),
            Typed(one + joining.BETWEEN_MS, "Dit typte ik ertussen."),
            Typed(length, "Dit typte ik als laatste."),
        )


def test_joining_twice_is_joining_once(sqlite_store: Store) -> None:
    story = begun(sqlite_store)
    receiving.receive_text(sqlite_store, story.id, "Dit is wat ik wil vertellen.")
    joined(sqlite_store, story)
    joined(sqlite_store, story)
    with sqlite_store.read() as books:
        assert books.text(story.id).text == "Dit is wat ik wil vertellen."


def test_typed_lines_stand_in_the_transcript_without_length() -> None:
    spoken = (Segment(0, 900, "eerst gezegd", 0.9), Segment(3000, 4000, "later gezegd", 0.9))
    whole = joining.with_typed(
        Transcript("nl", 4000, "proef", spoken), [Typed(2000, "eerst\n\ngetypt"), Typed(4000, "slot")]
    )
    assert whole.text == "eerst gezegd\neerst\ngetypt\nlater gezegd\nslot"
    assert [is_typed(segment) for segment in whole.segments] == [False, True, True, False, True]
    assert joining.with_typed(whole, [Typed(2000, "anders")]).text == "eerst gezegd\nanders\nlater gezegd"


@pytest.mark.slow
def test_what_is_told_later_is_heard_and_the_rest_is_not_heard_again(sqlite_store: Store) -> None:
    """The practice model listens to a recording, and later only to the recording that was added."""
    store = sqlite_store
    story = begun(store, is_example=True)
    one = receiving.receive(store, store.settings, story.id, FIRST).duration_ms or 0
    telling.hand_in(store, story.id)
    first, second = PlainRun(), PlainRun()
    pipeline.process(store, store.settings, story.id, first)
    with store.read() as books:
        before = books.transcript(story.id)
    receiving.receive_text(store, story.id, "Hier typ ik nog iets bij.")
    receiving.receive(store, store.settings, story.id, SECOND)
    pipeline.process(store, store.settings, story.id, second)
    with store.write() as books:
        after = books.transcript(story.id)
        editor = books.add_user("Ed", "paard spijker wolk kachel", [Role.REDACTEUR])
    assert after.segments[: len(before.segments)] == before.segments, "what was heard is not heard again"
    added = after.segments[len(before.segments) :]
    assert added[0].text == "Hier typ ik nog iets bij." and is_typed(added[0])
    assert added[1].start_ms >= one + joining.BETWEEN_MS and len(added) > 3
    assert all(any(name.startswith("chunk") for name in run.steps) for run in (first, second))
    seen = reviewing.review(store, editor, story.id)
    assert seen.version.number == 2 and seen.raw == after.text
