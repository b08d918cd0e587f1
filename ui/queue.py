"""The queue: every story, under what it needs next. What somebody chose to see stands in the address."""

from __future__ import annotations

from functools import partial

import streamlit as st

from desk import queue
from desk.queue import Heading, QueuePage, QueueRow, Whose
from desk.queue_filters import NAMES, page_number
from stories.model import TellerRole
from stories.people import Act
from stories.words import say
from ui import queue_parts
from ui.parts import heading, plain, small
from ui.review_notes import called
from ui.state import choose_all, chosen_all, field_text, fill_fields
from ui.todo import todo
from ui.visit import Visit
from ui.ways import asked

REFRESH_S = 5
"""Seconds between two looks at the queue while somebody watches it."""

CHOICES = ("rol", "regio", "opgave", "van")
"""Filters that are chosen from a list. The list is called `kies_` and the filter's name."""


def page(visit: Visit) -> None:
    heading(say("queue.title"), say("queue.lead"))
    called(visit)
    if visit.staff.may(Act.EDIT_NAMES):
        todo(visit, "read_back_changes")
    queue_parts.take_next(visit)
    drawn_now = [_look(visit)]
    _choices(drawn_now[0])

    @st.fragment(run_every=REFRESH_S)
    def live() -> None:
        seen = drawn_now.pop() if drawn_now else _look(visit)  # with the page itself nothing is asked twice
        _headings(seen)
        if not seen.rows:
            st.info(say("queue.nothing_here" if seen.filters.codes or any_stories(seen) else "queue.empty"))
        _pages(seen, "boven")
        for row in seen.rows:
            _row(visit, row, with_heading=seen.filters.heading is None)
        _pages(seen, "onder")
        if not all(tag.confirmed for row in seen.rows for tag in row.tags):
            small(say("queue.tags_how"))

    live()


def _look(visit: Visit) -> QueuePage:
    return queue.queue(visit.store, visit.staff, asked(), page=page_number(chosen_all().get("p")))


def any_stories(seen: QueuePage) -> bool:
    return any(count.stories for count in seen.counts.values())


def _go(**changes: str | None) -> None:
    """The same choice but for this, from the first page unless `p` says another."""
    now = {name: value for name, value in chosen_all().items() if name in NAMES}
    choose_all({name: value for name, value in (now | changes).items() if value})


def _headings(seen: QueuePage) -> None:
    """A counter per heading: pressed, it shows what stands under it."""
    open_now = sum(seen.counts[one].stories for one in queue.HEADINGS if one not in queue.FINISHED)
    here = seen.filters.heading
    with st.container(key="koppen", horizontal=True, gap="small"):
        _counter(say("queue.all_open"), open_now, None, here is None)
        for one in queue.HEADINGS:
            if seen.counts[one].stories or one is here:
                _counter(say(f"queue.heading_{one}"), seen.counts[one].stories, one, one is here)


def _counter(name: str, count: int, to: Heading | None, is_here: bool) -> None:
    st.button(
        say("queue.number", name=name, count=count), key=f"kop_{to or 'open'}", width="content",
        type="primary" if is_here else "secondary", on_click=_go, kwargs={"kop": str(to) if to else None},
    )  # fmt: skip


def _choices(seen: QueuePage) -> None:
    """The lists to choose from, showing what the address says; folded away, with what is chosen in sight."""
    names = {
        "rol": {str(role): say(f"queue.role_{role}") for role in TellerRole},
        "regio": dict(seen.regions),
        "opgave": dict(seen.opgaven),
        "van": {str(whose): say(f"queue.whose_{whose}") for whose in Whose},
    }
    codes = seen.filters.codes
    fill_fields({f"kies_{name}": codes.get(name, "") for name in CHOICES})
    late = seen.filters.late
    picked = [names[name][codes[name]] for name in CHOICES if name in codes] + [say("queue.only_late")] * late
    with st.expander(plain(": ".join(filter(None, [say("queue.filter"), " · ".join(picked)]))), key="filter"):
        for name, place in zip(CHOICES, st.columns(len(CHOICES), gap="small"), strict=True):
            place.selectbox(
                say(f"queue.choose_{name}"), ["", *names[name]], format_func=partial(_named, names[name]),
                key=f"kies_{name}", on_change=_chosen, args=(name,),
            )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            st.button(
                say("queue.only_late"), key="kies_laat", type="primary" if late else "secondary", on_click=_go,
                kwargs={"laat": None if late else "1"}, width="content",
            )  # fmt: skip
            if picked:
                st.button(
                    say("queue.clear"), key="wissen", type="tertiary", on_click=_go, kwargs=dict.fromkeys(NAMES),
                    width="content",
                )  # fmt: skip


def _named(known: dict[str, str], code: str) -> str:
    return known.get(code) or say("queue.any")


def _chosen(name: str) -> None:
    _go(**{name: field_text(f"kies_{name}")})


def _row(visit: Visit, row: QueueRow, *, with_heading: bool) -> None:
    with st.container(key=f"kaart_{row.story.id}", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            queue_parts.row_of(row, visit.staff, with_heading=with_heading)
        queue_parts.hands(visit, row)


def _pages(seen: QueuePage, where: str) -> None:
    if seen.pages == 1:
        return
    with st.container(
        key=f"bladeren_{where}", horizontal=True, vertical_alignment="center", horizontal_alignment="center"
    ):
        for name, to in (("previous", seen.page - 1), ("following", seen.page + 1)):
            st.button(
                say(f"queue.{name}"), key=f"naar_{name}_{where}", type="tertiary", disabled=not 1 <= to <= seen.pages,
                on_click=_go, kwargs={"p": str(to)}, width="content",
            )  # fmt: skip
        small(say("queue.pages", page=seen.page, pages=seen.pages))
