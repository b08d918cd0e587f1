"""Keeping promises about time: one job that carries out every term, and says so in the audit.

The worker runs `tidy` every hour, and it may run twice or at the same time as another: each story is looked at again
inside the transaction that changes it. When each thing goes is decided in `desk.keeping`, which the screens show too.

    story       withdrawn or refused     erased after the days of grace
                never handed in          erased after `unconsented_days`; the helper who began it is warned before
                a needed yes is missing  erased after `unconsented_days`, `warning_days` after a warning
                the yes ends             asked again `ask_again_days` before; erased so many days after it ended
                the teller turns 16      waits for their own yes, somebody is asked to ask it
                stands still             not erased: somebody has to look first
    recording   released                 gone after `raw_audio_days`, unless a voice may be used
    clip        can never be heard again gone within the hour
    chat        nothing was chosen       gone after a week
    proof       of an erased story       gone after `proof_years`
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk import agenda_titles, cliprules, contacts, presence, redactions
from desk.keeping import (
    ASK_AGAIN,
    WARN,
    Clock,
    End,
    Kept,
    Why,
    clock,
    due_of_task,
    end_of,
    kept_until,
    may_go,
    proof_end,
    recording_end,
    told_until,
)
from desk.withdrawing import close
from stories import jobs
from stories.consent import Consent, Purpose, may_use
from stories.errors import VertelpuntError
from stories.model import Story, StoryKind, Task, new_id
from stories.people import Role
from stories.stages import State
from stories.store import Books, Store
from stories.vault import Kind

__all__ = ["Kept", "Tidied", "kept_until", "tidy"]

MACHINE = "machine"

UNCHOSEN_CHAT = timedelta(days=7)
"""A chat holds what other people wrote. Whose messages are the story is chosen in the visit in which it was sent."""

PAGE = 500
"""Stories read at a time."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one tidy-up did, in story ids."""

    erased: tuple[str, ...] = ()  # withdrawn, refused, never consented or expired
    concepts_erased: tuple[str, ...] = ()
    audio_gone: tuple[str, ...] = ()
    clips_gone: tuple[str, ...] = ()
    chats_gone: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()  # turned 16, or the yes is over
    reminded: tuple[str, ...] = ()
    reminders_closed: tuple[str, ...] = ()
    proofs_ended: tuple[str, ...] = ()


def tidy(store: Store, *, now: datetime | None = None) -> Tidied:
    """Carry out every term that is over now. What cannot be done is logged by its code and tried the next time."""
    with store.read() as books:
        time = clock(store, books, now)
        tasks = _by_story(books.tasks(open_only=False))
    did: dict[str, list[str]] = {}
    for story in _every(store):
        with store.read() as books:
            seen = _look(books, story, tasks.get(story.id, ()), time)
            wanted = [rule for rule in RULES if rule.deed(books, seen) is not None]
        for rule in wanted:
            if _do(store, rule, story.id, time):
                did.setdefault(rule.told_in(story), []).append(story.id)
    with _one_at_a_time("contacts"):
        contacts.tidy(store)
    with _one_at_a_time("presence"):
        presence.tidy(store, now=time.now)
    did["chats_gone"] = _drop_chats(store, time)
    did["reminders_closed"] = _close_reminders(store, time)
    did["proofs_ended"] = _end_proofs(store, time)
    return Tidied(**{name: tuple(ids) for name, ids in did.items()})


@dataclass(frozen=True, slots=True)
class Look:
    """One story as the rules see it."""

    story: Story
    consent: Consent
    end: End
    tasks: tuple[Task, ...]
    clock: Clock


Deed = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """`deed` gives what is to be done now inside this transaction, or None; `after` follows once it is committed."""

    name: str
    deed: Callable[[Books, Look], Deed | None]
    after: Callable[[Store, str], object] | None = None

    def told_in(self, story: Story) -> str:
        """The field of Tidied for it."""
        return "concepts_erased" if self.name == "erased" and story.state is State.CONCEPT else self.name


def _look(books: Books, story: Story, tasks: tuple[Task, ...], time: Clock) -> Look:
    consent = books.consent(story.id)
    return Look(story, consent, end_of(books, story, consent, time), tasks, time)


def _look_again(books: Books, story_id: str, time: Clock) -> Look:
    """Inside the transaction that changes it: a teller may have answered a moment ago."""
    tasks = _by_story(books.tasks(open_only=False))
    return _look(books, books.story(story_id), tasks.get(story_id, ()), time)


def _do(store: Store, rule: Rule, story_id: str, time: Clock) -> bool:
    with _one_at_a_time(rule.name):
        with store.write() as books:
            deed = rule.deed(books, _look_again(books, story_id, time))
            if deed is None:
                return False
            deed()
        if rule.after is not None:
            rule.after(store, story_id)
        return True
    return False


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """What fails for one story is told by its code, tried again the next time, and holds up no other."""
    try:
        yield
    except VertelpuntError as error:
        logger.error("retention waits: %s %s", name, error.code)


# the rules, one by one


def _erase(books: Books, seen: Look) -> Deed | None:
    if not may_go(seen.end, seen.tasks, seen.clock):
        return None

    def deed() -> None:
        story = seen.story
        why = Why.EXPIRED if seen.end.why is Why.TURNED_16 else seen.end.why
        if story.state is not State.INGETROKKEN:  # a withdrawal did this at once
            close(books, story.id, Purpose.VERWERKEN, None, seen.clock.now)
            books.save(story.moved(state=State.INGETROKKEN, waiting_for=None), expected=story.row_version)
        agenda_titles.forget(books, story.id, MACHINE, seen.clock.now)
        books.erase(story.id, why=str(why))
        books.audit(MACHINE, "story_erased", story_id=story.id, detail=str(why))

    return deed


def _stop(books: Books, seen: Look) -> Deed | None:
    """R4 and the end of a yes: nobody may use it any more (`may_use` says so by itself); this makes it seen."""
    story = seen.story
    if story.state in (State.CONCEPT, State.INGETROKKEN, State.GEWIST):
        return None
    code = may_use(seen.consent, Purpose.VERWERKEN, on=seen.clock.today).code
    action = {"consent.turned_16": "turned_16", "consent.expired": "consent_expired"}.get(code or "")
    if action is None:
        return None
    if story.waiting_for == code and books.last_done(action, story_id=story.id) is not None:
        return None

    def deed() -> None:
        if story.waiting_for != code:
            books.save(story.moved(waiting_for=code), expected=story.row_version)
        books.audit(MACHINE, action, story_id=story.id)

    return deed


def _remind(books: Books, seen: Look) -> Deed | None:
    new = [task for task in _reminders(books, seen) if not _is_there(task, seen)]
    if not new:
        return None

    def deed() -> None:
        for task in new:
            for older in seen.tasks:  # of a round that is over
                if older.done_at is None and (older.kind, older.subject) == (task.kind, task.subject):
                    books.finish_task(older.id, seen.clock.now)
            books.add_task(task)
            books.audit(MACHINE, task.kind, story_id=seen.story.id, subject=task.id, detail=task.subject)

    return deed


def _reminders(books: Books, seen: Look) -> list[Task]:
    """What somebody must know about this story now. A new task each time: `_is_there` tells whether it was made."""
    end, today = seen.end, seen.clock.today
    wanted = []
    if end.why is Why.TURNED_16 and seen.consent.teller.turns_16_on is not None:
        due = max(seen.consent.teller.turns_16_on, today)
        wanted.append(Task(new_id("t"), ASK_AGAIN, seen.story.id, str(Why.TURNED_16), _owner(books, seen.story), due))
    if end.task is not None and end.tell_from is not None and seen.clock.now >= end.tell_from:
        due = due_of_task(end, today)
        wanted.append(Task(new_id("t"), end.task, seen.story.id, end.subject, _owner(books, seen.story), due))
    return wanted


def _is_there(task: Task, seen: Look) -> bool:
    """Was somebody told already? An earlier round's task, such as that of before a renewal, does not count."""
    if task.subject == Why.TURNED_16:
        return any((t.kind, t.subject) == (task.kind, task.subject) for t in seen.tasks)
    return told_until(seen.end, seen.tasks) is not None


def _owner(books: Books, story: Story) -> str:
    """The ervaringswerker who took the story, as long as they work here; else whoever may find the teller."""
    here = {user.id for user in books.users()}
    return story.taken_by if story.taken_by in here else str(Role.CONTACTPERSOON)


def _drop_recording(books: Books, seen: Look) -> Deed | None:
    story = seen.story
    if story.state is not State.VRIJGEGEVEN or story.kind is not StoryKind.AUDIO or not books.has(story.id, Kind.AUDIO):
        return None
    over = recording_end(books, story, seen.consent, seen.clock)
    if over is None or seen.clock.now < over:
        return None

    def deed() -> None:
        books.discard(story.id, Kind.AUDIO)
        redactions.drop(books, story.id)  # a voice too
        books.audit(MACHINE, "audio_term_over", story_id=story.id)

    return deed


def _drop_clips(books: Books, seen: Look) -> Deed | None:
    """What can never be heard again: of an older text or safe recording, or in a form to which the yes is over."""
    clips = cliprules.forbidden(books, seen.story.id) + cliprules.outdated(books, seen.story.id)
    if not clips:
        return None

    def deed() -> None:
        for clip in clips:
            books.clips.remove(clip.id)
        books.audit(MACHINE, cliprules.GONE, story_id=seen.story.id, detail=f"clips={len(set(clips))}")

    return deed


RULES = (
    Rule("erased", _erase, after=jobs.forget),
    Rule("stopped", _stop, after=jobs.cancel),
    Rule("reminded", _remind),
    Rule("audio_gone", _drop_recording),
    Rule("clips_gone", _drop_clips),
)
"""In this order: what is erased has no other end."""


# what is not about one living story


def _close_reminders(store: Store, time: Clock) -> list[str]:
    """A reminder that no longer holds (the yes came, or the story is gone) is crossed off."""
    closed = []
    with store.read() as books:
        over = [task for task in books.tasks() if _is_over(books, task, time)]
    for task in over:
        with _one_at_a_time("reminders_closed"):
            with store.write() as books:
                if all(t.id != task.id for t in books.tasks()) or not _is_over(books, task, time):
                    continue
                books.finish_task(task.id, time.now)
                books.audit(MACHINE, "reminder_closed", story_id=task.story_id, subject=task.id, detail=task.subject)
            closed.append(task.story_id)
    return closed


def _is_over(books: Books, task: Task, time: Clock) -> bool:
    if task.kind not in (WARN, ASK_AGAIN) or task.subject not in set(Why):
        return False  # not one of ours
    seen = _look(books, books.story(task.story_id), (), time)
    return all((t.kind, t.subject) != (task.kind, task.subject) for t in _reminders(books, seen))


def _drop_chats(store: Store, time: Clock) -> list[str]:
    with store.read() as books:
        left = [story_id for story_id in books.holding(Kind.CHAT) if _is_left(books, story_id, time)]
    dropped = []
    for story_id in left:
        with _one_at_a_time("chats_gone"):
            with store.write() as books:
                if not books.has(story_id, Kind.CHAT) or not _is_left(books, story_id, time):
                    continue
                books.drop_chat(story_id)
                books.audit(MACHINE, "chat_dropped", story_id=story_id)
            dropped.append(story_id)
    return dropped


def _is_left(books: Books, story_id: str, time: Clock) -> bool:
    """Nothing happened to the story for so long that nobody is choosing any more."""
    trail = books.audit_trail(story_id=story_id, limit=1)
    return bool(trail) and time.now - trail[0]["at"] >= UNCHOSEN_CHAT


def _end_proofs(store: Store, time: Clock) -> list[str]:
    ended = []
    with store.read() as books:
        perhaps = books.proofs_left(before=time.now - timedelta(days=365))  # a term is a year at least
        over = [story_id for story_id in perhaps if _proof_is_over(books, story_id, time)]
    for story_id in over:
        with _one_at_a_time("proofs_ended"):
            with store.write() as books:
                if story_id not in books.proofs_left(before=time.now) or not _proof_is_over(books, story_id, time):
                    continue
                books.end_proof(story_id, time.now)
                books.audit(MACHINE, "proof_ended", story_id=story_id)
            ended.append(story_id)
    return ended


def _proof_is_over(books: Books, story_id: str, time: Clock) -> bool:
    over = proof_end(books, story_id, time)
    return over is not None and time.today >= over


def _every(store: Store) -> Iterator[Story]:
    """All stories that are not erased, newest first, however many there are."""
    states, after = [state for state in State if state is not State.GEWIST], None
    while True:
        with store.read() as books:
            page = books.stories(states=states, limit=PAGE, after=after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def _by_story(tasks: tuple[Task, ...]) -> dict[str, tuple[Task, ...]]:
    found: dict[str, tuple[Task, ...]] = {}
    for task in tasks:
        found[task.story_id] = (*found.get(task.story_id, ()), task)
    return found
