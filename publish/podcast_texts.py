"""The texts around an episode: transcript, chapters, show notes, feed item and script. All drawn from the same parts.

Everything is escaped for its own format here: a word of a teller or an editor is never markup.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from publish import subtitles
from publish.letter import WIDTH, Letter, Part
from publish.podcast_plan import Episode, Heard
from stories.model import BlockKind
from stories.words import say

SOUND = "aflevering.mp3"
TRANSCRIPT = "aflevering.vtt"
SUBTITLES = "aflevering.srt"
CHAPTERS = "hoofdstukken.json"

PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
"""XML namespaces: Podcasting 2.0, Apple's, and the one for HTML in a feed."""
for _prefix, _space in (("podcast", PODCAST), ("itunes", ITUNES), ("content", CONTENT)):
    ElementTree.register_namespace(_prefix, _space)

SOUNDBITE_MS = (15_000, 120_000)
"""Shortest and longest soundbite (Podcasting 2.0: between 15 and 120 seconds is recommended)."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>&|~#!$^])")
_LINE_START = re.compile(r"^(\d+)([.)])|^([-+=:])")


# transcript


def to_vtt(episode: Episode) -> str:
    """WebVTT with who speaks (`<v Een ouder>`)."""
    return subtitles.to_vtt(episode.cues)


def to_srt(episode: Episode) -> str:
    """SubRip: who speaks stands in front where it changes."""
    return subtitles.to_srt(episode.cues, named=True)


def to_chapters(letter: Letter, episode: Episode) -> str:
    """Podcasting 2.0 JSON chapters, version 1.2."""
    chapters = [{"startTime": chapter.start_ms / 1000, "title": chapter.title} for chapter in episode.chapters]
    value = {"version": "1.2.0", "title": letter.title, "chapters": chapters}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# show notes


def to_html(letter: Letter, episode: Episode, *, with_heard: bool = False) -> str:
    """A page of its own: open it in a browser, or paste what is inside `<article>` where the podcast is hosted.

    `with_heard`: what tellers are heard saying stands there too, for who looks at the piece before it is made.
    """
    title = html.escape(letter.title)
    return (
        f'<!doctype html>\n<html lang="nl">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>\n<article>\n<h1>{title}</h1>\n{_article(letter, episode, with_heard)}</article>\n</body>\n</html>\n"
    )


def _article(letter: Letter, episode: Episode, with_heard: bool = False) -> str:
    e = html.escape
    rows = [f"<p>{e(letter.preheader)}</p>"] if letter.preheader else []
    if episode.chapters:
        chapters = "".join(f"<li>{_short(c.start_ms)} {e(c.title)}</li>" for c in episode.chapters)
        rows.append(f"<h2>{e(say('podcast.notes_chapters'))}</h2>\n<ul>{chapters}</ul>")
    for part in letter.parts:
        match part.kind:
            case BlockKind.HEADING:
                rows.append(f"<h2>{e(part.text)}</h2>")
            case BlockKind.CLIP if not with_heard:
                rows.append(f"<p>{e(_heard(part, episode))}</p>")
            case BlockKind.QUOTE | BlockKind.CLIP:
                rows.append(f"<blockquote><p>{e(_quoted(part))}<br>— {e(_by(part, episode))}</p></blockquote>")
            case BlockKind.CALL_TO_ACTION if part.link:
                rows.append(f'<p><a href="{e(part.link)}">{e(part.text)}</a></p>')
            case BlockKind.HELPLINE:
                lines = "".join(f"<li>{e(line)}</li>" for group in part.paragraphs for line in group)
                rows.append(f"<h2>{e(say('publish.helplines_title'))}</h2>\n<ul>{lines}</ul>")
            case BlockKind.NARRATION | BlockKind.CALL_TO_ACTION:
                rows += [f"<p>{'<br>'.join(map(e, lines))}</p>" for lines in part.paragraphs]
    credits = "<br>".join(map(e, episode.credits))
    return "\n".join([*rows, f"<h2>{e(say('podcast.notes_credits'))}</h2>", f"<p>{credits}</p>"]) + "\n"


def to_markdown(letter: Letter, episode: Episode) -> str:
    """The same words as `to_html`, in the same order."""
    m = _markdown
    rows = [f"# {m(letter.title)}", *([m(letter.preheader)] if letter.preheader else [])]
    rows.append(f"## {m(say('podcast.notes_chapters'))}")
    rows.append("\n".join(f"- {_short(c.start_ms)} {m(c.title)}" for c in episode.chapters))
    for part in letter.parts:
        match part.kind:
            case BlockKind.HEADING:
                rows.append(f"## {m(part.text)}")
            case BlockKind.CLIP:
                rows.append(m(_heard(part, episode)))
            case BlockKind.QUOTE:
                rows.append(f"> {m(_quoted(part))}\\\n> — {m(_by(part, episode))}")
            case BlockKind.CALL_TO_ACTION if part.link:
                rows.append(f"[{m(part.text)}](<{part.link}>)")
            case BlockKind.HELPLINE:
                lines = "\n".join(f"- {m(line)}" for group in part.paragraphs for line in group)
                rows += [f"## {m(say('publish.helplines_title'))}", lines]
            case BlockKind.NARRATION | BlockKind.CALL_TO_ACTION:
                rows += ["\\\n".join(map(m, lines)) for lines in part.paragraphs]
    rows += [f"## {m(say('podcast.notes_credits'))}", "\\\n".join(map(m, episode.credits))]
    return "\n\n".join(rows) + "\n"


def _markdown(text: str) -> str:
    return _LINE_START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", _MARKDOWN.sub(r"\\\1", text))


def _quoted(part: Part) -> str:
    return f"“{part.text}”" if part.literal else part.text


def _heard(part: Part, episode: Episode) -> str:
    """When somebody is heard. Their words stand in the transcript alone: who lets their words be heard has not said yet
    that they may be read by themselves."""
    start = next(one.start_ms for one in episode.heard if one.part == part)
    return say("podcast.notes_clip", at=_short(start), by=_by(part, episode))


def _by(part: Part, episode: Episode) -> str:
    note = episode.voice_note(part)
    return f"{part.by} ({note})" if note else part.by


def _short(ms: int) -> str:
    """`1:02:03`, or `2:03` in the first hour."""
    hours, minutes, seconds = ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


# feed


def to_rss(letter: Letter, episode: Episode, *, url: str, size: int, sha256: str) -> str:
    """The `<item>` of a podcast feed, with the Podcasting 2.0 namespace. No date (the host sets it) and no place.

    `url` is the folder where its files will stand; `size` and `sha256` are those of the sound. The hash is the item's
    guid, so that the same episode is the same item.
    """
    base = url.rstrip("/")
    item = ElementTree.Element("item")

    def add(name: str, text: str = "", **attributes: str) -> None:
        ElementTree.SubElement(item, name, attributes).text = text or None

    add("title", letter.title)
    add("description", letter.preheader or letter.title)
    add(f"{{{CONTENT}}}encoded", _article(letter, episode))
    add("guid", sha256, isPermaLink="false")
    add("enclosure", url=f"{base}/{SOUND}", length=str(size), type="audio/mpeg")
    add(f"{{{ITUNES}}}duration", str(round(episode.duration_ms / 1000)))
    transcript = f"{{{PODCAST}}}transcript"
    add(transcript, url=f"{base}/{TRANSCRIPT}", type="text/vtt", language="nl")
    add(transcript, url=f"{base}/{SUBTITLES}", type="application/x-subrip", language="nl", rel="captions")
    add(f"{{{PODCAST}}}chapters", url=f"{base}/{CHAPTERS}", type="application/json+chapters")
    for by, role in _persons(episode):
        add(f"{{{PODCAST}}}person", by, role=role)
    if bite := _soundbite(episode):
        start, length = (f"{ms / 1000:.3f}" for ms in (bite.start_ms, bite.end_ms - bite.start_ms))
        add(f"{{{PODCAST}}}soundbite", letter.title, startTime=start, duration=length)
    if episode.computed:
        add(f"{{{PODCAST}}}txt", say("podcast.ai_content"), purpose="ai-content")
    ElementTree.indent(item)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(item, encoding="unicode") + "\n"


def _persons(episode: Episode) -> Iterator[tuple[str, str]]:
    """Who is heard, each once: a role and never a name."""
    by_role = {one.by: "guest" if one.part.kind is BlockKind.CLIP else "host" for one in episode.heard if one.by}
    yield from by_role.items()


def _soundbite(episode: Episode) -> Heard | None:
    """The first clip of a good length, whole: a teller is never cut off."""
    shortest, longest = SOUNDBITE_MS
    clips = (one for one in episode.heard if one.part.kind is BlockKind.CLIP)
    return next((one for one in clips if shortest <= one.end_ms - one.start_ms <= longest), None)


# script


def to_script(letter: Letter, episode: Episode) -> str:
    """What the presenter reads, in order, with what sounds between it and when."""
    heard = {id(one.part): one for one in episode.heard}
    shown = [part for part in letter.parts if part.kind not in (BlockKind.VISUAL, BlockKind.ON_SCREEN_TEXT)]
    head = [letter.title + "\n" + "=" * min(WIDTH, len(letter.title)), say("podcast.script_lead")]
    return "\n\n".join([*head, *(_script_row(part, heard.get(id(part))) for part in shown)]) + "\n"


def _script_row(part: Part, heard: Heard | None) -> str:
    if part.kind is BlockKind.HEADING:
        return f"{part.text}\n{'-' * min(WIDTH, len(part.text))}"
    text = "\n\n".join("\n".join(lines) for lines in part.paragraphs)
    length = _short(heard.end_ms - heard.start_ms) if heard else ""
    match part.kind:
        case BlockKind.CLIP:
            about = say("podcast.script_clip", by=part.by, length=length)
        case BlockKind.QUOTE:
            about = say("podcast.script_quote", by=part.by)
        case BlockKind.MUSIC:
            about = say("podcast.script_music", length=length)
        case BlockKind.NARRATION:
            about = say("podcast.script_recorded" if heard else "podcast.script_read")
        case _:
            about = say("podcast.script_notes_only")
    return f"[{_short(heard.start_ms)} {about}]\n{text}" if heard else f"[{about}]\n{text}"
