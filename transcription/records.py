"""What is known about a model that lies here: its files with their SHA-256, where it came from, and what was checked.

record = read(folder)                    # vertelpunt.json beside the model; None for a folder that we did not fill
model_sum(folder)                        # SHA-256 of model.bin: says which model made which transcript
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

RECORD = "vertelpunt.json"
WEIGHTS = "model.bin"
BLOCK_BYTES = 2**20
SHA256 = re.compile(r"[0-9a-f]{64}")

Watch = Callable[[int, int], None]
"""Told how far a long work is: done, and how much in all (bytes, or ms). It stops the work by raising."""


def unwatched(_done: int, _total: int) -> None:
    """Nobody looks."""


class Checked(StrEnum):
    """Against what the files of a model were compared."""

    HUB = "hub"  # sizes and sums that the hub publishes
    SUM = "sum"  # a sum that the administrator gave
    LIST = "list"  # a SHA256SUMS file beside the model
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class FileSum:
    """One file of a model: its name, its size in bytes, its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        if "/" in self.name or self.size < 0 or not SHA256.fullmatch(self.sha256):
            raise ValueError("a file of a model has a plain name, a size and a SHA-256")


@dataclass(frozen=True, slots=True)
class Record:
    """What is written beside a model when it was put on our shelf. `by` is the id of who did it; "" for the machine."""

    name: str
    source: str  # "hub:<repository>@<commit>", or "folder"
    licence: str  # "MIT"; "" is unknown
    checked: Checked
    files: tuple[FileSum, ...]
    added_at: datetime
    by: str = ""
    weights_ns: int = 0  # when model.bin was last written, in ns: a later change is seen without reading it

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def sha256(self) -> str:
        """SHA-256 of model.bin."""
        return next(file.sha256 for file in self.files if file.name == WEIGHTS)

    @property
    def manifest(self) -> str:
        """SHA-256 over all files: the lines that `sha256sum` prints, by name."""
        lines = sorted((file.name, file.sha256) for file in self.files)
        return hashlib.sha256("".join(f"{sha256}  {name}\n" for name, sha256 in lines).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "source": self.source,
            "licence": self.licence,
            "checked": str(self.checked),
            "added_at": self.added_at.isoformat(),
            "by": self.by,
            "weights_ns": self.weights_ns,
            "size": self.size,
            "manifest": self.manifest,
            "files": [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in self.files],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Raises ValueError, KeyError or TypeError when this is no record, or not a whole one."""
        record = cls(
            name=str(data["name"]),
            source=str(data["source"]),
            licence=str(data["licence"]),
            checked=Checked(data["checked"]),
            files=tuple(FileSum(str(f["name"]), int(f["size"]), str(f["sha256"])) for f in data["files"]),
            added_at=datetime.fromisoformat(data["added_at"]),
            by=str(data.get("by", "")),
            weights_ns=int(data.get("weights_ns", 0)),
        )
        if WEIGHTS not in {file.name for file in record.files} or record.manifest != data["manifest"]:
            raise ValueError("this record was changed")
        return record


def write(
    folder: Path, name: str, source: str, licence: str, checked: Checked, files: Iterable[FileSum], by: str
) -> Record:
    """Write the record beside the model, safely on disk; returns it."""
    moment, ns = datetime.now(UTC), (folder / WEIGHTS).stat().st_mtime_ns
    record = Record(name, source, licence, checked, tuple(files), moment, by, ns)
    with (folder / RECORD).open("w", encoding="utf-8") as file:
        json.dump(record.to_json(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return record


def read(folder: Path) -> Record | None:
    """The record of a folder; None when there is none, or it does not fit the sizes of the files that lie there."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        record = Record.from_json(json.loads((folder / RECORD).read_text(encoding="utf-8")))
        if all((folder / file.name).stat().st_size == file.size for file in record.files):
            return record
    return None


_sums: dict[tuple[str, int, int], str] = {}
_summing = threading.Lock()


def model_sum(folder: Path) -> str:
    """SHA-256 of model.bin, in hexadecimal: from the record, else read once per process (3 GB take some seconds).

    A file whose size or time of writing changed is read anew. Raises OSError when it cannot be read.
    """
    weights = folder / WEIGHTS
    seen = weights.stat()
    record = read(folder)
    if record is not None and record.weights_ns == seen.st_mtime_ns:
        return record.sha256
    key = (str(weights.resolve()), seen.st_size, seen.st_mtime_ns)
    with _summing:
        if key not in _sums:
            _sums[key] = hashed(weights)
        return _sums[key]


def known_sum(folder: Path) -> str:
    """What `model_sum` would say, when that needs no reading; else ""."""
    with contextlib.suppress(OSError):
        seen, record = (folder / WEIGHTS).stat(), read(folder)
        if record is not None and record.weights_ns == seen.st_mtime_ns:
            return record.sha256
        return _sums.get((str((folder / WEIGHTS).resolve()), seen.st_size, seen.st_mtime_ns), "")
    return ""


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; 0 when it cannot be read."""
    with contextlib.suppress(OSError):
        return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return 0


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def blocks(path: Path) -> Iterator[bytes]:
    """A plain file in blocks, never through a link. Raises OSError, also when it is a link or no plain file."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not a plain file")
        while block := file.read(BLOCK_BYTES):
            yield block
