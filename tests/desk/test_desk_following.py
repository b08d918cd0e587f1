"""Afterwards, with the code: what a teller sees of their story, and what they change in its words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from builders import a_consent, a_recording, a_story, a_withdrawal
from following_house import CHILD, QUOTED, TEXT, House
from hypothesis import given
from hypothesis import strategies as st

from desk import correcting, following, passages, receiving, retention, reviewing, telling, withdrawing
from stories import jobs
from stories.consent import Consent, Outcome, Party, Purpose
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.jobs import JobState
from stories.model import Story
from stories.people import CodeHolder, Holder
from stories.sitting import OtherParent
from stories.stages import Stage, State
from stories.store import Store
from stories.told import Passage

FLAC = b"fLaC of a second part"


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House.open(sqlite_store)


def kept(house: House, story: Story) -> following.OwnStory:
    return following.own_story(house.store, story.id)


# what is kept


def test_the_teller_sees_everything_that_is_kept(house: House) -> None:
    own = kept(house, house.worked())
    assert own.text is not None and own.text.raw.text == TEXT and own.text.typed
    assert own.others_see is not None and "Samira" not in own.others_see.text and not own.others_see_is_old
    assert [person.name for person in own.third_persons] == ["Samira", "Emre"]
    assert own.parts == () and own.duration_ms is None and not own.waits_for_parent


def test_a_part_that_is_not_joined_yet_is_seen_too(house: House) -> None:
    story = house.spoken()
    with house.store.write() as books:
        books.add_sound(story.id, a_recording(FLAC), BytesIO(FLAC))
    receiving.receive_text(house.store, story.id, "Dit typ ik er later nog bij.")
    own = kept(house, story)
    assert own.duration_ms == 6000
    assert [(one.part.duration_ms, one.text) for one in own.parts] == [
        (6000, None),
        (None, "Dit typ ik er later nog bij."),
    ]
    first = own.parts[0].part.number
    assert following.own_audio_size(house.store, story.id, first) == len(FLAC)
    heard = following.own_audio_range(house.store, story.id, 2, 6, first)
    assert b"".join(heard) == FLAC[2:6]


def test_what_was_erased_says_only_when(house: House) -> None:
    story = house.worked()
    assert following.erased_on(house.store, story.id) is None
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    later = datetime.now(UTC) + timedelta(days=house.store.settings.grace_days, hours=1)
    retention.tidy(house.store, now=later)
    with pytest.raises(NotFound):
        kept(house, story)
    with pytest.raises(NotFound):
        following.child_story(house.store, story.id)
    gone = following.erased_on(house.store, story.id)
    assert gone is not None and gone.date() == datetime.now(UTC).date()


# correcting what was typed


def test_a_corrected_text_takes_the_place_of_the_old_and_its_names_are_looked_for(house: House) -> None:
    story = house.released()
    correcting.correct_text(house.store, story.id, "Ik heet Fatma en mijn zoon ging toch mee op reis.")
    story = house.now(story)
    assert (story.stage, story.state) == (Stage.TRANSCRIBED, State.IN_REDACTIE), "what was released is another text"
    story = house.work(story)
    seen = reviewing.review(house.store, house.editor, story.id)
    assert seen.raw == "Ik heet Fatma en mijn zoon ging toch mee op reis."
    assert "Fatma" not in seen.version.clean.text and (story.stage, story.version) == (Stage.TAGGED, 2)
    with pytest.raises(Refused) as refusal:
        reviewing.offer_for_release(house.store, house.editor, story.id, expected=story.row_version)
    assert refusal.value.code == "not_heard", "somebody reads it anew"


def test_a_correction_of_a_text_that_changed_meanwhile_is_refused(house: House) -> None:
    story = house.worked()
    own = kept(house, story)
    assert own.text is not None
    seen = own.text.raw.digest
    correcting.correct_text(house.store, story.id, TEXT + " En toen?", seen=seen)
    with pytest.raises(Moved):
        correcting.correct_text(house.store, story.id, TEXT + " Iets anders.", seen=seen)
    again = kept(house, story).text
    assert again is not None and again.raw.text.endswith("En toen?")


def test_saving_the_same_text_changes_nothing(house: House) -> None:
    story = house.released()
    correcting.correct_text(house.store, story.id, TEXT)
    assert house.now(story) == story


def test_a_part_that_waits_is_corrected_in_its_place(house: House) -> None:
    story = house.waiting()
    (one,) = kept(house, story).parts
    correcting.correct_text(house.store, story.id, "Dit is de verbeterde tekst van mij.", part=one.part.number)
    (one,) = kept(house, story).parts
    assert one.text == "Dit is de verbeterde tekst van mij."


@pytest.mark.parametrize("text", ["", "   ", "kort"])
def test_an_empty_text_is_no_correction(house: House, text: str) -> None:
    story = house.worked()
    with pytest.raises(InputRefused):
        correcting.correct_text(house.store, story.id, text)
    own = kept(house, story).text
    assert own is not None and own.raw.text == TEXT


def test_what_was_said_is_not_typed_over(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        correcting.correct_text(house.store, house.spoken().id, "Dit heb ik nooit gezegd.")
    assert refusal.value.code == "not_typed"


def test_a_stopped_story_is_not_changed(house: House) -> None:
    story = house.worked()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    for attempt in (
        lambda: correcting.correct_text(house.store, story.id, TEXT + " Meer."),
        lambda: correcting.exclude(house.store, story.id, 0, 10),
        lambda: receiving.receive_text(house.store, story.id, "Ik wil nog iets vertellen."),
    ):
        with pytest.raises(Refused):
            attempt()


# leaving out


def leave_out(house: House, story: Story, words: str = QUOTED) -> Passage:
    own = kept(house, story).text
    assert own is not None
    start = own.raw.text.index(words)
    return correcting.exclude(house.store, story.id, start, start + len(words), seen=own.raw.digest)


def test_what_is_left_out_leaves_the_story_as_others_read_it_and_comes_back_when_asked(house: House) -> None:
    story = house.released()
    passage = leave_out(house, story)
    assert house.now(story).state is State.IN_REDACTIE
    house.work(story)
    assert "ziek" not in house.clean(story) and "[weggelaten 1]" in house.clean(story)
    own = kept(house, story).text
    assert own is not None
    ((hidden, (start, end)),) = own.hidden
    assert (hidden, own.raw.text[start:end]) == (passage, QUOTED), "the teller sees it still, and sees that it is out"
    correcting.include(house.store, story.id, passage)
    house.work(story)
    assert QUOTED in house.clean(story)
    with pytest.raises(NotFound):
        correcting.include(house.store, story.id, passage)


def test_half_a_word_is_left_out_as_a_whole(house: House) -> None:
    story = house.worked()
    start = TEXT.index("schoolreisje")
    passage = correcting.exclude(house.store, story.id, start + 3, start + 6)
    assert passage.words == "schoolreisje,"


def test_words_are_left_out_of_what_was_said(house: House) -> None:
    story = house.spoken()
    leave_out(house, story, "Ik ging niet mee op schoolreis.")
    assert "schoolreis" not in house.clean(house.work(story))


def test_nothing_is_left_out_of_another_text_than_was_seen(house: House) -> None:
    story = house.worked()
    own = kept(house, story).text
    assert own is not None
    correcting.correct_text(house.store, story.id, "Een heel ander verhaal dan het eerst was.")
    with pytest.raises(Moved):
        correcting.exclude(house.store, story.id, 0, 9, seen=own.raw.digest)


def test_white_space_alone_is_nothing_to_leave_out(house: House) -> None:
    story = house.worked()
    for start, end in ((5, 5), (TEXT.index(" "), TEXT.index(" ") + 1), (9_000, 9_010)):
        with pytest.raises(Refused) as refusal:
            correcting.exclude(house.store, story.id, start, end)
        assert refusal.value.code == "nothing_picked"


def test_what_is_left_out_stays_out_when_the_text_is_corrected_around_it(house: House) -> None:
    story = house.worked()
    leave_out(house, story)
    correcting.correct_text(house.store, story.id, "Vooraf nog iets. " + TEXT + " En achteraf ook.")
    house.work(story)
    assert "ziek" not in house.clean(story)
    own = kept(house, story).text
    assert own is not None
    ((_, (start, end)),) = own.hidden
    assert own.raw.text[start:end] == QUOTED


def test_a_correction_in_what_was_left_out_is_refused_and_nothing_changes(house: House) -> None:
    story = house.worked()
    leave_out(house, story)
    before = house.now(story)
    with pytest.raises(Refused) as refusal:
        correcting.correct_text(house.store, story.id, TEXT.replace("ziek", "moe"))
    assert refusal.value.code == "excluded_lost"
    assert house.now(story) == before


def test_what_is_left_out_stays_out_when_more_is_told_and_when_sound_is_added(house: House) -> None:
    story = house.told(text="Eerst dit.\n\n  " + TEXT)
    house.work(story)
    leave_out(house, story)
    receiving.receive_text(house.store, story.id, "Later werd hij echt beter.")
    house.work(story)
    assert "ziek" not in house.clean(story) and "beter" in house.clean(story)
    # as `joining` makes lines of a typed text when sound comes to it: other offsets, the same words
    lines = "\n".join(line.strip() for line in f"Eerst dit.\n\n  {TEXT}".splitlines() if line.strip())
    with house.store.read() as books:
        (span,) = passages.spans(books.excluded(story.id), lines)
    assert lines[slice(*span)] == QUOTED


def test_a_text_in_which_a_passage_is_lost_is_no_version(house: House) -> None:
    """Whatever went wrong: the machine stands still rather than let out what was meant to stay in."""
    story = house.told()
    with house.store.write() as books:
        books.keep_excluded(story.id, [Passage("woorden die nergens staan")])
    with pytest.raises(Refused):
        house.work(story)
    assert house.now(story).version == 0
    own = kept(house, house.now(story)).text
    assert own is not None and own.hidden == ((Passage("woorden die nergens staan"), (0, 0)),), "it can be put back"


WORDS = st.lists(st.sampled_from(["hij", "was", "ziek.", "en", "toen"]), min_size=1, max_size=14)
GAPS = st.sampled_from([" ", "\n", "  ", "\n\n"])


@given(WORDS, GAPS, st.data())
def test_a_passage_is_found_where_it_was_picked(words: list[str], gap: str, data: st.DataObject) -> None:
    text = gap.join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start = len(gap.join([*words[:first], ""])) if first else 0
    end = start + len(gap.join(words[first : last + 1]))
    passage = passages.passage_at(text, start, end)
    assert passages.spans([passage], text) == ((start, end),)
    retold = " \t ".join(words)  # other white space: the same words
    ((at, to),) = passages.spans([passage], retold)
    assert len(retold[:at].split()) == first and retold[at:to].split() == words[first : last + 1]
    more = text + gap + "hij was ziek."
    assert passages.spans([passage], more) == ((start, end),), "what is told later moves nothing"


@given(WORDS, WORDS, WORDS, WORDS, WORDS)
def test_a_correction_around_a_passage_never_lets_it_out(
    before: list[str], passage: list[str], after: list[str], new_before: list[str], new_after: list[str]
) -> None:
    """Whatever is changed before and behind, the passage is hidden where it stands now, or the correction refused."""
    old = " ".join([*before, *passage, *after])
    start = len(" ".join(before)) + 1
    hidden = passages.passage_at(old, start, start + len(" ".join(passage)))
    new = " ".join([*new_before, *passage, *new_after])
    at = len(" ".join(new_before)) + 1
    place = (at, at + len(" ".join(passage)))
    try:
        (moved,) = passages.moved([hidden], old, new)
    except Refused:
        assert new_before != before and new_after != after, "a change on one side alone can be followed"
        return
    ((to, until),) = passages.spans([moved], new)
    assert new[to:until].split() == passage
    untouched_before = new[:until] == old[:until]
    untouched_behind = new[to:] == old[len(old) - (len(new) - to) :]
    assert (to, until) == place or untouched_before or untouched_behind, "it never points at words that are not meant"


# the parent's code


def test_the_parents_view_holds_no_word_of_the_story(house: House) -> None:
    story = house.worked(CHILD)
    receiving.receive_text(house.store, story.id, "Mijn vader slaapt in de schuur.")
    shown = repr(following.child_story(house.store, story.id))
    for word in (*TEXT.split(), "vader", "schuur"):
        if len(word) > 4:
            assert word.strip(",.") not in shown


def test_a_story_that_waits_can_get_a_new_code_for_the_parent_and_the_old_one_stops(house: House) -> None:
    story = house.waiting()
    first = following.code_for_representative(house.store, story.id)
    second = following.code_for_representative(house.store, story.id)
    with house.store.read() as books:
        assert books.holder_of_receipt(second) == CodeHolder(story.id, Holder.VERTEGENWOORDIGER)
        with pytest.raises(NotFound):
            books.holder_of_receipt(first)
    telling.representative_says(house.store, story.id, Outcome.JA)
    with pytest.raises(Refused) as refusal:
        following.code_for_representative(house.store, story.id)
    assert refusal.value.code == "representative_answered"
    with pytest.raises(Refused):
        following.code_for_representative(house.store, house.told().id)


def test_a_known_objection_of_the_other_parent_is_a_no_that_the_parents_yes_does_not_undo(house: House) -> None:
    story = house.worked(CHILD)
    told = {"other_parent": OtherParent.BEZWAAR}
    telling.representative_says(house.store, story.id, Outcome.JA, circumstances=told)
    said = house.consent(story).last(Party.ANDERE_OUDER, Purpose.VERWERKEN, None)
    assert said is not None and said.outcome is Outcome.NEE
    telling.representative_says(house.store, story.id, Outcome.JA, circumstances={"other_parent": OtherParent.EENS})
    assert house.now(story).waiting_for == "consent.andere_ouder_says_nee"
    assert following.child_story(house.store, story.id).other_objects


# danger


def test_danger_makes_the_story_stand_still_and_tags_nothing(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    assert following.flag_danger(house.store, story.id)
    assert house.now(story).state is State.GEPAUZEERD
    assert following.flag_danger(house.store, story.id), "saying it twice is fine"
    assert kept(house, house.now(story)).tags == kept(house, story).tags
    with house.store.read() as books:
        assert [line["action"] for line in books.audit_trail(story_id=story.id)].count("danger_flagged") == 2
        assert all(theme.source == "machine" for theme in books.version(story.id).themes)
    assert house.piece_now(piece).state == piece.state, "the gate stops it as long as the story stands still"
    assert all(job.state is not JobState.WAITING for job in jobs.status(house.store, story.id))


def test_danger_in_a_withdrawn_story_is_noted_and_brings_nothing_back(house: House) -> None:
    story = house.worked()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert not following.flag_danger(house.store, story.id)
    assert house.now(story).state is State.INGETROKKEN


def test_a_withdrawal_of_one_purpose_is_no_end_of_the_whole() -> None:
    story = a_story()
    once = Consent(story.teller, (*a_consent(story), a_withdrawal(story, Purpose.NIEUWSBRIEF)))
    assert withdrawing.stopped_at(once) is None
