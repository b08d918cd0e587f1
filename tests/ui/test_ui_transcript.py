"""What the transcript component is handed, and what is believed of what a browser says was done with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.words import room
from tests.browser.transcript_app import an_hour
from ui.components import naming
from ui.components.transcript import ACTIONS, MARKS, Doc, Line, Touched, packed, touched

FOLDER = Path(__file__).resolve().parents[2] / "ui" / "components"
SCRIPT = "".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("transcript*.js")))
NAMES = (FOLDER / "transcript_names.js").read_text(encoding="utf-8")
"""Shows the words of another room, as the panel of names does (test_ui_naming)."""
NEEDLESS = re.compile(r"sessionStorage|localStorage|indexedDB|innerHTML|getSelection|https?:")

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(ACTIONS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("action", "revision", "index", "text", "word", "indices", "name", "old", "new", "spans")


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line with words in it, also of characters beyond the first plane."""
    parts = draw(st.lists(st.text("abé😀’ ", min_size=1, max_size=6), max_size=6))
    text, words, at, time = "", [], 0, draw(st.integers(0, 10**7))
    start = time
    for part in parts:
        gap, lasts = draw(st.integers(0, 900)), draw(st.integers(0, 900))
        text += draw(st.sampled_from(["", " ", ", "]))
        at = len(text)
        text += part
        words.append((time + gap, time + gap + lasts, at, len(text), draw(st.floats(0, 1))))
        time += gap + lasts
    return Line(
        draw(st.integers(0, 2000)), start, time, text, tuple(words),
        speaker=draw(st.none() | st.sampled_from(["A", "Mevrouw <b>"])),
        flags=tuple(draw(st.lists(st.tuples(st.sampled_from(["loop", "silence"]), st.just("een reden")), max_size=2))),
        unsure=draw(st.booleans()), heard=draw(st.booleans()), typed=draw(st.booleans()),
        other=draw(st.none() | st.just("iets anders")),
    )  # fmt: skip


def unpacked(data: Any) -> list[Line]:
    """As the browser reads it (confidence in whole per cents)."""
    found = []
    for index, start, end, text, speaker, bits, flags, other, flat in data["lines"]:
        words, time, at = [], start, 0
        for gap, lasts, skipped, length, sure in zip(*[iter(flat)] * 5, strict=True):
            words.append((time + gap, time + gap + lasts, at + skipped, at + skipped + length, sure / 100))
            time, at = time + gap + lasts, at + skipped + length
        name = None if speaker < 0 else data["speakers"][speaker]
        reasons = tuple(tuple(data["flags"][flag]) for flag in flags)
        unsure, heard, typed = (bool(bits & bit) for bit in (1, 2, 4))
        found.append(Line(index, start, end, text, tuple(words), name, reasons, unsure, heard, typed, other))
    return found


@given(st.lists(lines(), max_size=5))
def test_everything_about_a_line_reaches_the_browser(given_lines: list[Line]) -> None:
    data = json.loads(json.dumps(packed(Doc("/geluid/a/audio", tuple(given_lines)))))
    for line, seen in zip(given_lines, unpacked(data), strict=True):
        assert [word[:4] for word in seen.words] == [word[:4] for word in line.words]
        for (*_, sure), (*_, shown) in zip(line.words, seen.words, strict=True):
            assert shown <= sure + 1e-6 and sure - shown < 0.01 + 1e-6, "never surer than the engine was"
        assert (seen.index, seen.text, seen.speaker, seen.other) == (line.index, line.text, line.speaker, line.other)
        assert (seen.flags, seen.unsure, seen.heard, seen.typed) == (line.flags, line.unsure, line.heard, line.typed)


def test_an_hour_of_speech_is_less_than_half_a_megabyte() -> None:
    doc = an_hour()
    assert sum(len(line.words) for line in doc.lines) >= 9_000 and doc.lines[-1].end_ms > 59 * 60_000
    assert len(json.dumps(packed(doc)).encode()) < 300_000


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (
            {"action": "retype", "revision": 3, "index": 2, "text": "Zo was het."},
            Touched("retype", 3, 2, "Zo was het."),
        ),
        ({"action": "split", "revision": 0, "index": 2, "word": 1}, Touched("split", 0, 2, word=1)),
        ({"action": "merge", "revision": 3, "index": 0}, Touched("merge", 3, 0)),
        ({"action": "confirm", "revision": 3, "index": 0}, Touched("confirm", 3, 0)),
        ({"action": "empty", "revision": 3, "index": 0}, Touched("empty", 3, 0)),
        ({"action": "take_other", "revision": 3, "index": 0}, Touched("take_other", 3, 0)),
        ({"action": "keep_own", "revision": 3, "index": 0}, Touched("keep_own", 3, 0)),
        (
            {"action": "speaker", "revision": 3, "indices": [1, 2], "name": "Noor"},
            Touched("speaker", 3, indices=(1, 2), name="Noor"),
        ),
        ({"action": "speaker", "revision": 3, "indices": [1], "name": None}, Touched("speaker", 3, indices=(1,))),
        (
            {"action": "name_speaker", "revision": 3, "old": "A", "new": "Noor"},
            Touched("name_speaker", 3, old="A", new="Noor"),
        ),
        ({"action": "swap", "revision": 3}, Touched("swap", 3)),
        ({"action": "undo", "revision": 3}, Touched("undo", 3)),
        (
            {"action": "heard", "revision": 3, "spans": [[0, 900], [1200, 1300]]},
            Touched("heard", 3, spans=((0, 900), (1200, 1300))),
        ),
        (
            {"action": "name", "revision": 3, "did": {"action": "keep", "start": 2, "end": 9, "revision": 1}},
            Touched("name", 3, did=naming.Touched("keep", 3, start=2, end=9)),
        ),
        ({"action": "name", "revision": 3, "did": {"action": "keep", "start": 9, "end": 2}}, None),
        ({"action": "name", "revision": 3, "did": "keep"}, None),
        ({"action": "name", "revision": 3, "did": {"action": "undo"}, "index": 1}, None),
        ({"action": "retype", "revision": 3, "index": 2, "text": "twee\nregels"}, None),
        ({"action": "retype", "revision": 3, "index": 2, "text": "nul\x00"}, None),
        ({"action": "retype", "revision": 3, "index": 2, "text": "half \ud83d teken"}, None),
        ({"action": "retype", "revision": 3, "index": 2, "text": "a" * 10_001}, None),
        ({"action": "retype", "revision": 3, "index": -1, "text": "a"}, None),
        ({"action": "retype", "revision": True, "index": 1, "text": "a"}, None),
        ({"action": "retype", "revision": 3, "index": 1, "text": "a", "word": 2}, None),
        ({"action": "split", "revision": 3, "index": 2, "word": 0}, None),
        ({"action": "merge", "revision": 3, "index": 1.0}, None),
        ({"action": "merge", "revision": 3}, None),
        ({"action": "speaker", "revision": 3, "indices": [], "name": "Noor"}, None),
        ({"action": "speaker", "revision": 3, "indices": [1], "name": ""}, None),
        ({"action": "speaker", "revision": 3, "indices": [1], "name": " Noor"}, None),
        ({"action": "speaker", "revision": 3, "indices": [1]}, None),
        ({"action": "heard", "revision": 3, "spans": [[900, 900]]}, None),
        ({"action": "heard", "revision": 3, "spans": [[0, 900, 1000]]}, None),
        ({"action": "heard", "revision": 3, "spans": [[0, 25 * 3_600_000]]}, None),
        ({"action": "heard", "revision": 3, "spans": []}, None),
        ({"action": "swap", "revision": 3, "index": 1}, None),
        ({"action": "publish", "revision": 3}, None),
        ({"action": ["swap"], "revision": 3}, None),
        (["swap"], None),
        (None, None),
    ],
)
def test_only_what_our_component_may_have_sent_is_believed(said: object, believed: Touched | None) -> None:
    assert touched(said, may_edit=True) == believed


@given(
    ANYTHING
    | st.fixed_dictionaries(
        {"action": st.sampled_from(ACTIONS), "revision": st.integers(-1, 9)},
        optional=dict.fromkeys(FIELDS[2:], ANYTHING),
    )
)
def test_whatever_a_browser_sends_it_is_a_whole_action_or_none(said: Any) -> None:
    done = touched(said, may_edit=True)
    if done is not None:
        assert done.action in ACTIONS and done.revision >= 0
        sent = {name: getattr(done, name) for name in FIELDS if name in said}
        assert sent == {
            name: tuple(map(_plain, part)) if name in ("spans", "indices") else part for name, part in said.items()
        }


def _plain(part: Any) -> Any:
    return tuple(part) if isinstance(part, list) else part


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_not_edit_can_only_have_listened(action: str) -> None:
    rest = {
        "retype": {"index": 1, "text": "a"}, "split": {"index": 1, "word": 1}, "speaker": {"indices": [1], "name": "A"},
        "name_speaker": {"old": "A", "new": "B"}, "swap": {}, "undo": {}, "heard": {"spans": [[0, 1]]},
        "name": {"did": {"action": "undo"}},
    }  # fmt: skip
    said = {"action": action, "revision": 1, **rest.get(action, {"index": 1})}
    assert touched(said, may_edit=True) is not None
    assert (touched(said, may_edit=False) is not None) == (action == "heard")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Line(0, 10, 5, "a"),
        lambda: Line(0, 0, 5, "abc", ((0, 5, 0, 4, 0.5),)),
        lambda: Line(0, 0, 5, "abc", ((0, 2, 1, 2, 0.5), (2, 5, 0, 1, 0.5))),
        lambda: Line(0, 0, 5, "abc", ((0, 5, 0, 3, 1.5),)),
        lambda: Doc("https://elders.example/geluid", ()),
        lambda: Doc("//elders.example/geluid", ()),
        lambda: Doc("/geluid/a/audio", (Line(0, 0, 5, "abc"),), names=((1, 0, 1, "red"),)),
        lambda: Doc("/geluid/a/audio", (Line(0, 0, 5, "abc"),), names=((0, 0, 1, "blue"),)),
    ],
)
def test_what_cannot_be_shown_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"stand|ends|sound|mark"):
        wrong()


def test_every_word_that_the_component_shows_is_in_the_catalogue_and_nothing_there_is_idle() -> None:
    known, script = set(room("transcript")), SCRIPT.replace(NAMES, "")
    used = set(re.findall(r"(?:\bw|s\.words)\.([a-z_]+)", script)) | set(re.findall(r'"([a-z_]+)"', SCRIPT))
    used |= {f"mark_{kind}" for kind in MARKS}
    keys = re.search(r"const KEYS = \[(.*)\]", script)
    assert keys is not None
    for name in re.findall(r'"(\w+)"', keys[1]):
        used |= {f"key_{name}", f"key_{name}_does"}
    assert set(re.findall(r"\bw\.([a-z_]+)\b", script)) | set(re.findall(r"s\.words\.([a-z_]+)\b", script)) <= known
    page = (FOLDER.parent / "transcript.py").read_text("utf-8")
    used |= set(re.findall(r"""say\(["']transcript\.([a-z_]+)["']""", page))
    assert known <= used


def test_no_word_of_a_story_is_kept_by_the_browser_and_nothing_becomes_markup() -> None:
    assert not NEEDLESS.search(SCRIPT)
