"""How fast the queue opens with many stories, beside the derivation in Python that it had before, in the same run.

    .venv/bin/python -m benchmarks.long_queue [STORIES] [DATABASE_URL | postgres]

The stories are rows without words: the queue reads none. Prints one line per call: the median of nine in ms, of the
clock and of the processor, and the ratio to the peer: every row read, and its heading worked out in Python.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from benchmarks.databases import database
from desk import queue
from desk.queue import Filters, Heading, Whose
from stories import clock
from stories import tables as t
from stories.model import AgeBand, StoryKind, TellerRole
from stories.people import Role, User
from stories.settings import Settings
from stories.stages import Stage, State
from stories.store import Store, migrate

TURNS = 9
EDITOR = User("u-ed", "Ed", frozenset({Role.REDACTEUR, Role.VRIJGEVER}))
STATES = [State.INGEDIEND, *[State.IN_REDACTIE] * 4, State.TER_VRIJGAVE, State.BIJ_TELLER, *[State.VRIJGEGEVEN] * 2]
BANDS = {TellerRole.KIND: AgeBand.FROM_12, TellerRole.JONGERE: AgeBand.FROM_16}
REGIONS = [f"Regio {number}" for number in range(40)]
OPGAVEN = ("meedoen", "stress", "werkgever", "gezonde_dag")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, database(sys.argv[2] if len(sys.argv) > 2 else "") as url:
        base = Path(folder)
        settings = Settings(
            _env_file=None, data_dir=base / "data", master_key_file=base / "key" / "master.key", database_url=url
        )
        migrate(settings)
        store = Store.open(settings)
        fill(store, count)
        with store.read() as books:
            region = books.region_mark(REGIONS[0])
        peer = measure("peer: every row in Python", lambda: in_python(store), None)
        calls: dict[str, Callable[[], object]] = {
            "one page of bare rows (SELECT ... LIMIT 25)": lambda: bare(store),
            "the queue opens": lambda: queue.queue(store, EDITOR),
            "page 200": lambda: queue.queue(store, EDITOR, page=200),
            "one heading": lambda: queue.queue(store, EDITOR, Filters(heading=Heading.NAMEN_NAKIJKEN)),
            "opgave, role, region, late, mine": lambda: queue.queue(
                store, EDITOR, Filters(None, TellerRole.OUDER, region, "meedoen", Whose.MINE, late=True)
            ),
            "an opgave": lambda: queue.queue(store, EDITOR, Filters(tag="meedoen")),
            "the next": lambda: queue.next_for(store, EDITOR),
        }
        for name, call in calls.items():
            measure(name, call, peer)
        store.close()


def fill(store: Store, count: int) -> None:
    """Rows as a house has them after some years: a part released, a part at work, a third taken by somebody, a quarter
    with a note for the editor."""
    luck, now, today = random.Random(6), datetime.now(UTC), clock.today()
    with store.read() as books:
        marks = {tag: books.queue.tag_mark(tag) for tag in OPGAVEN}
    stories, versions, tags, jobs, notes, mentions = [], [], [], [], [], []
    for number in range(count):
        state, role = luck.choice(STATES), luck.choice(list(TellerRole))
        told = now - timedelta(minutes=luck.randrange(1_000_000))
        story_id, worked = f"s{number:016x}", state is not State.INGEDIEND
        stories.append({
            "id": story_id, "kind": str(luck.choice(list(StoryKind))), "teller_role": str(role),
            "age_band": str(BANDS.get(role, AgeBand.ADULT)), "state": str(state), "created_at": told,
            "stage": str(Stage.TAGGED if worked else Stage.CAPTURED), "region": luck.choice(REGIONS),
            "is_example": False, "row_version": 3, "version": int(worked),
            "moved_on": today - timedelta(luck.randrange(30)),
            "assigned_to": luck.choice([None, None, EDITOR.id]), "names_left": luck.randrange(3) if worked else None,
            "due_on": luck.choice([None, None, None, today]), "heard": luck.random() < 0.6,
            "themes_done": luck.random() < 0.5, "read_through": luck.random() < 0.3,
        })  # fmt: skip
        jobs.append({
            "id": f"j{number}", "name": "process", "story_id": story_id, "state": "done", "created_at": told,
            "updated_at": told,
        })  # fmt: skip
        if number % 4 == 0:
            notes.append({"id": f"n{number}", "story_id": story_id, "by": "u-an", "at": told, "sealed": b""})
            mentions.append({"note_id": f"n{number}", "user_id": EDITOR.id})
        if worked:
            maker = luck.choice(["machine", EDITOR.id])
            versions.append({
                "story_id": story_id, "number": 1, "clean_digest": "0" * 64, "made_by": maker, "made_at": told,
            })  # fmt: skip
            tags += [
                {"story_id": story_id, "mark": marks[tag], "confirmed": luck.random() < 0.5}
                for tag in luck.sample(OPGAVEN, 2)
            ]
    filled: dict[Table, list[dict[str, Any]]] = {
        t.story: stories, t.story_version: versions, t.story_tag: tags, t.job: jobs, t.note: notes, t.mention: mentions,
    }  # fmt: skip
    with store.connect(write=True) as connection:
        for table, rows in filled.items():
            connection.execute(insert(table), rows)


def bare(store: Store) -> object:
    with store.connect(write=False) as connection:
        return connection.execute(select(t.story).order_by(t.story.c.created_at, t.story.c.id).limit(25)).all()


def in_python(store: Store) -> object:
    """As the queue was: every story read, its heading worked out here; then counted, sorted and cut."""
    with store.read() as books:
        stories = books.stories(states=[s for s in State if s not in (State.CONCEPT, State.GEWIST)], limit=1_000_000)
    under: dict[str, int] = {}
    for story in stories:
        heading = f"{story.state} {story.stage} {bool(story.waiting_for)}"
        under[heading] = under.get(heading, 0) + 1
    return under, [asdict(story) for story in sorted(stories, key=lambda one: (one.created_at, one.id))[:25]]


def measure(name: str, work: Callable[[], object], peer: float | None) -> float:
    """Prints and returns the median: on a busy machine the seconds of the processor say more than the clock."""
    took, cpu = [], []
    for _ in range(TURNS):
        begun, used = time.perf_counter(), time.process_time()
        work()
        took.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - used))
    median = statistics.median(cpu)
    beside = "" if peer is None else f"   {median / peer:5.2f}x the peer"
    print(f"{name:45} {statistics.median(took):7.1f} ms, {median:6.1f} CPU ms{beside}")
    return median


if __name__ == "__main__":
    main()
