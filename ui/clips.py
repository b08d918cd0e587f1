"""Fragmenten: the sounds of one quote, or every clip that waits for somebody's ears."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import clips, redacting
from desk.clipmaking import MADE, MOST_MS
from desk.clips import ClipState, FormNow, Seen, Sheet, Waits
from stories import tickets
from stories.model import Voice
from stories.people import Act
from stories.words import say
from ui.components.giver import giver
from ui.components.player import player
from ui.components.sender import sender
from ui.parts import act, badge, badges, channel, day, heading, listed, minutes, name_of, small
from ui.state import chosen, flash, next_turn, played_whole, set_played_whole, turn
from ui.visit import Visit

SAFEST_FIRST = (Voice.NAGESPROKEN, Voice.VERVORMD, Voice.PIEP)
SOUNDS = ".m4a,.mp3,.aac,.ogg,.oga,.opus,.wav,.webm,.flac,.amr,.3gp,.mp4"
"""Extensions one by one: iOS greys out files otherwise."""
TICKET_LIVES_S = 1800
LOOK_S = 2
_TONE = {ClipState.TE_HOREN: "warn", ClipState.KLAAR: "good", ClipState.VEROUDERD: "stop"}


def page(visit: Visit) -> None:
    quote_id = chosen("citaat")
    if quote_id is None:
        heading(say("clips.title"), say("clips.lead"))
        _all(visit)
        return
    sheet = clips.seen(visit.store, visit.staff, quote_id)
    st.html(f"<p class='vp-link'><a href='/fragmenten' target='_self'>← {html.escape(say('clips.back'))}</a></p>")
    heading(say("clips.quote_title"), name_of(sheet.story))
    st.html(f"<blockquote class='vp-quote'>{html.escape(sheet.quote.text)}</blockquote>")
    small(say("clips.order"))
    if sheet.gone:
        _finding(say("clips.gone"))
    if sheet.older:
        _finding(say("clips.older_version"))
    for voice in SAFEST_FIRST:
        _form(visit, sheet, next(form for form in sheet.forms if form.voice is voice))
    if sheet.coming:
        _until_there(visit, sheet)


# every clip that waits


def _all(visit: Visit) -> None:
    waiting = clips.waiting(visit.store, visit.staff)
    mine = [one for one in waiting if one.seen.may_hear]
    st.html(f"<h2>{html.escape(say('clips.waiting_title'))}</h2>")
    if not mine:
        small(say("clips.waiting_none"))
    for one in mine:
        _waits(visit, one)
    others = [one for one in waiting if not one.seen.may_hear]
    if others:
        st.html(f"<h2>{html.escape(say('clips.others_title'))}</h2>")
        small(say("clips.others_what"))
    for one in others:
        _waits(visit, one)


def _waits(visit: Visit, one: Waits) -> None:
    with st.container(key=f"kaart_{one.seen.clip.id}"):
        st.html(f"<h3>{html.escape(name_of(one.story))}</h3>")
        st.html(f"<blockquote class='vp-quote'>{html.escape(one.quote.text)}</blockquote>")
        _clip(visit, one.seen)
        link = html.escape(say("clips.to_quote"))
        st.html(f"<p class='vp-link'><a href='/fragmenten?citaat={one.quote.id}' target='_self'>{link}</a></p>")


# one quote


def _form(visit: Visit, sheet: Sheet, form: FormNow) -> None:
    """One way to be heard: for which channels, what there is, and how another one is made."""
    voice = form.voice
    with st.container(key=f"kaart_{voice}"):
        st.html(f"<h2>{html.escape(say(f'clips.form_{voice}'))}</h2>")
        small(say(f"clips.what_{voice}"))
        if form.why_not:
            _finding(form.why_not)
        else:
            _allowed(form)
        for seen in sheet.clips:
            if seen.clip.voice is voice:
                _clip(visit, seen)
                _remove(visit, seen)
        for wish in sheet.wishes:
            if wish.voice is voice:
                recipe = say(f"clips.recipe_{wish.recipe}")
                if wish.reason:
                    _finding(say("clips.failed", recipe=recipe, reason=wish.reason))
                else:
                    small(say("clips.coming", recipe=recipe))
        if not form.why_not and not sheet.older and visit.staff.may(Act.COMPOSE):
            if voice is Voice.NAGESPROKEN:
                _speak_again(visit, sheet)
            else:
                _make(visit, sheet, voice)


def _allowed(form: FormNow) -> None:
    """The channels, those with the same last day together."""
    for until in dict.fromkeys(one.until for one in form.allowed):
        channels = listed([channel(one.purpose) for one in form.allowed if one.until == until])
        if until is None:
            small(say("clips.allowed", channels=channels))
        else:
            small(say("clips.allowed_until", channels=channels, day=day(until)))


def _make(visit: Visit, sheet: Sheet, voice: Voice) -> None:
    """Buttons for what the machine can cut, or what is missing for it."""
    if sheet.missing:
        _finding(sheet.missing)
        if sheet.missing_code == "no_safe_recording":
            _make_safe(visit, sheet, voice)
        return
    there = {one.clip.recipe for one in sheet.clips if one.state is not ClipState.VEROUDERD}
    there |= {wish.recipe for wish in sheet.wishes if not wish.reason}
    for recipe in MADE[voice]:
        if recipe not in there:
            do = partial(clips.ask, visit.store, visit.staff, sheet.quote.id, voice, recipe)
            act(say(f"clips.make_{recipe}"), do, say("clips.asked"), key=f"maak_{recipe}", width="content")


def _make_safe(visit: Visit, sheet: Sheet, voice: Voice) -> None:
    story_id = sheet.story.id
    if sheet.safe_coming:
        small(say("clips.safe_coming"))
    elif visit.staff.may(Act.OPEN_ORIGINAL):
        do = partial(redacting.ask, visit.store, visit.staff, story_id)
        act(say("clips.safe_make"), do, say("clips.safe_asked"), key=f"veilig_{voice}")
    link = html.escape(say("clips.safe_go"))
    if visit.staff.may(Act.READ_STORY):
        st.html(f"<p class='vp-link'><a href='/nakijken?verhaal={story_id}' target='_self'>{link}</a></p>")


def _speak_again(visit: Visit, sheet: Sheet) -> None:
    """The words by another mouth: recorded here or chosen as a file, with the same checks as a story."""
    quote_id = sheet.quote.id
    key = f"naspreken_{quote_id}_{turn(quote_id)}"
    small(say("clips.again_how", limit=MOST_MS // 60_000))
    speak, file = say("clips.again_speak"), say("clips.again_file")
    way = st.segmented_control(say("clips.again_way"), [speak, file], key=key, label_visibility="collapsed")
    if way is None:
        return
    by_machine = way == file and st.checkbox(say("clips.again_machine"), key=f"machine_{key}")
    recipe = clips.SYNTHETISCH if by_machine else clips.MENS
    about = clips.errand(visit.staff, quote_id, recipe)
    ticket = tickets.issue(visit.settings, tickets.UPLOAD, about, TICKET_LIVES_S)
    stored = (
        giver(ticket, microphone=True, key=f"opname_{key}") is not None
        if way == speak
        else sender(f"{key}_{recipe}", [ticket], accept=SOUNDS).sent
    )
    if stored:
        next_turn(quote_id)
        flash(say("clips.again_saved"))
        st.rerun()


def _clip(visit: Visit, seen: Seen) -> None:
    """Play it, and say that it was heard to its end."""
    clip, recipe = seen.clip, say(f"clips.recipe_{seen.clip.recipe}")
    badges(badge(recipe), badge(say(f"clips.state_{seen.state}"), _TONE[seen.state]))
    name = seen.made_by or say("clips.nobody")
    small(say("clips.listens", length=minutes(clip.duration_ms), name=name, day=day(clip.made_at)))
    if seen.state is ClipState.VEROUDERD:
        _finding(say("clips.stale"))
        return
    url = f"/fragment/{clip.id}/audio"
    if player(url, say("clips.listen", recipe=recipe), key=f"fragment_{clip.id}", watch=True):
        set_played_whole(clip.digest)
    names = listed([name or say("clips.nobody") for name in seen.heard_by])
    how = "never" if not names else "once" if seen.state is ClipState.TE_HOREN else "by"
    small(say(f"clips.heard_{how}", names=names))
    if seen.may_hear:
        ready = played_whole(clip.digest)
        if not ready:
            small(say("clips.confirm_first"))
        act(
            say("clips.confirm"), partial(clips.heard, visit.store, visit.staff, clip.id, digest=clip.digest),
            say("clips.confirmed"), key=f"gehoord_{clip.id}", primary=True, disabled=not ready,
        )  # fmt: skip


def _remove(visit: Visit, seen: Seen) -> None:
    if visit.staff.may(Act.COMPOSE):
        do = partial(clips.remove, visit.store, visit.staff, seen.clip.id)
        act(say("clips.remove"), do, say("clips.removed"), key=f"weg_{seen.clip.id}", width="content")


def _until_there(visit: Visit, sheet: Sheet) -> None:
    """Look now and then, and draw anew once the machine is done with this quote."""

    @st.fragment(run_every=LOOK_S)
    def look() -> None:
        now = clips.seen(visit.store, visit.staff, sheet.quote.id)
        if (now.coming, now.clips, now.wishes) != (sheet.coming, sheet.clips, sheet.wishes):
            st.rerun()

    look()


def _finding(sentence: str) -> None:
    st.html(f"<p class='vp-finding warn'>{html.escape(sentence)}</p>")
