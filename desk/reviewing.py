"""Reviewing: names and themes looked at by an editor, released by somebody else.

Approvals are rows bound to a version's digest, with the role in which they were given:
`beluisterd` (heard or read the original), `redacteur` (offered for release), `vrijgever` (released), `bijzonder_ja` and
`bijzonder_nee` (words of special data stand in it, or not).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from anonymise import Decision
from desk import card, indexing, listening, namework, oneperson, places, rules, secondreading, tagging
from desk.following import allowed_today
from desk.listening import HEARD
from desk.namework import Step
from desk.opening import editable, living, log_once, opened_story, require_consent
from desk.secondreading import Reading
from desk.standing import SPECIAL_NO, SPECIAL_YES, Special, special_in, standing
from desk.tagging import PassageTags
from desk.versions import findings_of, new_version, raw_text
from desk.working import ask_for_work
from stories import jobs, use
from stories.clock import today as today_at_home
from stories.consent import Consent, Form, Purpose
from stories.errors import NotFound, Refused
from stories.model import Approval, Certainty, Finding, Story, StoryVersion, Theme
from stories.people import Act, Role, User
from stories.stages import Stage, State
from stories.store import Books, Store
from stories.told import TellerTags
from stories.vault import Kind
from stories.words import say

OFFERED, RELEASED = use.OFFERED, use.RELEASED

ADDED: Final = "add"
"""The action of a decision that masks words the machine did not find."""


def keep(finding: Finding) -> Decision:
    """These words may stay."""
    return Decision(finding.start, finding.end, "keep", finding.type)


def mask(finding: Finding) -> Decision:
    """These words are replaced."""
    return Decision(finding.start, finding.end, "mask", finding.type)


def added(start: int, end: int, type: str = "overig_naam") -> Decision:
    """An editor found words that the machine did not: characters [start, end) are replaced."""
    return Decision(start, end, ADDED, type)


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the review screen shows. The original parts are None for whoever may not open them."""

    story: Story
    version: StoryVersion
    consent: Consent
    may: dict[Purpose, tuple[Form | None, ...]]
    themes_known: tuple[dict[str, Any], ...]
    told: TellerTags
    confirmed_by: dict[str, str]  # user id to name, of whoever confirmed a tag
    approvals: tuple[Approval, ...]
    heard: bool
    special: Special
    reading: Reading
    raw: str | None
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]


def review(store: Store, user: User, story_id: str, *, today: date | None = None) -> Review:
    """Open a story for review. The original is shown (and the opening logged) only while it is in_redactie."""
    user.require(Act.READ_STORY)
    today = today or today_at_home()
    with store.write() as books:  # a write, because opening an original is an audit line
        story = living(books, story_id)
        if story.version == 0:
            raise NotFound("stories.not_found")
        require_consent(books, story_id)  # R1: a no, a doubt or an end that came later closes the story at once
        now = standing(books, story_id)
        version, consent, approvals = now.version, now.consent, now.approvals
        opens = user.may(Act.OPEN_ORIGINAL) and story.state is State.IN_REDACTIE
        raw: str | None = None
        findings: tuple[Finding, ...] = ()
        decisions: tuple[Decision, ...] = ()
        if opens:
            raw = raw_text(books, story).text
            findings, decisions = findings_of(books, story_id)
            log_once(books, user.id, story_id, "original_opened")
        return Review(
            story=story,
            version=version,
            consent=consent,
            may=allowed_today(consent, today),
            themes_known=_themes_to_choose(books, version),
            told=books.tags(story_id),
            confirmed_by={one.id: one.name for one in books.users(include_inactive=True)},
            approvals=approvals,
            heard=listening.heard_all(books, story, version),
            special=special_in(now, today),
            reading=secondreading.reading(books, user.id, story, version),
            raw=raw,
            findings=findings,
            decisions=decisions,
        )


def _themes_to_choose(books: Books, version: StoryVersion) -> tuple[dict[str, Any], ...]:
    """What counts now, and whatever this story was given before that was put aside."""
    given = {theme.id for theme in version.themes}
    return tuple(row for row in rules.vocabulary(books) if row.get("actief", True) or row["id"] in given)


def decide_names(
    store: Store, user: User, story_id: str, decisions: Sequence[Decision], *, expected: int, step: Step = Step.NEW
) -> StoryVersion:
    """What the editor decided about names: a new version. Raises Moved when somebody was faster. `step` says when they
    only take a decision back (`desk.naming`)."""
    user.require(Act.EDIT_NAMES)
    return _edit(store, user, story_id, expected=expected, decisions=decisions, step=step)


def confirm_themes(
    store: Store,
    user: User,
    story_id: str,
    theme_ids: Sequence[str],
    *,
    expected: int,
    passages: Sequence[PassageTags] | None = None,
) -> StoryVersion:
    """Exactly these tags are right, says the editor: a new version with the same text. `passages`: what they say about
    passages too, in the place of what was said before; None leaves that as it is."""
    user.require(Act.CONFIRM_THEMES)
    with store.read() as books:
        version = books.version(story_id)
        themes = tagging.decided(books, version, theme_ids, by=user.id)
        said = None if passages is None else tagging.signed(books, version, passages, by=user.id)
    return _edit(store, user, story_id, expected=expected, themes=themes, passage_tags=said)


def _edit(
    store: Store,
    user: User,
    story_id: str,
    *,
    expected: int,
    decisions: Sequence[Decision] | None = None,
    themes: Sequence[Theme] | None = None,
    step: Step = Step.NEW,
    passage_tags: Sequence[PassageTags] | None = None,
) -> StoryVersion:
    with store.write() as books:
        story = editable(books, story_id)
        if decisions is not None:
            _, before = findings_of(books, story_id)
            namework.took(books, story_id, raw_text(books, story).digest, step, before)
        edited, version = new_version(
            books, story, by=user.id, decisions=decisions, themes=themes, passage_tags=passage_tags
        )
        books.save(edited.moved(state=State.IN_REDACTIE), expected=expected)
        return version


def mark_heard(store: Store, user: User, story_id: str) -> None:
    """The editor listened to the recording from begin to end (or read the typed original)."""
    user.require(Act.OPEN_ORIGINAL)
    with store.write() as books:
        story = living(books, story_id)
        source = books.version(story_id).clean.source_digest
        if books.has(story_id, Kind.TRANSCRIPT):
            listening.add_all(books, story_id, books.transcript(story_id))
        books.add_approval(Approval(story.id, source, by=user.id, at=datetime.now(UTC), role=HEARD))
        books.queue.note(story_id, heard=True)
        books.audit(user.id, "original_heard", story_id=story_id)


def mark_special(store: Store, user: User, story_id: str, holds: bool) -> None:
    """An editor says whether words about health, origin, belief or sexuality stand in this text, whatever the machine
    found. It holds for this text and no other.

    That they do may be said at any time; that they do not only while the text is at the editors', so that whoever
    releases it knows (Refused otherwise).
    """
    user.require(Act.CONFIRM_THEMES)
    with store.write() as books:
        story = living(books, story_id)
        if not holds and story.state is not State.IN_REDACTIE:
            raise Refused("desk.not_in_review")
        require_consent(books, story_id)
        source = books.version(story_id).clean.source_digest
        role = SPECIAL_YES if holds else SPECIAL_NO
        books.add_approval(Approval(story.id, source, by=user.id, at=datetime.now(UTC), role=role))
        books.audit(user.id, "special_marked", story_id=story_id, detail=f"holds={int(holds)}")


def undecided(findings: Sequence[Finding], decisions: Sequence[Decision]) -> tuple[Finding, ...]:
    """What may point at somebody, is not masked, and of which nobody said that it may stay."""
    left = places.undecided(places.places(findings, decisions))
    return tuple(Finding(p.start, p.end, p.type, " ".join(p.reasons), Certainty.AMBER) for p in left)


def offer_for_release(store: Store, user: User, story_id: str, *, expected: int) -> Story:
    """The editor is done: exactly this version goes to a second person.

    Refused while nobody listened (`not_heard`), while an amber word may still be a name (`amber_left`), or while
    something on the card makes somebody recognisable (`card.undecided`).
    """
    user.require(Act.SUBMIT_FOR_RELEASE)
    with store.write() as books:
        story = living(books, story_id)
        if story.stage is not Stage.TAGGED:
            raise Refused("desk.being_worked")
        require_consent(books, story_id)
        version = books.version(story_id)
        if not listening.heard_all(books, story, version):
            raise Refused("desk.not_heard")
        left = undecided(*findings_of(books, story_id))
        if left:
            raise Refused("desk.amber_left", count=len(left))
        card.require_decided(books, story, version)
        books.add_approval(Approval(story_id, version.digest, by=user.id, at=datetime.now(UTC), role=OFFERED))
        books.queue.note(story_id, read_through=secondreading.is_read(books, story, version))
        seconds = namework.read(books, story_id).seconds
        books.audit(
            user.id, "offered_for_release", story_id=story_id, subject=str(version.number), detail=f"seconds={seconds}"
        )
        offered = books.save(story.moved(state=State.TER_VRIJGAVE), expected=expected)
        indexing.index(books, version)
        return offered


def release(store: Store, user: User, story_id: str, *, expected: int, now: datetime | None = None) -> Story:
    """A second person says: exactly this version may be used. Whoever made or offered it may not (four eyes, but see
    `desk.oneperson`), and a child's story must have been read through (`desk.secondreading`)."""
    user.require(Act.RELEASE_STORY)
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        version = books.version(story_id)
        offered_by = use.offered_by(books.approvals(story_id), version.digest)
        if not offered_by:
            raise Refused("desk.not_offered")
        makers = offered_by | {version.made_by}
        role = oneperson.role_of_release(books, user.id, story_id, version.digest, makers, now)
        card.require_decided(books, story, version)
        secondreading.require_read(books, story, version)
        books.add_approval(Approval(story_id, version.digest, by=user.id, at=now, role=role))
        action = "story_released" if role == RELEASED else "story_released_alone"
        books.audit(user.id, action, story_id=story_id, subject=str(version.number))
        return books.save(story.moved(state=State.VRIJGEGEVEN), expected=expected)


def send_back(store: Store, user: User, story_id: str, *, expected: int) -> Story:
    """Back to the editors: a released or offered story is looked at again."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        story = living(books, story_id)
        books.audit(user.id, "sent_back", story_id=story_id)
        return books.save(story.moved(state=State.IN_REDACTIE), expected=expected)


def pause(store: Store, user: User, story_id: str, *, expected: int) -> Story:
    """Safety first: the story stops everywhere until somebody has looked."""
    user.require(Act.PAUSE)
    with store.write() as books:
        story = living(books, story_id)
        if user.roles == {Role.ERVARINGSWERKER} and story.taken_by != user.id:  # own cases only
            raise NotFound("stories.not_found")
        books.audit(user.id, "story_paused", story_id=story_id)
        paused = books.save(story.moved(state=State.GEPAUZEERD), expected=expected)
    jobs.cancel(store, story_id)
    return paused


def resume(store: Store, user: User, story_id: str, *, expected: int) -> Story:
    """Somebody looked and it is safe to go on: back to the editors, or back to the machine."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        story = books.story(story_id)
        if story.state is not State.GEPAUZEERD:
            raise Refused("desk.not_paused")
        back = State.IN_REDACTIE if story.stage is Stage.TAGGED else State.INGEDIEND
        books.audit(user.id, "story_resumed", story_id=story_id)
        resumed = books.save(story.moved(state=back), expected=expected)
    ask_for_work(store, story_id)
    return resumed


def paused_row(store: Store, user: User, story_id: str) -> Story | None:
    """The row of a story that is paused, so that somebody can let it go on; None otherwise."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        story = books.story(story_id)
    return story if story.state is State.GEPAUZEERD else None


def history(store: Store, user: User, story_id: str) -> tuple[dict[str, Any], ...]:
    """The audit of one story, newest first."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        return with_names(books, books.audit_trail(story_id=story_id))


def with_names(books: Books, lines: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Audit lines with the `name` of who acted, as a colleague knows them; the audit itself holds ids only."""
    names = {user.id: user.name for user in books.users(include_inactive=True)}
    names |= {actor: say(f"audit.{actor}") for actor in ("machine", "system", "verteller", "vertegenwoordiger")}
    return tuple({**line, "name": names.get(line["actor"], say("audit.nobody"))} for line in lines)


def audio_size(store: Store, user: User, story_id: str, kind: Kind = Kind.AUDIO) -> int:
    """Plain size in bytes of a story's sound. Raises NotAllowed, NotFound or Refused."""
    with store.read() as books:
        _may_hear(books, user, story_id)
        return books.size(story_id, kind)


def audio_range(store: Store, user: User, story_id: str, kind: Kind, start: int, stop: int) -> Iterator[bytes]:
    """Bytes [start, stop) of a story's sound, checked again for every request."""
    with store.read() as books:
        _may_hear(books, user, story_id)
        yield from books.stream(story_id, kind, start=start, stop=stop)


def _may_hear(books: Books, user: User, story_id: str) -> None:
    user.require(Act.OPEN_ORIGINAL)
    opened_story(books, story_id)
