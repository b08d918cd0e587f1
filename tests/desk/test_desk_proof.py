"""The proof of what was chosen: whole, stable, readable by machines, and without a word or a name of anybody."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from builders import A_NOTICE, MOMENT, a_consent, a_story, a_withdrawal
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import proof, receiving, telling
from desk.keeping import Kept
from desk.proof import Choice, Proof, receipt_json, to_json
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
)
from stories.errors import NotFound
from stories.model import AgeBand, RawText, StoryKind, Teller, TellerRole
from stories.people import Holder, Role
from stories.settings import Settings
from stories.stages import State
from stories.store import Store
from stories.told import ThirdPerson

TEXT = "Samira Yildiz woont in de Zwanenburgerdwarsstraat en gaat niet mee op schoolreisje."
CHILD = Teller(TellerRole.KIND, AgeBand.FROM_12)
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
CODES = re.compile(r"[a-z0-9_<>+-]+")

# what a receipt must look like: name -> type, as a JSON schema would say it

TOP: dict[str, type] = {
    "version": str, "jurisdiction": str, "consentTimestamp": int, "collectionMethod": str, "consentReceiptID": str,
    "language": str, "piiPrincipalId": str, "piiControllers": list, "policyUrl": str, "services": list,
    "sensitive": bool, "spiCat": list, "vertelpunt": dict,
}  # fmt: skip
PURPOSE: dict[str, type] = {
    "purpose": str, "purposeCategory": list, "consentType": str, "piiCategory": list, "primaryPurpose": bool,
    "termination": str, "thirdPartyDisclosure": bool,
}  # fmt: skip


def require_receipt(receipt: dict[str, Any]) -> None:
    """The fields of a consent receipt, each of its type, and our own block in codes alone."""
    assert {name: type(value) for name, value in receipt.items()} == TOP
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", receipt["consentReceiptID"])
    assert re.fullmatch(r"[0-9a-f]{32}", receipt["piiPrincipalId"])
    assert receipt["policyUrl"].startswith("http")
    (controller,) = receipt["piiControllers"]
    assert controller["piiController"] and set(controller) == {"piiController", "onBehalf", "contact"}
    for row in (row for service in receipt["services"] for row in service["purposes"]):
        assert PURPOSE.items() <= {name: type(value) for name, value in row.items()}.items()
        assert ("thirdPartyName" in row) == row["thirdPartyDisclosure"]
        assert row["consentType"] == "EXPLICIT"
    own = dict(receipt["vertelpunt"])
    assert own.pop("fieldNames") == proof.FIELD_NAMES and own["conformityClaimed"] is False
    assert all(CODES.fullmatch(word) for word in strings(own)), "codes, dates and hashes, nothing else"


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [word for one in value.values() for word in strings(one)]
    if isinstance(value, list):
        return [word for one in value for word in strings(one)]
    return [value] if isinstance(value, str) else []


days = st.dates(date(2024, 1, 1), date(2040, 1, 1))
notices = st.builds(Notice, st.just("deelname"), st.integers(1, 99), st.sampled_from(["nl", "en"]), st.just("0" * 64))
choices = st.builds(
    Choice,
    party=st.sampled_from(Party), purpose=st.sampled_from(Purpose), form=st.sampled_from([None, *Form]),
    outcome=st.sampled_from(Outcome), on=days, until=st.none() | days, embargo_until=st.none() | days,
    recognisability=st.sampled_from(Recognisability), notice=notices, way=st.sampled_from(Way),
    recorded_by=st.sampled_from(["verteller", "vertegenwoordiger", "medewerker"]),
)  # fmt: skip
pairs = st.sampled_from(Purpose).flatmap(
    lambda purpose: st.tuples(st.just(purpose), st.none() if purpose in WITHOUT_FORM else st.sampled_from(Form))
)
proofs = st.builds(
    Proof,
    number=st.uuids().map(str), pseudonym=st.just("a" * 32), holder=st.sampled_from(Holder),
    role=st.sampled_from(TellerRole), kind=st.sampled_from(StoryKind),
    parties=st.lists(st.sampled_from(Party), unique=True).map(tuple), state=st.sampled_from(State), begun_on=days,
    said_at=st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    choices=st.lists(choices, min_size=1, max_size=8).map(tuple), may=st.lists(pairs, max_size=8).map(tuple),
    kept=st.lists(st.builds(Kept, st.just("verhaal"), st.none() | days, st.just("expired")), max_size=3).map(tuple),
    stopped_on=st.none() | days, erased_on=st.none() | days,
)  # fmt: skip
SETTINGS = Settings(_env_file=None, organisation="Stichting Voorbeeld", privacy_contact="030 123 45 67")  # type: ignore[call-arg]


@settings(max_examples=200)
@given(proofs)
def test_any_receipt_has_its_fields_and_comes_back_from_json_as_it_went(made: Proof) -> None:
    receipt = to_json(made, SETTINGS)
    require_receipt(receipt)
    assert json.loads(json.dumps(receipt)) == receipt
    assert receipt["piiControllers"][0] == {
        "piiController": "Stichting Voorbeeld", "onBehalf": False, "contact": "030 123 45 67",
    }  # fmt: skip
    assert len(receipt["services"][0]["purposes"]) == len(made.may)


events = st.builds(
    lambda party, purpose, outcome, form, minute: ConsentEvent(
        f"c{minute}", "v1", MOMENT + timedelta(minutes=minute), party, purpose, outcome, A_NOTICE, Way.SCHERM, "u1",
        form=None if purpose in WITHOUT_FORM else form or (Form.TEKST if outcome is Outcome.JA else None),
    ),
    st.sampled_from(Party), st.sampled_from(Purpose), st.sampled_from(Outcome), st.sampled_from([None, *Form]),
    st.integers(0, 10_000),
)  # fmt: skip


@given(st.lists(events, max_size=20, unique_by=lambda event: event.id))
def test_the_choices_are_the_last_words_and_nothing_else(said: list[ConsentEvent]) -> None:
    consent = Consent(CHILD, tuple(said))
    made = proof._choices(consent)
    shown = {(choice.party, choice.purpose, choice.form): choice for choice in made}
    for party, purpose, form in {(e.party, e.purpose, e.form) for e in said if e.form or e.purpose in WITHOUT_FORM}:
        last, choice = consent.last(party, purpose, form), shown.get((party, purpose, form))
        read = choice or shown[party, purpose, None]
        assert last is not None and read.outcome == last.outcome, "whoever reads the proof reads what counts"
    for choice in made:
        assert any(
            (e.party, e.purpose, e.form, e.outcome) == (choice.party, choice.purpose, choice.form, choice.outcome)
            for e in said
        )
        assert choice.recorded_by == "medewerker", "never who"
        assert (choice.until is not None) == (choice.outcome is Outcome.JA)
    for event in said:
        assert any((c.party, c.purpose) == (event.party, event.purpose) for c in made), "nobody's answer is left out"


def told(store: Store, teller: Teller = CHILD, **answers: Outcome) -> str:
    said = answers or {"assent": Outcome.JA, "representative": Outcome.JA}
    story = telling.begin(
        store, telling.answers(teller, channels=[NEWSLETTER], **said), kind=StoryKind.TEXT, region="Haarlemmermeer"
    )
    receiving.receive_text(store, story.id, TEXT)
    telling.name_others(store, story.id, [ThirdPerson("Samira Yildiz")])
    telling.hand_in(store, story.id)
    return story.id


@pytest.mark.parametrize("holder", Holder)
def test_no_word_name_place_or_id_of_a_story_is_in_its_proof(sqlite_store: Store, holder: Holder) -> None:
    story_id = told(sqlite_store)
    receipt = receipt_json(sqlite_store, story_id, holder=holder)
    require_receipt(receipt)
    text = json.dumps(receipt, ensure_ascii=False).lower()
    secret = [word.strip(".").lower() for word in TEXT.split() if len(word.strip(".")) > 5]
    assert not [word for word in [*secret, "haarlemmermeer", story_id] if word in text]


def test_a_story_that_a_colleague_took_does_not_name_the_colleague(sqlite_store: Store) -> None:
    with sqlite_store.write() as books:
        helper = books.add_user("Ed de Helper", "wachtwoord van Ed", [Role.ERVARINGSWERKER])
    answers = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    story = telling.begin(sqlite_store, answers, kind=StoryKind.TEXT, helper=helper)
    text = json.dumps(receipt_json(sqlite_store, story.id))
    assert helper.id not in text and "Helper" not in text and "medewerker" in text


def test_the_pseudonym_stays_and_the_number_changes_with_every_word_that_is_said(sqlite_store: Store) -> None:
    story_id = told(sqlite_store)
    first, again = receipt_json(sqlite_store, story_id), receipt_json(sqlite_store, story_id)
    assert first == again
    telling.representative_says(sqlite_store, story_id, Outcome.JA, [(Purpose.WEBSITE, Form.TEKST)])
    later = receipt_json(sqlite_store, story_id)
    assert later["piiPrincipalId"] == first["piiPrincipalId"]
    assert later["consentReceiptID"] != first["consentReceiptID"]
    assert receipt_json(sqlite_store, told(sqlite_store))["piiPrincipalId"] != first["piiPrincipalId"]


def test_what_is_allowed_today_stands_with_its_last_day(sqlite_store: Store) -> None:
    story_id = told(sqlite_store)
    rows = receipt_json(sqlite_store, story_id)["services"][0]["purposes"]
    assert [row["purposeCategory"] for row in rows] == [["verwerken"], ["nieuwsbrief"]]
    assert [row["primaryPurpose"] for row in rows] == [True, False]
    made = proof.proof(sqlite_store, story_id)
    assert made.until(*NEWSLETTER) == datetime.now(UTC).date() + timedelta(days=730)
    later = datetime.now(UTC) + timedelta(days=731)
    assert receipt_json(sqlite_store, story_id, now=later)["services"][0]["purposes"] == []


def test_a_child_that_says_no_does_so_to_us_and_not_to_its_parent(sqlite_store: Store) -> None:
    story_id = told(sqlite_store, assent=Outcome.NEE, representative=Outcome.JA)
    own = receipt_json(sqlite_store, story_id)["vertelpunt"]
    assert {choice["party"] for choice in own["choices"]} == {"kind", "vertegenwoordiger"}
    parent = receipt_json(sqlite_store, story_id, holder=Holder.VERTEGENWOORDIGER)["vertelpunt"]
    assert {choice["party"] for choice in parent["choices"]} == {"vertegenwoordiger"} == set(parent["parties"])
    assert "nee" not in {choice["outcome"] for choice in parent["choices"]}
    assert parent["allowedToday"] == [] and parent["kept"][0]["why"] == "not_used"


def test_a_stopped_and_an_erased_story_keep_their_proof_until_its_term(sqlite_store: Store) -> None:
    story = a_story(state=State.INGETROKKEN)
    with sqlite_store.write() as books:
        books.add_story(story)
        books.keep_text(story.id, RawText(TEXT))
        books.add_consent(*a_consent(story, [Purpose.NIEUWSBRIEF]), a_withdrawal(story, at=MOMENT + timedelta(days=2)))
    own = receipt_json(sqlite_store, story.id)["vertelpunt"]
    assert (own["withdrawnOn"], own["erasedOn"], own["allowedToday"]) == ("2026-03-04", None, [])
    with sqlite_store.write() as books:
        books.erase(story.id, why="withdrawn")
    receipt = receipt_json(sqlite_store, story.id)
    require_receipt(receipt)
    assert receipt["vertelpunt"]["erasedOn"] == datetime.now(UTC).date().isoformat()
    assert [row["what"] for row in receipt["vertelpunt"]["kept"]] == ["bewijs"]
    with sqlite_store.write() as books:
        books.end_proof(story.id, datetime.now(UTC))
    with pytest.raises(NotFound):
        receipt_json(sqlite_store, story.id)
