"""What work on a bundle had made when it was interrupted: sealed with the house key, for its next try.

half = store.halfway("p1")
half.keep("mix.flac", file)         # whole or not at all
half.open("mix.flac")               # None: not there
half.clear()
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import BinaryIO

from stories.ranged import READ_AHEAD, Ranged
from stories.settings import Settings
from stories.vault import Kind, StoryKey, plain_size, seal, unseal_range

HALF = "bundel-"


def half_folder(settings: Settings, piece_id: str) -> Path:
    """Where work on a piece is kept halfway: beside what comes in, so that it is emptied at every start too."""
    return settings.data_dir / "incoming" / f"{HALF}{piece_id}"


def clear(folder: Path) -> None:
    """Nobody goes on with what lies there. Twice is fine."""
    shutil.rmtree(folder, ignore_errors=True)


class Halfway:
    """A private folder with sealed files; it exists as long as something lies in it."""

    def __init__(self, key: StoryKey, folder: Path, subject: str) -> None:
        self._key, self._folder, self._subject = key, folder, subject

    def keep(self, name: str, source: BinaryIO) -> None:
        """Seal all of `source` in the place of what was there. Raises OSError when the disk is full."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f"{name}.part"
        source.seek(0)
        with draft.open("wb") as target:
            seal(self._key, source, target, story_id=self._label(name), version=0, kind=Kind.HALF_MADE)
        draft.replace(self._folder / name)

    def open(self, name: str) -> BinaryIO | None:
        """The plain bytes as a seekable file, decrypted in memory as they are read; None when they are not there.

        Reading raises SealBroken for what was damaged or belongs to something else.
        """
        try:
            sealed = (self._folder / name).open("rb")
        except FileNotFoundError:
            return None

        def read(start: int, stop: int) -> bytes:
            sealed.seek(0)
            label = self._label(name)
            parts = unseal_range(self._key, sealed, start, stop, story_id=label, version=0, kind=Kind.HALF_MADE)
            return b"".join(parts)

        size = plain_size(sealed.seek(0, io.SEEK_END))
        return io.BufferedReader(Ranged(size, read, sealed.close), buffer_size=READ_AHEAD)

    def clear(self) -> None:
        """Nobody goes on with it."""
        clear(self._folder)

    def _label(self, name: str) -> str:
        return f"{self._subject}/{name}"
