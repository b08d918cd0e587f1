"""The stage on real sound and a real (tiny) Whisper model."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from transcription_help import RATE, Truth, word_error_rate, words_of

import transcription
from stories.audio import samples, write_flac
from stories.errors import Cancelled, InputRefused
from stories.model import Flag, Segment, Transcript, Word
from stories.settings import Settings
from transcription.chunks import Chunk, Plan, listen
from transcription.engine import Heard, HeardWord
from transcription.whisper import WhisperEngine


@pytest.fixture(scope="module")
def transcript(truth: Truth, engine: WhisperEngine, settings: Settings) -> Transcript:
    return transcription.transcribe_file(truth.audio, engine, settings, "nl")


@pytest.fixture(scope="module")
def flac(story: Truth) -> io.BytesIO:
    """The canonical form: FLAC, 48 kHz, mono."""
    target = io.BytesIO()
    write_flac(story.audio, target, rate=48_000)
    return target


def test_the_words_are_those_that_were_said(truth: Truth, transcript: Transcript) -> None:
    assert word_error_rate(truth.text, transcript.text) <= (0.05 if truth.audio.stem == "mensenstem" else 0.02)
    assert not [segment.flags for segment in transcript.segments if segment.flags]


def test_words_start_when_they_were_said(truth: Truth, transcript: Transcript) -> None:
    heard = [word for segment in transcript.segments for word in segment.words]
    assert [words_of(word.text) for word in heard] == [words_of(word) for word, _ in truth.words]
    apart = [abs(word.start_ms - start) for word, (_, start) in zip(heard, truth.words, strict=True)]
    assert np.median(apart) < 100


def test_a_segment_s_text_is_its_words_and_all_times_lie_in_order_inside_the_recording(transcript: Transcript) -> None:
    at = 0
    for segment in transcript.segments:
        assert segment.text == " ".join(word.text for word in segment.words)
        assert segment.start_ms == segment.words[0].start_ms
        for word in segment.words:
            assert at <= word.start_ms <= word.end_ms <= transcript.duration_ms
            at = word.start_ms
    assert Transcript.from_json(json.loads(json.dumps(transcript.to_json()))) == transcript


def test_a_chunk_gives_the_same_words_alone_as_in_order_and_cut_in_two_runs(
    flac: io.BytesIO, engine: WhisperEngine, settings: Settings, model: Path
) -> None:
    chunks = transcription.plan(flac, settings)
    assert len(chunks) >= 2
    in_order = [transcription.transcribe_chunk(flac, chunk, engine, "nl") for chunk in chunks]
    assert [transcription.transcribe_chunk(flac, chunk, engine, "nl") for chunk in reversed(chunks)] == in_order[::-1]

    # A second run after a crash: a new engine, the plan and the finished chunk read back from JSON.
    kept = json.dumps(transcription.segments_to_json(in_order[0]))
    planned = transcription.chunks_from_json(json.loads(json.dumps(transcription.chunks_to_json(chunks))))
    assert planned == chunks
    again = transcription.load_engine(str(model), settings, allow_example=True)
    parts = [transcription.segments_from_json(json.loads(kept))]
    parts += [transcription.transcribe_chunk(flac, chunk, again, "nl") for chunk in planned[1:]]
    whole = transcription.assemble(50_000, engine.name, "nl", in_order)
    assert transcription.assemble(50_000, engine.name, "nl", parts) == whole


@pytest.mark.parametrize(
    ("container", "codec", "rate", "layout"),
    [
        ("ogg", "libopus", 48_000, "mono"),
        ("ipod", "aac", 44_100, "stereo"),
        ("mp3", "libmp3lame", 44_100, "stereo"),
        ("webm", "libopus", 48_000, "mono"),
        ("flac", "flac", 44_100, "stereo"),
    ],
)
def test_what_phones_and_browsers_record_is_understood(
    container: str,
    codec: str,
    rate: int,
    layout: str,
    story: Truth,
    story_plan: Plan,
    engine: WhisperEngine,
    settings: Settings,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.bin"
    encode(story.audio, path, container, codec, rate, layout)
    heard = transcription.transcribe_file(path, engine, settings, "nl")
    assert word_error_rate(story.text, heard.text) <= 0.02
    assert abs(heard.duration_ms - story_plan.duration_ms) < 150


def encode(source: Path, path: Path, container: str, codec: str, rate: int, layout: str) -> None:
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        whole = np.concatenate(list(samples(source, rate=rate)))
        for at in range(0, len(whole), rate):
            block = np.repeat(whole[at : at + rate][:, np.newaxis], 2 if layout == "stereo" else 1, axis=1)
            packed = (np.clip(block, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
            frame.sample_rate, frame.pts = rate, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def tune(seconds: float) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    sound = np.zeros_like(t)
    notes = [262, 294, 330, 349, 392, 440, 494, 523]
    for index in range(int(seconds / 0.4)):
        at = (t >= index * 0.4) & (t < (index + 1) * 0.4)
        since = t[at] - index * 0.4
        harmonics = sum(np.sin(2 * np.pi * notes[index * 5 % 8] * h * since) / h for h in range(1, 7))
        sound[at] = harmonics * np.exp(-3 * since) * 0.2
    return sound


def noises() -> dict[str, np.ndarray]:
    t = np.arange(20 * RATE) / RATE
    rng = np.random.default_rng(1)
    return {
        "digital silence": np.zeros_like(t),
        "a quiet room": rng.normal(size=t.size) * 0.0005,
        "mains hum": np.sin(2 * np.pi * 50 * t) * 0.2,
        "buzz": sum(np.sin(2 * np.pi * 50 * h * t) / h for h in range(1, 8)) * 0.1,
        "white noise": rng.normal(size=t.size) * 0.1,
        "knocks": (rng.random(t.size) < 3 / RATE) * 0.8,
        "siren": np.sin(2 * np.pi * np.cumsum(600 + 300 * np.sin(2 * np.pi * 0.3 * t)) / RATE) * 0.3,
        "music": tune(20),
    }


@pytest.mark.parametrize("name", noises())
def test_no_unflagged_word_is_invented_where_nobody_speaks(
    name: str, engine: WhisperEngine, settings: Settings, write_wav: Callable[[np.ndarray], Path]
) -> None:
    heard = transcription.transcribe_file(write_wav(noises()[name]), engine, settings, "nl")
    assert [segment.text for segment in heard.segments if segment.text and not segment.flags] == []
    if name == "digital silence":
        assert heard.segments == () and heard.duration_ms == 20_000


def test_hum_around_a_story_adds_nothing_and_shifts_nothing(
    story: Truth, engine: WhisperEngine, settings: Settings, write_wav: Callable[[np.ndarray], Path]
) -> None:
    speech = np.concatenate(list(samples(story.audio)))
    before = 75 * RATE
    whole = np.sin(2 * np.pi * 50 * np.arange(before + len(speech) + 40 * RATE) / RATE) * 0.1
    whole[before : before + len(speech)] = speech  # the tiny model never learnt to hear speech through hum
    heard = transcription.transcribe_file(write_wav(whole), engine, settings, "nl")
    assert word_error_rate(story.text, heard.text) <= 0.02
    first = heard.segments[0].words[0].start_ms - 75_000
    assert abs(first - story.words[0][1]) < 250


def test_the_language_is_detected_once_when_asked(
    story: Truth, story_plan: Plan, engine: WhisperEngine, settings: Settings
) -> None:
    chunks = transcription.plan(story.audio, settings)
    assert chunks == story_plan.chunks
    found = transcription.spoken_language(story.audio, chunks, engine, "auto")
    assert found == transcription.spoken_language(story.audio, chunks, engine, "auto")
    assert len(found) in (2, 3)
    assert transcription.spoken_language(story.audio, (), engine, "auto") == "und"
    assert transcription.spoken_language(story.audio, chunks, engine, "nl") == "nl"


def test_a_language_the_model_does_not_know_is_refused(story: Truth, engine: WhisperEngine, settings: Settings) -> None:
    with pytest.raises(InputRefused) as refused:
        transcription.transcribe_file(story.audio, engine, settings, "qq")
    assert refused.value.key == "transcription.language_unknown"


def test_it_tells_how_far_it_is_and_stops_when_asked(story: Truth, engine: WhisperEngine, settings: Settings) -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        transcription.transcribe_file(
            story.audio, engine, settings, "nl", lambda *now: told.append(now), lambda: len(told) == 1
        )
    assert len(told) == 1 and 0 < told[0][0] < told[0][1]


class Says:
    """An engine that hears what it is told to: for what no real model can be made to say on demand."""

    name = "zegt"
    knows_languages = True

    def __init__(self, *heard: Heard) -> None:
        self._heard = heard

    def transcribe(self, samples: object, language: str, **_: bool) -> tuple[Heard, ...]:
        return self._heard

    def detect(self, samples: object) -> tuple[str, float]:
        return "nl", 1.0


def heard(
    start: int, end: int, text: str, *, sure: float = 0.95, compression: float = 1.0, no_speech: float = 0.0
) -> Heard:
    words = text.split()
    step = (end - start) / max(1, len(words))
    times = [(round(start + n * step), round(start + (n + 1) * step)) for n in range(len(words))]
    timed = tuple(HeardWord(a, b, f" {word}", sure) for (a, b), word in zip(times, words, strict=True))
    return Heard(start, end, text, float(np.log(sure)), compression, no_speech, timed)


def spoken(story: Truth, chunk: Chunk, *said: Heard) -> tuple[Segment, ...]:
    return transcription.transcribe_chunk(story.audio, chunk, Says(*said), "nl")


def test_doubt_is_flagged_and_its_text_kept(story: Truth, story_plan: Plan) -> None:
    cases = {
        Flag.LOOP: heard(300, 2600, "en toen en toen en toen en toen"),
        Flag.BOILERPLATE: heard(300, 2600, "Ondertitels ingediend door de Amara.org gemeenschap"),
        Flag.TOO_FAST: heard(300, 700, "dit zijn veel te veel woorden"),
        Flag.LOW_CONFIDENCE: heard(300, 2600, "Kun je vertellen", sure=0.3),
    }
    for flag, said in cases.items():
        segment = next(segment for segment in spoken(story, story_plan.chunks[0], said) if segment.text)
        assert flag in segment.flags and segment.text == said.text
    looped = heard(300, 2600, "Kun je vertellen wat er gebeurde", compression=2.5)
    assert spoken(story, story_plan.chunks[0], looped)[0].flags == (Flag.COMPRESSION,)


def test_words_where_nobody_speaks_are_flagged_silence(story: Truth, write_wav: Callable[[np.ndarray], Path]) -> None:
    chunk = Chunk(0, 0, 10_000, ((0, 1_000), (9_000, 10_000)))
    outside = spoken(story, chunk, heard(4_000, 6_000, "Bedankt allemaal"))
    assert Flag.SILENCE in next(segment for segment in outside if segment.text).flags
    quiet = write_wav(np.zeros(RATE * 10))
    still = transcription.transcribe_chunk(
        quiet, Chunk(0, 0, 5_000, ((0, 5_000),)), Says(heard(1_000, 3_000, "Hallo daar")), "nl"
    )
    assert Flag.SILENCE in next(segment for segment in still if segment.text).flags


def test_speech_without_a_word_becomes_an_empty_flagged_segment(story: Truth, story_plan: Plan) -> None:
    chunk = story_plan.chunks[0]
    empty = spoken(story, chunk)
    assert empty and all(segment.flags == (Flag.SPEECH_WITHOUT_TEXT,) and segment.text == "" for segment in empty)
    covered = sum(segment.end_ms - segment.start_ms for segment in empty)
    assert covered > 0.9 * chunk.speech_ms
    first, second = chunk.speech[:2]
    said = heard(first[0] - chunk.start_ms, first[1] - chunk.start_ms, "Kun je vertellen wat er toen gebeurde?")
    only_first = spoken(story, chunk, said)
    assert [bool(segment.text) for segment in only_first][:2] == [True, False]
    assert abs(only_first[1].start_ms - second[0]) < 400


def test_the_same_sentence_three_times_in_a_row_is_a_loop(story: Truth, story_plan: Plan) -> None:
    chunk = story_plan.chunks[0]
    starts = [start - chunk.start_ms for start, end in chunk.speech if end - start > 1_500][:3]
    said = [heard(at, at + 1_400, "Dat was heel spannend.") for at in starts]
    made = [segment for segment in spoken(story, chunk, *said) if segment.text]
    assert [segment.flags for segment in made] == [(Flag.LOOP,)] * 3


def test_pieces_of_a_word_are_joined_and_words_are_clipped_to_speech(story: Truth) -> None:
    chunk = Chunk(0, 1_000, 9_000, ((2_000, 4_000),))
    pieces = (
        HeardWord(500, 1_400, " twee", 0.9),
        HeardWord(1_400, 1_800, "-ling", 0.7),
        HeardWord(1_800, 3_900, " hier", 1.2),
    )
    made = spoken(story, chunk, Heard(500, 3_900, " twee-ling hier", -0.1, 1.0, 0.0, pieces))
    assert [segment.words for segment in made if segment.text] == [
        (Word(2_000, 2_800, "twee-ling", 0.7), Word(2_800, 4_000, "hier", 1.0))
    ]


def test_an_engine_without_word_times_still_gives_a_segment(story: Truth, story_plan: Plan) -> None:
    made = spoken(story, story_plan.chunks[0], Heard(300, 2_600, " Kun je dat?", -0.1, 1.0, 0.0))
    assert made[0].text == "Kun je dat?" and made[0].words == () and made[0].confidence == round(np.exp(-0.1), 4)


def test_subtitles_name_the_speaker_and_cannot_be_broken_out_of(story: Truth) -> None:
    segments = (
        Segment(0, 1_500, "Hallo --> <b>& dag\n\nNOTE", 1.0, speaker="Ans"),
        Segment(3_600_000, 3_600_001, "", 0.0, flags=(Flag.SPEECH_WITHOUT_TEXT,)),
        replace(Segment(3_661_005, 3_662_000, "Daar", 1.0)),
    )
    assert transcription.to_vtt(Transcript("nl", 3_700_000, "x", segments)) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n<v Ans>Hallo --&gt; &lt;b&gt;&amp; dag NOTE\n\n"
        "01:01:01.005 --> 01:01:02.000\nDaar\n"
    )


def test_a_plan_counts_what_there_is_to_hear(flac: io.BytesIO, story_plan: Plan) -> None:
    plan = listen(flac)
    assert abs(plan.duration_ms - story_plan.duration_ms) <= 1
    assert plan.speech_ms == sum(chunk.speech_ms for chunk in plan.chunks) > 25_000


def test_a_chunk_longer_than_a_window_is_heard_without_its_pauses_and_keeps_its_times(
    engine: WhisperEngine, story: Truth, write_wav: Callable[[np.ndarray], Path]
) -> None:
    """Each span of speech moved two seconds further from the one before it: 35 s of sound become more than 40."""
    whole, plan = np.concatenate(list(samples(story.audio))), listen(story.audio)
    spans = [span for chunk in plan.chunks for span in chunk.speech][:7]
    parts, moved, at = list[np.ndarray](), list[tuple[int, int]](), 0
    for start, end in spans:
        parts += [whole[start * 16 : end * 16], np.zeros(2_000 * 16)]
        moved.append((at, at + end - start))
        at += end - start + 2_000
    chunk = Chunk(0, 0, moved[-1][1], tuple(moved))
    assert chunk.is_too_long and chunk.heard_ms == chunk.speech_ms <= 28_000
    made = [
        segment for segment in transcription.transcribe_chunk(write_wav(np.concatenate(parts)), chunk, engine, "nl")
    ]
    words = [word for segment in made for word in segment.words]
    truth = [(word, start) for word, start in story.words if start < spans[-1][1]]
    assert [words_of(word.text) for word in words] == [words_of(word) for word, _ in truth]
    places = [
        next(new[0] + start - old[0] for old, new in zip(spans, moved, strict=True) if old[0] <= start <= old[1])
        for _, start in truth
    ]
    assert np.median([abs(word.start_ms - place) for word, place in zip(words, places, strict=True)]) < 100
    assert all(any(a <= word.start_ms <= word.end_ms <= b for a, b in moved) for word in words)
