"""The gate: what still stands between a piece and its readers. One pure function, asked again at every step.

`inspect` is asked in the composer, at export, again at download, and when a piece is marked as published. Each
finding says in plain Dutch whose choice or which step is missing and what to do; the ones that `blocks` cannot be
clicked away. It asks about two days: today and the day of publication.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from publish.evidence import Evidence
from publish.findings import GateFinding, Stage, blocks, dutch_date
from publish.gate_sources import about_sources
from publish.gate_stories import ASKED_AFTER_OFFER, WILL_BE_ASKED, about_stories
from publish.hints import MAX_PUBLIC_QUOTES, hints
from publish.plain import one_line, safe_link, tidy
from stories.errors import GateRefused
from stories.model import BlockKind, Piece, PieceKind, PieceState
from stories.products import FileKind
from stories.use import RELEASED, RELEASED_ALONE, released_alone, second_person_said_yes
from stories.words import say

__all__ = [
    "ASKED_AFTER_OFFER",
    "MAX_PUBLIC_QUOTES",
    "NOT_APPROVED",
    "WILL_BE_ASKED",
    "GateFinding",
    "Stage",
    "dutch_date",
    "inspect",
    "require_clear",
    "texts_of",
]

NOT_APPROVED = "piece_not_approved"
"""The one finding that only the second person can take away; the composer leaves it out."""


def inspect(piece: Piece, evidence: Evidence, *, on: date, stage: Stage = "export") -> tuple[GateFinding, ...]:
    """Everything that stands in the way of `piece` (or deserves a look) on the day `on`, hindrances first.

    With `stage="release"` the approval of the piece itself is not asked, because that is what is about to be given;
    with `stage="compose"` an akkoord of the tellers is not asked either: they are shown what has been offered.
    """
    found = [
        *_about_the_piece(piece, evidence),
        *about_sources(piece, evidence),
        *about_stories(piece, evidence, on, stage),
        *_about_names(piece, evidence),
        *(_about_approval(piece, evidence) if stage == "export" else ()),
        *hints(piece, evidence, on),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.blocks))


def require_clear(piece: Piece, evidence: Evidence, *, on: date, stage: Stage = "export") -> tuple[GateFinding, ...]:
    """The warnings, when nothing blocks; otherwise raise GateRefused `publish.refused` with what does."""
    findings = inspect(piece, evidence, on=on, stage=stage)
    hindrances = tuple(finding for finding in findings if finding.blocks)
    if hindrances:
        raise GateRefused("publish.refused", findings=hindrances, count=len(hindrances))
    return findings


def _about_the_piece(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    if piece.state is PieceState.GEBLOKKEERD:
        yield blocks("locked")
    if not one_line(piece.title):
        yield blocks("no_title")
    if not any(one_line(block.text) for block in piece.blocks if block.kind is not BlockKind.NOTE):
        yield blocks("no_text")
    sounding = any(b.kind is BlockKind.CLIP or (b.kind is BlockKind.NARRATION and b.file_id) for b in piece.blocks)
    if piece.kind is PieceKind.PODCAST and not sounding:
        yield blocks("nothing_to_hear")
    for index, block in enumerate(piece.blocks):
        if block.url and safe_link(block.url) is None:
            yield blocks("bad_link", index=index, block=index + 1)
        if block.file_id and block.kind is not BlockKind.NOTE:
            file = evidence.files.get(block.file_id)
            if file is None:
                yield blocks("file_gone", index=index, block=index + 1)
            elif (file.kind is FileKind.BEELD) != (block.kind is BlockKind.VISUAL):
                yield blocks("file_of_another_kind", index=index, block=index + 1)


def _about_approval(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    approvals, about = evidence.piece_approvals, (piece.id, piece.digest)
    if second_person_said_yes(approvals, *about, makers=[piece.made_by]) or released_alone(
        approvals, *about, since=evidence.one_person_since
    ):
        return
    given = [a for a in approvals if a.subject == piece.id and a.role in (RELEASED, RELEASED_ALONE)]
    if any(approval.digest == piece.digest for approval in given):
        yield GateFinding(NOT_APPROVED, say("publish.approved_by_maker"), True)
    elif given:
        yield GateFinding(NOT_APPROVED, say("publish.approved_before_change"), True)
    else:
        yield blocks(NOT_APPROVED)


def texts_of(piece: Piece) -> dict[str, str]:
    """Every text of a piece by the place where it stands, notes included, as a reader would see it."""
    texts = {"title": one_line(piece.title), "preheader": one_line(piece.preheader)}
    for index, block in enumerate(piece.blocks):
        texts[f"block-{index}"] = tidy(block.text)
        texts |= {f"link-{index}": tidy(block.url)} if block.url else {}
        texts |= {f"alt-{index}": tidy(block.alt)} if block.alt else {}
    return texts


def _about_names(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    """One question per place, so that the answer can say where. The text that leaks is not repeated."""
    for index, block in enumerate(piece.blocks):
        file = evidence.files.get(block.file_id or "")
        if file and evidence.leaks({"name": file.name, "credit": file.credit}):
            yield blocks("leak_in_file", index=index, block=index + 1)
    for place, text in texts_of(piece).items():
        if text and evidence.leaks({place: text}):
            kind, _, number = place.partition("-")
            if number:
                yield blocks("leak_in_block", index=int(number), block=int(number) + 1)
            else:
                yield blocks(f"leak_in_{kind}")
