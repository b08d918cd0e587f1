"""Values for tests: right by default, with only what a test cares about spelled out.

story = a_story(stage=Stage.TAGGED)
with store.write() as books:
    books.add_story(story)
    books.add_consent(*a_consent(story))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from stories.consent import (
    WITHOUT_FORM,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
    required_parties,
)
from stories.model import (
    AgeBand,
    Block,
    BlockKind,
    CleanText,
    Piece,
    PieceKind,
    Quote,
    QuoteKind,
    RawText,
    Recording,
    Segment,
    Story,
    StoryKind,
    StoryVersion,
    Teller,
    TellerRole,
    Theme,
    Transcript,
    Word,
    new_id,
)
from stories.stages import Stage, State
from stories.store import Store

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When everything in tests happens, unless a test says otherwise."""

TODAY = MOMENT.date()

A_NOTICE = Notice(id="proef", version=1, language="nl", sha256=hashlib.sha256(b"proef").hexdigest())

SENTENCES = ("Wij hadden thuis weinig geld.", "Ik ging niet mee op schoolreis.", "Nu gaat het beter.")


def a_teller(
    role: TellerRole = TellerRole.OUDER, age_band: AgeBand | None = None, turns_16_on: date | None = None
) -> Teller:
    """A teller; a child is 12-15 and anybody else grown up, unless told."""
    if age_band is None:
        age_band = AgeBand.FROM_12 if role is TellerRole.KIND else AgeBand.ADULT
        if role is TellerRole.JONGERE:
            age_band = AgeBand.FROM_16
    return Teller(role, age_band, turns_16_on)


def a_story(
    *,
    stage: Stage = Stage.CAPTURED,
    state: State = State.INGEDIEND,
    kind: StoryKind = StoryKind.TEXT,
    teller: Teller | None = None,
    created_at: datetime = MOMENT,
    story_id: str | None = None,
    **changes: Any,
) -> Story:
    """A story's row. It can be added to a store as it is, at whatever stage and state."""
    return Story(
        id=story_id or new_id("s"),
        kind=kind,
        teller=teller or a_teller(),
        stage=stage,
        state=state,
        created_at=created_at,
    ).moved(**changes)


def added(store: Store, **changes: Any) -> str:
    """The id of a story that was put in the store."""
    story = a_story(**changes)
    with store.write() as books:
        books.add_story(story)
    return story.id


def a_consent(
    story: Story,
    purposes: Iterable[Purpose] = tuple(Purpose),
    *,
    forms: Sequence[Form] = tuple(Form),
    parties: Sequence[Party] | None = None,
    outcome: Outcome = Outcome.JA,
    at: datetime = MOMENT,
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
) -> tuple[ConsentEvent, ...]:
    """Yes to every chosen purpose in every chosen form, by everybody who must be asked; VERWERKEN is always there."""
    asked = tuple(parties) if parties is not None else required_parties(story.teller)
    chosen = [Purpose.VERWERKEN, *(p for p in purposes if p is not Purpose.VERWERKEN)]
    return tuple(
        ConsentEvent(
            id=new_id("c"),
            story_id=story.id,
            at=at,
            party=party,
            purpose=purpose,
            outcome=outcome,
            notice=A_NOTICE,
            way=Way.SCHERM,
            recorded_by="verteller",
            form=form,
            recognisability=recognisability,
        )
        for party in asked
        for purpose in chosen
        for form in ((None,) if purpose in WITHOUT_FORM else tuple(forms))
    )


def a_withdrawal(
    story: Story, purpose: Purpose = Purpose.VERWERKEN, *, party: Party = Party.TELLER, at: datetime = MOMENT
) -> ConsentEvent:
    return ConsentEvent(
        id=new_id("c"),
        story_id=story.id,
        at=at,
        party=party,
        purpose=purpose,
        outcome=Outcome.INGETROKKEN,
        notice=A_NOTICE,
        way=Way.SCHERM,
        recorded_by="verteller",
    )


def a_transcript(sentences: Sequence[str] = SENTENCES, *, confidence: float = 0.9) -> Transcript:
    """Each sentence two seconds long, its words evenly spread."""
    segments = []
    for number, sentence in enumerate(sentences):
        start, parts = number * 2000, sentence.split()
        step = 2000 // max(1, len(parts))
        words = tuple(Word(start + i * step, start + (i + 1) * step, part, confidence) for i, part in enumerate(parts))
        segments.append(Segment(start, start + 2000, sentence, confidence, words=words))
    return Transcript("nl", 2000 * len(segments), "proef", tuple(segments))


def a_recording(flac: bytes = b"flac", *, duration_ms: int = 6000) -> Recording:
    return Recording(hashlib.sha256(flac).hexdigest(), duration_ms, 48_000, 1, "wav")


def a_version(
    story: Story | str,
    text: str = " ".join(SENTENCES),
    *,
    number: int = 1,
    labels: tuple[tuple[int, int], ...] = (),
    themes: tuple[Theme, ...] = (Theme("meedoen", "machine", ("schoolreis",), confirmed=True),),
    made_by: str = "redacteur",
) -> StoryVersion:
    """A version whose clean text is `text`."""
    story_id = story if isinstance(story, str) else story.id
    clean = CleanText(text, RawText(text).digest, labels)
    return StoryVersion(story_id, number, clean, made_by, MOMENT, themes)


def a_quote(version: StoryVersion, text: str = SENTENCES[1], **changes: Any) -> Quote:
    """A quote of `text`, which must stand in the version's clean text."""
    start = version.clean.text.index(text)
    values: dict[str, Any] = {"kind": QuoteKind.CITAAT, "made_by": "redacteur"} | changes
    return Quote(
        id=new_id("q"),
        story_id=version.story_id,
        version=version.number,
        start=start,
        end=start + len(text),
        text=text,
        **values,
    )


def a_piece(quotes: Sequence[Quote] = (), **changes: Any) -> Piece:
    """A newsletter piece: heading, narration, then the quotes, and where to find help."""
    blocks = (
        Block(BlockKind.HEADING, "Meedoen kost geld"),
        Block(BlockKind.NARRATION, "Veel kinderen missen het schoolreisje."),
        *(Block(BlockKind.QUOTE, quote.text, quote_id=quote.id) for quote in quotes),
        Block(BlockKind.HELPLINE, "Hulp nodig? Bel de Kindertelefoon.", url="https://www.kindertelefoon.nl"),
    )
    values: dict[str, Any] = {
        "id": new_id("p"),
        "kind": PieceKind.NIEUWSBRIEF,
        "title": "Iedereen mee",
        "publish_on": date(2026, 4, 1),
        "blocks": blocks,
        "made_by": "communicatie",
    }
    return Piece(**(values | changes))
