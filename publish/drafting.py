"""A first draft from chosen quotes: a template, not a writer. A person makes it their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from publish.layout import Each, Item, Layout, Line, Over, Slot, Text, failed
from publish.plain import one_line, tidy
from publish.sandbox import TextError, Value, draw
from stories.model import Block, BlockKind, Quote, Voice, joined
from stories.words import say


@dataclass(frozen=True, slots=True)
class Chosen:
    """A quote that was chosen: whose role it is, and how it is heard (None: it is read)."""

    quote: Quote
    teller: str
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a template makes: texts of the template are `drafted`, words of tellers are not."""

    title: str
    preheader: str
    blocks: tuple[Block, ...]


def make_draft(
    layout: Layout,
    chosen: Sequence[Chosen],
    *,
    opgaven: Sequence[str] = (),
    lenses: Sequence[str] = (),
    publish_on: date,
    link: str | None = None,
) -> Draft:
    """The layout with these quotes, story by story in the order in which they were chosen.

    `opgaven`, `lenses`: names of what a person confirmed. `link`: where a call to action leads; without it there is
    none. Raises InputRefused `template.error` when a text grows too long.
    """
    stories = list(dict.fromkeys(one.quote.story_id for one in chosen))
    ordered = [one for story_id in stories for one in chosen if one.quote.story_id == story_id]
    tellers = list(dict.fromkeys(one.teller for one in ordered))
    values: dict[str, Value] = {
        "opgaven": joined(map(_small, opgaven)),
        "lens": joined(map(_small, lenses)),
        "vertellers": joined(tellers),
        "meervoud": len(tellers) > 1,
        "aantal_citaten": len(ordered),
        "aantal_verhalen": len(stories),
        "maand": say("publish.months").split()[publish_on.month - 1],
        "jaar": publish_on.year,
    }
    blocks = [
        replace(block, url=link) if block.kind is BlockKind.CALL_TO_ACTION else block
        for block in _made(layout.items, ordered, values)
        if link or block.kind is not BlockKind.CALL_TO_ACTION
    ]
    about = _about(values, ordered)
    return Draft(one_line(_drawn(layout.title, about)), one_line(_drawn(layout.preheader, about)), tuple(blocks))


def _made(items: Sequence[Item], chosen: Sequence[Chosen], values: Mapping[str, Value]) -> Iterator[Block]:
    about = _about(values, chosen)
    for item in items:
        match item:
            case Line(kind, text):
                words = tidy(_drawn(text, about)).strip()
                if words:
                    yield Block(kind, words, drafted=True)
            case Slot():
                for one in chosen:
                    kind = BlockKind.CLIP if one.voice else BlockKind.QUOTE
                    yield Block(kind, one_line(one.quote.text), quote_id=one.quote.id, voice=one.voice)
            case Each(over, inner):
                for part in _parts(over, chosen):
                    yield from _made(inner, part, values)


def _parts(over: Over, chosen: Sequence[Chosen]) -> list[list[Chosen]]:
    """The quotes of each story, or each quote by itself."""
    if over is Over.QUOTE:
        return [[one] for one in chosen]
    stories = dict.fromkeys(one.quote.story_id for one in chosen)
    return [[one for one in chosen if one.quote.story_id == story_id] for story_id in stories]


def _about(values: Mapping[str, Value], chosen: Sequence[Chosen]) -> dict[str, Value]:
    """The values, with those of the quotes at hand: who tells (the first of them), and whether any is heard."""
    teller = chosen[0].teller if chosen else ""
    return {**values, "verteller": teller, "gehoord": any(one.voice for one in chosen)}


def _drawn(text: Text, values: Mapping[str, Value]) -> str:
    try:
        return draw(text.source, values)
    except TextError as error:
        raise failed(text, error) from None


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
