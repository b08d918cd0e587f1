"""Scenes to learn from: a few sentences each, with their opgaven and marked names (training/scenes, made up for it).

The recogniser of names and the weights of themes learn from them (`training/build.py`, `anonymise.learn`); nothing is
measured with them. A scene is a block of lines; its first line is `# ` and the ids of its opgaven, or `# -` for none:

    # meedoen; stress
    en toen zei juf [[persoon|annelot]] van de [[school|wegwijzer]] neem allemaal een oude handdoek mee
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "training" / "scenes"
_MARK = re.compile(r"\[\[(\w+)\|([^\[\]|]+)\]\]")


@dataclass(frozen=True, slots=True)
class Scene:
    """Its text, the ids of its opgaven, and what is marked in it: (start, end, type) in characters."""

    text: str
    opgaven: tuple[str, ...]
    marks: tuple[tuple[int, int, str], ...]


def scenes(folder: Path = FOLDER) -> Iterator[Scene]:
    """Every scene, in the order of its file. Raises ValueError, with the file and the line, when one has no first line
    of opgaven or a mark that is not closed."""
    for file in sorted(folder.glob("*.txt")):
        line = 1
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            head, _, body = block.strip("\n").partition("\n")
            scene = _scene(head, " ".join(body.split()))
            if scene is None:
                raise ValueError(f"{file.name}:{line}: no scene stands here")
            yield scene
            line += block.count("\n") + 2


def _scene(head: str, body: str) -> Scene | None:
    text, marks, last = "", [], 0
    for mark in _MARK.finditer(body):
        text += body[last : mark.start()]
        marks.append((len(text), len(text) + len(mark[2]), mark[1]))
        text, last = text + mark[2], mark.end()
    text += body[last:]
    if not head.startswith("# ") or not text or "[[" in text or "]]" in text:
        return None
    opgaven = tuple(one.strip() for one in head[2:].split(";"))
    return Scene(text, () if opgaven == ("-",) else opgaven, tuple(marks))
