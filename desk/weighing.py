"""Which theme weights count in this installation: those a person accepted, else the ones that ship.

They stand in `themes/` of the data folder as numbers and stems of everyday words (`desk.relearning` makes them); no
word of a story is in them that is not in the dictionary. A file that is damaged or was changed by hand does not count.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stories.settings import Settings

ACCEPTED = "accepted.json"


def folder(settings: Settings) -> Path:
    return settings.data_dir / "themes"


def weights_file(settings: Settings, number: int) -> Path:
    return folder(settings) / f"weights-{number:04d}.json"


def accepted(settings: Settings) -> int | None:
    """The number of the weights that a person accepted; None: the ones that ship count."""
    return _accepted(settings)[0]


def current(settings: Settings) -> Mapping[str, Any] | None:
    """The accepted weights, for `anonymise.themes(learned=...)`; None: the ones that ship."""
    number, digest = _accepted(settings)
    return None if number is None else _read(weights_file(settings, number), digest)


def accept(settings: Settings, number: int | None) -> None:
    """From now on these weights count; None: the ones that ship."""
    file = folder(settings) / ACCEPTED
    if number is None:
        file.unlink(missing_ok=True)
        return
    digest = hashlib.sha256(weights_file(settings, number).read_bytes()).hexdigest()
    part = file.with_suffix(".part")
    part.write_text(json.dumps({"number": number, "sha256": digest}), encoding="utf-8")
    part.replace(file)


def _accepted(settings: Settings) -> tuple[int | None, str]:
    try:
        row = json.loads((folder(settings) / ACCEPTED).read_text(encoding="utf-8"))
        number, digest = int(row["number"]), str(row["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""
    return (number, digest) if _read(weights_file(settings, number), digest) is not None else (None, "")


def _read(file: Path, digest: str) -> Mapping[str, Any] | None:
    try:
        about = file.stat()
        return _parsed(file, digest, about.st_mtime_ns, about.st_size)
    except OSError:
        return None


@functools.lru_cache(maxsize=4)  # numbers, no words of anybody; a file that was changed is read anew
def _parsed(file: Path, digest: str, _changed: int, _size: int) -> Mapping[str, Any] | None:
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        return None
    learned: Mapping[str, Any] = json.loads(data)["learned"]
    return learned if "rarity" in learned else None  # of before stems weighed by rarity: learn anew
