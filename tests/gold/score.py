"""How well the anonymiser does on stories whose names are marked.

    make evaluate                        # every part of tests/gold
    make evaluate GOLD=verhalen.jsonl    # another file
    python tests/gold/score.py [FILE ...] [--json] [--misses] [--record]

Each line of a file is a story: id, text, entities (start, end, type, perhaps origin), and perhaps part, case,
narrator and opgaven. `--misses` prints what was not masked, of the tuning part only: whoever looks at the test part
can no longer measure with it. `--record` writes recorded.json, which the ratchet test holds us to.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from gold import lenses
from gold.measure import Story, Tally, lowered

from anonymise import themes

RECORDED = HERE / "recorded.json"
FALLBACK = HERE.parent / "anonymise" / "gold.jsonl"
PASSES: dict[str, Callable[[Story], Story]] = {"written": lambda story: story, "lower": lowered}
"""Every story is read as it stands, and once more without capitals."""
WRITTEN, LOWER = "zoals het er staat", "alles in kleine letters"
RATCHET = (
    "missed",
    "missed_with_amber",
    "leaks",
    "others_masked",
    "opgaven_wrong",
    "opgaven_left",
    "lenzen_wrong",
    "lenzen_left",
)
"""Counts that may not grow; see `counts`."""


def files() -> list[Path]:
    """The marked stories of this folder."""
    return sorted(HERE.glob("*.jsonl")) or [FALLBACK]


def load(paths: Sequence[Path]) -> list[Story]:
    """The stories of some files. Raises ValueError on a line that is no story or whose marks are off."""
    stories = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            story = json.loads(line)
            for e in story["entities"]:
                if "text" in e and story["text"][e["start"] : e["end"]] != e["text"]:
                    raise ValueError(f"{path.name}:{number}: een markering staat niet op haar woorden")
            stories.append(story)
    return stories


def tally(stories: Sequence[Story]) -> Tally:
    result = Tally()
    vocabulary = yaml.safe_load((ROOT / "stories" / "themes.yaml").read_text(encoding="utf-8"))["opgaven"]
    for story in stories:
        told = [h.name for h in themes(story["text"], vocabulary) if h.is_opgave] if "opgaven" in story else None
        result.add(story, told)
    result.lenses = lenses.tally(stories)
    return result


def parts(stories: Sequence[Story]) -> dict[str, list[Story]]:
    """The stories by part: `tuning` may be looked at, `test` may not; `geheel` where a file knows no parts."""
    found: dict[str, list[Story]] = {}
    for story in stories:
        found.setdefault(story.get("part", "geheel"), []).append(story)
    return found


def counts(stories: Sequence[Story]) -> dict[str, dict[str, int]]:
    """What the ratchet holds, per pass."""
    found = {}
    for name, read in PASSES.items():
        t = tally([read(story) for story in stories])
        found[name] = {
            "direct": t.direct.entities,
            "missed": t.direct.entities - t.direct.found,
            "missed_with_amber": t.direct.entities - t.direct.shown,
            "leaks": t.leaks,
            "others_masked": t.others_masked,
            "opgaven_wrong": sum(row[1] for row in t.themes.values()),
            "opgaven_left": sum(row[2] for row in t.themes.values()),
            "lenzen_wrong": sum(row[1] for row in t.lenses.values()),
            "lenzen_left": sum(row[2] for row in t.lenses.values()),
        }
    return found


def record() -> None:
    found = {part: counts(stories) for part, stories in sorted(parts(load(files())).items())}
    RECORDED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def evaluate(stories: Sequence[Story]) -> dict[str, Any]:
    """Every measure: in all, and by case, by narrator and by form where the stories say so; for both passes."""
    found: dict[str, Any] = {}
    for name, read in PASSES.items():
        rows = [read(story) for story in stories]
        result = found[name] = tally(rows).figures()
        for field in ("case", "narrator", "form") if name == "written" else ("narrator",):
            values = sorted({str(row[field]) for row in rows if field in row})
            groups = {value: tally([r for r in rows if str(r.get(field)) == value]).figures() for value in values}
            result[f"by_{field}"] = {value: _short(figures) for value, figures in groups.items()}
    return found


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if not isinstance(value, dict) or key == "direct"}


def percent(value: float | None) -> str:
    return "     –" if value is None else f"{100 * value:5.1f}%"


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell; the first one to the left, the others to the right."""
    if not rows:
        return
    lines = [[title, *heads], *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print(
            "  ".join(
                cell.ljust(w) if not i else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
            )
        )
    print()


def _row(name: str, f: dict[str, Any]) -> list[str]:
    direct = f["direct"]
    return [
        name, str(f["stories"]), str(direct["entities"]), percent(direct["recall"]), percent(direct["recall_letters"]),
        percent(direct["recall_with_amber"]), percent(f["all_mentions_recall"]), percent(f["leak_rate"]),
        percent(f["precision"]), percent(f["over_redaction"]), f"{f['amber_per_1000_words'] or 0:.1f}",
    ]  # fmt: skip


HEADS = (
    "verhalen", "direct", "recall", "letters", "met geel", "alle noem.", "lekt", "precisie", "te veel", "geel/1000 w"
)  # fmt: skip


def show(part: str, found: dict[str, Any]) -> None:
    """The figures of one part as plain tables."""
    print(f"=== {part} ===\n")
    names = {"written": WRITTEN, "lower": LOWER}
    table("namen", HEADS, [_row(names[key], figures) for key, figures in found.items()])
    for field, title in (("case", "hoofdletters"), ("narrator", "verteller"), ("form", "vorm")):
        for key, figures in found.items():
            rows = [_row(value, f) for value, f in figures.get(f"by_{field}", {}).items()]
            table(f"{title}, {names[key]}", HEADS, rows)
    for key, figures in found.items():
        rows = [
            [kind, str(int(f["entities"])), percent(f["recall"]), percent(f["recall_letters"]),
             percent(f["recall_with_amber"])]
            for kind, f in figures["by_type"].items()
        ]  # fmt: skip
        table(f"soort, {names[key]}", ("aantal", "recall", "letters", "met geel"), rows)
    for key, figures in found.items():
        rows = [
            [name, str(int(f["entities"])), percent(f["recall"]), percent(f["recall_with_amber"])]
            for name, f in figures["by_origin"].items()
        ]
        table(f"afkomst van de naam, {names[key]}", ("aantal", "recall", "met geel"), rows)
        gap = figures["origin_gap"]
        print(
            f"verschil tussen afkomsten, {names[key]}: {percent(gap).strip()} (groepen van tien namen of meer)\n"
            if gap is not None
            else f"verschil tussen afkomsten, {names[key]}: niet te meten, deze verhalen zeggen er niets over\n"
        )
    written = found["written"]
    rows = [[name, str(f["stories"]), str(f["proposed"]), percent(f["f1"])] for name, f in written["by_opgave"].items()]
    table("opgave", ("verhalen", "voorgesteld", "F1"), rows)
    print(f"opgaven: micro-F1 {percent(written['opgave_micro_f1'])}, macro-F1 {percent(written['opgave_macro_f1'])}\n")
    rows = [[name, str(f["passages"]), str(f["proposed"]), percent(f["f1"])] for name, f in written["by_lens"].items()]
    table("lens", ("fragmenten", "voorgesteld", "F1"), rows)
    if rows:
        print(f"lenzen: micro-F1 {percent(written['lens_micro_f1'])}\n")


def misses(stories: Sequence[Story]) -> None:
    for name, read in PASSES.items():
        print(f"niet gemaskeerd, {name}:")
        for story, kind, words, shown in tally([read(story) for story in stories]).missed:
            print(f"  {story}  {kind:12} {words!r}{'  (geel)' if shown else ''}")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Meet het anonimiseren aan verhalen met gemarkeerde namen.")
    parser.add_argument("files", nargs="*", type=Path, help="JSONL; zonder bestand alles in tests/gold")
    parser.add_argument("--json", action="store_true", help="alle cijfers als JSON")
    parser.add_argument("--misses", action="store_true", help="toon wat gemist is (niet van het toetsdeel)")
    parser.add_argument("--record", action="store_true", help="leg de cijfers van tests/gold vast")
    options = parser.parse_args(arguments)
    if options.record:
        record()
        return 0
    try:
        by_part = parts(load(options.files or files()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"Dit bestand is niet te lezen: {error}", file=sys.stderr)
        return 2
    found = {part: evaluate(stories) for part, stories in sorted(by_part.items())}
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    for part, figures in found.items():
        show(part, figures)
        if options.misses and part != "test":
            misses(by_part[part])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
