"""What is heard or seen in a block besides its words: which clip of a quote, and how far that one is; which sound or
picture of the house."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from desk import clips
from desk.clips import ClipState, Seen
from stories.errors import VertelpuntError
from stories.model import Block, BlockKind, PieceKind
from stories.products import SPOKEN, FileKind, HouseFile
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


FILES = {
    BlockKind.MUSIC: (FileKind.INTRO, FileKind.OUTRO, FileKind.MUZIEK),
    BlockKind.NARRATION: (FileKind.PRESENTATIE,),
    BlockKind.VISUAL: (FileKind.BEELD,),
}
"""Which files of the house belong in which kind of block."""


def chosen_file(files: Sequence[HouseFile], block: Block, kind: PieceKind, key: str) -> Block:
    """The block with the file of the house that is chosen. Narration is read aloud only where something is heard."""
    fits = [file for file in files if file.kind in FILES.get(block.kind, ())]
    if not fits or (block.kind is BlockKind.NARRATION and kind not in SPOKEN):
        return block
    names = told_apart({"": say("compose.file_none")} | {file.id: file.name for file in fits})
    options = list(names)
    picked = st.selectbox(
        say(f"compose.file_{block.kind}"), options, format_func=lambda id: names[id], key=f"{key}_bestand",
        index=options.index(block.file_id) if block.file_id in options else 0,
    )  # fmt: skip
    return replace(block, file_id=picked or None)


def _named(seen: Seen) -> str:
    return say(f"compose.sound_{seen.state}", day=day(seen.clip.made_at), count=len(seen.heard_by))
