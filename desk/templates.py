"""Templates of first drafts: an administrator changes them, tries them out, and takes an old version again.

shown = of(store, user, PieceKind.VLOG)
tried = try_out(store, user, PieceKind.VLOG, body)          # nothing is kept; tried.problem says what is wrong
save(store, user, PieceKind.VLOG, body, expected=shown.newest)

What the product comes with is version 1, and a next version when the product comes with a better one and nobody here
changed it. There are no four eyes on them: a draft is read by whoever makes the piece, and the gate looks at all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk.versions import MACHINE
from publish import Chosen, built_in, layout, make_draft
from stories.clock import today
from stories.errors import InputRefused, NotFound, Refused
from stories.model import Block, PieceKind, Quote, QuoteKind, Voice
from stories.people import Act, User
from stories.products import SPOKEN, Template
from stories.store import Books, Store
from stories.words import say

VALUES = layout.VALUES
"""What may stand between {{ and }}; `template.value_<name>` says what each is."""

BLOCKS = tuple(layout.BLOCKS)
"""The words that make a block; `template.block_<word>` says what each is."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version, and who made it: None for what the product came with, or who left the house."""

    number: int
    body: str
    by: User | None
    at: datetime | None
    is_built_in: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The template of one kind: `versions` newest first, there is always one."""

    kind: PieceKind
    versions: tuple[Version, ...]

    @property
    def now(self) -> Version:
        return self.versions[0]

    @property
    def newest(self) -> int:
        """What a change is based on: whoever saves has seen everything up to this number."""
        return self.now.number


@dataclass(frozen=True, slots=True)
class TriedOut:
    """What a template makes of made-up quotes; or, with a `problem`, why it would be refused, with the line."""

    problem: str = ""
    title: str = ""
    preheader: str = ""
    blocks: tuple[Block, ...] = ()


def of(store: Store, user: User, kind: PieceKind) -> Standing:
    """Every version of the template of this kind."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        people = {one.id: one for one in books.users(include_inactive=True)}
        kept = books.templates.of(kind)
        versions = [Version(t.version, t.body, people.get(t.by), t.at, t.by == MACHINE) for t in kept]
        if _lags(kept[0] if kept else None, kind):
            versions.insert(0, Version(len(kept) + 1, built_in(kind), None, None, True))
        return Standing(kind, tuple(versions))


def try_out(store: Store, user: User, kind: PieceKind, body: str) -> TriedOut:
    """What would come of this template, with made-up quotes. Nothing is kept, and nothing is raised about the body."""
    user.require(Act.EDIT_RULES)
    try:
        made = make_draft(
            layout.read(body), _made_up(kind), opgaven=[say("template.example_opgave")],
            lenses=[say("template.example_lens")], publish_on=today(), link=store.settings.call_link or EXAMPLE_LINK,
        )  # fmt: skip
    except InputRefused as refused:
        return TriedOut(problem=refused.message)
    return TriedOut("", made.title, made.preheader, made.blocks)


def save(store: Store, user: User, kind: PieceKind, body: str, *, expected: int) -> Template:
    """A new version, for every piece that is begun from now on. Raises InputRefused with the line of what is wrong,
    Refused when nothing changed, and Moved when somebody else saved meanwhile."""
    user.require(Act.EDIT_RULES)
    tried = try_out(store, user, kind, body)
    if tried.problem:
        raise InputRefused("template.refused", why=tried.problem)
    with store.write() as books:
        if current(books, kind).body == body:
            raise Refused("template.same")
        made = books.templates.add(kind, body, user.id, expected=expected)
        books.audit(user.id, "template_saved", subject=kind, detail=f"version={made.version}")
        return made


def take_again(store: Store, user: User, kind: PieceKind, number: int, *, expected: int) -> Template:
    """An older version counts again, as a new version. Raises NotFound when there is none of that number."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        found = [one for one in books.templates.of(kind) if one.version == number]
    if not found:
        raise NotFound("stories.not_found")
    return save(store, user, kind, found[0].body, expected=expected)


def current(books: Books, kind: PieceKind) -> Template:
    """The template that counts; what the product comes with is written down once it is used, so that a piece can name
    it. Asks for a transaction that writes."""
    newest = books.templates.newest(kind)
    if newest is None or _lags(newest, kind):
        return books.templates.add(kind, built_in(kind), MACHINE, expected=newest.version if newest else 0)
    return newest


EXAMPLE_LINK = "https://example.org"


def _lags(newest: Template | None, kind: PieceKind) -> bool:
    """Nobody here changed the template, and the product comes with another one than was written down."""
    return newest is None or (newest.by == MACHINE and newest.body != built_in(kind))


def _made_up(kind: PieceKind) -> list[Chosen]:
    """Two quotes of a parent and one of a child that nobody said."""
    voice = Voice.NAGESPROKEN if kind in SPOKEN else None
    texts = [say(f"template.example_quote_{number}") for number in (1, 2, 3)]
    return [
        Chosen(
            Quote(f"example-{n}", f"example-{n > 1}", 1, 0, len(text), text, QuoteKind.CITAAT, MACHINE),
            say("publish.teller_ouder" if n < 2 else "publish.teller_kind"),
            voice,
        )
        for n, text in enumerate(texts)
    ]
