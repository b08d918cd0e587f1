"""No bundle of any kind holds a sealed name, wherever it was typed: the check reads the finished files themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.consent import Form, required_parties
from stories.errors import GateRefused, InputRefused, Refused
from stories.model import Block, BlockKind, PieceKind
from stories.products import PURPOSES
from tests.publish.leaving import exported, words_in
from tests.publish.pieces import a_piece, approves, leaks_of, said, the_evidence, with_story

KINDS = (PieceKind.NIEUWSBRIEF, PieceKind.ITEM, PieceKind.POST, PieceKind.KENNISKRING, PieceKind.VLOG)
NAME = st.text(alphabet="abdeéikonrstüzABKMZ", min_size=6, max_size=12).filter(str.isalpha)
HIDING = st.sampled_from(["{}", "({})", "“{}”", "<b>{}</b>", "\u200b{}", "*{}*", "_{}_", "`{}`", "&{};", "{}'s"])
BLOCKS = (
    *a_piece().blocks,
    Block(BlockKind.VISUAL, "Een lege straat", alt="Een lege straat met een lantaarn"),
    Block(BlockKind.ON_SCREEN_TEXT, "Eén op de tien"),
)
OWN = [index for index, block in enumerate(BLOCKS) if block.quote_id is None]


def piece_of(kind: PieceKind, field: object, words: str):
    blocks = list(BLOCKS)
    if isinstance(field, int):
        blocks[field] = replace(blocks[field], text=words)
    elif field == "alt":
        blocks[-2] = replace(blocks[-2], alt=words)
    changes = {field: words} if field in ("title", "preheader") else {}
    return a_piece(kind=kind, blocks=tuple(blocks), **changes)


def evidence_of(piece, name: str):
    """Everybody's yes to this kind; the name is known to the check of finished files, and not to that of typed text."""
    evidence = the_evidence(piece, piece_approvals=(approves(piece.id, piece.digest),))
    for story_id, known in evidence.stories.items():
        purpose, parties = PURPOSES[piece.kind], required_parties(known.story.teller)
        yes = [said(story_id, party, purpose, form=Form.TEKST) for party in parties]
        evidence = with_story(evidence, story_id, consent=known.consent.plus(*yes))
    finds = leaks_of(name)
    return replace(evidence, leaks=lambda texts: [p for p in finds(texts) if "." in p or p in ("manifest", "names")])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(name=NAME, hiding=HIDING, field=st.sampled_from(["title", "preheader", "alt", *OWN]))
def test_a_name_that_was_typed_anywhere_is_in_no_file_of(kind, name, hiding, field):
    piece = piece_of(kind, field, "Dit is van " + hiding.format(name) + " hier")
    try:
        made = exported(piece, evidence_of(piece, name))
    except (GateRefused, Refused, InputRefused) as refused:
        assert refused.code == "leak_in_output", "nothing else is wrong with it"
        return
    assert not leaks_of(name)({"bundle": words_in(made.data)})


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_name_it_leaves(kind):
    piece = piece_of(kind, "title", "De deurbel")
    assert exported(piece, evidence_of(piece, "Zwanenburg")).data
