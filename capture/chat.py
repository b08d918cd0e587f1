"""A chat that somebody exported from WhatsApp: whose messages are the story, and only those.

    is_chat(source) -> bool              by its content
    read_chat(source) -> Chat            who says how much; the words of all stay inside this value
    story_of(chat, sender)               one person's words and voice messages, in order
    voice_note(source, message, target)  one voice message out of the ZIP

The other people in the chat gave no consent: nothing leaves here but what `story_of` gives, and their names, so that
they can be hidden. Photos, videos and other files are left out and counted. No file name is kept; a voice message is
known by its place in the ZIP. Two contacts with one name cannot be told apart in an export.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from capture.archive import CHUNK, Archive
from capture.files import opened, size_of
from capture.text import DEFAULT_LIMITS, TextLimits, check_text, tidied
from capture.whatsapp import Entry, LeftOut, Said, entries, looks_like_chat, moments, said
from stories.errors import InputRefused
from stories.model import RawText, require

MAX_TEXT_BYTES = 16 * 2**20
"""WhatsApp exports at most 40,000 messages: 5 MB of talk."""
MAX_LINES = 200_000
MAX_SENDERS = 5_000
"""WhatsApp's largest community."""
MAX_VOICE_BYTES = 256 * 2**20
"""One voice message. Ten hours of WhatsApp's Opus are 70 MB."""

_HEAD_BYTES = 64 * 1024
_ZIP = b"PK\x03\x04"
_MAX_TEXTS = 200
_VOICE = frozenset({".opus", ".ogg", ".oga", ".m4a", ".aac", ".mp3", ".amr", ".wav", ".flac", ".caf", ".weba"})


@dataclass(frozen=True, slots=True)
class Message:
    """What one person said at one moment; `at` is the phone's local time, without a zone. Words, a voice, or both.

    `voice_note` is a key for `voice_note()` and holds no file name.
    """

    sender: str
    at: datetime | None
    text: str | None = field(repr=False)
    voice_note: str | None = None

    def __post_init__(self) -> None:
        require(bool(self.text) or self.voice_note is not None, "a message says something")


@dataclass(frozen=True, slots=True)
class Sender:
    """One person in the chat and how much there is of them.

    `missing` voice messages are named in the chat but are not in the file; `left_out` are photos, videos and files.
    """

    name: str
    messages: int = 0
    voice_notes: int = 0
    missing: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Chat:
    """A whole chat, in memory only: never store or show it. `mentioned` are names of people who are addressed."""

    senders: tuple[Sender, ...]
    messages: tuple[Message, ...] = field(repr=False)
    mentioned: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = {sender.name for sender in self.senders}
        require(len(names) == len(self.senders), "a sender is listed once")
        require(all(message.sender in names for message in self.messages), "every message has a sender")

    @property
    def missing(self) -> int:
        """Voice messages that are named but not in the file."""
        return sum(sender.missing for sender in self.senders)

    def of(self, sender: str) -> tuple[Message, ...]:
        """One person's messages, in order."""
        return tuple(message for message in self.messages if message.sender == sender)

    def others(self, sender: str) -> tuple[str, ...]:
        """Everybody else's name, to offer as names to hide: who speaks, and who is addressed."""
        names = dict.fromkeys([*(one.name for one in self.senders), *self.mentioned])
        return tuple(name for name in names if name != sender)


@dataclass(frozen=True, slots=True)
class TextPart:
    """Messages after each other, a line each."""

    text: RawText


@dataclass(frozen=True, slots=True)
class VoicePart:
    """One voice message; its sound comes from `voice_note`."""

    message: Message


def is_chat(source: Path | BinaryIO) -> bool:
    """Whether this is an export of WhatsApp, as a ZIP or as its bare text. A damaged or locked ZIP is not.

    Raises InputRefused (capture.unreadable) only.
    """
    with opened(source) as file:
        if not _is_zip(file):
            return _begins_like_chat(file)
        try:
            return bool(_texts(Archive(file)))
        except InputRefused:
            return False


def read_chat(source: Path | BinaryIO) -> Chat:
    """Read an export wholly. A stream must be seekable and is left where it was.

    Raises InputRefused: capture.chat_unknown, capture.chat_ambiguous, capture.chat_too_big, capture.zip_*,
    capture.unreadable.
    """
    with opened(source) as file:
        if _is_zip(file):
            archive = Archive(file)
            name, member = _text_of(archive)
            files = _Files(archive, name[: name.rfind("/") + 1])
            if member.file_size > MAX_TEXT_BYTES:
                raise InputRefused("capture.chat_too_big")
            with archive.reading(member, MAX_TEXT_BYTES) as stream:
                return _chat(stream, files)
        if not _begins_like_chat(file):
            raise InputRefused("capture.chat_unknown")
        if size_of(file) > MAX_TEXT_BYTES:
            raise InputRefused("capture.chat_too_big")
        return _chat(file, _Files(None, ""))


def story_of(
    chat: Chat,
    sender: str,
    since: date | None = None,
    until: date | None = None,
    limits: TextLimits = DEFAULT_LIMITS,
) -> tuple[TextPart | VoicePart, ...]:
    """One person's words and voice messages in order, texts after each other joined into one part, a line each.

    With `since` or `until` (both included) only messages of a known date in that period. Raises InputRefused:
    capture.chat_nothing, capture.chat_too_long, capture.text_too_short (a few letters and no voice).
    """
    parts: list[TextPart | VoicePart] = []
    waiting: list[str] = []
    characters = 0

    def join() -> None:
        text = tidied("\n".join(waiting))
        waiting.clear()
        if text:
            parts.append(TextPart(RawText(text)))

    for message in chat.of(sender):
        if not _within(message.at, since, until):
            continue
        if message.voice_note is not None:
            join()
            parts.append(VoicePart(replace(message, text=None)))
        if message.text is not None:
            characters += len(message.text) + 1
            if characters > limits.max_characters:
                raise InputRefused("capture.chat_too_long")
            waiting.append(message.text)
    join()
    if not parts:
        raise InputRefused("capture.chat_nothing")
    if len(parts) == 1 and isinstance(parts[0], TextPart):
        check_text(parts[0].text.text, limits)
    return tuple(parts)


def voice_note(source: Path | BinaryIO, message: Message, target: BinaryIO, most: int = MAX_VOICE_BYTES) -> None:
    """Write one voice message of this export to `target`, as it is: `capture.check_file` says what it is worth.

    After an error what is in `target` is worth nothing. Raises InputRefused: capture.chat_voice_unknown,
    capture.chat_voice_too_big, capture.zip_*, capture.unreadable.
    """
    with opened(source) as file:
        if message.voice_note is None or not _is_zip(file):
            raise InputRefused("capture.chat_voice_unknown")
        archive = Archive(file)
        for place, member in enumerate(archive.members):
            if _key(place, member) == message.voice_note:
                break
        else:
            raise InputRefused("capture.chat_voice_unknown")
        if member.file_size > most:
            raise InputRefused("capture.chat_voice_too_big")
        with archive.reading(member, most) as stream:
            while chunk := stream.read(CHUNK):
                target.write(chunk)


def _within(at: datetime | None, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    return at is not None and (since is None or since <= at.date()) and (until is None or at.date() <= until)


# Where the text and the voices are


class _Files:
    """The files of a chat by their name, as the text calls them; only ever looked up."""

    def __init__(self, archive: Archive | None, folder: str) -> None:
        self._keys: dict[str, str] = {}
        if archive is not None:
            places = {id(member): place for place, member in enumerate(archive.members)}
            for name, member in archive.names.items():
                if name.startswith(folder) and not member.is_dir():
                    self._keys[name.removeprefix(folder)] = _key(places[id(member)], member)

    def key(self, name: str) -> str | None:
        return self._keys.get(unicodedata.normalize("NFC", name))

    def known(self, name: str) -> bool:
        return self.key(name) is not None


def _key(place: int, member: zipfile.ZipInfo) -> str:
    return f"{place}.{member.CRC:08x}"


def _is_zip(file: BinaryIO) -> bool:
    head = file.read(len(_ZIP))
    file.seek(0)
    return head == _ZIP


def _begins_like_chat(file: BinaryIO) -> bool:
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    return b"\0" not in head and looks_like_chat(head.decode("utf-8-sig", "replace").split("\n"))


def _texts(archive: Archive) -> dict[str, zipfile.ZipInfo]:
    """The members that are the text of a chat, by name."""
    names = [name for name in archive.names if name.lower().endswith(".txt")]
    return {name: archive.names[name] for name in names[:_MAX_TEXTS] if _member_begins_like_chat(archive, name)}


def _member_begins_like_chat(archive: Archive, name: str) -> bool:
    member = archive.names[name]
    with archive.reading(member, member.file_size) as stream:
        return _begins_like_chat(io.BytesIO(stream.read(_HEAD_BYTES)))


def _text_of(archive: Archive) -> tuple[str, zipfile.ZipInfo]:
    """The text of this chat: the iPhone's `_chat.txt`, or the only one. Another may have been sent as a file."""
    texts = list(_texts(archive).items())
    if len(texts) > 1:
        texts = [(name, member) for name, member in texts if PurePosixPath(name).name == "_chat.txt"]
        if len(texts) != 1:
            raise InputRefused("capture.chat_ambiguous")
    if not texts:
        raise InputRefused("capture.chat_unknown")
    return texts[0]


# From entries to a chat


def _chat(stream: BinaryIO, files: _Files) -> Chat:
    all_entries: list[Entry] = []
    sayings: list[Said] = []
    with _lines(stream) as lines:
        for entry in entries(lines):
            sayings.append(said(entry, files.known) if entry.sender is not None else Said(""))
            entry.lines.clear()
            all_entries.append(entry)
    times = moments([entry.stamp for entry in all_entries])
    owners = _owners(all_entries, sayings, files)
    senders: dict[str, Sender] = {}
    messages: list[Message] = []
    for entry, at, saying in zip(all_entries, times, sayings, strict=True):
        if entry.sender is None or saying == Said(""):
            continue
        counted = senders.get(entry.sender, Sender(entry.sender))
        if len(senders) > MAX_SENDERS:
            raise InputRefused("capture.chat_too_big")
        keys: list[str] = []
        missing = int(saying.left_out is LeftOut.VOICE)
        left_out = int(saying.left_out is LeftOut.OTHER)
        for name in saying.attached:
            key = files.key(name)
            if PurePosixPath(name).suffix.lower() not in _VOICE:
                left_out += 1
            elif key is None or len(owners[key]) > 1:
                missing += 1
            else:
                keys.append(key)
        text = saying.text or None
        for number, key in enumerate(keys or ([None] if text else [])):
            messages.append(Message(entry.sender, at, text if number == 0 else None, key))
        senders[entry.sender] = replace(
            counted,
            messages=counted.messages + (text is not None),
            voice_notes=counted.voice_notes + len(keys),
            missing=counted.missing + missing,
            left_out=counted.left_out + left_out,
        )
    if not senders:
        raise InputRefused("capture.chat_unknown")
    mentioned = dict.fromkeys(name for saying in sayings for name in saying.mentioned)
    return Chat(tuple(senders.values()), tuple(messages), tuple(mentioned))


def _owners(all_entries: list[Entry], sayings: list[Said], files: _Files) -> dict[str, set[str]]:
    """Who says a file is theirs. A file that two people claim is nobody's: one of them only typed its name."""
    owners: dict[str, set[str]] = {}
    for entry, saying in zip(all_entries, sayings, strict=True):
        for name in saying.attached:
            if (key := files.key(name)) is not None and entry.sender is not None:
                owners.setdefault(key, set()).add(entry.sender)
    return owners


@contextmanager
def _lines(stream: BinaryIO) -> Iterator[Iterator[str]]:
    """The lines of a stream, ended by \\n alone. The stream stays open. Raises InputRefused: capture.chat_too_big."""

    def counted() -> Iterator[str]:
        for number, line in enumerate(text):
            if number >= MAX_LINES:
                raise InputRefused("capture.chat_too_big")
            yield line

    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="\n")
    try:
        yield counted()
    finally:
        text.detach()
