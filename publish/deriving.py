"""A piece for another channel: the same words, as far as their tellers allow them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from publish.remembering import remembered
from stories.consent import Form, Verdict
from stories.model import Block, BlockKind, Piece, PieceKind, PieceState, Voice
from stories.products import SAFEST_FIRST, SPOKEN
from stories.words import say

Allowed = Mapping[str, Mapping[Form, Verdict]]
"""Of each quote by its id: what its teller says to each form in the new channel."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A quote that may not be used in the new channel, and why in one Dutch sentence."""

    quote_id: str
    teller: str
    why: str


@dataclass(frozen=True, slots=True)
class Derived:
    """The new concept, what was left out of it, and the quotes (by id) that may be heard there but are read now."""

    piece: Piece
    left_out: tuple[LeftOut, ...] = ()
    may_be_heard: tuple[str, ...] = ()


def derive(piece: Piece, kind: PieceKind, *, allowed: Allowed, tellers: Mapping[str, str], new_id: str) -> Derived:
    """A concept of `kind` with the headings, narration, helplines and words of tellers of `piece`.

    A clip becomes a quote where nobody is heard. A quote stays one where it may be read, and becomes a clip without a
    sound yet where its teller may only be heard. A part under a heading of which every quote is left out goes with
    them. `tellers`: the role of each quote's teller.
    """
    blocks, left_out = list[Block](), dict[str, LeftOut]()
    for section in _sections(piece.blocks):
        told = {i: _told(b, kind, allowed.get(b.quote_id, {})) for i, b in enumerate(section) if b.quote_id}
        for block in (section[i] for i, kept in told.items() if kept is None):
            quote_id = block.quote_id or ""
            why = allowed[quote_id][Form.TEKST].sentence if quote_id in allowed else say("publish.gone")
            left_out[quote_id] = LeftOut(quote_id, tellers.get(quote_id, ""), why)
        is_empty = bool(told) and not any(told.values())  # what the house says there is about whoever is left out
        for i, block in enumerate(section):
            kept = told.get(i) if block.quote_id else block if _fits(block, kind, alone=is_empty) else None
            blocks += [kept] if kept else []
    heard = [
        block.quote_id for block in blocks
        if block.kind is BlockKind.QUOTE and block.quote_id and _voices(allowed[block.quote_id])
    ]  # fmt: skip
    made = replace(
        piece, id=new_id, kind=kind, blocks=(*_notes(left_out.values()), *remembered(piece.blocks, blocks)),
        state=PieceState.CONCEPT, row_version=0, derived_from=piece.id,
    )  # fmt: skip
    return Derived(made, tuple(left_out.values()), tuple(dict.fromkeys(heard)))


def _sections(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks by heading; what comes before the first heading is a section too."""
    found: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            found.append([])
        found[-1].append(block)
    return found


def _fits(block: Block, kind: PieceKind, *, alone: bool) -> bool:
    """Does a block of the house make sense in this kind? `alone`: the words that it stood with are left out."""
    match block.kind:
        case BlockKind.CALL_TO_ACTION | BlockKind.HELPLINE:
            return True
        case BlockKind.NOTE:
            return False
        case BlockKind.MUSIC:
            return kind in SPOKEN and not alone
        case BlockKind.ON_SCREEN_TEXT:
            return kind is PieceKind.VLOG and not alone
        case BlockKind.VISUAL:  # a script tells what to see; a picture can go along with what is read
            return (kind is PieceKind.VLOG or (kind not in SPOKEN and block.file_id is not None)) and not alone
        case _:
            return not alone


def _told(block: Block, kind: PieceKind, allowed: Mapping[Form, Verdict]) -> Block | None:
    """The block as its teller allows it there; None when they allow nothing."""
    voices = _voices(allowed)
    if block.voice in voices:
        return block
    if kind in SPOKEN and voices and (block.voice is not None or not allowed[Form.TEKST]):
        return replace(block, kind=BlockKind.CLIP, voice=voices[0], clip_id=None)
    if allowed.get(Form.TEKST):
        return replace(block, kind=BlockKind.QUOTE, voice=None, clip_id=None)
    return None


def _voices(allowed: Mapping[Form, Verdict]) -> list[Voice]:
    return [voice for voice in SAFEST_FIRST if allowed.get(Form(str(voice)))]


def _notes(left_out: Iterable[LeftOut]) -> list[Block]:
    """What was left out, for whoever makes the piece: a note is never exported."""
    return [
        Block(BlockKind.NOTE, say("publish.left_out", teller=one.teller or say("publish.somebody"), why=one.why))
        for one in left_out
    ]
