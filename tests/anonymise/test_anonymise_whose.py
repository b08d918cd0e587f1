"""Who is who, where an editor knows it better: two people with one name are parted, and two names are one person."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import Cleaned, Decision, Style, clean, persons, residual
from anonymise.text import plain
from stories.model import Certainty, Finding, Name, RawText

Said = tuple[str, int]
PEOPLE = ("Samira", "Jelte", "Noëmi", "Roos", "Mohammed", "Sami", "Jolanda de Boer", "Piet Jansen", "Yasemin Kaya")
FRAMES = ("Toen kwam {} binnen. ", "mijn broer {} en ik. ", "juf {} is lief. ", "{}'s jas is rood. ", "Ik ken {}. ")


def marked(text: str) -> tuple[str, list[Finding]]:
    """`{Sami}` marks a person."""
    found, out = list[Finding](), ""
    for piece in re.split(r"(\{[^}]*\})", text):
        if piece.startswith("{"):
            found.append(Finding(len(out), len(out) + len(piece) - 2, "persoon", "reden", Certainty.RED))
        out += piece.strip("{}")
    return out, found


def deciding(found: list[Finding], said: dict[int, Said]) -> list[Decision]:
    return [Decision(found[at].start, found[at].end, "mask", who=who, apart=apart) for at, (who, apart) in said.items()]


def made(
    text: str, said: dict[int, Said], style: Style = Style.NUMBERS, names: tuple[Name, ...] = (), seed: str = "zaad"
) -> Cleaned:
    raw, found = marked(text)
    return clean(RawText(raw), found, style=style, decisions=deciding(found, said), names=names, seed=seed)


def labels(result: Cleaned) -> list[str]:
    return [result.text.text[start:end] for start, end in result.text.labels]


def test_two_people_whose_names_sound_alike_are_parted() -> None:
    text = "{Samira} lacht. {Zamira} huilt. {Samira} ook."
    assert len(set(labels(made(text, {})))) == 1
    first, second, third = labels(made(text, {1: ("Zamira", 1)}))
    assert first == third != second


def test_a_family_name_alone_is_somebody_else_than_the_only_full_name() -> None:
    text = "{Jolanda de Boer} kwam. Meneer {De Boer} niet, {De Boer} nooit."
    one, two, three = labels(made(text, {1: ("De Boer", 1)}))
    assert one == three != two
    one, two, three = labels(made(text, {1: ("De Boer", 1), 2: ("De Boer", 1)}, Style.NAMES))
    assert two == three and two not in one and " " in one and " " not in two


def test_two_names_are_one_person_when_an_editor_says_so() -> None:
    text = "{Tirza} lacht. {Mamma Mia} ook. {Joppe} niet."
    one, two, three = labels(made(text, {1: ("Tirza", 0)}))
    assert one == two != three


def test_another_name_of_somebody_else_is_another_one() -> None:
    one, two = labels(made("Mijn broer {Kim} en mijn buurman {Kim}.", {1: ("Kim", 1)}, Style.NAMES))
    assert one != two and not {one, two} & {"Kim"}
    roles = made("Mijn broer {Kim} en mijn buurman {Kim}.", {1: ("Kim", 1)}, Style.ROLES)
    assert roles.text.text == "[Mijn broer] en [mijn buurman]."


def test_who_is_somebody_else_stays_so_and_taken_back_is_as_before() -> None:
    text = "{Kim} en {Kym} en {Kim}"
    before = made(text, {})
    parted = made(text, {1: ("Kym", 1)}, names=before.names)
    again = made("Zo. " + text, {1: ("Kym", 1)}, names=parted.names)
    assert labels(again) == labels(parted)
    assert labels(made(text, {}, names=parted.names)) == labels(before)
    assert {(row.original, row.apart): row.label for row in parted.names}[("Kym", 1)] == labels(parted)[1]


def test_what_is_typed_for_somebody_else_is_theirs_alone() -> None:
    raw, found = marked("{Kim} en {Kim}")
    typed = [Decision(found[1].start, found[1].end, "mask", replacement="[buurman]", who="Kim", apart=1)]
    assert clean(RawText(raw), found, decisions=typed).text.text == "[naam 1] en [buurman]"


def test_the_last_decision_about_a_place_says_who_it_is() -> None:
    raw, found = marked("{Kim} en {Kim}")
    said = [*deciding(found, {1: ("Kim", 1)}), *deciding(found, {1: ("", 0)})]
    assert persons(raw, found, said[:1]) == (0, 1) and persons(raw, found, said) == (0, 0)


@pytest.mark.parametrize("wrong", [{"apart": 1}, {"who": "Kim", "apart": -1}])
def test_somebody_else_has_a_name(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="name"):
        Decision(0, 3, "mask", **wrong)  # type: ignore[arg-type]


told = st.lists(st.tuples(st.sampled_from(FRAMES), st.sampled_from(PEOPLE), st.integers(0, 2)), min_size=1, max_size=9)
"""A sentence, who is in it, and whether an editor says that they are somebody else: the first or the second one."""


@settings(max_examples=80, deadline=None)
@given(told, st.sampled_from(Style), st.text(min_size=1, max_size=3))
def test_two_parted_people_never_share_and_one_person_has_one_label(
    parts: list[tuple[str, str, int]], style: Style, seed: str
) -> None:
    text = "".join(frame.format("{" + name + "}") for frame, name, _ in parts)
    said = {at: (name, apart) for at, (_, name, apart) in enumerate(parts) if apart}
    result = made(text, said, style, seed=seed)
    found = defaultdict(set)
    for row in result.names:
        found[row.original, row.apart].add(row.label)
    assert set(found) == {(name, apart) for _, name, apart in parts}
    given = [label for ones in found.values() for label in ones]
    assert len(given) == len(found) == len(set(map(plain, given)))
    assert residual({"": result.text.text}, [row.original for row in result.names]) == ()
    assert labels(made("Ja. " + text, said, style, names=result.names, seed=seed)) == labels(result)
