"""The queue: every story that was handed in, under what it needs next, most urgent first; and who does it.

What a row shows is how far a story is and what it needs, never a word of it. The headings and their order are worked
out in SQL (`stories.books_queue`), so that a page of ten thousand stories is read as fast as one of thirty.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from desk import notes, queue_facts, rules
from desk.opening import living
from desk.queue_filters import Filters, Whose
from desk.standing import one_person_since
from desk.versions import findings_of
from desk.working import FINAL
from stories import clock, jobs
from stories.books_queue import FINISHED, Counted, Heading, Waiting, Wanted
from stories.errors import Refused, VertelpuntError
from stories.jobs import JobStatus
from stories.model import Story
from stories.people import Act, User
from stories.settings import Settings
from stories.store import Books, Store
from stories.vocabulary import Soort, only
from stories.words import say

__all__ = ["FINISHED", "HEADINGS", "Filters", "Heading", "QueuePage", "QueueRow", "Whose"]

HEADINGS = tuple(Heading)

PER_PAGE = 25

COUNTED_AT_A_TIME = 50
"""Stories in one transaction, so that nobody waits long for it."""

logger = logging.getLogger(__name__)

WORK: dict[Heading, Act] = {
    Heading.TWEEDE_LEZER: Act.READ_STORY,
    Heading.VRIJGEVEN: Act.RELEASE_STORY,
    Heading.NAMEN_NAKIJKEN: Act.EDIT_NAMES,
    Heading.THEMAS: Act.CONFIRM_THEMES,
    Heading.AANBIEDEN: Act.SUBMIT_FOR_RELEASE,
}
"""Where the desk can do something now, and which right that takes. Elsewhere it waits for somebody else."""

FOUR_EYES = (Heading.TWEEDE_LEZER, Heading.VRIJGEVEN)
"""Not the work of whoever made or offered the story (but in one-person mode a maker may release)."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An opgave of a story: proposed, or confirmed by a person."""

    id: str
    name: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue. `heading` is what is needed next; `age` is in days since it was told; `last_day` is the
    day an editor set (`by_hand`), else that of the term of the house, None where nothing is late."""

    story: Story
    heading: Heading
    waits_for: str | None
    job: JobStatus | None  # the work that brings it to the editors
    is_draft: bool = False  # the better model has not listened yet
    age: int = 0
    last_day: date | None = None
    by_hand: bool = False
    days_over: int = 0  # since the last day; before it, less than nothing
    names_left: int | None = None
    heard: bool = False
    tags: tuple[Tag, ...] = ()
    assigned_to: str | None = None
    assigned_name: str | None = None
    notes: int = 0  # that are not done
    calls: int = 0  # of those: that name this user, who has not looked yet

    @property
    def is_late(self) -> bool:
        return self.days_over > 0


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page, and what a screen needs to choose another. `counts` obeys every filter but the heading's; `regions` are
    (mark, name), `opgaven` (id, name)."""

    rows: tuple[QueueRow, ...]
    counts: dict[Heading, Counted]
    filters: Filters  # without what is not there
    total: int
    page: int
    pages: int
    regions: tuple[tuple[str, str], ...]
    opgaven: tuple[tuple[str, str], ...]


def queue(
    store: Store, user: User, filters: Filters | None = None, *, page: int = 1, today: date | None = None
) -> QueuePage:
    """The stories that these filters ask for; without a heading those that are not finished. A page behind the last is
    the last."""
    user.require(Act.SEE_QUEUE)
    today, days = today or clock.today(), terms(store.settings)
    with store.read() as books:
        regions = tuple((books.region_mark(region), region) for region in books.queue.regions())
        opgaven = _opgaven(books)
        filters, wanted = _wanted(books, user, filters or Filters(), dict(regions), dict(opgaven), today)
        counts = books.queue.counts(wanted, days, today)
        headings = _headings(filters)
        total = sum(counts[heading].stories for heading in headings)
        pages = max(1, -(-total // PER_PAGE))
        page = min(max(1, page), pages)
        shown = replace(wanted, headings=headings)
        found = books.queue.page(shown, days, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        rows = _rows(store, books, user, found, today)
    return QueuePage(rows, counts, filters, total, page, pages, regions, opgaven)


def queue_row(store: Store, user: User, story_id: str, *, today: date | None = None) -> QueueRow:
    """The line of one story: how far the machine is, without a word of it. Refused for one that stands still."""
    user.require(Act.SEE_QUEUE)
    with store.read() as books:
        living(books, story_id)
        found = books.queue.of(story_id, terms(store.settings))
        return _rows(store, books, user, [found], today or clock.today())[0]


def next_for(
    store: Store, user: User, filters: Filters | None = None, *, after: str | None = None, today: date | None = None
) -> QueueRow | None:
    """The most urgent story of these filters that this user can do something about and that is nobody else's; with
    `after` the one behind that story, from the top again behind the last. None when there is none."""
    user.require(Act.SEE_QUEUE)
    today, days = today or clock.today(), terms(store.settings)
    with store.read() as books:
        regions = {books.region_mark(region): region for region in books.queue.regions()}
        filters, wanted = _wanted(books, user, filters or Filters(), regions, dict(_opgaven(books)), today)
        apart = FOUR_EYES if one_person_since(books) is None else (Heading.TWEEDE_LEZER,)
        mine = [heading for heading in _headings(filters) if heading in WORK and user.may(WORK[heading])]
        found = books.queue.after(
            wanted, days, user.id, work=[h for h in mine if h not in apart],
            reading=[h for h in mine if h in apart], story_id=after,
        )  # fmt: skip
        return None if found is None else _rows(store, books, user, [found], today)[0]


def terms(settings: Settings) -> dict[Heading, int]:
    """In how many days the house wants something done, from the day on which a story got that far."""
    desk = dict.fromkeys((Heading.NAMEN_NAKIJKEN, Heading.THEMAS, Heading.AANBIEDEN), settings.desk_days)
    second = dict.fromkeys(FOUR_EYES, settings.release_days)
    waits = {Heading.BIJ_DE_VERTELLER: settings.read_back_days, Heading.GEPAUZEERD: settings.pause_days}
    return desk | second | waits


# who does it, and until when


def take(store: Store, user: User, story_id: str, *, expected: str | None) -> None:
    """This user works on the story from now on; a colleague from whom it is taken is told by a note. `expected`: whose
    it was on their screen; Moved when it is another's by now."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        living(books, story_id)
        books.queue.assign(story_id, user.id, expected=expected)
        books.audit(user.id, "story_taken", story_id=story_id, detail=f"from_somebody={int(expected is not None)}")
        if expected is not None:
            notes.tell(books, user.id, story_id, expected, say("queue.taken_over_note"))


def give_back(store: Store, user: User, story_id: str) -> None:
    """Anybody may take it again. Raises Moved when it is not this user's."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        living(books, story_id)
        books.queue.assign(story_id, None, expected=user.id)
        books.audit(user.id, "story_given_back", story_id=story_id)


def set_last_day(store: Store, user: User, story_id: str, day: date | None, *, expected: date | None) -> None:
    """An editor sets the last day, or (None) lets the term of the house count again. `expected` is the day that was set
    on their screen; Moved when somebody changed it meanwhile. Refused for a day that is over."""
    user.require(Act.READ_STORY)
    if day is not None and day < clock.today():
        raise Refused("queue.day_is_over")
    with store.write() as books:
        living(books, story_id)
        books.queue.set_due(story_id, day, expected=expected)
        books.audit(user.id, "last_day_set", story_id=story_id, detail="" if day is None else day.isoformat())


def count_again(store: Store) -> int:
    """Count what was never counted, such as the stories of before there was a queue; returns how many. What cannot be
    read waits under "namen nakijken", where a person sees it."""
    done, tried = 0, ""
    while True:
        with store.write() as books:
            found = books.queue.uncounted(tried, COUNTED_AT_A_TIME)
            for story_id in found:
                try:
                    version = books.version(story_id)
                    books.queue.note_themes(story_id, version.themes)
                    queue_facts.note(books, books.story(story_id), version, *findings_of(books, story_id))
                    done += 1
                except VertelpuntError as error:
                    logger.warning("a story of the queue is not counted: %s", error.code)
        if not found:
            return done
        tried = found[-1]


def _headings(filters: Filters) -> tuple[Heading, ...]:
    return (filters.heading,) if filters.heading else tuple(one for one in HEADINGS if one not in FINISHED)


def _opgaven(books: Books) -> tuple[tuple[str, str], ...]:
    return tuple((row["id"], row["naam"]) for row in only(rules.vocabulary(books), Soort.OPGAVE))


def _wanted(
    books: Books, user: User, filters: Filters, regions: dict[str, str], opgaven: dict[str, str], today: date
) -> tuple[Filters, Wanted]:
    """The filters without what is not there, and what they ask of the database."""
    filters = replace(
        filters,
        region=filters.region if filters.region in regions else None,
        tag=filters.tag if filters.tag in opgaven else None,
    )
    return filters, Wanted(
        role=filters.role,
        region=regions[filters.region] if filters.region else None,
        mark=books.queue.tag_mark(filters.tag) if filters.tag else None,
        assigned_to=user.id if filters.whose is Whose.MINE else None,
        nobodys=filters.whose is Whose.NOBODYS,
        late_on=today if filters.late else None,
    )


def _rows(store: Store, books: Books, user: User, found: Sequence[Waiting], today: date) -> tuple[QueueRow, ...]:
    ids = [one.story_id for one in found]
    opgaven, people = dict(_opgaven(books)), {one.id: one.name for one in books.users(include_inactive=True)}
    tags, work = books.queue.tags(ids, opgaven), _work(store, ids)
    stories = books.these_stories(ids)
    rows = (_row(stories[one.story_id], one, tags[one.story_id], opgaven, people, work, today) for one in found)
    counted = notes.counted(books, user.id, stories.values())
    return tuple(replace(row, notes=counted[row.story.id][0], calls=counted[row.story.id][1]) for row in rows)


def _row(
    story: Story,
    waiting: Waiting,
    tags: dict[str, bool],
    opgaven: dict[str, str],
    people: dict[str, str],
    work: dict[tuple[str, str], JobStatus],
    today: date,
) -> QueueRow:
    job, later = work.get((story.id, "process")), work.get((story.id, FINAL))
    return QueueRow(
        story=story,
        heading=waiting.heading,
        waits_for=story.waiting_for or (job.message if job else None),
        job=job,
        is_draft=later is not None and later.state in jobs.UNFINISHED,
        age=(today - clock.today(story.created_at)).days,
        last_day=waiting.last_day,
        by_hand=waiting.last_day is not None and waiting.due_on is not None,
        days_over=(today - waiting.last_day).days if waiting.last_day else 0,
        names_left=waiting.names_left,
        heard=waiting.heard,
        tags=tuple(Tag(tag, opgaven[tag], sure) for tag, sure in sorted(tags.items(), key=lambda one: not one[1])),
        assigned_to=waiting.assigned_to,
        assigned_name=people.get(waiting.assigned_to) if waiting.assigned_to else None,
    )


def _work(store: Store, story_ids: Sequence[str]) -> dict[tuple[str, str], JobStatus]:
    """The newest job of each name, of these stories."""
    return {(job.story_id, job.name): job for job in reversed(jobs.status(store, *story_ids))}
