"""The vault: every original is sealed with its story's own key; destroying the key is erasure.

A sealed item is `magic (4) | salt (16) | nonce prefix (7) | chunk | chunk | ...`. Every chunk holds 64 KiB of plain
bytes (the last one 1 byte to 64 KiB; an empty item is one empty chunk) and is sealed with AES-256-GCM:

    item key        = HKDF-SHA256(story key, salt)
    nonce           = prefix (7) | chunk number (4, big-endian) | 1 when this is the last chunk, else 0
    associated data = format, story, version, kind

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", 2015), with a fresh key for every item as in Tink's AES-GCM-HKDF streaming, so that
two items of one story never share a nonce. Truncation, a flipped bit, swapped chunks, another story, version, kind or
key: each makes a chunk fail, and nothing of a chunk that failed is ever handed out.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import stat
import struct
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from stories.errors import NotReady, SealBroken

KEY_BYTES = 32
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SALT_BYTES = 16
PREFIX_BYTES = 7
MAGIC = b"VPS1"
HEADER_BYTES = len(MAGIC) + SALT_BYTES + PREFIX_BYTES
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
MAX_CHUNKS = 2**32  # the counter in the nonce; 256 TiB of plain bytes
WRAP_NONCE_BYTES = 12
WRAP_LABEL = b"vertelpunt wrapped key 1"


class Kind(StrEnum):
    """What a sealed item is. It is part of the seal, so that one kind cannot be passed off as another."""

    AUDIO = "audio"  # canonical FLAC
    REDACTED_AUDIO = "redacted_audio"  # the recording with what is masked bleeped away
    REDACTION = "redaction"  # which text and which stretches that is of, and how its check went
    ORIGINAL_TEXT = "original_text"  # typed text, UTF-8
    TRANSCRIPT = "transcript"  # Transcript.to_json, UTF-8
    CHUNK = "chunk"  # version 0: the plan; n: chunk n as it was heard
    FINAL_CHUNK = "final_chunk"  # the same for the second pass
    FINAL = "final"  # how far the second pass is, and where it hears something else than a person wrote
    TRANSCRIPT_EDIT = "transcript_edit"  # one edit of the transcript; version is its number
    LISTENED = "listened"  # which sentences somebody listened to
    LANGUAGE = "language"  # the language a person said the story is in
    TRANSLATION = "translation"  # Whisper's own English beside a story in another language
    FINDINGS = "findings"
    NAME_WORK = "name_work"  # what editors decided about names before, to take back, and how long they looked
    CARD = "card"  # version 0: what of the card may stay, and why; 1: its values as codes (desk.card)
    NAME_TABLE = "name_table"  # list of Name
    NAME_STYLE = "name_style"  # how names are replaced, and the seed of other names
    INTAKE_SHEET = "intake_sheet"  # names the teller wants hidden
    CONTACT = "contact"  # how to reach somebody; version is whose: see desk.contacts
    PART_AUDIO = "part_audio"  # one part as it came in, as FLAC; version is the part's number
    PART_TEXT = "part_text"
    TYPED = "typed"  # list of Typed: words typed between stretches of sound
    CHAT = "chat"  # a chat export of which the teller still has to say whose messages are the story
    CHAT_SENDERS = "chat_senders"  # list of ChatSender
    THIRD_PERSONS = "third_persons"  # list of ThirdPerson
    TELLER_TAGS = "teller_tags"
    PASSAGE_TAGS = "passage_tags"  # what a person confirmed per passage; version is the text's
    EXCLUDED = "excluded"  # passages of the raw text that the teller keeps for the house alone
    TELLER_NOTE = "teller_note"  # what the teller wants changed after their story was read back
    PRODUCT_NOTE = "product_note"  # what the teller wants changed in a product
    PROOF = "proof"  # a scanned form or a spoken yes; version is its number
    CLIPS_ASKED = "clips_asked"  # which clips are to be made, and who asked
    # The kinds below are the store's own: it seals them itself, `Books.keep` refuses them.
    CLEAN_TEXT = "clean_text"  # the text of one StoryVersion
    THEMES = "themes"
    QUOTE = "quote"
    NOTE = "note"  # what colleagues write to each other about a story
    CLIP = "clip"  # the sound of a quote, under the clip's own id
    PIECE = "piece"  # with the house key
    PLANNED = "planned"  # the title of a line of the calendar, with the house key
    MANIFEST = "manifest"  # with the house key
    BUNDLE = "bundle"  # with the house key
    PUBLICATION = "publication"  # the address where a piece stands, with the house key
    HOUSE_FILE = "house_file"  # with the house key; version 0: its name and credit, 1: the sound or picture itself
    TOTP = "totp"  # with the house key
    UPLOAD = "upload"  # while it comes in, with a key of its own that is never written down
    HALF_MADE = "half_made"  # the mixed sound of an episode while it is made, with the house key


OWN_KINDS = frozenset(
    {
        Kind.CLEAN_TEXT, Kind.THEMES, Kind.QUOTE, Kind.NOTE, Kind.PIECE, Kind.PLANNED, Kind.MANIFEST, Kind.BUNDLE,
        Kind.TOTP, Kind.HOUSE_FILE,
        Kind.PUBLICATION,
        Kind.CLIP,
        Kind.UPLOAD,
        Kind.HALF_MADE,
    }
)  # fmt: skip


class StoryKey:
    """An unwrapped story key, in memory only. Its repr never shows the key, and it cannot be pickled."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise SealBroken("vault.key_damaged")
        self._secret = secret

    def __repr__(self) -> str:
        return "StoryKey(...)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a story key stays in memory")

    def cipher(self, salt: bytes) -> AESGCM:
        """The cipher of one item: every item has its own key, derived with its own salt."""
        return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=MAGIC).derive(self._secret))

    def derived(self, info: bytes) -> bytes:
        """A key for another use than sealing (`stories.blind`): it says nothing about this one."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._secret)


class Vault:
    """Makes, wraps and unwraps story keys with the master key, which lies outside the data folder."""

    __slots__ = ("_cipher",)

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise SealBroken("vault.master_key_damaged")
        self._cipher = AESGCM(master_key)

    def __repr__(self) -> str:
        return "Vault(...)"

    @classmethod
    def open(cls, path: Path, *, outside: tuple[Path, ...] = ()) -> Vault:
        """The vault of the master key file `path`.

        Raises NotReady when the file is absent, readable by others than its owner, or inside one of the folders
        `outside` (a backup of the data folder would then hold the key too), and SealBroken when it is no key.
        """
        path = _outside(path, outside)
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = path.read_bytes()
        except FileNotFoundError:
            raise NotReady("vault.master_key_missing") from None
        except OSError:
            raise NotReady("vault.master_key_unreadable") from None
        if mode & 0o077:
            raise NotReady("vault.master_key_readable_by_others")
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except ValueError:
            raise SealBroken("vault.master_key_damaged") from None

    @classmethod
    def open_or_create(cls, path: Path, *, outside: tuple[Path, ...] = ()) -> Vault:
        """As `open`, but makes the master key file (0600) when it is absent. Two processes may do so at once."""
        path = _outside(path, outside)
        if not path.exists():
            try:
                _create_key_file(path)
            except OSError:
                raise NotReady("vault.master_key_unwritable") from None
        return cls.open(path, outside=outside)

    def new_key(self) -> tuple[StoryKey, bytes]:
        """A fresh story key and its wrapped form for the database."""
        secret = secrets.token_bytes(KEY_BYTES)
        nonce = secrets.token_bytes(WRAP_NONCE_BYTES)
        return StoryKey(secret), nonce + self._cipher.encrypt(nonce, secret, WRAP_LABEL)

    def unwrap(self, wrapped: bytes) -> StoryKey:
        """The story key of a wrapped form. Raises SealBroken when damaged or wrapped by another master key."""
        nonce, body = wrapped[:WRAP_NONCE_BYTES], wrapped[WRAP_NONCE_BYTES:]
        if len(body) != KEY_BYTES + TAG_BYTES:
            raise SealBroken("vault.key_damaged")
        try:
            return StoryKey(self._cipher.decrypt(nonce, body, WRAP_LABEL))
        except InvalidTag:
            raise SealBroken("vault.key_damaged") from None


class Sealer:
    """Seals an item as it comes: `write` as often as you like, then `close`.

    At most one chunk waits in memory, because only what follows tells whether it was the last. After an OSError of
    `target` the item is worth nothing any more.
    """

    __slots__ = ("_chunk", "_cipher", "_label", "_number", "_prefix", "_target")

    def __init__(self, key: StoryKey, target: BinaryIO, *, story_id: str, version: int, kind: Kind) -> None:
        salt, self._prefix = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(PREFIX_BYTES)
        self._cipher, self._label = key.cipher(salt), _label(story_id, version, kind)
        self._target, self._chunk, self._number = target, bytearray(), 0
        target.write(MAGIC + salt + self._prefix)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if len(self._chunk) == CHUNK_BYTES:
                self._put(last=False)
            room = CHUNK_BYTES - len(self._chunk)
            self._chunk += rest[:room]
            rest = rest[room:]

    def close(self) -> int:
        """Seal the last chunk; returns the number of plain bytes. Call it once."""
        plain_bytes = self._number * CHUNK_BYTES + len(self._chunk)
        self._put(last=True)
        return plain_bytes

    def _put(self, *, last: bool) -> None:
        if self._number >= MAX_CHUNKS:
            raise SealBroken("vault.damaged")
        self._target.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last), self._chunk, self._label))
        self._number += 1
        self._chunk.clear()


def seal(key: StoryKey, source: BinaryIO, target: BinaryIO, *, story_id: str, version: int, kind: Kind) -> int:
    """Encrypt `source` into `target` in 64 KiB chunks; returns the number of plain bytes. Memory stays flat."""
    sealer = Sealer(key, target, story_id=story_id, version=version, kind=kind)
    while data := source.read(CHUNK_BYTES):
        sealer.write(data)
    return sealer.close()


def unseal(key: StoryKey, source: BinaryIO, *, story_id: str, version: int, kind: Kind) -> Iterator[bytes]:
    """Yield the plain chunks. Raises SealBroken *before* yielding anything that is not authentic.

    A truncated item yields its whole chunks first and then raises: who must not act on half an item joins the
    chunks before using them (`Books.fetch` does).
    """
    cipher, prefix = _read_header(key, source)
    label = _label(story_id, version, kind)
    for number, chunk, last in _numbered(source, SEALED_CHUNK_BYTES):
        yield _open_chunk(cipher, _nonce(prefix, number, last), chunk, label)


def unseal_range(
    key: StoryKey, source: BinaryIO, start: int, stop: int, *, story_id: str, version: int, kind: Kind
) -> Iterator[bytes]:
    """Yield plain bytes [start, stop) by decrypting only the chunks that hold them (for HTTP Range).

    `source` must be seekable. `stop` beyond the end means the end; an empty range yields nothing. Raises SealBroken
    before yielding anything that is not authentic.
    """
    cipher, prefix = _read_header(key, source)
    label = _label(story_id, version, kind)
    size = plain_size(source.seek(0, os.SEEK_END))
    stop = min(stop, size)
    if start < 0 or start >= stop:
        return
    last_number = max(0, -(-size // CHUNK_BYTES) - 1)
    first = start // CHUNK_BYTES
    source.seek(HEADER_BYTES + first * SEALED_CHUNK_BYTES)
    for number in range(first, (stop - 1) // CHUNK_BYTES + 1):
        sealed = _read_exactly(source, SEALED_CHUNK_BYTES)
        plain = _open_chunk(cipher, _nonce(prefix, number, number == last_number), sealed, label)
        offset = number * CHUNK_BYTES
        yield plain[max(0, start - offset) : stop - offset]


def plain_size(sealed_size: int) -> int:
    """Number of plain bytes in a sealed item of `sealed_size` bytes. Raises SealBroken for an impossible size."""
    body = sealed_size - HEADER_BYTES
    chunks = -(-body // SEALED_CHUNK_BYTES)
    plain = body - chunks * TAG_BYTES
    if chunks < 1 or plain < 0 or (chunks > 1 and plain <= (chunks - 1) * CHUNK_BYTES):
        raise SealBroken("vault.damaged")
    return plain


def sealed_size(plain_bytes: int) -> int:
    """Number of bytes that `seal` writes for `plain_bytes` plain bytes; the inverse of `plain_size`."""
    return HEADER_BYTES + plain_bytes + TAG_BYTES * max(1, -(-plain_bytes // CHUNK_BYTES))


def _label(story_id: str, version: int, kind: Kind) -> bytes:
    """The associated data. JSON keeps the fields apart whatever they hold."""
    return json.dumps([MAGIC.decode(), story_id, version, kind.value]).encode("ascii")


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


def _open_chunk(cipher: AESGCM, nonce: bytes, chunk: bytes, label: bytes) -> bytes:
    if len(chunk) < TAG_BYTES:
        raise SealBroken("vault.damaged")
    try:
        return cipher.decrypt(nonce, chunk, label)
    except InvalidTag:
        raise SealBroken("vault.damaged") from None


def _read_header(key: StoryKey, source: BinaryIO) -> tuple[AESGCM, bytes]:
    header = _read_exactly(source, HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise SealBroken("vault.damaged")
    salt, prefix = header[len(MAGIC) : -PREFIX_BYTES], header[-PREFIX_BYTES:]
    return key.cipher(salt), prefix


def _numbered(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """(number, chunk, is it the last?): one chunk is read ahead, because only then the last one is known."""
    number, chunk = 0, _read_exactly(source, size)
    while ahead := _read_exactly(source, size):
        yield number, chunk, False
        number, chunk = number + 1, ahead
        if number >= MAX_CHUNKS:
            raise SealBroken("vault.damaged")
    yield number, chunk, True


def _read_exactly(source: BinaryIO, size: int) -> bytes:
    """`size` bytes, or fewer only at the end: pipes and sockets may hand out less than was asked for."""
    data = source.read(size) or b""
    while len(data) < size and (more := source.read(size - len(data))):
        data += more
    return data


def _outside(path: Path, folders: tuple[Path, ...]) -> Path:
    """The real place of the master key file. Raises NotReady when it lies in one of `folders`."""
    path = path.expanduser()
    if any(path.resolve().is_relative_to(folder.resolve()) for folder in folders):
        raise NotReady("vault.master_key_inside_data")
    return path


def _create_key_file(path: Path) -> None:
    """Write a complete key under another name and link it: the file is whole from its first moment on, and of two
    processes that both start for the first time one wins and both read the winner's key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
