"""The shelf: the folder in which models lie that were imported or fetched here, one folder each, whole or not at all.

    <model folder>/vertelpunt/large-v2/{model.bin, ..., vertelpunt.json}

A model is made in a hidden folder beside it and gets its name when everything is there, checked and on disk. One
process at a time works on the shelf; what a killed one left is swept away by the next. A model that is on the shelf
is never overwritten: it is removed first.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from stories.errors import InputRefused, NotFound, NotReady
from stories.settings import Settings
from transcription.models import is_name, shelf_of

FILES = frozenset({
    "model.bin", "config.json", "tokenizer.json", "vocabulary.json", "vocabulary.txt", "preprocessor_config.json",
    "README.md", "LICENSE", "LICENSE.txt", "MODEL_CARD.md",
})  # fmt: skip
"""What of a model is taken along: what faster-whisper reads, and what people should read."""

FREE_AFTER_BYTES = 2**30
"""Stays free on the disk after a model came in: stories must still be saved."""

_IMPORT, _FETCH, _GOING, _LOCK = ".neem-", ".haal-", ".weg-", ".slot"


def names(settings: Settings) -> tuple[str, ...]:
    """The names on the shelf, in order."""
    with contextlib.suppress(OSError):
        return tuple(sorted(p.name for p in shelf_of(settings).iterdir() if is_name(p.name) and p.is_dir()))
    return ()


def require_name(name: str) -> str:
    """Raise InputRefused unless this can be a model's name."""
    if not is_name(name):
        raise InputRefused("models.name_wrong")
    return name


def free_bytes(settings: Settings) -> int:
    """Free space where the shelf is, or will be."""
    folder = shelf_of(settings)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_space(settings: Settings, name: str, size: int) -> None:
    """Raise NotReady unless `size` bytes fit and enough stays free for stories."""
    if free_bytes(settings) < size + FREE_AFTER_BYTES:
        raise NotReady("models.disk_full", model=name)


@contextlib.contextmanager
def placing(settings: Settings, name: str, *, keep_unfinished: bool = False) -> Iterator[Path]:
    """A hidden folder to make the model in; when the block ends well it stands on the shelf under its name.

    When the block raises, nothing stays; with `keep_unfinished` what was made waits for the next try (`drop_unfinished`
    removes it). Raises NotReady models.busy (another one is being placed), models.disk_full, models.shelf_closed, and
    InputRefused models.name_taken.
    """
    target = shelf_of(settings) / require_name(name)
    with _alone(settings), _disk_errors(name):
        if target.exists():
            raise InputRefused("models.name_taken", model=name)
        made = target.parent / (f"{_FETCH}{name}" if keep_unfinished else _IMPORT + secrets.token_hex(8))
        made.mkdir(mode=0o700, exist_ok=keep_unfinished)
        try:
            yield made
            for path in (*made.iterdir(), made):
                _sync(path)
            made.rename(target)
            _sync(target.parent)
        except BaseException:
            if not keep_unfinished:
                shutil.rmtree(made, ignore_errors=True)
            raise


def unfinished(settings: Settings, name: str) -> Path | None:
    """What an interrupted fetch left, to go on with."""
    folder = shelf_of(settings) / f"{_FETCH}{require_name(name)}"
    return folder if folder.is_dir() else None


def drop_unfinished(settings: Settings, name: str) -> None:
    with _alone(settings):
        shutil.rmtree(shelf_of(settings) / f"{_FETCH}{require_name(name)}", ignore_errors=True)


def remove(settings: Settings, name: str) -> None:
    """Take a model off the shelf, with what an interrupted fetch of it left. Raises NotFound."""
    folder = shelf_of(settings) / require_name(name)
    with _alone(settings), _disk_errors(name):
        rest = unfinished(settings, name)
        if rest is not None:
            shutil.rmtree(rest)
        elif not folder.is_dir():
            raise NotFound("models.not_here", model=name)
        if folder.is_dir():
            going = folder.with_name(_GOING + secrets.token_hex(8))
            folder.rename(going)  # at once: never half a model under this name
            shutil.rmtree(going)


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One at a time on this shelf. The lock is of the system: it goes when its holder does, however that went."""
    folder = shelf_of(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("a")
    except OSError as error:
        raise NotReady("models.shelf_closed") from error
    with lock:
        if os.name != "nt":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise NotReady("models.busy") from error
        for path in folder.iterdir():
            if path.name.startswith((_IMPORT, _GOING)):
                shutil.rmtree(path, ignore_errors=True)
        yield


@contextlib.contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NotReady("models.disk_full", model=name) from error
        raise NotReady("models.shelf_closed") from error


def _sync(path: Path) -> None:
    """Safely on disk, also the names in a folder."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
