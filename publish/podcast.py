"""A podcast episode: sound, chapters, transcript, show notes, feed item and script, from the parts of a letter.

    render(letter, sounds, studio) -> Files

Its steps, for a job that wants to be killed at any moment: `plan` (no sound is read), `mixed` (kept by `studio.kept`
when it is whole, and not made again) and `finished` (the MP3). Each may run twice.
"""

from __future__ import annotations

from functools import partial
from typing import BinaryIO

from publish import podcast_texts as texts
from publish.letter import Letter
from publish.mastering import Mixed, Track, encode, mix
from publish.plain import safe_unsubscribe
from publish.podcast_plan import Episode, plan, sketch
from publish.rendering import Files, Sounds, Studio, weighed
from stories.errors import InputRefused

__all__ = ["Episode", "finished", "mixed", "plan", "preview", "render"]


def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """Every file of an episode by its name.

    `studio.clips` and `studio.files` must know every clip and file of the letter. Raises Refused when there is nothing
    to hear or it cannot be made loud enough, InputRefused for an impossible `podcast_url`, NotFound when a sound is
    gone, and what `studio.tick` raises.
    """
    if safe_unsubscribe(studio.podcast_url) is None or studio.podcast_url.startswith("mailto:"):
        raise InputRefused("podcast.bad_base")
    episode = plan(letter, studio)
    sound = finished(letter, episode, mixed(episode, sounds, studio), studio)
    size, sha256 = weighed(sound)
    written = {
        texts.CHAPTERS: texts.to_chapters(letter, episode),
        texts.TRANSCRIPT: texts.to_vtt(episode),
        texts.SUBTITLES: texts.to_srt(episode),
        "shownotes.md": texts.to_markdown(letter, episode),
        "shownotes.html": texts.to_html(letter, episode),
        "rss-item.xml": texts.to_rss(letter, episode, url=studio.podcast_url, size=size, sha256=sha256),
        "script.txt": texts.to_script(letter, episode),
    }
    return {texts.SOUND: sound} | {name: text.encode() for name, text in written.items()}


def preview(letter: Letter) -> str:
    """The show notes as a page with what is heard, before there is any sound."""
    return texts.to_html(letter, sketch(letter), with_heard=True)


def mixed(episode: Episode, sounds: Sounds, studio: Studio) -> Mixed:
    """Step 1, the longest to repeat: all sounds on one clock. Raises as `mastering.mix`."""
    return mix(episode.tracks, partial(_open, sounds), studio)


def finished(letter: Letter, episode: Episode, mixed_: Mixed, studio: Studio) -> BinaryIO:
    """Step 2: the measured MP3. Raises as `mastering.encode`."""
    target = studio.file()
    encode(mixed_, target, title=letter.title, chapters=episode.chapters, tick=studio.tick)
    return target


def _open(sounds: Sounds, track: Track) -> BinaryIO:
    kind, sound_id = track.source
    return sounds.clip(sound_id) if kind == "clip" else sounds.file(sound_id)
