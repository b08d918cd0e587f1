"""The gate says what the one question says: every row of its table, as a finding in a piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from publish.evidence import Evidence, StoryEvidence
from publish.gate import NOT_APPROVED, WILL_BE_ASKED, GateFinding, inspect, require_clear
from publish.quotes import cut
from stories.consent import Form, Outcome, Party, Purpose, Recognisability
from stories.errors import GateRefused
from stories.lastword import LastWord
from stories.model import Approval, Block, BlockKind, Piece, PieceKind
from stories.use import Product, Standing
from tests.publish.pieces import TODAY, a_piece, approves, leaks_of, said, the_evidence, with_story
from tests.stories.sayings import DAY
from tests.stories.test_stories_use import ROWS, SEEN_FIRST, THIS, told

TEXT_ROWS = [row for row in ROWS if row[2].get("form") in (None, Form.TEKST)]
"""A newsletter uses text."""


def a_piece_of(standing: Standing) -> tuple[Piece, Evidence]:
    """A piece with one quote of this story, and nothing else to find fault with."""
    text = standing.version.clean.text
    quote = replace(cut(standing.version, 0, len(text), made_by="u1", listened=True), id="q1")
    blocks = (Block(BlockKind.QUOTE, quote.text, quote_id="q1"), Block(BlockKind.HELPLINE, "Hulp: 0800-0432"))
    piece = Piece("p1", PieceKind.NIEUWSBRIEF, "Weinig geld", DAY, blocks, "u1", preheader="Een verhaal.")
    known = StoryEvidence.of(standing)
    return piece, Evidence({"q1": quote}, {"v1": known}, leaks_of(), (approves("p1", piece.digest, by="u2"),))


def of_this_piece(product: Product, piece: Piece) -> tuple[Approval, ...]:
    return tuple(replace(a, digest=piece.digest if a.digest == THIS else a.digest) for a in product.approvals)


@pytest.mark.parametrize(("standing", "asked", "code"), [r[1:] for r in TEXT_ROWS], ids=[r[0] for r in TEXT_ROWS])
def test_the_gate_says_what_the_question_says(standing: Standing, asked: dict[str, Any], code: str | None) -> None:
    on, product = asked.get("on", DAY), asked.get("product")
    piece, evidence = a_piece_of(standing)
    use = asked.get("recognisability", Recognisability.ONHERKENBAAR)
    evidence = replace(
        evidence,
        stories={"v1": StoryEvidence.of(standing, use=use)},
        piece_approvals=evidence.piece_approvals + (of_this_piece(product, piece) if product else ()),
    )
    stage = "export" if product else "compose"  # before it is offered there is nothing to have a last word on
    found = [finding for finding in inspect(piece, evidence, on=on, stage=stage) if finding.blocks]
    expected = [code.replace("consent.", "consent_").removeprefix("use.")] if code else []
    assert [(f.code, f.story_id, f.block_index) for f in found] == [(name, "v1", 0) for name in expected]
    assert all(f.sentence.endswith(".") and "blok 1" in f.sentence for f in found)


def found_in(standing: Standing, product: Product, stage: str) -> list[tuple[str, bool]]:
    piece, evidence = a_piece_of(standing)
    evidence = replace(evidence, piece_approvals=of_this_piece(product, piece))
    return [(f.code, f.blocks) for f in inspect(piece, evidence, on=DAY, stage=stage)]  # type: ignore[arg-type]


def test_a_piece_is_offered_before_its_tellers_can_see_it_and_released_after() -> None:
    assert found_in(SEEN_FIRST, told(), "compose") == [(WILL_BE_ASKED, False)]
    assert found_in(SEEN_FIRST, told(), "release") == [("last_word_missing", True)]
    assert found_in(SEEN_FIRST, told(), "export") == [("last_word_missing", True), (NOT_APPROVED, True)]
    assert found_in(SEEN_FIRST, told((LastWord.AKKOORD, THIS)), "release") == []


@pytest.mark.parametrize("word", [LastWord.ANDERS, LastWord.STOP])
def test_a_teller_who_says_no_stops_the_piece_at_every_stage(word: LastWord) -> None:
    code = {LastWord.ANDERS: "last_word_changes", LastWord.STOP: "last_word_stop"}[word]
    for stage in ("compose", "release"):
        assert found_in(SEEN_FIRST, told((word, THIS)), stage) == [(code, True)]


def test_the_finding_says_whose_word_is_missing_and_what_to_do() -> None:
    piece = a_piece()
    evidence = with_story(the_evidence(), "s2", preview=True)
    (finding,) = [f for f in inspect(piece, evidence, on=TODAY) if f.blocks]
    assert finding.story_id == "s2" and finding.block_index == 7
    assert "een kind van de basisschool" in finding.sentence and "blok 8" in finding.sentence
    assert "de ouder of voogd en het kind zelf, via de ervaringswerker" in finding.sentence


def _one(evidence: Evidence) -> GateFinding:
    with pytest.raises(GateRefused) as refused:
        require_clear(a_piece(), evidence, on=TODAY)
    (finding,) = refused.value.findings
    assert isinstance(finding, GateFinding)
    return finding


def test_special_words_without_a_yes_say_whom_to_ask_or_what_to_take_away() -> None:
    evidence = with_story(the_evidence(), "s2", special=True)
    finding = _one(evidence)
    assert finding.code == "consent_special_not_allowed" and finding.story_id == "s2"
    assert "Laat de redactie die woorden weghalen, of vraag het aan de ouder of voogd, via" in finding.sentence
    known = evidence.stories["s2"].consent
    refused = said("s2", Party.VERTEGENWOORDIGER, Purpose.BIJZONDER, Outcome.NEE)
    finding = _one(with_story(evidence, "s2", consent=known.plus(refused)))
    assert finding.code == "consent_special_refused" and "haal deze citaten weg" in finding.sentence
    allowed = said("s2", Party.VERTEGENWOORDIGER, Purpose.BIJZONDER)
    require_clear(a_piece(), with_story(evidence, "s2", consent=known.plus(allowed)), on=TODAY)
