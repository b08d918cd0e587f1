"""Telling: from "wie ben je" to a story that is safely stored, with what was agreed about it.

draft = begin(store, answers, region="Oost")        # consent first, then the story's own key
receive_text(store, draft.id, "...")                # or receive_recording(store, settings, draft.id, path)
hide_names(store, draft.id, ["Samira"])
code = hand_in(store, draft.id)                     # shown once
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from capture import check_text, notices, to_flac
from capture.consent_form import Answers, answers_to_events
from stories import jobs
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Way,
    may_use,
    required_parties,
)
from stories.errors import NotFound, Refused
from stories.model import Recording, Story, StoryKind, Teller, new_id
from stories.people import Act, User
from stories.settings import Settings
from stories.stages import STOPPED, Stage, State
from stories.store import Books, Store
from stories.vault import Kind

TELLER = "verteller"
"""Actor name in the audit for whoever holds the receipt code."""


Channels = Sequence[tuple[Purpose, Form | None]]
"""What was switched on: each purpose with its form, None for purposes that publish nothing."""


def shown_notice() -> tuple[Notice, str]:
    """The notice a teller is shown now, and its text (Markdown, our own words)."""
    return notices.current()


def answers(
    teller: Teller,
    *,
    own: Outcome | None = None,
    assent: Outcome | None = None,
    representative: Outcome | None = None,
    channels: Channels = (),
) -> Answers:
    """The answers of one screen as one value."""
    allowed: dict[Purpose, frozenset[Form]] = {}
    for purpose, form in channels:
        allowed[purpose] = allowed.get(purpose, frozenset()) | (frozenset() if form is None else {form})
    return Answers(teller, allowed, own=own, assent=assent, representative=representative)


def begin(
    store: Store,
    answers: Answers,
    *,
    kind: StoryKind,
    region: str = "",
    way: Way = Way.SCHERM,
    helper: User | None = None,
    is_example: bool = False,
    now: datetime | None = None,
) -> Story:
    """Open a story: its row, its key and the consent events. Nothing is told yet.

    `helper` is the ervaringswerker who takes the story together with the teller. Raises NotAllowed for another role.
    """
    if helper is not None:
        helper.require(Act.TAKE_STORY)
    now = now or datetime.now(UTC)
    notice, _ = shown_notice()
    story = Story(
        id=new_id("v"),
        kind=kind,
        teller=answers.teller,
        stage=Stage.CAPTURED,
        state=State.CONCEPT,
        created_at=now,
        region=region,
        is_example=is_example,
        taken_by=helper.id if helper else None,
    )
    actor = helper.id if helper else TELLER
    events = answers_to_events(answers, story_id=story.id, at=now, notice=notice, way=way, recorded_by=actor)
    with store.write() as books:
        story = books.add_story(story)
        books.add_consent(*events)
        books.audit(actor, "story_begun", story_id=story.id, detail=f"{kind} events={len(events)}")
    return story


def answer_again(store: Store, story_id: str, answers: Answers, *, now: datetime | None = None) -> None:
    """The teller went back before handing in: the new answers count, and what is no longer on becomes a no."""
    now = now or datetime.now(UTC)
    decides = required_parties(answers.teller)[0]
    with store.write() as books:
        if _require_concept(books, story_id).teller != answers.teller:
            raise Refused("desk.other_teller")  # whose yes counts was fixed when the story was begun
        before = books.consent(story_id)
        events = answers_to_events(
            answers, story_id=story_id, at=now, notice=shown_notice()[0], way=Way.SCHERM, recorded_by=TELLER
        )
        on = {(event.purpose, event.form) for event in events if event.party is decides}
        dropped = {(event.purpose, event.form) for event in before.events if event.party is decides} - on
        # a parent who said yes and now "is not here" has not said no: that is a doubt, and can be answered later
        gone = {Purpose.VERWERKEN: Outcome.TWIJFEL} if answers.representative is None else {}
        noes = [
            _saying(story_id, decides, purpose, gone.get(purpose, Outcome.NEE), form, now)
            for purpose, form in sorted(dropped, key=str)
        ]
        books.add_consent(*events, *noes)
        books.audit(TELLER, "answered_again", story_id=story_id, detail=f"events={len(events) + len(noes)}")


def discard(store: Store, story_id: str) -> None:
    """The teller says no before handing in: what was begun is erased at once."""
    with store.write() as books:
        story = _require_concept(books, story_id)
        books.save(story.moved(state=State.INGETROKKEN), expected=story.row_version)
        books.erase(story_id, why="said_no")
        books.audit(TELLER, "story_erased", story_id=story_id, detail="said_no")


def receive_recording(store: Store, settings: Settings, story_id: str, upload: Path) -> Recording:
    """Check an uploaded file, convert it to the canonical FLAC and seal it. Only then is it acknowledged.

    Replaces an earlier recording of the same concept (the teller recorded again). Raises InputRefused with the
    reason in Dutch; `upload` itself is the caller's to delete.
    """
    with store.read() as books:
        _require_concept(books, story_id)
    with tempfile.TemporaryDirectory(dir=_incoming(settings)) as folder:
        flac = Path(folder) / "canonical.flac"
        recording = to_flac(upload, flac, settings)
        with flac.open("rb") as source, store.write() as books:
            story = _require_concept(books, story_id)
            books.keep_recording(story_id, recording, source)
            if story.kind is not StoryKind.AUDIO:
                books.save(story.moved(kind=StoryKind.AUDIO), expected=story.row_version)
            books.audit(TELLER, "recording_received", story_id=story_id, detail=f"ms={recording.duration_ms}")
    return recording


def receive_text(store: Store, story_id: str, text: str) -> int:
    """Check and seal a typed story; returns its number of words. Raises InputRefused."""
    raw = check_text(text)
    words = len(raw.text.split())
    with store.write() as books:
        story = _require_concept(books, story_id)
        books.keep_text(story_id, raw)
        if story.kind is not StoryKind.TEXT:
            books.save(story.moved(kind=StoryKind.TEXT), expected=story.row_version)
        books.audit(TELLER, "text_received", story_id=story_id, detail=f"words={words}")
    return words


def hide_names(store: Store, story_id: str, names: Sequence[str]) -> None:
    """Keep, sealed, the names the teller wants hidden: the intake sheet of the anonymiser."""
    wanted = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    with store.write() as books:
        _require_concept(books, story_id)
        books.keep_intake_names(story_id, wanted)


def hand_in(store: Store, story_id: str) -> str:
    """The teller is done: the story is handed in and work begins if consent allows. Returns the receipt code.

    Raises Refused when nothing was told yet.
    """
    with store.write() as books:
        story = _require_concept(books, story_id)
        told = Kind.AUDIO if story.kind is StoryKind.AUDIO else Kind.ORIGINAL_TEXT
        if not books.has(story_id, told):
            raise Refused("desk.nothing_told")
        story = books.save(story.moved(state=State.INGEDIEND), expected=story.row_version)
        code = books.new_receipt(story_id)
        books.audit(story.taken_by or TELLER, "story_handed_in", story_id=story_id)
    ask_for_work(store, story_id)
    return code


def ask_for_work(store: Store, story_id: str) -> bool:
    """Enqueue the machine's work when consent allows it; else write down what the story waits for."""
    today = datetime.now(UTC).date()
    with store.write() as books:
        story = books.story(story_id)
        if story.state in STOPPED:
            return False
        verdict = may_use(books.consent(story_id), Purpose.VERWERKEN, on=today)
        if story.waiting_for != verdict.code:
            books.save(story.moved(waiting_for=verdict.code), expected=story.row_version)
        size = books.recording(story_id).duration_ms if story.kind is StoryKind.AUDIO else 0
    if verdict:
        jobs.enqueue(store, "process", story_id, size=size)
    return bool(verdict)


@dataclass(frozen=True, slots=True)
class OwnStory:
    """What the holder of the receipt code sees."""

    story: Story
    consent: Consent
    text: str | None  # their own words, as told or typed; None while there is none
    duration_ms: int | None
    may: dict[Purpose, tuple[Form | None, ...]]  # what is allowed today
    pieces: tuple[str, ...]  # titles of products in which the story appears


def own_story(store: Store, story_id: str, *, today: date | None = None) -> OwnStory:
    """The teller's own view. Raises NotFound once everything is erased."""
    today = today or datetime.now(UTC).date()
    with store.read() as books:
        story = books.story(story_id)
        if story.state is State.GEWIST:
            raise NotFound("stories.not_found")
        consent = books.consent(story_id)
        audio = books.has(story_id, Kind.AUDIO)
        return OwnStory(
            story=story,
            consent=consent,
            text=books.text(story_id).text if books.has(story_id, Kind.ORIGINAL_TEXT) else None,
            duration_ms=books.recording(story_id).duration_ms if audio else None,
            may=allowed_today(consent, today),
            pieces=tuple(piece.title for piece in books.pieces_using(story_id)),
        )


def allowed_today(consent: Consent, today: date) -> dict[Purpose, tuple[Form | None, ...]]:
    """Every purpose and form for which `may_use` says yes today."""
    allowed: dict[Purpose, tuple[Form | None, ...]] = {}
    for purpose in Purpose:
        forms = [form for form in (None, *Form) if may_use(consent, purpose, form, on=today)]
        if forms:
            allowed[purpose] = (None,) if None in forms else tuple(forms)
    return allowed


def representative_says(
    store: Store,
    story_id: str,
    outcome: Outcome,
    channels: Channels = (),
    *,
    recorded_by: str = TELLER,
    now: datetime | None = None,
) -> None:
    """The parent or guardian answers later, on another phone or in person. A yes lets the work begin."""
    now = now or datetime.now(UTC)
    party = Party.VERTEGENWOORDIGER
    events = [_saying(story_id, party, Purpose.VERWERKEN, outcome, None, now, recorded_by)]
    if outcome is Outcome.JA:
        events += [
            _saying(story_id, party, purpose, Outcome.JA, None if purpose in WITHOUT_FORM else form, now, recorded_by)
            for purpose, form in channels
        ]
    with store.write() as books:
        if party not in required_parties(books.story(story_id).teller):
            raise Refused("desk.no_representative_needed")
        books.add_consent(*events)
        books.audit(recorded_by, "representative_said", story_id=story_id, detail=f"{outcome} events={len(events)}")
    if not ask_for_work(store, story_id):
        jobs.cancel(store, story_id)


def _saying(
    story_id: str,
    party: Party,
    purpose: Purpose,
    outcome: Outcome,
    form: Form | None,
    at: datetime,
    recorded_by: str = TELLER,
    way: Way = Way.SCHERM,
) -> ConsentEvent:
    return ConsentEvent(
        id=new_id("c"), story_id=story_id, at=at, party=party, purpose=purpose, outcome=outcome,
        notice=shown_notice()[0], way=way, recorded_by=recorded_by, form=form,
    )  # fmt: skip


def own_audio_size(store: Store, story_id: str) -> int:
    """Plain size in bytes of the teller's own recording. Raises NotFound."""
    with store.read() as books:
        return books.size(story_id, Kind.AUDIO)


def own_audio_range(store: Store, story_id: str, start: int, stop: int) -> Iterator[bytes]:
    """Bytes [start, stop) of the teller's own recording."""
    with store.read() as books:
        yield from books.stream(story_id, Kind.AUDIO, start=start, stop=stop)


def _require_concept(books: Books, story_id: str) -> Story:
    story = books.story(story_id)
    if story.state is not State.CONCEPT:
        raise Refused("desk.already_handed_in")
    return story


def _incoming(settings: Settings) -> Path:
    folder = settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
