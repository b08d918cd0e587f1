"""The themes of one story at the editor's: what the teller chose, what the machine proposes, and what you confirm."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from desk import reviewing, tagging
from desk.reviewing import Review
from desk.tagging import PassageTags, TaggedPassage
from stories.model import Theme
from stories.people import Act
from stories.stages import State
from stories.vocabulary import Soort
from stories.words import say
from ui.parts import act, badge, badges, plain, small
from ui.state import begin_box
from ui.visit import Visit

AT_ONCE = 8
"""Passages on one page: what is drawn at once."""

Rows = Sequence[dict]


def themes(visit: Visit, seen: Review, expected: int) -> None:
    may = visit.staff.may(Act.CONFIRM_THEMES) and seen.story.state is State.IN_REDACTIE
    small(say("themes.how"))
    _told(seen)
    picked = [tag for kind in Soort for tag in _of_story(seen, kind, may)]
    said = None
    if st.toggle(say("themes.per_passage"), key="per_stukje"):
        said = _per_passage(tagging.tagged_passages(visit.store, visit.staff, seen.story.id), seen, may)
    if may:
        act(
            say("themes.save"),
            lambda: reviewing.confirm_themes(
                visit.store, visit.staff, seen.story.id, picked, expected=expected, passages=said
            ),
            say("themes.saved"), key="themas_bewaren", primary=True,
        )  # fmt: skip


def _told(seen: Review) -> None:
    """What the teller said themselves: theirs, whatever anybody makes of it."""
    names = {row["id"]: row["naam"] for row in seen.themes_known}
    tags = seen.told
    chosen = [
        *(badge(names[tag]) for tag in tags.opgaven if tag in names),
        *(badge(say(f"tell.feel_{feeling}")) for feeling in tags.feelings),
        *(badge(say(f"tell.lens_{lens}")) for lens in tags.lenses),
    ]
    st.html(f"<h3>{html.escape(say('themes.teller'))}</h3>")
    if chosen:
        badges(*chosen)
    else:
        small(say("themes.teller_none"))


def _of_story(seen: Review, kind: Soort, may: bool) -> list[str]:
    """The tags of one kind as boxes to tick: what somebody named first, the rest folded away."""
    given = {theme.id: theme for theme in seen.version.themes}
    rows = [row for row in seen.themes_known if row["soort"] == kind]
    st.html(f"<h3>{html.escape(say(f'themes.head_{kind}'))}</h3>")
    named = [row for row in rows if row["id"] in given]
    if not named:
        small(say("themes.none_named"))
    picked = [row["id"] for row in named if _box(seen, row, given[row["id"]], may)]
    if len(named) < len(rows):
        with st.expander(say(f"themes.others_{kind}")):
            picked += [row["id"] for row in rows if row["id"] not in given and _box(seen, row, None, may)]
    return picked


def _box(seen: Review, row: dict, theme: Theme | None, may: bool) -> bool:
    unsure = "" if row["bevestigd"] == "ja" else f" ({say('ui.theme_' + row['bevestigd'])})"
    ticked = bool(theme and theme.confirmed)
    with st.container(key=f"vak_{row['id']}", gap=None):
        key = f"thema_{row['id']}"
        begin_box(key, ticked)
        box = st.checkbox(plain(row["naam"] + unsure), key=key, disabled=not may)
        if theme is not None:
            small(" ".join(_voices(seen, row, theme)))
    return box


def _voices(seen: Review, row: dict, theme: Theme) -> list[str]:
    """Whose tag this is: the teller's, the machine's with its words, and whoever confirmed it."""
    told = {*seen.told.opgaven, *map(str, seen.told.lenses)}
    said = [say("themes.by_teller")] if row["id"] in told else []
    if theme.words:
        said.append(say("themes.by_machine", words=", ".join(theme.words)))
    if theme.confirmed:
        name = seen.confirmed_by.get(theme.by)
        said.append(say("themes.confirmed_by", name=name) if name else say("themes.confirmed"))
    return said


def _per_passage(passages: Sequence[TaggedPassage], seen: Review, may: bool) -> list[PassageTags]:
    """A page of passages; what was confirmed on the other pages stays as it is."""
    first = 0
    if len(passages) > AT_ONCE:
        starts = range(0, len(passages), AT_ONCE)
        last = len(passages)
        first = st.selectbox(
            say("themes.page"), starts, key=f"bladzijde_{seen.version.number}",
            format_func=lambda at: say("themes.page_of", first=at + 1, last=min(at + AT_ONCE, last), count=last),
        )  # fmt: skip
    said = []
    for at, passage in enumerate(passages):
        if first <= at < first + AT_ONCE:
            tags = _passage(passage, seen, may)
        else:
            tags = passage.confirmed.tags if passage.confirmed else ()
        if tags:
            said.append(PassageTags(passage.start, passage.end, tags))
    return said


def _passage(passage: TaggedPassage, seen: Review, may: bool) -> tuple[str, ...]:
    """The words of one passage with what led to a proposal tinted, and under it what it may be about."""
    key = f"{seen.version.number}_{passage.start}"
    names = {row["id"]: plain(row["naam"]) for row in seen.themes_known}
    confirmed = passage.confirmed.tags if passage.confirmed else ()
    offered = list(dict.fromkeys([*(hit.id for hit in passage.proposed), *confirmed]))
    offered = [tag for tag in offered if tag in names]
    with st.container(key=f"kaart_stukje_{key}"):
        parts, at = [], 0
        for start, end in passage.spans:
            if start >= at:
                parts.append(html.escape(passage.text[at:start]))
                parts.append(f"<mark>{html.escape(passage.text[start:end])}</mark>")
                at = end
        parts.append(html.escape(passage.text[at:]))
        st.html(f"<p class='vp-change'>{''.join(parts)}</p>")
        if passage.confirmed and passage.confirmed.by in seen.confirmed_by:
            small(say("themes.confirmed_by", name=seen.confirmed_by[passage.confirmed.by]))
        chosen = []
        if offered:
            chosen = st.pills(
                say("themes.proposed"), offered, selection_mode="multi", default=[t for t in offered if t in confirmed],
                format_func=names.__getitem__, key=f"stukje_{key}", disabled=not may,
            )  # fmt: skip
        rest = [tag for tag in names if tag not in offered]
        chosen = [*chosen, *_more(rest, names, key, may)]
    return tuple(tag for tag in names if tag in chosen)


def _more(rest: list[str], names: dict[str, str], key: str, may: bool) -> list[str]:
    if not may:
        return []
    with st.popover(say("themes.add")):
        return st.multiselect(
            say("themes.add_what"), rest, format_func=names.__getitem__, placeholder=say("themes.add_choose"),
            key=f"erbij_{key}",
        )  # fmt: skip
