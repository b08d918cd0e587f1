"""The gate about tellers: whether each story may be used in each form, today and on the day of publication, and whom to
ask when it may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from publish.evidence import Evidence, StoryEvidence
from publish.findings import GateFinding, Stage, dutch_date, used
from stories.consent import Party, Verdict, required_parties
from stories.model import Piece, joined
from stories.products import PURPOSES, forms_of
from stories.use import Product, every_no
from stories.words import say

ASKED_AFTER_OFFER = frozenset({"last_word_missing", "last_word_old"})
"""What the teller is asked once the piece is offered, because only then is it fixed what they look at."""

WILL_BE_ASKED = "last_word_asked"
"""Until then the composer is told that it will be asked."""


def about_stories(piece: Piece, evidence: Evidence, on: date, stage: Stage) -> Iterator[GateFinding]:
    """Every no of `stories.use`: the first that consent says, and each of the others once."""
    for known, indexes, quotes in used(piece, evidence):
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
