"""How long the page Inzichten takes for 10,000 released stories with tags of passages, all sealed.

    python benchmarks/insights.py [STORIES]

Prints one JSON object: seconds of the processor (and, ending in `_wall`, of the clock) to fill the store, for the first
look of a process (which opens the tags of every story and asks its consent), for the same look again (which opens only
what changed), and to count and decide what may be shown; beside it, as peers, how long pandas takes to make the tables
of the same facts, and plain SQL to count the released stories by role and region, both without any protection. Best of
three, but for the filling and the first look. On a busy machine the processor's seconds say more than the clock's.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


BATCH = 500
"""Stories filled in one transaction."""


def seconds(name: str, work: Callable[[], object], rounds: int = 3) -> dict[str, float]:
    """The best of some rounds, by the processor and by the clock."""
    cpu = wall = float("inf")
    for _ in range(rounds):
        used, started = time.process_time(), time.perf_counter()
        work()
        cpu, wall = min(cpu, time.process_time() - used), min(wall, time.perf_counter() - started)
    return {name: cpu, f"{name}_wall": wall}


def tables_of_pandas(found: Any) -> None:
    import pandas as pd  # type: ignore[import-untyped]

    rows = [
        (fact.role, fact.region, fact.told_on.year, opgave, other) for fact in found for opgave, other in fact.pairs
    ]
    frame = pd.DataFrame(rows, columns=["rol", "regio", "jaar", "opgave", "lens"])
    for by in ("lens", "rol", "regio", "jaar"):
        pd.crosstab(frame["opgave"], frame[by], margins=True)


def plain_count(store: Any) -> None:
    from sqlalchemy import text

    counted = "SELECT teller_role, region, count(*) FROM story WHERE state = 'vrijgegeven' GROUP BY teller_role, region"
    with store.connect(write=False) as connection:
        connection.execute(text(counted)).all()


def main(stories: int = 10_000) -> dict[str, float]:
    from insights_fixture import somebody, tell  # type: ignore[import-not-found]

    from desk import facts, insights, rules
    from desk.figures import figures
    from stories import clock
    from stories.consent import Purpose
    from stories.people import Role
    from stories.receipts import Hasher
    from stories.settings import Settings
    from stories.store import Store, migrate

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(_env_file=None, data_dir=place / "data", master_key_file=place / "sleutel" / "master.key")
        migrate(settings)
        store = Store.open(settings, hasher=Hasher(time_cost=1, memory_kib=8, parallelism=1))

        def fill() -> None:
            for first in range(0, stories, BATCH):
                tell(store, min(BATCH, stories - first), seed=first + 7)

        filled = seconds("fill_s", fill, rounds=1)
        user = somebody(store, Role.REDACTEUR)
        chosen = insights.Selection(Purpose.KENNISKRING, opgave="werkgever")
        with store.read() as books:
            vocabulary = rules.vocabulary(books)

        def read() -> Any:
            with store.read() as books:
                return facts.read(books, chosen.purpose, on=clock.today())

        first = seconds("s", read, rounds=1)
        found = read()
        made = (
            {"stories": float(len(found))}
            | filled
            | {f"first_{name}": value for name, value in first.items()}
            | seconds("count_s", lambda: figures(found, vocabulary, limit=5, code=str.casefold))
            | seconds("whole_s", lambda: insights.look(store, user, chosen))
            | seconds("pandas_s", lambda: tables_of_pandas(found))
            | seconds("sql_s", lambda: plain_count(store))
        )
        store.close()
    return made | {f"ratio_{peer}": made["whole_s"] / made[f"{peer}_s"] for peer in ("pandas", "sql")}


if __name__ == "__main__":
    print(json.dumps({name: round(value, 3) for name, value in main(*map(int, sys.argv[1:2])).items()}))
