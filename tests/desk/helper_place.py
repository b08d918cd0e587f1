"""The ervaringswerker's place for tests: a store with staff, and cases at the point where a test needs them."""

from __future__ import annotations

import math
import struct
import wave
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from plainrun import PlainRun
from secondreader import read_through

import pipeline
from desk import answering, helping, publishing, receiving, reviewing
from desk.telling import Channels
from stories.consent import Form, Outcome, Party, Purpose
from stories.model import AgeBand, Story, Teller, TellerRole
from stories.people import Role, User
from stories.store import Store

TEXT = (
    "Ik ben Samira en ik woon in Deventer. Mijn zoon Emre mocht niet mee op schoolreisje, want er was geen geld. "
    "Hij zei dat hij ziek was. Daarna hielp juf Anneke ons met het potje van de school."
)
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
CALL_AGAIN = (Purpose.HERCONTACT, None)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)
TEEN = Teller(TellerRole.JONGERE, AgeBand.FROM_12, date(datetime.now(UTC).year + 2, 3, 1))
TODAY = datetime.now(UTC).date()

YES, NO, DOUBT = Outcome.JA, Outcome.NEE, Outcome.TWIJFEL
OWN = {Party.TELLER: YES}
BOTH = {Party.VERTEGENWOORDIGER: YES, Party.KIND: YES}
PARENT = {Party.VERTEGENWOORDIGER: YES}
KID = {Party.KIND: YES}

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class Place:
    store: Store
    helper: User
    other: User
    editor: User
    releaser: User
    anna: User
    bram: User

    @classmethod
    def open(cls, store: Store) -> Place:
        def user(name: str, role: Role) -> User:
            with store.write() as books:
                return books.add_user(name, f"wachtwoord voor {name}", [role])

        return cls(
            store,
            user("Hanna", Role.ERVARINGSWERKER),
            user("Otis", Role.ERVARINGSWERKER),
            user("Ed", Role.REDACTEUR),
            user("Vera", Role.VRIJGEVER),
            user("Anna", Role.CONTACTPERSOON),
            user("Bram", Role.CONTACTPERSOON),
        )

    def case(self, teller: Teller = ADULT, *, text: str = TEXT) -> Story:
        (story,) = helping.start(self.store, self.helper, teller, region="Oost")
        if text:
            receiving.receive_text(self.store, story.id, text)
        return story

    def agreed(
        self, teller: Teller = ADULT, said: dict[Party, Outcome] | None = None, channels: Channels = (NEWSLETTER,)
    ) -> Story:
        story = self.case(teller)
        said = said or (BOTH if teller.age_band.needs_representative else OWN)
        answering.record_answers(self.store, self.helper, story.id, said, channels)
        return self.now(story.id)

    def handed_in(
        self, teller: Teller = ADULT, said: dict[Party, Outcome] | None = None, channels: Channels = (NEWSLETTER,)
    ) -> Story:
        story = self.agreed(teller, said, channels)
        helping.hand_in(self.store, self.helper, story.id)
        return self.now(story.id)

    def worked(self, teller: Teller = ADULT, channels: Channels = (NEWSLETTER,)) -> Story:
        story = self.handed_in(teller, channels=channels)
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        return self.now(story.id)

    def now(self, story_id: str) -> Story:
        with self.store.read() as books:
            return books.story(story_id)

    def missing(self, story_id: str) -> set[str]:
        return {one.code for one in helping.case(self.store, self.helper, story_id).case.missing}

    def audit(self, story_id: str) -> list[str]:
        with self.store.read() as books:
            return [line["action"] for line in books.audit_trail(story_id=story_id)]


def quoted(place: Place, teller: Teller, channels: Channels = (NEWSLETTER,)) -> tuple[Story, str]:
    """A released story of the helper, with a quote in a draft newsletter."""
    story = place.worked(teller, channels)
    with place.store.read() as books:
        text = books.version(story.id).clean.text
    start = text.index("Hij zei dat hij ziek was.")
    reviewing.mark_heard(place.store, place.editor, story.id)
    seen = reviewing.review(place.store, place.editor, story.id)
    left = reviewing.undecided(seen.findings, seen.decisions)
    if left:
        kept = [*seen.decisions, *(reviewing.keep(finding) for finding in left)]
        reviewing.decide_names(place.store, place.editor, story.id, kept, expected=story.row_version)
    story = place.now(story.id)
    story = reviewing.offer_for_release(place.store, place.editor, story.id, expected=story.row_version)
    read_through(place.store, place.releaser, story.id)
    story = reviewing.release(place.store, place.releaser, story.id, expected=story.row_version)
    quote = publishing.cut_quote(place.store, place.editor, story.id, start, start + 25)
    when = TODAY + timedelta(days=7)
    piece = publishing.compose(place.store, place.editor, [quote.id], title="Ziek gemeld", publish_on=when)
    return story, piece.id


def a_voice(path: Path, seconds: float = 1.0) -> Path:
    """A second of something that is not silence."""
    samples = [int(9000 * math.sin(n / 12)) for n in range(int(16_000 * seconds))]
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path
