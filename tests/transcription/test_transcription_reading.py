from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transcript_values import calmly

from stories.model import NOT_SURE, CleanText, RawText
from transcription.reading import HESITATION, NEGATION, Reading, reading_version


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("Eh, ik ging eh naar school.", "ik ging naar school."),
        ("ik, ehm, uhm, euh, hmm, mmmm, uuuh, wilde dat", "ik, wilde dat"),
        ("ik ging naar school, eh.", "ik ging naar school."),
        ("Dat was het. Eh. Toen ging ik.", "Dat was het. Toen ging ik."),
        ("ik wilde eh", "ik wilde"),
        ("De de hond en en de de de kat", "De hond en de kat"),
        ("en toen en toen en toen ging ik", "en toen ging ik"),
        ("Ik, ik wilde dat", "ik wilde dat"),
        ("in de in de in de winter, ik was ik was bang", "in de winter, ik was bang"),
        ("de eh de hond", "de hond"),
        ("ik w- wilde naar schoo- school", "ik wilde naar school"),
        ("ik w- eh w- wilde", "ik wilde"),
        ("een een huis van van mijn mijn moeder", "een huis van mijn moeder"),
        ("Eh, toen.\nUh ja.", "toen.\nja."),
    ],
)
def test_a_stammer_is_left_out(said: str, reads: str) -> None:
    assert reading_version(said).text == reads


@pytest.mark.parametrize(
    "said",
    [
        "Ik was heel heel bang en het was lang lang geleden.",
        "Nee nee, ja ja, nou nou.",
        "Steeds weer en weer, keer op keer op keer, stap voor stap voor stap.",
        "Ik weet dat dat niet mag, en de man die die auto had.",
        "Wat het is is moeilijk en wat er was was weg.",
        "Als je je schaamt, als ze ze ziet, als het het doet, en dat er er nog een is.",
        "Dat zijn zijn boeken en zij borstelt haar haar.",
        "Hij kwam aan aan het eind en stond op op dinsdag.",
        "Een huis waar ik van van alles over weet.",
        "Ik wil niet niet gaan. Ik heb geen geen geld. Nooit nooit meer.",
        "ik ging niet ik ging niet mee",
        "Bel een een twee, of nul nul een een vijf. Het kost twee twee vijftig en 10 10 euro.",
        "Het was 5 mm breed, aan de UM.",
        "Voor- en nadelen van zon- en feestdagen.",
        "Ik ga- niet mee.",
        "Mmm.",
        "Hm? Eh?",
        "Uh-uh. Mm-mm. Mhm.",
        "Ik zag 'em, u en u.",
        f"{NOT_SURE} {NOT_SURE}",
        "[naam 1] [naam 1] en [eh]",
        "Ik was. Ik was bang.",
        "Jan Jan, mama mama!",
        "en weer en weer",
        "over en over en over",
    ],
)
def test_what_may_be_meant_stays(said: str) -> None:
    assert reading_version(said) == Reading(said, ())


def test_what_was_left_out_is_named_by_its_place() -> None:
    said = "Ik eh ging ging en en toen"
    reading = reading_version(said)
    assert [said[start:end] for start, end in reading.left_out] == ["eh ", "en "]


def test_a_reading_is_no_text_that_can_be_quoted_or_searched_for_names() -> None:
    assert not isinstance(reading_version("eh ja"), (RawText, CleanText))


def test_a_reading_refuses_spans_out_of_order() -> None:
    for spans in (((3, 2),), ((0, 2), (1, 3)), ((2, 4), (0, 1))):
        with pytest.raises(ValueError):
            Reading("x", spans)


WORDS = (
    "eh uh ehm Uhm, hm. mmm euh ik Ik ik, de de, en toen en toen niet geen nooit nee 12 twee een één w- wilde school "
    "school. in van waar er dat is was [naam] heel - … ? niet. geen, zonder"
)
TALK = st.lists(st.sampled_from([*WORDS.split(" "), "\n"]), max_size=30).map(" ".join)


@calmly
@given(TALK)
def test_a_reading_only_leaves_out_and_says_what(said: str) -> None:
    reading = reading_version(said)
    left, at = "", 0
    for start, end in reading.left_out:
        left += said[at:start]
        at = end
    assert left + said[at:] == reading.text
    assert reading.text.count("\n") == said.count("\n")


@calmly
@given(TALK)
def test_no_negation_and_no_number_is_ever_left_out(said: str) -> None:
    def meant(text: str) -> Counter[str]:
        words = (word.strip(",.?") for word in text.split())
        return Counter(w for w in words if w.casefold() in NEGATION or w in ("12", "twee", "één", "[naam]"))

    assert meant(reading_version(said).text) == meant(said)


@calmly
@given(TALK)
def test_no_word_disappears_altogether(said: str) -> None:
    """Every word that was said at least once is still there, except hesitations and what was broken off."""
    words = {word.strip(",.?…").casefold() for word in said.split()}
    left = {word.strip(",.?…").casefold() for word in reading_version(said).text.split()}
    assert all(HESITATION.fullmatch(word) or word in ("w-", "") for word in words - left)


@calmly
@given(TALK)
def test_a_reading_of_a_reading_leaves_out_nothing_more(said: str) -> None:
    once = reading_version(said).text
    assert reading_version(once) == Reading(once, ())


@calmly
@given(st.text(max_size=60))
def test_any_text_has_a_reading(text: str) -> None:
    assert reading_version(text).text.count("\n") == text.count("\n")
