"""From findings and decisions to marks, and from a touch to the next decisions: rules for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desk.reviewing import ADDED, Decision, added, keep, mask, undecided
from stories.model import Certainty, Finding
from ui.components.words import Touched
from ui.names import after, marks


@st.composite
def looked_at(draw: st.DrawFn) -> tuple[tuple[Finding, ...], tuple[Decision, ...]]:
    """Findings beside each other, some decided by an editor, and some words an editor added in between."""
    findings: list[Finding] = []
    decisions: list[Decision] = []
    at = 0
    for _ in range(draw(st.integers(0, 6))):
        at += draw(st.integers(1, 9))
        end = at + draw(st.integers(1, 9))
        certainty = draw(st.sampled_from(Certainty))
        finding = Finding(at, end, "overig_naam", "Dit is een naam.", certainty)
        decided = draw(st.sampled_from(["no", "keep", "mask", "added"]))
        if decided == "added":
            decisions.append(added(at, end))
        else:
            findings.append(finding)
        if decided == "keep":
            decisions.append(keep(finding))
        if decided == "mask":
            decisions.append(mask(finding))
        at = end
    return tuple(findings), tuple(draw(st.permutations(decisions)))


def red(findings: tuple[Finding, ...], decisions: tuple[Decision, ...]) -> set[tuple[int, int]]:
    return {(m.start, m.end) for m in marks(findings, decisions) if m.kind == "red"}


@given(looked_at())
def test_every_finding_and_every_addition_is_one_mark(seen: tuple[tuple[Finding, ...], tuple[Decision, ...]]) -> None:
    findings, decisions = seen
    shown = sorted((m.start, m.end) for m in marks(findings, decisions))
    additions = [(d.start, d.end) for d in decisions if d.action == ADDED]
    assert shown == sorted([*((f.start, f.end) for f in findings), *additions])


@given(looked_at(), st.data())
def test_pressing_a_finding_turns_it_and_pressing_again_turns_it_back(
    seen: tuple[tuple[Finding, ...], tuple[Decision, ...]], data: st.DataObject
) -> None:
    findings, decisions = seen
    if not findings:
        return
    finding = data.draw(st.sampled_from(findings))
    span = (finding.start, finding.end)
    before = red(findings, decisions)
    once = after(Touched(pressed=span), findings, decisions)
    assert once is not None and red(findings, once) == before ^ {span}
    twice = after(Touched(pressed=span), findings, once)
    assert twice is not None and red(findings, twice) == before
    assert sum((d.start, d.end) == span for d in twice) == 1, "one decision per place, however often it is pressed"


@given(looked_at(), st.data())
def test_an_addition_that_is_pressed_is_gone_and_can_be_picked_again(
    seen: tuple[tuple[Finding, ...], tuple[Decision, ...]], data: st.DataObject
) -> None:
    findings, decisions = seen
    additions = [(d.start, d.end) for d in decisions if d.action == ADDED]
    if not additions:
        return
    span = data.draw(st.sampled_from(additions))
    gone = after(Touched(pressed=span), findings, decisions)
    assert gone is not None and red(findings, gone) == red(findings, decisions) - {span}
    again = after(Touched(picked=span), findings, gone)
    assert again is not None and red(findings, again) == red(findings, decisions)


@given(looked_at(), st.integers(0, 80), st.integers(1, 9))
def test_picked_words_are_masked_unless_somebody_added_them_already(
    seen: tuple[tuple[Finding, ...], tuple[Decision, ...]], start: int, length: int
) -> None:
    findings, decisions = seen
    end = start + length
    after_it = after(Touched(picked=(start, end)), findings, decisions)
    if any(d.action == ADDED and d.start < end and start < d.end for d in decisions):
        assert after_it is None
    else:
        assert after_it == (*decisions, added(start, end)), "what others decided stays, and the newest comes last"


@given(looked_at())
def test_what_is_undecided_is_amber_and_nothing_else(seen: tuple[tuple[Finding, ...], tuple[Decision, ...]]) -> None:
    findings, decisions = seen
    assert len(undecided(findings, decisions)) == sum(m.kind == "amber" for m in marks(findings, decisions))


@given(looked_at(), st.data())
def test_looking_at_every_amber_mark_leaves_none(
    seen: tuple[tuple[Finding, ...], tuple[Decision, ...]], data: st.DataObject
) -> None:
    findings, decisions = seen
    while left := undecided(findings, decisions):
        amber = [(m.start, m.end) for m in marks(findings, decisions) if m.kind == "amber"]
        decided = after(Touched(pressed=data.draw(st.sampled_from(amber))), findings, decisions)
        assert decided is not None
        decisions = decided
        assert len(undecided(findings, decisions)) == len(left) - 1


@given(looked_at())
def test_touching_nothing_or_a_mark_of_an_older_screen_changes_nothing(
    seen: tuple[tuple[Finding, ...], tuple[Decision, ...]],
) -> None:
    findings, decisions = seen
    assert after(Touched(), findings, decisions) is None
    assert after(Touched(pressed=(900, 901)), findings, decisions) is None
