"""From answers to consent: nothing is assumed, at any age."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from capture.consent_form import Answers, answers_to_events
from capture.notices import current
from stories.consent import (
    Consent,
    Form,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
    may_use,
)
from stories.errors import NotReady
from stories.model import AgeBand, Teller, TellerRole

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = AT.date()
CHANNELS = {Purpose.NIEUWSBRIEF: frozenset({Form.TEKST, Form.EIGEN_STEM}), Purpose.INTERN_LEREN: frozenset[Form]()}
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)
YOUNG = Teller(TellerRole.JONGERE, AgeBand.FROM_12)
SIXTEEN = Teller(TellerRole.JONGERE, AgeBand.FROM_16)
PARENT = Teller(TellerRole.OUDER, AgeBand.ADULT)
NOTICE_SHA256 = "48c201dcf7e1a2d38ea18220c57ca6e731dba60dc878bc8fb40f8acacadd0a54"


def consent_of(answers: Answers) -> Consent:
    notice, _ = current()
    events = answers_to_events(answers, story_id="v1", at=AT, notice=notice, way=Way.SCHERM, recorded_by="verteller")
    return Consent(answers.teller, events)


SAYINGS = (None, Outcome.JA, Outcome.NEE, Outcome.TWIJFEL)


@pytest.mark.parametrize("teller", [CHILD, YOUNG], ids=["<12", "12-15"])
@pytest.mark.parametrize(("representative", "assent"), list(itertools.product(SAYINGS, SAYINGS)))
def test_under_16_only_two_yeses_open_what_was_ticked(
    teller: Teller, representative: Outcome | None, assent: Outcome | None
) -> None:
    consent = consent_of(Answers(teller, CHANNELS, representative=representative, assent=assent))
    both = representative is Outcome.JA and assent is Outcome.JA
    assert bool(may_use(consent, Purpose.VERWERKEN, on=TODAY)) == both
    assert bool(may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=TODAY)) == both
    assert bool(may_use(consent, Purpose.INTERN_LEREN, on=TODAY)) == both
    assert not may_use(consent, Purpose.NIEUWSBRIEF, Form.BEELD, on=TODAY)
    assert not may_use(consent, Purpose.WEBSITE, Form.TEKST, on=TODAY)
    assert all(event.party is not Party.TELLER for event in consent.events)
    if assent is None and representative is Outcome.JA:
        assert may_use(consent, Purpose.VERWERKEN, on=TODAY).code == "consent.kind_not_asked"


@pytest.mark.parametrize("teller", [SIXTEEN, PARENT], ids=["16-17", "18+"])
@pytest.mark.parametrize("own", SAYINGS)
def test_from_16_the_teller_alone_decides(teller: Teller, own: Outcome | None) -> None:
    consent = consent_of(Answers(teller, CHANNELS, own=own))
    yes = own is Outcome.JA
    for form in Form:
        ticked = form in CHANNELS[Purpose.NIEUWSBRIEF]
        assert bool(may_use(consent, Purpose.NIEUWSBRIEF, form, on=TODAY)) == (yes and ticked)
    assert bool(may_use(consent, Purpose.VERWERKEN, on=TODAY)) == yes
    assert {event.party for event in consent.events} <= {Party.TELLER}
    assert len(consent.events) == {None: 0, Outcome.JA: 4}.get(own, 1)


@pytest.mark.parametrize("teller", [CHILD, YOUNG, SIXTEEN, PARENT])
def test_an_untouched_screen_says_nothing_at_all(teller: Teller) -> None:
    assert consent_of(Answers(teller)).events == ()
    consent = consent_of(Answers(teller, CHANNELS))
    assert consent.events == (), "ticked channels without a person's yes are not a yes"
    assert not any(may_use(consent, purpose, form, on=TODAY) for purpose in Purpose for form in Form)


def test_a_channel_without_a_form_is_no_channel() -> None:
    consent = consent_of(Answers(PARENT, {Purpose.PODCAST: frozenset()}, own=Outcome.JA))
    assert [event.purpose for event in consent.events] == [Purpose.VERWERKEN]


def test_embargo_and_term_and_recognisability_hold_for_the_channels() -> None:
    consent = consent_of(
        Answers(
            PARENT,
            CHANNELS,
            Recognisability.SCHUILNAAM,
            own=Outcome.JA,
            embargo_until=date(2026, 6, 1),
            valid_until=date(2026, 7, 1),
        )
    )

    def news(on: date, as_: Recognisability = Recognisability.SCHUILNAAM) -> str | None:
        return may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=on, recognisability=as_).code

    assert may_use(consent, Purpose.VERWERKEN, on=TODAY), "the work may begin during the embargo"
    assert news(date(2026, 5, 31)) == "consent.embargo"
    assert news(date(2026, 6, 1)) is None and news(date(2026, 7, 1)) is None
    assert news(date(2026, 7, 2)) == "consent.expired"
    assert news(date(2026, 6, 1), Recognisability.VOORNAAM) == "consent.too_recognisable"


def test_without_a_term_it_ends_after_two_years() -> None:
    consent = consent_of(Answers(PARENT, CHANNELS, own=Outcome.JA))
    assert may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=TODAY + timedelta(days=730))
    assert not may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=TODAY + timedelta(days=731))


def test_every_event_carries_what_was_shown() -> None:
    notice, _ = current()
    events = consent_of(Answers(CHILD, CHANNELS, representative=Outcome.JA, assent=Outcome.JA)).events
    assert len(events) == 5 and len({event.id for event in events}) == 5
    assert all(event.notice == notice and event.at == AT and event.way is Way.SCHERM for event in events)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Answers(PARENT, {Purpose.VERWERKEN: frozenset()}),
        lambda: Answers(PARENT, {Purpose.INTERN_LEREN: frozenset({Form.TEKST})}),
        lambda: Answers(PARENT, assent=Outcome.JA),
        lambda: Answers(PARENT, representative=Outcome.JA),
        lambda: Answers(CHILD, own=Outcome.JA),
        lambda: Answers(PARENT, own=Outcome.INGETROKKEN),
        lambda: Answers(PARENT, embargo_until=date(2026, 2, 2), valid_until=date(2026, 2, 1)),
    ],
)
def test_answers_that_cannot_be_are_no_answers(wrong: object) -> None:
    with pytest.raises(ValueError):
        wrong()  # type: ignore[operator]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        answers_to_events(
            Answers(PARENT, own=Outcome.JA),
            story_id="v1",
            at=datetime(2026, 3, 1),
            notice=current()[0],
            way=Way.SCHERM,
            recorded_by="verteller",
        )


def test_a_notice_that_was_shown_never_changes() -> None:
    notice, text = current("nl")
    assert (notice.id, notice.version, notice.language) == ("deelname", 1, "nl")
    assert notice.sha256 == hashlib.sha256(text.encode()).hexdigest() == NOTICE_SHA256, (
        "a new text is a new file, nl-2.md: old consents point at the words of nl-1.md"
    )


def test_the_notice_says_what_the_field_asks() -> None:
    _, text = current()
    assert text.count("uw hulp, uw uitkering") == 2, "twice"
    for said in ("Alliantie Kinderarmoede", "altijd stoppen", "gedrukt", "90 dagen", "2 jaar", "5 jaar", "7 dagen"):
        assert said in text
    sentences = [s for line in text.splitlines() for s in line.lstrip("#- ").replace("?", ".").split(". ") if s]
    assert max(len(sentence.split()) for sentence in sentences) <= 22, "short sentences"


@pytest.mark.parametrize("language", ["xx", "", "../nl", "nl-1"])
def test_a_language_without_a_text_is_not_ready(language: str) -> None:
    with pytest.raises(NotReady):
        current(language)
