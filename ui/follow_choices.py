"""Mijn verhaal, the choices: where it may go, how recognisable, from and until when; doubt, and stopping."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import streamlit as st

from desk import choosing, withdrawing
from desk.choosing import Choice, Choices, Conditions
from desk.following import OwnStory
from desk.parts import REPRESENTATIVE, TELLER
from stories import clock
from stories.consent import Consent, Form, Outcome, Party, Purpose, Recognisability
from stories.people import CodeHolder, Holder
from stories.told import Audience
from stories.words import say
from ui.follow_parts import is_young, spoken, topic_button, topic_head
from ui.parts import act, channel_with_form, day, say_to, small
from ui.pictures import pictures
from ui.state import following, set_following
from ui.steps import Topic
from ui.visit import Visit

SOON = (30, 91, 365)
"""Days from now that are offered for "not before"."""

OWN_NO = ("consent.no_answer", "consent.teller_says_nee")
"""What a teller is told to their face; others are told about the teller."""

LONG = (182, 365, 730)
"""Days from now that are offered for "not after"; the house's own term is the longest."""


def _holder(visit: Visit) -> CodeHolder:
    assert visit.holder is not None
    return visit.holder


# where it may go


def may(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say("follow.go_may"), say_to(young, "follow.may_lead"))
    draw_channels(choices_of(visit), young=young)
    if own.consent.teller.age_band.needs_representative:
        small(say("follow.may_parent_too"))
    topic_button(say_to(young, "tell.preview"), Topic.PREVIEW, key="groot_eerst")
    if own.consent.teller.age_band.needs_representative:
        topic_button(say_to(young, "tell.audience"), Topic.AUDIENCE, key="groot_wie")


def audience(visit: Visit, own: OwnStory) -> None:
    """A child's own ceiling, over whatever a parent allows."""
    young = is_young(own.story)
    topic_head(say_to(young, "tell.audience"), say_to(young, "follow.audience_lead"), back=Topic.MAY)
    pictures({f"groot_wie_{kind}": str(kind) for kind in Audience})
    for kind in Audience:
        choose = partial(choosing.set_audience, visit.store, _holder(visit), kind)
        _option(say(f"tell.audience_{kind}"), choose, f"groot_wie_{kind}", kind is own.tags.audience)


def choices_of(visit: Visit) -> Choices:
    return choosing.choices(visit.store, _holder(visit))


def draw_channels(chosen: Choices, *, young: bool) -> None:
    """Every channel as a button that says whether it may; then the conditions, for whoever sets them."""
    pictures({f"groot_mag_{_code(choice)}": str(choice.purpose) for choice in chosen.channels})
    for choice in chosen.channels:
        what = channel_with_form(choice.purpose, choice.form)
        label = say("follow.channel_yes" if choice.now else "follow.channel_no", what=what)
        topic_button(label, Topic.CHANNEL, key=f"groot_mag_{_code(choice)}", about=_code(choice))
    if chosen.may_condition:
        topic_button(say_to(young, "tell.recognise"), Topic.RECOGNISE, key="groot_herkenbaar")
        topic_button(say_to(young, "follow.go_from"), Topic.FROM, key="groot_vanaf")
        topic_button(say_to(young, "follow.go_until"), Topic.UNTIL, key="groot_tot")


def channel(visit: Visit, own: OwnStory) -> None:
    draw_channel(visit, own.consent, young=is_young(own.story))


def draw_channel(visit: Visit, consent: Consent, *, young: bool) -> None:
    """One channel in one form: what it means, how it stands, and a yes and a no of equal size."""
    holder = _holder(visit)
    chosen = choices_of(visit)
    choice = next((c for c in chosen.channels if _code(c) == following().about), None)
    if choice is None:
        topic_head(say("follow.go_may"), back=Topic.MAY)
        return
    what = channel_with_form(choice.purpose, choice.form)
    topic_head(what, spoken(young, f"follow.means_{choice.purpose}"), back=Topic.MAY)
    if choice.form not in (None, Form.TEKST):
        small(say(f"follow.means_{choice.form}"))
    until = choosing.allowed_until(consent, choice.purpose, choice.form)
    if choice.now:
        stands = say("follow.stands_yes", until=day(until)) if until else say("follow.stands_yes_plain")
    elif chosen.party is Party.TELLER and choice.now.code in OWN_NO:
        stands = say_to(young, "follow.stands_no_own")
    else:
        stands = say("follow.stands_no", why=choice.now.sentence)
    st.html(f"<p class='vp-now'>{html.escape(stands)}</p>")

    def decide(yes: bool) -> Callable[[], None]:
        return _and_back(lambda: choosing.decide(visit.store, holder, choice.purpose, choice.form, yes))

    pictures({"groot_ja": "ja", "groot_nee": "nee"})
    if choice.can_allow and choice.mine is not Outcome.JA:
        own_no = chosen.party is Party.KIND
        act(
            say("follow.no_back") if own_no else say("follow.say_yes"), decide(True),
            say("follow.no_is_back") if own_no else say("follow.said_yes", what=what), key="groot_ja",
        )  # fmt: skip
    if choice.mine in (None, Outcome.JA, Outcome.TWIJFEL):
        act(say("follow.say_no"), decide(False), say("follow.said_no", what=what), key="groot_nee")
        small(spoken(young, "follow.no_works_now"))
    if chosen.party is Party.KIND:
        small(say("follow.parent_decides"))


def _and_back(do: Callable[[], object], topic: Topic = Topic.MAY) -> Callable[[], None]:
    """When it is saved, back to the list of everything that may (or to another topic)."""

    def both() -> None:
        do()
        set_following(topic=topic, about="")

    return both


def _code(choice: Choice) -> str:
    return f"{choice.purpose}_{choice.form}" if choice.form else str(choice.purpose)


# conditions


def recognise(visit: Visit, own: OwnStory) -> None:
    draw_recognise(visit, young=is_young(own.story))


def draw_recognise(visit: Visit, *, young: bool) -> None:
    topic_head(say_to(young, "tell.recognise"), say_to(young, "follow.recognise_lead"), back=Topic.MAY)
    now = choices_of(visit).conditions
    pictures({f"groot_{degree}": str(degree) for degree in Recognisability})
    for degree in Recognisability:
        chosen = degree is now.recognisability
        _set(visit, say(f"tell.recognise_{degree}"), replace(now, recognisability=degree), f"groot_{degree}", chosen)


def begins(visit: Visit, own: OwnStory) -> None:
    draw_begins(visit, young=is_young(own.story))


def draw_begins(visit: Visit, *, young: bool) -> None:
    topic_head(say_to(young, "follow.go_from"), say_to(young, "follow.from_lead"), back=Topic.MAY)
    now = choices_of(visit).conditions
    waits = now.embargo_until is not None and now.embargo_until > clock.today()
    if waits and now.embargo_until is not None:
        small(say("follow.from_now", date=day(now.embargo_until)))
    _set(visit, say("follow.from_at_once"), replace(now, embargo_until=None), "groot_meteen", not waits)
    for days in SOON:
        when = clock.today() + timedelta(days=days)
        _set(visit, say("follow.from_date", date=day(when)), replace(now, embargo_until=when), f"groot_over_{days}")


def ends(visit: Visit, own: OwnStory) -> None:
    draw_ends(visit, young=is_young(own.story))


def draw_ends(visit: Visit, *, young: bool) -> None:
    topic_head(say_to(young, "follow.go_until"), say_to(young, "follow.until_lead"), back=Topic.MAY)
    chosen = choices_of(visit)
    now = chosen.conditions
    if now.valid_until is not None:
        small(say("follow.until_now", date=day(now.valid_until)))
    for when in sorted({min(clock.today() + timedelta(days=days), chosen.longest) for days in LONG}):
        is_now = when == now.valid_until
        _set(
            visit, say("follow.until_date", date=day(when)), replace(now, valid_until=when), f"groot_tot_{when}", is_now
        )


def _set(visit: Visit, label: str, wanted: Conditions, key: str, is_now: bool = False) -> None:
    _option(label, partial(choosing.set_conditions, visit.store, _holder(visit), wanted), key, is_now)


def _option(label: str, choose: Callable[[], object], key: str, is_now: bool) -> None:
    """One of several answers; the one that holds is filled and says so, and pressing it changes nothing."""
    if is_now:
        topic_button(say("follow.is_so", what=label), Topic.MAY, key=key, primary=True)
    else:
        act(label, _and_back(choose), say("follow.saved"), key=key)


def preview(visit: Visit, own: OwnStory) -> None:
    draw_preview(visit, own.preview, young=is_young(own.story))


def draw_preview(visit: Visit, wished: bool, *, young: bool) -> None:
    """The teller's own wish; a parent may wish it for the child, and takes nothing away."""
    parent = _holder(visit).holder is Holder.VERTEGENWOORDIGER
    if parent:
        topic_head(say("follow.parent_preview"), say("follow.parent_preview_lead"), back=Topic.MAY)
    else:
        topic_head(say_to(young, "tell.preview"), say_to(young, "tell.preview_lead"), back=Topic.MAY)
    small(say("follow.preview_on" if wished else "follow.preview_off"))
    pictures({"groot_eerst_ja": "ja", "groot_eerst_nee": "nee"})
    if not wished:
        yes = say("follow.parent_preview_yes" if parent else "tell.preview_ja")
        act(yes, _wish(visit, True), say("follow.saved"), key="groot_eerst_ja")
    elif not parent:
        act(say("tell.preview_nee"), _wish(visit, False), say("follow.saved"), key="groot_eerst_nee")


def _wish(visit: Visit, wish: bool) -> Callable[[], None]:
    return _and_back(lambda: choosing.wish_preview(visit.store, _holder(visit), wish))


# stopping


def stop(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say("follow.go_stop"), say_to(young, "follow.stop_lead"))
    party = choosing.party_of(own.story.teller, Holder.VERTELLER)
    said = own.consent.last(party, Purpose.VERWERKEN, None)
    if said is None or said.outcome is Outcome.JA:
        with st.container(key="kaart_wacht"):
            small(say_to(young, "follow.doubt_lead"))
            act(
                say("follow.doubt"),
                _and_back(partial(choosing.answer_whole, visit.store, _holder(visit), Outcome.TWIJFEL), Topic.HOME),
                say_to(young, "follow.doubted"), key="groot_twijfel",
            )  # fmt: skip
    else:
        yes_again(visit, young)
    topic_button(say("follow.stop_one"), Topic.MAY, key="groot_een_ding")
    draw_stop_all(visit, party, young=young)


def yes_again(visit: Visit, young: bool) -> None:
    act(
        say("follow.yes_again"),
        lambda: choosing.answer_whole(visit.store, _holder(visit), Outcome.JA),
        say_to(young, "follow.said_yes_again"), key="groot_weer_ja", primary=True,
    )  # fmt: skip


def draw_stop_all(visit: Visit, party: Party, *, young: bool) -> None:
    """Everything, after one more question."""
    holder = _holder(visit)
    actor = REPRESENTATIVE if party is Party.VERTEGENWOORDIGER else TELLER
    withdraw = partial(withdrawing.withdraw, visit.store, holder.story_id, party, recorded_by=actor)
    with st.container(key="kaart_stop"):
        small(say_to(young, "follow.stop_all_lead", days=visit.settings.grace_days))
        sure = st.checkbox(say("follow.sure"), key="zeker")
        act(
            say("follow.stop_all"),
            _and_back(withdraw, Topic.HOME),
            say_to(young, "follow.stopped_all"), key="stop_alles", disabled=not sure,
        )  # fmt: skip
