"""The vault: every original is sealed with its story's own key; destroying the key is erasure.

Format and promises: trust.md, "Encryption at rest". (Contract; implementation follows.)
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO


class Kind(StrEnum):
    """What a sealed item is. It is part of the seal, so that one kind cannot be passed off as another."""

    AUDIO = "audio"  # canonical FLAC
    REDACTED_AUDIO = "redacted_audio"
    ORIGINAL_TEXT = "original_text"  # typed text, UTF-8
    TRANSCRIPT = "transcript"  # Transcript.to_json, UTF-8
    CHUNK = "chunk"  # one transcribed chunk
    FINDINGS = "findings"
    NAME_TABLE = "name_table"  # list of Name
    INTAKE_SHEET = "intake_sheet"  # names the teller wants hidden
    CONTACT = "contact"


class StoryKey:
    """An unwrapped story key, in memory only. Its repr never shows the key."""


class Vault:
    """Makes, wraps, unwraps story keys and seals and opens streams with them.

    `Vault.open_or_create(path)` reads the master key file (0600, made at first start, refuses one inside the data
    folder or readable by others); a wrong master key raises SealBroken.
    """

    def new_key(self) -> tuple[StoryKey, bytes]:
        """A fresh story key and its wrapped form for the database."""
        raise NotImplementedError

    def unwrap(self, wrapped: bytes) -> StoryKey:
        raise NotImplementedError


def seal(key: StoryKey, source: BinaryIO, target: BinaryIO, *, story_id: str, version: int, kind: Kind) -> int:
    """Encrypt `source` into `target` in 64 KiB chunks; returns the number of plain bytes."""
    raise NotImplementedError


def unseal(key: StoryKey, source: BinaryIO, *, story_id: str, version: int, kind: Kind) -> Iterator[bytes]:
    """Yield the plain chunks. Raises SealBroken *before* yielding anything that is not authentic."""
    raise NotImplementedError


def unseal_range(
    key: StoryKey, source: BinaryIO, start: int, stop: int, *, story_id: str, version: int, kind: Kind
) -> Iterator[bytes]:
    """Yield plain bytes [start, stop) by decrypting only the chunks that hold them (for HTTP Range)."""
    raise NotImplementedError


def plain_size(sealed_size: int) -> int:
    """Number of plain bytes in a sealed item of `sealed_size` bytes."""
    raise NotImplementedError
