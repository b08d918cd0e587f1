"""The sound or picture of the house that belongs to a block: its music, its presenter, what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from stories.model import Block, BlockKind, PieceKind
from stories.products import FileKind, HouseFile
from stories.words import say
from ui.parts import minutes

SOUNDS = {
    BlockKind.MUSIC: (FileKind.INTRO, FileKind.MUZIEK, FileKind.OUTRO),
    BlockKind.NARRATION: (FileKind.PRESENTATIE,),
}
HEARD_IN = (PieceKind.PODCAST, PieceKind.VLOG)


def chosen_file(files: Sequence[HouseFile], kind: PieceKind, block: Block, key: str) -> Block:
    """The block with the file that is chosen for it; as it is where nothing fits it."""
    if block.kind is BlockKind.VISUAL:
        wanted: tuple[FileKind, ...] = (FileKind.BEELD,)
    else:
        wanted = SOUNDS.get(block.kind, ()) if kind in HEARD_IN else ()
    named = {file.id: _named(file) for file in files if file.kind in wanted}
    if block.file_id and block.file_id not in named:
        named[block.file_id] = say("house_files.compose_gone")
    if not named:
        return block
    options = ["", *named]
    picked = st.selectbox(
        say(f"house_files.compose_{block.kind}"), options, index=options.index(block.file_id or ""),
        format_func=lambda one: named.get(one, say("house_files.compose_none")), key=f"{key}_bestand",
    )  # fmt: skip
    return replace(block, file_id=picked or None)


def _named(file: HouseFile) -> str:
    length = f", {minutes(file.duration_ms)}" if file.duration_ms else ""
    return f"{say(f'house_files.kind_{file.kind}')}: {file.name}{length}"
