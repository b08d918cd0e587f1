"""Toestemming: what this story may be used for, in which form and until when; why not when not; and whom to ask."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from desk import consented, reviewing
from desk.consented import Channel, Consented, Saying
from desk.reviewing import Review
from stories.model import joined
from stories.people import Act
from stories.sitting import Interpreter, Sitting
from stories.words import say
from ui.parts import act, channel, channel_with_form, day, form, listed, small
from ui.visit import Visit


def consent(visit: Visit, seen: Review) -> None:
    found = consented.consented(visit.store, visit.staff, seen.story.id)
    if found.not_yet:
        st.html(f"<p class='vp-finding warn'>{html.escape(say('storypage.may_yet', why=found.not_yet))}</p>")
    may, may_not = [c for c in found.channels if c.may], [c for c in found.channels if c.asked and not c.may]
    st.html(f"<h3>{html.escape(say('storypage.may_head'))}</h3>")
    if not may:
        small(say("storypage.may_none"))
    _rows(may, how)
    if may_not:
        st.html(f"<h3>{html.escape(say('storypage.may_not_head'))}</h3>")
        _rows(may_not, why_not)
    never = [channel(c.purpose) for c in found.channels if not c.asked and not c.may]
    if never:
        small(say("storypage.never_asked", channels=listed(never)))
    _agreements(found)
    _sitting(found)
    with st.expander(say("storypage.answers_all")):
        for event in found.events:
            about = f"{channel_with_form(event.purpose, event.form)}: {say(f'terms.outcome_{event.outcome}')}"
            small(f"{day(event.at)}: {say(f'terms.party_{event.party}')}: {about}")
    if not seen.special.kinds:
        mark_special(visit, seen, True, "ui.special_add")


def how(line: Channel, forms: str) -> str:
    """`mag als tekst en nagesproken, helemaal onherkenbaar, tot en met 3 mei 2027`"""
    parts = [" ".join([say("storypage.channel_may"), *([forms] if forms else [])])]
    if line.recognisability is not None:
        parts.append(say(f"storypage.recognise_{line.recognisability}"))
    if line.until is not None:
        parts.append(say("storypage.channel_until", until=day(line.until)))
    return ", ".join(parts) + "."


def why_not(line: Channel, forms: str) -> str:
    """The reason, and what can be done about it: wait, ask somebody, or nothing."""
    parts = [f"{forms}: {line.why_not}" if forms else line.why_not]
    if line.since is not None:
        parts.append(say("storypage.channel_since", since=day(line.since)))
    elif line.ask:
        who = listed([say(f"terms.party_{party}") for party in line.ask])
        parts.append(say("storypage.channel_ask", who=who))
    else:
        parts.append(say("storypage.channel_no_ask"))
    return " ".join(parts)


def who_said(said: Sequence[Saying]) -> str:
    """`Verteller ja (12 mrt 2026), ouder of voogd ja (13 mrt 2026)`"""
    each = [
        say(
            "storypage.said_one",
            party=say(f"terms.party_{one.party}"),
            outcome=say(f"terms.outcome_{one.outcome}"),
            on=day(one.on),
        )
        for one in said
    ]
    words = ", ".join(each)
    return words[:1].upper() + words[1:]


def _rows(lines: Sequence[Channel], words: Callable[[Channel, str], str]) -> None:
    """A line for each purpose; forms of which the same holds share one."""
    shared: dict[Channel, list[str]] = {}
    for line in lines:
        shared.setdefault(replace(line, form=None), []).extend([form(line.form)] if line.form else [])
    items = "".join(
        f"<li><b>{html.escape(channel(line.purpose))}</b>: {html.escape(words(line, listed(forms)))}"
        f"<br><span class='vp-small'>{html.escape(who_said(line.said))}</span></li>"
        for line, forms in shared.items()
    )
    if lines:
        st.html(f"<ul class='vp-list'>{items}</ul>")


def _agreements(found: Consented) -> None:
    lines = [say("storypage.about_whole", said=who_said(found.whole))]
    special = say("storypage.about_special", said=who_said(found.special)) if found.special else ""
    lines.append(special or say("storypage.about_special_none"))
    lines.append(say("storypage.about_preview" if found.preview else "storypage.about_no_preview"))
    if found.audience is not None:
        lines.append(say("storypage.about_audience", who=say(f"tell.audience_{found.audience}").lower()))
    if found.third_persons:
        who = joined(say(f"storypage.third_{agreed}", count=count) for agreed, count in found.third_persons)
        lines.append(say("storypage.about_third", who=who))
    if found.excluded:
        lines.append(say("storypage.about_excluded", count=found.excluded))
    lines.append(found.kept.in_words())
    if found.ask_again_on is not None:
        lines.append(say("storypage.about_ask_again", day=day(found.ask_again_on)))
    st.html(f"<h3>{html.escape(say('storypage.about_head'))}</h3>")
    st.html(f"<ul class='vp-list'>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>")


def _sitting(found: Consented) -> None:
    st.html(f"<h3>{html.escape(say('storypage.sitting_head'))}</h3>")
    small(_explained(found.sitting, found.explained_by) if found.sitting else say("storypage.sitting_none"))


def _explained(sitting: Sitting, by: str) -> str:
    explained = say(f"helper.explained_{sitting.explained}")
    key = "storypage.sitting_with" if by else "storypage.sitting_alone"
    parts = [say(key, day=day(sitting.at), explained=explained, name=by)]
    if sitting.interpreter is not Interpreter.GEEN:
        parts.append(say("storypage.sitting_interpreter", who=say(f"helper.interpreter_{sitting.interpreter}")))
    if sitting.copy_given:
        parts.append(say("storypage.sitting_copy"))
    return " ".join(parts)


def mark_special(visit: Visit, seen: Review, holds: bool, label: str) -> None:
    """An editor says that words of special data stand in this text, or not."""
    if visit.staff.may(Act.CONFIRM_THEMES):
        act(
            say(label),
            partial(reviewing.mark_special, visit.store, visit.staff, seen.story.id, holds),
            say("ui.special_marked"), key="bijzonder_ja" if holds else "bijzonder_nee",
        )  # fmt: skip
