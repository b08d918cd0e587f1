"""The one verb: `find` says which words of a story may point at somebody, why, and how certain that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from anonymise.hits import RULES, TYPES, Hit
from anonymise.wishes import check_shape
from stories.errors import InputRefused
from stories.model import Certainty, Finding
from stories.words import say

if TYPE_CHECKING:
    from anonymise.own import OwnVoter
    from anonymise.recogniser import Voter

Action = Literal["mask", "keep", "add"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor decided about characters [start, end) of the raw text.

    `mask`: hide the finding here; `keep`: do not hide it; `add`: hide these words, which no finder saw. `type` is
    one of `TYPES`; for `mask` it may be empty, which keeps the finder's type. `replacement` is what these words, and
    every other spelling of the same person or thing in the story, become; empty: the story's style decides. `who` says
    who or what this is, in a spelling that need not stand here; empty: these words themselves. `apart` is 0 for whom
    the story calls so, and another number for somebody else with such a name. Raises InputRefused for a replacement
    that nobody could read as one.
    """

    start: int
    end: int
    action: Action
    type: str = ""
    replacement: str = ""
    who: str = ""
    apart: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a decision covers at least one character")
        if self.action not in get_args(Action):
            raise ValueError("an action is mask, keep or add")
        if self.type and self.type not in TYPES:
            raise ValueError("a decision names a known type")
        if self.apart < 0 or (self.apart and not self.who):
            raise ValueError("somebody else with such a name has a name")
        check_shape(self.replacement)


def find(
    text: str, *, known_names: Sequence[str] = (), voters: Sequence[Voter | OwnVoter] | None = None
) -> tuple[Finding, ...]:
    """Everything in `text` that may point at somebody, in order and without overlap.

    `known_names` is the intake sheet: names the teller gave beforehand. `voters` are extra recognisers; None takes
    those that are installed. Offsets are Python characters of `text`. Names are found in lower-case speech too.
    """
    if not text.strip():
        return ()
    from anonymise.pipeline import decide  # spaCy takes seconds to load: only when a text comes
    from anonymise.recogniser import installed_voters

    red, amber = decide(text, known_names, installed_voters() if voters is None else voters)
    hits = sorted([*red, *amber])
    return tuple(_finding(hit) for hit in hits if any(c.isalnum() for c in text[hit.start : hit.end]))


def _finding(hit: Hit) -> Finding:
    return Finding(hit.start, hit.end, hit.type, say(f"anonymise.reason_{hit.rule}"), RULES[hit.rule])


def apply_decisions(findings: Sequence[Finding], decisions: Sequence[Decision]) -> tuple[Finding, ...]:
    """The findings after the editor: what is RED in the result will be masked, and nothing else.

    Later decisions win over earlier ones. A `keep` holds for the findings that lie wholly inside it (AMBER, with the
    editor as reason); one that it covers in part stays what it was. A `mask` or `add` becomes one with all that it
    touches, but an `add` inside a kept finding hides exactly its words, and the rest stays kept. Raises InputRefused
    when a `mask` meets no finding.
    """
    current, kept = list(findings), set[Finding]()
    for decision in decisions:
        touched = [f for f in current if f.start < decision.end and decision.start < f.end]
        if decision.action == "mask" and not touched:
            raise InputRefused("anonymise.decision_without_finding", start=decision.start)
        if decision.action == "keep":
            touched = [f for f in touched if _inside(f, decision)]
            changed = [_kept(f, f.start, f.end) for f in touched]
            kept.update(changed)
        else:
            start, end, rest = decision.start, decision.end, list[Finding]()
            if decision.action == "add" and len(touched) == 1 and touched[0] in kept and _inside(decision, touched[0]):
                around = (touched[0].start, start), (end, touched[0].end)
                rest = [_kept(touched[0], low, high) for low, high in around if low < high]
                kept.update(rest)
            else:
                start, end = min([start, *(f.start for f in touched)]), max([end, *(f.end for f in touched)])
            kind = decision.type or touched[0].type
            changed = [Finding(start, end, kind, say("anonymise.reason_editor"), Certainty.RED), *rest]
        current = sorted([*(f for f in current if f not in touched), *changed], key=lambda f: (f.start, f.end))
    return tuple(current)


def _kept(finding: Finding, start: int, end: int) -> Finding:
    return Finding(start, end, finding.type, say("anonymise.reason_kept"), Certainty.AMBER)


def _inside(one: Finding | Decision, other: Finding | Decision) -> bool:
    return other.start <= one.start and one.end <= other.end
