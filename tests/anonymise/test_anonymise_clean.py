"""One person one label, two people never one, and nothing left behind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import clean, find, residual
from stories.errors import InputRefused
from stories.model import Certainty, Finding, Name, RawText


def cleaned(text: str, names: tuple[Name, ...] = (), known: tuple[str, ...] = ()) -> str:
    return clean(RawText(text), find(text, known_names=known), names=names).text.text


def test_one_person_has_one_label_in_every_spelling() -> None:
    text = "Mijn zusje heet Noëmi. NOEMI lacht. Noemi's jas is rood. Dat is Noëmi Wiersma."
    assert cleaned(text) == "Mijn zusje heet [naam 1]. [naam 1] lacht. [naam 1]'s jas is rood. Dat is [naam 1]."


def test_a_diminutive_is_the_same_person_unless_it_is_a_name_of_its_own() -> None:
    assert cleaned("Ik ken Fatima. Fatimaatje is klein.") == "Ik ken [naam 1]. [naam 1] is klein."
    assert cleaned("Ik ken Anne. Ik ken ook Anneke.") == "Ik ken [naam 1]. Ik ken ook [naam 2]."


def test_two_people_with_one_first_name_do_not_share_a_label() -> None:
    text = "Ik zag Samira Bakker. Daarna kwam Samira Azzaoui. En Samira lachte."
    assert cleaned(text) == "Ik zag [naam 1]. Daarna kwam [naam 2]. En [naam 3] lachte."


def test_initials_and_a_family_name_are_the_one_they_fit() -> None:
    assert cleaned("Ik ben J. de Boer.\nGroet, Jolanda de Boer") == "Ik ben [naam 1].\nGroet, [naam 1]"


def test_labels_name_the_kind_and_count_per_kind() -> None:
    text = "In Meppel en in Hoogeveen zit basisschool De Vuurvogel, en Meppel is mooi."
    assert cleaned(text) == "In [plaats 1] en in [plaats 2] zit basisschool [school 1], en [plaats 1] is mooi."


def test_labels_of_an_earlier_table_are_used_again() -> None:
    first = clean(RawText("Hallo Tirza."), find("Hallo Tirza."))
    second = clean(RawText("Dag Joppe, zei Tirza."), find("Dag Joppe, zei Tirza."), names=first.names)
    assert first.text.text == "Hallo [naam 1]."
    assert second.text.text == "Dag [naam 2], zei [naam 1]."
    assert [(n.original, n.label) for n in second.names] == [("Tirza", "[naam 1]"), ("Joppe", "[naam 2]")]


def test_only_red_is_replaced_and_label_spans_are_right() -> None:
    raw = RawText("Ik ben 9 jaar en ik heet Tirza.")
    result = clean(raw, find(raw.text))
    assert result.text.text == "Ik ben 9 jaar en ik heet [naam 1]."
    assert [result.text.text[a:b] for a, b in result.text.labels] == ["[naam 1]"]
    assert result.text.source_digest == raw.digest


def test_a_label_that_the_teller_typed_is_not_used_for_a_person() -> None:
    assert cleaned("Hier stond [naam 1] maar het was Tirza.").endswith("het was [naam 2].")


def test_a_finding_outside_the_text_is_refused() -> None:
    with pytest.raises(InputRefused):
        clean(RawText("kort"), [Finding(0, 9, "persoon", "reden", Certainty.RED)])


NAMES = [
    "Samira",
    "Özlem",
    "Jelte",
    "Fatima",
    "Noëmi",
    "Agnieszka",
    "Roos",
    "Bas",
    "Quincy",
    "Trijntje",
    "Xqwira",
    "Mo",
]
names = st.sampled_from(NAMES)
forms = st.sampled_from(["{}", "{}'s", "{}s", "{}tje"])
case = st.sampled_from([str, str.lower, str.upper, str.title])
frames = st.sampled_from(
    [
        "Toen kwam {} binnen. ",
        "Mijn zusje heet {}. ",
        "En {} zei niks. ",
        "Ik zag {} en niemand anders. ",
        "juf {} is lief. ",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(frames, names, forms, case), min_size=1, max_size=8))
def test_no_found_name_survives_in_any_case_accent_or_genitive(parts: list[tuple[str, str, str, object]]) -> None:
    text = "".join(frame.format(how(form.format(name))) for frame, name, form, how in parts)  # type: ignore[operator]
    result = clean(RawText(text), find(text, known_names=NAMES))
    assert residual({"verhaal": result.text.text}, [name.original for name in result.names]) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(frames, st.sampled_from(NAMES[:6])), min_size=1, max_size=10))
def test_one_label_one_person(parts: list[tuple[str, str]]) -> None:
    text = "".join(frame.format(name) for frame, name in parts)
    table = clean(RawText(text), find(text, known_names=NAMES)).names
    people = {row.original: row.label for row in table}
    assert len(set(people.values())) == len(people) == len({name for _, name in parts})
