"""Deciding about what makes somebody recognisable: other words in its place, or a reason why it may stay."""

from __future__ import annotations

from collections.abc import Sequence

from anonymise import Decision
from anonymise.hits import AGE, INDIRECT
from desk import namework, reviewing
from desk.card import Card, Reason, Row, Stay, card_of, keep_stays, stays_of
from desk.carrying import carried
from desk.namework import Step
from desk.opening import living, opened_story, require_consent
from desk.places import Change, Does, decided
from desk.versions import findings_of, new_version, raw_text
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.model import Story, StoryVersion
from stories.people import Act, User
from stories.stages import Stage
from stories.store import Books, Store


def seen(store: Store, user: User, story_id: str) -> Card:
    """The card of the newest version. Raises Refused and ConsentRefused as for reading the story."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        return card_of(books, story, books.version(story_id))


def write_instead(store: Store, user: User, story_id: str, row_id: str, words: str, *, expected: int) -> Story:
    """Everywhere in this story these words stand in the place of the row: a new version, as for a name.

    Raises InputRefused for no words and as `Decision` does, NotFound when the row is not there (any more), and Moved
    when somebody was faster.
    """
    user.require(Act.EDIT_NAMES)
    words = " ".join(words.split())
    if not words:
        raise InputRefused("card.no_words")
    with store.write() as books:
        story, version, row = _opened(books, story_id, row_id, expected)
        findings, decisions = findings_of(books, story_id)
        raw, kind = raw_text(books, story).text, AGE if row.aspect == AGE else "quasi"
        spans = _raw_spans(version, raw, row)
        for start, end in spans:
            change = Change(Does.MASK, start, end, type=kind, replacement=words)
            decisions = decided(raw, findings, decisions, change)
        number, detail = str(version.number), f"places={len(spans)}"
        books.audit(user.id, "card_replaced", story_id=story_id, subject=number, detail=detail)
        return _new_version(books, story, user, decisions, expected)


def let_stay(store: Store, user: User, story_id: str, row_id: str, reason: Reason, *, expected: int) -> Story:
    """The row may stay as it is, for this reason; doubtful marks on the same words are decided with it."""
    user.require(Act.EDIT_NAMES)
    reason = Reason(reason)
    with store.write() as books:
        story, version, row = _opened(books, story_id, row_id, expected)
        among = tuple(sorted({one.value for one in card_of(books, story, version).telling}))
        others = [stay for stay in stays_of(books, story_id) if stay.row != row.id]
        keep_stays(books, story_id, [*others, Stay(row.id, reason, among, user.id)])
        books.audit(user.id, "card_stays", story_id=story_id, subject=str(version.number), detail=f"reason={reason}")
        findings, decisions = findings_of(books, story_id)
        spans = _raw_spans(version, raw_text(books, story).text, row)
        kept = [
            reviewing.keep(finding)
            for finding in reviewing.undecided(findings, decisions)
            if finding.type in INDIRECT and any(finding.start < end and start < finding.end for start, end in spans)
        ]
        if kept:
            return _new_version(books, story, user, [*decisions, *kept], expected)
        return books.save(story, expected=expected)


def decide_again(store: Store, user: User, story_id: str, row_id: str, *, expected: int) -> Story:
    """What was said about the row holds no longer."""
    user.require(Act.EDIT_NAMES)
    with store.write() as books:
        story, version, row = _opened(books, story_id, row_id, expected)
        keep_stays(books, story_id, [stay for stay in stays_of(books, story_id) if stay.row != row.id])
        books.audit(user.id, "card_again", story_id=story_id, subject=str(version.number))
        return books.save(story, expected=expected)


def _opened(books: Books, story_id: str, row_id: str, expected: int) -> tuple[Story, StoryVersion, Row]:
    story = opened_story(books, story_id)
    if story.row_version != expected:
        raise Moved("stories.moved")
    if story.stage is not Stage.TAGGED:
        raise Refused("desk.being_worked")
    version = books.version(story_id)
    row = next((row for row in card_of(books, story, version).telling if row.id == row_id), None)
    if row is None:
        raise NotFound("stories.not_found")
    return story, version, row


def _new_version(books: Books, story: Story, user: User, decisions: Sequence[Decision], expected: int) -> Story:
    _, before = findings_of(books, story.id)
    namework.took(books, story.id, raw_text(books, story).digest, Step.NEW, before)  # so that it can be taken back
    edited, _ = new_version(books, story, by=user.id, decisions=decisions)
    return books.save(edited, expected=expected)


def _raw_spans(version: StoryVersion, raw: str, row: Row) -> list[tuple[int, int]]:
    """Where the row's places stand in the original, word by word. Raises Moved when they are not all found there."""
    places = [Decision(start, end, "keep") for start, end in row.spans]
    found = carried(places, version.clean.text, raw)
    if len(found) != len(places):
        raise Moved("stories.moved")
    return [(one.start, one.end) for one in found]
