"""The one decision that comes next for a story, above its tabs: what it still needs, and the button of whoever may."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from desk import ready, reviewing, withteller
from desk.presence import Deel
from desk.ready import Need
from desk.reviewing import Review
from stories.model import StoryKind, joined
from stories.people import Act
from stories.stages import Stage, State
from stories.words import has, say
from ui import alone
from ui.parts import act, day, small
from ui.review_consent import mark_special
from ui.visit import Visit
from ui.ways import to_story


def next_step(visit: Visit, seen: Review, expected: int) -> None:
    state, user = seen.story.state, visit.staff
    with st.container(key="kaart_volgende"):
        _special(visit, seen)
        if state is State.IN_REDACTIE and user.may(Act.SUBMIT_FOR_RELEASE):
            _offer(visit, seen, expected)
        elif state is State.IN_REDACTIE:
            _head("storypage.next_waits_editor")
        elif state is State.BIJ_TELLER:
            _with_teller(visit, seen, expected)
        elif state is State.TER_VRIJGAVE and user.may(Act.RELEASE_STORY):
            _release(visit, seen, expected)
        elif state is State.TER_VRIJGAVE:
            _head("storypage.next_waits_release")
            _send_back(visit, seen, expected)
        elif state is State.VRIJGEGEVEN:
            _head("storypage.next_done")
            _to_quotes(visit, seen.story.id)
            _send_back(visit, seen, expected)
        else:
            _head("storypage.next_machine")


def danger(visit: Visit, seen: Review) -> None:
    """Signs that somebody is not safe: whom to call, and one press that stops everything."""
    if not visit.staff.may(Act.PAUSE):
        return
    store, user, story = visit.store, visit.staff, seen.story
    with st.expander(say("ui.danger")):
        small(say("ui.danger_text", contact=visit.settings.safeguarding_contact or say("ui.danger_no_contact")))
        act(
            say("ui.pause"),
            partial(reviewing.pause, store, user, story.id, expected=story.row_version),  # safety never waits
            say("ui.paused"), key="pauzeren",
        )  # fmt: skip


def _head(key: str) -> None:
    st.html(f"<h2>{html.escape(say(key))}</h2>")


def _needs(needs: Sequence[Need], story_id: str) -> None:
    """What is missing, each with the way to where it is done."""
    if not needs:
        small(say("storypage.need_none"))
        return
    rows = "".join(
        f"<li><a href='{html.escape(_where(need.deel, story_id))}' target='_self'>{html.escape(_need(need))}</a></li>"
        for need in needs
    )
    st.html(f"<ul class='vp-needs vp-link'>{rows}</ul>")


def _where(deel: Deel, story_id: str) -> str:
    return to_story("luisteren", story_id) if deel is Deel.LUISTEREN else to_story("nakijken", story_id, deel)


def _need(need: Need) -> str:
    one = f"storypage.need_{need.code}_one"
    return say(one) if need.count == 1 and has(one) else say(f"storypage.need_{need.code}", count=need.count)


def _offer(visit: Visit, seen: Review, expected: int) -> None:
    store, user, story = visit.store, visit.staff, seen.story
    needs = ready.needs(store, user, seen)
    _head("storypage.next_offer" if story.stage is Stage.TAGGED else "storypage.next_machine")
    _needs(needs, story.id)
    teller = withteller.standing_of(store, user, story.id)
    if teller.said is not None:
        small(say(f"storypage.teller_said_{teller.said}"))
    if not seen.heard and story.kind is not StoryKind.AUDIO:
        act(
            say("ui.heard_text"), partial(reviewing.mark_heard, store, user, story.id), say("ui.heard_done"),
            key="beluisterd",
        )  # fmt: skip
    with st.container(horizontal=True):
        act(
            say("ui.offer"),
            partial(reviewing.offer_for_release, store, user, story.id, expected=expected),
            say("ui.offered"), key="aanbieden", primary=True, disabled=any(need.stops for need in needs),
            width="content",
        )  # fmt: skip
        if teller.can_be_reached and story.stage is Stage.TAGGED:
            act(
                say("storypage.teller_send"), partial(withteller.send, store, user, story.id, expected=expected),
                say("storypage.teller_sent"), key="naar_verteller", width="content",
            )  # fmt: skip


def _with_teller(visit: Visit, seen: Review, expected: int) -> None:
    """How long it waits, and who reads it to the teller."""
    store, user, story = visit.store, visit.staff, seen.story
    now = withteller.standing_of(store, user, story.id)
    _head("storypage.next_teller")
    if now.since is not None and now.until is not None:
        small(say("storypage.teller_waits", since=day(now.since), until=day(now.until)))
    if now.helper:
        small(say("storypage.teller_helper", name=now.helper))
    if now.has_code:
        small(say("storypage.teller_alone"))
    if user.may(Act.SUBMIT_FOR_RELEASE):
        act(
            say("storypage.teller_back"), partial(withteller.fetch_back, store, user, story.id, expected=expected),
            say("storypage.teller_fetched"), key="terughalen", width="content",
        )  # fmt: skip


def _release(visit: Visit, seen: Review, expected: int) -> None:
    store, user, story = visit.store, visit.staff, seen.story
    _head("storypage.next_release")
    _needs(ready.needs(store, user, seen), story.id)
    waits = seen.reading.needed and not seen.reading.done
    alone.before_story(visit, story.id)
    with st.container(horizontal=True):
        act(
            say("ui.release"),
            partial(reviewing.release, store, user, story.id, expected=expected),
            say("ui.released"), key="vrijgeven", primary=not waits, disabled=waits, width="content",
        )  # fmt: skip
        _send_back(visit, seen, expected)


def _to_quotes(visit: Visit, story_id: str) -> None:
    if visit.staff.may(Act.COMPOSE):
        link = html.escape(f"/citaten?verhaal={story_id}")
        word = html.escape(say("search.quote"))
        st.html(f"<p class='vp-link'><a href='{link}' target='_self'>{word}</a></p>")


def _send_back(visit: Visit, seen: Review, expected: int) -> None:
    act(
        say("ui.send_back"),
        partial(reviewing.send_back, visit.store, visit.staff, seen.story.id, expected=expected),
        say("ui.sent_back"), key="terugsturen", width="content",
    )  # fmt: skip


def _special(visit: Visit, seen: Review) -> None:
    """Words about health, origin, belief or sexuality: what was found, whether it may, and what the editor says."""
    special = seen.special
    if not special.kinds:
        return
    kinds = joined((say(f"terms.special_{kind}") for kind in special.kinds), last=f" {say('ui.special_or')} ")
    if special.holds:
        small(say("ui.special_holds" if special.said else "ui.special_found", kinds=kinds))
        small(say("ui.special_allowed" if special.allowed else "ui.special_not_allowed"))
    else:
        small(say("ui.special_overruled", kinds=kinds))
    with st.container(horizontal=True):
        if not (special.holds and special.said):
            mark_special(visit, seen, True, "ui.special_yes")
        if special.holds and seen.story.state is State.IN_REDACTIE:
            mark_special(visit, seen, False, "ui.special_no")
