"""A store with staff, and stories that were told, for tests about what tellers do afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from builders import a_consent, a_recording, a_story, a_transcript
from mailed import mailed
from plainrun import PlainRun
from secondreader import read_through

import pipeline
from desk import publishing, receiving, reviewing, telling
from stories.clock import today
from stories.consent import Consent, Form, Outcome, Purpose
from stories.model import AgeBand, Piece, Story, StoryKind, Teller, TellerRole
from stories.people import CodeHolder, Holder, Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.told import ThirdPerson

TEXT = (
    "Ik ben Samira en ik woon in Deventer. Mijn zoon Emre mocht niet mee op schoolreisje, want er was geen geld. "
    "Hij zei dat hij ziek was. Daarna hielp juf Anneke ons met het potje van de school."
)
QUOTED = "Hij zei dat hij ziek was."
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
WEBSITE = (Purpose.WEBSITE, Form.TEKST)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)


def teller(story: Story) -> CodeHolder:
    return CodeHolder(story.id)


def parent(story: Story) -> CodeHolder:
    return CodeHolder(story.id, Holder.VERTEGENWOORDIGER)


@dataclass
@dataclass(frozen=True)
class House:
    store: Store
    editor: User
    releaser: User
    officer: User

    @classmethod
    def open(cls, store: Store) -> House:
        with store.write() as books:
            people = [
                books.add_user(str(role), f"wachtwoord voor {role}", [role])
                for role in (Role.REDACTEUR, Role.VRIJGEVER, Role.COMMUNICATIE)
            ]
        return cls(store, *people)

    def told(
        self,
        who: Teller = ADULT,
        channels: telling.Channels = (NEWSLETTER,),
        text: str = TEXT,
        **said: Outcome | None,
    ) -> Story:
        if not said:
            said = {"own": Outcome.JA} if who == ADULT else {"assent": Outcome.JA, "representative": Outcome.JA}
        answers = telling.answers(who, channels=channels, **said)
        story = telling.begin(self.store, answers, kind=StoryKind.TEXT, region="Oost")
        receiving.receive_text(self.store, story.id, text)
        telling.name_others(self.store, story.id, [ThirdPerson(name) for name in ("Samira", "Emre")])
        telling.hand_in(self.store, story.id)
        return self.now(story)

    def waiting(self) -> Story:
        """Told by a child whose parent was not there."""
        return self.told(CHILD, assent=Outcome.JA, representative=None)

    def now(self, story: Story) -> Story:
        with self.store.read() as books:
            return books.story(story.id)

    def consent(self, story: Story) -> Consent:
        with self.store.read() as books:
            return books.consent(story.id)

    def work(self, story: Story) -> Story:
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        return self.now(story)

    def worked(self, *args: object, **told: object) -> Story:
        return self.work(self.told(*args, **told))  # type: ignore[arg-type]

    def released(self, *args: object, **told: object) -> Story:
        return self.release(self.worked(*args, **told))

    def release(self, story: Story) -> Story:
        reviewing.mark_heard(self.store, self.editor, story.id)
        story = reviewing.offer_for_release(self.store, self.editor, story.id, expected=self.now(story).row_version)
        read_through(self.store, self.releaser, story.id)
        return reviewing.release(self.store, self.releaser, story.id, expected=story.row_version)

    def clean(self, story: Story) -> str:
        with self.store.read() as books:
            return books.version(story.id).clean.text

    def piece(self, *stories: Story) -> Piece:
        quotes = []
        for story in stories:
            start = self.clean(story).index(QUOTED)
            end = start + len(QUOTED)
            quotes.append(publishing.cut_quote(self.store, self.editor, story.id, start, end).id)
        when = today() + timedelta(days=7)
        return publishing.compose(self.store, self.editor, quotes, title="Ziek gemeld", publish_on=when)

    def offered_piece(self, *stories: Story) -> Piece:
        piece = self.piece(*stories)
        return publishing.offer(self.store, self.editor, piece.id, expected=piece.row_version)

    def released_piece(self, *stories: Story) -> Piece:
        piece = self.offered_piece(*stories)
        return publishing.release(self.store, self.releaser, piece.id, expected=piece.row_version)

    def published_piece(self, *stories: Story) -> Piece:
        piece = self.released_piece(*stories)
        mailed(self.store, self.officer, piece)
        return self.piece_now(piece)

    def piece_now(self, piece: Piece) -> Piece:
        with self.store.read() as books:
            return books.piece(piece.id)

    def spoken(self) -> Story:
        """A story with sound and its transcript, at the editors'; what the sound says is of no matter here."""
        story = a_story(kind=StoryKind.AUDIO, stage=Stage.TRANSCRIBED, state=State.INGEDIEND)
        with self.store.write() as books:
            story = books.add_story(story)
            books.add_consent(*a_consent(story, at=datetime.now(UTC)))
            books.keep_recording(story.id, a_recording(), BytesIO(b"flac"))
            books.keep_transcript(story.id, a_transcript())
        return self.work(story)
