"""What is found, where, and how certain: by example and by rule, with the real pipeline."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import anonymise
from anonymise import Decision, apply_decisions, find
from anonymise.hits import RULES
from anonymise.patterns import bsn_is_valid, iban_is_valid
from anonymise.pipeline import pipeline
from stories.errors import InputRefused
from stories.model import Certainty, Finding
from stories.words import room, say


def red(text: str, **more: object) -> dict[str, str]:
    return {text[f.start : f.end]: f.type for f in find(text, **more) if f.certainty is Certainty.RED}  # type: ignore[arg-type]


def shown(text: str) -> dict[str, str]:
    return {text[f.start : f.end]: f.type for f in find(text) if f.certainty is Certainty.AMBER}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mijn juf heet Tirza en ze is lief.", {"Tirza": "persoon"}),
        ("mijn juf heet tirza en ze is heel erg lief voor alle kinderen", {"tirza": "persoon"}),
        ("toen zei storm dat hij mee mocht", {"storm": "persoon"}),
        ("er kwam een storm aan en toen ging de stroom eraf", {}),
        ("juf parel gaf mij een boek", {"parel": "persoon"}),
        ("mijn begeleider heet bas en bas z'n auto stond voor de deur", {"bas": "persoon"}),
        ("Wij wonen in Best en dat is best leuk.", {"Best": "plaats"}),
        ("ik kom uit hulst en daar is weinig werk", {"hulst": "plaats"}),
        ("Bel de Belastingdienst of loop bij de Lidl naar binnen.", {}),
        ("Wij komen uit Syrië en nu wonen we in Drenthe.", {}),
        ("we wonen in de meidoornlaan 14b vlak bij de school", {"meidoornlaan 14b": "straat"}),
        ("Ik zit op basisschool De Vuurvogel.", {"De Vuurvogel": "school"}),
        (
            "ik werk bij kwekerij van arendonk en het is er warm",
            {"kwekerij van arendonk": "organisatie"},
        ),
        ("mevrouw van der linden hielp ons", {"van der linden": "persoon"}),
        ("Met groet, J. de Boer", {"J. de Boer": "persoon"}),
        ("Wij zwemmen nu bij De Golfslag.", {"De Golfslag": "organisatie"}),
        ("onze hond heet vlek en die blaft", {"vlek": "overig_naam"}),
        ("[19:02] Xandra: hoi, is er nog plek?", {"Xandra": "persoon"}),
        ("s a m i r a zo spel je dat", {"s a m i r a": "persoon"}),
    ],
)
def test_names_are_found_by_what_they_are_and_what_stands_around_them(text: str, words: dict[str, str]) -> None:
    assert red(text) == words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mail mij op p.jansen+kind@voorbeeld.nl hoor", "email"),
        ("mail naar p punt jansen apenstaartje voorbeeld punt nl", "email"),
        ("bel 06-12345678 even", "telefoon"),
        ("bel nul zes twaalf vierendertig zesenvijftig achtenzeventig", "telefoon"),
        ("bel +31 6 12 34 56 78 even", "telefoon"),
        ("stort op NL91 ABNA 0417 1643 00 graag", "iban"),
        ("mijn bsn is 111222333 denk ik", "bsn"),
        ("ik woon op 1234 AB", "postcode"),
        ("postcode 4201 gk", "postcode"),
        ("de auto, de GE-52-AU, is weg", "kenteken"),
        ("geboren op 14-06-1987", "datum"),
        ("het was op twaalf mei negentienzevenentachtig", "datum"),
        ("volg mij op @x.sanne_x", "handle"),
        ("kijk op https://www.voorbeeld.nl/kind?id=3", "overig_naam"),
    ],
)
def test_what_has_a_form_is_found_written_and_spoken(text: str, kind: str) -> None:
    assert kind in red(text).values()


@pytest.mark.parametrize(
    "text", ["Ik ben 9 jaar.", "zij is twaalf en slim", "op mijn negentiende", "een kind van acht"]
)
def test_an_age_is_shown_and_not_masked(text: str) -> None:
    assert list(shown(text).values()) == ["leeftijd"]
    assert red(text) == {}


def test_amounts_times_and_years_are_no_numbers_of_people() -> None:
    assert find("Het kostte 1500 euro in 2022 en om 10.30 uur was er soep.") == ()
    assert red("wij kregen 100 kg aardappels en om half elf waren ze op") == {}


def test_check_digits_decide() -> None:
    assert bsn_is_valid("111222333") and not bsn_is_valid("111222334") and not bsn_is_valid("000000000")
    assert iban_is_valid("NL91ABNA0417164300") and not iban_is_valid("NL91ABNA0417164301")


def test_the_intake_sheet_is_never_silently_dropped() -> None:
    assert red("toen kwam roos binnen met taart", known_names=["Roos"]) == {"roos": "persoon"}
    assert red("dan gaat kasper mee", known_names=["Casper de Wit"]) == {"kasper": "persoon"}
    assert "Samirra" in red("En toen zei Samirra niks meer.", known_names=["Samira"])
    found = find("het is daar best leuk", known_names=["Best"])
    assert [f.certainty for f in found] == [Certainty.AMBER]


def test_a_name_found_once_is_found_everywhere() -> None:
    text = "Mijn zusje heet Fenna. Dat is Fenna's jas. FENNA! En fenna lachte. Fennaatje ook."
    assert set(red(text)) == {"Fenna", "FENNA", "fenna", "Fennaatje"}


def test_an_extra_recogniser_votes_but_never_vetoes() -> None:
    def sees_bloem(text: str) -> list[tuple[int, int, str]]:
        at = text.find("Bloem")
        return [(at, at + 5, "persoon")] if at >= 0 else []

    assert "Samira" in red("Toen was Samira er.", voters=[lambda text: iter(())])
    assert red("Ik zag Bloem en Samira.", voters=[lambda text: iter(sees_bloem(text))]).keys() == {"Bloem", "Samira"}


def test_no_word_of_a_story_stays_in_the_string_store() -> None:
    find("eerst even opwarmen met fraukejantien")
    assert "qwertzelda" not in pipeline().vocab.strings
    find("toen kwam qwertzelda binnen in zwolle")
    assert "qwertzelda" not in pipeline().vocab.strings


def test_every_rule_has_a_plain_sentence_and_every_type_a_label() -> None:
    sentences = room("anonymise")
    assert all(len(say(f"anonymise.reason_{rule}")) > 10 for rule in RULES)
    assert all(f"label_{kind}" in sentences for kind in anonymise.TYPES)


hostile = st.text(
    alphabet=st.one_of(
        st.sampled_from("samiraSAMIRA \n.,:;'\"-_@0123456789\u200b\u202e\u0301\u0489\ufeff\x00аеоİıßﬁ😀\ud800"),
        st.characters(),
    ),
    max_size=300,
)


@settings(max_examples=150, deadline=None)
@given(hostile)
def test_offsets_are_right_in_any_text(text: str) -> None:
    found = find(text, known_names=["Samira"])
    for one, other in pairwise(found):
        assert one.end <= other.start
    assert all(0 <= f.start < f.end <= len(text) and f.type in anonymise.TYPES for f in found)


@pytest.mark.parametrize(
    "name", ["Sаmirа", "S\u200ba\u200bm\u200bira", "S̷a̷m̷i̷r̷a̷", "\u202eSamira\u202c", "ＳＡＭＩＲＡ", "Samirá"]
)
def test_a_disguised_name_is_still_that_name(name: str) -> None:
    text = f"En toen kwam {name} naar binnen."
    assert any(text[f.start : f.end].strip("\u202e\u202c") in name for f in find(text, known_names=["Samira"]))


@pytest.mark.parametrize(
    "unit", ["a", "1 ", "a.", "nul ", "@", "a-", " punt a", "x_", "12 mei ", "(", "Samira ", "\u0301", "van "]
)
def test_a_long_text_takes_time_in_proportion(unit: str) -> None:
    find("opwarmen")

    def seconds(size: int) -> float:
        started = time.process_time()
        find((unit * size)[:size], known_names=["Samira"])
        return time.process_time() - started

    small, large = max(seconds(4_000), 0.02), seconds(40_000)
    assert large < 40 * small


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["toen zei samira dat het goed was. ", "a", "'"])
def test_a_megabyte_is_read_in_bounded_time(unit: str) -> None:
    started = time.process_time()
    find((unit * 1_000_000)[:1_000_000])
    assert time.process_time() - started < 120


def a_finding(start: int, end: int, certainty: Certainty = Certainty.RED) -> Finding:
    return Finding(start, end, "persoon", "reden", certainty)


def test_the_editor_decides() -> None:
    findings = (a_finding(0, 5), a_finding(10, 14, Certainty.AMBER))
    kept = apply_decisions(findings, [Decision(0, 5, "keep")])
    masked = apply_decisions(findings, [Decision(10, 14, "mask", "plaats")])
    added = apply_decisions(findings, [Decision(20, 25, "add", "school")])
    assert [f.certainty for f in kept] == [Certainty.AMBER, Certainty.AMBER]
    assert [(f.start, f.type) for f in masked if f.certainty is Certainty.RED] == [(0, "persoon"), (10, "plaats")]
    assert [(f.start, f.end, f.type) for f in added][-1] == (20, 25, "school")


def spans(findings: list[Finding], *decisions: Decision) -> list[tuple[int, int, str]]:
    return [(f.start, f.end, str(f.certainty)) for f in apply_decisions(findings, decisions)]


def test_words_that_are_added_within_a_kept_place_are_hidden_exactly() -> None:
    keep = Decision(0, 20, "keep")
    inside = spans([a_finding(0, 20)], keep, Decision(5, 8, "add", "school"))
    assert inside == [(0, 5, "amber"), (5, 8, "red"), (8, 20, "amber")]
    twice = spans([a_finding(0, 20)], keep, Decision(5, 8, "add"), Decision(12, 20, "add"))
    assert twice == [(0, 5, "amber"), (5, 8, "red"), (8, 12, "amber"), (12, 20, "red")]
    assert spans([a_finding(0, 20)], keep, Decision(15, 25, "add")) == [(0, 25, "red")], "more than may stay"
    assert spans([a_finding(0, 20)], keep, Decision(5, 8, "mask")) == [(0, 20, "red")]
    whole = [keep, Decision(0, 20, "add"), Decision(5, 8, "add")]
    assert spans([a_finding(0, 20)], *whole) == [(0, 20, "red")], "hidden again"
    assert spans([a_finding(0, 20)], Decision(5, 8, "add")) == [(0, 20, "red")], "nobody let the rest go"


def test_what_may_stay_is_only_what_somebody_said_it_of_whole() -> None:
    part = [Decision(0, 5, "keep")]
    assert spans([a_finding(0, 9)], *part) == [(0, 9, "red")]
    assert spans([a_finding(0, 5), a_finding(6, 9)], *part) == [(0, 5, "amber"), (6, 9, "red")]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=4),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from(("keep", "add"))), max_size=6),
)
def test_what_nobody_kept_stays_hidden(found: list[tuple[int, int]], said: list[tuple[int, int, str]]) -> None:
    findings, last = list[Finding](), 0
    for start, length in sorted(found):
        if start >= last:
            findings.append(a_finding(start, last := start + length))
    decisions = [Decision(start, start + length, action, "school") for start, length, action in said]  # type: ignore[arg-type]
    hidden = {at for start, end, how in spans(findings, *decisions) if how == "red" for at in range(start, end)}
    kept = {at for one in decisions if one.action == "keep" for at in range(one.start, one.end)}
    assert {at for one in findings for at in range(one.start, one.end)} - kept <= hidden
    newest = list[int]()
    for one in reversed(decisions):
        if one.action == "keep":
            break
        newest += range(one.start, one.end)
    assert set(newest) <= hidden, "an addition hides its words until somebody lets them go"


def test_a_later_decision_wins_and_a_decision_without_a_finding_is_refused() -> None:
    again = apply_decisions([a_finding(0, 5)], [Decision(0, 5, "keep"), Decision(0, 5, "mask")])
    assert [f.certainty for f in again] == [Certainty.RED]
    with pytest.raises(InputRefused):
        apply_decisions([a_finding(0, 5)], [Decision(7, 9, "mask")])
    with pytest.raises(ValueError, match="known type"):
        Decision(0, 1, "add", "kleur")
