"""A house with one member of staff per role, and stories and pieces at every point where a function has work to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from builders import a_consent, a_recording, a_story, a_transcript
from mailed import mailed
from PIL import Image
from plainrun import PlainRun

import pipeline
from desk import (
    answering,
    calendar,
    contacts,
    exporting,
    finals,
    helping,
    house_files,
    naming,
    notes,
    publishing,
    receiving,
    recognising,
    redactions,
    reviewing,
    telling,
    transcripts,
    withteller,
)
from desk.contacts import Contact, Reason
from desk.naming import Change
from desk.places import Does
from desk.versions import MACHINE, new_version
from stories.consent import Form, Outcome, Party, Purpose, Way
from stories.model import AgeBand, Piece, PieceState, Story, StoryKind, Task, Teller, TellerRole, new_id
from stories.people import Act, Holder, Role, User
from stories.planned import Planned, Slot
from stories.products import FileKind, HouseFile, Publication
from stories.stages import Stage, State
from stories.store import Store
from stories.tables import metadata
from stories.vault import Kind

TEXT = "Mijn zoon mocht niet mee op schoolreisje, want er was geen geld. Hij zei dat hij ziek was."
SUBTITLES = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo.\n"
QUOTED = "Hij zei dat hij ziek was."
PASSWORD = "paard spijker wolk kachel"
NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
YES = {Party.TELLER: Outcome.JA}
NOBODY = User("u-niemand", "niemand", frozenset())
COMPOSERS = (Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)


@dataclass
class Place:
    """A store with staff, and stories and pieces at the point where a function would do its work."""

    store: Store
    staff: dict[Role, User]

    @classmethod
    def open(cls, store: Store) -> Place:
        with store.write() as books:
            staff = {role: books.add_user(str(role), PASSWORD, [role]) for role in Role}
        return cls(store, staff)

    def told(self) -> Story:
        yes = telling.answers(ADULT, own=Outcome.JA, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)])
        story = telling.begin(self.store, yes, kind=StoryKind.TEXT)
        receiving.receive_text(self.store, story.id, TEXT)
        telling.hand_in(self.store, story.id)
        return self.now(story.id)

    def now(self, story_id: str) -> Story:
        with self.store.read() as books:
            return books.story(story_id)

    def worked(self) -> Story:
        return self.work(self.told())

    def work(self, story: Story) -> Story:
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        return self.now(story.id)

    def telling_too_much(self) -> tuple[Story, str]:
        """A story at the editors' with something rare in it, and the id of that row of its card."""
        yes = telling.answers(ADULT, own=Outcome.JA)
        story = telling.begin(self.store, yes, kind=StoryKind.TEXT)
        receiving.receive_text(self.store, story.id, "Mijn zoon heeft taaislijmziekte.")
        telling.hand_in(self.store, story.id)
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        (row,) = recognising.seen(self.store, self.staff[Role.REDACTEUR], story.id).telling
        return self.now(story.id), row.id

    def heard(self) -> Story:
        story = self.worked()
        reviewing.mark_heard(self.store, self.staff[Role.REDACTEUR], story.id)
        return story

    def offered(self) -> Story:
        story = self.heard()
        editor = self.staff[Role.REDACTEUR]
        return reviewing.offer_for_release(self.store, editor, story.id, expected=story.row_version)

    def released(self) -> Story:
        story = self.offered()
        return reviewing.release(self.store, self.staff[Role.VRIJGEVER], story.id, expected=story.row_version)

    def house_file(self) -> HouseFile:
        """A picture on the shelf of the house."""
        picture = BytesIO()
        Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
        return house_files.add(
            self.store, self.store.settings, self.staff[Role.COMMUNICATIE], FileKind.BEELD, picture, name="Logo"
        )  # fmt: skip

    def decided(self) -> Story:
        """An editor said something about a name."""
        story = self.worked()
        change = Change(Does.MASK, 0, 4)
        naming.change(self.store, self.staff[Role.REDACTEUR], story.id, change, expected=story.row_version)
        return self.now(story.id)

    def taken_back(self) -> Story:
        """And took it back."""
        story = self.decided()
        naming.undo(self.store, self.staff[Role.REDACTEUR], story.id, expected=story.row_version)
        return self.now(story.id)

    def with_teller(self) -> Story:
        """An editor sent the text to its teller, who has a code."""
        story = self.worked()
        return withteller.send(self.store, self.staff[Role.REDACTEUR], story.id, expected=story.row_version)

    def note(self) -> str:
        """A note of the editor about a story."""
        return notes.write(self.store, self.staff[Role.REDACTEUR], self.worked().id, "Kijk nog eens.").id

    def paused(self) -> Story:
        story = self.worked()
        return reviewing.pause(self.store, self.staff[Role.VRIJGEVER], story.id, expected=story.row_version)

    def quote(self) -> str:
        story = self.released()
        with self.store.read() as books:
            start = books.version(story.id).clean.text.index(QUOTED)
        editor = self.staff[Role.REDACTEUR]
        return publishing.cut_quote(self.store, editor, story.id, start, start + len(QUOTED)).id

    def piece(self) -> Piece:
        quote = self.quote()
        editor = self.staff[Role.REDACTEUR]
        return publishing.compose(self.store, editor, [quote], title="Ziek gemeld", publish_on=NEXT_WEEK)

    def offered_piece(self) -> Piece:
        piece = self.piece()
        return publishing.offer(self.store, self.staff[Role.REDACTEUR], piece.id, expected=piece.row_version)

    def released_piece(self) -> Piece:
        piece = self.offered_piece()
        return publishing.release(self.store, self.staff[Role.VRIJGEVER], piece.id, expected=piece.row_version)

    def planned(self) -> Planned:
        editor = self.staff[Role.REDACTEUR]
        return calendar.plan(self.store, editor, day=NEXT_WEEK, slot=Slot.NIEUWSBRIEF, title="Winternummer")

    def bundle(self) -> str:
        return exporting.export(self.store, self.staff[Role.COMMUNICATIE], self.released_piece().id).id

    def publication(self, piece: Piece | None = None) -> Publication:
        """A newsletter that was mailed."""
        return mailed(self.store, self.staff[Role.COMMUNICATIE], piece or self.released_piece())

    def blocked_piece(self) -> Piece:
        """A released newsletter of which a teller stopped."""
        piece = self.released_piece()
        with self.store.write() as books:
            return books.save_piece(replace(piece, state=PieceState.GEBLOKKEERD), expected=piece.row_version)

    def spoken(self) -> Story:
        """A story with sound, at the editors'. What the sound says is of no matter here."""
        story = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=State.IN_REDACTIE)
        with self.store.write() as books:
            story = books.add_story(story)
            books.add_consent(*a_consent(story))
            books.keep_recording(story.id, a_recording(b"flac"), BytesIO(b"flac"))
        return story

    def written_out(self) -> Story:
        """A story with sound and a transcript that the editors have, one sentence of which the second pass hears
        otherwise."""
        story = self.spoken()
        transcript = a_transcript()
        with self.store.write() as books:
            books.keep_transcript(story.id, transcript)
            first = transcript.segments[0]
            other = finals.Other(first.start_ms, first.end_ms, "Heel iets anders.")
            finals.keep(books, story.id, finals.Final(transcript.duration_ms, "groot", (other,)))
        return story

    def in_turkish(self) -> Story:
        story = self.written_out()
        with self.store.write() as books:
            books.keep_transcript(story.id, replace(a_transcript(), language="tr"))
        return story

    def edited(self) -> Story:
        story = self.written_out()
        editor = self.staff[Role.REDACTEUR]
        return transcripts.retype(self.store, editor, story.id, 1, "Anders.", expected=story.row_version)

    def bleeped(self) -> Story:
        """A story with sound of which a redacted recording is ready. What is heard in it is of no matter here."""
        story = self.written_out()
        with self.store.write() as books:
            story, version = new_version(books, story, by=MACHINE)
            story = books.save(story, expected=story.row_version)
            about = redactions.about_now(books, story.id)
            books.keep(story.id, Kind.REDACTED_AUDIO, b"fLaC")
            redactions.keep(
                books, story.id, redactions.Redaction(about or "", version.digest, MACHINE, (), "0" * 64, state="ready")
            )
        return story

    def safe_digest(self, story_id: str) -> str:
        with self.store.read() as books:
            return redactions.read(books, story_id).digest

    # what an ervaringswerker took

    @property
    def helper(self) -> User:
        return self.staff[Role.ERVARINGSWERKER]

    def taken(self, *channels: tuple[Purpose, Form | None]) -> Story:
        """A concept of the ervaringswerker, with words and the teller's yes."""
        (story,) = helping.start(self.store, self.helper, ADULT)
        receiving.receive_text(self.store, story.id, TEXT)
        answering.record_answers(self.store, self.helper, story.id, {Party.TELLER: Outcome.JA}, channels)
        return self.now(story.id)

    def begun(self) -> Story:
        (story,) = helping.start(self.store, self.helper, ADULT)
        return story

    def taken_in(self, *channels: tuple[Purpose, Form | None]) -> Story:
        story = self.taken(*channels)
        helping.hand_in(self.store, self.helper, story.id)
        return self.now(story.id)

    def own_product(self) -> tuple[Story, Piece]:
        editor = self.staff[Role.REDACTEUR]
        story = self.taken_and_worked((Purpose.NIEUWSBRIEF, Form.TEKST))
        reviewing.mark_heard(self.store, editor, story.id)
        story = reviewing.offer_for_release(self.store, editor, story.id, expected=story.row_version)
        story = reviewing.release(self.store, self.staff[Role.VRIJGEVER], story.id, expected=story.row_version)
        with self.store.read() as books:
            start = books.version(story.id).clean.text.index(QUOTED)
        quote = publishing.cut_quote(self.store, editor, story.id, start, start + len(QUOTED))
        piece = publishing.compose(self.store, editor, [quote.id], title="Ziek gemeld", publish_on=NEXT_WEEK)
        return story, publishing.offer(self.store, editor, piece.id, expected=piece.row_version)

    def taken_and_worked(self, *channels: tuple[Purpose, Form | None]) -> Story:
        story = self.taken_in(*channels)
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        return self.now(story.id)

    def with_proof(self) -> Story:
        """Said on paper; the scan came later."""
        (story,) = helping.start(self.store, self.helper, ADULT)
        answering.record_answers(self.store, self.helper, story.id, {Party.TELLER: Outcome.JA}, way=Way.PAPIER)
        with self.store.write() as books:
            books.keep(story.id, Kind.PROOF, b"%PDF- %%EOF", version=1)
        return story

    def task(self) -> str:
        story = self.taken_in()
        task = Task(new_id("t"), "warning", story.id, "", self.helper.id, NEXT_WEEK)
        with self.store.write() as books:
            books.add_task(task)
        return task.id

    def with_contact(self) -> Story:
        story = self.taken_in((Purpose.HERCONTACT, None))
        contacts.keep_contact(self.store, self.helper, story.id, Holder.VERTELLER, Contact(phone="06 12345678"))
        return self.now(story.id)

    def ask(self, by: User, reason: Reason = Reason.HERCONTACT) -> str:
        return contacts.ask_contact(self.store, by, self.with_contact().id, reason).id

    def second(self) -> User:
        """Another contactpersoon."""
        with self.store.write() as books:
            return books.add_user(new_id("n"), PASSWORD, [Role.CONTACTPERSOON])

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, but for the audit and what only says that somebody is here or that work goes on."""
        left_out = {"audit", "session", "job", "executor", "presence"}
        with self.store.connect(write=False) as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
                for table in metadata.sorted_tables
                if table.name not in left_out
            }

    def audit_lines(self) -> int:
        with self.store.read() as books:
            return max((int(line["seq"]) for line in books.audit_trail(limit=1)), default=0)

    def snapshot(self) -> object:
        """What must not change when somebody is refused."""
        with self.store.read() as books:
            audit = [line["seq"] for line in books.audit_trail(limit=1)]
            people, rules = books.users(include_inactive=True), books.rule_versions()
            planned = books.planned_between(date.min, date.max)
            return books.stories(limit=100), books.pieces(), people, rules, books.tasks(), planned, audit
