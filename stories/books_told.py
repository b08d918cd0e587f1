"""What was told: the part of Books (see there) about what a teller gave and said. The work is in `books_sealed` and
`books_telling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from stories import books_sealed as items
from stories import books_stories as rows
from stories import books_telling as telling
from stories.books_sealed import SealedObject
from stories.consent import Consent, ConsentEvent
from stories.lastword import TellerNote
from stories.model import Name, RawText, Recording, Transcript
from stories.sitting import Sitting
from stories.told import ChatSender, Part, Passage, TellerTags, ThirdPerson, Typed
from stories.transaction import Transaction
from stories.vault import Kind


class ToldBooks:
    """What `Books` can do with what was told."""

    _tx: Transaction

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
