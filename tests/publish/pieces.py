"""Builders for the tests of publish: released stories, their quotes, and a piece that may go out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from publish.evidence import Evidence, Leaks, StoryEvidence
from publish.quotes import cut
from stories.consent import Consent, ConsentEvent, Form, Notice, Outcome, Party, Purpose, Way, required_parties
from stories.model import (
    AgeBand,
    Approval,
    Block,
    BlockKind,
    CleanText,
    Piece,
    PieceKind,
    Quote,
    Story,
    StoryKind,
    StoryVersion,
    Teller,
    TellerRole,
)
from stories.products import FileKind, HouseFile
from stories.stages import Stage, State

TODAY = date(2026, 2, 2)
PUBLISH_ON = date(2026, 2, 14)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
NOTICE = Notice("toestemming", 1, "nl", "0" * 64)

PARENT = Teller(TellerRole.OUDER, AgeBand.ADULT)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)
YOUNG = Teller(TellerRole.JONGERE, AgeBand.FROM_16)

TENT = (
    "Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld. "
    "Mijn dochter [naam 1] zat steeds vaker voor het raam. Ze dacht dat haar vriendinnen haar waren vergeten. "
    "Er zit nu een nieuwe batterij in de bel."
)
TROMMEL = (
    "Een lege trommel weegt bijna niks. Dat voelt iedereen die hem even optilt. Daarom deed ik er een boekje in. "
    "De volgende dag stond er brood op de kast. Het was voor iedereen, ook voor kinderen met een volle trommel."
)


def said(story_id: str, party: Party, purpose: Purpose, outcome: Outcome = Outcome.JA, **more: object) -> ConsentEvent:
    form = Form.TEKST if purpose is Purpose.NIEUWSBRIEF else None
    fields: dict[str, object] = {
        "id": f"e-{story_id}-{party}-{purpose}-{outcome}",
        "story_id": story_id,
        "at": NOON,
        "party": party,
        "purpose": purpose,
        "outcome": outcome,
        "notice": NOTICE,
        "way": Way.SCHERM,
        "recorded_by": "u-worker",
        "form": form,
        **more,
    }
    return ConsentEvent(**fields)  # type: ignore[arg-type]


def full_consent(story_id: str, teller: Teller) -> Consent:
    purposes = (Purpose.VERWERKEN, Purpose.NIEUWSBRIEF)
    return Consent(teller, tuple(said(story_id, p, purpose) for p in required_parties(teller) for purpose in purposes))


def approves(subject: str, digest: str, by: str = "u-vrijgever", role: str = "vrijgever") -> Approval:
    return Approval(subject, digest, by, NOON, role)


def released(story_id: str, text: str, teller: Teller = PARENT, **changes: object) -> StoryEvidence:
    """A released story with everybody's yes to the newsletter as text."""
    labels = tuple(found.span() for found in re.finditer(r"\[[^\]]*\d\]", text))
    version = StoryVersion(story_id, 2, CleanText(text, "0" * 64, labels), "u-redacteur", NOON)
    story = Story(
        story_id, StoryKind.AUDIO, teller, Stage.TAGGED, State.VRIJGEGEVEN, NOON, taken_by="u-worker", version=2
    )
    roles = ("vrijgever", "nagelezen") if teller.age_band.needs_representative else ("vrijgever",)
    approvals = tuple(approves(story_id, version.digest, role=role) for role in roles)
    known = StoryEvidence(story, full_consent(story_id, teller), version, approvals)
    return replace(known, **changes)  # type: ignore[arg-type]


def quote_of(known: StoryEvidence, words: str, quote_id: str, listened: bool = True) -> Quote:
    start = known.version.clean.text.index(words)
    quote = cut(known.version, start, start + len(words), made_by="u-redacteur", listened=listened)
    return replace(quote, id=quote_id)


def house_file(kind: FileKind, file_id: str = "h1", credit: str = "") -> HouseFile:
    return HouseFile(
        file_id, kind, "naam van het huis", credit, "0" * 64, 0 if kind is FileKind.BEELD else 9_000, "u1", NOON
    )


def leaks_of(*names: str) -> Leaks:
    """A residual check that knows these names: whole words, any case."""
    patterns = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in names]

    def leaks(texts: Mapping[str, str]) -> list[str]:
        return [place for place, text in texts.items() for pattern in patterns if pattern.search(text)]

    return leaks


def a_piece(**changes: object) -> Piece:
    """A newsletter with one quote of a parent, one of a child, and one paraphrase."""
    piece = Piece(
        id="p1",
        kind=PieceKind.NIEUWSBRIEF,
        title="De deurbel doet het weer",
        publish_on=PUBLISH_ON,
        made_by="u-communicatie",
        preheader="Drie verhalen over geld, schaamte en iemand die gewoon belt.",
        blocks=(
            Block(BlockKind.NOTE, "Foto nog vragen. Gaat niet mee."),
            Block(
                BlockKind.NARRATION,
                "Hoe is het om op te groeien met weinig geld? Dat weten de mensen die het meemaken het best. "
                "In deze nieuwsbrief leest u wat zij ons vertelden.",
            ),
            Block(BlockKind.HEADING, "Stil aan de deur"),
            Block(
                BlockKind.NARRATION,
                "Achter een gesloten deur is het niet altijd rustig.\n\nEen ouder vertelt hoe de post in een la "
                "verdween.\nEn wie de la weer opende.",
            ),
            Block(
                BlockKind.QUOTE,
                "Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld.",
                quote_id="q1",
            ),
            Block(BlockKind.QUOTE, "Mijn dochter (...) zat steeds vaker voor het raam.", quote_id="q2"),
            Block(BlockKind.HEADING, "Een boekje in de trommel"),
            Block(
                BlockKind.QUOTE,
                "Een lege trommel [een broodtrommel] weegt bijna niks. (...) Daarom deed ik er een boekje in.",
                quote_id="q3",
            ),
            Block(BlockKind.HEADING, "Wat kunt u doen?"),
            Block(
                BlockKind.NARRATION, "Praat hierover met uw collega's. Wat helpt kinderen en ouders bij u in de buurt?"
            ),
            Block(BlockKind.CALL_TO_ACTION, "Praat mee", url="https://vertelpunt.example/meedoen?bron=brief&nr=1"),
            Block(BlockKind.HELPLINE, "Kindertelefoon: 0800-0432 (gratis). Voor kinderen die willen praten."),
            Block(BlockKind.HELPLINE, "Geldfit: 0800-8115 (gratis). Voor vragen over geld."),
        ),
    )
    return replace(piece, **changes)  # type: ignore[arg-type]


def the_evidence(piece: Piece | None = None, *, names: tuple[str, ...] = (), **changes: object) -> Evidence:
    """Evidence with which `a_piece()` passes the gate."""
    piece = piece or a_piece()
    parent, child = released("s1", TENT), released("s2", TROMMEL, CHILD)
    quotes = (
        quote_of(parent, "Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld.", "q1"),
        quote_of(parent, "Mijn dochter [naam 1] zat steeds vaker voor het raam.", "q2", listened=False),
        quote_of(
            child,
            TROMMEL.partition(" De volgende")[0],
            "q3",
        ),
    )
    evidence = Evidence(
        quotes={quote.id: quote for quote in quotes},
        stories={known.story.id: known for known in (parent, child)},
        leaks=leaks_of(*names),
        piece_approvals=(approves(piece.id, piece.digest),),
    )
    return replace(evidence, **changes)  # type: ignore[arg-type]


def with_story(evidence: Evidence, story_id: str, **changes: object) -> Evidence:
    """The same evidence, with one story changed."""
    known = replace(evidence.stories[story_id], **changes)  # type: ignore[arg-type]
    return replace(evidence, stories={**evidence.stories, story_id: known})
