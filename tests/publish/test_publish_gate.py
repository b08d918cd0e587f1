"""The gate: each hindrance alone, what it says, and that nothing else is said with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from publish.gate import NOT_APPROVED, inspect, require_clear
from stories.consent import Outcome, Party, Purpose, Recognisability
from stories.errors import GateRefused
from stories.model import Block, BlockKind, CleanText, PieceState
from stories.products import FileKind
from stories.stages import State
from stories.use import ALONE_WAIT, OFFERED, RELEASED_ALONE
from tests.publish.pieces import (
    CHILD,
    NOON,
    PUBLISH_ON,
    TODAY,
    YOUNG,
    a_piece,
    approves,
    full_consent,
    house_file,
    leaks_of,
    quote_of,
    released,
    said,
    the_evidence,
    with_story,
)


def hindrances(piece, evidence, on=TODAY, stage="export"):
    return [finding for finding in inspect(piece, evidence, on=on, stage=stage) if finding.blocks]


def codes(piece, evidence, on=TODAY, stage="export"):
    return [finding.code for finding in hindrances(piece, evidence, on, stage)]


def approved(piece, evidence):
    """The same evidence, with a yes to exactly this piece."""
    return replace(evidence, piece_approvals=(approves(piece.id, piece.digest),))


def with_block(index, **changes):
    blocks = list(a_piece().blocks)
    blocks[index] = replace(blocks[index], **changes)
    return a_piece(blocks=tuple(blocks))


def test_a_piece_with_everything_in_order_passes_without_a_word():
    assert inspect(a_piece(), the_evidence(), on=TODAY) == ()


# --- consent ---


@pytest.mark.parametrize(
    ("story_id", "events", "code", "words"),
    [
        ("s1", [said("s1", Party.TELLER, Purpose.NIEUWSBRIEF, Outcome.INGETROKKEN)], "consent_withdrawn", "Haal deze"),
        ("s1", [said("s1", Party.TELLER, Purpose.VERWERKEN, Outcome.INGETROKKEN)], "consent_withdrawn", "Haal deze"),
        ("s1", [said("s1", Party.TELLER, Purpose.NIEUWSBRIEF, Outcome.NEE)], "consent_teller_says_nee", "Haal deze"),
        ("s1", [said("s1", Party.TELLER, Purpose.NIEUWSBRIEF, Outcome.TWIJFEL)], "consent_teller_says_twijfel",
         "Vraag het aan de verteller, via de ervaringswerker"),
        ("s2", [said("s2", Party.KIND, Purpose.VERWERKEN, Outcome.NEE)], "consent_kind_says_nee", "Haal deze"),
        ("s2", [said("s2", Party.KIND, Purpose.NIEUWSBRIEF, Outcome.TWIJFEL)], "consent_kind_says_twijfel",
         "het kind zelf"),
        ("s2", [said("s2", Party.VERTEGENWOORDIGER, Purpose.NIEUWSBRIEF, Outcome.NEE)],
         "consent_vertegenwoordiger_says_nee", "Haal deze"),
    ],
)  # fmt: skip
def test_what_a_teller_said_last_counts(story_id, events, code, words):
    evidence = the_evidence()
    consent = evidence.stories[story_id].consent.plus(*events)
    found = hindrances(a_piece(), with_story(evidence, story_id, consent=consent))
    assert [(f.code, f.story_id) for f in found] == [(code, story_id)]
    assert words in found[0].sentence and found[0].block_index in (4, 7)


def test_nobody_asked_is_a_no_and_says_whom_to_ask():
    evidence = the_evidence()
    consent = full_consent("s2", CHILD)
    only_processing = replace(consent, events=tuple(e for e in consent.events if e.purpose is Purpose.VERWERKEN))
    found = hindrances(a_piece(), with_story(evidence, "s2", consent=only_processing))
    assert found[0].code == "consent_no_answer" and "Vraag het aan de ouder of voogd, via" in found[0].sentence
    without_child = replace(consent, events=tuple(e for e in consent.events if e.party is not Party.KIND))
    found = hindrances(a_piece(), with_story(evidence, "s2", consent=without_child))
    assert found[0].code == "consent_kind_not_asked" and "Vraag het aan het kind zelf" in found[0].sentence


def test_without_a_worker_the_contact_person_asks():
    evidence = the_evidence()
    known = evidence.stories["s1"]
    nothing_said = replace(known.consent, events=())
    story = known.story.moved(taken_by=None)
    found = hindrances(a_piece(), with_story(evidence, "s1", story=story, consent=nothing_said))
    assert "via de contactpersoon" in found[0].sentence


def test_consent_is_asked_on_the_day_of_publication_as_well_as_today():
    evidence = the_evidence()

    def until(day):
        more = said("s1", Party.TELLER, Purpose.NIEUWSBRIEF, valid_until=day)
        return with_story(evidence, "s1", consent=evidence.stories["s1"].consent.plus(more))

    found = hindrances(a_piece(), until(PUBLISH_ON - timedelta(days=1)))
    assert [f.code for f in found] == ["consent_expired"] and "op 14 februari 2026" in found[0].sentence
    assert codes(a_piece(), until(PUBLISH_ON)) == []
    assert codes(a_piece(), until(PUBLISH_ON), on=PUBLISH_ON + timedelta(days=1)) == ["consent_expired"]


def test_an_embargo_after_the_day_of_publication_blocks():
    evidence = the_evidence()
    more = said("s1", Party.TELLER, Purpose.NIEUWSBRIEF, embargo_until=PUBLISH_ON + timedelta(days=1))
    found = hindrances(a_piece(), with_story(evidence, "s1", consent=evidence.stories["s1"].consent.plus(more)))
    assert [f.code for f in found] == ["consent_embargo"] and "latere datum" in found[0].sentence


def test_a_child_that_turns_sixteen_before_publication_is_asked_itself():
    evidence = the_evidence()
    known = evidence.stories["s2"]
    teller = replace(CHILD, turns_16_on=PUBLISH_ON)
    changed = with_story(
        evidence, "s2", story=known.story.moved(teller=teller), consent=replace(known.consent, teller=teller)
    )
    found = hindrances(a_piece(), changed)
    assert [f.code for f in found] == ["consent_turned_16"] and "de jongere zelf" in found[0].sentence


def test_a_use_that_is_more_recognisable_than_agreed_blocks():
    evidence = the_evidence()
    assert codes(a_piece(), with_story(evidence, "s1", use=Recognisability.SCHUILNAAM)) == ["consent_too_recognisable"]


# --- stories ---


@pytest.mark.parametrize("state", [state for state in State if state is not State.VRIJGEGEVEN])
def test_only_a_released_story_is_used(state):
    evidence = the_evidence()
    story = evidence.stories["s1"].story.moved(state=state)
    code = {
        State.INGETROKKEN: "story_withdrawn",
        State.GEWIST: "story_withdrawn",
        State.GEPAUZEERD: "story_paused",
        State.QUARANTAINE: "story_paused",
    }.get(state, "story_not_released")
    assert codes(a_piece(), with_story(evidence, "s1", story=story)) == [code]


@pytest.mark.parametrize(
    "change",
    [
        {"by": "u-redacteur"},  # who made the version
        {"role": "verteller"},
        {"digest": "0" * 64},
        {"subject": "s2"},
    ],
)
def test_a_version_needs_a_yes_of_another_person_to_exactly_its_text(change):
    evidence = the_evidence()
    known = evidence.stories["s1"]
    wrong = replace(known.approvals[0], **change)
    assert codes(a_piece(), with_story(evidence, "s1", approvals=(wrong,))) == ["story_not_approved"]
    assert codes(a_piece(), with_story(evidence, "s1", approvals=(wrong, *known.approvals))) == []


def test_a_changed_story_voids_its_approval_and_its_quotes():
    evidence = the_evidence()
    known = evidence.stories["s1"]
    clean = CleanText(known.version.clean.text + " En nu?", "0" * 64, known.version.clean.labels)
    newer = replace(known.version, number=3, clean=clean)
    found = codes(a_piece(), with_story(evidence, "s1", version=newer))
    assert found == ["quote_outdated", "quote_outdated", "story_not_approved"]


# --- quotes ---


def test_a_quote_must_be_known_and_so_must_its_story():
    evidence = the_evidence()
    fewer = replace(evidence, quotes={key: quote for key, quote in evidence.quotes.items() if key != "q3"})
    assert codes(a_piece(), fewer) == ["quote_without_source"]
    found = hindrances(a_piece(), replace(evidence, stories={"s1": evidence.stories["s1"]}))
    assert [(f.code, f.block_index) for f in found] == [("quote_story_unknown", 7)]
    nameless = with_block(4, quote_id="")
    assert codes(nameless, approved(nameless, evidence)) == ["quote_without_source"]


def test_a_stored_quote_that_is_not_in_the_text_is_found():
    evidence = the_evidence()
    forged = replace(evidence.quotes["q1"], text=evidence.quotes["q1"].text.replace("geld", "huur"))
    found = codes(a_piece(), replace(evidence, quotes={**evidence.quotes, "q1": forged}))
    assert found == ["quote_broken", "quote_changed"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ik had de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld.", "quote_changed"),
        ("Ik heb de batterij uit de deurbel gehaald. (...) kon er (...) meer komen voor geld.", "quote_negation_lost"),
        ("Ik heb [nooit] de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld.",
         "quote_negation_added"),
    ],
)  # fmt: skip
def test_a_quote_is_shown_as_it_was_said(text, code):
    piece = with_block(4, text=text)
    found = hindrances(piece, approved(piece, the_evidence()))
    assert [(f.code, f.block_index, f.story_id) for f in found] == [(code, 4, "s1")]


def test_somebody_elses_words_in_running_text_need_a_source():
    piece = with_block(1, text="Iemand zei: “Wij hebben hier echt nooit om gevraagd”.")
    assert codes(piece, approved(piece, the_evidence())) == ["words_without_source"]
    sourced = with_block(1, text="Zij zegt: “Dan kon er niemand meer komen”. Dat is wat “schaamte” doet.")
    assert codes(sourced, approved(sourced, the_evidence())) == []
    between = with_block(1, text='Wat "arm" is, weet iedereen hier in de straat wel, en "rijk" ook.')
    assert codes(between, approved(between, the_evidence())) == []


# --- the piece ---


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"title": " \u200b\n"}, "no_title"), ({"blocks": (Block(BlockKind.NOTE, "later"),)}, "no_text")],
)
def test_a_piece_needs_a_title_and_text(changes, code):
    piece = a_piece(**changes)
    assert codes(piece, approved(piece, the_evidence())) == [code]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://vertelpunt.example", "data:text/html,x", "https://a@b.example", "//b.example",
     "https://b.example/\"onclick=x", "https://b.example/\r\nX: y", "mailto:a@b.example?bcc=c@d.example", "vbscript:x",
     "https://bаnk.example", "HTTPS:/b.example", "https://b", "https://b.example:99999/"],
)  # fmt: skip
def test_only_safe_links_pass(url):
    piece = with_block(10, url=url)
    assert codes(piece, approved(piece, the_evidence())) == ["bad_link"]


@pytest.mark.parametrize("url", ["https://b.example", "HTTPS://b.example/x?a=1&b=%20#c", "mailto:info@b.example"])
def test_ordinary_links_pass(url):
    piece = with_block(10, url=url)
    assert codes(piece, approved(piece, the_evidence())) == []


@pytest.mark.parametrize(
    ("kind", "file", "found"),
    [
        (BlockKind.MUSIC, None, ["file_gone"]),
        (BlockKind.MUSIC, FileKind.MUZIEK, []),
        (BlockKind.MUSIC, FileKind.BEELD, ["file_of_another_kind"]),
        (BlockKind.VISUAL, FileKind.MUZIEK, ["file_of_another_kind"]),
        (BlockKind.VISUAL, FileKind.BEELD, []),
    ],
)
def test_a_file_of_the_house_is_there_and_of_the_right_kind(kind, file, found):
    files = {} if file is None else {"h1": house_file(file)}
    piece = with_block(3, kind=kind, text="Begin", file_id="h1", alt="Een deur.")
    assert codes(piece, approved(piece, the_evidence(files=files))) == found


def test_a_locked_piece_stays_where_it_is():
    assert codes(a_piece(state=PieceState.GEBLOKKEERD), the_evidence()) == ["locked"]


@pytest.mark.parametrize(
    ("approvals", "words"),
    [
        ((), "Nog niemand"),
        ((approves("p1", a_piece().digest, by="u-communicatie"),), "eigen stuk"),
        ((approves("p1", a_piece(title="Eerder").digest),), "veranderd"),
        ((approves("p2", a_piece().digest),), "Nog niemand"),
        ((approves("p1", a_piece().digest, role="verteller"),), "Nog niemand"),
    ],
)
def test_another_person_says_yes_to_exactly_this_piece(approvals, words):
    evidence = the_evidence(piece_approvals=approvals)
    found = hindrances(a_piece(), evidence)
    assert [f.code for f in found] == [NOT_APPROVED] and words in found[0].sentence
    assert codes(a_piece(), evidence, stage="compose") == []


def test_any_change_that_a_reader_would_see_voids_the_approval():
    for piece in (a_piece(title="x"), a_piece(preheader="x"), a_piece(publish_on=TODAY), with_block(2, text="x")):
        assert codes(piece, the_evidence()) == [NOT_APPROVED]
    assert codes(a_piece(state=PieceState.VRIJGEGEVEN, row_version=7), the_evidence()) == []


def test_in_one_person_mode_the_maker_may_release_a_day_after_it_was_offered():
    piece, maker = a_piece(), "u-communicatie"
    offered = approves("p1", piece.digest, by=maker, role=OFFERED)
    alone = replace(approves("p1", piece.digest, by=maker, role=RELEASED_ALONE), at=NOON + ALONE_WAIT)
    early = replace(alone, at=alone.at - timedelta(seconds=1))
    given = (offered, alone)
    assert codes(piece, the_evidence(piece_approvals=given, one_person_since=NOON)) == []
    assert codes(replace(piece, title="Anders"), the_evidence(piece_approvals=given, one_person_since=NOON)) == [
        NOT_APPROVED
    ]
    for kept, since in (((offered, early), NOON), ((alone,), NOON), ((), NOON), (given, None), (given, alone.at)):
        assert codes(piece, the_evidence(piece_approvals=kept, one_person_since=since)) == [NOT_APPROVED]


# --- names ---


@pytest.mark.parametrize(
    ("piece", "code", "index"),
    [
        (a_piece(title="Voor Pleun"), "leak_in_title", None),
        (a_piece(preheader="Pleun vertelt"), "leak_in_preheader", None),
        (with_block(0, text="Pleun nog bellen"), "leak_in_block", 0),
        (with_block(2, text="Stil bij Pleun"), "leak_in_block", 2),
        (with_block(2, text="Stil bij Pl\u200beun"), "leak_in_block", 2),
        (with_block(10, url="https://b.example/pleun"), "leak_in_block", 10),
        (with_block(5, text="Mijn dochter [Pleun] zat steeds vaker voor het raam."), "leak_in_block", 5),
    ],
)
def test_a_sealed_name_blocks_wherever_it_stands_and_is_not_repeated(piece, code, index):
    found = hindrances(piece, approved(piece, the_evidence(names=("Pleun",))))
    assert [(f.code, f.block_index) for f in found] == [(code, index)]
    assert "pleun" not in found[0].sentence.casefold()


# --- hints ---


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        (a_piece(preheader=""), "no_preheader"),
        (a_piece(title="Een titel " * 10), "long_title"),
        (a_piece(blocks=a_piece().blocks[:-2]), "no_helpline"),
        (with_block(3, text="Dit is een zin " + "die maar door gaat " * 6 + "."), "long_sentence"),
        (with_block(3, text="Kort. " * 800), "long_piece"),
        (with_block(5, text="Mijn dochter [naam 1] zat steeds vaker voor het raam."), "label_shown"),
    ],
)
def test_a_hint_is_given_and_stops_nobody(piece, code):
    found = inspect(piece, approved(piece, the_evidence()), on=TODAY)
    assert [(f.code, f.blocks) for f in found] == [(code, False)]


def test_too_many_quotes_of_one_teller_is_noticed_over_all_pieces():
    evidence = the_evidence()
    found = inspect(a_piece(), with_story(evidence, "s1", public_quotes=frozenset({"q1", "q8"})), on=TODAY)
    assert found == ()
    found = inspect(a_piece(), with_story(evidence, "s1", public_quotes=frozenset({"q8", "q9"})), on=TODAY)
    assert [(f.code, f.story_id) for f in found] == [("many_quotes", "s1")] and "4 citaten" in found[0].sentence


def test_a_quote_cut_in_front_of_a_negation_is_noticed():
    known = released("s3", "Het was leuk, maar niet elke dag.", YOUNG)
    quote = quote_of(known, "Het was leuk", "q9")
    piece = a_piece(blocks=(Block(BlockKind.QUOTE, "Het was leuk", quote_id="q9"), *a_piece().blocks[-1:]))
    evidence = the_evidence(piece, quotes={"q9": quote}, stories={"s3": known})
    assert [f.code for f in inspect(piece, evidence, on=TODAY)] == ["cut_before_negation"]


def test_a_day_that_has_passed_is_noticed():
    found = inspect(a_piece(), the_evidence(), on=PUBLISH_ON + timedelta(days=1))
    assert [f.code for f in found] == ["date_passed"]


# --- the whole ---


def test_every_hindrance_is_told_at_once_hindrances_first():
    evidence = the_evidence(names=("Pleun",), piece_approvals=())
    evidence = with_story(evidence, "s1", story=evidence.stories["s1"].story.moved(state=State.GEPAUZEERD))
    piece = a_piece(title="Pleun", preheader="")
    found = inspect(piece, evidence, on=TODAY)
    assert [f.code for f in found] == ["story_paused", "leak_in_title", NOT_APPROVED, "no_preheader"]
    with pytest.raises(GateRefused) as refused:
        require_clear(piece, evidence, on=TODAY)
    assert refused.value.findings == found[:3] and "3 dingen" in refused.value.message


def test_evidence_of_another_story_is_a_mistake_that_is_not_accepted():
    evidence = the_evidence()
    with pytest.raises(ValueError, match="consent"):
        with_story(evidence, "s1", consent=evidence.stories["s2"].consent)
    with pytest.raises(ValueError, match="version"):
        with_story(evidence, "s1", version=evidence.stories["s2"].version)
    with pytest.raises(ValueError, match="id"):
        replace(evidence, stories={"s1": evidence.stories["s2"]})
    with pytest.raises(TypeError):
        evidence.quotes["q1"] = None  # type: ignore[index]


def test_a_check_on_names_that_fails_lets_nothing_through():
    def broken(texts):
        raise RuntimeError("no model")

    with pytest.raises(RuntimeError):
        inspect(a_piece(), the_evidence(leaks=broken), on=date(2026, 2, 2))
    assert NOON.date() < TODAY and leaks_of()({"title": "x"}) == []
