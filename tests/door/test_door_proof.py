"""The proof at the door: only for whoever gave a code, only of their own story, and without a word of it."""

from __future__ import annotations

import json
import re

import pytest
from app_fixture import RunningApp, Visitor

from desk import receiving, telling, withdrawing
from desk.proof import POLICY_PATH
from door.proof import FILE, PAGE
from stories.consent import Form, Outcome, Party, Purpose
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.people import Role
from stories.told import ThirdPerson

TEXT = "Samira Yildiz gaat niet mee op schoolreisje, want er was geen geld voor."
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)


@pytest.fixture(autouse=True)
def somebody(app: RunningApp) -> None:
    app.user("Bo", Role.REDACTEUR)


def told(app: RunningApp, teller: Teller = ADULT, **answers: Outcome) -> tuple[str, telling.Codes]:
    said = answers or {"own": Outcome.JA}
    channels = [(Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.PODCAST, Form.NAGESPROKEN)]
    story = telling.begin(app.store, telling.answers(teller, channels=channels, **said), kind=StoryKind.TEXT)
    receiving.receive_text(app.store, story.id, TEXT)
    telling.name_others(app.store, story.id, [ThirdPerson("Samira Yildiz")])
    return story.id, telling.hand_in(app.store, story.id)


def come_in(app: RunningApp, code: str) -> Visitor:
    visitor = Visitor(app)
    assert visitor.post("/mijn-verhaal/code", {"code": code}).status == 303
    return visitor


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_whoever_gave_no_code_gets_no_proof(visitor: Visitor) -> None:
    answer = visitor.get(PAGE)
    assert (answer.status, answer.headers["Location"]) == (303, "/mijn-verhaal/code")
    assert visitor.get(FILE).status == 404
    visitor.cookies["vertelpunt_verhaal"] = "v123~verteller.9999999999.nagemaakt"
    assert visitor.get(FILE).status == 404 and visitor.get(PAGE).status == 303


def test_a_colleague_with_a_session_gets_no_proof_of_a_teller(app: RunningApp, visitor: Visitor) -> None:
    visitor.cookies["vertelpunt"] = app.log_in("Bo", Role.REDACTEUR)
    assert visitor.get(FILE).status == 404 and visitor.get(PAGE).status == 303


def test_the_page_says_in_words_what_was_chosen_how_long_and_how_to_stop(app: RunningApp) -> None:
    _, codes = told(app)
    page = come_in(app, codes.teller).get(PAGE)
    shown = words(page.text)
    assert page.status == 200 and page.headers["Cache-Control"] == "no-store"
    for part in ("Nieuwsbrief, als tekst, tot en met", "Podcast, nagesproken", "blijft bewaard tot", "De verteller, "):
        assert part in shown, part
    assert "Open Mijn verhaal met de code." in shown and "U hoeft niet te zeggen waarom." in shown
    assert not re.search(r"\{|\}|None", shown)


def test_no_word_of_the_story_no_name_no_id_and_no_code_is_on_the_page_or_in_the_file(app: RunningApp) -> None:
    story_id, codes = told(app)
    visitor = come_in(app, codes.teller)
    for path in (PAGE, FILE):
        text = visitor.get(path).text
        assert not re.search("Samira|Yildiz|schoolreisje|geen geld", text)
        assert story_id not in text and codes.teller not in text and codes.teller.replace(" ", "") not in text


def test_the_file_is_json_to_keep_under_a_name_that_says_nothing(app: RunningApp) -> None:
    _, codes = told(app)
    answer = come_in(app, codes.teller).get(FILE)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="vertelpunt-bewijs.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    receipt = json.loads(answer.body)
    assert receipt["jurisdiction"] == "NL" and receipt["policyUrl"] == app.base_url + POLICY_PATH
    assert Visitor(app).get(POLICY_PATH).status == 200, "and there the notice stands, for everybody"


def test_everybody_gets_their_own_story(app: RunningApp) -> None:
    numbers = [
        json.loads(come_in(app, told(app)[1].teller).get(FILE).body)["piiPrincipalId"] for _ in range(2)
    ]  # fmt: skip
    assert len(set(numbers)) == 2


def test_a_parent_reads_their_own_answer_and_a_child_is_spoken_to_with_je(app: RunningApp) -> None:
    story_id, codes = told(app, CHILD, assent=Outcome.TWIJFEL)
    assert codes.representative is not None
    child = words(come_in(app, codes.teller).get(PAGE).text)
    assert "twijfel" in child and "Je hoeft niet te zeggen waarom." in child and "U hoeft" not in child
    visitor = come_in(app, codes.representative)
    assert visitor.get(PAGE).headers["Location"] == "/mijn-verhaal", "who said nothing yet has nothing to prove"
    telling.representative_says(app.store, story_id, Outcome.JA)
    parent = words(visitor.get(PAGE).text)
    assert "De ouder of voogd" in parent and "twijfel" not in parent and "Het kind" not in parent
    assert "Het verhaal wordt niet gebruikt." in parent and "U hoeft niet te zeggen waarom." in parent


def test_after_stopping_the_page_says_when_it_is_gone(app: RunningApp) -> None:
    story_id, codes = told(app)
    withdrawing.withdraw(app.store, story_id, Party.TELLER)
    shown = words(come_in(app, codes.teller).get(PAGE).text)
    assert "Alles is gestopt. Het verhaal wordt gewist op" in shown and "Nergens voor." in shown


def test_an_erased_story_has_its_proof_and_then_nothing(app: RunningApp) -> None:
    story_id, codes = told(app)
    withdrawing.withdraw(app.store, story_id, Party.TELLER)
    visitor = come_in(app, codes.teller)
    with app.store.write() as books:
        books.erase(story_id, why="withdrawn")
    assert "Het verhaal is gewist. Dit bewijs blijft tot" in words(visitor.get(PAGE).text)
    with app.store.write() as books:
        at = books.last_done("erase", story_id=story_id)
        assert at is not None
        books.end_proof(story_id, at)
    assert visitor.get(FILE).status == 404 and visitor.get(PAGE).status == 303


def test_it_prints_without_inline_script_or_style(app: RunningApp) -> None:
    page = come_in(app, told(app)[1].teller).get(PAGE)
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\son[a-z]+=|style=", page.text)
    assert "/vorm/afdrukken.js" in page.text and "@media print" in Visitor(app).get("/vorm/door.css").text


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_nothing_is_posted_to_the_proof(visitor: Visitor, path: str) -> None:
    assert visitor.post(path).status == 404
