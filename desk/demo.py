"""The demo: a fresh installation in a temporary folder, the example stories through the real stages, two demo users.

Writes the bundles of four products and `summary.json` into a folder and prints what happened to each story and why.
Nothing here is a short cut: the editor and the releaser call the same functions as the screens do.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desk import publishing, reviewing, secondreading, withdrawing
from desk.demo_products import KINDS, Making
from desk.examples import Example, load_all
from stories import clock
from stories.consent import Consent, Form, Purpose, may_use, required_parties
from stories.model import Quote, Story
from stories.people import Role, User
from stories.settings import Settings
from stories.stages import Stage, State
from stories.store import Store, migrate
from stories.words import say

Work = Callable[[Settings, Store, Callable[[str, Stage], None]], None]
"""Run all waiting jobs; the callable is told of every stage a story reaches."""


def run(out: Path, work: Work) -> int:
    """Do the whole demo; returns an exit code: 1 when a story that may be worked was not. `out` is made when absent."""
    out.mkdir(parents=True, exist_ok=True)
    with installation() as settings:
        migrate(settings)
        store = Store.open(settings)
        editor, releaser = _people(store)
        told = {story.id: example for example, story, _ in load_all(store, settings)}
        work(settings, store, _withdrawer(store, told))
        quotes = [
            quote for story_id, example in told.items() for quote in _review(store, editor, releaser, story_id, example)
        ]
        make = Making(store, editor, releaser, lambda: work(settings, store, _withdrawer(store, told)), out)
        bundles = [bundle for kind in KINDS for bundle in make.product(kind, quotes)]
        summary = [_summary(store, story_id, example) for story_id, example in told.items()]
        store.close()
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _print_table(summary, bundles)
    unfinished = any(row["reason"] == say("desk.demo_not_ready") for row in summary)
    return 1 if unfinished or len(bundles) < len(KINDS) else 0


@contextmanager
def installation() -> Iterator[Settings]:
    """Settings of an installation that lives in a temporary folder and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vertelpunt-demo-") as folder:
        yield Settings(
            _env_file=None,
            data_dir=Path(folder) / "data",
            master_key_file=Path(folder) / "sleutel" / "master.key",
            database_url="",
            media_url="",
        )


def _people(store: Store) -> tuple[User, User]:
    """Two demo users with passwords nobody knows: one edits and composes, the other releases."""
    with store.write() as books:
        editor = books.add_user("demo-redacteur", secrets.token_urlsafe(24), [Role.REDACTEUR, Role.COMMUNICATIE])
        releaser = books.add_user("demo-vrijgever", secrets.token_urlsafe(24), [Role.VRIJGEVER])
    return editor, releaser


def _withdrawer(store: Store, told: Mapping[str, Example]) -> Callable[[str, Stage], None]:
    """The teller who changes their mind while the machine is working."""

    def after_stage(story_id: str, stage: Stage) -> None:
        example = told[story_id]
        if example.withdrawn_after == stage:
            withdrawing.withdraw(store, story_id, required_parties(example.teller)[0])

    return after_stage


def _review(store: Store, editor: User, releaser: User, story_id: str, example: Example) -> list[Quote]:
    """Listen, confirm the themes, offer; read through and release by somebody else; cut the quotes to be used."""
    with store.read() as books:
        story = books.story(story_id)
    if story.state is not State.IN_REDACTIE:
        return []
    seen = reviewing.review(store, editor, story_id)
    reviewing.mark_heard(store, editor, story_id)
    masked = [reviewing.mask(finding) for finding in reviewing.undecided(seen.findings, seen.decisions)]
    reviewing.decide_names(store, editor, story_id, [*seen.decisions, *masked], expected=story.row_version)
    reviewing.confirm_themes(store, editor, story_id, example.themes, expected=_row_version(store, story_id))
    offered = reviewing.offer_for_release(store, editor, story_id, expected=_row_version(store, story_id))
    _read_through(store, releaser, story_id)
    reviewing.release(store, releaser, story_id, expected=offered.row_version)
    return _quotes(store, editor, story_id, example)


def _read_through(store: Store, releaser: User, story_id: str) -> None:
    """Of a child's story: the second person reads the anonymised text as a whole."""
    seen = reviewing.review(store, releaser, story_id)
    if seen.reading.needed:
        secondreading.mark_read_through(store, releaser, story_id, digest=seen.version.digest)


def _quotes(store: Store, editor: User, story_id: str, example: Example) -> list[Quote]:
    cleared = {c.story.id: c for c in publishing.cleared(store, editor)}[story_id]
    if not cleared.allowed:
        return []
    flat = cleared.version.clean.text.replace("\n", " ")  # same offsets; a quote may run over two lines
    for words in example.quotes:  # one is enough for a newsletter
        start = flat.find(words)
        if start >= 0:
            return [publishing.cut_quote(store, editor, story_id, start, start + len(words))]
    return []


def _summary(store: Store, story_id: str, example: Example) -> dict[str, Any]:
    with store.read() as books:
        story, consent, pieces = books.story(story_id), books.consent(story_id), books.pieces_using(story_id)
    released = story.state is State.VRIJGEGEVEN
    return {
        "story": example.id,
        "role": str(story.teller.role),
        "stage": str(story.stage),
        "state": str(story.state),
        "released": released,
        "reason": _reason(story, consent),
        "products": sorted(str(piece.kind) for piece in pieces),
    }


def _reason(story: Story, consent: Consent) -> str:
    today = clock.today()
    may_work = may_use(consent, Purpose.VERWERKEN, on=today)
    if not may_work:
        return may_work.sentence
    if story.state is not State.VRIJGEGEVEN:
        return say("desk.demo_not_ready")
    may_publish = may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=today)
    return say("desk.demo_in_newsletter") if may_publish else say("desk.demo_inside", why=may_publish.sentence)


def _row_version(store: Store, story_id: str) -> int:
    with store.read() as books:
        return books.story(story_id).row_version


def _print_table(summary: list[dict[str, Any]], bundles: list[Path]) -> None:
    columns = ("story", "role", "stage", "state", "reason")
    widths = {c: max(len(c), *(len(row[c]) for row in summary)) for c in columns[:-1]}
    for row in ({c: say(f"desk.column_{c}") for c in columns}, *summary):
        print("  ".join(str(row[c]).ljust(widths.get(c, 0)) for c in columns))
    for bundle in bundles:
        print(say("desk.demo_bundle", file=bundle))
