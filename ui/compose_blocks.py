"""The blocks of a piece, as fields in order. Every press here is of one form: it saves what was typed with it, and
names the row version that this tab showed, so that nobody overwrites what a colleague did meanwhile.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from desk import basket, house_files, publishing
from stories.consent import Form, Verdict
from stories.model import Block, BlockKind, Piece, PieceKind, Voice, digest_of
from stories.products import HouseFile, form_of
from stories.words import say
from ui import compose_files, compose_preview, compose_sounds, compose_undo
from ui.compose_preview import Finding
from ui.parts import badge, plain, small, told_plainly
from ui.state import choose, chosen, next_turn, turn
from ui.visit import Visit

INSERT_AT = "na"
"""In the address: after which block something comes. `-1`: before the first."""

ONE_LINE = (BlockKind.HEADING, BlockKind.CALL_TO_ACTION, BlockKind.ON_SCREEN_TEXT, BlockKind.MUSIC)
SELF_EVIDENT = (BlockKind.HEADING, BlockKind.NARRATION, BlockKind.HELPLINE, BlockKind.NOTE)
"""Kinds whose name above the field says what belongs in it."""

TOLD = (BlockKind.QUOTE, BlockKind.CLIP)

Forms = Mapping[str, Mapping[Form, Verdict]]


@dataclass(frozen=True, slots=True)
class _Pressed:
    """What was pressed at which block; `block` is what comes in."""

    what: str  # up, down, out, back, more, less, in
    index: int
    block: Block | None = None


def edit(visit: Visit, piece: Piece, found: Sequence[Finding], expected: int) -> None:
    forms = publishing.forms_allowed(
        visit.store, visit.staff, (*piece.quote_ids, *compose_undo.quotes_taken(piece)), piece.kind, on=piece.publish_on
    )
    taken = compose_undo.taken(piece, forms)
    files = house_files.files(visit.store, visit.staff)
    name = f"stuk_{piece.id}"
    # Fields are of one arrangement: when a colleague moved blocks meanwhile, no words land in another block.
    arranged = digest_of([[block.kind, block.quote_id] for block in piece.blocks])[:8]
    key = f"{turn(name)}_{arranged}"
    with st.form("stuk_bewerken", border=False, enter_to_submit=False):
        problem = st.container()
        title = st.text_input(say("ui.piece_title"), value=piece.title, key=f"stuk_titel_{key}")
        preheader = st.text_input(say("ui.piece_preheader"), value=piece.preheader, key=f"stuk_regel_{key}")
        when = st.date_input(say("ui.piece_when"), value=piece.publish_on, format="DD-MM-YYYY", key=f"stuk_dag_{key}")
        pressed = [_inserted(visit, piece, -1)]
        blocks = []
        for index, block in enumerate(piece.blocks):
            pressed.append(_put_back(taken, index))
            with st.container(key=f"kaart_blok_{index}"):
                pressed.append(_head(block, index, last=index == len(piece.blocks) - 1))
                blocks.append(_fields(visit, piece.kind, block, f"blok_{key}_{index}", forms, files))
                compose_preview.beside(found, index)
            pressed.append(_inserted(visit, piece, index))
        pressed.append(_put_back(taken, len(piece.blocks)))
        with st.container(key="bewaar"):
            save = st.form_submit_button(say("ui.piece_save"), type="primary", key="stuk_bewaren")
    done = next((one for one in pressed if one is not None), None)
    if not save and done is None:
        return
    with problem, told_plainly():
        publishing.edit(
            visit.store, visit.staff, piece.id, title=title, preheader=preheader, publish_on=when,
            blocks=_arranged(blocks, done), expected=expected, back=[block for _, block in taken],
        )  # fmt: skip
        _remember(piece, blocks, done, taken)
        choose(INSERT_AT, str(done.index) if done is not None and done.what == "more" else None)
        next_turn(name)
        st.rerun()


def _put_back(taken: compose_undo.Taken, index: int) -> _Pressed | None:
    """Before the block that stands there now: the last one that was taken out there."""
    at, block = taken[-1] if taken else (-1, None)
    return _Pressed("back", at, block) if block is not None and at == index and compose_undo.row(block) else None


def _remember(piece: Piece, blocks: Sequence[Block], done: _Pressed | None, taken: compose_undo.Taken) -> None:
    """For the next run: what can be put back, and where the keyboard goes."""
    if done is None:
        compose_undo.forget(piece)
    elif done.block is not None or blocks:
        block = done.block or blocks[done.index]
        if done.what == "out" and block.text != piece.blocks[done.index].text:
            block = replace(block, drafted=False, lost=())
        compose_undo.after(piece, done.what, done.index, block, taken)


def _arranged(blocks: Sequence[Block], done: _Pressed | None) -> list[Block]:
    """The blocks after what was pressed."""
    now = list(blocks)
    match done:
        case _Pressed("up", at):
            now.insert(at - 1, now.pop(at))
        case _Pressed("down", at):
            now.insert(at + 1, now.pop(at))
        case _Pressed("out", at):
            del now[at]
        case _Pressed("back", at, Block() as block):
            now.insert(at, block)
        case _Pressed("in", at, Block() as block):
            now.insert(at + 1, block)
    return now


def _head(block: Block, index: int, *, last: bool) -> _Pressed | None:
    """What kind of block it is, and what can be done with it as a whole."""
    drafted = badge(say("compose.drafted"), "warn") if block.drafted else ""
    label = html.escape(say("compose.block", number=index + 1, kind=say(f"compose.block_{block.kind}")))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"blokkop_{index}"):
        st.html(f"<div class='vp-badges'><b>{label}</b>{drafted}</div>")
        pressed = [
            _Pressed(what, index)
            for what, off in (("up", index == 0), ("down", last), ("more", False), ("out", False))
            if st.form_submit_button(say(f"compose.{what}"), key=f"blok_{what}_{index}", type="tertiary", disabled=off)
        ]
    return pressed[0] if pressed else None


def _fields(visit: Visit, kind: PieceKind, block: Block, key: str, forms: Forms, files: Sequence[HouseFile]) -> Block:
    """The words of a block, and what else belongs to its kind."""
    label = say(f"compose.words_{block.kind}")
    seen: Literal["visible", "collapsed"] = "collapsed" if block.kind in SELF_EVIDENT else "visible"
    if block.kind in ONE_LINE:
        text = st.text_input(label, value=block.text, key=key, label_visibility=seen)
    else:
        text = st.text_area(label, value=block.text, key=key, height="content", label_visibility=seen)
    block = replace(block, text=text or "")
    if block.kind is BlockKind.CALL_TO_ACTION:
        block = replace(block, url=st.text_input(say("compose.url"), value=block.url or "", key=f"{key}_url") or None)
    if block.kind is BlockKind.VISUAL:
        block = replace(block, alt=st.text_input(say("compose.alt"), value=block.alt, key=f"{key}_alt"))
    if block.kind not in TOLD:
        return compose_files.chosen_file(files, kind, block, key)
    told = _in_form(block, key, forms.get(block.quote_id or "", {}))
    return compose_sounds.chosen_sound(visit, told, key) if told.kind is BlockKind.CLIP else told


def _in_form(block: Block, key: str, verdicts: Mapping[Form, Verdict]) -> Block:
    """To read or to hear, and in which voice: as far as the teller allows it, and as it is now."""
    now = form_of(block)
    allowed = [form for form, verdict in verdicts.items() if verdict or form is now]
    options = allowed if now in allowed else [now, *allowed]
    if len(options) == 1:
        small(say("compose.only_form", form=say(f"compose.form_{now}")))
        return block
    form = st.selectbox(
        say("compose.form"), options, index=options.index(now), format_func=lambda one: say(f"compose.form_{one}"),
        key=f"{key}_vorm",
    )  # fmt: skip
    if form is now:
        return block
    voice = None if form is Form.TEKST else Voice(form)
    return replace(block, kind=BlockKind.CLIP if voice else BlockKind.QUOTE, voice=voice, clip_id=None)


def _inserted(visit: Visit, piece: Piece, index: int) -> _Pressed | None:
    """What can come after this block, once that was asked."""
    if chosen(INSERT_AT) != str(index) and piece.blocks:
        return None
    mine = basket.basket(visit.store, visit.staff)
    fitting = [basket.block_of(row, piece.kind) for row in mine.rows if basket.goes_into(row, piece.kind)]
    with st.container(key="kaart_erbij"):
        st.html(f"<b>{html.escape(say('compose.insert_what'))}</b>")
        with st.container(horizontal=True, gap="small"):
            pressed = [
                _Pressed("in", index, Block(kind, ""))
                for kind in BlockKind
                if kind not in TOLD and st.form_submit_button(say(f"compose.block_{kind}"), key=f"erbij_{kind}")
            ]
        st.html(f"<b>{html.escape(say('compose.insert_quote' if fitting else 'compose.insert_no_quote'))}</b>")
        pressed += [
            _Pressed("in", index, block)
            for block in fitting
            if st.form_submit_button(plain(_short(block.text)), key=f"erbij_{block.quote_id}")
        ]
        if st.form_submit_button(say("compose.less"), key="erbij_niet", type="tertiary"):
            pressed.append(_Pressed("less", index))
    return pressed[0] if pressed else None


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:87] + "..."
