"""What comes in the place of a name: a number, a role, another name, or what an editor typed; and the grammar of it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anonymise import Cleaned, Decision, Style, clean, lists, residual, suggestions
from anonymise.grammar import diminutive, genitive
from anonymise.othernames import pools
from anonymise.text import plain, sound_alike
from stories.errors import InputRefused
from stories.model import Certainty, Finding, RawText


def marked(text: str) -> tuple[str, list[Finding]]:
    """`{Sami}` marks a person, `{school:De Vuurvogel}` something else."""
    found, out, at = [], "", 0
    for match in re.finditer(r"\{(?:(\w+):)?([^}]*)\}", text):
        out += text[at : match.start()]
        found.append(Finding(len(out), len(out) + len(match[2]), match[1] or "persoon", "reden", Certainty.RED))
        out += match[2]
        at = match.end()
    return out + text[at:], found


def made(text: str, style: Style, *, seed: str = "zaad", sheet: tuple[str, ...] = (), **wishes: str) -> Cleaned:
    raw, found = marked(text)
    decisions = [
        Decision(f.start, f.end, "mask", replacement=wishes[raw[f.start : f.end]])
        for f in found
        if raw[f.start : f.end] in wishes
    ]
    return clean(RawText(raw), found, style=style, decisions=decisions, known_names=sheet, seed=seed)


def roles(text: str, **wishes: str) -> str:
    return made(text, Style.ROLES, **wishes).text.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mijn broer {Sami} lacht. {Sami} huilt.", "[Mijn broer] lacht. [Mijn broer] huilt."),
        ("mijn broer {sami} lacht en {sami} huilt", "[mijn broer] lacht en [mijn broer] huilt"),
        ("mn broertje heet {sami} en {sami} is zes", "mn broertje heet [mijn broertje] en [mijn broertje] is zes"),
        ("ik heb een zusje die heet {noor}, {noor} lacht", "ik heb een zusje die heet [het zusje], [het zusje] lacht"),
        ("Toen kwam juf {Anja}. De juf {Anja} zei niks.", "Toen kwam [de juf]. [De juf] zei niks."),
        ("Ik zag {Ali}, mijn neef, en {Ali} zag mij.", "Ik zag [mijn neef], mijn neef, en [mijn neef] zag mij."),
        ("{Ali} is mijn beste vriend.", "[Mijn vriend] is mijn beste vriend."),
        ("Mijn broer {Ali} en mijn broer {Mehmet}.", "[Mijn broer] en [mijn broer 2]."),
        (
            "mijn broers {Ali}, {Mehmet} en {Yusuf} en mijn zus {Noor} en {Anja}",
            "mijn broers [mijn broer], [mijn broer 2] en [mijn broer 3] en [mijn zus] en [naam 1]",
        ),
        ("Haar broer {Ali} kwam.", "[Haar broer] kwam."),
        ("Opa {Henk} en tante {Riet} zaten daar.", "[Opa] en [mijn tante] zaten daar."),
        ("Mijn {Sami} en mijn kleine zoon {Sami}.", "[Mijn zoon] en [mijn zoon]."),
        ("Mijn maatschappelijk werker {Petra} belde.", "[Mijn maatschappelijk werker] belde."),
        ("Ik heet {Tirza}.", "Ik heet [de verteller]."),
        ("ik ben {tirza} haar moeder", "ik ben [naam 1] haar moeder"),
        ("Toen kwam {Tirza}.", "Toen kwam [naam 1]."),
        ("Mijn hond {overig_naam:Vlek} blaft.", "[Mijn hond] blaft."),
        (
            "Op school {school:De Vuurvogel} in {plaats:Meppel}, niet {school:De Bron} in {plaats:Assen}.",
            "Op [school] in [dorp of stad], niet [school 2] in [dorp of stad 2].",
        ),
        ("mijn moeder zag de buurman {Kees}", "mijn moeder zag [de buurman]"),
        ("mevr. {Bakker} belde", "[de mevrouw] belde"),
        ("Mijn broer\n{Sami} lacht", "Mijn broer\n[naam 1] lacht"),
    ],
)  # fmt: skip
def test_a_role_comes_from_the_words_around_and_is_not_said_twice(text: str, shown: str) -> None:
    assert roles(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{Sami}'s fiets", "[naam 1]'s fiets"),
        ("{Hans}' fiets", "[naam 1]'s fiets"),
        ("{Annes} jas en {Anne}", "[naam 1]'s jas en [naam 1]"),
        ("{samis} fiets, {sami}", "[naam 1]'s fiets, [naam 1]"),
        ("{Sientje} is {Sien}", "[naam 1] is [naam 1]"),
        ("{Jantje's} jas", "[naam 1]'s jas"),
        ("de {Jansens} en {Piet Jansen}", "de familie [naam 1] en [naam 1]"),
        ("familie {De Boer}", "familie [naam 1]"),
        ("hij zei 'ik ben {Hans}' en ging", "hij zei 'ik ben [naam 1]' en ging"),
        ("'t was {Hans}' fiets", "'t was [naam 1]'s fiets"),
    ],
)
def test_the_ending_of_a_name_becomes_the_ending_of_its_label(text: str, shown: str) -> None:
    assert made(text, Style.NUMBERS).text.text == shown


def test_other_names_are_built_as_the_real_ones() -> None:
    text = "{Jolanda de Boer} en {J. de Boer}, {Jolanda} en mevrouw {De Boer}. {Jolanda}s zoon {Hans}' fiets."
    result = made(text, Style.NAMES).text
    full, initial, first, family, _, son = [result.text[a:b] for a, b in result.labels]
    assert full == f"{first} {family}" and initial == f"{first[0]}. {family}"
    assert son.endswith(("s", "'")) and "fiets" in result.text


@pytest.mark.parametrize(
    ("text", "group", "which"),
    [
        ("mijn vriendin {Fatima} lacht", "arabisch", "v"),
        ("mijn broer {Yusuf} lacht", "turks", "m"),
        ("{Agnieszka} lacht", "europees", "v"),
        ("mijn broer {Xqwirt} lacht", "nederlands", "m"),
        ("{Sanne} lacht", "nederlands", "v"),
        ("mijn dochters {Xqwirt}", "nederlands", "v"),
        ("mijn zoon {Storm}", "nederlands", "m"),
    ],
)
def test_another_name_is_of_the_same_kind(text: str, group: str, which: str) -> None:
    result = made(text, Style.NAMES).text
    (span,) = result.labels
    assert result.text[slice(*span)] in pools()[group][which]


def test_lower_case_speech_gets_lower_case_names() -> None:
    text = made("en {sami} zei dat {samis} fiets weg was", Style.NAMES).text
    assert text.text == text.text.lower() and text.renames() and not text.renames(0, 3)


def test_places_schools_and_firms_never_get_another_real_name() -> None:
    text = made("In {plaats:Meppel} op {school:De Vuurvogel} bij {organisatie:Flexagro}", Style.NAMES).text
    assert text.text == "In [dorp of stad] op [school] bij [organisatie]" and not text.renames()


def test_every_spelling_is_one_person() -> None:
    for one, other in (("Mohamed", "Mohammed"), ("Yussuf", "Joesoef"), ("Sjarita", "Charita"), ("Noëmi", "NOEMI")):
        for style in Style:
            text = made(f"{{{one}}} en {{{other}}}", style).text.text
            left, right = text.split(" en ")
            assert left == right, (style, text)


def test_a_person_that_was_marked_by_hand_as_some_name_is_the_same_person() -> None:
    assert made("{Tirza} en {overig_naam:Tirza}", Style.NUMBERS).text.text == "[naam 1] en [naam 1]"


def test_what_an_editor_typed_goes_for_all_spellings_and_before_the_style() -> None:
    for style in Style:
        text = made("Mijn {Sami}, {SAMI} en {Sami}'s jas. {Anja}.", style, Sami="mijn grote broer").text
        assert text.text.startswith("Mijn grote broer, mijn grote broer en mijn grote broers jas. "), text.text
        assert text.renames()


def test_a_number_that_an_editor_typed_is_nobody_elses() -> None:
    assert made("{Anja} en {Sami}", Style.NUMBERS, Sami="[naam 1]").text.text == "[naam 2] en [naam 1]"


def test_another_name_that_an_editor_typed_is_nobody_elses() -> None:
    text = "{Anja} en {Sami} en {Noor}"
    first, *_ = made(text, Style.NAMES).text.text.split(" en ")
    anja, sami, noor = made(text, Style.NAMES, Sami=first).text.text.split(" en ")
    assert sami == first and len({anja, sami, noor}) == 3


def test_a_label_of_somebody_the_text_does_not_name_any_more_is_nobody_elses() -> None:
    before = made("{Tirza} en {Joppe}", Style.NUMBERS)
    raw, found = marked("{Joppe} en {Milan}")
    after = clean(RawText(raw), found, names=before.names, style=Style.ROLES)
    assert len({row.label for row in after.names}) == len(after.names) == 3


def test_suggestions_never_name_anybody_here() -> None:
    text, found = marked("Mijn broer {Sami} en {Anja}, {Tirza} en Karin.")
    for one in found:
        shown = suggestions(text, found, (one.start, one.end), known_names=("Bilal",))
        assert residual({"t": " ".join(shown)}, ["Sami", "Anja", "Tirza", "Bilal", "Karin"]) == ()
        assert len(set(shown)) == len(shown) >= 4


def test_the_pools_hold_no_everyday_word_no_place_and_nothing_twice() -> None:
    others = lists.ordinary_given() | lists.ordinary_family() | lists.spoken() | lists.places() | lists.keep()
    for sets in pools().values():
        for names in sets.values():
            assert len({plain(name) for name in names}) == len(names) >= 12
            assert not {plain(name) for name in names} & others


@pytest.mark.parametrize(
    ("name", "of", "small"),
    [
        ("Sami", "Sami's", "Samietje"),
        ("Hans", "Hans'", "Hansje"),
        ("Anne", "Annes", "Annetje"),
        ("Samira", "Samira's", "Samiraatje"),
        ("Willem", "Willems", "Willempje"),
        ("Bram", "Brams", "Brammetje"),
        ("Karel", "Karels", "Kareltje"),
        ("Max", "Max'", "Maxje"),
        ("Piet", "Piets", "Pietje"),
        ("[naam 1]", "[naam 1]'s", ""),
    ],
)
def test_genitives_and_diminutives_are_dutch(name: str, of: str, small: str) -> None:
    assert genitive(name) == of
    assert not small or diminutive(name) == small


PEOPLE = (
    "Samira", "Özlem", "Jelte", "Fatima", "Noëmi", "Agnieszka", "Roos", "Quincy", "Trijntje", "Xqwira", "Mohammed",
    "Karin", "Bilal", "Sami", "Jolanda de Boer", "Mohammed Azzaoui", "Piet Jansen", "Sanne", "Yasemin Kaya", "Hans",
)  # fmt: skip
FRAMES = (
    "Toen kwam {} binnen. ", "Mijn zusje heet {}. ", "En {} zei niks. ", "mijn broer {} en ik. ", "juf {} is lief. ",
    "{}'s jas is rood. ", "De moeder van {} belde, ", "mijn vriendin {} had honger en ", "Ik ken {}. ",
)  # fmt: skip
FORMS = (str, str.lower, str.upper, lambda n: f"{n}tje" if " " not in n else n)
mentions = st.lists(
    st.tuples(st.sampled_from(FRAMES), st.sampled_from(PEOPLE), st.sampled_from(FORMS)), min_size=1, max_size=8
)
styles = st.sampled_from(Style)


def told(parts: list[tuple[str, str, object]]) -> str:
    return "".join(frame.format("{" + how(name) + "}") for frame, name, how in parts)  # type: ignore[operator]


@settings(max_examples=150, deadline=None)
@given(mentions, styles, st.text(max_size=4))
def test_no_name_survives_in_any_style(parts: list[tuple[str, str, object]], style: Style, seed: str) -> None:
    result = made(told(parts), style, seed=seed)
    assert residual({"verhaal": result.text.text}, [row.original for row in result.names]) == ()


@settings(max_examples=150, deadline=None)
@given(mentions, styles)
def test_offsets_are_right_and_what_stands_between_is_what_was_said(
    parts: list[tuple[str, str, object]], style: Style
) -> None:
    text, _ = marked(told(parts))
    result = made(told(parts), style).text
    assert len(result.labels) == len(parts)
    assert all(end <= start for (_, end), (start, _) in pairwise(result.labels))
    edges = [0, *(edge for span in result.labels for edge in span), len(result.text)]
    at = 0
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        words = re.sub(r"^(familie |'s)", "", result.text[start:end])
        assert (at := text.find(words, at)) >= 0


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FRAMES), st.sampled_from(PEOPLE)), min_size=1, max_size=9), styles)
def test_one_person_one_label_and_two_people_never_one(parts: list[tuple[str, str]], style: Style) -> None:
    names = {name for _, name in parts}
    assume(not {"Mohammed", "Mohammed Azzaoui"} <= names)  # the first name alone is the one with the full name
    result = made("".join(frame.format("{" + name + "}") for frame, name in parts), style)
    labels = {row.original: row.label for row in result.names}
    assert set(labels) == names and len(set(labels.values())) == len(names)


@settings(max_examples=100, deadline=None)
@given(
    mentions, st.lists(st.sampled_from([n for s in pools().values() for w in ("v", "m") for n in s[w]]), max_size=40)
)
def test_nobody_gets_a_name_of_the_story_or_the_sheet(parts: list[tuple[str, str, object]], sheet: list[str]) -> None:
    result = made(told(parts), Style.NAMES, sheet=tuple(sheet))
    text, _ = marked(told(parts))
    given = [result.text.text[a:b] for a, b in result.text.labels]
    assert residual({str(i): one for i, one in enumerate(given)}, sheet) == ()
    assert not {word for one in given for word in plain(one).split()} & {*re.findall(r"\w+", plain(text))}


@settings(max_examples=50, deadline=None)
@given(mentions, styles, st.text(max_size=4))
def test_the_same_story_gives_the_same_text(parts: list[tuple[str, str, object]], style: Style, seed: str) -> None:
    first = made(told(parts), style, seed=seed)
    assert first == made(told(parts), style, seed=seed)
    raw, found = marked(told(parts))
    assert clean(RawText(raw), found, names=first.names, style=style, seed=seed).text == first.text


@settings(max_examples=50, deadline=None)
@given(mentions, st.text(alphabet="abcSamirKe []'1", min_size=1, max_size=12))
def test_what_an_editor_may_type_leaks_nothing(parts: list[tuple[str, str, object]], wish: str) -> None:
    raw, found = marked(told(parts))
    try:
        decision = Decision(found[0].start, found[0].end, "mask", replacement=wish)
        result = clean(RawText(raw), found, decisions=[decision])
    except InputRefused:
        return
    (label, *_) = (result.text.text[a:b] for a, b in result.text.labels)
    assert residual({"": label}, [row.original for row in result.names]) == ()


def test_sound_alike_is_about_spelling_and_not_about_any_two_names() -> None:
    assert sound_alike("charita", "sjarita") and sound_alike("achmed", "ahmed")
    assert not sound_alike("samira", "samir") and not sound_alike("tom", "tim")
