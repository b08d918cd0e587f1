"""What a story that was taken together still misses, in plain words: derived from what is stored, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from desk import contacts, readback
from stories.consent import Consent, Outcome, Party, Purpose, Way, may_use, required_parties
from stories.model import Story
from stories.sitting import Sitting
from stories.stages import Stage, State
from stories.store import Books
from stories.words import say


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing. `code` is for tests and tone, `sentence` for people."""

    code: str
    sentence: str


def missing(books: Books, story: Story, today: date) -> tuple[Missing, ...]:
    """Everything that somebody still has to do, most important first. Nothing is missing in what was stopped."""
    if story.state in (State.INGETROKKEN, State.GEWIST):
        return ()
    consent, sittings = books.consent(story.id), books.sittings(story.id)
    return (
        *_answers(consent, today),
        *_proof(sittings),
        *_told(books, story),
        *_contact(books, consent, story),
        *_read_back(books, story),
    )


def _answers(consent: Consent, today: date) -> Iterator[Missing]:
    found = False
    for party in (*required_parties(consent.teller), Party.ANDERE_OUDER):
        event = consent.last(party, Purpose.VERWERKEN, None)
        if event is None and party is not Party.ANDERE_OUDER:
            yield _is(f"{party}_not_asked")
            found = True
        elif event is not None and event.outcome is not Outcome.JA:
            yield _is(f"{party}_says_{event.outcome}")
            found = True
    verdict = may_use(consent, Purpose.VERWERKEN, on=today)
    if not found and not verdict:
        yield Missing("consent", verdict.sentence)


def _proof(sittings: tuple[Sitting, ...]) -> Iterator[Missing]:
    """Said on paper or by word of mouth, and nothing to show for it."""
    for way in (Way.PAPIER, Way.GESPROKEN):
        last = next((sitting for sitting in reversed(sittings) if sitting.way is way), None)
        if last is not None and not last.proof:
            yield _is(f"proof_{way}")


def _told(books: Books, story: Story) -> Iterator[Missing]:
    if story.state is not State.CONCEPT:
        return
    yield _is("not_handed_in" if books.parts(story.id) else "nothing_told")


def _contact(books: Books, consent: Consent, story: Story) -> Iterator[Missing]:
    if not consent.events:
        return  # nobody was asked anything yet: that comes first
    there = contacts.kept(books, story.id)
    for holder in contacts.wanted(consent):
        if holder not in there:
            yield _is(f"contact_{holder}")


def _read_back(books: Books, story: Story) -> Iterator[Missing]:
    if story.version == 0 or story.stage is not Stage.TAGGED or story.state not in readback.READABLE:
        return
    if story.state is State.VRIJGEGEVEN:
        return
    said = readback.outcome_of(books.approvals(story.id), books.version(story.id).digest)
    if said is None:
        yield _is("read_back")
    elif said is readback.Heard.ANDERS:
        yield _is("read_back_changes")


def _is(code: str) -> Missing:
    return Missing(code, say(f"helper.missing_{code}"))
