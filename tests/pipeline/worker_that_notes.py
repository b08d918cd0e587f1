"""A real worker that also writes down each chunk it begins, so that a test can count. Run as a script."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pipeline
import transcription
from stories.settings import Settings

_transcribe_chunk = transcription.transcribe_chunk


def noted(audio: Any, chunk: transcription.Chunk, engine: Any, *rest: Any) -> Any:
    """The real work, with a line before and after it; a model from a folder is named."""
    who = "" if engine.info.is_example else f" {engine.name}"
    note(f"begin {chunk.index}{who}")
    result = _transcribe_chunk(audio, chunk, engine, *rest)
    note(f"end {chunk.index}{who}")
    return result


def note(line: str) -> None:
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(line + "\n")
        notes.flush()
        os.fsync(notes.fileno())


if __name__ == "__main__":
    transcription.transcribe_chunk = noted
    sys.exit(pipeline.worker(Settings()))
