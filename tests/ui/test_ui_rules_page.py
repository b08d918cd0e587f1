"""The page of rules: one administrator proposes, another approves, and both see what changes."""

from __future__ import annotations

import json

import pytest
from ui_help import House, Screen

from capture import notices
from desk import rulechecks, rulemaking, rules
from desk.rulechecks import NOTICE_PARTS
from stories.consent import Form, Purpose
from stories.people import Role, User
from stories.rulebook import RuleKind
from stories.terms import Terms
from stories.words import say

BUILT_IN = notices.current("nl")[1]
ANOTHER = BUILT_IN.replace("Wij zijn een partner", "Wij zijn een vriend")
KINDS = ("notice-nl", "purposes", "terms", "themes")


@pytest.fixture
def ann(house: House) -> User:
    return house.staff[Role.BEHEERDER]


@pytest.fixture
def bea(house: House) -> User:
    with house.store.write() as books:
        return books.add_user("Bea", "wachtwoord van iemand", [Role.BEHEERDER])


def open_rule(house: House, user: User, which: str) -> Screen:
    return Screen(house.store, user).open("regels", regel=which)


def terms_body(**changes: int) -> str:
    return json.dumps(Terms().to_json() | changes)


def waiting(house: House, user: User, kind: RuleKind = RuleKind.TERMS, body: str = "", language: str = "") -> int:
    body = body or terms_body(raw_audio_days=60)
    newest = rulemaking.history(house.store, user, kind, language)[0].number
    return rulemaking.propose(house.store, user, kind, body, language, expected=newest, parts=NOTICE_PARTS).version


def test_the_first_page_has_a_card_for_every_rule(house: House, ann: User, bea: User) -> None:
    screen = Screen(house.store, ann).open("regels")
    assert screen.title == say("rules.title")
    for kind in RuleKind:
        assert say(f"rules.name_{kind}") in screen.text
    for which in KINDS:
        screen.press(f"open_{which}")
        assert screen.app.query_params["regel"] in (which, [which])
        screen.open("regels")
    assert say("rules.alone") not in screen.text


def test_a_made_up_rule_in_the_address_gives_the_first_page(house: House, ann: User) -> None:
    assert open_rule(house, ann, "<script>").title == say("rules.title")


def test_who_is_the_only_administrator_reads_what_to_do(house: House, ann: User) -> None:
    for screen in (Screen(house.store, ann).open("regels"), open_rule(house, ann, "terms")):
        assert say("rules.alone") in screen.text


@pytest.mark.parametrize("which", KINDS)
def test_without_a_change_nothing_can_be_proposed(house: House, ann: User, which: str) -> None:
    screen = open_rule(house, ann, which)
    assert say("rules.no_changes") in screen.text and not screen.enabled("voorstellen")
    assert not screen.has("goedkeuren") and not screen.has("van_tafel")


def test_terms_travel_from_one_administrator_to_the_other(house: House, ann: User, bea: User) -> None:
    one = open_rule(house, ann, "terms")
    field = next(field for field in one.app.number_input if field.label == say("rules.ask_raw_audio_days"))
    field.set_value(60)
    one.run()
    assert "90 wordt 60 dagen" in one.text
    one.press("voorstellen")
    assert say("rules.proposed") in one.text and say("rules.own_proposal") in one.text
    assert not one.has("goedkeuren"), "who proposes does not approve"

    assert "1" in say("rules.menu_waiting", count=1) and say("rules.menu_waiting", count=1) in (
        Screen(house.store, bea).open("beheer").text
    )
    other = open_rule(house, bea, "terms")
    assert "90 wordt 60 dagen" in other.text
    assert not other.enabled("goedkeuren"), "only after saying that everything was read"
    next(box for box in other.app.checkbox if box.label == say("rules.read_all")).check()
    other.run()
    other.press("goedkeuren")
    assert say("rules.approved") in other.text and not other.errors
    with house.store.read() as books:
        assert rules.terms(books).raw_audio_days == 60
    shown = other.text
    assert say("rules.made_by", proposer=ann.name, approver="Bea") in shown
    assert say("rules.drift_badge") in Screen(house.store, bea).open("regels").text, "the notice still says 90 days"


def test_who_looked_at_an_older_proposal_does_not_approve_the_newer_one(house: House, ann: User, bea: User) -> None:
    waiting(house, ann)
    other = open_rule(house, bea, "terms")
    next(box for box in other.app.checkbox if box.label == say("rules.read_all")).check()
    other.run()
    waiting(house, ann, body=terms_body(raw_audio_days=300))
    other.app.button(key="goedkeuren").click()
    other.run()
    with house.store.read() as books:
        assert rules.terms(books) == Terms()
    assert not other.enabled("goedkeuren"), "the newer one has to be read first"


def test_a_proposal_is_taken_off_the_table(house: House, ann: User, bea: User) -> None:
    waiting(house, ann)
    screen = open_rule(house, bea, "terms").press("van_tafel")
    assert say("rules.dropped") in screen.text and not screen.has("van_tafel")
    assert say("rules.status_of_dropped") in screen.text


def test_a_stale_tab_proposes_nothing_over_a_newer_one(house: House, ann: User, bea: User) -> None:
    screen = open_rule(house, ann, "notice-nl")
    fill(screen, ANOTHER)
    waiting(house, bea, RuleKind.NOTICE, BUILT_IN.replace("een partner", "een buur"), "nl")
    screen.app.button(key="voorstellen").click()
    screen.run()
    made = rulemaking.history(house.store, ann, RuleKind.NOTICE, "nl")
    assert [version.number for version in made] == [2, 1]
    assert area(screen).value == ANOTHER, "what was typed is still there"


def area(screen: Screen):  # type: ignore[no-untyped-def]
    return next(area for area in screen.app.text_area if area.label == say("rules.notice_field"))


def fill(screen: Screen, text: str) -> None:
    area(screen).set_value(text)
    for box in screen.app.checkbox:
        if (box.key or "").startswith("deel_"):
            box.check()
    screen.run()


def test_a_notice_is_proposed_with_every_part_ticked(house: House, ann: User) -> None:
    screen = open_rule(house, ann, "notice-nl")
    area(screen).set_value(ANOTHER)
    screen.run()
    assert not screen.enabled("voorstellen"), "the parts are not ticked"
    fill(screen, ANOTHER)
    assert screen.enabled("voorstellen")
    assert "vriend" in screen.text
    screen.press("voorstellen")
    assert say("rules.proposed") in screen.text
    assert rulemaking.history(house.store, ann, RuleKind.NOTICE, "nl")[0].body == ANOTHER


@pytest.mark.parametrize("evil", ["<img src=x onerror=alert(1)>", "![x](https://ver.nl/a.png)", "<b>dik</b>"])
def test_markup_in_a_notice_is_shown_as_text_and_refused(house: House, ann: User, evil: str) -> None:
    screen = open_rule(house, ann, "notice-nl")
    fill(screen, BUILT_IN + "\n" + evil + "\n")
    assert say("rules.not_yet") in screen.text and not screen.enabled("voorstellen")
    assert "<img src=x" not in screen.raw_html and "<b>dik" not in screen.raw_html, "it is escaped where it is shown"
    assert not screen.app.markdown, "the page draws no Markdown"


def test_a_notice_that_promises_another_number_says_what_is_wrong(house: House, ann: User) -> None:
    screen = open_rule(house, ann, "notice-nl")
    fill(screen, BUILT_IN.replace("90 dagen", "80 dagen"))
    assert "90 dagen" in screen.text and "80 dagen" in screen.text
    assert not screen.enabled("voorstellen")


def test_starting_again_brings_back_the_text_of_now(house: House, ann: User) -> None:
    screen = open_rule(house, ann, "notice-nl")
    fill(screen, "iets anders")
    screen.press("opnieuw_beginnen")
    assert area(screen).value == BUILT_IN


def test_channels_are_switched_per_place(house: House, ann: User) -> None:
    screen = open_rule(house, ann, "purposes")
    by_label = {group.label: group for group in screen.app.segmented_control}
    assert by_label[say("terms.purpose_nieuwsbrief")].value == [Form.TEKST]
    by_label[say("terms.purpose_nieuwsbrief")].unselect(Form.TEKST)
    screen.run()
    assert f"{say('terms.purpose_nieuwsbrief')}, {say('terms.form_tekst')}" in screen.text
    screen.press("voorstellen")
    body = rulemaking.history(house.store, ann, RuleKind.PURPOSES)[0].body
    assert rules.channels_from_json(json.loads(body)) == tuple(
        channel for channel in rules.OFFERED if channel[0] is not Purpose.NIEUWSBRIEF
    )


def pick_theme(screen: Screen, name: str) -> Screen:
    box = next(box for box in screen.app.selectbox if box.label == say("rules.theme_choose"))
    box.set_value(name)
    return screen.run()


def field(screen: Screen, kind: str, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in getattr(screen.app, kind) if one.label == say(f"rules.field_{label}"))


def test_a_new_theme_gets_an_id_and_is_shown_as_ours(house: House, ann: User, bea: User) -> None:
    screen = pick_theme(open_rule(house, ann, "themes"), "")
    field(screen, "text_input", "naam").set_value("Vrije tijd")
    field(screen, "text_area", "betekenis").set_value("Tijd voor jezelf.")
    field(screen, "text_area", "woorden").set_value("vrije tijd\nuitje\n")
    screen.run()
    assert say("rules.status_nee") in screen.text
    screen.press("voorstellen")
    version = rulemaking.history(house.store, ann, RuleKind.THEMES)[0]
    assert json.loads(version.body)[-1] == {
        "id": "vrije_tijd", "naam": "Vrije tijd", "nr": None, "bevestigd": "nee", "bron": "geen",
        "betekenis": "Tijd voor jezelf.", "woorden": ["vrije tijd", "uitje"], "actief": True,
        "soort": "opgave",
    }  # fmt: skip
    rulemaking.approve(house.store, bea, RuleKind.THEMES, version.number)
    story = house.worked()
    editor = house.screen(Role.REDACTEUR).open("nakijken", verhaal=story.id, deel="themas")
    (label,) = [box.label for box in editor.app.checkbox if "Vrije tijd" in box.label]
    assert say("ui.theme_nee") in label.replace("\\", ""), "an unconfirmed theme is shown as such"


def test_a_theme_that_is_said_to_be_an_opgave_needs_a_source(house: House, ann: User) -> None:
    screen = pick_theme(open_rule(house, ann, "themes"), "eigen_regels")
    field(screen, "segmented_control", "bevestigd").set_value("ja")
    screen.run()
    assert say("rules.theme_source", theme="eigen_regels") in screen.text and not screen.enabled("voorstellen")
    field(screen, "text_input", "bron").set_value("het plan van 2027")
    screen.run()
    assert screen.enabled("voorstellen")


def test_a_second_change_of_themes_takes_the_first_one_along(house: House, ann: User) -> None:
    for theme, name in (("meedoen", "Iedereen"), ("stress", "Zorgen")):
        screen = pick_theme(open_rule(house, ann, "themes"), theme)
        field(screen, "text_input", "naam").set_value(name)
        screen.run()
        screen.press("voorstellen")
    names = [row["naam"] for row in json.loads(rulemaking.history(house.store, ann, RuleKind.THEMES)[0].body)]
    assert {"Iedereen", "Zorgen"} <= set(names)


@pytest.mark.parametrize("which", KINDS)
def test_every_version_can_be_read_again(house: House, ann: User, bea: User, which: str) -> None:
    kind, _, language = which.partition("-")
    themes = rulechecks.themes_body(rules.shown_themes(house.store))
    bodies = {
        "notice": ANOTHER, "purposes": '[["website", "tekst"]]', "terms": terms_body(proof_years=6),
        "themes": themes.replace("Een fijn thuis", "Een goed thuis"),
    }  # fmt: skip
    words = {
        "notice": "een partner",
        "purposes": say("terms.purpose_podcast"),
        "terms": "5 jaar nadat",
        "themes": "Een fijn thuis",
    }
    number = waiting(house, ann, RuleKind(kind), bodies[kind], language)
    rulemaking.approve(house.store, bea, RuleKind(kind), number, language)
    screen = open_rule(house, ann, which)
    before = screen.raw_html.count(words[kind])
    box = next(box for box in screen.app.selectbox if box.label == say("rules.history_choose"))
    box.set_value(1)
    screen.run()
    assert screen.raw_html.count(words[kind]) > before
    assert not screen.errors
