"""Importing a folder that lies on the server: checked, copied and hashed in one go, and only then on the shelf.

What is refused, and why: links (they lead out of the folder), what everybody on the computer may write to (unless a
sum was given, for then it does not matter who wrote it), the practice model, and anything that does not add up.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stories.errors import InputRefused, NotReady
from stories.settings import Settings
from transcription import records, shelf
from transcription.library import known, one_name
from transcription.models import EXAMPLE_MARK, check_folder
from transcription.records import Checked, FileSum, Record, Watch

SUMS = "SHA256SUMS"
_SUMS_LINE = re.compile(r"\\?([0-9a-fA-F]{64}) [ *](.+)")
_SUMS_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Import:
    """A folder that was looked at and can be taken in. `expected` is the SHA-256 of each file of which it is known."""

    name: str
    folder: Path
    files: tuple[tuple[str, int], ...]  # name, size in bytes
    expected: tuple[tuple[str, str], ...]
    checked: Checked

    @property
    def size(self) -> int:
        return sum(size for _, size in self.files)


def name_of(folder: str) -> str:
    """The name that a folder suggests: "/media/usb/faster-whisper-large-v2" is large-v2."""
    bare = re.sub(r"[^a-z0-9._-]+", "-", Path(folder).name.lower()).strip("-._")
    return re.sub(r"^(faster-)?whisper-(?=.)", "", bare)[:60]


def look(settings: Settings, folder: str, name: str = "", expected: str = "") -> Import:
    """Look at a folder on this computer, without reading the weights.

    `expected` is the SHA-256 of model.bin as the administrator knows it, or empty. Raises InputRefused (models.*:
    name_wrong, name_taken, path_wrong, sum_unreadable, sums_unreadable, link_inside, open_to_all) and NotReady
    (transcription.*: model_folder_missing, model_incomplete, model_is_web_page, model_is_no_model,
    example_model_refused; models.disk_full).
    """
    name = one_name(shelf.require_name(name or name_of(folder)))
    if name in shelf.names(settings):
        raise InputRefused("models.name_taken", model=name)
    try:
        given = Path(folder).expanduser()
        if not given.is_absolute():
            raise InputRefused("models.path_wrong")
        source = given.resolve()
        found = source.is_dir()
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, a home of nobody, a NUL
        raise InputRefused("models.path_wrong") from error
    if not found:
        raise NotReady("transcription.model_folder_missing", model=folder)
    weights = expected.strip().lower()
    if weights and not records.SHA256.fullmatch(weights):
        raise InputRefused("models.sum_unreadable")
    if (source / EXAMPLE_MARK).exists():
        raise NotReady("transcription.example_model_refused")
    check_folder(source, name)
    files = _plain_files(source, must_be_private=not weights)
    listed = _listed(source)
    sums = {file: listed[file] for file, _ in files if file in listed}
    checked = Checked.LIST if records.WEIGHTS in sums else Checked.NOTHING
    if weights:
        if sums.get(records.WEIGHTS, weights) != weights:
            raise InputRefused("models.sum_wrong", model=name)
        sums[records.WEIGHTS], checked = weights, Checked.SUM
    result = Import(name, source, files, tuple(sorted(sums.items())), checked)
    shelf.require_space(settings, name, result.size)
    return result


def take_in(settings: Settings, what: Import, *, by: str = "", watch: Watch = records.unwatched) -> Record:
    """Copy the files, hashing what is written, and put the model on the shelf. Interrupted, it leaves nothing.

    Raises InputRefused models.sum_wrong, models.changed_meanwhile; NotReady as `look` and `shelf.placing` do; and
    whatever `watch` raises to stop it.
    """
    expected = dict(what.expected)
    with shelf.placing(settings, what.name) as made:
        shelf.require_space(settings, what.name, what.size)
        done, files = 0, []
        for name, size in what.files:
            sha256, written = hashlib.sha256(), 0
            with (made / name).open("xb") as file:
                for block in _read(what.folder / name):
                    sha256.update(block)
                    file.write(block)
                    written += len(block)
                    done += len(block)
                    watch(done, what.size)
                    if written > size:
                        raise InputRefused("models.changed_meanwhile", model=what.name)
            if written != size:
                raise InputRefused("models.changed_meanwhile", model=what.name)
            if expected.get(name, sha256.hexdigest()) != sha256.hexdigest():
                raise InputRefused("models.sum_wrong", model=what.name)
            files.append(FileSum(name, written, sha256.hexdigest()))
        check_folder(made, what.name)  # the copy: the source may have changed since it was looked at
        return records.write(made, what.name, "folder", _licence(what.name), what.checked, files, by)


def _licence(name: str) -> str:
    """Of a known name we know it; whatever else is imported, its licence is for the administrator to know."""
    model = known(name)
    return "" if model is None else model.licence


def _read(path: Path) -> Iterator[bytes]:
    try:
        yield from records.blocks(path)
    except OSError as error:
        raise InputRefused("models.unreadable") from error


def _plain_files(folder: Path, *, must_be_private: bool) -> tuple[tuple[str, int], ...]:
    """Name and size of what is taken along."""
    try:
        entries = [folder, *(entry for entry in sorted(folder.iterdir()) if entry.name in shelf.FILES)]
        seen = [(entry, entry.lstat()) for entry in entries]
    except OSError as error:
        raise InputRefused("models.unreadable") from error
    for entry, found in seen:
        if stat.S_ISLNK(found.st_mode) or not (entry == folder or stat.S_ISREG(found.st_mode)):
            raise InputRefused("models.link_inside")
        if must_be_private and os.name != "nt" and found.st_mode & stat.S_IWOTH:
            raise InputRefused("models.open_to_all")
    return tuple((entry.name, found.st_size) for entry, found in seen[1:])


def _listed(folder: Path) -> dict[str, str]:
    """What SHA256SUMS says, in the form of `sha256sum`; empty without one."""
    path = folder / SUMS
    if not path.exists() and not path.is_symlink():
        return {}
    try:
        if path.lstat().st_size > _SUMS_BYTES:
            raise InputRefused("models.sums_unreadable")
        lines = b"".join(records.blocks(path)).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused("models.sums_unreadable") from error
    found = [_SUMS_LINE.fullmatch(line.strip()) for line in lines if line.strip()]
    if not found or None in found:
        raise InputRefused("models.sums_unreadable")
    return {match[2].removeprefix("./"): match[1].lower() for match in found if match}
