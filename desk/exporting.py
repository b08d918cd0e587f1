"""The way out: from a released piece to a bundle that somebody takes along.

    ask(store, user, piece_id)              # the screen: at once, or a job where there is sound to make
    opened(store, user, export_id)          # the door: the gate once more, and the bytes

Consent and names are asked about before the work, after it in the transaction that writes the bundle down, and again
at every download. A job knows `piece:<id>` alone; who asked, and for exactly which piece, is an approval beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from desk import bigexport, cliptimes
from desk.evidence import evidence
from desk.parts import incoming
from publish import Evidence, draw, let_go, require_clear
from publish.products import WITH_SOUND
from publish.providers import unsubscribe_code
from publish.rendering import Studio
from publish.subtitles import Timed
from stories import jobs
from stories.clock import today
from stories.errors import Moved, Refused
from stories.halfway import HALF, Halfway
from stories.jobs import UNFINISHED, JobStatus, Run
from stories.model import Approval, Export, Piece, PieceState, Voice, new_id
from stories.people import Act, User
from stories.products import Clip
from stories.sealed import open_house_file
from stories.settings import Settings
from stories.store import Books, Store
from stories.vault import Kind

JOB = "export"
SUBJECT = "piece:"

ASKED = "bundel_gevraagd"
"""Role of the approval with which somebody asks for a bundle of exactly this piece."""

LOOK_S = 2.0
"""So often does the work tell how far it is, and look whether the piece may still leave."""


# for the screens


def ask(store: Store, user: User, piece_id: str) -> Export | None:
    """Have the bundle made: at once, or (None) by the computer where tellers are heard.

    Raises GateRefused with every finding when anything blocks, and Refused while so many stories need a second person
    (`desk.bigexport`).
    """
    user.require(Act.EXPORT)
    with store.write() as books:
        piece = _leaving(books, user.id, piece_id)
        if piece.kind in WITH_SOUND:
            books.add_approval(Approval(piece.id, piece.digest, by=user.id, at=datetime.now(UTC), role=ASKED))
            books.audit(user.id, "bundle_asked", subject=piece.id)
    if piece.kind not in WITH_SOUND:
        return _at_once(store, user.id, piece)
    jobs.enqueue(store, JOB, SUBJECT + piece.id)
    return None


def export(store: Store, user: User, piece_id: str) -> Export:
    """Make the bundle now, of whatever kind. Raises as `ask`."""
    user.require(Act.EXPORT)
    with store.read() as books:
        piece = _leaving(books, user.id, piece_id)
    return _at_once(store, user.id, piece)


def coming(store: Store, user: User, piece_id: str) -> JobStatus | None:
    """The newest job that makes a bundle of this piece."""
    user.require(Act.EXPORT)
    with store.read() as books:
        books.piece(piece_id)
    return next(iter(jobs.status(store, SUBJECT + piece_id)), None)


def stop(store: Store, user: User, piece_id: str) -> None:
    """Nobody waits for it any more: what runs stops within seconds, and leaves nothing behind."""
    user.require(Act.EXPORT)
    with store.read() as books:
        books.piece(piece_id)
    jobs.cancel(store, SUBJECT + piece_id)


@dataclass(frozen=True, slots=True)
class Download:
    """A bundle that may be taken along now. `read` gives bytes [start, stop), and stops once it may not any more."""

    name: str
    size: int
    read: Callable[[int, int], bytes]


def opened(store: Store, user: User, export_id: str) -> Download:
    """A bundle for saving; the gate is asked once more. The name says kind and date only.

    Raises GateRefused, Refused when the piece was changed or locked, NotFound when the bundle expired. Reading raises
    NotFound once a withdrawal took the bundle away.
    """
    user.require(Act.EXPORT)
    with store.write() as books:
        made = books.export(export_id)
        size = books.bundle_size(export_id)
        piece = _leaving(books, user.id, made.piece_id)
        if piece.digest != made.piece_digest:
            raise Refused("desk.bundle_outdated")
        books.audit(user.id, "bundle_downloaded", subject=export_id)

    def read(start: int, stop: int) -> bytes:
        with store.read() as books:
            return books.bundle_range(export_id, start, stop)

    return Download(f"vertelpunt-{piece.kind}-{piece.publish_on.isoformat()}.zip", size, read)


def download(store: Store, user: User, export_id: str) -> tuple[bytes, str]:
    """The whole bundle and its name; see `opened`."""
    bundle = opened(store, user, export_id)
    return bundle.read(0, bundle.size), bundle.name


# the work


class Shelves:
    """`publish.rendering.Sounds` of this house. What is erased or put away meanwhile stops in the middle."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def clip(self, clip_id: str) -> BinaryIO:
        with self._store.read() as books:
            return books.clips.open(clip_id)

    def file(self, file_id: str) -> BinaryIO:
        return open_house_file(self._store, file_id)


def work(store: Store, settings: Settings, subject: str, run: Run) -> None:
    """The job. Killed at any moment, it goes on with what it had mixed (sealed, and cleared when it ends, by `tidy` and
    at every start of the app), and never makes a second bundle of what was asked for once."""
    with store.read() as books:
        piece = _open_piece(books, subject.removeprefix(SUBJECT))
        asked = next((a for a in reversed(books.approvals(piece.id)) if a.role == ASKED), None)
    if asked is None or asked.digest != piece.digest:
        raise Refused("desk.bundle_outdated")
    run.step(f"bundle-{asked.at.isoformat()}", lambda: _once(store, piece, asked, run))


def _once(store: Store, piece: Piece, asked: Approval, run: Run) -> None:
    with store.read() as books:
        made = [e for e in books.exports(piece.id) if e.manifest and e.piece_digest == asked.digest]
    if any(export.made_at >= asked.at for export in made):
        return
    half = store.halfway(piece.id)
    try:
        _make(store, asked.by, piece, _tick(store, piece, run), half)
    finally:  # also after a refusal: only whoever is killed leaves it
        half.clear()


def tidy(store: Store) -> None:
    """Take away what a killed job left and no job goes on with: nobody waits for that bundle any more."""
    for folder in incoming(store.settings).glob(f"{HALF}*"):
        piece_id = folder.name.removeprefix(HALF)
        if not any(job.state in UNFINISHED for job in jobs.status(store, SUBJECT + piece_id)):
            store.halfway(piece_id).clear()


def _tick(store: Store, piece: Piece, run: Run) -> Callable[[int, int], None]:
    """Tells how far the work is, and stops it when somebody said so, or when the piece may not leave any more."""
    looked_at = 0.0

    def tick(done: int, total: int) -> None:
        nonlocal looked_at
        if time.monotonic() - looked_at < LOOK_S and done < total:
            return
        looked_at = time.monotonic()
        run.progress(done, total)
        run.check_cancelled()
        with store.read() as books:
            _still(books, piece)

    return tick


def _at_once(store: Store, by: str, piece: Piece) -> Export:
    return _make(store, by, piece, lambda done, total: None)


def _make(store: Store, by: str, piece: Piece, tick: Callable[[int, int], None], kept: Halfway | None = None) -> Export:
    """What is plain while it is made has no name; see `publish.rendering`."""
    with store.read() as books:
        known, studio = evidence(books, piece), _studio(books, store.settings, piece, tick, kept)
    with studio:
        return _write_down(store, by, piece, known, studio)


def _write_down(store: Store, by: str, piece: Piece, known: Evidence, studio: Studio) -> Export:
    drawn = draw(piece, known, on=today(), sounds=Shelves(store), studio=studio, unsubscribe=studio.unsubscribe)
    bundle = drawn.bundle
    made = Export(
        id=new_id("e"), piece_id=piece.id, piece_digest=piece.digest, sha256=bundle.sha256,
        made_by=by, made_at=datetime.now(UTC), manifest=bundle.manifest,
    )  # fmt: skip
    bundle.file.seek(0)
    with store.sealed(made.id, Kind.BUNDLE, bundle.file) as sealed, store.write() as books:
        now = _still(books, piece)
        bigexport.require_second(books, by, now.id, now.digest, bigexport.stories_in(books, now))
        let_go(drawn, now, evidence(books, now), on=today())
        books.add_export(made, sealed)
        books.audit(by, "piece_exported", subject=piece.id, detail=made.id)
    return made


def _studio(
    books: Books, settings: Settings, piece: Piece, tick: Callable[[int, int], None], kept: Halfway | None
) -> Studio:
    files = {block.file_id for block in piece.blocks if block.file_id}
    clips = books.clips.these([block.clip_id for block in piece.blocks if block.clip_id])
    return Studio(
        incoming(settings), tick, unsubscribe_code(settings.mail_provider, settings.unsubscribe), settings.podcast_url,
        clips=clips,
        files={file_id: books.house_files.get(file_id) for file_id in files},
        spoken={clip.id: _spoken(books, clip) for clip in clips.values()}, kept=kept,
    )  # fmt: skip


def _spoken(books: Books, clip: Clip) -> tuple[Timed, ...]:
    """The words of a clip that was cut from a recording, with their times; of one spoken again nobody knows them."""
    if clip.voice is Voice.NAGESPROKEN:
        return ()
    (quote,) = books.quotes(ids=[clip.quote_id])
    return cliptimes.words_of(books, quote)


def _leaving(books: Books, by: str, piece_id: str) -> Piece:
    """A piece of which this user may take a bundle along now."""
    piece = _open_piece(books, piece_id)
    bigexport.require_second(books, by, piece.id, piece.digest, bigexport.stories_in(books, piece))
    require_clear(piece, evidence(books, piece), on=today())
    return piece


def _still(books: Books, piece: Piece) -> Piece:
    """The piece as it is now; raises Moved when it is another one, Refused when it was locked."""
    now = _open_piece(books, piece.id)
    if now.digest != piece.digest:
        raise Moved("stories.moved")
    return now


def _open_piece(books: Books, piece_id: str) -> Piece:
    piece = books.piece(piece_id)
    if piece.state is PieceState.GEBLOKKEERD:
        raise Refused("desk.piece_blocked")
    return piece
