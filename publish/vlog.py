"""A vlog: the script to film by, what the presenter says, subtitles, and the clips laid out for a montage program.

    render(letter, sounds, studio) -> Files

Words come from the letter alone and are drawn from one script (`publish.vlog_script`), so that no file says what
another does not. The only sounds of tellers are the clips that were cut, bleeped, disguised or re-voiced and heard.
"""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publish.letter import Letter
from publish.newsletter import TEMPLATES, SeenText
from publish.pictures import shots_of
from publish.rendering import Files, Sounds, Studio
from publish.sheets import as_csv
from publish.subtitles import Speech, Subtitles, Timed, subtitles, timed, to_srt, to_vtt
from publish.vlog_cuts import cut_fragments, montage
from publish.vlog_document import document
from publish.vlog_script import Heard, Moment, Script, script_of, timecode
from stories.errors import Refused
from stories.model import BlockKind, joined
from stories.products import FileKind
from stories.words import say

PICTURE = 1920
"""Pixels that a picture is wide at most: as video is."""

PROMPTER = 32
"""Signs in a line of the teleprompter: short enough for big letters."""

_TAGS = frozenset(
    {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "span"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
)
_ATTRIBUTES = frozenset(("lang", "charset", "name", "content", "class", "scope"))


def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """Every file of a vlog by its name. Without clips there is no montage.

    Raises NotFound when a sound or picture is gone, Refused `fragment_missing` when a clip has no sound yet, Refused
    `output_unsafe`, and whatever `studio.tick` raises.
    """
    fragments, files = cut_fragments(letter, sounds, studio)
    visuals = [part for part in letter.parts if part.kind is BlockKind.VISUAL]
    shots = shots_of(visuals, sounds, PICTURE)
    voices = {file.id: file.duration_ms for file in studio.files.values() if file.kind is FileKind.PRESENTATIE}
    script = script_of(letter, fragments, {file_id: shot.name for file_id, shot in shots.items()}, voices)
    made = subtitles_of(script, studio.spoken)
    warning = _warning(made)
    return {
        "vlog-script.docx": document(script, warning),
        "vlog-script.html": to_html(script, warning).encode(),
        "shotlijst.csv": shot_list(script),
        "teleprompter.txt": teleprompter(script).encode(),
        "ondertitels.srt": to_srt(made.cues).encode(),
        "ondertitels.vtt": to_vtt(made.cues).encode(),
        **({name: text.encode() for name, text in montage(script).items()} if fragments else {}),
        **{shot.name: shot.data for shot in shots.values()},
        **files,
    }


def preview(letter: Letter) -> str:
    """The script as HTML, for the composer. Clips have no sound here: how long they are is guessed."""
    script = script_of(letter)
    return to_html(script, _warning(subtitles_of(script)))


def subtitles_of(script: Script, spoken: Mapping[str, Sequence[Timed]] = {}) -> Subtitles:
    """What is said, by the presenter and in the clips, on the clock of the montage; `spoken` as a studio has it."""
    return subtitles([_speech(each, spoken) for each in script.moments if each.heard is not Heard.STIL])


def _speech(moment: Moment, spoken: Mapping[str, Sequence[Timed]]) -> Speech:
    known = spoken.get(moment.clip_id, ())
    words = timed(" ".join(moment.said), known, moment.start_ms, moment.duration_ms)
    return Speech(words, moment.by or say("vlog.presenter"))


def to_html(script: Script, warning: str = "") -> str:
    """The script as a page of its own that loads nothing. Raises Refused `output_unsafe`."""
    facts = [f"{say('publish.brand')} · {say('vlog.script')} · {script.date}", script.length]
    html = _environment().get_template("vlog.html.j2").render(script=script, facts=facts, warning=warning, say=say)
    check_page(html)
    return html


def teleprompter(script: Script) -> str:
    """What the presenter says, each sentence on a line of its own; a pause where something else sounds."""
    parts: list[str] = []
    for moment in script.moments:
        if moment.heard is Heard.PRESENTATOR:
            sentences = [sentence for line in moment.said for sentence in re.split(r"(?<=[.!?…])\s+", line)]
            parts.append("\n\n".join(textwrap.fill(each, PROMPTER, break_on_hyphens=False) for each in sentences))
        elif not parts or parts[-1] != say("vlog.pause"):
            parts.append(say("vlog.pause"))
    return "\n\n".join(parts) + "\n"


def shot_list(script: Script) -> bytes:
    """One row per moment, for a spreadsheet."""
    heads = ("number", "begin", "length", "visual", "text", "sound", "file")
    rows = [tuple(say(f"vlog.shot_{head}") for head in heads)]
    for moment in script.moments:
        pictures, texts = (
            [" / ".join(seen.lines) or seen.label for seen in moment.seen if seen.is_picture is wanted]
            for wanted in (True, False)
        )
        *music, (label, _) = moment.audio  # the words stand in the script
        heard = [*(f"{about}: {' '.join(lines)}" for about, lines in music), label]
        file = moment.fragment.name if moment.fragment else ""
        begin, length = timecode(moment.start_ms), timecode(moment.duration_ms)
        row = (str(moment.number), begin, length, " / ".join(pictures), " / ".join(texts), " / ".join(heard), file)
        rows.append(row)
    return as_csv(rows)


def _warning(made: Subtitles) -> str:
    return say("vlog.too_fast", numbers=joined(map(str, made.too_fast))) if made.too_fast else ""


def check_page(html: str) -> None:
    """Raise Refused `output_unsafe` for any tag or attribute that a script does not need."""
    seen = SeenText.of(html)
    if seen.tags - _TAGS or {name for _, name, _ in seen.attributes} - _ATTRIBUTES:
        raise Refused("publish.output_unsafe")


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Escapes everywhere; a missing value is an error, not a gap."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(Path(TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
