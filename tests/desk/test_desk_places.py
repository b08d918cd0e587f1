"""What an editor decides about places in a text: rules for any text, any findings, any order of decisions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymise import Decision, apply_decisions
from desk.places import SOMEBODY_ELSE, Change, Does, Place, Words, decided, in_words, places, undecided
from stories.errors import InputRefused
from stories.model import Certainty, Finding

MASK, KEEP = Does.MASK, Does.KEEP
TEXT = "Emre speelt. Juf Anneke riep émre en Emre's fiets. Emre Yilmaz huilde, Emres zus niet. ANNEKE!"
WORDS = Words(TEXT)


def at(words: str, number: int = 0, text: str = TEXT) -> tuple[int, int]:
    start = -1
    for _ in range(number + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def found(words: str, number: int = 0, certainty: Certainty = Certainty.RED, type: str = "persoon") -> Finding:
    return Finding(*at(words, number), type, "Dit is een voornaam.", certainty)


def after(change: Change, findings: list[Finding], decisions: tuple[Decision, ...] = ()) -> dict[tuple[int, int], str]:
    made = decided(TEXT, findings, decisions, change)
    return {one.span: one.state for one in places(findings, made)}


def test_the_same_words_are_found_in_any_case_accent_and_genitive() -> None:
    assert [TEXT[slice(*span)] for span in WORDS.same(at("Emre"))] == ["Emre", "émre", "Emre", "Emre", "Emres"]
    assert [TEXT[slice(*span)] for span in WORDS.same(at("Emre's"))] == ["Emre", "émre", "Emre", "Emre", "Emres"]
    assert [TEXT[slice(*span)] for span in WORDS.same(at("Emre"), genitive=False)][-1] == "Emre"
    assert WORDS.same(at("Anneke")) == (at("Anneke"), at("ANNEKE"))
    assert WORDS.same(at("Emre Yilmaz")) == (at("Emre Yilmaz"),)
    assert WORDS.same(at(".")) == (at("."),)


def test_words_that_stand_far_apart_are_not_one_name() -> None:
    text = "Anna Bel kwam. Anna-Bel ook. Anna, en Bel. Anna. Bel"
    assert [text[slice(*span)] for span in Words(text).same((0, 8))] == ["Anna Bel", "Anna-Bel", "Anna. Bel"]


def test_to_mask_everywhere_masks_also_what_the_machine_missed() -> None:
    states = after(Change(MASK, *at("Emre"), everywhere=True), [found("Emre", certainty=Certainty.AMBER)])
    assert [TEXT[slice(*span)] for span, state in states.items() if state == "red"] == [
        "Emre", "émre", "Emre", "Emre", "Emres",
    ]  # fmt: skip


def test_to_keep_everywhere_says_nothing_of_longer_names_or_other_words() -> None:
    findings = [found("Emre"), found("émre"), found("Emre Yilmaz"), found("Emres"), found("Anneke")]
    states = after(Change(KEEP, *at("Emre"), everywhere=True), findings)
    kept = {TEXT[slice(*span)] for span, state in states.items() if state == "kept"}
    assert kept == {"Emre", "émre"} and sum(state == "red" for state in states.values()) == 3


def test_masking_everywhere_leaves_a_longer_name_that_is_masked_and_takes_one_that_is_not() -> None:
    red, amber = [found("Emre Yilmaz")], [found("Emre Yilmaz", certainty=Certainty.AMBER)]
    change = Change(MASK, *at("Emre"), everywhere=True)
    assert len(decided(TEXT, red, (), change)) == len(decided(TEXT, amber, (), change)) - 1
    assert after(change, amber)[at("Emre Yilmaz")] == "red"


def test_the_type_and_the_replacement_stay_until_they_are_changed() -> None:
    findings = [found("Anneke")]
    made = decided(TEXT, findings, (), Change(MASK, *at("Anneke"), type="school", replacement="[de juf]"))
    again = decided(TEXT, findings, made, Change(MASK, *at("Anneke")))
    (place,) = places(findings, again)
    assert (place.type, place.replacement) == ("school", "[de juf]")
    (other,) = places(findings, decided(TEXT, findings, again, Change(MASK, *at("Anneke"), replacement="")))
    assert (other.type, other.replacement) == ("school", "")


def test_a_new_replacement_of_a_person_is_the_only_one() -> None:
    findings = [found("Anneke"), found("ANNEKE")]
    made = decided(TEXT, findings, (), Change(MASK, *at("Anneke"), everywhere=True, replacement="[de juf]"))
    now = decided(TEXT, findings, made, Change(MASK, *at("ANNEKE"), replacement="[meester]"))
    assert {d.replacement for d in now} == {"", "[meester]"}


def test_an_addition_that_may_stay_is_no_place_any_more() -> None:
    added = decided(TEXT, [], (), Change(MASK, *at("fiets")))
    assert added == (Decision(*at("fiets"), "add", "overig_naam"),)
    assert decided(TEXT, [], added, Change(KEEP, *at("fiets"))) == ()


def test_keeping_a_part_of_a_place_keeps_nobody_from_looking_at_the_rest() -> None:
    findings = [found("Emre Yilmaz", certainty=Certainty.AMBER)]
    part = Decision(*at("Yilmaz"), "keep")
    assert undecided(places(findings, [part])), "what was said of one word is not said of both"


def spans_of(findings: list[Finding], decisions: tuple[Decision, ...]) -> dict[str, str]:
    return {TEXT[slice(*one.span)]: one.state for one in in_words(TEXT, places(findings, decisions))}


@pytest.mark.parametrize("certainty", Certainty)
def test_a_place_that_is_too_wide_is_made_smaller_word_by_word(certainty: Certainty) -> None:
    findings = [found("Juf Anneke riep émre", certainty=certainty)]
    made = decided(TEXT, findings, (), Change(Does.FREE, *at("riep")))
    assert spans_of(findings, made) == {"Juf Anneke": "red", "riep": "kept", "émre": "red"}
    made = decided(TEXT, findings, made, Change(Does.FREE, *at("Juf")))
    assert spans_of(findings, made) == {"Juf": "kept", "Anneke": "red", "riep": "kept", "émre": "red"}
    back = decided(TEXT, findings, made, Change(MASK, *at("Juf Anneke riep émre")))
    assert spans_of(findings, back) == {"Juf Anneke riep émre": "red"}


def test_a_smaller_place_keeps_what_was_said_of_it_and_can_become_another_type() -> None:
    findings = [found("Juf Anneke")]
    made = decided(TEXT, findings, (), Change(MASK, *at("Juf Anneke"), replacement="[de juf]"))
    made = decided(TEXT, findings, made, Change(Does.FREE, *at("Juf")))
    made = decided(TEXT, findings, made, Change(MASK, *at("Anneke"), type="school"))
    kept, smaller = in_words(TEXT, places(findings, made))
    assert (kept.state, smaller.span, smaller.type, smaller.replacement) == ("kept", at("Anneke"), "school", "[de juf]")


def test_a_word_is_hidden_within_words_that_may_stay() -> None:
    findings = [found("Juf Anneke riep émre")]
    made = decided(TEXT, findings, (), Change(KEEP, *at("Juf Anneke riep émre")))
    made = decided(TEXT, findings, made, Change(MASK, *at("Anneke"), everywhere=True))
    assert spans_of(findings, made) == {"Juf": "kept", "Anneke": "red", "riep émre": "kept", "ANNEKE": "red"}
    made = decided(TEXT, findings, made, Change(KEEP, *at("Anneke")))
    assert spans_of(findings, made)["Juf Anneke riep émre"] == "kept"


def test_an_addition_of_several_words_is_made_smaller_too() -> None:
    added = decided(TEXT, [], (), Change(MASK, *at("riep émre en")))
    assert spans_of([], decided(TEXT, [], added, Change(Does.FREE, *at("riep")))) == {"émre en": "red"}


@pytest.mark.parametrize("words", ["huilde", "Anneke riep"])
def test_only_words_of_a_place_that_is_hidden_or_waits_can_be_let_go(words: str) -> None:
    for decisions in ((), (Decision(*at("Anneke"), "keep"),)):
        with pytest.raises(InputRefused):
            decided(TEXT, [found("Anneke")], decisions, Change(Does.FREE, *at(words)))


def test_somebody_else_stays_somebody_else_whatever_is_decided_after_it() -> None:
    findings = [found("Emre"), found("émre"), found("Anneke")]
    made = decided(TEXT, findings, (), Change(MASK, *at("Emre"), replacement="[broer]"))
    made = decided(TEXT, findings, made, Change(MASK, *at("émre"), person=SOMEBODY_ELSE))
    made = decided(TEXT, findings, made, Change(MASK, *at("émre"), type="overig_naam"))
    first, juf, second = places(findings, made)
    assert (first.replacement, first.apart) == ("[broer]", 0)
    assert (second.who, second.apart, second.replacement, second.type) == ("émre", 1, "", "overig_naam")
    made = decided(TEXT, findings, made, Change(MASK, *juf.span, person=second.start))
    assert (places(findings, made)[1].who, places(findings, made)[1].apart) == ("émre", 1)
    made = decided(TEXT, findings, made, Change(MASK, *juf.span, person=first.start))
    assert (places(findings, made)[1].who, places(findings, made)[1].apart) == ("Emre", 0)
    made = decided(TEXT, findings, made, Change(MASK, *juf.span, person=SOMEBODY_ELSE))
    assert places(findings, made)[1].apart == 2
    with pytest.raises(InputRefused):
        decided(TEXT, findings, made, Change(MASK, *juf.span, person=80))


def test_somebody_else_everywhere_is_one_person() -> None:
    findings = [found("Emre"), found("émre"), found("Emre Yilmaz")]
    made = decided(TEXT, findings, (), Change(MASK, *at("émre"), everywhere=True, person=SOMEBODY_ELSE))
    said = {TEXT[slice(*one.span)]: (one.who, one.apart) for one in places(findings, made)}
    assert said.pop("Emre Yilmaz") == ("", 0) and set(said.values()) == {("émre", 1)}


@pytest.mark.parametrize("span", [(3, 3), (5, 2), (-1, 4)])
def test_a_change_is_about_some_words(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least one character"):
        Change(MASK, *span)


# any text

spans = st.tuples(st.integers(0, 90), st.integers(1, 12)).map(lambda x: (x[0], min(len(TEXT), x[0] + x[1])))
changes = st.builds(
    lambda does, span, everywhere: Change(does, span[0], span[1], everywhere=everywhere),
    st.sampled_from(Does),
    spans,
    st.booleans(),
)


@st.composite
def findings_in(draw: st.DrawFn) -> list[Finding]:
    made, last = [], 0
    for start, end in sorted(draw(st.lists(spans, max_size=6))):
        if start >= last:
            made.append(Finding(start, end, "persoon", "Waarom.", draw(st.sampled_from(Certainty))))
            last = end
    return made


@given(findings_in(), st.lists(changes, max_size=6))
def test_after_any_changes_every_place_has_one_state_and_the_last_word_holds(
    findings: list[Finding], made: list[Change]
) -> None:
    decisions: tuple[Decision, ...] = ()
    for change in made:
        before = in_words(TEXT, places(findings, decisions))
        try:
            decisions = decided(TEXT, findings, decisions, change)
        except InputRefused:
            assert change.does is Does.FREE
            continue
        now = places(findings, decisions)
        assert all(one.end <= other.start for one, other in pairwise(now)), "without overlap"
        about = [one for one in now if one.start < change.end and change.start < one.end]
        if change.does is MASK:
            assert [one.state for one in about] == ["red"]
            assert about[0].start <= change.start and change.end <= about[0].end
        elif change.does is Does.FREE:
            (wide,) = [one for one in before if one.start <= change.start and change.end <= one.end]
            hidden = {at for one in now if one.state == "red" for at in range(*one.span)}
            assert hidden.isdisjoint(range(change.start, change.end))
            rest = set(range(*wide.span)) - set(range(change.start, change.end)) - hidden
            assert not any(TEXT[at].isalnum() for at in rest), "what nobody let go stays hidden"
        else:
            assert all(one.state == "kept" for one in about)
    _is_what_is_masked(places(findings, decisions), findings, decisions)


def _is_what_is_masked(now: tuple[Place, ...], findings: list[Finding], decisions: tuple[Decision, ...]) -> None:
    masked = {(f.start, f.end) for f in apply_decisions(findings, decisions) if f.certainty is Certainty.RED}
    assert {one.span for one in now if one.state == "red"} == masked


@given(findings_in())
def test_without_decisions_amber_waits_and_red_is_masked(findings: list[Finding]) -> None:
    now = places(findings, ())
    assert {one.span for one in undecided(now)} == {(f.start, f.end) for f in findings if f.certainty == "amber"}
