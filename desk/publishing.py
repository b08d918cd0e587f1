"""Publishing: from cleared stories to a piece that a second person released, and out of the door.

Consent and names are asked about at every step: in the composer, at release, at export and again at download.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import anonymise
from desk import bigexport, lines, oneperson
from desk.standing import one_person_since, standing
from publish import (
    Evidence,
    GateFinding,
    StoryEvidence,
    TimedSpan,
    cut,
    export_newsletter,
    first_draft,
    inspect,
    require_clear,
)
from publish.gate import Stage
from publish.letter import lay_out
from publish.newsletter import preview
from publish.providers import unsubscribe_code
from stories.clock import today
from stories.consent import Form, Purpose
from stories.errors import NotFound, Refused
from stories.model import (
    Approval,
    Block,
    Export,
    Piece,
    PieceState,
    Quote,
    Story,
    StoryKind,
    StoryVersion,
    new_id,
)
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store
from stories.use import OFFERED, RELEASED, may_use_version, require_use
from stories.vocabulary import Soort, only

CHANNEL = Purpose.NIEUWSBRIEF
"""The one channel of this landing; vlog, podcast and posts follow."""

CHANGES = "product_changes"
"""The kind of a task: a teller wants something else in a piece."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A released story as the composer sees it: anonymised text, what it may be used for, its quotes."""

    story: Story
    version: StoryVersion
    allowed: bool
    why_not: str  # one Dutch sentence, empty when allowed
    quotes: tuple[Quote, ...]


def cleared(store: Store, user: User, *, on: date | None = None) -> tuple[Cleared, ...]:
    """All released stories, with whether the newsletter may use their text on the date `on`."""
    user.require(Act.SEE_CLEARED)
    on = on or today()
    with store.read() as books:
        found = []
        for story in books.stories(states=[State.VRIJGEGEVEN], limit=500):
            now = standing(books, story.id)
            verdict = may_use_version(now, CHANNEL, Form.TEKST, on=on)
            quotes = tuple(q for q in books.quotes(story_id=story.id) if q.version == now.version.number)
            found.append(Cleared(story, now.version, bool(verdict), verdict.sentence, quotes))
        return tuple(found)


def cut_quote(store: Store, user: User, story_id: str, start: int, end: int) -> Quote:
    """Make a quote of characters [start, end) of the released text. Raises Refused, InputRefused or ConsentRefused."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        if books.story(story_id).state is not State.VRIJGEGEVEN:  # what was not worked yet has no version to ask about
            raise Refused("desk.not_released")
        now = standing(books, story_id)
        require_use(now, CHANNEL, Form.TEKST, on=today())
        story, version = now.story, now.version
        sound = lines.of_version(books, version) if story.kind is StoryKind.AUDIO else ()
        quote = cut(
            version, start, end, made_by=user.id, listened=lines.listened(now, sound, start, end),
            typed=story.kind is StoryKind.TEXT,
            times=[TimedSpan(line.start, line.end, line.start_ms, line.end_ms) for line in sound],
        )  # fmt: skip
        books.add_quote(quote)
        books.audit(user.id, "quote_cut", story_id=story_id, subject=quote.id)
        return quote


def compose(store: Store, user: User, quote_ids: Sequence[str], *, title: str, publish_on: date) -> Piece:
    """A first draft from chosen quotes: template sentences, the quotes, a call to action and a helpline.

    Raises Refused or ConsentRefused when a story may not be used (any more).
    """
    user.require(Act.COMPOSE)
    with store.write() as books:
        quotes = books.quotes(ids=quote_ids)
        if {q.id for q in quotes} != set(quote_ids) or not quotes:
            raise NotFound("stories.not_found")
        ordered = sorted(quotes, key=lambda q: list(quote_ids).index(q.id))
        used = {q.story_id: standing(books, q.story_id) for q in quotes}
        for now in used.values():
            require_use(now, CHANNEL, Form.TEKST, on=today())
        piece = first_draft(
            ordered,
            stories={story_id: now.story for story_id, now in used.items()},
            versions={story_id: now.version for story_id, now in used.items()},
            vocabulary=[  # named as opgaven
                row for row in only(books.vocabulary()[1], Soort.OPGAVE) if row["bevestigd"] == "ja"
            ],
            made_by=user.id,
            publish_on=publish_on,
            title=title,
            link=store.settings.call_link or None,
        )
        piece = books.add_piece(piece)
        books.audit(user.id, "piece_begun", subject=piece.id, detail=f"quotes={len(quotes)}")
        return piece


def edit(
    store: Store, user: User, piece_id: str, *, title: str, preheader: str, publish_on: date, blocks: Sequence[Block],
    expected: int,
) -> Piece:  # fmt: skip
    """Save a changed piece. Any change takes it back to concept: an approval belongs to exactly one digest."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        changed = replace(
            piece, title=title, preheader=preheader, publish_on=publish_on, blocks=tuple(blocks), made_by=user.id,
            state=PieceState.CONCEPT,
        )  # fmt: skip
        added = books.quotes(ids=sorted(set(changed.quote_ids) - set(piece.quote_ids)))
        for story_id in {quote.story_id for quote in added}:  # a tab may be older than a withdrawal
            require_use(standing(books, story_id), CHANNEL, Form.TEKST, on=today())
        books.audit(user.id, "piece_edited", subject=piece_id)
        saved = books.save_piece(changed, expected=expected)
        if saved.digest != piece.digest:
            _finish_changes(books, piece_id)
        return saved


def _finish_changes(books: Books, piece_id: str) -> None:
    """What tellers asked to change was changed; they are asked again, for it is another product now."""
    for task in books.tasks():
        if (task.kind, task.subject) == (CHANGES, piece_id):
            books.finish_task(task.id, datetime.now(UTC))


def findings(store: Store, user: User, piece_id: str) -> tuple[GateFinding, ...]:
    """What the gate says of a piece now."""
    _require_any(user, Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)
    with store.read() as books:
        piece = books.piece(piece_id)
        return inspect(piece, evidence(books, piece), on=today(), stage=_STAGES.get(piece.state, "compose"))


_STAGES: dict[PieceState, Stage] = {
    PieceState.TER_VRIJGAVE: "release",
    PieceState.VRIJGEGEVEN: "export",
    PieceState.GEPUBLICEERD: "export",
}
"""What the gate is asked about a piece: what stands between it and its next step."""


def offer(store: Store, user: User, piece_id: str, *, expected: int) -> Piece:
    """Ask a second person to release this piece, and its tellers to look at it where they must.

    Refused while the gate blocks on anything but their answers.
    """
    user.require(Act.COMPOSE)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        _require_gate(books, piece, "compose")
        books.add_approval(Approval(piece_id, piece.digest, by=user.id, at=datetime.now(UTC), role=OFFERED))
        books.audit(user.id, "piece_offered", subject=piece_id)
        return books.save_piece(replace(piece, state=PieceState.TER_VRIJGAVE), expected=expected)


def release(store: Store, user: User, piece_id: str, *, expected: int, now: datetime | None = None) -> Piece:
    """A second person releases exactly this piece. Whoever made it may not (but see `desk.oneperson`), and no teller's
    last word is missing."""
    user.require(Act.RELEASE_PIECE)
    now = now or datetime.now(UTC)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        if piece.state is not PieceState.TER_VRIJGAVE:
            raise Refused("desk.piece_not_offered")
        role = oneperson.role_of_release(books, user.id, piece.id, piece.digest, {piece.made_by}, now)
        _require_gate(books, piece, "release")
        books.add_approval(Approval(piece.id, piece.digest, by=user.id, at=now, role=role))
        books.audit(user.id, "piece_released" if role == RELEASED else "piece_released_alone", subject=piece_id)
        return books.save_piece(replace(piece, state=PieceState.VRIJGEGEVEN), expected=expected)


def export(store: Store, user: User, piece_id: str) -> Export:
    """Make the bundle. Raises GateRefused with every finding when anything blocks, and Refused while so many stories
    need a second person (`desk.bigexport`)."""
    user.require(Act.EXPORT)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        bigexport.require_second(books, user.id, piece.id, piece.digest, bigexport.stories_in(books, piece))
        bundle = export_newsletter(
            piece,
            evidence(books, piece),
            on=today(),
            unsubscribe=unsubscribe_code(store.settings.mail_provider, store.settings.unsubscribe),
            again=lambda: evidence(books, piece),
        )
        made = Export(
            id=new_id("e"), piece_id=piece.id, piece_digest=piece.digest, sha256=bundle.sha256,
            made_by=user.id, made_at=datetime.now(UTC), manifest=bundle.manifest,
        )  # fmt: skip
        books.add_export(made, bundle.data)
        books.audit(user.id, "piece_exported", subject=piece_id, detail=made.id)
        return made


def download(store: Store, user: User, export_id: str) -> tuple[bytes, str]:
    """The bytes and the file name of a bundle; the gate is asked once more. The name says kind and date only."""
    user.require(Act.EXPORT)
    with store.write() as books:
        made, data = books.export(export_id), books.bundle(export_id)
        piece = _open_piece(books, made.piece_id)
        if piece.digest != made.piece_digest:
            raise Refused("desk.bundle_outdated")
        bigexport.require_second(books, user.id, piece.id, piece.digest, bigexport.stories_in(books, piece))
        _require_gate(books, piece)
        books.audit(user.id, "bundle_downloaded", subject=export_id)
        return data, f"vertelpunt-{piece.kind}-{piece.publish_on.isoformat()}.zip"


def published(store: Store, user: User, piece_id: str, *, expected: int) -> Piece:
    """Mark a piece as published; from now on a withdrawal makes a take-down task of it."""
    user.require(Act.EXPORT)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        _require_gate(books, piece)
        books.audit(user.id, "piece_published", subject=piece_id)
        return books.save_piece(replace(piece, state=PieceState.GEPUBLICEERD), expected=expected)


def pieces(store: Store, user: User) -> tuple[Piece, ...]:
    """All pieces, newest first."""
    _require_any(user, Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)
    with store.read() as books:
        return books.pieces()


def piece_view(store: Store, user: User, piece_id: str) -> tuple[Piece, str, tuple[Export, ...]]:
    """A piece, its HTML as readers will see it (empty once it is blocked), and the bundles made of it."""
    _require_any(user, Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)
    with store.read() as books:
        piece = books.piece(piece_id)
        blocked = piece.state is PieceState.GEBLOKKEERD  # somebody took their words back: nobody reads them here
        shown = "" if blocked else preview(lay_out(piece, evidence(books, piece), strict=False))
        return piece, shown, books.exports(piece_id)


def evidence(books: Books, piece: Piece) -> Evidence:
    """Everything the gate needs to know about a piece, read in one transaction."""
    quotes = {q.id: q for q in books.quotes(ids=piece.quote_ids)}
    told_by = sorted({q.story_id for q in quotes.values()})
    story_ids = [s for s in told_by if books.story(s).state is not State.GEWIST]  # the gate reports what is gone
    names = [name for story_id in story_ids for name in anonymise.sought(books.names(story_id))]
    names += [name for story_id in story_ids for name in books.intake_names(story_id)]

    def leaks(texts: Mapping[str, str]) -> Sequence[anonymise.Leak]:
        return anonymise.residual(texts, names)

    return Evidence(
        quotes=quotes,
        stories={story_id: _story_evidence(books, story_id) for story_id in story_ids},
        leaks=leaks,
        piece_approvals=books.approvals(piece.id),
        one_person_since=one_person_since(books),
    )


def _story_evidence(books: Books, story_id: str) -> StoryEvidence:
    public = {
        quote_id
        for piece in books.pieces_using(story_id)
        if piece.state is PieceState.GEPUBLICEERD
        for quote_id in piece.quote_ids
    }
    own = {quote.id for quote in books.quotes(story_id=story_id)}
    return StoryEvidence.of(standing(books, story_id), public_quotes=frozenset(public & own))


def _require_gate(books: Books, piece: Piece, stage: Stage = "export") -> None:
    require_clear(piece, evidence(books, piece), on=today(), stage=stage)


def _open_piece(books: Books, piece_id: str) -> Piece:
    piece = books.piece(piece_id)
    if piece.state is PieceState.GEBLOKKEERD:
        raise Refused("desk.piece_blocked")
    return piece


def _require_any(user: User, *acts: Act) -> None:
    if not any(user.may(act) for act in acts):
        user.require(acts[0])
