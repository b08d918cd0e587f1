"""Telling, the story itself: the questions to think about, speaking or typing or a file, and who else is in it."""

from __future__ import annotations

import html

import streamlit as st

from desk import chats, receiving
from desk import telling as desk
from stories import tickets
from stories.model import StoryKind, TellerRole
from stories.told import Agreed, Part, ThirdPerson
from stories.words import say
from ui.components.giver import giver
from ui.parts import heading, minutes, plain, say_to, small, told_plainly
from ui.state import field_text, fill_fields, flash, keep_fields, set_telling, telling
from ui.steps import Step, Way
from ui.visit import Visit
from ui.walk import back_button, big_button, go, next_button, on

TICKET_LIVES_S = 4 * 3600
"""Long enough to record an interview at one's own pace and send it."""

MOST_PERSONS = 20


def fields() -> dict[str, Step]:
    """On which screen each field stands whose words must survive going back and forth."""
    numbers = range(MOST_PERSONS)
    names = [f"{name}_{number}" for name in ("persoon", "afspraak") for number in numbers]
    return {"verhaaltekst": Step.TELL} | dict.fromkeys(names, Step.OTHERS)


def how(visit: Visit) -> None:
    t = telling()
    heading(say_to(t.young, "tell.story"), say_to(t.young, "tell.story_lead"))
    guide()
    for way in Way:
        if big_button(say(f"tell.way_{way}"), key=way, picture=way, chosen=way is t.way):
            on(way=way)
    back_button()


def guide() -> None:
    """The plan's four questions for the teller: before and during the telling, never a form."""
    t = telling()
    words = "child" if t.young else ("worker" if t.role is TellerRole.ERVARINGSWERKER else "parent")
    questions = "".join(f"<li>{html.escape(say(f'tell.guide_{words}_{number}'))}</li>" for number in range(1, 5))
    st.html(f"<ul class='vp-guide'>{questions}</ul>")


def tell(visit: Visit) -> None:
    t = telling()
    assert t.story_id is not None
    heading(say_to(t.young, f"tell.tell_{t.way}"))
    guide()
    if t.way is Way.TYPEN:
        _type(visit, t.story_id)
    else:
        keep_fields("verhaaltekst")
        _speak(visit, t.story_id)


def _speak(visit: Visit, story_id: str) -> None:
    ticket = tickets.issue(visit.settings, tickets.UPLOAD, story_id, TICKET_LIVES_S)
    if giver(ticket, microphone=telling().way is Way.SPREKEN, key=str(telling().way)):
        st.rerun()
    whose_messages(visit, story_id)
    _parts(visit, story_id)
    ready = bool(receiving.parts(visit.store, story_id))
    if next_button(say("tell.told"), disabled=not ready):
        on()
    if _other_way():
        go(Step.HOW)


def whose_messages(visit: Visit, story_id: str) -> None:
    """A chat export waits: one person's messages are the story, everybody else's go."""
    senders = chats.waiting_senders(visit.store, story_id)
    if not senders:
        return
    with st.container(key="kaart_chat"):
        st.html(f"<h2>{html.escape(say('tell.chat'))}</h2>")
        small(say("tell.chat_rest"))
        with st.expander(say("tell.chat_period")):
            since = st.date_input(say("tell.chat_since"), value=None, format="DD-MM-YYYY", key="chat_vanaf")
            until = st.date_input(say("tell.chat_until"), value=None, format="DD-MM-YYYY", key="chat_tot")
        for number, one in enumerate(senders):
            label = say("tell.chat_sender", messages=one.messages, voices=one.voices)
            if st.button(plain(f"{one.name}: {label}"), key=f"groot_chat_{number}", width="stretch"):
                with told_plainly(), st.spinner(say("tell.chat_busy")):
                    taken = chats.take_chat(visit.store, visit.settings, story_id, one.name, since=since, until=until)
                    if taken.unreadable:
                        flash(say("tell.chat_unreadable", count=taken.unreadable))
                    st.rerun()
        small(say("tell.chat_left_out"))
        missing = sum(one.missing for one in senders)
        if missing:
            small(say("tell.chat_missing", count=missing))
        if st.button(say("tell.chat_none"), key="chat_weg", type="tertiary"):
            with told_plainly():
                chats.drop_chat(visit.store, story_id)
                st.rerun()


def _type(visit: Visit, story_id: str) -> None:
    t = telling()
    text = st.text_area(
        say_to(t.young, "tell.text"), height=280, key="verhaaltekst", placeholder=say_to(t.young, "tell.text_hint")
    )
    _parts(visit, story_id, but=t.text_part)
    done, elsewhere = next_button(say("tell.told")), _other_way()
    if done or (elsewhere and text.strip()):
        with told_plainly():
            _keep_typed(visit, story_id, text)
            on() if done else go(Step.HOW)
    elif elsewhere:
        go(Step.HOW)


def _keep_typed(visit: Visit, story_id: str, text: str) -> None:
    """The words in the field are one part, whatever comes before or behind them; an emptied field is no part."""
    number = telling().text_part
    others = [part for part in receiving.parts(visit.store, story_id) if part.number != number]
    if text.strip() or not others:
        set_telling(text_part=receiving.receive_text(visit.store, story_id, text, replaces=number).number)
    elif number is not None:
        receiving.drop(visit.store, story_id, number)
        set_telling(text_part=None)


def _other_way() -> bool:
    """Back to the ways of telling: one may speak a part, type a part and send a file."""
    return st.button(say("tell.other_way"), key="andere_manier", type="tertiary")


def _parts(visit: Visit, story_id: str, but: int | None = None) -> None:
    """What is safely kept so far, each part with a way to take it away again."""
    kept = [part for part in receiving.parts(visit.store, story_id) if part.number != but]
    if not kept:
        return
    st.html(f"<h2>{html.escape(say_to(telling().young, 'tell.kept'))}</h2>")
    for number, part in enumerate(kept, start=1):
        words, drop = st.columns([3, 1], vertical_alignment="center")
        with words:
            st.html(f"<p class='vp-text vp-kept'>{html.escape(_of(number, part))}</p>")
        with drop:
            if st.button(say("tell.drop", number=number), key=f"weg_{part.number}", width="stretch"):
                with told_plainly():
                    receiving.drop(visit.store, story_id, part.number)
                    st.rerun()


def _of(number: int, part: Part) -> str:
    if part.kind is StoryKind.AUDIO:
        return say("tell.kept_sound", number=number, length=minutes(part.duration_ms or 0))
    return say("tell.kept_text", number=number, words=part.words)


def others(visit: Visit) -> None:
    """Names that nobody may know, and what was agreed with those people."""
    t = telling()
    assert t.story_id is not None
    heading(say("tell.others"), say("tell.others_lead"))
    _known_names(visit, t.story_id)
    for number in range(t.persons):
        with st.container(key=f"kaart_persoon_{number}"):
            st.text_input(say("tell.others_name", number=number + 1), key=f"persoon_{number}", max_chars=80)
            if not t.young:
                st.selectbox(
                    say("tell.others_knows"), list(Agreed), index=list(Agreed).index(Agreed.NIET_GEVRAAGD),
                    key=f"afspraak_{number}", format_func=lambda kind: say(f"tell.agreed_{kind}"),
                )  # fmt: skip
    if t.persons < MOST_PERSONS and st.button(say("tell.others_more"), key="nog_iemand"):
        set_telling(persons=t.persons + 1)
        st.rerun()
    if not t.young:
        small(say("tell.others_parent"))
    if next_button(say("tell.next")):
        with told_plainly():
            desk.name_others(visit.store, t.story_id, _persons(t.persons))
            on()
    back_button()


def _known_names(visit: Visit, story_id: str) -> None:
    """Names that a chat export brought along stand in the fields already: they are hidden unless taken out."""
    typed = {field_text(f"persoon_{number}") for number in range(MOST_PERSONS)}
    known = [person.name for person in desk.others(visit.store, story_id) if person.name not in typed]
    free = [number for number in range(MOST_PERSONS) if not field_text(f"persoon_{number}")]
    if known:
        fill_fields({f"persoon_{number}": name for number, name in zip(free, known, strict=False)})
        filled = max(free[: len(known)], default=0) + 1
        set_telling(persons=max(telling().persons, filled))


def _persons(count: int) -> list[ThirdPerson]:
    found = []
    for number in range(count):
        name = field_text(f"persoon_{number}")
        agreed = field_text(f"afspraak_{number}") or Agreed.NIET_GEVRAAGD
        if name.strip():
            found.append(ThirdPerson(name, Agreed(agreed)))
    return found
