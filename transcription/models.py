"""Finding a speech model: a known name (downloaded once) or a folder. Never a silent replacement.

Nothing here loads weights; `model_status` also never touches the network, so a screen may ask it often.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stories.errors import NotReady
from stories.settings import Settings
from stories.words import say

KNOWN = {
    "tiny": "Systran/faster-whisper-tiny",
    "base": "Systran/faster-whisper-base",
    "small": "Systran/faster-whisper-small",
    "medium": "Systran/faster-whisper-medium",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Multilingual Whisper models by name, as faster-whisper knows them (a test compares the tables)."""

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


class ModelStatus(StrEnum):
    READY = "ready"
    CAN_DOWNLOAD_UNKNOWN = "can_download_unknown"  # a known name that is not here yet; the network may have it
    MISSING = "missing"  # a folder that is not there or is no model, or a name nobody knows


def find_model(name_or_dir: str, settings: Settings, *, allow_example: bool = False) -> ModelInfo:
    """The model on this computer; a known name that is not here yet is downloaded into `settings.model_dir`.

    Raises NotReady with what to do: transcription.model_missing (no network), model_unknown, model_folder_missing,
    model_incomplete, model_is_web_page, model_is_no_model, example_model_refused, disk_full.
    """
    local = _local(name_or_dir, settings, allow_example=allow_example)
    if local is not None:
        return local
    from transcription.whisper import download

    folder = download(name_or_dir, KNOWN[name_or_dir], settings.model_dir)
    check_folder(folder, name_or_dir)
    return ModelInfo(name_or_dir, folder)


def model_status(settings: Settings, *, allow_example: bool = False) -> ModelStatus:
    """Whether the model of the settings is here. Reads a few small files; no weights, no network."""
    try:
        found = _local(settings.model, settings, allow_example=allow_example)
    except NotReady:
        return ModelStatus.MISSING
    return ModelStatus.CAN_DOWNLOAD_UNKNOWN if found is None else ModelStatus.READY


def _local(name_or_dir: str, settings: Settings, *, allow_example: bool) -> ModelInfo | None:
    """The model when it is here; None when it is a known name that is not. Raises NotReady for all else."""
    if name_or_dir in KNOWN:
        folder = _cached(KNOWN[name_or_dir], settings.model_dir)
        return None if folder is None else ModelInfo(name_or_dir, folder)
    folder = Path(name_or_dir).expanduser()
    if not folder.is_dir():
        looks_like_path = "/" in name_or_dir or os.sep in name_or_dir or name_or_dir.startswith(("~", "."))
        if looks_like_path or folder.exists():
            raise NotReady("transcription.model_folder_missing", model=name_or_dir)
        raise NotReady("transcription.model_unknown", model=name_or_dir, names=", ".join(KNOWN))
    is_example = (folder / EXAMPLE_MARK).exists()
    if is_example and not allow_example:
        raise NotReady("transcription.example_model_refused")
    check_folder(folder, name_or_dir)
    return ModelInfo(say("transcription.example_model") if is_example else folder.resolve().name, folder, is_example)


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
