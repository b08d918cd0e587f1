"""The list of what the gate stops and what it warns for, one by one; and no finding without a case in the tests."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from publish.evidence import Evidence
from publish.gate import inspect
from stories.consent import Form, Outcome, Party, Purpose, Recognisability
from stories.model import Block, BlockKind, Piece, PieceKind, Voice
from stories.products import FileKind
from stories.words import has, say
from tests.publish.pieces import PUBLISH_ON, TODAY, a_piece, approves, house_file, said, the_evidence, with_story
from tests.publish.test_publish_gate_clips import CLIP, MAKER, SAFE, SECOND, allowing, an_episode, heard

ROOT = Path(__file__).resolve().parents[2]
QUOTE = 4  # the block with q1, of s1
Case = tuple[Piece, Evidence]


def changed(index: int = QUOTE, **changes: object) -> Piece:
    blocks = list(a_piece().blocks)
    blocks[index] = replace(blocks[index], **changes)  # type: ignore[arg-type]
    return a_piece(blocks=tuple(blocks))


def of(piece: Piece, **changes: object) -> Case:
    """The piece with a yes to exactly this, and with everything else in order."""
    names = ("Pleun",) if "Pleun" in str(piece) + str(changes) else ()
    approvals = (approves(piece.id, piece.digest),)
    return piece, the_evidence(names=names, **({"piece_approvals": approvals} | changes))


def told(outcome: Outcome, **more: object) -> Case:
    """What the teller said last about the newsletter."""
    evidence = the_evidence()
    last = said("s1", Party.TELLER, Purpose.NIEUWSBRIEF, outcome, **more)
    return a_piece(), with_story(evidence, "s1", consent=evidence.stories["s1"].consent.plus(last))


def nobody_asked() -> Case:
    evidence = the_evidence()
    consent = evidence.stories["s1"].consent
    kept = tuple(event for event in consent.events if event.purpose is Purpose.VERWERKEN)
    return a_piece(), with_story(evidence, "s1", consent=replace(consent, events=kept))


def newer_version() -> Case:
    """The same text as the quotes are of, released once more."""
    evidence = the_evidence()
    known = evidence.stories["s1"]
    version = replace(known.version, number=3)
    yes = tuple(replace(one, digest=version.digest) for one in known.approvals)
    return a_piece(), with_story(evidence, "s1", version=version, approvals=yes)


def heard_by(*people: str, redaction: str = SAFE) -> Case:
    piece = an_episode()
    return piece, allowing(piece, Form.VERVORMDE_STEM, clip=heard(CLIP, *people), redaction=redaction)


def seen_by_the_teller(days_ago: int) -> Case:
    piece, evidence = heard_by(MAKER, SECOND)
    released, seen = evidence.piece_approvals
    return piece, replace(evidence, piece_approvals=(released, replace(seen, at=seen.at - timedelta(days=days_ago))))


def unknown_quote() -> Case:
    evidence = the_evidence()
    return a_piece(), replace(evidence, quotes={key: one for key, one in evidence.quotes.items() if key != "q3"})


def spoken_fast() -> Case:
    piece, evidence = heard_by(MAKER, SECOND)
    block = replace(piece.blocks[0], voice=Voice.VERVORMD)
    piece = replace(piece, kind=PieceKind.VLOG, blocks=(block, *piece.blocks[1:]))
    return piece, replace(evidence, clips={"f1": heard(replace(CLIP, duration_ms=1_000), MAKER, SECOND)})


def many_quotes() -> Case:
    evidence = the_evidence()
    return a_piece(), with_story(evidence, "s1", public_quotes=frozenset({"q7", "q8"}))


def extra(kind: BlockKind, text: str, **more: object) -> Piece:
    return a_piece(blocks=(*a_piece().blocks, Block(kind, text, **more)))  # type: ignore[arg-type]


PICTURE = house_file(FileKind.BEELD)
ENDS = PUBLISH_ON - timedelta(days=1)
STOPS: dict[str, tuple[str, Callable[[], Case]]] = {
    "consent is missing": ("consent_no_answer", nobody_asked),
    "consent was withdrawn": ("consent_withdrawn", lambda: told(Outcome.INGETROKKEN)),
    "consent ends before the day of publication": ("consent_expired", lambda: told(Outcome.JA, valid_until=ENDS)),
    "the teller is more recognisable than they agreed to": (
        "consent_too_recognisable",
        lambda: (a_piece(), with_story(the_evidence(), "s1", use=Recognisability.SCHUILNAAM)),
    ),
    "the story has a newer version": ("quote_outdated", newer_version),
    "a quote was changed": ("quote_changed", lambda: of(changed(text="Ik had de batterij eruit gehaald."))),
    "a negation was lost": (
        "quote_negation_lost",
        lambda: of(changed(text="Ik heb de batterij uit de deurbel gehaald. Dan kon er (...) komen voor geld.")),
    ),
    "a quote has no source": ("quote_without_source", unknown_quote),
    "words between quotation marks have no source": (
        "words_without_source",
        lambda: of(changed(1, text="Zij zei: “Wij hebben hier nooit om gevraagd”.")),
    ),
    "words in the title have no source": (
        "title_without_source", lambda: of(a_piece(title="“Wij hebben hier nooit om gevraagd”")),
    ),
    "the teller saw it too long ago": ("last_word_old", lambda: seen_by_the_teller(days_ago=300)),
    "nobody heard a clip": ("clip_not_heard", heard_by),
    "no second person heard a clip": ("clip_heard_once", lambda: heard_by(MAKER)),
    "the redaction is older than the transcript": (
        "clip_redaction_missing", lambda: heard_by(MAKER, SECOND, redaction=""),
    ),
    "a clip is of an older redaction": ("clip_redaction_old", lambda: heard_by(MAKER, SECOND, redaction="6" * 64)),
    "nobody approved exactly this": ("piece_not_approved", lambda: of(a_piece(title="Anders"), piece_approvals=())),
    "a name in the title": ("leak_in_title", lambda: of(a_piece(title="Voor Pleun"))),
    "a name in the preheader": ("leak_in_preheader", lambda: of(a_piece(preheader="Pleun vertelt"))),
    "a name in a text": ("leak_in_block", lambda: of(changed(2, text="Stil bij Pleun"))),
    "a name in an alt text": ("leak_in_block", lambda: of(extra(BlockKind.VISUAL, "Deur", alt="De deur van Pleun"))),
    "a name in the name of a file": (
        "leak_in_file",
        lambda: of(
            extra(BlockKind.VISUAL, "Deur", alt="Een deur", file_id="h1"),
            files={"h1": replace(PICTURE, name="deur-pleun Pleun")},
        ),
    ),
    "a name in the thanks for a file": (
        "leak_in_file",
        lambda: of(
            extra(BlockKind.VISUAL, "Deur", alt="Een deur", file_id="h1"),
            files={"h1": replace(PICTURE, credit="Foto: Pleun")},
        ),
    ),
}  # fmt: skip
WARNS: dict[str, tuple[str, Callable[[], Case]]] = {
    "more than three public quotes of one story": ("many_quotes", many_quotes),
    "a sentence that is hard to read": (
        "long_sentence", lambda: of(changed(3, text="Dit is een zin " + "die door gaat " * 8)),
    ),
    "words that go by too fast": ("fast_words", spoken_fast),
    "a piece that is too long": ("long_piece", lambda: of(changed(3, text="Kort. " * 800))),
    "a picture without alt text": (
        "no_alt", lambda: of(extra(BlockKind.VISUAL, "Deur", file_id="h1"), files={"h1": PICTURE}),
    ),
    "no helpline": ("no_helpline", lambda: of(a_piece(blocks=a_piece().blocks[:-2]))),
}  # fmt: skip


@pytest.mark.parametrize("what", STOPS)
def test_the_gate_stops_when(what: str) -> None:
    code, made = STOPS[what]
    piece, evidence = made()
    assert code in {finding.code for finding in inspect(piece, evidence, on=TODAY) if finding.blocks}


@pytest.mark.parametrize("what", WARNS)
def test_the_gate_warns_for(what: str) -> None:
    code, made = WARNS[what]
    piece, evidence = made()
    found = {finding.code: finding.blocks for finding in inspect(piece, evidence, on=TODAY)}
    assert found.get(code) is False


def test_the_composer_is_told_that_the_teller_will_be_asked() -> None:
    piece, evidence = heard_by(MAKER, SECOND)
    found = inspect(piece, replace(evidence, piece_approvals=()), on=TODAY, stage="compose")
    assert {finding.code: finding.blocks for finding in found} == {"last_word_asked": False}


def test_every_kind_of_block_is_there_and_has_a_name() -> None:
    kinds = {"heading", "narration", "quote", "clip", "visual", "on_screen_text", "note", "call_to_action", "helpline",
             "music"}  # fmt: skip
    assert {str(kind) for kind in BlockKind} == kinds
    assert all(say(f"compose.block_{kind}") and say(f"compose.words_{kind}") for kind in kinds)


def test_no_finding_is_without_a_case() -> None:
    """Whatever the gate can say by name is looked for somewhere in these tests."""
    said_by_name = {
        node.value
        for path in (*(ROOT / "publish").glob("gate*.py"), ROOT / "publish" / "hints.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and has(f"publish.{node.value}")
    }
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "publish").glob("test_*.py"))
    frames = {"consent_today", "consent_on_date", "months", "refused"}
    not_codes = {one for one in said_by_name if one.startswith(("step_", "through_", "approved_", "count_", "party_"))}
    missing = sorted(one for one in said_by_name - frames - not_codes if f'"{one}"' not in tests)
    assert not missing
