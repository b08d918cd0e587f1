"""The card of a text: what points at somebody in combination, where it stands, and what may stand there instead."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.quasi import ASPECTS, Rarity, Sign, signs

SAID = [
    ("ik ben acht en ik zit op voetbal", "acht", "leeftijd:8_11", "een jaar of acht"),
    ("Mijn dochter is 6 jaar.", "6 jaar", "leeftijd:4_7", "een jaar of zes"),
    ("hij is zeven maanden oud", "zeven maanden oud", "leeftijd:0_3", "nog heel klein"),
    ("toen ik drieënveertig was kwam het", "drieënveertig", "leeftijd:30_44", "in de veertig"),
    ("op mijn zesde ging papa weg", "op mijn zesde", "leeftijd:4_7", "als kind"),
    ("ik zit in groep zeven", "in groep zeven", "leeftijd:8_11", "op de basisschool"),
    ("mijn oma is eritrese", "eritrese", "herkomst:minder_grote_groep", "uit een ander land"),
    ("wij wonen in drenthe", "in drenthe", "plek:provincie", "ergens in het land"),
    ("een dorp van driehonderd mensen", "een dorp van driehonderd mensen", "plek:gehucht", "een klein dorp"),
    ("wij zijn thuis met zeven kinderen", "zeven kinderen", "gezin:heel_groot", "veel kinderen"),
    ("ik heb vier broers en drie zussen", "vier broers en drie zussen", "gezin:heel_groot", "broers en zussen"),
    ("ik heb een tweeling", "een tweeling", "gezin:tweeling", "twee kinderen"),
    ("papa was scharenslijper", "scharenslijper", "werk:zeldzaam", "een bijzonder beroep"),
    ("opa is de laatste turfsteker van hier", "de laatste turfsteker", "werk:zeldzaam", "een bijzonder beroep"),
    ("mama heeft de ziekte van Batten", "de ziekte van Batten", "ziekte:zeldzaam", "een zeldzame ziekte"),
    ("zij is met zesentwintig weken geboren", "met zesentwintig weken geboren", "ziekte:geboren_te_vroeg", None),
    ("onze huisuitzetting op tv was erg", "huisuitzetting op tv", "gebeurtenis:in_het_nieuws", None),
    ("het stond in de krant", "in de krant", "gebeurtenis:in_het_nieuws", "bekend"),
    ("na de overval durfde mama niet meer", "overval", "gebeurtenis:ramp", "iets ergs"),
    ("wij zijn gevlucht via libië", "gevlucht via libië", "gebeurtenis:vlucht_via", None),
    ("in maart 2021 ging het mis", "in maart 2021", "tijd:maand_en_jaar", None),
    ("in het schooljaar 2022-2023 bleef ik zitten", "in het schooljaar 2022-2023", "tijd:schooljaar", None),
    ("wij komen uit eritrea", "uit eritrea", "herkomst:minder_grote_groep", "uit een ander land"),
    ("wij zijn jehova's getuigen", "jehova's", "geloof:kleine_groep", "gelovig"),
]


def found(text: str) -> dict[str, Sign]:
    return {text[sign.start : sign.end]: sign for sign in signs(text)}


@pytest.mark.parametrize(("text", "words", "value", "proposal"), SAID)
def test_what_tells_something_is_found_as_it_is_said(text: str, words: str, value: str, proposal: str | None) -> None:
    sign = found(text)[words]
    assert sign.value == value and sign.is_telling
    assert proposal is None or sign.proposal == proposal


@pytest.mark.parametrize(("text", "words", "value", "proposal"), SAID)
def test_capitals_do_not_matter(text: str, words: str, value: str, proposal: str | None) -> None:
    assert [(s.start, s.end, s.value) for s in signs(text.upper())] == [(s.start, s.end, s.value) for s in signs(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Er lagen acht brieven in de la.",
        "Dat is drie jaar geleden en het duurde twee jaar.",
        "Ik had vijftig euro per week.",
        "In de klas zitten dertig kinderen.",
        "Wij gingen op vakantie naar Kroatië.",
        "Als ik groot ben, word ik juf.",
        "Ik zag het op tv.",
        "Hij is een keer langs geweest.",
        "De enige keer van het jaar.",
    ],
)
def test_numbers_and_words_that_say_nothing_about_somebody_are_left_alone(text: str) -> None:
    assert not [sign for sign in signs(text) if sign.is_telling]


def test_what_many_people_share_stands_on_the_card_but_tells_nothing() -> None:
    (single,) = signs("Mijn moeder is een alleenstaande moeder.")
    assert (single.rarity, single.is_telling) == (Rarity.GEWOON, False)


def test_what_was_masked_no_longer_counts() -> None:
    text = "Ik ben acht en wij komen uit Eritrea, een tweeling en de ziekte van Batten."
    for words in ("acht", "Eritrea", "tweeling", "Batten"):
        start = text.index(words)
        left = {text[s.start : s.end] for s in signs(text, [(start, start + len(words))])}
        assert len(left) == 3 and not [one for one in left if words in one]


@pytest.mark.parametrize("proposal", sorted({proposal for *_, proposal in SAID if proposal}))
def test_a_proposal_tells_nothing_itself(proposal: str) -> None:
    """Or whoever takes it would be asked again, also where labels are lost."""
    told = {"in de veertig", "op de basisschool"}
    assert not [sign for sign in signs(f"Zo was het: {proposal}.") if sign.is_telling] or proposal in told


PHRASES = st.sampled_from([text for text, *_ in SAID] + ["Wij hadden geen geld.", "[naam 1] van negen.", "é 🙂"])


@given(st.lists(PHRASES, max_size=6))
@settings(max_examples=60, deadline=None)
def test_places_are_right_in_order_and_apart(phrases: list[str]) -> None:
    text = ". ".join(phrases)
    card = signs(text)
    assert list(card) == sorted(card)
    assert all(0 <= s.start < s.end <= len(text) and text[s.start : s.end].strip() for s in card)
    assert all(one.end <= two.start for one, two in itertools.pairwise(card))
    assert all(s.aspect in ASPECTS and s.value.isascii() and s.value.startswith(s.aspect) for s in card)


@given(st.permutations([text for text, *_ in SAID]))
@settings(max_examples=20, deadline=None)
def test_the_order_in_which_things_are_told_does_not_matter(phrases: list[str]) -> None:
    expected = sorted(sign.value for text, *_ in SAID for sign in signs(text))
    assert sorted(sign.value for sign in signs(". ".join(phrases))) == expected


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    assert all(text[s.start : s.end] for s in signs(text))
