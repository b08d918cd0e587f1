"""One case, the story itself: what was told so far, one more part of it, what it is about, and who else is in it."""

from __future__ import annotations

import html

import streamlit as st

from desk import helping, paper
from desk.helping import CaseFile
from stories import tickets
from stories.model import StoryKind
from stories.stages import State
from stories.told import Agreed, Audience, Feeling, Lens, Part, TellerTags, ThirdPerson
from stories.words import say
from ui.components.giver import giver
from ui.helping_form import asked
from ui.helping_parts import TICKET_LIVES_S
from ui.parts import act, minutes, small, told_plainly
from ui.state import field_text, flash, keep_fields, more_rows, rows_of
from ui.tell_story import MOST_PERSONS, whose_messages
from ui.visit import Visit

WAYS = ("spreken", "typen", "bestand")


def story(visit: Visit, file: CaseFile) -> None:
    st.html(f"<h2>{html.escape(say('helper.told'))}</h2>")
    if not file.parts:
        small(say("helper.told_nothing"))
    for number, part in enumerate(file.parts, start=1):
        _part(visit, file, number, part)
    whose_messages(visit, file.story.id)
    first = "typen" if field_text(_field(file)) else WAYS[0]
    way = st.segmented_control(
        say("helper.told_how"), WAYS, default=first, required=True, key=f"manier_{file.story.id}",
        format_func=lambda one: say(f"helper.told_{one}"), width="stretch",
    )  # fmt: skip
    if way == "typen":
        _type(visit, file)
    else:
        keep_words(file)
        ticket = tickets.issue(visit.settings, tickets.UPLOAD, file.story.id, TICKET_LIVES_S)
        if giver(ticket, microphone=way == "spreken", key=f"{way}_{file.story.id}"):
            st.rerun()
    with st.expander(say("helper.about")):
        _about(visit, file)


def _part(visit: Visit, file: CaseFile, number: int, part: Part) -> None:
    what = (
        say("helper.told_sound", number=number, length=minutes(part.duration_ms or 0))
        if part.kind is StoryKind.AUDIO
        else say("helper.told_text", number=number, words=part.words)
    )
    words, drop = st.columns([3, 1], vertical_alignment="center")
    with words:
        st.html(f"<p class='vp-text vp-kept'>{html.escape(what)}</p>")
    with drop:
        act(
            say("helper.told_drop", number=number),
            lambda: helping.drop_part(visit.store, visit.staff, file.story.id, part.number),
            say("helper.told_dropped"), key=f"weg_{part.number}",
        )  # fmt: skip


def _type(visit: Visit, file: CaseFile) -> None:
    text = st.text_area(
        say("helper.told_words"), height=240, key=_field(file), placeholder=say("helper.told_words_hint")
    )
    if st.button(say("helper.told_keep"), key=f"bewaar_{file.story.id}", type="primary", width="stretch"):
        with told_plainly():
            helping.write_down(visit.store, visit.staff, file.story.id, text)
            flash(say("helper.told_kept"))
            st.rerun()


def keep_words(file: CaseFile) -> None:
    """On a screen without the field: what was typed there is still there when one comes back."""
    if file.story.state is State.CONCEPT:
        keep_fields(_field(file))


def _field(file: CaseFile) -> str:
    """A fresh field once its words are stored as a part."""
    return f"woorden_{file.story.id}_{max((part.number for part in file.parts), default=0)}"


def _about(visit: Visit, file: CaseFile) -> None:
    """The teller's own tags; leaving all of it out is fine."""
    small(say("helper.about_lead"))
    names = {row["id"]: row["naam"] for row in file.opgaven}
    before = file.tags
    opgaven = st.multiselect(
        say("helper.about_opgaven"), list(names), default=[one for one in before.opgaven if one in names],
        format_func=names.__getitem__, key=f"opgaven_{file.story.id}", placeholder=say("helper.choose"),
    )  # fmt: skip
    feelings = st.multiselect(
        say("helper.about_feelings"), list(Feeling), default=list(before.feelings), key=f"voelt_{file.story.id}",
        format_func=lambda one: say(f"tell.feel_{one}"), placeholder=say("helper.choose"),
    )  # fmt: skip
    lenses = st.multiselect(
        say("helper.about_lenses"), list(Lens), default=list(before.lenses), key=f"vertelt_{file.story.id}",
        format_func=lambda one: say(f"tell.lens_{one}"), placeholder=say("helper.choose"),
    )  # fmt: skip
    audience = st.selectbox(
        say("helper.about_audience"), list(Audience), key=f"wie_{file.story.id}", placeholder=say("helper.choose"),
        index=list(Audience).index(before.audience) if before.audience else None,
        format_func=lambda one: say(f"tell.audience_{one}"),
    )  # fmt: skip
    tags = TellerTags(
        tuple(opgaven),
        tuple(map(Feeling, feelings)),
        tuple(map(Lens, lenses)),
        Audience(audience) if audience else None,
    )
    act(
        say("helper.about_keep"), lambda: helping.tag(visit.store, visit.staff, file.story.id, tags),
        say("helper.about_kept"), key=f"over_{file.story.id}",
    )  # fmt: skip


def others(visit: Visit, file: CaseFile) -> None:
    """Who may not be recognised, and what was agreed with them: section F of the form."""
    (field,) = paper.OTHERS.fields
    st.html(f"<h2>{html.escape(asked(field))}</h2>")
    small(say("helper.others_lead"))
    if file.others:
        small(say("helper.others_count", count=len(file.others)))
    rows = max(rows_of(file.story.id), len(file.others) + 1)
    persons = []
    for number in range(rows):
        before = file.others[number] if number < len(file.others) else None
        name = st.text_input(
            say("helper.others_name", number=number + 1), value=before.name if before else "", max_chars=80,
            key=f"ander_{file.story.id}_{number}",
        )  # fmt: skip
        agreed = st.selectbox(
            say("helper.others_agreed", number=number + 1), list(Agreed), key=f"afgesproken_{file.story.id}_{number}",
            index=list(Agreed).index(before.agreed if before else Agreed.NIET_GEVRAAGD), format_func=field.option,
        )  # fmt: skip
        if name.strip():
            persons.append(ThirdPerson(name, Agreed(agreed)))
    if rows < MOST_PERSONS and st.button(say("helper.others_more"), key=f"nog_{file.story.id}"):
        more_rows(file.story.id, rows + 1)
        st.rerun()
    act(
        say("helper.others_keep"), lambda: helping.name_others(visit.store, visit.staff, file.story.id, persons),
        say("helper.others_kept"), key=f"namen_{file.story.id}", primary=True,
    )  # fmt: skip
