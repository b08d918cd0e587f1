"""Pieces of screen used on more than one page: value in, value out."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import streamlit as st

from stories.consent import Form, Purpose
from stories.errors import GateRefused, Moved, VertelpuntError
from stories.model import Story, joined
from stories.words import has, language, languages, say
from ui.state import choose, choose_language, flash, take_flash

_LOOK = (Path(__file__).parent / "look.css").read_text(encoding="utf-8")

CHANNELS: tuple[tuple[Purpose, Form | None], ...] = (
    (Purpose.INTERN_LEREN, None),
    (Purpose.NIEUWSBRIEF, Form.TEKST),
    (Purpose.KENNISKRING, Form.TEKST),
    (Purpose.WEBSITE, Form.TEKST),
    (Purpose.SOCIAL, Form.TEKST),
    (Purpose.PODCAST, Form.NAGESPROKEN),
    (Purpose.PODCAST, Form.EIGEN_STEM),
)
"""What a teller is asked on screen now. Every one of them is a no until it is made a yes."""


def dress(*, staff: bool, tellers: bool = False) -> None:
    """Our look on top of the theme, and our name; for tellers also the other languages. Once per page."""
    st.html(f"<style>{_LOOK}</style>")
    brand = f"<a class='vp-brand{' staff' if staff else ''}' href='/' target='_self'>Vertelpunt</a>"
    if tellers:
        with st.container(key="kop", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.html(brand, width="content")
            language_switch()
    else:
        st.html(brand)
    place = st.empty()  # there with or without a message: what stands below keeps its place, and so its open tab
    if flashed := take_flash():
        message, refused = flashed
        (place.error if refused else place.success)(message)


def language_switch() -> None:
    """Every other language there is, by its own name."""
    for code, name in languages().items():
        if code != language():
            st.button(plain(name), key=f"taal_{code}", type="tertiary", on_click=choose_language, args=(code,))


def heading(title: str, lead: str = "") -> None:
    st.html(
        f"<h1 class='vp-title'>{html.escape(title)}</h1>"
        + (f"<p class='vp-lead'>{html.escape(lead)}</p>" if lead else "")
    )


def small(text: str) -> None:
    st.html(f"<p class='vp-small'>{html.escape(text)}</p>")


def turn_pages(field: str, page: int, pages: int) -> None:
    """Which page of a list this is, with the way to those beside it; nothing when there is one. `field` of the address
    says which."""
    if pages == 1:
        return
    small(say("search.page", page=page, pages=pages))
    with st.container(horizontal=True):
        for name, to in (("before", page - 1), ("after", page + 1)):
            if 1 <= to <= pages:
                st.button(say(f"search.{name}"), key=f"blad_{name}", on_click=choose, args=(field, str(to)))


def paragraphs(text: str) -> None:
    """Plain text as paragraphs: never interpreted as markup."""
    for part in text.split("\n\n"):
        st.html(f"<p class='vp-text'>{html.escape(part.strip())}</p>")


def plain(text: str) -> str:
    """Text as a label of the framework's own, which reads Markdown: nothing in it is a sign, a link or a picture."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def badge(text: str, tone: str = "calm") -> str:
    """HTML of a small label; tone is calm, good, warn or stop. Colour is never the only sign: the words say it."""
    return f"<span class='vp-badge {tone}'>{html.escape(text)}</span>"


def badges(*parts: str) -> None:
    st.html(f"<div class='vp-badges'>{''.join(parts)}</div>")


def name_of(story: Story) -> str:
    """How a story is called on a screen: role, region and day. Never a word of what was told."""
    at = story.created_at
    place = f" · {story.region}" if story.region else ""
    return f"{say(f'terms.story_of_{story.teller.role}')}{place} · {at.day} {_month(at)}"


def day(value: date | datetime) -> str:
    return f"{value.day} {_month(value)} {value.year}"


def _month(value: date | datetime) -> str:
    return say("terms.months").split()[value.month - 1]


def minutes(ms: int) -> str:
    """Milliseconds as a player shows them, such as `12:05`."""
    return f"{ms // 60000}:{ms // 1000 % 60:02d}"


def say_to(young: bool, key: str, **values: object) -> str:
    """The sentence for whoever is told it: the je-form (`key` with `_young` behind it) for children and youngsters."""
    return say(f"{key}_young" if young else key, **values)


def theme(theme_id: str, own_name: str) -> str:
    """A theme in a teller's words where we have them; one that an administrator added by its own name."""
    return say(f"tell.theme_{theme_id}") if has(f"tell.theme_{theme_id}") else own_name


def channel(purpose: Purpose) -> str:
    return say(f"terms.purpose_{purpose}")


def form(value: Form) -> str:
    return say(f"terms.form_{value}")


def channel_with_form(purpose: Purpose, shape: Form | None) -> str:
    """A channel, with its form where that is more than text: "Podcast (met uw eigen stem)"."""
    return channel(purpose) + (f" ({form(shape)})" if shape not in (None, Form.TEKST) else "")


def listed(parts: Sequence[str]) -> str:
    """`a, b en c`, in the language that is spoken."""
    return joined(parts, last=f" {say('terms.and')} ")


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """The same names, of which no two are equal: a list to choose from sends back the words that it shows."""
    seen: dict[str, int] = {}
    found = {}
    for code, name in names.items():
        seen[name] = seen.get(name, 0) + 1
        found[code] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return found


Lines = Sequence[str]

_CHANGES: ContextVar[Callable[[], Lines]] = ContextVar("changes", default=tuple)


@contextmanager
def changes_told_by(changes: Callable[[], Lines]) -> Iterator[None]:
    """While a page is drawn: who knows what others did since this tab showed it, when a save is refused for that."""
    token = _CHANGES.set(changes)
    try:
        yield
    finally:
        _CHANGES.reset(token)


def refusal(error: VertelpuntError) -> str:
    """Why something was not done, on one line: for whoever cannot show more than that."""
    lines = _CHANGES.get()() if isinstance(error, Moved) else ()
    return " ".join([say("storypage.moved"), *lines]) if lines else error.message


def _tell_moved(error: Moved) -> None:
    """What others did meanwhile. What was typed or chosen is still on the screen, with the newest text around it."""
    lines = _CHANGES.get()()
    st.error(say("storypage.moved") if lines else error.message)
    if lines:
        rows = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        st.html(f"<ul class='vp-list'>{rows}</ul>")
        small(say("storypage.moved_kept"))
        st.button(say("storypage.moved_look"), key="nieuwe_versie")  # any press draws the page anew, without this


def go_to(path: str, **query: str) -> None:
    """Another page, by its address: the table of pages says what is drawn there."""
    st.switch_page(st.Page(_drawn_elsewhere, url_path=path), query_params=query)


def _drawn_elsewhere() -> None:
    raise AssertionError("a page that is gone to is drawn by the table of pages")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Show an error of ours as its Dutch sentence; a refused gate with all its reasons."""
    try:
        yield
    except GateRefused as error:
        st.error(error.message)
        for finding in error.findings:
            st.html(f"<p class='vp-finding'>{html.escape(getattr(finding, 'sentence', ''))}</p>")
    except Moved as error:
        _tell_moved(error)
    except VertelpuntError as error:
        st.error(error.message)


def act(
    label: str,
    do: Callable[[], object],
    done: str,
    *,
    key: str,
    primary: bool = False,
    disabled: bool = False,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """A button that does one thing: saved, then the page is drawn anew with a sentence that says so."""
    if st.button(label, key=key, type="primary" if primary else "secondary", disabled=disabled, width=width):
        with told_plainly():
            do()
            flash(done)
            st.rerun()
