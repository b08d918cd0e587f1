"""How long a moment lasts and when a word is said: as it sounds where there is sound, guessed and said so elsewhere."""

from __future__ import annotations

import io
from dataclasses import replace

import webvtt

from publish.rendering import Studio
from publish.subtitles import Timed
from publish.vlog import render
from publish.vlog_script import Fragment, Heard, script_of
from stories.model import BlockKind
from tests.publish.leaving import bytes_of
from tests.publish.vlogs import BLOCKS, Shelf, a_letter


def recorded(letter):
    """The letter with a recording of the presenter for its first narration."""
    parts = list(letter.parts)
    at = next(number for number, part in enumerate(parts) if part.kind is BlockKind.NARRATION)
    parts[at] = replace(parts[at], file_id="ed")
    return replace(letter, parts=tuple(parts))


def test_a_recording_of_the_presenter_gives_a_moment_its_length_and_what_is_guessed_is_said():
    letter = recorded(a_letter())
    guessed = next(moment for moment in script_of(letter).moments if moment.heard is Heard.PRESENTATOR)
    script = script_of(letter, voices={"ed": 9_001})
    known, *others = [moment for moment in script.moments if moment.heard is Heard.PRESENTATOR]
    assert known.duration_ms == 9_040 != guessed.duration_ms, "to a whole frame"
    assert (guessed.lasts, known.lasts) == ("ongeveer 14 s", "9 s")
    assert others and all(moment.lasts.startswith("ongeveer") for moment in others)
    assert "geschat" in script.length and "fragmenten" in script.length
    cut = {clip: Fragment(number, 5_000) for number, clip in enumerate(("c-geheim-1", "c-geheim-2"), 1)}
    assert "ingesproken" in script_of(letter, cut, voices={"ed": 9_001}).length
    bare = replace(letter, parts=tuple(p for p in letter.parts if p.kind is not BlockKind.NARRATION or p.file_id))
    assert script_of(bare, cut, voices={"ed": 9_001}).length.startswith("Lengte: ")
    assert "ongeveer" not in script_of(bare, cut, voices={"ed": 9_001}).length


def test_subtitles_of_a_clip_stand_where_its_words_are_heard(tmp_path):
    letter = a_letter(blocks=[block for block in BLOCKS if block.kind is BlockKind.CLIP][:1])
    (part,) = [part for part in letter.parts if part.kind is BlockKind.CLIP]
    words = part.text.split()
    late = [Timed(word, 2_000 + 100 * number, 2_080 + 100 * number) for number, word in enumerate(words)]
    spoken = {"c-geheim-1": late}
    with Studio(tmp_path, spoken=spoken) as studio:
        read = webvtt.from_buffer(io.StringIO(bytes_of(render(letter, Shelf(), studio)["ondertitels.vtt"]).decode()))
    assert read[0].start == "00:00:02.000"
    with Studio(tmp_path) as studio:
        read = webvtt.from_buffer(io.StringIO(bytes_of(render(letter, Shelf(), studio)["ondertitels.vtt"]).decode()))
    assert read[0].start == "00:00:00.000", "without times of their own words are spread over the sound"
