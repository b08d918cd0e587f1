"""Clips at the desk: real sound from a real safe recording, in a form that is allowed, heard by two people."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from builders import MOMENT, a_consent, a_quote, a_story, a_version, a_withdrawal
from cleared_sound import PART, SENTENCE, SOUND, quote, released, safe, spans_of, transcript
from plainrun import PlainRun

import pipeline
import transcription
from desk import (
    clipmaking,
    cliprules,
    clips,
    cliptimes,
    examples,
    proofs,
    publishing,
    receiving,
    redacting,
    redactions,
    retention,
    reviewing,
    telling,
    withdrawing,
)
from desk.cliprules import ClipState
from stories import jobs
from stories.audio import CANONICAL_RATE, Samples, flac_writer, samples
from stories.bleep import BLEEP_LEVEL, BLEEP_MS, FADE_MS
from stories.consent import Form, Outcome, Party, Purpose
from stories.disguise import FLUISTER, VLAK
from stories.errors import ConsentRefused, InputRefused, Moved, NotAllowed, NotFound, Refused
from stories.jobs import JobState
from stories.model import AgeBand, Approval, Quote, QuoteKind, Story, StoryKind, Teller, TellerRole, Voice
from stories.people import Role, User
from stories.products import CLIP_HEARD, Clip
from stories.sealed import open_sealed
from stories.stages import Stage, State
from stories.store import Store
from stories.use import OFFERED, RELEASED
from stories.vault import Kind

ED = User("u-red", "Ed", frozenset({Role.REDACTEUR}))
BO = User("u-bo", "Bo", frozenset({Role.VRIJGEVER}))
CO = User("u-co", "Co", frozenset({Role.COMMUNICATIE}))
OWN_VOICE = (Voice.PIEP, clips.PIEP)


@pytest.fixture
def story(sqlite_store: Store) -> Story:
    return released(sqlite_store)


def made(
    store: Store, one: Quote, voice: Voice = Voice.PIEP, recipe: str = clips.PIEP, run: PlainRun | None = None
) -> Clip:
    """Asked by Ed, and made."""
    with store.read() as books:
        before = {clip.id for clip in books.clips.of_quotes([one.id])}
    clips.ask(store, ED, one.id, voice, recipe)
    clipmaking.work(store, store.settings, one.story_id, run or PlainRun())
    with store.read() as books:
        (clip,) = [clip for clip in books.clips.of_quotes([one.id]) if clip.id not in before]
    return clip


def sound_of(store: Store, clip: Clip) -> Samples:
    with store.read() as books:
        file = books.clips.open(clip.id)
    with file:
        return np.concatenate(list(samples(file, rate=CANONICAL_RATE)))


def safe_sound(store: Store, story: Story) -> Samples:
    with open_sealed(store, story.id, Kind.REDACTED_AUDIO) as audio:
        return np.concatenate(list(samples(audio, rate=CANONICAL_RATE)))


def spoken(seconds: float = 2.0, level: float = 0.2) -> io.BytesIO:
    """Somebody who says something: sound enough for the checks of what comes in."""
    noise = np.random.default_rng(7).standard_normal(int(seconds * CANONICAL_RATE)).astype(np.float32)
    file = io.BytesIO()
    with flac_writer(file, CANONICAL_RATE) as add:
        add(noise * np.float32(level))
    return file


# what a clip is cut from


def test_a_clip_is_the_quote_from_the_safe_recording_with_its_bleep(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    clip = made(sqlite_store, one)
    with sqlite_store.read() as books:
        start, end = cliptimes.span_of(books, one) or (0, 0)
        assert clip.redaction == redactions.read(books, story.id).digest
    after, before = sound_of(sqlite_store, clip), safe_sound(sqlite_store, story)[start * 48 : end * 48]
    edge = FADE_MS * 48
    assert len(after) == len(before) and np.array_equal(after[edge:-edge], before[edge:-edge])
    assert abs(after[0]) < 0.01 and abs(after[-1]) < 0.01, "faded at the cuts"
    (hole,) = [(a - start, b - start) for a, b in spans_of(transcript()) if a < end and start < b]
    assert np.abs(after[(hole[0] + 10) * 48 : (hole[0] + (hole[1] - hole[0] - BLEEP_MS) // 2 - 10) * 48]).max() == 0


def test_a_part_of_a_sentence_sounds_without_the_rest_of_it(sqlite_store: Store, story: Story) -> None:
    """Word by word, also behind a label that stands in the place of a name."""
    one = quote(sqlite_store, story, PART)
    words = transcript().segments[1].words
    geen = next(word for word in words if word.text == "geen")
    before = words[words.index(geen) - 1]
    with sqlite_store.read() as books:
        start, end = cliptimes.span_of(books, one) or (0, 0)
    assert before.end_ms <= start <= geen.start_ms
    assert words[-1].end_ms <= end <= words[-1].end_ms + cliptimes.PAD_MS
    clip = made(sqlite_store, one)
    assert clip.duration_ms == end - start < 2_000


def test_the_words_of_a_clip_have_the_times_of_the_sound(sqlite_store: Store) -> None:
    story = released(sqlite_store)
    heard = {word.text.strip(): word for segment in transcript().segments for word in segment.words}
    for text in (SENTENCE, PART):
        one = quote(sqlite_store, story, text)
        with sqlite_store.read() as books:
            begin, end = cliptimes.span_of(books, one) or (0, 0)
            words = cliptimes.words_of(books, one)
        assert [word.text for word in words] == text.split()
        for word in (word for word in words if "[" not in word.text and "]" not in word.text):
            sound = heard[word.text]
            assert (word.start_ms, word.end_ms) == (sound.start_ms - begin, sound.end_ms - begin)
        assert words[-1].end_ms <= end - begin


def test_a_disguised_clip_is_as_long_and_keeps_its_bleep(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    plain = sound_of(sqlite_store, made(sqlite_store, one))
    for recipe in (FLUISTER, VLAK):
        other = sound_of(sqlite_store, made(sqlite_store, one, Voice.VERVORMD, recipe))
        assert len(other) == len(plain)
        bleep = np.abs(plain - other) < 1e-4
        assert 0.2 < bleep.mean() < 0.7, "the bleep is the same, and nothing else"


def test_asking_twice_makes_one_clip_and_a_step_may_run_twice(sqlite_store: Store, story: Story) -> None:
    class Twice(PlainRun):
        def step(self, name: str, work: Callable[[], None]) -> None:
            super().step(name, work)
            work()

    one = quote(sqlite_store, story)
    clips.ask(sqlite_store, CO, one.id, *OWN_VOICE)
    clips.ask(sqlite_store, ED, one.id, *OWN_VOICE)
    (job,) = jobs.status(sqlite_store, story.id)
    assert (job.name, job.state) == (clipmaking.JOB, JobState.WAITING)
    clipmaking.work(sqlite_store, sqlite_store.settings, story.id, Twice())
    clips.ask(sqlite_store, ED, one.id, *OWN_VOICE)
    with sqlite_store.read() as books:
        (clip,) = books.clips.of_story(story.id)
        assert clip.made_by == CO.id and clipmaking.wishes(books, story.id) == ()
        assert not books.has(story.id, Kind.CLIPS_ASKED)


# what is missing is said


def refused(store: Store, one: Quote, voice: Voice = Voice.PIEP, recipe: str = clips.PIEP) -> str:
    with pytest.raises(Refused) as no:
        clips.ask(store, ED, one.id, voice, recipe)
    assert no.value.message.endswith(".")
    return no.value.key


def test_each_thing_that_is_missing_has_its_sentence(sqlite_store: Store, story: Story) -> None:
    assert refused(sqlite_store, quote(sqlite_store, story, start_ms=None, end_ms=None)) == "clips.no_sound"
    assert refused(sqlite_store, quote(sqlite_store, story, kind=QuoteKind.PARAFRASE)) == "clips.not_listened"
    one = quote(sqlite_store, story)
    with sqlite_store.write() as books:
        redactions.drop(books, story.id)
    assert refused(sqlite_store, one) == "clips.no_safe_recording"
    assert clips.seen(sqlite_store, ED, one.id).missing_code == "no_safe_recording"


def test_of_a_typed_story_only_spoken_again_is_possible(sqlite_store: Store) -> None:
    typed = a_story(stage=Stage.TAGGED, state=State.VRIJGEGEVEN, kind=StoryKind.TEXT)
    version = a_version(typed)
    one = a_quote(version)
    with sqlite_store.write() as books:
        books.add_story(typed)
        books.add_consent(*a_consent(typed))
        books.add_version(version)
        for role, who in ((OFFERED, "u1"), (RELEASED, "u2")):
            books.add_approval(Approval(typed.id, version.digest, who, MOMENT, role))
        books.add_quote(one)
    assert refused(sqlite_store, one) == "clips.no_sound"
    clip = clips.revoice(sqlite_store, ED, one.id, spoken(), settings=sqlite_store.settings)
    assert (clip.voice, clip.recipe, clip.redaction) == (Voice.NAGESPROKEN, clips.MENS, "")
    assert 1_900 < clip.duration_ms < 2_100


@pytest.mark.parametrize("voice", list(Voice))
def test_a_form_without_a_yes_is_refused_and_the_others_are_not(sqlite_store: Store, voice: Voice) -> None:
    story = released(sqlite_store, forms=[form for form in Form if form != Form(str(voice))])
    one = quote(sqlite_store, story)
    with pytest.raises(ConsentRefused):
        if voice is Voice.NAGESPROKEN:
            clips.revoice(sqlite_store, ED, one.id, spoken(), settings=sqlite_store.settings)
        else:
            clips.ask(sqlite_store, ED, one.id, voice, clipmaking.MADE[voice][0])
    for form in clips.seen(sqlite_store, ED, one.id).forms:
        assert bool(form.allowed) == (form.voice is not voice) == (not form.why_not)
    with sqlite_store.read() as books:
        assert books.clips.all() == ()


def test_a_no_between_asking_and_making_leaves_no_clip_and_tells_why(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    clips.ask(sqlite_store, ED, one.id, *OWN_VOICE)
    for purpose in cliprules.CHANNELS:
        withdrawing.withdraw(sqlite_store, story.id, Party.TELLER, purpose=purpose, form=Form.EIGEN_STEM)
    clipmaking.work(sqlite_store, sqlite_store.settings, story.id, PlainRun())
    with sqlite_store.read() as books:
        assert books.clips.all() == ()
    (wish,) = clips.seen(sqlite_store, ED, one.id).wishes
    assert wish.reason.endswith(".")


# what comes in


def test_words_spoken_again_come_in_by_an_upload_ticket_of_somebody_who_works_here(
    sqlite_store: Store, story: Story
) -> None:
    with sqlite_store.write() as books:
        reader = books.add_user("Lotte", "paard spijker wolk", [Role.COMMUNICATIE])
    one = quote(sqlite_store, story)
    about = clips.errand(reader, one.id, clips.SYNTHETISCH)
    assert about.isascii() and "." not in about
    for _ in range(2):  # a phone that missed our answer sends it again
        got = proofs.take(sqlite_store, sqlite_store.settings, about, spoken())
        assert (got.what, got.number) == ("audio", 1) and got.duration_ms
    with sqlite_store.read() as books:
        (clip,) = books.clips.of_quotes([one.id])
        assert (clip.recipe, clip.made_by) == (clips.SYNTHETISCH, reader.id)
    with sqlite_store.write() as books:
        books.set_active(reader.id, False)
    with pytest.raises(NotAllowed):
        proofs.take(sqlite_store, sqlite_store.settings, about, spoken(3))
    with pytest.raises(NotAllowed):
        clips.errand(BO, one.id, clips.MENS)


def test_what_is_no_sound_or_too_long_is_not_taken_in(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    for upload, code in ((io.BytesIO(b"geen geluid"), None), (spoken(clipmaking.MOST_MS / 1000 + 3), "too_long")):
        with pytest.raises(InputRefused) as no:
            clips.revoice(sqlite_store, ED, one.id, upload, settings=sqlite_store.settings)
        assert code in (None, no.value.code)
    with sqlite_store.read() as books:
        assert books.clips.all() == ()


# listening


def test_two_people_hear_it_to_its_end_and_one_of_them_did_not_ask_for_it(sqlite_store: Store, story: Story) -> None:
    clip = made(sqlite_store, quote(sqlite_store, story))

    def state() -> ClipState:
        with sqlite_store.read() as books:
            return cliprules.state_of(books, clip)

    assert state() is ClipState.TE_HOREN
    for _ in range(2):
        clips.heard(sqlite_store, ED, clip.id, digest=clip.digest)
    assert state() is ClipState.TE_HOREN, "once is once, and whoever asked is no second"
    (waits,) = clips.waiting(sqlite_store, BO)
    assert waits.seen.may_hear and not clips.waiting(sqlite_store, ED)[0].seen.may_hear
    with pytest.raises(Moved):
        clips.heard(sqlite_store, BO, clip.id, digest="een ander")
    clips.heard(sqlite_store, BO, clip.id, digest=clip.digest)
    assert state() is ClipState.KLAAR and clips.waiting(sqlite_store, BO) == ()
    with sqlite_store.read() as books:
        assert [a.by for a in books.approvals(clip.id) if a.role == CLIP_HEARD] == [ED.id, BO.id]


def test_another_text_or_another_safe_recording_makes_it_stale_and_it_goes(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    clip = made(sqlite_store, one)
    again = clips.revoice(sqlite_store, ED, one.id, spoken(), settings=sqlite_store.settings)
    assert retention.tidy(sqlite_store).clips_gone == ()
    with sqlite_store.read() as books:
        version = books.version(story.id)
    safe(sqlite_store, story, version, [*spans_of(transcript()), (20_000, 21_000)])
    with sqlite_store.read() as books:
        assert cliprules.state_of(books, clip) is ClipState.VEROUDERD
        assert cliprules.state_of(books, again) is ClipState.TE_HOREN, "spoken again, it leans on no recording"
    for call in (
        lambda: clips.sound(sqlite_store, ED, clip.id),
        lambda: clips.heard(sqlite_store, ED, clip.id, digest=clip.digest),
    ):
        with pytest.raises(Refused, match="veranderd"):
            call()
    assert retention.tidy(sqlite_store).clips_gone == (story.id,)
    with sqlite_store.read() as books:
        assert books.clips.all() == (again,)
    with sqlite_store.write() as books:
        books.add_version(replace(version, number=2, made_at=MOMENT + timedelta(days=1)))
    assert refused(sqlite_store, one) == "clips.older_version"
    assert clips.seen(sqlite_store, ED, one.id).older
    with sqlite_store.read() as books:
        assert cliprules.state_of(books, again) is ClipState.VEROUDERD


def test_its_sound_is_for_who_makes_products_and_only_as_long_as_it_is_allowed(
    sqlite_store: Store, story: Story
) -> None:
    clip = made(sqlite_store, quote(sqlite_store, story))
    size = clips.sound(sqlite_store, CO, clip.id)
    whole = b"".join(clips.sound_range(sqlite_store, BO, clip.id, 0, size))
    assert len(whole) == size and whole.startswith(b"fLaC")
    for role in (Role.ERVARINGSWERKER, Role.CONTACTPERSOON, Role.BEHEERDER):
        with pytest.raises(NotAllowed):
            clips.sound(sqlite_store, User("x", "X", frozenset({role})), clip.id)
    with sqlite_store.write() as books:
        books.add_consent(a_withdrawal(story, at=datetime.now(UTC)))
    with pytest.raises(Refused):
        clips.sound_range(sqlite_store, BO, clip.id, 0, size)


# going


def test_taking_back_one_form_takes_its_clips_and_leaves_the_others(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    own = made(sqlite_store, one)
    other = made(sqlite_store, one, Voice.VERVORMD, FLUISTER)
    *most, last = cliprules.CHANNELS
    for purpose in most:
        withdrawing.withdraw(sqlite_store, story.id, Party.TELLER, purpose=purpose, form=Form.EIGEN_STEM)
    with sqlite_store.read() as books:
        assert books.clips.of_story(story.id) == (own, other), "one channel still may"
    withdrawing.withdraw(sqlite_store, story.id, Party.TELLER, purpose=last, form=Form.EIGEN_STEM)
    with sqlite_store.read() as books:
        assert books.clips.of_story(story.id) == (other,)
    withdrawing.withdraw(sqlite_store, story.id, Party.TELLER)
    with sqlite_store.read() as books:
        assert books.clips.all() == ()


def test_a_yes_that_is_over_takes_its_clips(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    story = released(sqlite_store)
    made(sqlite_store, quote(sqlite_store, story))
    day = (MOMENT + timedelta(days=800)).date()
    monkeypatch.setattr(cliprules, "today", lambda: day)
    with sqlite_store.read() as books:
        assert len(cliprules.forbidden(books, story.id)) == 1


def test_a_clip_can_be_thrown_away(sqlite_store: Store, story: Story) -> None:
    clip = made(sqlite_store, quote(sqlite_store, story))
    clips.remove(sqlite_store, ED, clip.id)
    with pytest.raises(NotFound):
        clips.sound(sqlite_store, ED, clip.id)


def test_no_word_of_the_story_is_in_the_audit_or_a_job(sqlite_store: Store, story: Story) -> None:
    one = quote(sqlite_store, story)
    clip = made(sqlite_store, one)
    clips.heard(sqlite_store, ED, clip.id, digest=clip.digest)
    with sqlite_store.read() as books:
        told = json.dumps([books.audit_trail(story_id=story.id), jobs.status(sqlite_store, story.id)], default=str)
    assert "clip_heard" in told and "clip_made" in told and "internet" not in told


# the whole way

HIDDEN = "internet"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_from_a_recording_by_the_real_ear_to_a_clip_without_the_name(sqlite_store: Store) -> None:
    """Told, written out, a word hidden, heard, released, bleeped away and checked by the machine, quoted, cut."""
    store, settings = sqlite_store, sqlite_store.settings
    yes = telling.answers(
        Teller(TellerRole.OUDER, AgeBand.ADULT),
        own=Outcome.JA,
        channels=[(Purpose.PODCAST, Form.EIGEN_STEM), (Purpose.NIEUWSBRIEF, Form.TEKST)],
    )
    told = telling.begin(store, yes, kind=StoryKind.AUDIO, is_example=True)
    receiving.receive(store, settings, told.id, SOUND)
    telling.hand_in(store, told.id)
    pipeline.process(store, settings, told.id, PlainRun())

    def version() -> int:
        with store.read() as books:
            return books.story(told.id).row_version

    with store.read() as books:
        at = books.transcript(told.id).text.index(HIDDEN)
    seen = reviewing.review(store, ED, told.id)
    masked = [reviewing.mask(finding) for finding in reviewing.undecided(seen.findings, seen.decisions)]
    hidden = [*seen.decisions, *masked, reviewing.added(at, at + len(HIDDEN))]
    reviewing.decide_names(store, ED, told.id, hidden, expected=version())
    redacting.ask(store, ED, told.id)
    engine = transcription.load_engine(str(examples.MODEL), settings, allow_example=True)
    redacting.work(store, settings, told.id, PlainRun(), lambda model, allow: engine)
    reviewing.mark_heard(store, ED, told.id)
    reviewing.confirm_themes(store, ED, told.id, ["meedoen"], expected=version())
    reviewing.offer_for_release(store, ED, told.id, expected=version())
    reviewing.release(store, BO, told.id, expected=version())
    with store.read() as books:
        clean, said = books.version(told.id).clean.text, books.transcript(told.id)
    start = clean.index("geen")
    one = publishing.cut_quote(store, ED, told.id, start, clean.index("\n", start))
    assert HIDDEN not in one.text and "[" in one.text
    clip = made(store, one)
    word = next(word for segment in said.segments for word in segment.words if HIDDEN in word.text)
    with store.read() as books:
        begin, _ = cliptimes.span_of(books, one) or (0, 0)
    inside = sound_of(store, clip)[(word.start_ms - begin) * 48 : (word.end_ms - begin) * 48]
    assert len(inside) > 4_800 and np.abs(inside).max() <= BLEEP_LEVEL + 1e-3
