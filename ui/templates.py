"""Sjablonen: what the first draft of each kind of piece begins with. An administrator changes it, tries it out with
made-up quotes, and takes an older version again. There is nothing of a story here.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from desk import templates
from desk.templates import BLOCKS, VALUES, Standing, TriedOut, Version
from stories.model import Block, BlockKind, PieceKind
from stories.words import say
from ui.parts import act, badge, day, heading, plain, small, told_plainly
from ui.state import choose, chosen, field_text, fill_fields, flash, is_shown, next_turn, shown_before, turn
from ui.visit import Visit


def page(visit: Visit) -> None:
    heading(say("compose.templates_title"), say("compose.templates_lead"))
    kind = _kind()
    standing = templates.of(visit.store, visit.staff, kind)
    name = f"sjabloon_{kind}"
    expected = shown_before(name, standing.newest)
    _edit(visit, standing, name, expected)
    _words()
    _versions(visit, standing, name, expected)
    is_shown(name, standing.newest)


def _kind() -> PieceKind:
    """The kind that the address names, or that is chosen."""
    asked = next((kind for kind in PieceKind if kind == chosen("soort")), PieceKind.NIEUWSBRIEF)
    fill_fields({"sjabloon_soort": asked})
    return st.selectbox(
        say("compose.choose_soort"), list(PieceKind), format_func=lambda kind: say(f"compose.kind_{kind}"),
        key="sjabloon_soort", on_change=_chosen,
    )  # fmt: skip


def _chosen() -> None:
    choose("soort", field_text("sjabloon_soort"))


def _edit(visit: Visit, standing: Standing, name: str, expected: int) -> None:
    kind = standing.kind
    with st.container(key="sjabloon"), st.form("sjabloon_bewerken", border=False):
        body = st.text_area(
            say("compose.template_body", number=standing.newest), value=standing.now.body, height=520,
            key=f"{name}_{turn(name)}",
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            tries = st.form_submit_button(say("compose.template_try"), key="sjabloon_proberen")
            saves = st.form_submit_button(say("ui.piece_save"), key="sjabloon_bewaren", type="primary")
    if tries:
        _tried(templates.try_out(visit.store, visit.staff, kind, body))
    if saves:
        with told_plainly():
            made = templates.save(visit.store, visit.staff, kind, body, expected=expected)
            next_turn(name)
            flash(say("compose.template_saved", number=made.version))
            st.rerun()


def _tried(tried: TriedOut) -> None:
    """What would come of it; or why it cannot be."""
    if tried.problem:
        st.error(plain(tried.problem))
        return
    with st.container(key="kaart_proef"):
        small(say("compose.template_tried"))
        st.html(f"<h2>{html.escape(tried.title)}</h2><p class='vp-lead'>{html.escape(tried.preheader)}</p>")
        _blocks(tried.blocks)


def _blocks(blocks: Sequence[Block]) -> None:
    for block in blocks:
        text = html.escape(block.text)
        if block.kind in (BlockKind.QUOTE, BlockKind.CLIP):
            st.html(f"<blockquote class='vp-quote'>{text}</blockquote>")
        elif block.kind is BlockKind.HEADING:
            st.html(f"<h3>{text}</h3>")
        elif block.kind is BlockKind.NARRATION:
            st.html(f"<p class='vp-text'>{text}</p>")
        else:
            st.html(f"<p class='vp-text'>{badge(say(f'compose.block_{block.kind}'))} {text}</p>")


def _words() -> None:
    """What can stand in a template."""
    with st.expander(say("compose.template_words")):
        for title, room, names in (("blocks", "block", BLOCKS), ("values", "value", tuple(VALUES))):
            st.html(f"<b>{html.escape(say(f'compose.template_{title}'))}</b>")
            rows = "".join(
                f"<li><b>{html.escape(name)}</b>: {html.escape(say(f'template.{room}_{name}'))}</li>" for name in names
            )
            st.html(f"<ul class='vp-list'>{rows}</ul>")


def _versions(visit: Visit, standing: Standing, name: str, expected: int) -> None:
    older = standing.versions[1:]
    if not older:
        return
    with st.expander(say("compose.template_older", count=len(older))):
        for version in older:
            with st.container(key=f"kaart_versie_{version.number}"):
                st.html(f"<b>{html.escape(_made(version))}</b>")
                st.html(f"<pre class='vp-small'>{html.escape(version.body)}</pre>")
                act(
                    say("compose.template_again"),
                    partial(_again, visit, standing.kind, name, version.number, expected),
                    say("compose.template_saved", number=standing.newest + 1), key=f"weer_{version.number}",
                )  # fmt: skip


def _again(visit: Visit, kind: PieceKind, name: str, number: int, expected: int) -> None:
    templates.take_again(visit.store, visit.staff, kind, number, expected=expected)
    next_turn(name)


def _made(version: Version) -> str:
    """Which one it is, and of whom: "Versie 2, 3 mrt 2026, Noor"."""
    if version.is_built_in:
        return say("compose.template_built_in", number=version.number)
    who = version.by.name if version.by else say("audit.nobody")
    when = day(version.at) if version.at else ""
    return say("compose.template_version", number=version.number, day=when, who=who)
