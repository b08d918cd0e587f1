"""A child's story with real sound, as it lies at the editors', and the screen on which one editor has it open."""

from __future__ import annotations

import tempfile
from pathlib import Path

from browser_help import DESKTOP, Chapters, settled
from builders import a_consent, a_story
from plainrun import PlainRun

import pipeline
from capture.audio import to_flac
from stories.model import Segment, Story, StoryKind, Teller, Transcript, Word
from stories.people import Role
from stories.stages import Stage, State
from stories.store import Store

RECORDING = Path(__file__).resolve().parents[2] / "examples" / "recordings" / "broodtrommel.m4a"

SENTENCES = (
    "Ik heet Nouri en ik ben negen jaar.",
    "Nouri's broer Sef zit op De Kwikstaart in Deurne.",
    "Sef en ik fietsen door de Spreeuwstraat naar school.",
    "Aan het eind van de maand was mijn trommel leeg.",
    "Toen gaf juf Anneke mij haar brood. Sef kreeg ook wat.",
    "Bij de voedselbank riep iemand: nouri, kom maar!",
    "Mijn broer zei dat onze hond Snuffel ook honger had.",
    "Nu helpt opa Wout ons elke week.",
)


def told(store: Store, teller: Teller, sentences: tuple[str, ...] = SENTENCES) -> Story:
    """Told, written out by the machine, and looked through for names."""
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TRANSCRIBED, state=State.INGEDIEND, teller=teller)
    with tempfile.TemporaryFile() as flac, store.write() as books:
        recording = to_flac(RECORDING, flac, store.settings)
        books.add_story(story)
        books.add_consent(*a_consent(story))
        flac.seek(0)
        books.keep_recording(story.id, recording, flac)
        books.keep_transcript(story.id, spoken(sentences, recording.duration_ms))
    pipeline.process(store, store.settings, story.id, PlainRun())
    with store.read() as books:
        return books.story(story.id)


def spoken(sentences: tuple[str, ...], duration_ms: int) -> Transcript:
    """The words one after another, as long as the recording lasts."""
    step = duration_ms // sum(len(sentence.split()) for sentence in sentences)
    at, segments = 0, []
    for sentence in sentences:
        words = []
        for word in sentence.split():
            words.append(Word(at, at + step, word, 0.95))
            at += step
        segments.append(Segment(words[0].start_ms, at, sentence, 0.95, "B", (), tuple(words)))
    return Transcript("nl", duration_ms, "proef", tuple(segments))


class OneScreen:
    """A page of `chapters.kept["story"]` as one editor sees and handles it; what was done shows in the version."""

    path: str
    ready: str
    """What is there once the page is drawn."""

    def __init__(self, chapters: Chapters, width: int = DESKTOP) -> None:
        self.chapters = chapters
        self.page = chapters.page("Ed", Role.REDACTEUR, width=width)
        self.page.goto(f"{chapters.app.base_url}/{self.path}?verhaal={chapters.kept['story']}")
        self.page.locator(self.ready).first.wait_for()
        settled(self.page)

    @property
    def story(self) -> Story:
        with self.chapters.app.store.read() as books:
            return books.story(self.chapters.kept["story"])

    def clean(self) -> str:
        with self.chapters.app.store.read() as books:
            return books.version(self.story.id).clean.text

    def has_version_after(self, before: int) -> None:
        """Wait until something was saved, and the screen shows it."""
        for _ in range(300):
            if self.story.version > before:
                break
            self.page.wait_for_timeout(100)
        assert self.story.version > before
        settled(self.page)
