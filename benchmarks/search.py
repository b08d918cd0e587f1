"""What searching costs with many stories: milliseconds of the processor a question and bytes of index, beside SQLite's
own full text over the same words, unsealed and in memory, in the same run.

    .venv/bin/python -m benchmarks.search [STORIES] [DATABASE_URL | postgres]

The texts are 800 words drawn as often as Dutch uses them. Prints per question how many stories hold it, the best of
five of the index alone, of a whole page of results (20 stories with consent asked, text opened, snippet cut) and of
the peer, and the ratio of index to peer. Nothing is kept.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import wordfreq

from benchmarks.databases import database
from desk import indexing, searching
from desk.searching import Facets, phrases_of
from stories.books_search import Ask
from stories.consent import ConsentEvent, Form, Notice, Outcome, Party, Purpose, Recognisability, Way
from stories.model import (
    AgeBand,
    CleanText,
    RawText,
    Story,
    StoryKind,
    StoryVersion,
    Teller,
    TellerRole,
    Theme,
    digest_of,
)
from stories.people import Role, User
from stories.settings import Settings
from stories.stages import Stage, State
from stories.store import Store, migrate

WORDS, BATCH, TURNS = 800, 100, 5
POOL = 1_000
"""Different texts; they come back, which changes neither how often a word is found nor the size of the index."""
NOW = datetime.now(UTC)
EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))
QUESTIONS = ("schulden", "school", "school geld", "moeder school werk", "ik", "ik en de", '"naar school"', '"van de"')
TAGS = ("meedoen", "stress", "fijn_thuis", "versterken", "gaat_goed")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, database(sys.argv[2] if len(sys.argv) > 2 else "") as url:
        places = {"data_dir": Path(folder) / "data", "master_key_file": Path(folder) / "key" / "master.key"}
        settings = Settings(_env_file=None, **places, database_url=url)  # type: ignore[arg-type]
        migrate(settings)
        store = Store.open(settings)
        peer = sqlite3.connect(":memory:")
        peer.execute("CREATE VIRTUAL TABLE t USING fts5(words)")
        began = time.perf_counter()
        fill(store, peer, count)
        print(f"filled {count} stories of {WORDS} words in {time.perf_counter() - began:.0f} s")
        sizes(store, count)
        for question in QUESTIONS:
            measure(store, peer, question)
        measure(store, peer, "school", Facets(tags=("meedoen",), role=TellerRole.OUDER, channel=Purpose.PODCAST))
        measure(store, peer, "", Facets(tags=("meedoen",)))
        store.close()


def fill(store: Store, peer: sqlite3.Connection, count: int) -> None:
    pool = [(text, indexing.places(text)) for text in said(min(count, POOL))]
    picks = random.Random(2)
    for start in range(0, count, BATCH):
        with store.write() as books:
            for number in range(start, min(count, start + BATCH)):
                text, places = pool[number % POOL]
                peer.execute("INSERT INTO t(rowid, words) VALUES (?, ?)", (number, text))
                story = a_story(number)
                books.add_story(story)
                books.add_consent(*a_yes(story))
                tags = picks.sample(TAGS, 2)
                themes = tuple(Theme(tag, "redactie", confirmed=True) for tag in tags)
                version = StoryVersion(story.id, 1, CleanText(text, RawText(text).digest), "u2", NOW, themes)
                books.index(books.add_version(version), places, tags, method=1)


def said(count: int) -> Iterator[str]:
    words = wordfreq.top_n_list("nl", 20_000)
    weights = [wordfreq.word_frequency(word, "nl") for word in words]
    pick = random.Random(1)
    for _ in range(count):
        yield " ".join(pick.choices(words, weights, k=WORDS))


def a_story(number: int) -> Story:
    role = TellerRole.OUDER if number % 2 else TellerRole.JONGERE
    teller = Teller(role, AgeBand.ADULT)
    at = NOW - timedelta(minutes=number)
    return Story(
        f"s{number:06d}", StoryKind.TEXT, teller, Stage.TAGGED, State.VRIJGEGEVEN, at, region=f"r{number % 12}"
    )


def a_yes(story: Story) -> Iterator[ConsentEvent]:
    notice = Notice("proef", 1, "nl", digest_of("proef"))
    for purpose, form in ((Purpose.VERWERKEN, None), (Purpose.PODCAST, Form.NAGESPROKEN)):
        yield ConsentEvent(
            id=f"c{story.id}{purpose}", story_id=story.id, at=NOW, party=Party.TELLER, purpose=purpose,
            outcome=Outcome.JA, notice=notice, way=Way.SCHERM, recorded_by="verteller", form=form,
            recognisability=Recognisability.ONHERKENBAAR,
        )  # fmt: skip


def sizes(store: Store, count: int) -> None:
    with store.connect(write=False) as connection:
        if connection.dialect.name == "postgresql":
            names = ("search_doc", "search_mark")
            each = [connection.exec_driver_sql(f"SELECT pg_total_relation_size('{n}')").scalar() or 0 for n in names]
            size = sum(each)
        else:
            size = (
                connection.exec_driver_sql("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%search_%'").scalar() or 0
            )
        rows = connection.exec_driver_sql("SELECT count(*) FROM search_mark").scalar() or 0
    print(f"index: {size / 1e6:.0f} MB, {size / count / 1000:.1f} kB a story, {rows / count:.0f} words a story")


def measure(store: Store, peer: sqlite3.Connection, question: str, facets: Facets = searching.ANYTHING) -> None:
    phrases = phrases_of(question)
    ask = replace(Ask(phrases), tags=facets.tags)

    def alone() -> int:
        with store.read() as books:
            return len(books.search(ask))

    def theirs() -> int:
        match = question if question.startswith('"') else " AND ".join(f'"{word}"' for word in question.split())
        peer.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 20", (match,)).fetchall()
        return int(peer.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match,)).fetchone()[0])

    index, held = best(alone)

    def drawn() -> int:
        with store.one_moment():  # as a page does
            return searching.search(store, EDITOR, question, facets).total

    page, _ = best(drawn)
    line = f"{question or '-':20} {'with facets' if facets != searching.ANYTHING else '':12} {held:6} stories"
    line += f"  index {index:6.1f} ms  page {page:6.1f} ms"
    if question:
        other, _ = best(theirs)
        line += f"  FTS5 {other:6.1f} ms  ratio {index / other:5.1f}"
    print(line)


def best(work: Callable[[], int]) -> tuple[float, int]:
    """The cheapest of some turns in milliseconds of the processor, and what it counted."""
    times = []
    for _ in range(TURNS):
        began = time.process_time()
        found = work()
        times.append((time.process_time() - began) * 1000)
    return min(times), found


if __name__ == "__main__":
    main()
