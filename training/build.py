"""Builds anonymise/data/ner: reads marked sentences, varies them, and fits the network of anonymise/own.py.

    make model                               # or: python -P training/build.py [FOLDER] [--held-out]

`--held-out` leaves a third of the tuning stories out, for choosing settings. Same sources, same numbers: the seed is
fixed. Sources: templates.txt and scenes/ beside this file, the word lists of anonymise/data, and the tuning part of
tests/gold.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np

from anonymise import lexicon, lists, own
from anonymise.scenes import scenes
from anonymise.view import read

SEED = 11
HERE = Path(__file__).resolve().parent
EPOCHS, BATCH, RATE, HIDDEN, DROPOUT, NAMED, TIMES = 7, 6, 0.004, 0.15, 0.3, 4.0, 5
Marked = tuple[str, list[tuple[int, int, str]]]
"""A text and its marks: (start, end, type)."""
_SLOT = re.compile(r"\[(\w+)(?:\|([^\]]*))?\]")


def gold(held_out: bool) -> list[Marked]:
    """Our own stories that may be looked at, and the scenes; with `held_out` every third story is left out."""
    found: list[Marked] = []
    paths = [*sorted((ROOT / "tests" / "gold").glob("*.jsonl")), ROOT / "tests" / "anonymise" / "gold.jsonl"]
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            story = json.loads(line)
            if story.get("part", "tuning") != "tuning" or (held_out and sum(story["id"].encode()) % 3 == 0):
                continue
            marks = [(e["start"], e["end"], e["type"]) for e in story["entities"] if e["type"] in own.LABELS]
            found.append((story["text"], marks))
    return [*found, *((one.text, [mark for mark in one.marks if mark[2] in own.LABELS]) for one in scenes())]


def templates(dice: random.Random, times: int) -> Iterator[Marked]:
    """Sentences of templates.txt with slots filled: `[persoon]` from the lists, `[school|de zeester]` as it stands."""
    lines = (HERE / "templates.txt").read_text(encoding="utf-8").splitlines()
    sentences = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for _ in range(times):
        chosen = dice.sample(sentences, len(sentences))
        for low in range(0, len(chosen), 6):  # a few at a time, so that one follows on another
            yield _filled(dice, " ".join(chosen[low : low + 6]))


def _filled(dice: random.Random, sentence: str) -> Marked:
    text, marks, last = "", [], 0
    for slot in _SLOT.finditer(sentence):
        text += sentence[last : slot.start()]
        words = slot[2] or invented(dice, slot[1])
        marks.append((len(text), len(text) + len(words), slot[1]))
        text, last = text + words, slot.end()
    return text + sentence[last:], marks


def invented(dice: random.Random, kind: str) -> str:
    """Something that may stand where a name of this kind stands; half of the time made of everyday words."""
    return _INVENT.get(kind, _school)(dice)


def _one(dice: random.Random, name: str) -> str:
    word = dice.choice(_sorted(name))
    return " ".join(w if w in _SMALL else w.capitalize() for w in word.split())


_SMALL = ("de", "van", "der", "aan", "op", "den", "het", "en")


def _seldom() -> list[str]:
    """Dictionary words that are said seldom: nobody foresees which of them somebody is called by."""
    if "seldom" not in _LISTS:
        _LISTS["seldom"] = sorted(
            word for word, root in lexicon.dutch().items()
            if word == root and word.isalpha() and word.isascii() and word.islower()
            and 3 <= len(word) <= 8 and lexicon.commonness(word) < 10 and not word.endswith("en")
        )  # fmt: skip
    return _LISTS["seldom"]


def _person(dice: random.Random) -> str:
    chance = dice.random()
    first = _one(dice, "ordinary_given") if chance < 0.4 else _one(dice, "given")
    if chance > 0.9:
        first = dice.choice(_seldom()).capitalize()
    last = _one(dice, "ordinary_family") if dice.random() < 0.6 else _one(dice, "family")
    link = dice.choice(("", "", "de ", "van ", "van de ", "van der ", "ten "))
    shape = dice.random()
    return first if shape < 0.72 else f"{first} {link}{last}" if shape < 0.88 else f"{link}{last}"


def _place(dice: random.Random) -> str:
    return _one(dice, "ordinary_places") if dice.random() < 0.5 else _one(dice, "places")


def _thing(dice: random.Random) -> str:
    """`de Kleine Kraal`, `het Anker`: what houses, shops and schools are called."""
    chance = dice.random()
    word = _one(dice, dice.choice(("schools", "schools", "ordinary_family", "ordinary_given")))
    if chance < 0.4:
        word = (dice.choice(_seldom()) + (dice.choice(WORDS["thing_tail"]) if chance < 0.2 else "")).capitalize()
    described = dice.choice(WORDS["described"]).capitalize() + " " if dice.random() < 0.3 else ""
    return f"{dice.choice(('de', 'de', 'het'))} {described}{word}"


def _school(dice: random.Random) -> str:
    shape = dice.random()
    if shape < 0.45:
        return _thing(dice)
    base = _one(dice, dice.choice(("family", "given", "schools", "places", "ordinary_given")))
    if shape < 0.75:
        return f"{base} {dice.choice(WORDS['school_tail'])}"
    return f"{dice.choice(WORDS['school_head'])} {base if dice.random() < 0.5 else _thing(dice)}"


def _organisation(dice: random.Random) -> str:
    shape, name = dice.random(), _one(dice, dice.choice(("family", "ordinary_family", "given", "places", "schools")))
    head = dice.choice(WORDS["trade_head"])
    if shape < 0.4:
        return f"{head} {_thing(dice)}"
    if shape < 0.65:
        return f"{head} {name}"
    return f"{dice.choice(('', '', 'van ', 'van der '))}{name} {dice.choice(WORDS['trade_tail'])}"


def _street(dice: random.Random) -> str:
    name = _one(dice, dice.choice(("given", "family", "schools", "places", "ordinary_given"))).split()[0]
    number = dice.choice(("", "", f" {dice.randint(1, 300)}", f" {dice.choice(_sorted('numbers'))}"))
    return f"{name}{dice.choice(WORDS['street'])}{number}"


def _pet(dice: random.Random) -> str:
    return dice.choice(_seldom()).capitalize() if dice.random() < 0.5 else _one(dice, "ordinary_given")


def _handle(dice: random.Random) -> str:
    parts = [_one(dice, dice.choice(("given", "ordinary_given", "schools"))).lower() for _ in range(2)]
    link = dice.choice((" punt ", " onderstreepje ", " laag streepje ", " underscore ", " streepje "))
    tail = dice.choice(("", f" {dice.choice(_sorted('numbers'))}", " nul vijf", ""))
    return link.join(parts) + tail


def _spoken(dice: random.Random, letters: int, digits: int, start: bool) -> str:
    said = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
    numbers = [dice.choice(said) for _ in range(digits)]
    spelled = [dice.choice("abcdefghjklmnprstvwxz") for _ in range(letters)]
    return " ".join([*numbers, *spelled] if start else [*spelled[:2], *numbers, *spelled[2:]])


_INVENT: dict[str, Callable[[random.Random], str]] = {
    "persoon": _person, "plaats": _place, "school": _school, "organisatie": _organisation, "straat": _street,
    "overig_naam": _pet, "handle": _handle, "postcode": lambda dice: _spoken(dice, 2, 4, True),
    "kenteken": lambda dice: _spoken(dice, 4, 2, False) if dice.random() < 0.5 else _spoken(dice, 3, 3, True),
}  # fmt: skip
WORDS = {
    "described": "kleine grote oude nieuwe gouden zilveren blauwe groene vrolijke lange hoge wilde witte".split(),
    "thing_tail": "tuin huis hof boom hoek berg weide burcht kring poort wereld ster plein vuur boot brug".split(),
    "school_tail": "college lyceum mavo school basisschool scholengemeenschap atheneum gymnasium".split(),
    "school_head": "obs sint roc cbs kbs college".split(),
    "trade_head": (
        "hotel restaurant kwekerij slagerij bakkerij buurthuis theehuis kringloop drukkerij pension garage snackbar "
        "fruitbedrijf schoonmaakbedrijf kinderdagverblijf woonzorgcentrum verzorgingshuis wasserij huize stichting "
        "gebroeders moskee kerk harmonie buurtkamer inloophuis kapsalon salon theater partycentrum zwembad manege "
        "voetbalclub wooncorporatie woningstichting opvang crisisopvang gezinshuis zorgboerderij café fietsenmaker vzw "
        "kinderhuis steengrill wasserette spinnerij visclub eethuis jongerenhuis kerk soos ruilhuis buurtkeuken "
        "complex tuinpark uitzendbureau drogist ziekenhuis supermarkt transportbedrijf"
    ).split(),
    "trade_tail": (
        "transport koeltransport groenten champignons wonen zorg schoonmaak bouw techniek flex grondwerken fruit vis "
        "schilders logistiek catering rioolservice installatie kassen bloemen uitzendbureau noord zuid vastgoed taxi"
    ).split(),
    "street": "straat laan weg plein hof kade singel dijk pad steeg dreef gracht akkers molen plantsoen veld".split(),
}
"""What names of schools, firms and streets are made with."""

_LISTS: dict[str, list[str]] = {}


def _sorted(name: str) -> list[str]:
    if name not in _LISTS:
        _LISTS[name] = sorted(getattr(lists, name)())
    return _LISTS[name]


def varied(dice: random.Random, item: Marked) -> Marked:
    """The same text as another recogniser or writer would have it: other names, no capitals, wrong capitals, no
    punctuation, a dropped word."""
    text, marks = item
    swapped, out, last = [], "", 0
    for start, end, kind in marks:
        words = text[start:end]
        if kind in _INVENT and dice.random() < (0.3 if " " in words else 0.5):
            fresh = invented(dice, kind)
            words = fresh if words[:1].isupper() else fresh.lower()
        out += text[last:start]
        swapped.append((len(out), len(out) + len(words), kind))
        out, last = out + words, end
    text = out + text[last:]
    text, swapped = _torn(dice, text, swapped)
    way = dice.random()
    if way < 0.5:
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        if way < 0.35:
            text = re.sub(r"[,.!?:;\"]", " ", text)
    elif way < 0.58:
        text = re.sub(r"\b\w", lambda m: m[0].upper() if dice.random() < 0.3 else m[0].lower(), text)
    return text, swapped


def _torn(dice: random.Random, text: str, marks: list[tuple[int, int, str]]) -> Marked:
    """A name that the recogniser did not know, written in pieces: `far zane`, `moe stafa`."""
    if dice.random() < 0.7:
        return text, marks
    out, last, kept = "", 0, []
    for start, end, kind in marks:
        words = text[start:end]
        if kind == "persoon" and len(words) > 4 and words.isalpha() and dice.random() < 0.15:
            cut = dice.randint(2, len(words) - 2)
            words = f"{words[:cut]} {words[cut:]}"
        out += text[last:start]
        kept.append((len(out), len(out) + len(words), kind))
        out, last = out + words, end
    return out + text[last:], kept


def example(dice: random.Random, item: Marked) -> tuple[Any, Any]:
    """Codes and labels of a text; at some words the word itself is hidden."""
    text, marks = item
    words = own.solid(read(text))
    labels = np.zeros((len(words), len(own.LABELS)), dtype="float32")
    at = 0
    for i, word in enumerate(words):
        while at < len(marks) and marks[at][1] <= word.start:
            at += 1
        inside = at < len(marks) and marks[at][0] < word.end
        labels[i, own.LABELS.index(marks[at][2]) if inside else 0] = 1
    named = labels[:, 0] == 0
    hide = frozenset(i for i in range(len(words)) if dice.random() < (0.4 if named[i] else HIDDEN))
    return own.codes(words, hide), labels


def joined(batch: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Examples in one array, with blank rows between so that no word sees another story."""
    gap = np.zeros((own.GAP, len(own.ROWS)), dtype="uint64"), np.zeros((own.GAP, len(own.LABELS)), dtype="float32")
    return tuple(np.concatenate([part for pair in batch for part in (pair[i], gap[i])]) for i in (0, 1))  # type: ignore


def build(folder: Path, held_out: bool = False, more: Sequence[Marked] = (), epochs: int = EPOCHS) -> None:
    """Fit and write the model: each of its networks in a process of its own, a few minutes on one core each.

    `more` are marked texts beside our own stories; with fewer `epochs` (and sentences) it is sooner done and worse.
    """
    stories = [*gold(held_out), *more]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as work:
        count = len(own.MODELS)
        fitted = list(work.map(fit, [stories] * count, range(SEED, SEED + count), [epochs] * count))
    folder.mkdir(parents=True, exist_ok=True)
    for name, numbers in zip(own.MODELS, fitted, strict=True):
        (folder / name).write_bytes(numbers)
    meta = {"labels": own.LABELS, "stories": len(stories), "seed": SEED}
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def fit(stories: Sequence[Marked], seed: int, epochs: int = EPOCHS) -> bytes:
    """One network, as bytes."""
    from thinc.api import Adam, fix_random_seed

    fix_random_seed(seed)
    dice = random.Random(seed)
    model = own.network(DROPOUT)
    first = example(dice, stories[0])
    model.initialize(X=first[0], Y=first[1])
    optimizer = Adam(RATE, use_averages=True)
    steps, total = 0, epochs * (len(stories) * 2 + 300) // BATCH
    for epoch in range(epochs):
        items = [varied(dice, item) for item in [*stories, *stories, *templates(dice, min(TIMES, epochs))]]
        dice.shuffle(items)
        loss = 0.0
        for low in range(0, len(items), BATCH):
            codes, labels = joined([example(dice, item) for item in items[low : low + BATCH]])
            scores, back = model.begin_update(codes)
            wrong = (scores - labels) * labels.sum(axis=1, keepdims=True)
            loss += float((wrong**2).sum())
            # a name missed is worse than a word hidden
            weight = np.where(labels[:, :1] == 0, NAMED, 1.0).astype("float32")
            back(wrong * weight / len(items[low : low + BATCH]))
            optimizer.learn_rate = RATE * max(0.05, 1 - steps / total)
            model.finish_update(optimizer)
            steps += 1
        print(f"seed {seed}, epoch {epoch + 1}: loss {loss:.0f}, {time.process_time():.0f} s of work", flush=True)
    with model.use_params(optimizer.averages):  # the mean of the last steps errs less than the last step
        return bytes(model.to_bytes())


if __name__ == "__main__":
    rest = [argument for argument in sys.argv[1:] if argument != "--held-out"]
    build(Path(rest[0]) if rest else own.FOLDER, "--held-out" in sys.argv)
