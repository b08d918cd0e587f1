"""`python -m anonymise detect IN.jsonl OUT.jsonl`: find, mask and tag the texts of a file, one JSON object per line.

Exit 0 done, 2 input refused (nothing is written), 64 wrong usage.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from anonymise import clean, find, themes
from stories.errors import InputRefused, VertelpuntError
from stories.model import RawText
from stories.words import say

OK, REFUSED, USAGE = 0, 2, 64
THEMES = Path(__file__).resolve().parent.parent / "stories" / "themes.yaml"


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit code."""
    if len(arguments) != 3 or arguments[0] != "detect":
        print(say("anonymise.usage"), file=sys.stderr)
        return USAGE
    try:
        detect(Path(arguments[1]), Path(arguments[2]))
    except VertelpuntError as error:
        print(error.message, file=sys.stderr)
        return REFUSED
    return OK


def detect(source: Path, target: Path) -> None:
    """Read `source`, write `target` whole or not at all. Raises InputRefused on a line that is not as agreed."""
    vocabulary = _vocabulary()
    try:
        with source.open("rb") as lines, _whole(target) as out:
            for row in _rows(lines):
                out.write(
                    json.dumps(_answer(row, vocabulary), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
                )
    except OSError:
        raise InputRefused("anonymise.no_output" if source.is_file() else "anonymise.no_input") from None


def _answer(row: Mapping[str, str], vocabulary: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    findings = find(row["text"])
    cleaned = clean(RawText(row["text"]), findings)
    hits = themes(row["text"], vocabulary)
    return {
        "id": row["id"],
        "entities": [
            {"start": f.start, "end": f.end, "type": f.type, "reason": f.reason, "certainty": str(f.certainty)}
            for f in findings
        ],
        "opgaven": [hit.name for hit in hits if hit.is_opgave],
        "themes": [hit.name for hit in hits if not hit.is_opgave],
        "clean_text": cleaned.text.text,
    }


def _rows(lines: Any) -> Iterator[dict[str, str]]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise InputRefused("anonymise.bad_line", number=number) from None
        good = isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("text"), str)
        if not good:
            raise InputRefused("anonymise.bad_line", number=number)
        yield row


def _vocabulary() -> list[Mapping[str, Any]]:
    try:
        opgaven: list[Mapping[str, Any]] = yaml.safe_load(THEMES.read_text(encoding="utf-8"))["opgaven"]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        raise InputRefused("anonymise.no_vocabulary") from None
    return opgaven


class _whole:
    """A file that appears at its name only when everything has been written."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __enter__(self) -> Any:
        handle, name = tempfile.mkstemp(prefix=".detect-", suffix=".part", dir=self._target.parent)
        self._part = Path(name)
        self._file = os.fdopen(handle, "wb")
        return self._file

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._target)
        else:
            self._part.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
