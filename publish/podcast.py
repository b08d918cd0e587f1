"""A podcast episode: sound, chapters, transcript, show notes, feed item and script, from the parts of a letter."""

from __future__ import annotations

from publish.letter import Letter
from publish.rendering import Files, Sounds, Studio


def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """Every file of an episode by its name; the sound (and what an interrupted job goes on with) in `studio.folder`.

    `studio.clips` and `studio.files` must know every clip and file of the letter. Raises Refused when there is nothing
    to hear, NotFound when a sound is gone, and what `studio.tick` raises.
    """
    raise NotImplementedError
