"""An episode from its parts: what is heard when, and every text around it, read back by foreign readers."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO, StringIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import av
import nh3
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from publish import podcast
from publish import podcast_texts as texts
from publish.letter import Letter
from publish.mastering import measure
from publish.podcast_plan import GAP_MS, Episode, plan
from stories.audio import CANONICAL_RATE, samples
from stories.errors import InputRefused, NotFound, Refused
from stories.model import BlockKind, Voice
from tests.publish.episodes import (
    PARTS,
    Shelf,
    a_clip,
    a_file,
    a_letter,
    clip_part,
    flac,
    heard,
    knowing,
    length,
    part,
    speech,
    tone,
)
from tests.publish.leaving import bytes_of

GOLDEN = Path(__file__).parent / "golden" / "podcast"
URL = "[[podcastadres]]"
HERE = Path()


def written(letter: Letter, episode: Episode) -> dict[str, str]:
    """Every text of an episode; its sound is said to be of 1,000 bytes."""
    return {
        "aflevering.vtt": texts.to_vtt(episode),
        "aflevering.srt": texts.to_srt(episode),
        "hoofdstukken.json": texts.to_chapters(letter, episode),
        "shownotes.md": texts.to_markdown(letter, episode),
        "shownotes.html": texts.to_html(letter, episode),
        "rss-item.xml": texts.to_rss(letter, episode, url=URL, size=1_000, sha256="0" * 64),
        "script.txt": texts.to_script(letter, episode),
    }


@pytest.mark.parametrize("name", list(written(a_letter(), plan(a_letter(), knowing(HERE)))))
def test_the_texts_are_what_they_were(name: str) -> None:
    made = written(a_letter(), plan(a_letter(), knowing(HERE)))[name].encode()
    if os.environ.get("VERTELPUNT_RENEW_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(made)
    assert made == (GOLDEN / name).read_bytes(), f"{name} changed; see tests/publish/golden/README.md"


def test_an_episode_is_made_whole_and_foreign_readers_open_it(tmp_path: Path) -> None:
    voice = flac(heard(speech("hardop.mp3"))[: 5 * CANONICAL_RATE])
    sounds = {"intro": tone(3_000), "ed": voice, "c1": speech(), "outro": tone(3_000, 330)}
    lengths = {name: length(sound) for name, sound in sounds.items()}
    letter = a_letter(PARTS[0], PARTS[1], PARTS[2], PARTS[3], PARTS[-1])
    studio = knowing(tmp_path, lengths)
    files = podcast.render(letter, Shelf(sounds), studio)
    sound = files["aflevering.mp3"]
    assert not isinstance(sound, bytes)
    episode = plan(letter, studio)
    with av.open(BytesIO(bytes_of(sound))) as container:
        assert abs(container.duration / 1000 - episode.duration_ms) <= 50
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == ["Begin", "De broodtrommel"]
    lufs, peak = measure(samples(sound, rate=CANONICAL_RATE, block_s=1.0), peak=True)
    assert abs(lufs - -19.0) <= 1.0 and peak <= -1.0
    rss = ElementTree.fromstring(files["rss-item.xml"])
    assert rss.find("enclosure").attrib == {  # type: ignore[union-attr]
        "url": "[[podcastadres]]/aflevering.mp3", "length": str(len(bytes_of(sound))), "type": "audio/mpeg",
    }  # fmt: skip
    again = tmp_path / "nog"
    again.mkdir()
    same = podcast.render(letter, Shelf(sounds), replace(studio, folder=again))
    assert {name: bytes_of(same[name]) for name in same} == {name: bytes_of(files[name]) for name in files}


# what is heard when


def at(episode: Episode) -> dict[str, tuple[int, int]]:
    return {track.source[1]: (track.start_ms, track.end_ms) for track in episode.tracks}


def test_music_goes_on_softly_under_a_presenter_and_never_under_a_teller() -> None:
    episode = plan(a_letter(), knowing(HERE))
    when = at(episode)
    assert when["ed"][0] < when["intro"][1]  # the presenter begins over the end of the intro
    (intro,) = [track for track in episode.tracks if track.source[1] == "intro"]
    over = when["ed"][0] - intro.start_ms
    assert all(gain < 0.2 for time, gain in intro.envelope if time >= over)
    for clip in ("c1", "c2", "c3"):
        for other, (start, end) in when.items():
            assert other == clip or end <= when[clip][0] or start >= when[clip][1]


def test_an_outro_begins_under_the_last_words_of_a_presenter() -> None:
    letter = a_letter(PARTS[3], PARTS[2], PARTS[-1])
    episode = plan(letter, knowing(HERE))
    when = at(episode)
    assert when["ed"][0] < when["outro"][0] < when["ed"][1] < when["outro"][1]
    (outro,) = [track for track in episode.tracks if track.source[1] == "outro"]
    talking = when["ed"][1] - outro.start_ms
    assert (
        all(gain < 0.2 for time, gain in outro.envelope if time <= talking) and max(g for _, g in outro.envelope) == 1
    )


def test_a_chapter_is_a_heading_that_something_is_heard_after() -> None:
    episode = plan(a_letter(*PARTS, part(BlockKind.HEADING, "Niets meer te horen")), knowing(HERE))
    when = at(episode)
    assert [(c.start_ms, c.title) for c in episode.chapters] == [
        (0, "Begin"), (when["ed"][0], "De broodtrommel"), (when["c2"][0], "Aan de deur"),
    ]  # fmt: skip


def test_without_headings_every_clip_is_a_chapter() -> None:
    letter = a_letter(*(one for one in PARTS if one.kind is not BlockKind.HEADING))
    titles = [chapter.title for chapter in plan(letter, knowing(HERE)).chapters]
    assert titles == ["Begin", "Een ouder vertelt", "Een jongere vertelt", "Een ouder vertelt"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["intro", "ed", "muziek", "outro", "c1", "c2"]), st.integers(100, 90_000)), max_size=8
    )
)  # fmt: skip
def test_whatever_the_order_everything_fits_on_the_clock(chosen: list[tuple[str, int]]) -> None:
    by_id = {(one.clip_id or one.file_id): one for one in PARTS if one.clip_id or one.file_id}
    letter = a_letter(PARTS[3], *(by_id[name] for name, _ in chosen))
    studio = knowing(HERE, dict(chosen))
    episode = plan(letter, studio)
    assert len(episode.tracks) == len(chosen) + 1
    for track in episode.tracks:
        assert track.envelope[0][0] == 0 and track.envelope[-1][0] <= track.length_ms
        assert track.envelope[-1][1] == 0 and all(0 <= gain <= 1 for _, gain in track.envelope)
    spoken = [one for one in episode.heard if one.by]
    assert all(two.start_ms >= one.end_ms for one, two in pairwise(spoken))
    starts = [chapter.start_ms for chapter in episode.chapters]
    assert starts[0] == 0 and starts == sorted(set(starts))
    ends = [cue.end_ms for cue in episode.cues]
    assert ends == sorted(ends) and ends[-1] <= episode.duration_ms


@given(st.text(alphabet="ab.,! []'", min_size=1, max_size=600).filter(str.strip))
def test_a_transcript_says_every_word_once_in_time(words: str) -> None:
    letter = a_letter(clip_part(words, "c1"))
    cues = plan(letter, knowing(HERE)).cues
    assert "".join(cue.text for cue in cues).replace(" ", "") == words.replace(" ", "")
    assert cues[0].start_ms == 0 and cues[-1].end_ms == 16_000
    assert all(one.end_ms == two.start_ms for one, two in pairwise(cues))
    assert all(len(line) <= 42 for cue in cues for line in cue.lines)


def test_between_two_tellers_there_is_a_breath() -> None:
    when = at(plan(a_letter(PARTS[3], PARTS[6]), knowing(HERE)))
    assert when["c2"][0] - when["c1"][1] == GAP_MS


# what is refused


def test_an_episode_with_nothing_to_hear_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        plan(a_letter(PARTS[0], PARTS[4], PARTS[9]), knowing(HERE))  # music, unread narration and a quote
    assert refused.value.code == "nothing_to_hear" and "fragment" in refused.value.message


def test_a_clip_without_sound_is_refused_and_not_left_out() -> None:
    with pytest.raises(Refused) as refused:
        plan(a_letter(PARTS[3], clip_part("Woorden.", None)), knowing(HERE))
    assert refused.value.code == "clip_missing" and "Blok 2" in refused.value.message


def test_a_sound_that_the_studio_does_not_know_is_refused() -> None:
    with pytest.raises(NotFound):
        plan(a_letter(clip_part("Woorden.", "c9")), knowing(HERE))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "mailto:a@b.nl", "http://onveilig.nl", ""])
def test_an_address_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused):
        podcast.render(a_letter(), Shelf({}), replace(knowing(tmp_path), podcast_url=url))


# the texts, by foreign readers


def test_webvtt_reads_who_speaks_and_what() -> None:
    captions = webvtt.from_buffer(StringIO(texts.to_vtt(plan(a_letter(), knowing(HERE)))))
    voices = list(dict.fromkeys(caption.voice for caption in captions))
    assert voices == ["Presentator", "Een ouder (nagesproken)", "Een jongere", "Een ouder (stem vervormd)"]
    said = " ".join(caption.text for caption in captions if caption.voice == "Een ouder (nagesproken)")
    assert said.split() == PARTS[3].text.split()


def test_rss_has_what_a_podcast_host_reads_and_no_place_or_date() -> None:
    item = ElementTree.fromstring(written(a_letter(), plan(a_letter(), knowing(HERE)))["rss-item.xml"])
    p = f"{{{texts.PODCAST}}}"
    assert [one.attrib["url"] for one in item.findall(f"{p}transcript")] == [
        f"{URL}/aflevering.vtt",
        f"{URL}/aflevering.srt",
    ]
    assert item.find(f"{p}chapters").attrib["type"] == "application/json+chapters"  # type: ignore[union-attr]
    persons = [(one.text, one.attrib["role"]) for one in item.findall(f"{p}person")]
    assert ("Presentator", "host") in persons and ("Een jongere", "guest") in persons
    bite = item.find(f"{p}soundbite")
    assert bite is not None and 15 <= float(bite.attrib["duration"]) <= 120
    assert item.find(f"{p}location") is None and item.find("pubDate") is None and item.find(f"{p}txt") is None


def test_a_soundbite_is_a_whole_clip_or_there_is_none() -> None:
    for ms, found in ((14_999, False), (15_000, True), (120_000, True), (120_001, False)):
        letter, studio = a_letter(PARTS[3]), knowing(HERE, {"c1": ms})
        rss = written(letter, plan(letter, studio))["rss-item.xml"]
        assert ("podcast:soundbite" in rss) is found


@pytest.mark.parametrize("what", ["clip", "presenter"])
def test_a_computer_voice_is_told_everywhere(what: str) -> None:
    studio, letter = knowing(HERE), a_letter(PARTS[2], PARTS[3])
    if what == "clip":
        studio = replace(studio, clips={"c1": a_clip("c1", 16_000, recipe="synthetisch")})
    else:
        studio = replace(studio, files={"ed": a_file("ed", 9_000, studio.files["ed"].kind, synthetic=True)})
    made = written(letter, plan(letter, studio))
    item = ElementTree.fromstring(made["rss-item.xml"])
    (told,) = item.findall(f"{{{texts.PODCAST}}}txt")
    assert told.attrib == {"purpose": "ai-content"} and "computer" in (told.text or "")
    assert "computerstem" in made["aflevering.vtt"] and "computerstem" in made["aflevering.srt"]
    assert "computer" in made["shownotes.html"] and "computer" in made["shownotes.md"]


def test_show_notes_say_how_voices_were_changed_and_whose_music_it_is() -> None:
    made = written(a_letter(), plan(a_letter(), knowing(HERE)))
    for name in ("shownotes.md", "shownotes.html"):
        for words in ("nagesproken door iemand anders", "Bekenden kunnen de verteller", "Bij een piep", "de Klaassens"):
            assert made[name].count(words) == 1
        assert "stem vervormd" in made[name] and "Kindertelefoon" in made[name]


def test_a_preview_shows_the_notes_before_there_is_any_sound() -> None:
    letter = a_letter(clip_part("Nog zonder geluid.", None, Voice.VERVORMD))
    page = podcast.preview(letter)
    assert "Nog zonder geluid." in page and "stem vervormd" in page and nh3.is_html(page)


def test_what_has_sound_is_not_read_aloud_again() -> None:
    script = written(a_letter(), plan(a_letter(), knowing(HERE)))["script.txt"]
    assert re.search(r"al opgenomen\]\nWelkom", script) and re.search(
        r"\[lees voor\]\nDit leest de presentator", script
    )


# injection

NASTY = (
    "<script>alert(1)</script>", "a ]]> b", "x --> 00:00:01.000", "**vet** _schuin_ [hier](javascript:alert)",
    "{{7*7}} {% include 'x' %}", "![](https://kwaad.nl/x.png)", "1. lijst", "# kop", "- punt", "> citaat",
    "</v><v Piet>", "&lt;b&gt; & &amp;", "<https://kwaad.nl>", "`code` ~~weg~~", "+ plus", "= gelijk", "\\", "===",
    "---", "<!--", '" onload="x',
)  # fmt: skip


def nasty_letter(words: str) -> Letter:
    parts = [
        part(BlockKind.HEADING, words), part(BlockKind.NARRATION, words, file_id="ed"),
        clip_part(words, "c1", by=words), part(BlockKind.QUOTE, words, by=words, literal=True),
        part(BlockKind.NARRATION, f"{words}\n{words}\n\n{words}"), part(BlockKind.MUSIC, words, file_id="muziek"),
        part(BlockKind.CALL_TO_ACTION, words, link="https://voorbeeld.nl/"), part(BlockKind.CALL_TO_ACTION, words),
        part(BlockKind.HELPLINE, words), part(BlockKind.VISUAL, words, alt=words),
    ]  # fmt: skip
    return Letter(words, words, words, tuple(parts))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _seen(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    tags.close()
    return tags


@pytest.mark.parametrize("words", NASTY)
def test_no_word_is_ever_markup(words: str) -> None:
    """Whatever stands in every field: the same tags as for harmless words, and the words themselves come back."""
    harmless = nasty_letter("woord")
    studio = knowing(HERE)
    studio = replace(studio, files=studio.files | {"muziek": replace(studio.files["muziek"], credit=words)})
    made = written(nasty_letter(words), plan(nasty_letter(words), studio))
    plain = written(harmless, plan(harmless, knowing(HERE)))

    assert _seen(made["shownotes.html"]).seen == _seen(plain["shownotes.html"]).seen
    assert words in "".join(_seen(made["shownotes.html"]).words)
    page, usual = (MarkdownIt().render(one["shownotes.md"]) for one in (made, plain))
    assert _seen(page).seen == _seen(usual).seen
    assert words in "".join(_seen(page).words)

    captions = list(webvtt.from_buffer(StringIO(made["aflevering.vtt"])))
    cues = len(plan(nasty_letter(words), studio).cues)
    assert len(captions) == cues == made["aflevering.vtt"].count("-->") == made["aflevering.srt"].count("-->")
    assert len({caption.voice for caption in captions}) == 2
    assert "<" not in made["aflevering.srt"] and "{" not in made["aflevering.srt"]

    item = ElementTree.fromstring(made["rss-item.xml"])
    assert [one.tag for one in item.iter()] == [one.tag for one in ElementTree.fromstring(plain["rss-item.xml"]).iter()]
    assert item.findtext("title") == words and len(_seen(item.findtext(f"{{{texts.CONTENT}}}encoded") or "").seen) > 5
    chapters = json.loads(made["hoofdstukken.json"])
    assert chapters["version"] == "1.2.0" and chapters["chapters"][0] == {"startTime": 0.0, "title": words}
    assert words in made["script.txt"]
