"""An installation's own recogniser of names, taught by what its editors decided beside what we ship.

    python -P training/local.py build     # collect, fit, and say what got better or worse; nothing counts yet
    python -P training/local.py accept    # from the next start on it counts in the place of the one that ships
    python -P training/local.py status    # does it count, and may it still?
    python -P training/local.py drop      # back to the one that ships

Runs on the server, for whoever may read its keys. Texts stay in memory (`desk/teaching.py`); what is written, in `ner`
and `ner-candidate` of the data folder, is numbers, and the ids of the stories that taught: when one of them may not
teach any more, the hourly housekeeping removes it. Exit 0 done, 1 build anew first, 3 not possible.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "training")]

import build as training  # type: ignore[import-not-found]
from gold.measure import Tally  # type: ignore[import-not-found]
from gold.score import PASSES, files, load  # type: ignore[import-not-found]

from anonymise import own
from anonymise.recogniser import folder_in_use
from desk import teaching
from stories.errors import VertelpuntError
from stories.settings import Settings
from stories.store import Store, migrate
from stories.words import say


def build(settings: Settings, store: Store, on: date, epochs: int = training.EPOCHS) -> int:
    """Fit a candidate on our own stories and the lessons of this house; print what it does better or worse."""
    target = settings.recogniser_candidate
    shutil.rmtree(target, ignore_errors=True)
    lessons = teaching.lessons(store, on=on)
    if not lessons:
        print(say("training.none"))
        return 3
    print(say("training.begins", number=len(lessons)))
    marked = [(one.text, [mark for mark in one.marks if mark[2] in own.LABELS]) for one in lessons]  # an age is no name
    training.build(target, more=marked, epochs=epochs)
    (target / teaching.SOURCES).write_text(json.dumps([lesson.story_id for lesson in lessons]), encoding="utf-8")
    before, after = (missed(own.OwnVoter(folder)) for folder in (folder_in_use(settings), target))
    for name in PASSES:
        print(say(f"training.report_{name}", **_pair(before[name], after[name])))
    print(say("training.accept_it" if not worse(before, after) else "training.worse"))
    return 0


def missed(voter: own.OwnVoter) -> dict[str, tuple[int, int]]:
    """Of the gold stories nobody tunes on, per pass: names missed and characters hidden that need not be."""
    stories = [story for story in load(files()) if story.get("part") == "test"]
    found = {}
    for name, read in PASSES.items():
        tally = Tally(voters=(voter,))
        for story in stories:
            tally.add(read(story), None)
        found[name] = (tally.direct.entities - tally.direct.found, tally.others_masked)
    return found


def worse(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> bool:
    """Does it miss more names, in either pass?"""
    return any(after[name][0] > before[name][0] for name in before)


def _pair(before: tuple[int, int], after: tuple[int, int]) -> dict[str, int]:
    return {"missed": after[0], "missed_before": before[0], "hidden": after[1], "hidden_before": before[1]}


def accept(settings: Settings, store: Store, on: date) -> int:
    """The candidate counts from the next start, unless one of its stories may no longer teach."""
    source, target = settings.recogniser_candidate, settings.own_recogniser
    gone = teaching.no_longer(store, teaching.sources(source), on=on)
    if gone:
        print(say("training.gone", number=gone))
        return 1
    own.OwnVoter(source)  # raises NotReady when it is not whole
    shutil.rmtree(target, ignore_errors=True)
    source.rename(target)
    print(say("training.accepted"))
    return 0


def status(settings: Settings, store: Store, on: date) -> int:
    folder = settings.own_recogniser
    if not folder.exists():
        print(say("training.shipped_counts"))
        return 0
    taught = teaching.sources(folder)
    gone = teaching.no_longer(store, taught, on=on)
    print(say("training.own_counts", number=len(taught)))
    if gone:
        print(say("training.gone", number=gone))
    return 1 if gone else 0


def drop(settings: Settings) -> int:
    for folder in (settings.own_recogniser, settings.recogniser_candidate):
        shutil.rmtree(folder, ignore_errors=True)
    print(say("training.shipped_counts"))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -P training/local.py", description=say("training.help"))
    parser.add_argument("command", choices=("build", "accept", "status", "drop"))
    command = parser.parse_args(arguments).command
    settings = Settings()
    try:
        migrate(settings)
        store, today = Store.open(settings), datetime.now(UTC).date()
        if command == "drop":
            return drop(settings)
        return {"build": build, "accept": accept, "status": status}[command](settings, store, today)
    except VertelpuntError as error:
        print(error.message, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
