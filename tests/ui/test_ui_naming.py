"""What the component of names shows and believes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymise import TYPES
from desk.naming import SOMEBODY_ELSE
from stories.words import room
from ui.components.naming import ACTIONS, LONGEST_WORD, WITHOUT_PLACE, Touched, touched

FOLDER = Path(__file__).resolve().parents[2] / "ui" / "components"
SCRIPTS = "".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*nam*.js")))

counts = st.integers(0, 10**6)
reports = st.fixed_dictionaries(
    {"action": st.sampled_from(ACTIONS), "revision": counts, "seconds": counts, "start": counts, "end": counts},
    optional={
        "everywhere": st.booleans(),
        "type": st.sampled_from(sorted(TYPES)),
        "replacement": st.text(max_size=LONGEST_WORD),
        "person": counts | st.just(SOMEBODY_ELSE),
    },
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(reports)
def test_what_our_component_sends_is_understood(sent: dict[str, object]) -> None:
    got = touched(sent)
    if sent["action"] in WITHOUT_PLACE:
        assert got == Touched(str(sent["action"]), sent["revision"], sent["seconds"])  # type: ignore[arg-type]
    elif sent["start"] >= sent["end"]:  # type: ignore[operator]
        assert got is None
    else:
        assert got is not None and all(getattr(got, name) == value for name, value in sent.items())


@given(
    anything
    | reports.flatmap(
        lambda sent: st.builds(lambda key, value: {**sent, key: value}, st.sampled_from([*sent]), anything)
    )
)
def test_nothing_that_is_sent_breaks_anything(sent: object) -> None:
    got = touched(sent)
    assert got is None or (got.action in ACTIONS and type(got.start) is int and type(got.revision) is int)


@given(reports)
def test_who_may_not_edit_reports_nothing(sent: dict[str, object]) -> None:
    assert touched(sent, may_edit=False) is None


def test_every_type_has_a_name() -> None:
    assert {f"type_{kind}" for kind in TYPES} <= set(room("names"))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bw\.([a-z_]+)|words\.([a-z_]+)", SCRIPTS)) - {("", "")}))
def test_every_word_in_the_script_is_in_the_catalogue(name: tuple[str, str]) -> None:
    assert (name[0] or name[1]) in {*room("names"), "map", "filter", "includes", "find", "length"}


def test_each_key_says_what_it_does() -> None:
    keys = {name for name in room("names") if name.startswith("key_")}
    assert {name.removesuffix("_does") for name in keys} == {name for name in keys if not name.endswith("_does")}
    assert all(f"{name.removesuffix('_does')}_does" in keys for name in keys)
