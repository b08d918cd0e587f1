"""Nakijken, "Samen herkenbaar?": what points at somebody in combination, and a decision about each of it."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import recognising
from desk.card import Card, Reason, Row
from desk.reviewing import Review
from stories.people import Act
from stories.stages import Stage, State
from stories.words import say
from ui.parts import act, badge, listed, small
from ui.visit import Visit


def section(visit: Visit, seen: Review, expected: int) -> None:
    """Folded to one line while there is nothing to decide."""
    if seen.story.stage is not Stage.TAGGED:
        return
    card = recognising.seen(visit.store, visit.staff, seen.story.id)
    if not card.open:
        label = say("card.title_fine")
    else:
        label = say("card.title_open_one" if len(card.open) == 1 else "card.title_open", count=len(card.open))
    may = visit.staff.may(Act.EDIT_NAMES) and seen.story.state is State.IN_REDACTIE
    with st.expander(label, expanded=bool(card.open)):
        small(_summary(card))
        if card.open:
            small(say("card.decide" if may else "card.wait"))
        for row in card.telling:
            _row(visit, seen, row, may, expected)
        small(say("card.note"))


def _summary(card: Card) -> str:
    """The card in one plain sentence."""
    aspects = listed(list(dict.fromkeys(say(f"card.aspect_{row.aspect}") for row in card.telling)))
    if card.is_high and not card.open:
        return say("card.decided")
    if card.has_rare:
        return say("card.rare")
    if card.shared_by == 0:
        return say("card.alone", aspects=aspects)
    if card.shared_by:
        return say("card.shared_one" if card.shared_by == 1 else "card.shared", aspects=aspects, count=card.shared_by)
    return say("card.little", aspects=aspects) if card.telling else say("card.nothing")


def _row(visit: Visit, seen: Review, row: Row, may: bool, expected: int) -> None:
    """The words, why they are here, and the two ways to decide."""
    story_id = seen.story.id
    with st.container(key=f"kaart_samen_{row.id}"):
        said = ", ".join(f"“{words}”" for words in row.words)
        rarity = row.rarity.name.lower()
        why = f"card.why_{row.aspect}" if row.stays is None else "card.stays"
        reason = say(f"card.reason_{row.stays}") if row.stays else ""
        st.html(
            f"<p class='vp-text'><b>{html.escape(say(f'card.aspect_{row.aspect}'))}</b>: {html.escape(said)} "
            f"{badge(say(f'card.rarity_{rarity}'), 'stop' if rarity == 'zeldzaam' else 'warn')}"
            f"<br><span class='vp-small'>{html.escape(say(why, reason=reason))}</span></p>"
        )
        if row.stays is not None:
            if may:
                do = partial(recognising.decide_again, visit.store, visit.staff, story_id, row.id, expected=expected)
                act(say("card.again"), do, say("card.again_saved"), key=f"samen_opnieuw_{row.id}")
            return
        if not may:
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            instead = st.text_input(
                say("card.instead"), value=row.proposal, key=f"samen_woorden_{row.id}", label_visibility="collapsed",
                width=240,
            )  # fmt: skip
            _write(visit, story_id, row, instead, expected)
            with st.popover(say("card.stay")):
                for reason in Reason:
                    do = partial(
                        recognising.let_stay, visit.store, visit.staff, story_id, row.id, reason, expected=expected
                    )
                    act(say(f"card.reason_{reason}"), do, say("card.stay_saved"), key=f"samen_{reason}_{row.id}")


def _write(visit: Visit, story_id: str, row: Row, words: str, expected: int) -> None:
    do = partial(recognising.write_instead, visit.store, visit.staff, story_id, row.id, words, expected=expected)
    act(say("card.write"), do, say("card.written"), key=f"samen_vervang_{row.id}", width="content")
