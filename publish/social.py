"""A post for social media: the text to paste, a card for each quote, an audiogram for each clip, and words for both.

A post has no title of its own: its first sentence is the message. The limits (`publish.lengths`) are those of LinkedIn,
as several handbooks describe them in 2026.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from publish import cards
from publish.lengths import MOST_CHARACTERS, SEEN_FIRST
from publish.letter import Letter, Part, to_read
from publish.markdown import plain_words
from publish.newsletter import check_html
from publish.pictures import credited, shots_of
from publish.post import count, credits, to_text
from publish.rendering import Files, Sounds, Studio
from stories.errors import Refused
from stories.model import BlockKind
from stories.words import say

_TOLD = (BlockKind.QUOTE, BlockKind.CLIP)


def to_markdown(letter: Letter) -> str:
    """The same to keep or review: title, quotes and links as Markdown, all words as words."""
    shown = [f"# {plain_words(letter.title)}", *filter(None, map(_markdown_of, to_read(letter).parts))]
    return "\n\n".join([*shown, plain_words(credits(letter))]) + "\n"


def preview(letter: Letter) -> str:
    """The post as a page: its text, what of it everybody sees at once, and the card of each quote that gets one."""
    text = to_text(letter)
    first, rest = text[:SEEN_FIRST], text[SEEN_FIRST:]
    counted = say("social.counted", length=count(letter), most=MOST_CHARACTERS)
    page = (
        f"<!doctype html><html lang='nl'><head><meta charset='utf-8'><title>{escape(letter.title)}</title><style>"
        "body{margin:0 auto;max-width:560px;padding:16px;font:16px/1.5 sans-serif;color:#1f2a37}"
        "p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}.note{margin:16px 0 0;font-size:14px;color:#55606e}"
        "div{margin:16px 0 0}svg{width:100%;height:auto}</style></head><body>"
        f"<p><strong>{escape(first)}</strong>{escape(rest)}</p><p class='note'>{escape(counted)}</p>"
    )
    check_html(page + "</body></html>")
    cards_shown = "".join(f"<div>{_shown(_card(part))}</div>" for part in to_read(letter).parts if part.kind in _TOLD)
    return page + cards_shown + "</body></html>"


def _shown(card: cards.Card) -> str:
    """Drawn by us from escaped words; or why there is no drawing."""
    if card.is_checked and cards.fits(card):
        return cards.svg(card).decode()
    return f"<p class='note'>{escape(say('social.no_card' if card.is_checked else 'social.unchecked'))}</p>"


def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """Every file of a post. Raises Refused (`too_long`, `unchecked`), and NotFound when a clip is gone."""
    letter = credited(to_read(letter), studio.files)
    if count(letter) > MOST_CHARACTERS:
        raise Refused("social.too_long", length=count(letter), most=MOST_CHARACTERS)
    files = {"post.txt": to_text(letter).encode(), "post.md": to_markdown(letter).encode()}
    shots = shots_of(letter.parts, sounds)
    files |= {shot.name: shot.data for shot in shots.values()}
    words = [f"{shots[part.file_id].name}\n{part.alt}" for part in letter.parts if part.file_id in shots]
    told = [part for part in letter.parts if part.kind in _TOLD]
    for number, part in enumerate(told, 1):
        drawn = {f"citaatkaart-{number:02}": _card(part)}
        if part.clip_id:
            with sounds.clip(part.clip_id) as sound:
                drawn[f"audiogram-{number:02}"] = _audiogram(part, cards.loudness(sound))
        for name, card in drawn.items():
            if cards.fits(card):
                files |= {f"{name}.png": cards.png(card), f"{name}.svg": cards.svg(card)}
                words.append(f"{name}.png\n{card.words}")
    if words:
        files["post-alt.txt"] = ("\n\n".join(words) + "\n").encode()
    return files


def _card(part: Part) -> cards.Card:
    return cards.Card(part.text, part.by, part.literal, part.checked)


def _audiogram(part: Part, loudness: tuple[float, ...]) -> cards.Card:
    return replace(_card(part), loudness=loudness, spoken=part.spoken)


def _markdown_of(part: Part) -> str:
    link = f"<{part.link}>" if part.link else ""
    match part.kind:
        case BlockKind.HEADING:
            return f"## {plain_words(part.text)}"
        case BlockKind.QUOTE | BlockKind.CLIP:
            listen = f"\n>\n> {plain_words(part.listen)}: {link}" if part.listen else ""
            return f"> {plain_words(part.quoted)}\n>\n> — {plain_words(part.by)}{listen}"
        case BlockKind.CALL_TO_ACTION:
            return f"**{plain_words(part.text)}**" + (f": {link}" if link else "")
        case BlockKind.HELPLINE:
            return "\n".join(f"- {plain_words(line)}" for lines in part.paragraphs for line in lines)
        case _:
            text = "\n\n".join("\\\n".join(map(plain_words, lines)) for lines in part.paragraphs)
            return text + (f"\n\n{link}" if link else "")
