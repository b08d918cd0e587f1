"""The speech models of this installation, for administrators: what is here, what is it for, and getting another.

No story content. A path is shown to administrators alone, and stands in no log line and no audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import transcription
from desk import fetching
from desk.fetching import Wish
from stories.errors import InputRefused, NotReady
from stories.jobs import UNFINISHED, JobStatus
from stories.people import Act, User
from stories.settings import Settings
from stories.store import Store
from stories.words import say
from transcription import ModelInfo, ModelStatus, records, shelf, taking
from transcription.library import MODELS, KnownModel, known, one_name
from transcription.models import shelf_of
from transcription.records import Record


class Use(StrEnum):
    """What a model does in this installation."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the two models of the settings. `name` is as the setting says it; `trouble` a sentence, or ""."""

    use: Use
    name: str
    status: ModelStatus
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One model: known, or here, or both.

    `size` is bytes on disk when it is here, else about how many it will be. `sha256` is "" when nobody read the
    weights yet. `removable`: on our shelf and not in use.
    """

    name: str
    known: KnownModel | None
    here: ModelInfo | None
    size: int
    record: Record | None
    sha256: str
    uses: tuple[Use, ...]
    job: JobStatus | None
    removable: bool

    @property
    def busy(self) -> bool:
        return self.job is not None and self.job.state in UNFINISHED


@dataclass(frozen=True, slots=True)
class Overview:
    standings: tuple[Standing, ...]
    cards: tuple[Card, ...]
    shelf: str
    free: int  # bytes


def standings(settings: Settings) -> tuple[Standing, ...]:
    """How the models of the settings are. Reads small files only, and asks no network."""
    asked = [(Use.FINAL, settings.model)] + ([(Use.DRAFT, settings.draft_model)] if settings.draft_model else [])
    return tuple(_standing(use, name, settings) for use, name in asked)


def at_start(settings: Settings) -> str:
    """One line for whoever starts the app: which model is ready, and what to do when none is."""
    found = {each.use: each for each in standings(settings)}
    ready = [say(f"models.start_{use}", model=each.name) for use, each in found.items() if _ready(each)]
    if Use.FINAL in found and _ready(found[Use.FINAL]):
        return say("models.start_ready", models=", ".join(ready))
    key = "models.start_draft_only" if ready else "models.start_none"
    return say(key, url=f"{settings.origin}/spraakmodellen", model=settings.model)


def overview(store: Store, settings: Settings, user: User) -> Overview:
    """Everything for the page about models."""
    user.require(Act.MANAGE_MODELS)
    here = set(shelf.names(settings))
    used = [one_name(each.name) for each in standings(settings)]
    listed = [model.name for model in MODELS]
    others = sorted(here - set(listed)) + [name for name in used if name not in {*here, *listed} and _folder(name)]
    cards = tuple(_card(store, settings, name) for name in [*listed, *dict.fromkeys(others)])
    return Overview(standings(settings), cards, str(shelf_of(settings)), shelf.free_bytes(settings))


def get(store: Store, settings: Settings, user: User, name: str) -> None:
    """Let the computer fetch a known model. Raises InputRefused models.not_known, name_taken, is_coming."""
    user.require(Act.MANAGE_MODELS)
    if known(name) is None:
        raise InputRefused("models.not_known", model=shelf.require_name(name))
    _require_free(store, settings, one_name(name))
    with store.write() as books:
        books.audit(user.id, "model_asked", subject=one_name(name))
    fetching.ask(store, settings, one_name(name), Wish(user.id))


def take_in(store: Store, settings: Settings, user: User, folder: str, name: str = "", sha256: str = "") -> str:
    """Let the computer take over a folder that lies on the server; returns the name it gets.

    The folder is looked at now, so that most mistakes are said at once; `sha256` is that of model.bin, or empty. Raises
    as `transcription.taking.look`, and InputRefused models.is_coming.
    """
    user.require(Act.MANAGE_MODELS)
    what = taking.look(settings, folder.strip(), name.strip().lower(), sha256)
    _require_free(store, settings, what.name)
    with store.write() as books:
        books.audit(user.id, "model_asked", subject=what.name, detail=f"folder bytes={what.size}")
    fetching.ask(store, settings, what.name, Wish(user.id, str(what.folder), sha256.strip().lower()))
    return what.name


def stop(store: Store, settings: Settings, user: User, name: str) -> None:
    """Stop fetching or taking over."""
    user.require(Act.MANAGE_MODELS)
    fetching.stop(store, settings, shelf.require_name(name))


def remove(store: Store, settings: Settings, user: User, name: str) -> None:
    """Take a model off our shelf. Raises InputRefused models.in_use, is_coming; NotFound models.not_here."""
    user.require(Act.MANAGE_MODELS)
    shelf.require_name(name)
    if _uses(settings, name):
        raise InputRefused("models.in_use", model=name)
    job = fetching.status(store, name)
    if job is not None and job.state in UNFINISHED:
        raise InputRefused("models.is_coming", model=name)
    shelf.remove(settings, name)
    with store.write() as books:
        books.audit(user.id, "model_removed", subject=name)


def _standing(use: Use, name: str, settings: Settings) -> Standing:
    try:
        is_here = transcription.model_here(name, settings)
    except NotReady as error:
        return Standing(use, name, ModelStatus.MISSING, error.message)
    return Standing(use, name, ModelStatus.READY if is_here else ModelStatus.CAN_DOWNLOAD_UNKNOWN)


def _ready(standing: Standing) -> bool:
    return standing.status is ModelStatus.READY


def _folder(name: str) -> bool:
    """Is this a setting that names a folder?"""
    return "/" in name


def _card(store: Store, settings: Settings, name: str) -> Card:
    try:
        here = transcription.local_model(name, settings)
    except NotReady:
        here = None
    record = records.read(here.folder) if here else None
    model, uses = known(name), _uses(settings, name)
    size = model.size if model else 0
    if here:
        size = record.size if record else records.size_of(here.folder)
    job = None if _folder(name) else fetching.status(store, name)
    return Card(
        name=here.name if here and _folder(name) else name,
        known=model,
        here=here,
        size=size,
        record=record,
        sha256=records.known_sum(here.folder) if here else "",
        uses=uses,
        job=job,
        removable=not uses and name in shelf.names(settings),
    )


def _uses(settings: Settings, name: str) -> tuple[Use, ...]:
    """What the settings use this model for, by whatever name or folder they say it."""

    def is_it(setting: str) -> bool:
        if one_name(setting) == one_name(name):
            return True
        try:
            found = transcription.local_model(setting, settings)
        except NotReady:
            return False
        return found is not None and found.folder.resolve() == (shelf_of(settings) / name).resolve()

    return tuple(each.use for each in standings(settings) if is_it(each.name))


def _require_free(store: Store, settings: Settings, name: str) -> None:
    """Raise InputRefused when a model of this name is here, or on its way."""
    if name in shelf.names(settings):
        raise InputRefused("models.name_taken", model=name)
    job = fetching.status(store, name)
    if job is not None and job.state in UNFINISHED:
        raise InputRefused("models.is_coming", model=name)
