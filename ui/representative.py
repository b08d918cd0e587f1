"""Mijn verhaal for the parent or guardian of a teller under 16, with a code of their own.

They decide, and see no word of what the child told (docs/decisions/2026-11-25-two-codes.md): what it is about in
general, how it stands, and one question per screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from desk import following as desk
from desk import rules, telling, withdrawing
from desk.following import ChildStory
from desk.parts import REPRESENTATIVE
from stories.consent import Outcome, Party
from stories.people import CodeHolder
from stories.sitting import Authority, OtherParent, Relation
from stories.stages import State
from stories.words import say
from ui import follow_again, follow_choices
from ui.follow_parts import big, go, now_line, topic_button, topic_head, way
from ui.parts import act, day, heading, small, told_plainly
from ui.pictures import pictures
from ui.state import flash, following, set_following
from ui.steps import Topic
from ui.visit import Visit

Screen = Callable[[Visit, ChildStory], None]
T = TypeVar("T", bound=StrEnum)


def page(visit: Visit, holder: CodeHolder) -> None:
    child = desk.child_story(visit.store, holder.story_id)
    topic = following().topic
    if child.story.state is State.INGETROKKEN or not child.decides:
        topic = topic if topic is Topic.WHERE else Topic.HOME
    SCREENS.get(topic, _home)(visit, child)


def _home(visit: Visit, child: ChildStory) -> None:
    heading(say("follow.parent_home"), say("follow.parent_about"))
    now_line(child.way, young=False)
    if child.story.state is State.INGETROKKEN:
        _stopped(visit, child)
        return
    if not child.decides:
        small(say("follow.parent_no_longer"))
        topic_button(say("follow.go_where"), Topic.WHERE, key="groot_waar")
        return
    pictures(HOME_PICTURES)
    small(say("follow.parent_no_words"))
    if child.other_objects:
        small(say("follow.parent_other_objects"))
    follow_again.asks_again(visit, child.story.id, Party.VERTEGENWOORDIGER, young=False, recorded_by=REPRESENTATIVE)
    if child.answer is Outcome.JA:
        topic_button(say("follow.go_may"), Topic.MAY, key="groot_mag")
    label = say("follow.parent_begin" if child.answer in (None, Outcome.TWIJFEL) else "follow.parent_again")
    topic_button(label, Topic.NOTICE, key="groot_begin")
    topic_button(say("follow.go_where"), Topic.WHERE, key="groot_waar")
    if child.answer is Outcome.JA:
        topic_button(say("follow.go_stop"), Topic.STOP, key="groot_stop")


HOME_PICTURES = {"groot_mag": "iedereen", "groot_begin": "gesprek", "groot_waar": "later", "groot_stop": "nee"}


def _stopped(visit: Visit, child: ChildStory) -> None:
    if child.erased_after is not None:
        small(say("follow.grace", date=day(child.erased_after)))
    if child.answer is Outcome.INGETROKKEN:
        act(
            say("follow.undo"),
            lambda: withdrawing.undo(
                visit.store, child.story.id, Party.VERTEGENWOORDIGER, recorded_by=REPRESENTATIVE
            ),
            say("follow.parent_undone"), key="groot_bedacht", primary=True,
        )  # fmt: skip
    else:
        small(say("follow.stopped_by_other"))
    topic_button(say("follow.go_where"), Topic.WHERE, key="groot_waar")


def _where(visit: Visit, child: ChildStory) -> None:
    topic_head(say("follow.go_where"))
    way(child.way, young=False)


# the answer: one question per screen


def _notice(visit: Visit, child: ChildStory) -> None:
    topic_head(say("tell.notice"))
    with st.container(key="kaart_uitleg"):
        st.markdown(rules.shown_notice(visit.store)[1])  # our own words, agreed on by two administrators
    small(say("follow.parent_child_read"))
    topic_button(say("tell.understood"), Topic.RELATION, key="groot_begrepen")


def _relation(visit: Visit, child: ChildStory) -> None:
    topic_head(say("follow.ask_relation"), back=Topic.NOTICE)
    chosen = _asked(tuple(Relation), "relation")
    if chosen is not None:
        set_following(relation=chosen)
        go(Topic.AUTHORITY)


def _authority(visit: Visit, child: ChildStory) -> None:
    topic_head(say("tell.authority"), say("tell.authority_lead"), back=Topic.RELATION)
    chosen = _asked(tuple(Authority), "authority")
    if chosen is Authority.SAMEN:
        set_following(authority=chosen)
        go(Topic.OTHER_PARENT)
    if chosen is not None:
        alone = chosen in (Authority.ALLEEN, Authority.VOOGD)
        set_following(authority=chosen, other_parent=OtherParent.NIET if alone else None)
        go(Topic.ANSWER)


def _other_parent(visit: Visit, child: ChildStory) -> None:
    topic_head(say("tell.other_parent"), say("tell.other_parent_lead"), back=Topic.AUTHORITY)
    chosen = _asked((OtherParent.EENS, OtherParent.NIET_GEVRAAGD, OtherParent.BEZWAAR), "other_parent")
    if chosen is not None:
        set_following(other_parent=chosen)
        go(Topic.ANSWER)


def _asked(options: Sequence[T], name: str) -> T | None:
    """Each answer a big button; none is chosen beforehand. Returns the one that was pressed."""
    pressed = None
    for option in options:
        if big(say(f"tell.{name}_{option}"), key=f"groot_{name}_{option}"):
            pressed = option
    return pressed


def _answer(visit: Visit, child: ChildStory) -> None:
    """The yes itself. Nothing may go anywhere yet: that is asked after it, channel by channel."""
    topic_head(say("follow.ask_answer"), say("follow.ask_answer_lead"), back=Topic.RELATION)
    said = following()
    if said.relation is None:  # the page was opened anew: who is this?
        go(Topic.RELATION)
    if said.other_parent is OtherParent.BEZWAAR:
        small(say("tell.other_parent_lead"))
    pictures({f"groot_antwoord_{outcome}": outcome for outcome in (Outcome.JA, Outcome.NEE, Outcome.TWIJFEL)})
    for outcome in (Outcome.JA, Outcome.NEE, Outcome.TWIJFEL):
        if big(say(f"tell.answer_{outcome}"), key=f"groot_antwoord_{outcome}"):
            with told_plainly():
                telling.representative_says(
                    visit.store,
                    child.story.id,
                    outcome,
                    circumstances={
                        "relation": said.relation,
                        "authority": said.authority,
                        "other_parent": said.other_parent,
                    },
                )
                flash(say(f"follow.parent_said_{outcome}"))
                go(Topic.MAY if outcome is Outcome.JA else Topic.HOME)


# later


def _may(visit: Visit, child: ChildStory) -> None:
    topic_head(say("follow.go_may"), say("follow.parent_may_lead"))
    follow_choices.draw_channels(follow_choices.choices_of(visit), young=False)
    topic_button(say("follow.parent_preview"), Topic.PREVIEW, key="groot_eerst")


def _stop(visit: Visit, child: ChildStory) -> None:
    topic_head(say("follow.go_stop"), say("follow.stop_lead"))
    topic_button(say("follow.stop_one"), Topic.MAY, key="groot_een_ding")
    with st.container(key="kaart_nee"):
        small(say("follow.parent_no_lead"))
        topic_button(say("follow.parent_again"), Topic.NOTICE, key="groot_begin")
    follow_choices.draw_stop_all(visit, Party.VERTEGENWOORDIGER, young=False)


SCREENS: dict[Topic, Screen] = {
    Topic.HOME: _home,
    Topic.WHERE: _where,
    Topic.NOTICE: _notice,
    Topic.RELATION: _relation,
    Topic.AUTHORITY: _authority,
    Topic.OTHER_PARENT: _other_parent,
    Topic.ANSWER: _answer,
    Topic.MAY: _may,
    Topic.CHANNEL: lambda visit, child: follow_choices.draw_channel(visit, child.consent, young=False),
    Topic.RECOGNISE: lambda visit, child: follow_choices.draw_recognise(visit, young=False),
    Topic.FROM: lambda visit, child: follow_choices.draw_begins(visit, young=False),
    Topic.UNTIL: lambda visit, child: follow_choices.draw_ends(visit, young=False),
    Topic.PREVIEW: lambda visit, child: follow_choices.draw_preview(visit, child.preview, young=False),
    Topic.STOP: _stop,
}
