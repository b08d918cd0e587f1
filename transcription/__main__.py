"""`python -m transcription transcribe AUDIO OUT.json [--model NAME_OR_DIR] [--language nl]`

Exit 0: done. 2: the input is refused. 3: the model is not to be had. 64: wrong usage. The Dutch reason goes to
stderr; OUT.json appears whole or not at all.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from stories.audio import opened
from stories.errors import InputRefused, NotReady
from stories.model import Transcript
from stories.settings import Settings
from stories.words import say

DONE, FAILED, REFUSED, NO_MODEL, WRONG_USAGE = 0, 1, 2, 3, 64


class _Usage(Exception):
    """The command was not typed as it should be; carries a Dutch sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(say("transcription.usage"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m transcription", add_help=True, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    transcribe = commands.add_parser("transcribe", allow_abbrev=False, help=say("transcription.help_transcribe"))
    transcribe.add_argument("audio", type=Path, help=say("transcription.help_audio"))
    transcribe.add_argument("out", type=Path, help=say("transcription.help_out"))
    transcribe.add_argument("--model", help=say("transcription.help_model"))
    transcribe.add_argument("--language", help=say("transcription.help_language"))
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    try:
        options = _parser().parse_args(arguments)
        return _transcribe(options)
    except _Usage as error:
        return _told(str(error), WRONG_USAGE)
    except InputRefused as error:
        wrong_language = error.code in ("language_unknown", "model_english_only")
        return _told(error.message, WRONG_USAGE if wrong_language else REFUSED)
    except NotReady as error:
        return _told(error.message, NO_MODEL)
    except OSError:
        return _told(say("transcription.disk_trouble"), FAILED)


def _told(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _transcribe(options: argparse.Namespace) -> int:
    try:
        settings = Settings()
    except ValueError as error:
        raise _Usage(say("transcription.settings_wrong")) from error
    language = options.language or settings.language
    if not re.fullmatch(r"auto|[a-z]{2,3}", language):
        raise _Usage(say("transcription.language_unknown", language=language))
    audio, out = options.audio, options.out
    if out.is_dir() or not out.absolute().parent.is_dir() or (out.exists() and audio.exists() and out.samefile(audio)):
        raise _Usage(say("transcription.out_wrong"))
    with opened(audio):  # refuse what is no recording before a model is looked for or downloaded
        pass

    from transcription.stage import transcribe_file
    from transcription.whisper import load_engine

    # The exercise model is taken only when somebody names it here, never from the settings.
    engine = load_engine(options.model or settings.model, settings, allow_example=options.model is not None)
    if engine.info.is_example:
        print(say("transcription.example_model_warning"), file=sys.stderr)
    _write(transcribe_file(audio, engine, settings, language), out)
    return DONE


def _write(transcript: Transcript, out: Path) -> None:
    """Whole or not at all: written beside its place, then moved. Readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=".transcript-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(transcript.to_json(), file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
