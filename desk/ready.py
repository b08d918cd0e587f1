"""What a story still misses before it can be offered or released, in the order in which the work is done.

The same checks stand in `reviewing.offer_for_release` and `reviewing.release`, which refuse; this tells them
beforehand, each with the part of the page where it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desk import oneperson, recognising
from desk.presence import Deel
from desk.reviewing import Review, undecided
from stories import use
from stories.model import StoryKind
from stories.people import Act, User
from stories.stages import Stage, State
from stories.store import Store


@dataclass(frozen=True, slots=True)
class Need:
    """One thing: a code (the sentence is `story.need_<code>`), where it is done, how often, and whether it stops the
    next decision or only the use after it."""

    code: str
    deel: Deel
    count: int = 1
    stops: bool = True


def needs(store: Store, user: User, seen: Review) -> tuple[Need, ...]:
    """Of a story at the editors' or offered; nothing is missing in what was released."""
    user.require(Act.READ_STORY)
    if seen.story.state is State.IN_REDACTIE:
        return tuple(_before_offer(store, user, seen))
    if seen.story.state is State.TER_VRIJGAVE:
        return tuple(_before_release(store, user, seen))
    return ()


def _before_offer(store: Store, user: User, seen: Review) -> Iterator[Need]:
    if seen.story.stage is not Stage.TAGGED:
        yield Need("machine", Deel.NAMEN)
        return
    if not seen.heard:
        spoken = seen.story.kind is StoryKind.AUDIO
        yield Need("heard" if spoken else "read", Deel.LUISTEREN if spoken else Deel.NAMEN)
    if left := undecided(seen.findings, seen.decisions):
        yield Need("names", Deel.NAMEN, len(left))
    yield from _always(store, user, seen)


def _before_release(store: Store, user: User, seen: Review) -> Iterator[Need]:
    yield from _always(store, user, seen)
    if seen.reading.needed and not seen.reading.done:
        yield Need("second_reader", Deel.NAMEN)
    alone = oneperson.of_story(store, user, seen.story.id) if user.may(Act.RELEASE_STORY) else None
    if alone is None and user.id in use.offered_by(seen.approvals, seen.version.digest) | {seen.version.made_by}:
        yield Need("other_person", Deel.GESCHIEDENIS)


def _always(store: Store, user: User, seen: Review) -> Iterator[Need]:
    if telling := recognising.seen(store, user, seen.story.id).open:
        yield Need("card", Deel.NAMEN, len(telling))
    if seen.special.holds and not seen.special.allowed:
        yield Need("special", Deel.TOESTEMMING, stops=False)
