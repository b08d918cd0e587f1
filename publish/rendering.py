"""What every kind of product offers: parts in, files out.

    def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files

A renderer is asked after the gate said yes. What it returns goes into one bundle; big files are nameless ones of the
studio, so that an hour of sound stands neither in memory nor, once whoever makes it was killed, on the disk.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self, cast

from publish.letter import Letter
from publish.subtitles import Timed
from stories.products import Clip, HouseFile

Data = bytes | BinaryIO
Files = Mapping[str, Data]
"""Finished files by their name in the bundle; big ones as files of the studio, that are read from their start."""


def weighed(file: Data) -> tuple[int, str]:
    """How many bytes it has, and their SHA-256 as lower-case hex. A file is read in a stream, from its start."""
    if isinstance(file, bytes):
        return len(file), hashlib.sha256(file).hexdigest()
    file.seek(0)
    digest = hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
    return file.tell(), digest


class Sounds(Protocol):
    """Where finished sounds come from. Each is a seekable file of 48 kHz mono FLAC; the caller closes it.

    Raises NotFound when it is not there (any more).
    """

    def clip(self, clip_id: str) -> BinaryIO:
        """A clip of a teller: cut, bleeped, disguised or re-voiced, and heard by two people."""

    def file(self, file_id: str) -> BinaryIO:
        """A sound (FLAC) or picture (PNG) of the house."""


class Kept(Protocol):
    """What long work leaves for its next try when it is killed; sealed (`stories.halfway`)."""

    def keep(self, name: str, source: BinaryIO) -> None:
        """All of `source`, in the place of what was there: whole or not at all."""

    def open(self, name: str) -> BinaryIO | None:
        """A seekable file that the caller closes; None when there is none."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where a renderer works: nameless files for what is big, and whom it tells how far it is. Use it in `with`.

    `tick(done, total)` in milliseconds of sound (or any unit); raises `stories.errors.Cancelled` when nobody waits any
    more. `unsubscribe` is the mail provider's token, `podcast_url` the folder on the web where an episode will stand
    (or a token for it). `clips` and `files` say what each sound is (how long, who speaks, whom to credit): every one
    that the letter names, by its id. `spoken` gives the words of clips that were cut from a recording, with their times
    from the clip's begin; of other sounds they are estimated. `kept`: what an interrupted job left, None for whoever
    does it in one go.
    """

    folder: Path
    tick: Callable[[int, int], None] = lambda done, total: None
    unsubscribe: str = ""
    podcast_url: str = "[[podcastadres]]"
    clips: Mapping[str, Clip] = field(default_factory=dict)
    files: Mapping[str, HouseFile] = field(default_factory=dict)
    spoken: Mapping[str, Sequence[Timed]] = field(default_factory=dict)
    kept: Kept | None = None
    _open: ExitStack = field(default_factory=ExitStack, compare=False, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def file(self) -> BinaryIO:
        """An empty file without a name, on the disk of `folder`; it goes with the studio, or with the process."""
        return cast(BinaryIO, self._open.enter_context(tempfile.TemporaryFile(dir=self.folder)))

    def until_done(self, file: BinaryIO) -> BinaryIO:
        """The same file, closed with the studio."""
        return self._open.enter_context(file)


Render = Callable[[Letter, Sounds, Studio], Files]
