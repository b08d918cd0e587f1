"""The gate: what still stands between a piece and its readers. One pure function, asked again at every step.

`inspect` is asked in the composer, at export, again at download, and when a piece is marked as published. Each
finding says in plain Dutch whose choice or which step is missing and what to do; the ones that `blocks` cannot be
clicked away. It asks about two days: today and the day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from publish.evidence import Evidence, StoryEvidence
from publish.plain import one_line, safe_link, tidy
from publish.quotes import shown_is_honest, stops_before_negation
from stories.consent import Party, Verdict, required_parties
from stories.errors import GateRefused
from stories.model import Block, BlockKind, Piece, PieceState, Quote, joined
from stories.products import PURPOSES, forms_of
from stories.use import RELEASED, RELEASED_ALONE, Product, every_no, released_alone, second_person_said_yes
from stories.words import say

Stage = Literal["compose", "release", "export"]
"""Composing and offering; releasing by a second person; and every step after that."""

NOT_APPROVED = "piece_not_approved"
"""The one finding that only the second person can take away; the composer leaves it out."""

ASKED_AFTER_OFFER = frozenset({"last_word_missing", "last_word_old"})
"""What the teller is asked once the piece is offered, because only then is it fixed what they look at."""

WILL_BE_ASKED = "last_word_asked"
"""Until then the composer is told that it will be asked."""

MAX_PUBLIC_QUOTES = 3  # domain.md 4.8: the reuse limit per teller
MAX_SENTENCE_WORDS = 20  # a hint about readability, never a gate
MAX_TITLE = 70  # characters; a phone shows 40 to 70 of a subject
MAX_WORDS = 700  # a newsletter that is read to its end, our own choice
_QUOTED = re.compile(r"[\"“„”]([^\"“„”]*)[\"“”]")
_QUOTED_WORDS = 4  # fewer words between quotation marks is a manner of speaking


@dataclass(frozen=True, slots=True)
class GateFinding:
    """One thing the gate noticed. `block_index` counts from 0; the Dutch sentence counts from 1."""

    code: str
    sentence: str
    blocks: bool
    story_id: str | None = None
    block_index: int | None = None


def inspect(piece: Piece, evidence: Evidence, *, on: date, stage: Stage = "export") -> tuple[GateFinding, ...]:
    """Everything that stands in the way of `piece` (or deserves a look) on the day `on`, hindrances first.

    With `stage="release"` the approval of the piece itself is not asked, because that is what is about to be given;
    with `stage="compose"` an akkoord of the tellers is not asked either: they are shown what has been offered.
    """
    found = [
        *_about_the_piece(piece),
        *_about_sources(piece, evidence),
        *_about_stories(piece, evidence, on, stage),
        *_about_names(piece, evidence),
        *(_about_approval(piece, evidence) if stage == "export" else ()),
        *_hints(piece, evidence, on),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.blocks))


def require_clear(piece: Piece, evidence: Evidence, *, on: date, stage: Stage = "export") -> tuple[GateFinding, ...]:
    """The warnings, when nothing blocks; otherwise raise GateRefused `publish.refused` with what does."""
    findings = inspect(piece, evidence, on=on, stage=stage)
    hindrances = tuple(finding for finding in findings if finding.blocks)
    if hindrances:
        raise GateRefused("publish.refused", findings=hindrances, count=len(hindrances))
    return findings


def _blocks(name: str, /, *, story: str | None = None, index: int | None = None, **values: object) -> GateFinding:
    return GateFinding(name, say(f"publish.{name}", **values), True, story, index)


def _warns(name: str, /, *, story: str | None = None, index: int | None = None, **values: object) -> GateFinding:
    return GateFinding(name, say(f"publish.{name}", **values), False, story, index)


def _about_the_piece(piece: Piece) -> Iterator[GateFinding]:
    if piece.state is PieceState.GEBLOKKEERD:
        yield _blocks("locked")
    if not one_line(piece.title):
        yield _blocks("no_title")
    if not any(one_line(block.text) for block in piece.blocks if block.kind is not BlockKind.NOTE):
        yield _blocks("no_text")
    for index, block in enumerate(piece.blocks):
        if block.url and safe_link(block.url) is None:
            yield _blocks("bad_link", index=index, block=index + 1)


def _about_sources(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    """Every word of a teller has a source, is of the newest version, and is shown as it was said."""
    for index, block in enumerate(piece.blocks):
        if block.quote_id is not None:
            source = evidence.source_of(block.quote_id)
            if source is None:
                known = evidence.quotes.get(block.quote_id or "")
                name = "quote_story_unknown" if known else "quote_without_source"
                yield _blocks(name, story=known.story_id if known else None, index=index, block=index + 1)
            else:
                yield from _about_quote(index, block, *source)
        elif block.kind is not BlockKind.NOTE and _quotes_without_source(block.text, evidence):
            yield _blocks("words_without_source", index=index, block=index + 1)


def _about_quote(index: int, block: Block, quote: Quote, known: StoryEvidence) -> Iterator[GateFinding]:
    def no(name: str) -> GateFinding:
        return _blocks(name, story=known.story.id, index=index, block=index + 1, teller=known.teller)

    if quote.version != known.version.number:
        yield no("quote_outdated")
    elif known.version.clean.text[quote.start : quote.end] != quote.text:
        yield no("quote_broken")
    dishonest = shown_is_honest(quote.text, block.text)
    if dishonest:
        yield no(dishonest)


def _quotes_without_source(text: str, evidence: Evidence) -> bool:
    """A passage between quotation marks, of some length, that no quote at hand accounts for."""
    sources = [one_line(quote.text).casefold() for quote in evidence.quotes.values()]
    for passage in _QUOTED.findall(one_line(text)):
        words = passage.casefold().strip(" .,!?")
        if len(words.split()) >= _QUOTED_WORDS and not any(words in source for source in sources):
            return True
    return False


def _used(piece: Piece, evidence: Evidence) -> Iterator[tuple[StoryEvidence, list[int], set[str]]]:
    """Each story in the piece, with the blocks and the quotes that use it."""
    places: dict[str, list[int]] = {}
    quotes: dict[str, set[str]] = {}
    for index, block in enumerate(piece.blocks):
        source = evidence.source_of(block.quote_id)
        if source:
            places.setdefault(source[1].story.id, []).append(index)
            quotes.setdefault(source[1].story.id, set()).add(source[0].id)
    for story_id, indexes in places.items():
        yield evidence.stories[story_id], indexes, quotes[story_id]


def _about_stories(piece: Piece, evidence: Evidence, on: date, stage: Stage) -> Iterator[GateFinding]:
    """Every no of `stories.use`: the first that consent says, and each of the others once."""
    for known, indexes, quotes in _used(piece, evidence):
        blocks, told = joined(str(index + 1) for index in indexes), set[str]()
        for frame, day, no in _noes(piece, evidence, known, frozenset(quotes), on):
            room, _, name = (no.code or "").partition(".")
            topic = room if room == "consent" else name
            if topic in told:
                continue
            told.add(topic)
            values = {"teller": known.teller, "blocks": blocks}
            place = (known.story.id, indexes[0])
            if room == "consent":
                values |= {"date": dutch_date(day), "why": no.sentence, "step": _next_step(name, known)}
                yield GateFinding(f"consent_{name}", say(f"publish.{frame}", **values), True, *place)
            elif stage == "compose" and name in ASKED_AFTER_OFFER:
                yield GateFinding(WILL_BE_ASKED, say(f"publish.{WILL_BE_ASKED}", **values), False, *place)
            else:
                yield GateFinding(name, say(f"publish.{name}", **values, step=_ask(known)), True, *place)


def _noes(
    piece: Piece, evidence: Evidence, known: StoryEvidence, quotes: frozenset[str], on: date
) -> Iterator[tuple[str, date, Verdict]]:
    """What stands in the way of one story, in each form that it is used in, today and on the day of publication."""
    purpose = PURPOSES[piece.kind]
    product = Product(piece.digest, evidence.piece_approvals)
    for frame, day in (("consent_today", on), ("consent_on_date", piece.publish_on)):
        for form in sorted(forms_of(piece, quotes)):
            for no in every_no(known, purpose, form, on=day, recognisability=known.use, product=product):
                yield frame, day, no


def _next_step(name: str, known: StoryEvidence) -> str:
    """Whom to ask, or that nobody should be asked: a no or a withdrawal is respected, not argued with."""
    if name in ("withdrawn", "audience") or name.endswith("_says_nee"):
        return say("publish.step_remove")
    if name == "embargo":
        return say("publish.step_later")
    if name == "special_refused":
        return say("publish.step_special_remove")
    return _ask(known, name, "step_special" if name == "special_not_allowed" else "step_ask")


def _ask(known: StoryEvidence, name: str = "", step: str = "step_ask") -> str:
    through = say("publish.through_worker" if known.story.taken_by else "publish.through_contact")
    return say(f"publish.{step}", whom=_whom(name, known), through=through)


def _whom(name: str, known: StoryEvidence) -> str:
    if name == "turned_16":
        return say("publish.party_young")
    for party in Party:
        if name.startswith(f"{party}_"):
            return say(f"publish.party_{party}")
    parties = required_parties(known.story.teller)
    if name in (
        "no_answer",
        "special_not_allowed",
    ):  # the child's assent is one question about the whole, see stories.consent
        parties = tuple(party for party in parties if party is not Party.KIND)
    return joined(say(f"publish.party_{party}") for party in parties)


def _about_approval(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    approvals, about = evidence.piece_approvals, (piece.id, piece.digest)
    if second_person_said_yes(approvals, *about, makers=[piece.made_by]) or released_alone(
        approvals, *about, since=evidence.one_person_since
    ):
        return
    given = [a for a in approvals if a.subject == piece.id and a.role in (RELEASED, RELEASED_ALONE)]
    if any(approval.digest == piece.digest for approval in given):
        yield GateFinding(NOT_APPROVED, say("publish.approved_by_maker"), True)
    elif given:
        yield GateFinding(NOT_APPROVED, say("publish.approved_before_change"), True)
    else:
        yield _blocks(NOT_APPROVED)


def texts_of(piece: Piece) -> dict[str, str]:
    """Every text of a piece by the place where it stands, notes included, as a reader would see it."""
    texts = {"title": one_line(piece.title), "preheader": one_line(piece.preheader)}
    for index, block in enumerate(piece.blocks):
        texts[f"block-{index}"] = tidy(block.text)
        if block.url:
            texts[f"link-{index}"] = tidy(block.url)
    return texts


def _about_names(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    """One question per place, so that the answer can say where. The text that leaks is not repeated."""
    for place, text in texts_of(piece).items():
        if text and evidence.leaks({place: text}):
            kind, _, number = place.partition("-")
            if number:
                yield _blocks("leak_in_block", index=int(number), block=int(number) + 1)
            else:
                yield _blocks(f"leak_in_{kind}")


def _hints(piece: Piece, evidence: Evidence, on: date) -> Iterator[GateFinding]:
    """What deserves a look but hurts nobody."""
    if piece.publish_on < on:
        yield _warns("date_passed", date=dutch_date(piece.publish_on))
    if not one_line(piece.preheader):
        yield _warns("no_preheader")
    if len(one_line(piece.title)) > MAX_TITLE:
        yield _warns("long_title", most=MAX_TITLE)
    if not any(block.kind is BlockKind.HELPLINE for block in piece.blocks):
        yield _warns("no_helpline")
    words = sum(len(block.text.split()) for block in piece.blocks if block.kind is not BlockKind.NOTE)
    if words > MAX_WORDS:
        yield _warns("long_piece", words=words, most=MAX_WORDS)
    for known, indexes, quotes in _used(piece, evidence):
        if len(quotes | known.public_quotes) > MAX_PUBLIC_QUOTES:
            count = len(quotes | known.public_quotes)
            yield _warns(
                "many_quotes", story=known.story.id, index=indexes[0], teller=known.teller, count=count,
                most=MAX_PUBLIC_QUOTES,
            )  # fmt: skip
    for index, block in enumerate(piece.blocks):
        yield from _hints_on_block(index, block, evidence)


def _hints_on_block(index: int, block: Block, evidence: Evidence) -> Iterator[GateFinding]:
    if block.kind is BlockKind.NARRATION:
        longest = max((len(part.split()) for part in re.split(r"[.!?…:]\s|\n", block.text)), default=0)
        if longest > MAX_SENTENCE_WORDS:
            yield _warns("long_sentence", index=index, block=index + 1, words=longest, most=MAX_SENTENCE_WORDS)
    source = evidence.source_of(block.quote_id)
    if source:
        quote, known = source
        if re.search(r"\[[^\[\]]*\d\]", block.text):
            yield _warns("label_shown", story=known.story.id, index=index, block=index + 1)
        if stops_before_negation(known.version.clean.text, quote.start, quote.end):
            yield _warns("cut_before_negation", story=known.story.id, index=index, block=index + 1)


def dutch_date(day: date) -> str:
    """`3 februari 2026`: the catalogue's months, so that no system locale matters."""
    return f"{day.day} {say('publish.months').split()[day.month - 1]} {day.year}"
