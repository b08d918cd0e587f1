"""Text that was made to slip past: look-alike letters, marks nobody sees, signs inside a word, and a megabyte of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import clean, find, residual
from anonymise.text import plain, shadow
from stories.model import Certainty, RawText

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("Samira", "Fatima", "Jürgen", "Karel", "Wolvega", "Zoë")
FRAMES = (
    "Mijn juf {} zei dat het goed kwam en toen ging ik naar huis.",
    "gisteren was {} bij ons thuis en dat was fijn en rustig",
)
Disguise = Callable[[str], str]


def _wide(name: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if 33 <= ord(c) < 127 else c for c in name)


def _ringed(name: str) -> str:
    return "".join(chr(0x24D0 + ord(c) - 97) if "a" <= c <= "z" else c for c in name)


DISGUISES: dict[str, Disguise] = {
    "capitals": str.upper,
    "cyrillic": lambda n: n.translate(str.maketrans("aeopcxyiSMTKHB", "аеорсхуіЅМТКНВ")),
    "zalgo": lambda n: "".join(c + "\u0335\u031b\u0347" for c in n),
    "zero width": "\u200b".join,
    "joiners": "\u200d".join,
    "soft hyphens": "\u00ad".join,
    "right to left marks": "\u200f".join,
    "embedding": lambda n: "\u202b" + n + "\u202c",
    "full width": _wide,
    "ringed": _ringed,
    "hearts": "\u2764\ufe0f".join,
    "a face inside": lambda n: n[:2] + "\U0001f600" + n[2:],
    "control characters": "\x01".join,
    "nothing": "\u2800".join,
    "decomposed": lambda n: unicodedata.normalize("NFD", n),
    "composed": lambda n: unicodedata.normalize("NFC", n),
    "stretched": "\u0640".join,
    "broken at the end of a line": lambda n: n[:2] + "-\n" + n[2:],
    "dots": ".".join,
    "spelled": " ".join,
}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_name_in_disguise_is_masked(disguise: str, name: str, frame: str) -> None:
    worn = DISGUISES[disguise](name)
    if disguise in ("dots", "spelled") and len(name) < 4:
        pytest.skip("z o e may be anything")
    text = frame.format(worn)
    at = text.index(worn)
    red = {i for f in find(text) if f.certainty is Certainty.RED for i in range(f.start, f.end)}
    assert all(i in red for i in range(at, at + len(worn)) if text[i].isalnum())
    assert plain(name) not in plain(clean(RawText(text), find(text)).text.text)


CASES = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])
TAILS = st.sampled_from(["", "s", "'s", "\u2019s", "tje", "tjes"])
MARKS = st.sampled_from(["", "\u0301", "\u0308", "\u200b", "\u00ad", "\u200e"])


@settings(deadline=None)
@given(st.sampled_from(NAMES[:4]), CASES, TAILS, MARKS, st.integers(1, 3))
def test_no_found_name_survives_in_another_case_accent_or_genitive(
    name: str, case: Disguise, tail: str, mark: str, at: int
) -> None:
    other = case(name[:at] + mark + name[at:]) + tail
    text = f"Mijn broer {name} was er. En toen kwam {other} ook nog langs, zei ik."
    cleaned = clean(RawText(text), find(text))
    assert plain(name) not in plain(cleaned.text.text)
    assert not residual({"tekst": cleaned.text.text}, (name,))


ALPHABET = st.one_of(
    st.characters(), st.sampled_from("aeiou nmr.,'-@_0123456789\n\u200b\u200f\u0301\u00ad\u0430\U0001f600\x00\x0b")
)
TEXTS = st.lists(
    st.one_of(
        st.text(ALPHABET, max_size=12),
        st.sampled_from([*NAMES, " juf ", " ik heet ", "06 12345678", "meneer van der "]),
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(TEXTS)
def test_offsets_are_right_in_any_text(text: str) -> None:
    assert len(shadow(text)) == len(text)
    findings = find(text)
    assert all(0 <= f.start < f.end <= len(text) for f in findings)
    assert all(one.end <= other.start for one, other in pairwise(findings))
    kept, last = [], 0
    for finding in findings:
        if finding.certainty is Certainty.RED:
            kept.append(text[last : finding.start])
            last = finding.end
    kept.append(text[last:])
    rest = clean(RawText(text), findings).text.text
    for part in kept:  # what is not masked stands in the clean text as it was, in order
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]


STORY = "mijn juf Marloes zei dat Samira uit Deventer niet mee mocht op schoolreis. "


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("S" + "\u0335" * 1_000_000, id="marks on one letter"),
        pytest.param("a" * 1_000_000, id="one word"),
        pytest.param("a-" * 100_000, id="one word with hyphens"),
        pytest.param("nul zes " * 25_000, id="spoken digits"),
        pytest.param("a\U0001f600" * 50_000, id="letters and pictures"),
    ],
)
def test_a_megabyte_of_anything_is_read_to_its_end(text: str) -> None:
    """Its time and memory are measured by benchmarks/anonymise.py."""
    found = find(f"{text} {STORY}")
    assert {"Samira", "Deventer"} <= {f"{text} {STORY}"[f.start : f.end] for f in found}
