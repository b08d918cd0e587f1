"""Words of special data: found whole and inflected, everyday words left alone, labels not read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import special_kinds, special_signs

SIGNS = {
    "gezondheid": [
        "Mijn zoon heeft autisme.", "Hij is autistisch", "een autistische jongen", "zij heeft ADHD",
        "ze zegt dat ik adhd heb", "met ADD", "mijn moeder is depressief", "haar depressies",
        "hij slikt antidepressiva", "Ritalin van de dokter", "ik had borstkanker", "een hersentumor",
        "een angststoornis", "angststoornissen", "het syndroom van Down", "zijn epileptische aanvallen",
        "mijn vader zit in een rolstoel", "opgenomen bij de GGZ", "een zelfmoordpoging", "suïcidaal",
        "licht verstandelijk beperkt", "mama is verslaafd", "adhd-medicatie", "een burn-out", "chronisch\nziek",
    ],
    "afkomst": [
        "Wij zijn Marokkaans", "de Turkse buurt", "Mijn ouders komen uit Syrië", "hij is geboren in Irak",
        "uit het Oostblok, uit Polen", "een Syriër", "twee Eritreeërs", "ik ben vluchteling", "in het azc",
        "om mijn huidskleur", "een Surinaamse oma", "wij wachten op een verblijfsvergunning", "UIT SOMALIË",
        "zij kwam uit de Filipijnen",
    ],
    "geloof": [
        "Ik ben moslim", "moslims en christenen", "ze draagt een hoofddoek", "tijdens de ramadan",
        "wij gaan naar de kerk", "een rooms-katholieke familie", "mijn geloof helpt", "wij zijn Jehova's getuigen",
        "ik ben joods", "christelijke ouders",
    ],
    "seksualiteit": [
        "ik ben homo", "twee homo's", "zij is lesbisch", "mijn broer is transgender", "homoseksuele mannen", "LHBTI",
        "ik val op meisjes", "uit de kast gekomen",
    ],
}  # fmt: skip

EVERYDAY = [
    "Hij zei dat hij ziek was.", "Ik ben moe en heb hoofdpijn.", "buikpijn van de zenuwen", "mijn zus is zwanger",
    "de huisarts en de tandarts", "ik ben verkouden", "een mooie roman", "ik geloof dat het goed komt",
    "dat was het, geloof ik", "add mij op je telefoon", "wij aten turkse pizza", "op een christelijke basisschool",
    "hij kan zo kankeren", "doof voor wat ik zei", "ik woon in Nederland", "wij spreken Nederlands en Engels",
    "een onvoldoende voor Frans", "de voedselbank, de kerk en de gemeente", "de stress en de zorgen",
    "een bril van de opticien", "", "😀",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SIGNS.items() for text in texts])
def test_a_sign_is_found_however_it_is_written(kind: str, text: str) -> None:
    for written in (text, text.upper(), text.lower(), f"Toen zei ik: “{text}”"):
        assert special_signs(written) == (kind,), written


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_are_no_sign(text: str) -> None:
    assert special_signs(text) == ()


def test_several_kinds_stand_in_a_fixed_order() -> None:
    assert tuple(SIGNS) == special_kinds()
    assert special_signs("Ik ben homo, moslim, kom uit Irak en heb diabetes.") == special_kinds()


def test_what_stands_in_the_place_of_a_name_is_not_read() -> None:
    assert special_signs("Toen kwam [islam 1] met [marokkaan 12] langs.") == ()
    assert special_signs("[naam 1] is moslim") == ("geloof",)


def test_marks_that_nobody_sees_hide_nothing() -> None:
    assert special_signs("au\u00adtis\u200bme") == ("gezondheid",)
    assert special_signs("Syrie\u0308 is ver; ik kom uit Syrie\u0308") == ("afkomst",)


def test_of_the_labelled_stories_only_those_that_say_something_special_are_marked() -> None:
    rows = [
        json.loads(line) for line in (Path(__file__).parent / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {row["id"] for row in rows if special_signs(row["text"])} == set()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from([text for texts in SIGNS.values() for text in texts]))
def test_what_stands_around_a_sign_does_not_hide_it(around: str, text: str) -> None:
    kinds = special_signs(f"{around}\n. {text} .\n{around}")
    assert set(special_signs(text)) <= set(kinds)
