"""Transcription: a checked recording becomes words with times, confidence and visible doubt.

    chunks = plan(flac, settings)                                          # durable step 1
    engine = load_engine(settings.model, settings)                         # NotReady says what to arrange
    language = spoken_language(flac, chunks, engine, settings.language)
    parts = [transcribe_chunk(flac, chunk, engine, language) for chunk in chunks]      # a durable step each
    transcript = assemble(duration_ms, engine.name, language, parts)

Importing this package loads no model and none of Whisper's libraries.
"""

from stories import onecore  # noqa: F401 - first, before numpy

# isort: split
from transcription.chunks import Chunk, chunks_from_json, chunks_to_json
from transcription.editing import (
    Change,
    apply,
    confirmed,
    emptied,
    is_typed,
    merged,
    named,
    replaced,
    retyped,
    split,
    spoken_by,
    swapped,
)
from transcription.engine import Engine
from transcription.exporting import FORMATS, export, without_words
from transcription.importing import MAX_BYTES, read_transcript, timed_by
from transcription.merging import Difference, Merged, merge
from transcription.models import ModelInfo, ModelStatus, find_model, fingerprint, local_model, model_here, model_status
from transcription.reading import Reading, reading_version
from transcription.stage import (
    UNDETERMINED,
    assemble,
    plan,
    segments_from_json,
    segments_to_json,
    spoken_language,
    transcribe_chunk,
    transcribe_file,
    translate_chunk,
)
from transcription.subtitles import to_srt, to_vtt
from transcription.whisper import load_engine

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "UNDETERMINED",
    "Change",
    "Chunk",
    "Difference",
    "Engine",
    "Merged",
    "ModelInfo",
    "ModelStatus",
    "Reading",
    "apply",
    "assemble",
    "chunks_from_json",
    "chunks_to_json",
    "confirmed",
    "emptied",
    "export",
    "find_model",
    "fingerprint",
    "is_typed",
    "load_engine",
    "local_model",
    "merge",
    "merged",
    "model_here",
    "model_status",
    "named",
    "plan",
    "read_transcript",
    "reading_version",
    "replaced",
    "retyped",
    "segments_from_json",
    "segments_to_json",
    "split",
    "spoken_by",
    "spoken_language",
    "swapped",
    "timed_by",
    "to_srt",
    "to_vtt",
    "transcribe_chunk",
    "transcribe_file",
    "translate_chunk",
    "without_words",
]
