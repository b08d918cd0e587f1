"""What the recorder is handed, and what is believed of what a browser says was stored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.words import room
from ui.components.giver import ACCEPT, WHAT, Given, _given

FOLDER = Path(__file__).resolve().parents[2] / "ui" / "components"
SCRIPT = "".join(
    (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in ("giver", "giver_send", "giver_record")
)
WORDS = {name[6:] for name in room("tell") if name.startswith("giver_")}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(WHAT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ({"ok": True, "duration_ms": 61_000, "at": 1}, Given("audio", duration_ms=61_000)),
        (
            {"what": "audio", "duration_ms": 1, "words": None, "number": 3},
            Given("audio", duration_ms=1, number=3),
        ),
        ({"what": "text", "words": 120, "number": 1}, Given("text", words=120, number=1)),
        ({"what": "chat", "duration_ms": None, "words": None, "number": None}, Given("chat")),
        ({"what": "audio"}, None),
        ({"what": "house", "duration_ms": 5}, None),
        ({"what": "audio", "duration_ms": -5}, None),
        ({"what": "audio", "duration_ms": 0}, None),
        ({"what": "audio", "duration_ms": True}, None),
        ({"what": "audio", "duration_ms": 1.5}, None),
        ({"what": "audio", "duration_ms": 10**12}, None),
        ({"what": "text", "words": "<b>"}, None),
        ({"what": ["audio"], "number": 1}, None),
        ([1], None),
        ("audio", None),
        (None, None),
    ],
)
def test_only_what_our_server_may_have_said_is_believed(said: object, believed: Given | None) -> None:
    assert _given(said) == believed


@given(
    ANYTHING
    | st.fixed_dictionaries({}, optional=dict.fromkeys(("what", "duration_ms", "words", "number", "at"), ANYTHING))
)
def test_whatever_a_browser_sends_it_is_a_whole_answer_or_none(said: Any) -> None:
    believed = _given(said)
    if believed is not None:
        assert believed.what in WHAT
        numbers = (believed.duration_ms, believed.words, believed.number)
        assert all(number is None or (type(number) is int and number > 0) for number in numbers)
        assert believed.what == "chat" or set(numbers) != {None}


def test_every_word_the_recorder_says_is_in_the_catalogue_and_none_is_left_over() -> None:
    said = set(re.findall(r"\b(?:tell|say)\(s, \"([a-z_]+)\"", SCRIPT))
    said |= set(re.findall(r"\blabel\(\"[^\"]+\", \"([a-z_]+)\"", SCRIPT))
    assert len(said) > 10 and said - {"item_"} <= WORDS
    states = {f"item_{state}" for state in ("ready", "waiting", "sending", "checking", "done")}
    quoted = set(re.findall(r"\"([a-z_]+)\"", SCRIPT)) | states
    assert quoted >= WORDS, WORDS - quoted
    assert states <= WORDS


def test_the_chooser_lists_every_extension_by_itself() -> None:
    """iOS greys out what a wildcard covers."""
    listed = ACCEPT.split(",")
    assert all(re.fullmatch(r"\.[a-z0-9]{2,4}", one) for one in listed) and len(set(listed)) == len(listed)
    assert {".m4a", ".opus", ".caf", ".mov", ".docx", ".txt", ".zip"} <= set(listed)


def test_the_recorder_speaks_to_nobody_but_our_own_routes() -> None:
    assert not re.search(r"https?://|fetch\(|WebSocket|localStorage|sessionStorage|indexedDB|console\.", SCRIPT)
    assert re.findall(r'"(/[a-z]+/)"', SCRIPT) == ["/opname/"]
