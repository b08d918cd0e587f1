"""Books: everything one transaction can read and write. The work is done by the `books_*` modules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, TypeVar

from stories import audit as audit_log
from stories import books_calendar as calendar
from stories import books_choices as choices
from stories import books_counted as counting
from stories import books_people as people
from stories import books_pieces as pieces
from stories import books_rules as rules
from stories import books_sealed as items
from stories import books_search as search
from stories import books_stories as rows
from stories import books_telling as telling
from stories import erasure
from stories.blind import Blind
from stories.books_choices import Choice
from stories.books_counted import Counted
from stories.books_notes import NoteBook
from stories.books_products import ProductBooks
from stories.books_queue import QueueRows
from stories.books_sealed import SealedObject
from stories.books_search import Ask
from stories.consent import Consent, ConsentEvent, Purpose
from stories.lastword import TellerNote
from stories.model import (
    Approval,
    Name,
    RawText,
    Recording,
    Story,
    StoryVersion,
    Task,
    Theme,
    Transcript,
    require,
)
from stories.people import CodeHolder, Holder, Role, User
from stories.planned import Planned
from stories.rulebook import Rule, RuleKind
from stories.settings import Settings
from stories.sitting import Sitting
from stories.stages import State
from stories.told import ChatSender, Part, Passage, TellerTags, ThirdPerson, Typed
from stories.transaction import Transaction
from stories.vault import Kind

T = TypeVar("T")


class Books(ProductBooks):
    """Every getter of one thing raises NotFound when it is absent.

    Any method may raise NotReady (database or media folder busy, full or away), InputRefused (a clear column was
    given something that is no text) and Refused (against a rule of the database, such as changing a consent event).
    """

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    # stories

    def add_story(self, story: Story) -> Story:
        """Write a new story and make its key."""
        return rows.add(self._tx, story)

    def story(self, story_id: str) -> Story:
        return rows.get(self._tx, story_id)

    def these_stories(self, story_ids: Sequence[str]) -> dict[str, Story]:
        """By id; ids that are not there are left out."""
        return rows.these(self._tx, story_ids)

    def stories(
        self,
        *,
        states: Sequence[str] = (),
        stages: Sequence[str] = (),
        taken_by: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> tuple[Story, ...]:
        """Newest first. `after` is the id of the last story of the page before (keyset by created_at and id)."""
        return rows.newest_first(self._tx, states, stages, limit, after, taken_by)

    def save(self, story: Story, *, expected: int) -> Story:
        """Write a story's row; returns it with row_version + 1.

        Raises Moved unless the row still has row_version `expected`, and StageRefused when its stage or state may not
        follow the stored one. `gewist` is reached by `erase` alone; `version` is written by `add_version` alone.
        """
        return rows.save(self._tx, story, expected)

    @property
    def queue(self) -> QueueRows:
        """What the queue counts with, and its rows."""
        return QueueRows(self._tx)

    # sealed items

    def keep(self, story_id: str, kind: Kind, data: bytes | BinaryIO | SealedObject, *, version: int = 0) -> None:
        """Seal and store an item in the place of what was there; a stream is never held in memory as a whole.

        It is safely stored once the transaction has ended without error. What takes long to seal is sealed before the
        transaction (`Store.sealed`), so that others can write meanwhile. Raises SealBroken for an erased story.
        """
        items.keep(self._tx, story_id, kind, data, version)

    def fetch(self, story_id: str, kind: Kind, *, version: int = 0) -> bytes:
        """The whole item. Raises NotFound, or SealBroken when it was damaged, swapped or cut off."""
        return items.fetch(self._tx, story_id, kind, version)

    def has(self, story_id: str, kind: Kind, *, version: int = 0) -> bool:
        return items.has(self._tx, story_id, kind, version)

    def stream(
        self, story_id: str, kind: Kind, *, version: int = 0, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes]:
        """Plain bytes [start, stop) in pieces of at most 64 KiB, decrypting only the chunks that hold them.

        NotFound and a wrong size are raised by the call itself; the pieces may be read after the transaction ended.
        """
        return items.stream(self._tx, story_id, kind, version, start, stop)

    def numbers(self, story_id: str, kind: Kind) -> tuple[int, ...]:
        """The versions of an item that are there, lowest first: of a kind whose version is a running number."""
        return items.numbers(self._tx, story_id, kind)

    def holding(self, kind: Kind) -> tuple[str, ...]:
        """Ids of the stories that have an item of this kind."""
        return items.holding(self._tx, kind)

    def size(self, story_id: str, kind: Kind, *, version: int = 0) -> int:
        """Plain bytes of the item."""
        return items.size(self._tx, story_id, kind, version)

    def discard(self, story_id: str, kind: Kind, *, version: int = 0) -> None:
        """Delete an item; one that is not there is fine."""
        items.discard(self._tx, story_id, kind, version)

    def keep_text(self, story_id: str, text: RawText) -> None:
        items.keep_text(self._tx, story_id, text)

    def text(self, story_id: str) -> RawText:
        return items.text(self._tx, story_id)

    def keep_transcript(self, story_id: str, transcript: Transcript) -> None:
        items.keep_transcript(self._tx, story_id, transcript)

    def transcript(self, story_id: str) -> Transcript:
        return items.transcript(self._tx, story_id)

    def keep_names(self, story_id: str, names: Sequence[Name]) -> None:
        items.keep_names(self._tx, story_id, names)

    @property
    def settings(self) -> Settings:
        return self._tx.settings

    def names(self, story_id: str) -> tuple[Name, ...]:
        """The name table; empty when there is none."""
        return items.names(self._tx, story_id)

    def keep_intake_names(self, story_id: str, names: Sequence[str]) -> None:
        items.keep_intake_names(self._tx, story_id, names)

    def intake_names(self, story_id: str) -> tuple[str, ...]:
        """The names the teller wants hidden; empty when there are none."""
        return items.intake_names(self._tx, story_id)

    def keep_recording(self, story_id: str, recording: Recording, flac: BinaryIO | SealedObject) -> None:
        items.keep_recording(self._tx, story_id, recording, flac)

    def recording(self, story_id: str) -> Recording:
        return items.recording(self._tx, story_id)

    # parts: what came in and has not been joined yet

    def next_part(self, story_id: str) -> int:
        """The number that the next part gets."""
        return telling.next_part(self._tx, story_id)

    def add_sound(self, story_id: str, recording: Recording, flac: BinaryIO | SealedObject) -> Part:
        """Seal one more stretch of sound (canonical FLAC), behind what is there. Raises Moved when it was sealed
        beforehand (as version `next_part`) and that number was taken meanwhile."""
        return telling.add_sound(self._tx, story_id, recording, flac)

    def add_text(self, story_id: str, text: RawText, *, replaces: int | None = None) -> Part:
        """Seal one more text, or put it in the place of text part `replaces`. Raises NotFound when there is none."""
        return telling.add_text(self._tx, story_id, text, replaces)

    def parts(self, story_id: str) -> tuple[Part, ...]:
        """In the order in which they were given."""
        return telling.parts(self._tx, story_id)

    def part_text(self, story_id: str, number: int) -> RawText:
        return telling.part_text(self._tx, story_id, number)

    def drop_part(self, story_id: str, number: int) -> None:
        """Delete a part; one that is not there is fine."""
        telling.drop_part(self._tx, story_id, number)

    def keep_senders(self, story_id: str, senders: Sequence[ChatSender]) -> None:
        """Who is in the chat export (Kind.CHAT) that waits for a choice."""
        telling.keep_senders(self._tx, story_id, senders)

    def senders(self, story_id: str) -> tuple[ChatSender, ...]:
        """Empty when no chat export waits."""
        return telling.senders(self._tx, story_id)

    def drop_chat(self, story_id: str) -> None:
        telling.drop_chat(self._tx, story_id)

    def keep_typed(self, story_id: str, typed: Sequence[Typed]) -> None:
        telling.keep_typed(self._tx, story_id, typed)

    def typed(self, story_id: str) -> tuple[Typed, ...]:
        """Words typed between stretches of sound, in order of time."""
        return telling.typed(self._tx, story_id)

    # what the teller says about the story

    def keep_tags(self, story_id: str, tags: TellerTags) -> None:
        telling.keep_tags(self._tx, story_id, tags)

    def tags(self, story_id: str) -> TellerTags:
        return telling.tags(self._tx, story_id)

    def keep_third_persons(self, story_id: str, persons: Sequence[ThirdPerson]) -> None:
        """Their names become the intake sheet as well."""
        telling.keep_third_persons(self._tx, story_id, persons)

    def third_persons(self, story_id: str) -> tuple[ThirdPerson, ...]:
        return telling.third_persons(self._tx, story_id)

    def keep_excluded(self, story_id: str, passages: Sequence[Passage]) -> None:
        """Passages of the raw text that may not leave the house in any form."""
        telling.keep_excluded(self._tx, story_id, passages)

    def excluded(self, story_id: str) -> tuple[Passage, ...]:
        return telling.excluded(self._tx, story_id)

    def add_note(self, story_id: str, piece_id: str, digest: str, text: str) -> TellerNote:
        """Seal what the teller wants changed in exactly this product."""
        return telling.add_note(self._tx, story_id, piece_id, digest, text)

    def notes(self, story_id: str) -> tuple[TellerNote, ...]:
        """What the teller wanted changed in products, oldest first."""
        return telling.notes(self._tx, story_id)

    # sittings: append-only

    def add_sitting(self, sitting: Sitting) -> None:
        telling.add_sitting(self._tx, sitting)

    def sittings(self, story_id: str) -> tuple[Sitting, ...]:
        """Oldest first."""
        return telling.sittings(self._tx, story_id)

    # consent: append-only

    def add_consent(self, *events: ConsentEvent) -> None:
        """Add events; nobody can change or delete one, not even at erasure (R8)."""
        rows.add_consent(self._tx, events)

    def consent(self, story_id: str) -> Consent:
        return rows.consent(self._tx, story_id)

    # versions: immutable

    def add_version(self, version: StoryVersion) -> StoryVersion:
        """Raises Moved unless its number is the newest + 1. The story's row_version does not change."""
        return rows.add_version(self._tx, version)

    def version(self, story_id: str, number: int | None = None) -> StoryVersion:
        """A version, the newest by default. NotFound too when its words were erased."""
        return rows.version(self._tx, story_id, number)

    def makers(self, story_id: str) -> frozenset[str]:
        """Who made a version of this story: ids of users, and the machine."""
        return rows.makers(self._tx, story_id)

    def save_themes(self, story_id: str, number: int, themes: Sequence[Theme]) -> None:
        """Replace the themes of a version; other confirmed themes are another digest, which voids approvals."""
        rows.save_themes(self._tx, story_id, number, themes)

    # search: of versions that a person checked; leaving that state takes them out (`save`, `add_version`, `erase`)

    def index(
        self, version: StoryVersion, words: Mapping[str, Sequence[int]], tags: Collection[str], *, method: int
    ) -> None:
        """Make a version findable by these words (with their places) and tags; what was kept of the story before goes.

        Raises ValueError unless it is the newest version of a story that is SEARCHABLE.
        """
        search.put(self._tx, version, words, tags, method)

    def unindex_all(self) -> None:
        search.drop_all(self._tx)

    def to_index(self, *, method: int, limit: int = 100) -> tuple[str, ...]:
        """Ids of stories that may be searched and are not yet findable as they are now."""
        return search.missing(self._tx, method, limit)

    def unindex_stale(self) -> int:
        """Take out whatever may not be searched (any more); returns how many."""
        return search.drop_stale(self._tx)

    def search(self, ask: Ask) -> tuple[str, ...]:
        """Ids of the stories that fit, best first; without words the newest first."""
        return search.find(self._tx, ask)

    def searchable_regions(self) -> tuple[str, ...]:
        return search.regions(self._tx)

    def region_mark(self, region: str) -> str:
        """What stands for a region in an address or audit line, where words that people typed do not belong."""
        return Blind(self._tx.house_key, "regions").mark(region)

    # approvals, the calendar, tasks

    def add_approval(self, approval: Approval) -> None:
        rows.add_approval(self._tx, approval)

    def approvals(self, subject: str) -> tuple[Approval, ...]:
        """Approvals of a story or piece, oldest first."""
        return rows.approvals(self._tx, subject)

    def approved_as(self, role: str) -> tuple[str, ...]:
        """The stories and pieces that anybody ever approved in this role."""
        return rows.approved_as(self._tx, role)

    def counted(
        self, purpose: Purpose, about: Hashable, make: Callable[[Counted], T], *, one_person_since: datetime | None
    ) -> tuple[T, ...]:
        """What `make` says of every released story, with what was said about `purpose`; see
        `books_counted.remembered`."""
        return counting.remembered(self._tx, purpose, one_person_since, about, make)

    def plan(self, item: Planned) -> Planned:
        """A line of the calendar. Raises NotFound when its piece is not there."""
        return calendar.add(self._tx, item)

    def planned(self, item_id: str) -> Planned:
        return calendar.get(self._tx, item_id)

    def planned_between(self, first: date, last: date) -> tuple[Planned, ...]:
        """Everything from the day `first` to the day `last`, also what is done or called off; the first day first."""
        return calendar.between(self._tx, first, last)

    def planned_late(self, before: date) -> tuple[Planned, ...]:
        """What was planned for an earlier day and is neither done nor called off."""
        return calendar.late(self._tx, before)

    def planned_with(self, piece_id: str) -> tuple[Planned, ...]:
        return calendar.with_piece(self._tx, piece_id)

    def save_planned(self, item: Planned, *, expected: int) -> Planned:
        """Raises Moved when somebody was faster."""
        return calendar.save(self._tx, item, expected)

    def quoted_stories(self) -> tuple[str, ...]:
        """Ids of the stories that have a quote."""
        return calendar.quoted_stories(self._tx)

    def add_task(self, task: Task) -> None:
        pieces.add_task(self._tx, task)

    def tasks(self, *, open_only: bool = True) -> tuple[Task, ...]:
        """Tasks by due date."""
        return pieces.tasks(self._tx, open_only)

    def finish_task(self, task_id: str, at: datetime) -> None:
        pieces.finish_task(self._tx, task_id, at)

    @property
    def notebook(self) -> NoteBook:
        """Notes between colleagues, whom they name, and who is looking now."""
        return NoteBook(self._tx)

    # receipt codes

    def new_receipt(self, story_id: str, holder: Holder = Holder.VERTELLER) -> str:
        """The code "1234 5678 9012 3456": shown once, never stored. This holder's older code stops working."""
        return people.new_receipt(self._tx, story_id, holder)

    def holder_of_receipt(self, code: str) -> CodeHolder:
        """NotFound for a wrong code, after the same time as for a right one."""
        return people.holder_of_receipt(self._tx, code)

    def has_receipt(self, story_id: str, holder: Holder) -> bool:
        return people.has_receipt(self._tx, story_id, holder)

    # rules of the house: versions with four eyes

    def propose_rule(self, kind: RuleKind, body: str, by: str, *, language: str = "", first: int = 1) -> Rule:
        """A new version that waits for a second administrator. `first` is the lowest number it may have.

        An empty body takes the proposal before it off the table.
        """
        return rules.propose(self._tx, kind, language, body, by, first)

    def approve_rule(self, kind: RuleKind, version: int, by: str, *, language: str = "") -> Rule:
        """Raises Refused (four eyes) for whoever proposed it, and Moved unless it is the newest version and waits."""
        return rules.approve(self._tx, kind, language, version, by)

    def rule(self, kind: RuleKind, language: str = "") -> Rule | None:
        """The newest approved version, or None while the built-in one counts."""
        return rules.current(self._tx, kind, language)

    def rule_version(self, kind: RuleKind, version: int, language: str = "") -> Rule:
        """One version, also one that was replaced or waits. Raises NotFound."""
        return rules.get(self._tx, kind, language, version)

    def rule_versions(self, kind: RuleKind | None = None) -> tuple[Rule, ...]:
        """All versions by kind and language, newest first."""
        return rules.versions(self._tx, kind)

    def chosen(self, name: str) -> Choice | None:
        """What the house chose last for itself under this name; None while it never did."""
        return choices.chosen(self._tx, name)

    def choose(self, choice: Choice) -> None:
        """Add a choice. Raises Moved unless its version is the next one."""
        choices.choose(self._tx, choice)

    # people and sessions

    def first_run_needed(self) -> bool:
        """True while there is no user at all."""
        return people.first_run_needed(self._tx)

    def add_user(self, name: str, password: str, roles: Sequence[Role]) -> User:
        """Raises InputRefused for a name that is taken or cannot be. The password policy is the caller's."""
        return people.add_user(self._tx, name, password, roles)

    def users(self, *, include_inactive: bool = False) -> tuple[User, ...]:
        return people.users(self._tx, include_inactive)

    def user_by_name(self, name: str) -> tuple[User, str, str | None]:
        """(user, password hash, TOTP secret). NotFound also for an inactive user.

        Who logs people in calls `store.hasher.matches(hash or None, password)` in both cases, for equal time.
        """
        return people.user_by_name(self._tx, name)

    def set_totp(self, user_id: str, secret: str | None) -> None:
        """Keep a TOTP secret (base32) sealed; None takes it away."""
        people.set_totp(self._tx, user_id, secret)

    def set_password(self, user_id: str, password: str) -> None:
        """Ends every session of that user."""
        people.set_password(self._tx, user_id, password)

    def set_roles(self, user_id: str, roles: Sequence[Role]) -> None:
        people.set_roles(self._tx, user_id, roles)

    def set_active(self, user_id: str, active: bool) -> None:
        """An inactive user cannot log in and has no sessions; the row stays for the audit log."""
        people.set_active(self._tx, user_id, active)

    def add_session(self, user_id: str, now: datetime) -> str:
        """A token of 256 random bits; only its SHA-256 is stored."""
        return people.add_session(self._tx, user_id, now)

    def session_user(self, token: str, now: datetime) -> User | None:
        """The user of a session, or None when it is unknown, ended, or past its idle or absolute limit.

        Seen is noted at most once a minute; a reading transaction notes it just after it has ended.
        """
        user, touch = people.session_user(self._tx, token, now)
        if touch and self._tx.writes:
            people.touch_session(self._tx, token, now)
        elif touch:
            self._tx.seen.append((token, now))
        return user

    def end_session(self, token: str) -> None:
        people.end_session(self._tx, token)

    # vocabulary of themes

    def vocabulary(self, version: int | None = None) -> tuple[int, list[dict[str, Any]]]:
        """Number of a version, the newest by default, and its opgaven as in `themes.yaml`. Raises NotFound."""
        return people.vocabulary(self._tx, version)

    def save_vocabulary(self, opgaven: list[dict[str, Any]], by: str) -> int:
        """Add a version; returns its number. Older versions stay."""
        return people.save_vocabulary(self._tx, opgaven, by)

    # audit

    def audit(
        self, actor: str, action: str, *, story_id: str | None = None, subject: str | None = None, detail: str = ""
    ) -> None:
        """Add a row to the chain. `detail` is codes and counts only: ASCII, at most 200 characters, else ValueError."""
        audit_log.append(self._tx, actor, action, story_id, subject, detail)

    def audit_trail(
        self, *, story_id: str | None = None, action: str | None = None, limit: int = 200
    ) -> tuple[dict[str, Any], ...]:
        """Newest first: seq, at, actor, action, story_id, subject, detail, prev_hash, hash."""
        return audit_log.trail(self._tx, story_id, action, limit)

    def last_done(self, action: str, *, story_id: str | None = None, subject: str | None = None) -> datetime | None:
        """When the audit last tells of this, about the story or the subject; None when it never does."""
        return audit_log.newest(self._tx, action, story_id, subject)

    def audit_is_whole(self) -> bool:
        return audit_log.is_whole(self._tx)

    # erasure

    def erase(self, story_id: str, *, why: str) -> None:
        """Destroy the key and everything the story said, for ever; see `stories.erasure`.

        `why` is a code. Raises StageRefused unless the story is `ingetrokken`; erased already is fine.
        """
        if erasure.erase(self._tx, story_id, why):
            self._tx.scrub = True

    def proofs_left(self, *, before: datetime) -> tuple[str, ...]:
        """Ids of the stories that were erased before this moment and of which the proof still stands."""
        return telling.proofs_left(self._tx, before)

    def end_proof(self, story_id: str, at: datetime) -> None:
        """The proof of an erased story has had its time: its consent events, sittings and receipts go."""
        require(self.story(story_id).state is State.GEWIST, "only the proof of an erased story ends")
        telling.end_proof(self._tx, story_id, at)
