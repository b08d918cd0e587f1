"""The card of a story: a combination that nobody shares keeps it inside until a person decided about all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import a_consent, a_story
from plainrun import PlainRun

import anonymise
import pipeline
from desk import card, namework, receiving, recognising, reviewing, telling, withdrawing
from desk.card import Card, Reason
from stories.consent import Outcome, Party
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.model import AgeBand, RawText, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import Kind

EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))
RELEASER = User("u2", "An", frozenset({Role.VRIJGEVER}))
COMBINED = "Ik ben Samira en ik ben negen. Wij hebben thuis een tweeling. Er was geen geld."
RARE = "Mijn moeder heeft taaislijmziekte. Er was geen geld."
PLAIN = "Mijn zoon mocht niet mee op schoolreisje, want er was geen geld."


def worked(store: Store, text: str, *, is_example: bool = False) -> Story:
    """A typed story at the editors', read by one of them."""
    yes = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    told = telling.begin(store, yes, kind=StoryKind.TEXT, is_example=is_example)
    receiving.receive_text(store, told.id, text)
    telling.hand_in(store, told.id)
    pipeline.process(store, store.settings, told.id, PlainRun())
    reviewing.mark_heard(store, EDITOR, told.id)
    return now(store, told)


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)


def text_of(store: Store, story: Story) -> str:
    with store.read() as books:
        return books.version(story.id).clean.text


def seen(store: Store, story: Story) -> Card:
    return recognising.seen(store, EDITOR, story.id)


def keep_ambers(store: Store, story: Story) -> None:
    shown = reviewing.review(store, EDITOR, story.id)
    left = [reviewing.keep(f) for f in reviewing.undecided(shown.findings, shown.decisions)]
    reviewing.decide_names(store, EDITOR, story.id, [*shown.decisions, *left], expected=now(store, story).row_version)


def offer(store: Store, story: Story) -> Story:
    return reviewing.offer_for_release(store, EDITOR, story.id, expected=now(store, story).row_version)


def stay(store: Store, story: Story, aspect: str, reason: Reason = Reason.KERN) -> Story:
    row = next(row for row in seen(store, story).telling if row.aspect == aspect)
    return recognising.let_stay(store, EDITOR, story.id, row.id, reason, expected=now(store, story).row_version)


def write(store: Store, story: Story, aspect: str, words: str) -> Story:
    row = next(row for row in seen(store, story).telling if row.aspect == aspect)
    return recognising.write_instead(store, EDITOR, story.id, row.id, words, expected=now(store, story).row_version)


def test_an_ordinary_story_is_not_held_up(sqlite_store: Store) -> None:
    story = worked(sqlite_store, PLAIN)
    assert seen(sqlite_store, story) == Card()
    assert offer(sqlite_store, story).state is State.TER_VRIJGAVE


def test_a_combination_that_nobody_shares_is_not_offered_before_somebody_decided(store: Store) -> None:
    story = worked(store, COMBINED)
    keep_ambers(store, story)
    shown = seen(store, story)
    assert shown.is_high and shown.shared_by == 0
    assert [(row.aspect, row.words) for row in shown.open] == [("leeftijd", ("negen",)), ("gezin", ("een tweeling",))]
    with pytest.raises(Refused) as refusal:
        offer(store, story)
    assert refusal.value.key == "card.undecided"
    stay(store, story, "leeftijd")
    with pytest.raises(Refused):
        offer(store, story)
    stay(store, story, "gezin", Reason.VEEL_MENSEN)
    assert not seen(store, story).open
    offered = offer(store, story)
    released = reviewing.release(store, RELEASER, story.id, expected=offered.row_version)
    assert released.state is State.VRIJGEGEVEN


def test_something_rare_alone_is_enough_however_many_share_it(sqlite_store: Store) -> None:
    stories = [worked(sqlite_store, RARE) for _ in range(3)]
    for story in stories:
        assert [row.aspect for row in seen(sqlite_store, story).open] == ["ziekte"]
        with pytest.raises(Refused):
            offer(sqlite_store, story)


def test_a_combination_that_others_share_needs_no_decision(sqlite_store: Store) -> None:
    one, other = worked(sqlite_store, COMBINED), worked(sqlite_store, COMBINED.replace("negen", "tien"))
    for story in (one, other):
        shown = seen(sqlite_store, story)
        assert (shown.shared_by, shown.is_high, shown.open) == (1, False, ())


def test_a_withdrawn_story_shares_nothing_any_more(sqlite_store: Store) -> None:
    one, other = worked(sqlite_store, COMBINED), worked(sqlite_store, COMBINED)
    assert not seen(sqlite_store, one).is_high
    withdrawing.withdraw(sqlite_store, other.id, Party.TELLER)
    assert seen(sqlite_store, one).shared_by == 0


def test_who_releases_is_stopped_when_the_last_that_shared_it_went(sqlite_store: Store) -> None:
    one, other = worked(sqlite_store, COMBINED), worked(sqlite_store, COMBINED)
    keep_ambers(sqlite_store, one)
    offered = offer(sqlite_store, one)
    withdrawing.withdraw(sqlite_store, other.id, Party.TELLER)
    with pytest.raises(Refused) as refusal:
        reviewing.release(sqlite_store, RELEASER, one.id, expected=offered.row_version)
    assert refusal.value.key == "card.undecided" and now(sqlite_store, one).state is State.TER_VRIJGAVE


def test_an_example_is_nobody_and_hides_nobody(sqlite_store: Store) -> None:
    story = worked(sqlite_store, COMBINED)
    worked(sqlite_store, COMBINED, is_example=True)
    assert seen(sqlite_store, story).shared_by == 0


def test_other_words_in_its_place_take_it_off_the_card(sqlite_store: Store) -> None:
    story = worked(sqlite_store, COMBINED)
    write(sqlite_store, story, "gezin", "twee kinderen")
    assert "tweeling" not in text_of(sqlite_store, story)
    shown = seen(sqlite_store, story)
    assert [row.aspect for row in shown.telling] == ["leeftijd"] and not shown.is_high
    with sqlite_store.read() as books:
        assert books.version(story.id).made_by == EDITOR.id
        (line,) = [one for one in books.audit_trail(story_id=story.id) if one["action"] == "card_replaced"]
    assert (line["subject"], line["detail"]) == ("1", "places=1")


def test_every_place_of_a_thing_goes_and_names_around_it_stay_hidden(sqlite_store: Store) -> None:
    text = "Samira heeft een tweeling. Emre ook, een tweeling. Ik ben acht, zei Samira, en onze tweeling ook."
    story = worked(sqlite_store, text)
    write(sqlite_store, story, "gezin", "twee kinderen")
    clean = text_of(sqlite_store, story)
    assert "tweeling" not in clean and "Samira" not in clean and "Emre" not in clean
    assert clean.endswith("ook.") and "Ik ben acht, zei" in clean


def test_every_proposal_can_be_taken_and_stops_no_export(sqlite_store: Store) -> None:
    """Also where its words stand in the original: "een jaar of negen" for "negen"."""
    text = (
        "ik ben negen en wij hebben een tweeling en zeven kinderen en wij komen uit eritrea en wonen in drenthe. "
        "mama heeft epilepsie en papa was scharenslijper. in maart 2021 was onze huisuitzetting op tv. "
        "wij zijn jehova's getuigen."
    )
    story = worked(sqlite_store, text)
    rows = len(seen(sqlite_store, story).telling)
    assert len({row.aspect for row in seen(sqlite_store, story).telling}) >= 8
    for _ in range(rows):
        row = seen(sqlite_store, story).telling[0]
        expected = now(sqlite_store, story).row_version
        recognising.write_instead(sqlite_store, EDITOR, story.id, row.id, row.proposal, expected=expected)
    left = seen(sqlite_store, story)
    with sqlite_store.read() as books:
        names = anonymise.sought(books.names(story.id))
    assert not left.telling and not anonymise.residual({"": text_of(sqlite_store, story)}, names)


def test_what_was_written_can_be_taken_back_like_any_decision_about_names(sqlite_store: Store) -> None:
    story = worked(sqlite_store, RARE)
    write(sqlite_store, story, "ziekte", "een ziekte")
    with sqlite_store.read() as books:
        (before,) = namework.read(books, story.id).back
    expected = now(sqlite_store, story).row_version
    reviewing.decide_names(sqlite_store, EDITOR, story.id, before, expected=expected)
    assert [row.aspect for row in seen(sqlite_store, story).open] == ["ziekte"]


def test_letting_it_stay_decides_the_doubtful_mark_on_the_same_words(sqlite_store: Store) -> None:
    story = worked(sqlite_store, COMBINED)
    before = reviewing.review(sqlite_store, EDITOR, story.id)
    assert any(f.type == "leeftijd" for f in reviewing.undecided(before.findings, before.decisions))
    stay(sqlite_store, story, "leeftijd")
    after = reviewing.review(sqlite_store, EDITOR, story.id)
    assert not [f for f in reviewing.undecided(after.findings, after.decisions) if f.type == "leeftijd"]
    assert "negen" in text_of(sqlite_store, story)


def test_a_reason_holds_for_fewer_things_together_but_not_for_more(sqlite_store: Store) -> None:
    """A name that an editor lets stand again can be what makes it recognisable."""
    story = worked(sqlite_store, COMBINED + " Wij wonen in Drenthe.")
    text = text_of(sqlite_store, story)
    assert "Drenthe" in text
    for aspect in ("leeftijd", "gezin", "plek"):
        stay(sqlite_store, story, aspect)
    write(sqlite_store, story, "plek", "ergens in het land")
    assert {row.aspect: row.stays for row in seen(sqlite_store, story).telling} == {
        "leeftijd": Reason.KERN, "gezin": Reason.KERN,
    }  # fmt: skip
    story = now(sqlite_store, story)
    reviewing.decide_names(sqlite_store, EDITOR, story.id, [], expected=story.row_version)  # Drenthe stands there again
    assert len(seen(sqlite_store, story).open) == 0, "the combination that was decided about is the same again"
    with sqlite_store.write() as books:
        card.keep_stays(books, story.id, [replace(s, among=s.among[:2]) for s in card.stays_of(books, story.id)])
    assert len(seen(sqlite_store, story).open) == 3


def test_a_decision_may_be_taken_back(sqlite_store: Store) -> None:
    story = worked(sqlite_store, RARE)
    stay(sqlite_store, story, "ziekte")
    (row,) = seen(sqlite_store, story).telling
    expected = now(sqlite_store, story).row_version
    recognising.decide_again(sqlite_store, EDITOR, story.id, row.id, expected=expected)
    assert seen(sqlite_store, story).open


def test_who_comes_too_late_decides_nothing(sqlite_store: Store) -> None:
    story = worked(sqlite_store, RARE)
    (row,) = seen(sqlite_store, story).open
    stay(sqlite_store, story, "ziekte")
    for late in (
        lambda: recognising.let_stay(sqlite_store, EDITOR, story.id, row.id, Reason.KERN, expected=story.row_version),
        lambda: recognising.write_instead(sqlite_store, EDITOR, story.id, row.id, "ziek", expected=story.row_version),
        lambda: recognising.decide_again(sqlite_store, EDITOR, story.id, row.id, expected=story.row_version),
    ):
        with pytest.raises(Moved):
            late()


@pytest.mark.parametrize("words", ["", "   ", "x" * 81, "[een] ziekte"])
def test_a_place_is_not_left_empty_and_not_filled_with_a_story(sqlite_store: Store, words: str) -> None:
    story = worked(sqlite_store, RARE)
    with pytest.raises(InputRefused):
        write(sqlite_store, story, "ziekte", words)


def test_a_row_that_is_not_there_is_not_found(sqlite_store: Store) -> None:
    story = worked(sqlite_store, RARE)
    with pytest.raises(NotFound):
        recognising.let_stay(sqlite_store, EDITOR, story.id, "0" * 16, Reason.KERN, expected=story.row_version)


def test_what_is_kept_about_a_card_holds_no_word_of_the_story(sqlite_store: Store) -> None:
    story = worked(sqlite_store, COMBINED)
    stay(sqlite_store, story, "gezin")
    with sqlite_store.read() as books:
        kept = [books.fetch(story.id, Kind.CARD, version=number) for number in books.numbers(story.id, Kind.CARD)]
        trail = str(books.audit_trail(story_id=story.id))
    assert len(kept) == 2
    assert not [item for item in kept if b"negen" in item or b"Samira" in item]
    assert "negen" not in trail and "reason=kern" in trail


def test_a_story_from_before_there_were_cards_counts_as_well(sqlite_store: Store) -> None:
    one, other = worked(sqlite_store, COMBINED), worked(sqlite_store, COMBINED)
    with sqlite_store.write() as books:
        books.discard(other.id, Kind.CARD, version=1)
    assert seen(sqlite_store, one).shared_by == 1


def test_the_values_that_were_sealed_are_those_of_the_newest_text(sqlite_store: Store) -> None:
    one, other = worked(sqlite_store, COMBINED), worked(sqlite_store, COMBINED)
    write(sqlite_store, other, "gezin", "twee kinderen")
    assert seen(sqlite_store, one).shared_by == 0
    with sqlite_store.write() as books:  # a text that came another way: what was sealed is about the older one
        raw = RawText(COMBINED)
        version = books.version(other.id)
        clean = replace(version.clean, text=COMBINED, labels=(), source_digest=raw.digest)
        books.add_version(replace(version, number=version.number + 1, clean=clean))
    assert seen(sqlite_store, one).shared_by == 1


def test_a_story_without_a_text_yet_is_no_part_of_the_comparison(sqlite_store: Store) -> None:
    story = worked(sqlite_store, COMBINED)
    waiting = a_story(stage=Stage.CAPTURED)
    with sqlite_store.write() as books:
        books.add_story(waiting)
        books.add_consent(*a_consent(waiting))
    assert seen(sqlite_store, story).shared_by == 0
