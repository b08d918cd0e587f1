"""The frame around every page: look, menu by role, and the one table of pages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from stories.people import Act, CodeHolder, User
from stories.settings import Settings
from stories.store import Store
from stories.words import DEFAULT_LANGUAGE, known, say, set_language
from ui import (
    account,
    agenda,
    clips,
    compose,
    contacts,
    follow,
    helping,
    home,
    house,
    house_files,
    insights,
    manual,
    models,
    nametable,
    queue,
    quotes,
    register,
    review,
    rules,
    search,
    tell,
    templates,
    transcript,
)
from ui.components.dutch import dutch
from ui.components.reader import reader
from ui.parts import dress, told_plainly
from ui.state import visitor_language
from ui.visit import Visit


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its place in the URL, and who sees it in the menu. The desk checks rights again, always."""

    path: str
    draw: Callable[[Visit], None]
    acts: frozenset[Act] = frozenset()  # any of these; empty: everybody
    public: bool = False


PAGES: tuple[Page, ...] = (
    Page("", home.page, public=True),
    Page("vertel", tell.page, public=True),
    Page("mijn-verhaal", follow.page, public=True),
    Page("gesprekken", helping.page, frozenset({Act.TAKE_STORY})),
    Page("contacten", contacts.page, frozenset({Act.OPEN_CONTACT})),
    Page("verhalen", queue.page, frozenset({Act.SEE_QUEUE})),
    Page("zoeken", search.page, frozenset({Act.READ_STORY, Act.SEE_CLEARED})),
    Page("luisteren", transcript.page, frozenset({Act.OPEN_ORIGINAL})),
    Page("nakijken", review.page, frozenset({Act.READ_STORY})),
    Page("wie-is-wie", nametable.page, frozenset({Act.OPEN_NAMES})),
    Page("citaten", quotes.page, frozenset({Act.SEE_CLEARED})),
    Page("stukken", compose.page, frozenset({Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT})),
    Page("gepubliceerd", register.page, frozenset({Act.EXPORT})),
    Page("fragmenten", clips.page, frozenset({Act.COMPOSE, Act.RELEASE_PIECE})),
    Page("huisgeluid", house_files.page, frozenset({Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT})),
    Page("agenda", agenda.page, frozenset({Act.SEE_CLEARED})),
    Page("inzichten", insights.page, frozenset({Act.SEE_CLEARED})),
    Page("beheer", house.page, frozenset({Act.SEE_HEALTH})),
    Page("spraakmodellen", models.page, frozenset({Act.MANAGE_MODELS})),
    Page("regels", rules.page, frozenset({Act.EDIT_RULES})),
    Page("sjablonen", templates.page, frozenset({Act.EDIT_RULES})),
    Page("account", account.page, frozenset(Act)),
)


UNLISTED = ("vertel", "mijn-verhaal", "luisteren", "nakijken", "huisgeluid")
"""Not in the menu: Begin leads to the first two (only staff see a menu), a story or a piece to the others."""


def pages_for(user: User | None) -> tuple[Page, ...]:
    """The public pages, and those this user's roles reach."""
    return tuple(p for p in PAGES if p.public or (user is not None and any(user.may(act) for act in p.acts)))


def run(
    user: User | None, holder: CodeHolder | None, store: Store, settings: Settings, language: str | None = None
) -> None:
    """Draw the menu and the chosen page for whoever is here; `language` is what their cookie says.

    Streamlit runs this in a thread of its own, so the language is set anew in every run. A fragment on a public page
    runs without this: it begins with `set_language(visit.language)`.
    """
    st.set_page_config(page_title="Vertelpunt", page_icon=None, layout="centered")
    visit = Visit(user, holder, store, settings, visitor_language(language))
    set_language(DEFAULT_LANGUAGE if user else visit.language)
    menu = [
        st.Page(
            _drawn(page, visit, language),
            title=say(f"ui.menu_{page.path.replace('-', '_') or 'home'}"),
            url_path=page.path,
            default=page.path == "",
            visibility="hidden" if page.path in UNLISTED else "visible",
        )
        for page in pages_for(user)
    ]
    st.navigation(menu, position="top" if user else "hidden").run()


def _drawn(page: Page, visit: Visit, cookie: str | None) -> Callable[[], None]:
    @functools.wraps(page.draw)
    def draw() -> None:
        set_language(visit.language if page.public else DEFAULT_LANGUAGE)
        dress(staff=visit.user is not None, tellers=page.public)
        if page.public:
            reader()
        with told_plainly(), visit.store.one_moment():
            page.draw(visit)
        if visit.user is not None:
            manual.link(visit.user)
        dutch(visitor=visit.language if page.public else None, remembered=known(cookie) or DEFAULT_LANGUAGE)

    return draw
