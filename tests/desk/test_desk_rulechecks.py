"""What a rule must be before anybody may propose it: by example, and for any text at all."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields, replace

import pytest
import yaml
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import anonymise
from capture import notices
from desk import rulechecks, rulediff, rules
from desk.rulediff import Change, Sign
from desk.rulenumbers import UNITS, drifted
from stories.errors import InputRefused
from stories.install import THEMES
from stories.rulebook import RuleKind
from stories.terms import Terms
from stories.words import room, say

BUILT_IN = notices.current("nl")[1]
OPGAVEN = yaml.safe_load(THEMES.read_text(encoding="utf-8"))["opgaven"]
TERMS = Terms().to_json()
GRACE = 7


def with_line(line: str) -> str:
    return BUILT_IN + "\n" + line + "\n"


# what comes with the product passes its own checks


@pytest.mark.parametrize("language", notices.languages())
def test_every_notice_of_ours_passes_and_keeps_its_hash(language: str) -> None:
    for _, text in notices.versions(language):
        assert rulechecks.notice(text) == text
        assert drifted(text, language, Terms(), GRACE) == ()


def test_the_channels_terms_and_themes_of_ours_pass_unchanged() -> None:
    channels = rulechecks.purposes_body(rules.OFFERED)
    assert rulechecks.purposes(channels) == channels
    assert rules.channels_from_json(json.loads(channels)) == rules.OFFERED, "and they keep their order"
    assert json.loads(rulechecks.terms(json.dumps(TERMS))) == TERMS
    themes = rulechecks.themes_body(OPGAVEN)
    assert rulechecks.themes(themes, OPGAVEN) == rulechecks.themes(json.dumps(OPGAVEN), OPGAVEN) == themes


def test_every_term_has_limits_and_a_word() -> None:
    assert set(rulechecks.LIMITS) == {field.name for field in fields(Terms)}
    for name, (least, most) in rulechecks.LIMITS.items():
        assert least <= TERMS[name] <= most
        assert {f"{key}_{name}" for key in ("term", "says", "ask", "limit")} <= set(room("rules"))


def test_everything_that_is_asked_can_be_offered() -> None:
    assert {form for _, form in rules.OFFERED if form} <= set(rulechecks.FORMS)
    for purpose, form in rules.OFFERED:
        assert form in rulechecks.could_be_offered(purpose)


def test_every_part_of_a_notice_has_a_sentence() -> None:
    assert {f"part_{part}" for part in rulechecks.NOTICE_PARTS} <= set(room("rules"))


# notices


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("<b>dik</b>", "notice_sign"), ("<script>alert(1)</script>", "notice_sign"), ("&lt;b&gt;", "notice_sign"),
        ("![foto](https://ver.nl/a.png)", "notice_sign"), ("[hier](https://ver.nl)", "notice_sign"),
        ("**dik**", "notice_sign"), ("`code`", "notice_sign"), ("$x^2$", "notice_sign"), ("a | b", "notice_sign"),
        ("~~weg~~", "notice_sign"), ("> citaat", "notice_sign"), ("==== ", "notice_sign"),
        ("#### Te diep", "notice_sign"),
        ("#zonder spatie", "notice_sign"), ("vraag@ons.nl", "notice_sign"), ("\u202eomgekeerd", "notice_sign"),
        ("a\x00b", "notice_sign"), ("\ud800", "notice_sign"), ("🙂", "notice_sign"), ("naam_met_streep", "notice_sign"),
        ("https://ver.nl", "notice_link"), ("Kijk op www.ver.nl", "notice_link"), ("WWW.VER.NL", "notice_link"),
        (":material/home:", "notice_link"), (":home:", "notice_link"), ("mailto:wie", "notice_link"),
        ("---", "notice_dashes"), ("- - -", "notice_dashes"), ("-", "notice_dashes"),
        ("# Nog een titel", "notice_title"), ("w" * 20_000, "notice_long"),
    ],
)  # fmt: skip
def test_a_notice_holds_headings_paragraphs_and_lists_and_nothing_else(line: str, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        rulechecks.notice(with_line(line))
    assert refused.value.code == key
    assert len(refused.value.message) > 20


@pytest.mark.parametrize(
    "line",
    ["Bel 0800-0432 (gratis).", "- Nog iets: ook dit.", "1. Eerst", "### Klein kopje", "Van 9.00 tot 17.00 uur",
     "Zo’n ‘verhaal’ mag; „altijd” … 50% en € 10,-", "Kijk op vertelpunt.nl/privacy", "18+ of ½",
     "قصتك؟ نعم، شكرا", "Ünïcødé"],
)  # fmt: skip
def test_plain_dutch_and_other_alphabets_are_fine(line: str) -> None:
    assert line in rulechecks.notice(with_line(line))


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(InputRefused) as refused:
        rulechecks.notice("# Titel\n\nGoed.\n\nFout <hier>.\n")
    assert "regel 5" in refused.value.message and "<" in refused.value.message


def test_a_notice_has_one_title_and_chapters() -> None:
    for text in ("", "\n \n", "Zonder titel\n", "## Kop\n# Titel\n", BUILT_IN.replace("## ", "")):
        with pytest.raises(InputRefused):
            rulechecks.notice(text)


def test_line_ends_and_spaces_are_tidied() -> None:
    messy = BUILT_IN.replace("\n", "  \r\n").replace(" ", "\u00a0 ") + "\n\n\n\n"
    assert rulechecks.notice(messy) == BUILT_IN


LETTERS = st.characters(codec=None)
MARKUP = st.text(alphabet=st.sampled_from("<>&#*_`[](){}!|~$\\^=:/@-+.w\n\r\t \"'aé1"), max_size=60)
ANY = st.text(alphabet=LETTERS, max_size=60) | MARKUP


@given(ANY)
@example("<")
@example("\ud83d")
@example("www.")
@hypothesis_settings(max_examples=400, deadline=None)
def test_any_text_is_refused_in_dutch_or_kept_without_markup(text: str) -> None:
    try:
        kept = rulechecks.notice(with_line(text))
    except InputRefused as refused:
        assert refused.message
        return
    assert not set(kept) & set("<>&*_`[]{}|~$\\^=@")
    assert "://" not in kept and "www." not in kept.lower() and ":/" not in kept
    assert rulechecks.notice(kept) == kept, "what was kept is what would be kept"
    drifted(kept, "nl", Terms(), GRACE)


# the numbers in a notice


@pytest.mark.parametrize("language", UNITS)
@pytest.mark.parametrize(
    ("field", "other"), [("raw_audio_days", 60), ("story_months", 36), ("story_months", 18), ("proof_years", 4)]
)
def test_a_notice_with_another_number_than_the_term_does_not_fit(language: str, field: str, other: int) -> None:
    text = {
        "nl": "Wij bewaren de opname 90 dagen, het verhaal 2 jaar en het bewijs 5 jaar. Bedenken kan 7 dagen.",
        "en": "We keep the recording 90 days, the story 2 years and the proof 5 years. You have 7 days to decide.",
    }[language]
    assert drifted(text, language, Terms(), GRACE) == ()
    wrong = drifted(text, language, replace(Terms(), **{field: other}), GRACE)
    assert len(wrong) == 2, "the term that is missing, and the one that is no term any more"


def test_the_days_of_grace_belong_to_the_text() -> None:
    """docs/settings.md: whoever changes VERTELPUNT_GRACE_DAYS writes a new notice."""
    (missing, unknown) = drifted(BUILT_IN, "nl", Terms(), 14)
    assert "14 dagen" in missing and "7 dagen" in unknown
    assert drifted(BUILT_IN.replace("na 7 dagen", "na 14 dagen"), "nl", Terms(), 14) == ()
    assert drifted(BUILT_IN.replace("na 7 dagen", "na 2 weken"), "nl", Terms(), 14) == ()


@pytest.mark.parametrize(
    "extra", ["Dat duurt 3 weken.", "Na 10 jaar is het weg.", "Binnen 4 maanden.", "Na 21\ndagen."]
)
def test_a_time_that_is_no_term_of_ours_is_pointed_out(extra: str) -> None:
    assert len(drifted(with_line(extra), "nl", Terms(), GRACE)) == 1


def test_ages_are_no_terms() -> None:
    assert drifted(with_line("Ben je jonger dan 12 jaar, 16 jaar of 18 jaar?"), "nl", Terms(), GRACE) == ()


def test_in_an_unknown_language_only_missing_numbers_are_seen() -> None:
    assert drifted("90 7 24 5", "tr", Terms(), GRACE) == ()
    assert drifted("90 7 2 5 11", "tr", Terms(), GRACE) == ()
    assert len(drifted("91 7 2 5", "tr", Terms(), GRACE)) == 1


# channels and terms


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("", "not_readable"), ("{}", "not_readable"), ("[1]", "not_readable"), ('["ab"]', "not_readable"),
        ('[["nieuwsbrief", null]]', "not_readable"), ('[["onderzoek", "tekst"]]', "not_readable"),
        ('[["verwerken", null]]', "not_readable"), ('[["bijzonder", null]]', "purpose_always"),
        ('[["nieuwsbrief", "rook"]]', "not_readable"), ("[]", "purposes_empty"), ("[" * 90_000, "not_readable"),
        ("[" * 200_000, "too_long"), ("NaN", "not_readable"),
    ],
)  # fmt: skip
def test_what_cannot_be_offered_is_refused(body: str, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        rulechecks.purposes(body)
    assert refused.value.code == key


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"raw_audio_days": 0}, "limit_raw_audio_days"), ({"story_months": 61}, "limit_story_months"),
        ({"proof_years": 5.0}, "limit_proof_years"), ({"proof_years": True}, "limit_proof_years"),
        ({"proof_years": "5"}, "limit_proof_years"), ({"extra": 1}, "not_readable"),
        ({"warning_days": 30}, "warning_late"), ({"unconsented_days": 8, "warning_days": 9}, "warning_late"),
    ],
)  # fmt: skip
def test_a_term_outside_its_limits_is_refused(changed: dict[str, object], key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        rulechecks.terms(json.dumps(TERMS | changed))
    assert refused.value.code == key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY | st.sampled_from(["nieuwsbrief", "tekst", "ja"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY, inner, max_size=4),
    max_leaves=12,
)


@given(ANY | JSON.map(lambda value: json.dumps(value)))
@hypothesis_settings(max_examples=300, deadline=None)
def test_no_text_makes_a_check_stumble(body: str) -> None:
    for check in (rulechecks.purposes, rulechecks.terms, lambda text: rulechecks.themes(text, [])):
        try:
            check(body)
        except InputRefused as refused:
            assert refused.message


# themes


def a_theme(**changes: object) -> dict[str, object]:
    theme = {
        "id": "wonen", "naam": "Wonen", "nr": None, "bevestigd": "nee", "bron": "geen",
        "betekenis": "Een huis.", "woorden": ["huis"], "actief": True,
    }  # fmt: skip
    return theme | changes


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"id": "W"}, "theme_id"), ({"id": "a"}, "theme_id"), ({"id": "x" * 41}, "theme_id"),
        ({"id": "a\n"}, "theme_id"),
        ({"naam": ""}, "theme_empty"), ({"naam": "<b>"}, "theme_name"), ({"naam": "x" * 61}, "theme_name"),
        ({"naam": ["x"]}, "theme_name"), ({"betekenis": " "}, "theme_empty"),
        ({"betekenis": "a [b](c)"}, "theme_meaning"),
        ({"bevestigd": "misschien"}, "theme_status"), ({"bevestigd": "ja"}, "theme_source"),
        ({"bevestigd": "ja", "bron": "https://ver.nl"}, "theme_source_line"),
        ({"nr": 1}, "theme_number"), ({"nr": 0, "bevestigd": "ja", "bron": "plan"}, "theme_number"),
        ({"nr": True, "bevestigd": "ja", "bron": "plan"}, "theme_number"),
        ({"woorden": ["a"] * 2 + [f"w{n}" for n in range(60)]}, "theme_words_many"),
        ({"woorden": ["..."]}, "theme_word"),
        ({"woorden": ["w" * 61]}, "theme_word"), ({"woorden": ["<script>"]}, "theme_word"),
        ({"woorden": "huis"}, "not_readable"),
        ({"actief": "ja"}, "not_readable"), ({"kleur": "rood"}, "not_readable"), ({"actief": False}, "themes_none"),
    ],
)  # fmt: skip
def test_a_theme_that_is_not_right_is_refused(changes: dict[str, object], key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        rulechecks.themes(json.dumps([a_theme(**changes)]), [])
    assert refused.value.code == key


def test_a_theme_never_disappears_and_is_only_once_there() -> None:
    other = a_theme(id="eten", naam="Eten")
    for rows, key in [
        ([a_theme()], "theme_gone"),
        ([a_theme(), other, other], "theme_twice"),
        ([a_theme(), other | {"naam": "wonen"}], "theme_name_twice"),
        ([one | {"nr": 4, "bevestigd": "ja", "bron": "plan"} for one in (a_theme(), other)], "theme_number_twice"),
    ]:
        with pytest.raises(InputRefused) as refused:
            rulechecks.themes(json.dumps(rows), [a_theme(), other])
        assert refused.value.code == key
    assert rulechecks.themes(json.dumps([a_theme(), other | {"actief": False}]), [a_theme(), other])


def test_a_word_is_kept_once() -> None:
    (row,) = json.loads(rulechecks.themes(json.dumps([a_theme(woorden=["Huis", " huis ", "te  huur"])]), []))
    assert row["woorden"] == ["Huis", "te huur"]


@given(st.lists(ANY, max_size=5), ANY)
@example(["½"], "Wonen")
@example(["١٢ ب"], "Wonen")
@example(["niet"], "Wonen")
@hypothesis_settings(max_examples=200, deadline=None)
def test_themes_that_are_kept_can_be_looked_for_and_hold_no_markup(words: list[str], name: str) -> None:
    try:
        kept = json.loads(rulechecks.themes(json.dumps([a_theme(woorden=words, naam=name)]), []))
    except InputRefused:
        return
    assert not set(kept[0]["naam"] + "".join(kept[0]["woorden"])) & set("<>&*_`[]{}|~$\\\n")
    anonymise.themes("Wij hebben niet een huis, en 12 ب is ook een woord.", kept)


@given(ANY, st.lists(st.sampled_from(["wonen", "thema", "thema_2"])))
def test_an_id_made_from_a_name_is_an_id_and_is_free(name: str, taken: list[str]) -> None:
    made = rulechecks.theme_id(name, taken)
    assert made not in taken
    assert json.loads(rulechecks.themes(json.dumps([a_theme(id=made)]), []))[0]["id"] == made


# differences


def test_a_line_diff_names_the_chapter() -> None:
    after = BUILT_IN.replace("na 7 dagen. In", "na 14 dagen. In")
    gone, added = rulediff.changes(RuleKind.NOTICE, BUILT_IN, after)
    assert (gone.sign, added.sign) == (Sign.GONE, Sign.ADDED)
    assert [gone.text[slice(*span)] for span in gone.spans] == ["7"], "only the words that differ are marked"
    assert [added.text[slice(*span)] for span in added.spans] == ["14"]
    assert gone.where == added.where == "U kunt altijd stoppen"


@given(*[st.lists(st.sampled_from(["# a", "## b", "een twee", "een drie", "- x"]), max_size=6)] * 2)
def test_a_line_diff_holds_every_line_that_came_or_went(before: list[str], after: list[str]) -> None:
    found = rulediff.changes(RuleKind.NOTICE, "\n".join(before), "\n".join(after))
    gone, added = ([one.text for one in found if one.sign is sign] for sign in (Sign.GONE, Sign.ADDED))
    assert Counter(before) - Counter(gone) == Counter(after) - Counter(added)
    assert all(0 <= a < b <= len(one.text) for one in found for a, b in one.spans)


def test_differences_are_said_in_words() -> None:
    before = rulechecks.purposes_body(rules.OFFERED)
    after = rulechecks.purposes_body(rules.OFFERED[:-1])
    assert rulediff.changes(RuleKind.PURPOSES, before, after) == (Change(Sign.GONE, say("terms.purpose_hercontact")),)
    (one,) = rulediff.changes(RuleKind.TERMS, json.dumps(TERMS), json.dumps(TERMS | {"proof_years": 7}))
    assert one.where == say("rules.term_proof_years") and one.text.startswith("5 wordt 7 jaar")


def test_every_change_of_a_theme_is_seen() -> None:
    before = [a_theme(), a_theme(id="eten", naam="Eten")]
    for changes in (
        {"naam": "Huis"}, {"betekenis": "Anders."}, {"woorden": ["huis", "huur"]}, {"woorden": []}, {"actief": False},
        {"bevestigd": "ja", "bron": "plan"}, {"nr": 3}, {"woorden": ["Huis"]},
    ):  # fmt: skip
        found = rulediff.changes(RuleKind.THEMES, json.dumps(before), json.dumps([a_theme(**changes), before[1]]))
        assert found and all(one.text and one.where for one in found), changes
    assert rulediff.changes(RuleKind.THEMES, json.dumps(before), json.dumps(before[::-1]))
    assert rulediff.changes(RuleKind.THEMES, json.dumps(before), json.dumps(before)) == ()
    (new,) = rulediff.changes(RuleKind.THEMES, json.dumps(before[:1]), json.dumps(before))
    assert new.sign is Sign.ADDED and say("rules.status_nee") in new.text
