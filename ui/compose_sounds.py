"""What is heard in a block besides its words: which clip of a quote, and how far that one is."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from desk import clips
from desk.clips import ClipState, Seen
from stories.errors import VertelpuntError
from stories.model import Block
from stories.words import say
from ui.parts import day, small, told_apart
from ui.visit import Visit


def chosen_sound(visit: Visit, block: Block, key: str) -> Block:
    """The block with the clip that is chosen. First that is the one it has, else the newest that is ready."""
    assert block.quote_id is not None
    try:
        sheet = clips.seen(visit.store, visit.staff, block.quote_id)
    except VertelpuntError as error:  # the story was stopped, or erased: the gate says what to do
        small(error.message)
        return block
    known = {
        seen.clip.id: seen
        for seen in reversed(sheet.clips)
        if seen.clip.voice is block.voice and seen.state is not ClipState.VEROUDERD
    }
    if known:
        ready = next((id for id, seen in known.items() if seen.state is ClipState.KLAAR), "")
        names = told_apart({"": say("compose.sound_none")} | {id: _named(seen) for id, seen in known.items()})
        options = list(names)
        now = block.clip_id if block.clip_id in known else ready
        picked = st.selectbox(
            say("compose.sound"), options, index=options.index(now), key=f"{key}_geluid_{block.voice}",
            format_func=lambda id: names[id],
        )  # fmt: skip
        block = replace(block, clip_id=picked or None)
    else:
        small(say("compose.sound_missing"))
        block = replace(block, clip_id=None)
    link = html.escape(f"/fragmenten?citaat={block.quote_id}")
    words = html.escape(say("compose.sound_go"))
    st.html(f"<p class='vp-link'><a href='{link}' target='_blank' rel='noopener'>{words}</a></p>")
    return block


def _named(seen: Seen) -> str:
    return say(f"compose.sound_{seen.state}", day=day(seen.clip.made_at), count=len(seen.heard_by))
