"""From findings and decisions to coloured marks, and from a touch of a mark to the next decisions."""

from __future__ import annotations

from collections.abc import Sequence

from desk.reviewing import ADDED, Decision, Finding, added, keep, mask
from stories.model import Certainty
from stories.words import say
from ui.components.words import Mark, Touched


def marks(findings: Sequence[Finding], decisions: Sequence[Decision]) -> tuple[Mark, ...]:
    """Red: will be replaced. Amber: somebody must look. Green: looked at, and stays."""
    decided = {(d.start, d.end): d for d in decisions}
    shown = [_mark(f.start, f.end, f.certainty, f.reason, decided.get((f.start, f.end))) for f in findings]
    known = {(f.start, f.end) for f in findings}
    shown += [
        Mark(d.start, d.end, "red", say("ui.mark_added"))
        for d in decisions
        if (d.start, d.end) not in known and d.action == ADDED
    ]
    return tuple(shown)


def _mark(start: int, end: int, certainty: Certainty, reason: str, decision: Decision | None) -> Mark:
    masked = decision.action != "keep" if decision else certainty is Certainty.RED
    kind = "red" if masked else ("kept" if decision else "amber")
    return Mark(start, end, kind, f"{reason} {say(f'ui.mark_{kind}')}")


def after(touched: Touched, findings: Sequence[Finding], decisions: Sequence[Decision]) -> tuple[Decision, ...] | None:
    """The decisions after this touch, or None when nothing was touched.

    Pressing turns: masked <-> kept (an addition is taken away again). Picking words adds a replacement.
    """
    if touched.picked is not None:
        start, end = touched.picked
        if any(d.start < end and start < d.end for d in decisions if d.action == ADDED):
            return None
        return (*decisions, added(start, end))
    if touched.pressed is None:
        return None
    span = touched.pressed
    others = tuple(d for d in decisions if (d.start, d.end) != span)
    finding = next((f for f in findings if (f.start, f.end) == span), None)
    if finding is None:  # an addition, pressed: taken away; or a mark of an older screen
        return others if len(others) < len(decisions) else None
    before = next((d for d in decisions if (d.start, d.end) == span), None)
    masked = before.action != "keep" if before else finding.certainty is Certainty.RED
    return (*others, keep(finding) if masked else mask(finding))
