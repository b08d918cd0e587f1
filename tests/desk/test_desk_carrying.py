"""Decisions about names stay where they belong when words of the text change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anonymise import Decision
from desk.carrying import carried

OLD = "Ik ging met Puck naar de Action en daarna met Puck naar huis."


def at(text: str, words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def shown(decisions: tuple[Decision, ...], text: str) -> list[tuple[str, str]]:
    return [(text[d.start : d.end], d.action) for d in decisions]


def test_a_decision_moves_with_its_words() -> None:
    new = OLD.replace("Ik ging", "Ik ging gisteren").replace("daarna", "toen")
    before = [Decision(*at(OLD, "Puck", 1), "mask", "overig_naam"), Decision(*at(OLD, "Action"), "keep")]
    after = carried(before, OLD, new)
    assert shown(after, new) == [("Puck", "add"), ("Action", "keep")]
    assert after[0].start == at(new, "Puck", 1)[0]


def test_a_changed_word_stays_hidden_and_is_not_kept_any_more() -> None:
    new = OLD.replace("Puck naar de", "Poek naar de").replace("Action", "Aksion")
    before = [Decision(*at(OLD, "Puck"), "add", "overig_naam"), Decision(*at(OLD, "Action"), "keep")]
    (hidden,) = carried(before, OLD, new)
    assert new[hidden.start : hidden.end] in ("Poek", "Poek naar de Aksion")
    assert hidden.action == "add"


def test_what_is_gone_takes_its_decision_along() -> None:
    new = OLD.replace("met Puck naar de Action en ", "")
    assert carried([Decision(*at(OLD, "Action"), "add", "overig_naam")], OLD, new) == ()


WORDS = st.lists(st.sampled_from(["puck", "zei", "en", "de", "roos", "ging", "naar", "huis"]), max_size=14).map(
    " ".join
)


@given(WORDS, WORDS, st.data())
def test_a_hidden_word_never_comes_back_at_its_place(old: str, new: str, data: st.DataObject) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    for one in carried([Decision(start, end, "add", "overig_naam")], old, new):
        assert 0 <= one.start < one.end <= len(new)
        assert new[one.start : one.end].strip()
    for one in carried([Decision(start, end, "keep")], old, new):
        assert new[one.start : one.end] == old[start:end].strip(), "what may stay is exactly what somebody looked at"


@given(WORDS, WORDS, st.data())
def test_a_text_that_only_grows_keeps_every_decision(old: str, more: str, data: st.DataObject) -> None:
    if not old.strip():
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    if not old[start:end].strip():
        return
    (one,) = carried([Decision(start, end, "add", "overig_naam")], old, f"{old}\n{more}")
    assert old[one.start : one.end] == old[start:end].strip()
