"""What is counted: for stories with every name marked, how many names were found, how many were only shown, and how
much was hidden that need not be.

Words used here: *direct* is every type but `leeftijd` and `quasi`; an entity is *found* when every letter and digit
of it is masked (whatever type was said); *shown* counts amber marks as found too; a story *leaks* when one direct
entity of it is not found; a *person or thing* (the measure of the Text Anonymization Benchmark) is found when all its
mentions are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anonymise import INDIRECT, find
from anonymise.own import OwnVoter
from anonymise.recogniser import Voter
from anonymise.text import plain
from stories.model import Certainty

Story = Mapping[str, Any]


@dataclass
class Count:
    """Of a group of entities: how many, how many are masked, how many are masked or shown, and their letters."""

    entities: int = 0
    found: int = 0
    shown: int = 0
    letters: int = 0
    covered: int = 0

    def add(self, letters: int, covered: int, shown: int) -> None:
        self.entities += 1
        self.found += covered == letters
        self.shown += shown == letters
        self.letters += letters
        self.covered += covered

    def figures(self) -> dict[str, float]:
        return {
            "entities": self.entities,
            "recall": share(self.found, self.entities),
            "recall_letters": share(self.covered, self.letters),
            "recall_with_amber": share(self.shown, self.entities),
        }


@dataclass
class Tally:
    """Everything counted over some stories."""

    stories: int = 0
    words: int = 0
    leaks: int = 0
    leaks_with_amber: int = 0
    direct: Count = field(default_factory=Count)
    by_type: dict[str, Count] = field(default_factory=dict)
    by_origin: dict[str, Count] = field(default_factory=dict)
    things: int = 0
    things_found: int = 0
    masked: int = 0  # characters, without white space
    masked_rightly: int = 0
    others: int = 0  # characters outside every marked entity
    others_masked: int = 0
    amber: int = 0
    voters: Sequence[Voter | OwnVoter] | None = None
    themes: dict[str, list[int]] = field(default_factory=dict)  # name -> right, wrong, left out
    lenses: dict[str, list[int]] = field(default_factory=dict)  # the same of passages, see gold.lenses
    missed: list[tuple[str, str, str, bool]] = field(default_factory=list)  # story, type, words, shown in amber

    def add(self, story: Story, told: Iterable[str] | None) -> None:
        """Find the names of one story and count. `told` are the opgaven that were proposed, None to leave them out."""
        text = story["text"]
        red, either, marked = bytearray(len(text)), bytearray(len(text)), bytearray(len(text))
        for finding in find(text, voters=self.voters):
            either[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
            if finding.certainty is Certainty.RED:
                red[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
            else:
                self.amber += 1
        leak = hidden_leak = False
        things: dict[tuple[str, str], bool] = {}
        for entity in story["entities"]:
            start, end, kind = entity["start"], entity["end"], entity["type"]
            marked[start:end] = b"\1" * (end - start)
            at = [i for i in range(start, end) if text[i].isalnum()]
            counts = len(at), sum(red[i] for i in at), sum(either[i] for i in at)
            self.by_type.setdefault(kind, Count()).add(*counts)
            if kind in INDIRECT:
                continue
            self.direct.add(*counts)
            if "origin" in entity:
                self.by_origin.setdefault(entity["origin"], Count()).add(*counts)
            found, shown = counts[1] == counts[0], counts[2] == counts[0]
            thing = (kind, plain(text[start:end]))
            things[thing] = things.get(thing, True) and found
            leak, hidden_leak = leak or not found, hidden_leak or not shown
            if not found:
                self.missed.append((story["id"], kind, text[start:end], shown))
        self.stories += 1
        self.words += len(text.split())
        self.leaks += leak
        self.leaks_with_amber += hidden_leak
        self.things += len(things)
        self.things_found += sum(things.values())
        for i, char in enumerate(text):
            if not char.isspace():
                self.masked += red[i]
                self.masked_rightly += red[i] and marked[i]
                self.others += not marked[i]
                self.others_masked += red[i] and not marked[i]
        if told is not None:
            self._add_themes(set(story.get("opgaven", ())), set(told))

    def _add_themes(self, gold: set[str], told: set[str]) -> None:
        for name in gold | told:
            row = self.themes.setdefault(name, [0, 0, 0])
            row[0 if name in gold & told else 1 if name in told else 2] += 1

    def figures(self) -> dict[str, Any]:
        """The measures by name; None where there is nothing to measure."""
        micro = [sum(row[i] for row in self.themes.values()) for i in range(3)]
        gold = [row for row in self.themes.values() if row[0] + row[2]]
        scores = [f1(row) for row in gold]
        return {
            "stories": self.stories,
            "words": self.words,
            "direct": self.direct.figures(),
            "missed": self.direct.entities - self.direct.found,
            "leak_rate": share(self.leaks, self.stories),
            "leak_rate_with_amber": share(self.leaks_with_amber, self.stories),
            "all_mentions_recall": share(self.things_found, self.things),
            "precision": share(self.masked_rightly, self.masked),
            "over_redaction": share(self.others_masked, self.others),
            "amber_per_1000_words": share(1000 * self.amber, self.words),
            "opgave_micro_f1": f1(micro) if self.themes else None,
            "opgave_macro_f1": share(sum(scores), len(scores)) if scores else None,
            "lens_micro_f1": f1([sum(row[i] for row in self.lenses.values()) for i in range(3)])
            if self.lenses
            else None,
            "by_lens": {
                name: {"passages": row[0] + row[2], "proposed": row[0] + row[1], "f1": f1(row)}
                for name, row in sorted(self.lenses.items())
            },
            "by_type": {kind: count.figures() for kind, count in sorted(self.by_type.items())},
            "by_opgave": {
                name: {"stories": row[0] + row[2], "proposed": row[0] + row[1], "f1": f1(row)}
                for name, row in sorted(self.themes.items())
            },
            "by_origin": {name: count.figures() for name, count in sorted(self.by_origin.items())},
            "origin_gap": self.origin_gap(),
        }

    def origin_gap(self, least: int = 10) -> float | None:
        """Recall of the group of names found best minus that of the worst, of groups with at least `least` names."""
        recalls = [share(c.found, c.entities) or 0.0 for c in self.by_origin.values() if c.entities >= least]
        return max(recalls) - min(recalls) if len(recalls) > 1 else None


def share(part: float, whole: float) -> Any:
    return part / whole if whole else None


def f1(row: Sequence[int]) -> float:
    """Of right, wrong and left out."""
    right, wrong, left = row
    return 2 * right / (2 * right + wrong + left) if right + wrong + left else 0.0


def lowered(story: Story) -> dict[str, Any]:
    """The story as a speech recogniser without capitals writes it. Every offset stays."""
    text = "".join(c.lower() if len(c.lower()) == 1 else c for c in story["text"])
    return {**story, "text": text, "case": "lower"}
