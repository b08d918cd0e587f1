"""Deciding about what makes somebody recognisable: other words in its place, or a reason why it may stay."""

from __future__ import annotations

from collections.abc import Sequence

from anonymise import Decision
from anonymise.hits import INDIRECT
from desk import reviewing
from desk.card import Card, Reason, Row, Stay, card_of, keep_stays, stays_of
from desk.carrying import carried
from desk.opening import living, opened_story, require_consent
from desk.versions import findings_of, new_version, raw_text
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.model import Finding, Story, StoryVersion
from stories.people import Act, User
from stories.stages import Stage
from stories.store import Books, Store

LONGEST_WORDS = 80
"""Characters of what is written in the place of something: it is a few words, no sentence."""


def seen(store: Store, user: User, story_id: str) -> Card:
    """The card of the newest version. Raises Refused and ConsentRefused as for reading the story."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        return card_of(books, story, books.version(story_id))


def write_instead(store: Store, user: User, story_id: str, row_id: str, words: str, *, expected: int) -> Story:
    """Everywhere in this story these words stand in the place of the row: a new version, as for a name.

    Raises InputRefused for no words or more than `LONGEST_WORDS` characters, NotFound when the row is not there (any
    more), and Moved when somebody was faster.
    """
    user.require(Act.EDIT_NAMES)
    words = " ".join(words.split())
    if not 0 < len(words) <= LONGEST_WORDS:
        raise InputRefused("card.words_wrong", most=LONGEST_WORDS)
    with store.write() as books:
        story, version, row = _opened(books, story_id, row_id, expected)
        findings, decisions = findings_of(books, story_id)
        kind = "leeftijd" if row.aspect == "leeftijd" else "quasi"
        added = [_replaced(places, findings, kind, words) for places in _raw_spans(books, story, version, row)]
        apart = [d for d in decisions if not any(d.start < a.end and a.start < d.end for a in added)]
        saved = _new_version(books, story, user, [*apart, *_hidden(findings, added), *added], expected)
        books.audit(user.id, "card_replaced", story_id=story_id, subject=row.value, detail=f"places={len(added)}")
        return saved


def let_stay(store: Store, user: User, story_id: str, row_id: str, reason: Reason, *, expected: int) -> Story:
    """The row may stay as it is, for this reason; doubtful marks on the same words are decided with it."""
    user.require(Act.EDIT_NAMES)
    reason = Reason(reason)
    with store.write() as books:
        story, version, row = _opened(books, story_id, row_id, expected)
        among = tuple(sorted({one.value for one in card_of(books, story, version).telling}))
        others = [stay for stay in stays_of(books, story_id) if stay.row != row.id]
        keep_stays(books, story_id, [*others, Stay(row.id, reason, among, user.id)])
        books.audit(user.id, "card_stays", story_id=story_id, subject=row.value, detail=f"reason={reason}")
        findings, decisions = findings_of(books, story_id)
        spans = _raw_spans(books, story, version, row)
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
        story, _, row = _opened(books, story_id, row_id, expected)
        keep_stays(books, story_id, [stay for stay in stays_of(books, story_id) if stay.row != row.id])
        books.audit(user.id, "card_again", story_id=story_id, subject=row.value)
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
    edited, _ = new_version(books, story, by=user.id, decisions=decisions)
    return books.save(edited, expected=expected)


def _replaced(span: tuple[int, int], findings: Sequence[Finding], kind: str, words: str) -> Decision:
    """One place of the row, as wide as the findings it touches: what was found in it goes with it."""
    met = [f for f in findings if f.start < span[1] and span[0] < f.end]
    start, end = min([span[0], *(f.start for f in met)]), max([span[1], *(f.end for f in met)])
    return Decision(start, end, reviewing.ADDED, kind, words)


def _hidden(findings: Sequence[Finding], added: Sequence[Decision]) -> list[Decision]:
    """The findings inside are decided too, so that nobody is asked about words that are gone."""
    return [
        reviewing.mask(f)
        for f in findings
        if any(f.start < a.end and a.start < f.end and (f.start, f.end) != (a.start, a.end) for a in added)
    ]


def _raw_spans(books: Books, story: Story, version: StoryVersion, row: Row) -> list[tuple[int, int]]:
    """Where the row's places stand in the original, word by word. Raises Moved when they are not all found there."""
    places = [Decision(start, end, "keep") for start, end in row.spans]
    found = carried(places, version.clean.text, raw_text(books, story).text)
    if len(found) != len(places):
        raise Moved("stories.moved")
    return [(one.start, one.end) for one in found]
