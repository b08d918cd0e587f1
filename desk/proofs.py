"""Proof of how consent was given: the scan or photo of a signed form, or a spoken yes. Sealed with the story.

A file is recognised by its first bytes and kept as it came; nobody here opens, draws or runs it. A spoken yes goes
through the same checks as a story and becomes FLAC. Its number stands in the sitting, its hash in the audit: the hash
survives erasure, the proof itself does not.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from capture import opened, to_flac
from desk import clips, house_files, receiving
from desk.parts import TELLER, Received, incoming
from desk.taken import OVER
from stories.errors import InputRefused, Refused
from stories.model import Story
from stories.settings import Settings
from stories.sitting import Sitting
from stories.sniff import NotSound, sniff
from stories.store import Books, Store
from stories.vault import Kind

LARGEST_MB = 20
MB = 1_000_000

MAGIC = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
ENDS = {"pdf": b"%%EOF", "jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
"""What a whole file has near its end; a photo may have a film behind it. Half a scan is no proof."""

TAIL_BYTES = {"pdf": 2048, "jpg": LARGEST_MB * MB, "png": 2048}

ERRAND = "~bewijs"
"""Behind a story's id in an upload ticket: what comes is a proof, and not a part of the story."""

MOST = 50
"""Proofs of one story: more is a mistake."""


def subject(story_id: str) -> str:
    """What the ticket for a proof of this story is about."""
    return story_id + ERRAND


def take(store: Store, settings: Settings, errand: str, upload: Path | BinaryIO) -> Received:
    """What came in on an upload ticket about `errand`: the next part of a story, a proof, a file of the house, or the
    words of a quote spoken again. Raises as those do."""
    if clips.ERRAND in errand:
        return clips.receive(store, settings, errand, upload)
    if errand.startswith(house_files.ERRAND):
        return house_files.receive(store, settings, errand, upload)
    story_id, mark, _ = errand.partition(ERRAND)
    if mark:
        return receive_proof(store, settings, story_id, upload)
    return receiving.receive(store, settings, story_id, upload)


def receive_proof(store: Store, settings: Settings, story_id: str, upload: Path | BinaryIO) -> Received:
    """Check a scan, a photo or a spoken yes and seal it under the next number. Raises InputRefused or Refused."""
    with store.read() as books:
        _require_open(books, story_id)
    with opened(upload) as file:
        if file.seek(0, os.SEEK_END) > LARGEST_MB * MB:
            raise InputRefused("helper.proof_too_big", limit=LARGEST_MB)
        kind = _recognised(file)
        if kind is not None:
            return _keep(store, story_id, file, kind)
        with tempfile.TemporaryFile(dir=incoming(settings)) as flac:
            recording = to_flac(file, flac, settings)
            return _keep(store, story_id, flac, "flac", duration_ms=recording.duration_ms)


def numbers(books: Books, story_id: str) -> tuple[int, ...]:
    """The proofs that lie sealed, lowest first."""
    return books.numbers(story_id, Kind.PROOF)


def unbound(books: Books, story_id: str, sittings: tuple[Sitting, ...]) -> int:
    """The newest proof that no sitting names yet; 0 when there is none."""
    named = {sitting.proof for sitting in sittings}
    return max((n for n in numbers(books, story_id) if n not in named), default=0)


def _recognised(file: BinaryIO) -> str | None:
    """`pdf`, `jpg` or `png`; None for what may be sound. Raises InputRefused for half a scan, and for anything else."""
    file.seek(0)
    head = file.read(16)
    kind = next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)
    if kind is None:
        if isinstance(sniff(file), NotSound):
            raise InputRefused("helper.proof_unknown")
        return None
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL_BYTES[kind]))
    if ENDS[kind] not in file.read():
        raise InputRefused("helper.proof_torn")
    return kind


def _keep(store: Store, story_id: str, file: BinaryIO, kind: str, duration_ms: int | None = None) -> Received:
    file.seek(0)
    data = file.read()  # at most LARGEST_MB; a spoken yes is short
    digest = hashlib.sha256(data).hexdigest()
    with store.write() as books:
        story = _require_open(books, story_id)
        there = numbers(books, story_id)
        if len(there) >= MOST:
            raise Refused("helper.proof_enough")
        number = max(there, default=0) + 1
        books.keep(story_id, Kind.PROOF, data, version=number)
        books.audit(
            story.taken_by or TELLER, "proof_kept", story_id=story_id, subject=str(number),
            detail=f"{kind} sha256={digest}",
        )  # fmt: skip
    return Received("proof", duration_ms=duration_ms, number=number)


def _require_open(books: Books, story_id: str) -> Story:
    story = books.story(story_id)
    if story.state in OVER:
        raise Refused(f"desk.story_{story.state}")
    return story
