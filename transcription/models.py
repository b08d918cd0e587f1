"""Finding a speech model: a name (on our shelf, or downloaded once) or a folder. Never a silent replacement.

Nothing here loads weights; `model_status` also never touches the network, so a screen may ask it often.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stories.errors import InputRefused, NotReady
from stories.settings import Settings
from stories.words import say
from transcription import records
from transcription.library import MODELS, known, one_name

KNOWN = {name: model.repository for model in MODELS for name in (model.name, *model.also)}
"""Multilingual Whisper models by name, as faster-whisper knows them (a test compares the tables)."""

SHELF = "vertelpunt"
"""The folder, inside the folder for models, in which models lie that were fetched or imported here."""

EXAMPLE_MARK = "NOT_A_REAL_MODEL.txt"
"""A folder that holds this file is the exercise model: on unseen speech it says sentences that it knows."""

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_SPEC = b"WhisperSpec"  # in the first bytes of every Whisper model of CTranslate2 (u32 version, u16 length, name)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that lies on this computer, complete as far as can be seen without loading it."""

    name: str
    folder: Path
    is_example: bool = False

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights, in hexadecimal; read once per process when nobody wrote it down before.

        Raises NotReady transcription.model_incomplete when they cannot be read.
        """
        try:
            return records.model_sum(self.folder)
        except OSError as error:
            raise NotReady("transcription.model_incomplete", model=self.name, files=records.WEIGHTS) from error


def fingerprint(info: ModelInfo) -> str:
    """Which weights these are, in 12 hexadecimal digits: for the audit and beside a transcript."""
    return info.sha256[:12]


class ModelStatus(StrEnum):
    READY = "ready"
    CAN_DOWNLOAD_UNKNOWN = "can_download_unknown"  # a known name that is not here yet; the network may have it
    MISSING = "missing"  # a folder that is not there or is no model, or a name nobody knows


def find_model(name_or_dir: str, settings: Settings, *, allow_example: bool = False) -> ModelInfo:
    """The model on this computer; a known name that is not here yet is fetched, checked and put on our shelf.

    Raises NotReady with what to do: transcription.model_missing (no network), model_unknown, model_folder_missing,
    model_incomplete, model_is_web_page, model_is_no_model, example_model_refused; models.disk_full, busy (another
    process is placing a model), shelf_closed, hub_sum_wrong.
    """
    local = local_model(name_or_dir, settings, allow_example=allow_example)
    if local is not None:
        return local
    from transcription.fetching import fetch

    with contextlib.suppress(InputRefused):  # another process put it there meanwhile
        fetch(settings, one_name(name_or_dir))
    return ModelInfo(name_or_dir, shelf_of(settings) / one_name(name_or_dir))


def model_status(settings: Settings, name: str | None = None, *, allow_example: bool = False) -> ModelStatus:
    """Whether a model (that of the settings, unless named) is here. Reads a few small files; no weights, no network."""
    try:
        found = model_here(name or settings.model, settings, allow_example=allow_example)
    except NotReady:
        return ModelStatus.MISSING
    return ModelStatus.READY if found else ModelStatus.CAN_DOWNLOAD_UNKNOWN


def model_here(name: str, settings: Settings, *, allow_example: bool = False) -> bool:
    """Whether a model is here for the engine of the settings; False for a known name that is not. Raises NotReady with
    what to do for all else."""
    if settings.engine == "openai-whisper":
        from transcription import openai_whisper

        openai_whisper.require(name)
        return openai_whisper.is_here(name, settings)
    return local_model(name, settings, allow_example=allow_example) is not None


def local_model(name_or_dir: str, settings: Settings, *, allow_example: bool = False) -> ModelInfo | None:
    """The model when it is here; None when it is a known name that is not. Raises NotReady for all else.

    A name is looked for on our shelf first, then (a known one) where faster-whisper keeps what it downloaded.
    """
    placed = shelf_of(settings) / one_name(name_or_dir)
    if is_name(name_or_dir) and placed.is_dir():
        return _checked(name_or_dir, placed, allow_example=allow_example)
    if known(name_or_dir) is not None:
        folder = _cached(KNOWN[name_or_dir], settings.model_dir)
        return None if folder is None else ModelInfo(name_or_dir, folder)
    folder = Path(name_or_dir).expanduser()
    if not folder.is_dir():
        looks_like_path = "/" in name_or_dir or os.sep in name_or_dir or name_or_dir.startswith(("~", "."))
        if looks_like_path or folder.exists():
            raise NotReady("transcription.model_folder_missing", model=name_or_dir)
        raise NotReady("transcription.model_unknown", model=name_or_dir, names=", ".join(KNOWN))
    return _checked(folder.resolve().name, folder, allow_example=allow_example, shown=name_or_dir)


def _checked(name: str, folder: Path, *, allow_example: bool, shown: str = "") -> ModelInfo:
    is_example = (folder / EXAMPLE_MARK).exists()
    if is_example and not allow_example:
        raise NotReady("transcription.example_model_refused")
    check_folder(folder, shown or name)
    return ModelInfo(say("transcription.example_model") if is_example else name, folder, is_example)


def check_folder(folder: Path, model: str) -> None:
    """Raise NotReady unless the folder holds what a Whisper model of CTranslate2 needs and model.bin is one.

    (A public model file once was an HTML error page.) `tokenizer.json` must be there: without it faster-whisper
    would fetch one from the network in silence.
    """
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in ("vocabulary.json", "vocabulary.txt")):
        missing.append("vocabulary.json")
    if missing:
        raise NotReady("transcription.model_incomplete", model=model, files=", ".join(missing))
    try:
        with (folder / "model.bin").open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise NotReady("transcription.model_incomplete", model=model, files="model.bin") from error
    if _SPEC not in head:
        web_page = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        raise NotReady(f"transcription.model_is_{'web_page' if web_page else 'no_model'}", model=model)


def is_name(text: str) -> bool:
    """Can this be the name of a model on our shelf? It is a folder, a word in the audit and a setting."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,59}", text) is not None


def shelf_of(settings: Settings) -> Path:
    """The folder with one folder per model that was fetched or imported here."""
    return cache_dir(settings.model_dir) / SHELF


def cache_dir(model_dir: Path | None) -> Path:
    """Where downloaded models lie: the setting, or where faster-whisper's downloader keeps them."""
    if model_dir is not None:
        return model_dir.expanduser()
    if hub := os.environ.get("HF_HUB_CACHE"):
        return Path(hub).expanduser()
    home = os.environ.get("HF_HOME") or os.environ.get("XDG_CACHE_HOME", "~/.cache") + "/huggingface"
    return Path(home).expanduser() / "hub"


def _cached(repository: str, model_dir: Path | None) -> Path | None:
    """The complete snapshot of an earlier download, or None. A download that broke off does not count."""
    kept = cache_dir(model_dir) / ("models--" + repository.replace("/", "--"))
    try:
        main = (kept / "refs" / "main").read_text(encoding="utf-8").strip()
    except OSError:
        main = ""
    try:
        snapshots = sorted((kept / "snapshots").iterdir(), key=lambda folder: (folder.name != main, folder.name))
    except OSError:
        return None
    for folder in snapshots:
        try:
            check_folder(folder, repository)
        except NotReady:
            continue
        return folder
    return None
