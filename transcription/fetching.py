"""Fetching a known model from the hub: in blocks that can be stopped, going on where it broke off, checked at the end.

The hub says, for one commit, how big each file is and what its sum is: SHA-256 for the weights, git's own for small
files. Nothing comes on the shelf that does not agree. (faster-whisper's own download checks sizes only, cannot be
stopped, and tells nobody how far it is.) Only this module names the hub's library, and lazily.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import shutil
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stories.errors import NotReady, VertelpuntError
from stories.settings import Settings
from transcription import records, shelf
from transcription.library import KnownModel, known
from transcription.models import check_folder
from transcription.records import Checked, FileSum, Record, Watch

PROBE_TIMEOUT_S = 5
"""Without a network a model is given up after one such attempt or two, instead of minutes of retries."""
READ_TIMEOUT_S = 30
TRIES = 5
"""How often one file is taken up again after the line broke, before it waits for another day."""

_STATE = ".stand.json"


@dataclass(frozen=True, slots=True)
class HubFile:
    """What the hub says about one file. Sums in hexadecimal; `git` is git's sum of small files."""

    name: str
    size: int
    sha256: str = ""
    git: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the hub has under a name, at one commit."""

    repository: str
    commit: str
    files: tuple[HubFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def fetch(
    settings: Settings, name: str, *, by: str = "", watch: Watch = records.unwatched, afresh: bool = False
) -> Record:
    """Fetch a known model and put it on the shelf.

    What arrived stays when this is interrupted, and the next call goes on from there. What came in whole but wrong is
    not fetched again and again: that needs `afresh`, a person's wish. Raises NotReady transcription.model_missing
    (the hub cannot be reached), models.hub_sum_wrong, and as `shelf.placing`; and what `watch` raises to stop it.
    """
    model = known(name)
    if model is None:
        raise ValueError("only a known model can be fetched")
    offer = ask(model)
    with shelf.placing(settings, model.name, keep_unfinished=True) as made:
        _go_on(made, offer, afresh, model)
        here = sum(path.stat().st_size for path in made.iterdir())
        shelf.require_space(settings, model.name, max(0, offer.size - here))
        files, done = [], 0
        for file in offer.files:
            files.append(_fetch_file(model, offer, file, made, watch, done))
            done += file.size
        check_folder(made, model.name)
        (made / _STATE).unlink()
        checked = Checked.HUB if all(file.sha256 or file.git for file in offer.files) else Checked.NOTHING
        source = f"hub:{offer.repository}@{offer.commit}"
        return records.write(made, model.name, source, model.licence, checked, files, by)


def ask(model: KnownModel) -> Offer:
    """Ask the hub what it has. Raises NotReady transcription.model_missing, within seconds when nobody answers."""
    with _hub_errors(model.name):
        import huggingface_hub

        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        found = huggingface_hub.HfApi().model_info(model.repository, timeout=PROBE_TIMEOUT_S, files_metadata=True)
        files = tuple(_hub_file(each) for each in found.siblings or () if each.rfilename in shelf.FILES)
        if not found.sha or not any(file.name == records.WEIGHTS and file.sha256 for file in files):
            raise LookupError("the hub does not say what this model should be")
        return Offer(model.repository, found.sha, files)


def _hub_file(found: Any) -> HubFile:
    if found.lfs is not None:
        return HubFile(found.rfilename, int(found.lfs.size), sha256=str(found.lfs.sha256))
    return HubFile(found.rfilename, int(found.size), git=str(found.blob_id or ""))


def _go_on(made: Path, offer: Offer, afresh: bool, model: KnownModel) -> None:
    """Keep what an earlier try left only when it is of the same commit."""
    state: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        state = json.loads((made / _STATE).read_text(encoding="utf-8"))
    if state.get("wrong") and state.get("commit") == offer.commit and not afresh:
        raise NotReady("models.hub_sum_wrong", model=model.name)
    if state.get("wrong") or state.get("commit") != offer.commit:
        for path in made.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (made / _STATE).write_text(json.dumps({"commit": offer.commit, "files": [asdict(f) for f in offer.files]}))


def _fetch_file(model: KnownModel, offer: Offer, file: HubFile, made: Path, watch: Watch, before: int) -> FileSum:
    """One file, from where it broke off. Raises NotReady models.hub_sum_wrong when it is not what the hub said."""
    path = made / file.name
    with path.open("ab") as out:
        for left in reversed(range(TRIES)):
            have = out.tell()
            if have >= file.size:
                break
            try:
                with contextlib.closing(_blocks(model, offer, file.name, have)) as blocks:
                    for block in blocks:
                        out.write(block)
                        watch(before + out.tell(), offer.size)
                        if out.tell() > file.size:
                            break
            except NotReady:
                if not left and out.tell() == have:
                    raise
    if path.stat().st_size < file.size:
        raise NotReady("transcription.model_missing", model=model.name)
    sha256, git = hashlib.sha256(), hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    for block in records.blocks(path):
        sha256.update(block)
        git.update(block)
    as_said = (not file.sha256 or sha256.hexdigest() == file.sha256) and (not file.git or git.hexdigest() == file.git)
    if path.stat().st_size != file.size or not as_said:
        path.unlink()
        (made / _STATE).write_text(json.dumps({"commit": offer.commit, "wrong": file.name}))
        raise NotReady("models.hub_sum_wrong", model=model.name)
    return FileSum(file.name, file.size, sha256.hexdigest())


def _blocks(model: KnownModel, offer: Offer, name: str, start: int) -> Generator[bytes, None, None]:
    """The bytes of one file from `start` on. Only what goes wrong with the line is an error of the hub."""
    from huggingface_hub import HfApi, hf_hub_url
    from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, but not listed in its __all__
        build_hf_headers,
        get_session,
        hf_raise_for_status,
    )

    headers = {**build_hf_headers(), "Accept-Encoding": "identity", "Range": f"bytes={start}-"}
    url = hf_hub_url(offer.repository, name, revision=offer.commit, endpoint=HfApi().endpoint)
    how: dict[str, Any] = {"headers": headers, "follow_redirects": True, "timeout": READ_TIMEOUT_S}
    with _hub_errors(model.name), get_session().stream("GET", url, **how) as answer:
        hf_raise_for_status(answer)
        skip = 0 if answer.status_code == 206 else start  # who knows no ranges sends it all
        for block in answer.iter_bytes(records.BLOCK_BYTES):
            yield block[skip:]
            skip = max(0, skip - len(block))


@contextlib.contextmanager
def _hub_errors(name: str) -> Iterator[None]:
    """The hub, its HTTP library and the system each have errors of their own; all of them say: not now.

    Around nothing but talking to the hub: an error of the disk, or of who stops us, is another matter.
    """
    try:
        yield
    except VertelpuntError:
        raise
    except Exception as error:
        raise NotReady("transcription.model_missing", model=name) from error
