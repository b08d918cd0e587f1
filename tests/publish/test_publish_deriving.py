"""The same words in another channel: only what their tellers allow there, and what is left out is named."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from publish.deriving import Derived, derive
from stories.consent import YES, Form, Verdict
from stories.model import Block, BlockKind, Piece, PieceKind, PieceState, Voice
from stories.products import SPOKEN, forms_used
from tests.publish.pieces import PUBLISH_ON

NO = Verdict("consent.no_answer", "De verteller is hier niet naar gevraagd.")
TELLERS = {"q1": "een ouder", "q2": "een kind"}


def says(*forms: Form) -> dict[Form, Verdict]:
    return {form: YES if form in forms else NO for form in (Form.TEKST, *map(Form, Voice))}


def a_script(**changes: object) -> Piece:
    blocks = (
        Block(BlockKind.NOTE, "Niet mee."),
        Block(BlockKind.HEADING, "Kop", drafted=True),
        Block(BlockKind.VISUAL, "Handen op tafel."),
        Block(BlockKind.NARRATION, "Tekst."),
        Block(BlockKind.CLIP, "Woorden een.", quote_id="q1", voice=Voice.VERVORMD, clip_id="f1"),
        Block(BlockKind.ON_SCREEN_TEXT, "Een ouder"),
        Block(BlockKind.QUOTE, "Woorden twee.", quote_id="q2"),
        Block(BlockKind.MUSIC, "Einde"),
        Block(BlockKind.HELPLINE, "Hulp."),
    )
    return Piece("p1", PieceKind.VLOG, "Titel", PUBLISH_ON, blocks, "u1", state=PieceState.GEPUBLICEERD, row_version=4)


def derived(kind: PieceKind, q1: dict[Form, Verdict], q2: dict[Form, Verdict]) -> Derived:
    return derive(a_script(), kind, allowed={"q1": q1, "q2": q2}, tellers=TELLERS, new_id="p2")


def test_what_was_heard_is_read_where_nobody_is_heard() -> None:
    made = derived(PieceKind.NIEUWSBRIEF, {Form.TEKST: YES}, {Form.TEKST: YES})
    assert [(b.kind, b.text) for b in made.piece.blocks] == [
        (BlockKind.HEADING, "Kop"), (BlockKind.NARRATION, "Tekst."), (BlockKind.QUOTE, "Woorden een."),
        (BlockKind.QUOTE, "Woorden twee."), (BlockKind.HELPLINE, "Hulp."),
    ]  # fmt: skip
    piece = made.piece
    assert (piece.id, piece.derived_from, piece.state, piece.row_version) == ("p2", "p1", PieceState.CONCEPT, 0)
    assert piece.blocks[0].drafted and not made.left_out and not made.may_be_heard


def test_what_may_not_be_used_there_is_left_out_and_named_with_the_reason() -> None:
    made = derived(PieceKind.POST, {Form.TEKST: NO}, {Form.TEKST: YES})
    assert made.piece.quote_ids == ("q2",)
    assert [(one.quote_id, one.teller, one.why) for one in made.left_out] == [("q1", "een ouder", NO.sentence)]
    note = made.piece.blocks[0]
    assert note.kind is BlockKind.NOTE and "een ouder" in note.text and NO.sentence in note.text


def test_what_the_house_said_about_whoever_is_left_out_goes_with_them() -> None:
    def part(teller: str, quote_id: str) -> tuple[Block, ...]:
        quote = Block(BlockKind.QUOTE, "Woorden.", quote_id=quote_id)
        return Block(BlockKind.HEADING, teller), Block(BlockKind.NARRATION, f"Over {teller}."), quote

    first = Block(BlockKind.NARRATION, "Begin.")
    piece = replace(a_script(), blocks=(first, *part("een", "q1"), *part("twee", "q2"), a_script().blocks[-1]))
    made = derive(
        piece, PieceKind.POST, allowed={"q1": {Form.TEKST: YES}, "q2": {Form.TEKST: NO}}, tellers=TELLERS, new_id="p2"
    )
    kept = [block.text for block in made.piece.blocks if block.kind is not BlockKind.NOTE]
    assert kept == ["Begin.", "een", "Over een.", "Woorden.", "Hulp."]


def test_a_sound_goes_along_only_in_a_form_that_is_allowed_there() -> None:
    kept = derived(PieceKind.PODCAST, says(Form.VERVORMDE_STEM), says(Form.TEKST)).piece.blocks
    assert [(b.voice, b.clip_id) for b in kept if b.quote_id] == [(Voice.VERVORMD, "f1"), (None, None)]
    other = derived(PieceKind.PODCAST, says(Form.NAGESPROKEN, Form.TEKST), says(Form.TEKST)).piece.blocks
    assert [(b.voice, b.clip_id) for b in other if b.quote_id] == [(Voice.NAGESPROKEN, None), (None, None)]
    text = derived(PieceKind.PODCAST, says(Form.TEKST), says(Form.TEKST)).piece.blocks
    assert [(b.kind, b.clip_id) for b in text if b.quote_id] == [(BlockKind.QUOTE, None)] * 2


def test_what_was_read_may_be_heard_where_that_is_allowed() -> None:
    made = derived(PieceKind.PODCAST, says(Form.TEKST), says(Form.TEKST, Form.NAGESPROKEN))
    assert made.may_be_heard == ("q2",)  # offered, not done
    only = derived(PieceKind.PODCAST, says(Form.TEKST), says(Form.EIGEN_STEM))
    assert [b.voice for b in only.piece.blocks if b.quote_id == "q2"] == [Voice.PIEP] and not only.left_out


def test_a_quote_that_is_gone_is_left_out() -> None:
    made = derive(a_script(), PieceKind.ITEM, allowed={"q2": {Form.TEKST: YES}}, tellers=TELLERS, new_id="p2")
    assert made.piece.quote_ids == ("q2",) and made.left_out[0].quote_id == "q1" and made.left_out[0].why


FORMS = st.frozensets(st.sampled_from([Form.TEKST, *map(Form, Voice)]))


@given(st.sampled_from(PieceKind), FORMS, FORMS)
def test_nothing_is_used_in_a_form_that_is_not_allowed_and_nothing_disappears_unsaid(
    kind: PieceKind, q1: frozenset[Form], q2: frozenset[Form]
) -> None:
    allowed = {"q1": q1, "q2": q2}
    if kind not in SPOKEN:
        allowed = {key: forms & {Form.TEKST} for key, forms in allowed.items()}
    made = derived(kind, says(*allowed["q1"]), says(*allowed["q2"]))
    for block in made.piece.blocks:
        assert block.quote_id is None or forms_used(kind, block.voice) <= allowed[block.quote_id]
    assert {"q1", "q2"} == set(made.piece.quote_ids) | {one.quote_id for one in made.left_out}
    assert {one.quote_id for one in made.left_out} == {key for key, forms in allowed.items() if not forms}
