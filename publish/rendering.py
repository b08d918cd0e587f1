"""What every kind of product offers: parts in, files out.

    def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files

A renderer is asked after the gate said yes. What it returns goes into one bundle; big files are written into
`studio.folder` and returned as paths, so that an hour of sound never stands in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from publish.letter import Letter
from stories.products import Clip, HouseFile

Files = Mapping[str, bytes | Path]
"""Finished files by their name in the bundle."""


class Sounds(Protocol):
    """Where finished sounds come from. Each is a seekable file of 48 kHz mono FLAC; the caller closes it.

    Raises NotFound when it is not there (any more).
    """

    def clip(self, clip_id: str) -> BinaryIO:
        """A clip of a teller: cut, bleeped, disguised or re-voiced, and heard by two people."""

    def file(self, file_id: str) -> BinaryIO:
        """A sound (FLAC) or picture (PNG) of the house."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where a renderer works: a folder for big files, and whom it tells how far it is.

    `tick(done, total)` in milliseconds of sound (or any unit); raises `stories.errors.Cancelled` when nobody waits any
    more. `unsubscribe` is the mail provider's token, `podcast_url` the folder on the web where an episode will stand
    (or a token for it). `clips` and `files` say what each sound is (how long, who speaks,
    whom to credit): every one that the letter names, by its id. What an interrupted job left in `folder` is used again,
    so the next try gets the same folder; nothing but what is returned should outlive the job.
    """

    folder: Path
    tick: Callable[[int, int], None] = lambda done, total: None
    unsubscribe: str = ""
    podcast_url: str = "[[podcastadres]]"
    clips: Mapping[str, Clip] = field(default_factory=dict)
    files: Mapping[str, HouseFile] = field(default_factory=dict)


Render = Callable[[Letter, Sounds, Studio], Files]
