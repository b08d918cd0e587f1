"""Waar gebruikt: the pieces in which a story stands, its quotes, and what must still be taken down."""

from __future__ import annotations

import html

import streamlit as st

from desk import used as desk
from desk.used import CutQuote, UsedIn
from stories.model import PieceState, Story
from stories.people import Act
from stories.stages import State
from stories.words import has, say
from ui.parts import badge, day, small
from ui.visit import Visit

TONES = {PieceState.VRIJGEGEVEN: "good", PieceState.GEPUBLICEERD: "good", PieceState.GEBLOKKEERD: "stop"}


def used(visit: Visit, story: Story) -> None:
    found = desk.used(visit.store, visit.staff, story.id)
    if story.state is State.VRIJGEGEVEN and visit.staff.may(Act.COMPOSE):
        words = html.escape(say("compose.cut_here"))
        st.html(f"<p class='vp-link'><a href='/citaten?verhaal={story.id}' target='_self'>{words}</a></p>")
    if found.tasks:
        st.html(f"<h3>{html.escape(say('storypage.used_tasks'))}</h3>")
    for task in found.tasks:
        name = f"ui.todo_{task.kind}"
        sentence = say(name if has(name) else "ui.todo_other", day=day(task.due))
        st.html(f"<p class='vp-finding warn'>{html.escape(sentence)}</p>")
    small(say("storypage.used_public", count=found.public, limit=found.limit))
    if found.public >= found.limit:
        small(say("storypage.used_full"))
    st.html(f"<h3>{html.escape(say('storypage.used_pieces'))}</h3>")
    if not found.pieces:
        small(say("storypage.used_pieces_none"))
    for piece in found.pieces:
        _piece(piece)
    st.html(f"<h3>{html.escape(say('storypage.used_quotes'))}</h3>")
    if not found.quotes:
        small(say("storypage.used_quotes_none"))
    for cut in found.quotes:
        _quote(cut)


def _piece(piece: UsedIn) -> None:
    title = html.escape(piece.title or say("storypage.used_untitled"))
    about = [say("storypage.used_quotes_in", count=piece.quotes)]
    if piece.published_at is not None:
        about.append(say("storypage.used_published", day=day(piece.published_at)))
    else:
        about.append(say("storypage.used_when", day=day(piece.publish_on)))
    about += [say("storypage.used_bundle", day=day(made)) for made in piece.bundles]
    st.html(
        f"<div class='vp-row vp-link'><div><a href='/stukken?stuk={html.escape(piece.id)}' target='_self'>{title}</a>"
        f"<br><span class='vp-small'>{html.escape(' · '.join(about))}</span></div>"
        f"<div>{badge(say(f'ui.piece_{piece.state}'), TONES.get(piece.state, 'calm'))}</div></div>"
    )


def _quote(cut: CutQuote) -> None:
    about = [say(f"ui.quote_{cut.quote.kind}")]
    if cut.used:
        about.append(say("storypage.used_quote_used"))
    if cut.is_old:
        about.append(say("storypage.used_quote_old"))
    st.html(
        f"<blockquote class='vp-quote'>{html.escape(cut.quote.text)}"
        f"<br><span class='vp-small'>{html.escape(', '.join(about))}</span></blockquote>"
    )
