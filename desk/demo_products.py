"""The products of the demo: one of each kind that leaves the house, made as people make them at the screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from desk import clips, exporting, jingles, lastwords, publishing, redacting
from desk.clipmaking import MADE
from publish.products import WITH_SOUND
from stories import clock
from stories.consent import Form
from stories.errors import NotReady
from stories.lastword import LastWord
from stories.model import BlockKind, Piece, PieceKind, Quote, Voice
from stories.people import User
from stories.store import Store
from stories.words import say

KINDS = (PieceKind.NIEUWSBRIEF, PieceKind.PODCAST, PieceKind.VLOG, PieceKind.POST)

VOICE = Voice.VERVORMD
"""How tellers are heard in the demo: nobody has to read anything aloud for it."""


@dataclass(frozen=True, slots=True)
class Making:
    """Two people, and `work`: run all waiting jobs."""

    store: Store
    editor: User
    releaser: User
    work: Callable[[], None]
    out: Path

    def product(self, kind: PieceKind, quotes: Sequence[Quote]) -> list[Path]:
        """The bundle of one piece with every quote that may be used in this kind; nothing when none may."""
        voice = VOICE if kind in WITH_SOUND else None
        form, on = Form(voice or Form.TEKST), clock.today() + timedelta(days=7)
        allowed = publishing.forms_allowed(self.store, self.editor, [q.id for q in quotes], kind, on=on)
        used = [quote for quote in quotes if allowed[quote.id].get(form)]
        if not used:
            return []
        sounds = self._sounds(used) if voice else {}
        piece = publishing.compose(
            self.store, self.editor, [q.id for q in used], kind=kind, title=say(f"register.demo_{kind}"),
            publish_on=on, voices={q.id: voice for q in used},
        )  # fmt: skip
        if sounds:
            blocks = [
                replace(b, clip_id=sounds[str(b.quote_id)]) if b.kind is BlockKind.CLIP else b for b in piece.blocks
            ]
            if kind is PieceKind.PODCAST:
                blocks = list(jingles.into(blocks, jingles.load(self.store, self.store.settings, self.editor)))
            piece = publishing.edit(
                self.store, self.editor, piece.id, title=piece.title, preheader=piece.preheader,
                publish_on=piece.publish_on, blocks=blocks, expected=piece.row_version,
            )  # fmt: skip
        return [self._leave(piece, used, asked=bool(voice))]

    def _sounds(self, quotes: Sequence[Quote]) -> dict[str, str]:
        """A disguised clip of each quote, cut from the bleeped recording and heard by two people; by the quote's id."""
        store, listeners = self.store, (self.editor, self.releaser)
        for story_id in {quote.story_id for quote in quotes}:
            redacting.ask(store, self.editor, story_id)
        self.work()
        for story_id in {quote.story_id for quote in quotes}:
            safe = redacting.seen(store, self.releaser, story_id)
            redacting.mark_redacted_heard(store, self.releaser, story_id, digest=safe.digest)
        for quote in quotes:
            clips.ask(store, self.editor, quote.id, VOICE, MADE[VOICE][0])
        self.work()
        made = {}
        for quote in quotes:
            with store.read() as books:
                clip = books.clips.of_quotes([quote.id])[-1]
            for listener in listeners:
                clips.heard(store, listener, clip.id, digest=clip.digest)
            made[quote.id] = clip.id
        return made

    def _leave(self, piece: Piece, quotes: Sequence[Quote], *, asked: bool) -> Path:
        """Offered, agreed to by those who are heard, released by somebody else, and taken along."""
        store = self.store
        piece = publishing.offer(store, self.editor, piece.id, expected=piece.row_version)
        for story_id in {quote.story_id for quote in quotes} if asked else ():
            lastwords.answer_product(store, story_id, piece.id, LastWord.AKKOORD, digest=piece.digest)
        piece = publishing.release(store, self.releaser, piece.id, expected=piece.row_version)
        made = exporting.ask(store, self.editor, piece.id)
        if made is None:
            self.work()
            with store.read() as books:
                made = next(iter(books.exports(piece.id)), None)
        if made is None:
            raise NotReady("register.demo_stuck")
        data, name = exporting.download(store, self.editor, made.id)
        target = self.out / name
        target.write_bytes(data)
        return target
