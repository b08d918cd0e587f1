"""Publishing: from cleared stories to a piece that a second person released, and out of the door.

Consent and names are asked about at every step: in the composer, at release, at export and again at download.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from desk import lines, oneperson, templates
from desk.cliprules import ClipState, state_of
from desk.evidence import evidence as evidence  # also found here by those who ask the gate about a piece
from desk.standing import standing
from publish import (
    GateFinding,
    TimedSpan,
    cut,
    deriving,
    first_draft,
    inspect,
    require_clear,
)
from publish.deriving import Derived
from publish.evidence import role_of
from publish.gate import Stage
from publish.hints import Hints, measured
from publish.products import preview
from publish.remembering import remembered
from stories.clock import today
from stories.consent import Form, Purpose, Verdict
from stories.errors import NotFound, Refused
from stories.model import (
    Approval,
    Block,
    Export,
    Piece,
    PieceKind,
    PieceState,
    Quote,
    Story,
    StoryKind,
    StoryVersion,
    Voice,
    new_id,
)
from stories.people import Act, User
from stories.products import PURPOSES, SAFEST_FIRST, SPOKEN, forms_used
from stories.stages import State
from stories.store import Books, Store
from stories.use import OFFERED, RELEASED, Standing, may_use_version, require_use, uses
from stories.vocabulary import Soort, only

NAMED = (Soort.OPGAVE, Soort.LENS)
"""The tags that a first draft may name, once a person confirmed them."""

EVERY_USE = tuple((purpose, form) for purpose in dict.fromkeys(PURPOSES.values()) for form in Form)
"""For what, and how, words of a story can be used in a piece."""

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


def cleared(
    store: Store,
    user: User,
    *,
    on: date | None = None,
    purpose: Purpose = Purpose.NIEUWSBRIEF,
    form: Form = Form.TEKST,
) -> tuple[Cleared, ...]:
    """All released stories, with whether they may be used for `purpose` in this `form` on the date `on`."""
    user.require(Act.SEE_CLEARED)
    on = on or today()
    with store.read() as books:
        found = []
        stories = books.stories(states=[State.VRIJGEGEVEN], limit=500)
        books.look_ahead([story.id for story in stories])
        for story in stories:
            now = standing(books, story.id)
            verdict = may_use_version(now, purpose, form, on=on)
            quotes = tuple(q for q in books.quotes(story_id=story.id) if q.version == now.version.number)
            found.append(Cleared(story, now.version, bool(verdict), verdict.sentence, quotes))
        return tuple(found)


def forms_allowed(
    store: Store, user: User, quote_ids: Sequence[str], kind: PieceKind, *, on: date
) -> dict[str, dict[Form, Verdict]]:
    """Of each quote: in which forms its teller allows it in this kind of piece today and on the date `on`, and why not.

    Quotes that are not there (any more) are left out.
    """
    user.require(Act.COMPOSE)
    with store.read() as books:
        return {quote.id: _forms(standing(books, quote.story_id), kind, on) for quote in books.quotes(ids=quote_ids)}


def _forms(now: Standing, kind: PieceKind, on: date) -> dict[Form, Verdict]:
    """Every form with the first no, of today or of the day itself; or with yes."""

    def verdict(form: Form) -> Verdict:
        said = [may_use_version(now, PURPOSES[kind], form, on=day) for day in (today(), on)]
        return next((no for no in said if not no), said[0])

    heard = map(Form, SAFEST_FIRST) if kind in SPOKEN else ()
    return {form: verdict(form) for form in (Form.TEKST, *heard)}


def cut_quote(store: Store, user: User, story_id: str, start: int, end: int) -> Quote:
    """Make a quote of characters [start, end) of the released text, when it may be used in any kind of piece at all.

    Raises Refused, InputRefused or ConsentRefused.
    """
    user.require(Act.COMPOSE)
    with store.write() as books:
        if books.story(story_id).state is not State.VRIJGEGEVEN:  # what was not worked yet has no version to ask about
            raise Refused("desk.not_released")
        now = standing(books, story_id)
        if not uses(now, EVERY_USE, on=today()):
            require_use(now, Purpose.NIEUWSBRIEF, Form.TEKST, on=today())  # raises, with the reason
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


def compose(
    store: Store,
    user: User,
    quote_ids: Sequence[str],
    *,
    kind: PieceKind = PieceKind.NIEUWSBRIEF,
    title: str,
    publish_on: date,
    voices: Mapping[str, Voice | None] | None = None,
) -> Piece:
    """A first draft of any kind from chosen quotes, made with the newest template of that kind.

    `voices`: how each quote is heard, by its id (None: it is read, not heard). Quotes that are not named get the safest
    voice that their teller allows where people are heard, and are text otherwise.
    Raises Refused or ConsentRefused when a story may not be used (any more) in the form that was chosen.
    """
    user.require(Act.COMPOSE)
    with store.write() as books:
        quotes = books.quotes(ids=quote_ids)
        if {q.id for q in quotes} != set(quote_ids) or not quotes:
            raise NotFound("stories.not_found")
        ordered = sorted(quotes, key=lambda q: list(quote_ids).index(q.id))
        used = {q.story_id: standing(books, q.story_id) for q in quotes}
        said = {q.id: _voice(q, used[q.story_id], kind, publish_on, voices or {}) for q in quotes}
        for quote in quotes:
            for form in forms_used(kind, said[quote.id]):
                require_use(used[quote.story_id], PURPOSES[kind], form, on=today())
        piece = first_draft(
            ordered,
            stories={story_id: now.story for story_id, now in used.items()},
            versions={story_id: now.version for story_id, now in used.items()},
            vocabulary=[row for row in only(books.vocabulary()[1], *NAMED) if row["bevestigd"] == "ja"],
            made_by=user.id,
            publish_on=publish_on,
            title=title,
            link=store.settings.call_link or None,
            kind=kind,
            voices=said,
            template=templates.current(books, kind),
        )
        piece = books.add_piece(replace(piece, blocks=_with_sounds(books, piece)))
        books.audit(user.id, "piece_begun", subject=piece.id, detail=f"quotes={len(quotes)}")
        return piece


def _voice(quote: Quote, now: Standing, kind: PieceKind, on: date, voices: Mapping[str, Voice | None]) -> Voice | None:
    """What was chosen; else the safest voice that is allowed, in a kind that is heard."""
    if quote.id in voices or kind not in SPOKEN:
        return voices.get(quote.id)
    allowed = _forms(now, kind, on)
    return next((voice for voice in SAFEST_FIRST if allowed[Form(voice)]), None)


def _with_sounds(books: Books, piece: Piece) -> tuple[Block, ...]:
    """The blocks, with the newest finished sound of each clip, if there is one."""
    quote_ids = [block.quote_id for block in piece.blocks if block.quote_id and block.voice]
    ready = [clip for clip in books.clips.of_quotes(quote_ids) if state_of(books, clip) is ClipState.KLAAR]
    newest = {(clip.quote_id, clip.voice): clip.id for clip in ready}
    return tuple(
        replace(block, clip_id=newest.get((block.quote_id, block.voice))) if block.quote_id and block.voice else block
        for block in piece.blocks
    )


def derive(store: Store, user: User, piece_id: str, kind: PieceKind) -> Derived:
    """A concept of another kind made of a piece, with what its tellers allow there on the day of publication.

    What may not be used there is left out and named with the reason. Raises Refused when that is everything, and for a
    piece that is locked.
    """
    user.require(Act.COMPOSE)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        quotes = books.quotes(ids=piece.quote_ids)
        stories = {story_id: standing(books, story_id) for story_id in {quote.story_id for quote in quotes}}
        made = deriving.derive(
            replace(piece, made_by=user.id, template_version=templates.current(books, kind).version),
            kind,
            allowed={q.id: _forms(stories[q.story_id], kind, piece.publish_on) for q in quotes},
            tellers={q.id: role_of(stories[q.story_id].story.teller) for q in quotes},
            new_id=new_id("p"),
        )
        if made.left_out and not made.piece.quote_ids:
            raise Refused("publish.nothing_allowed", why=made.left_out[0].why)
        books.add_piece(made.piece)
        books.audit(user.id, "piece_derived", subject=made.piece.id, detail=f"{kind} left_out={len(made.left_out)}")
        return made


def edit(
    store: Store, user: User, piece_id: str, *, title: str, preheader: str, publish_on: date, blocks: Sequence[Block],
    expected: int, back: Sequence[Block] = (),
) -> Piece:  # fmt: skip
    """Save a changed piece. Any change takes it back to concept: an approval belongs to exactly one digest.

    `back`: blocks among them that were taken out before, as they were then.
    """
    user.require(Act.COMPOSE)
    with store.write() as books:
        piece = _open_piece(books, piece_id)
        changed = replace(
            piece, title=title, preheader=preheader, publish_on=publish_on,
            blocks=remembered(piece.blocks, blocks, back), made_by=user.id, state=PieceState.CONCEPT,
        )  # fmt: skip
        _require_new_uses(books, piece, changed)
        books.audit(user.id, "piece_edited", subject=piece_id)
        saved = books.save_piece(changed, expected=expected)
        if saved.digest != piece.digest:
            _finish_changes(books, piece_id)
        return saved


def _require_new_uses(books: Books, piece: Piece, changed: Piece) -> None:
    """Each quote that is used anew, or in another form, is asked about: a tab may be older than a withdrawal."""
    added = _uses(changed) - _uses(piece)
    stories = {quote.id: quote.story_id for quote in books.quotes(ids=sorted({quote_id for quote_id, _ in added}))}
    for story_id, form in sorted({(stories[q], form) for q, form in added if q in stories}):
        require_use(standing(books, story_id), PURPOSES[piece.kind], form, on=today())


def _uses(piece: Piece) -> set[tuple[str, Form]]:
    """Each quote of the piece in each form in which it stands there."""
    return {(b.quote_id, form) for b in piece.blocks if b.quote_id for form in forms_used(piece.kind, b.voice)}


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


def hints(store: Store, user: User, piece_id: str) -> Hints:
    """How long a piece is, and how its own sentences read."""
    _require_any(user, Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)
    with store.read() as books:
        piece = books.piece(piece_id)
        return measured(piece, evidence(books, piece))


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
        shown = "" if blocked else preview(piece, evidence(books, piece))
        return piece, shown, books.exports(piece_id)


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
