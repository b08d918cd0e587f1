"""Search: words in anonymised texts that were checked, narrowed by facets. The facets stand in the address as codes;
the words stand nowhere but in the field."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

import streamlit as st

from desk import searching
from desk.searching import Choices, Facets, Hit, Results, Snippet
from stories.consent import Form, Purpose
from stories.model import StoryKind, TellerRole
from stories.people import Act
from stories.stages import State
from stories.vocabulary import Soort
from stories.words import say
from ui.parts import (
    badge,
    channel,
    channel_with_form,
    form,
    heading,
    listed,
    name_of,
    paragraphs,
    small,
    turn_pages,
)  # fmt: skip
from ui.state import choose, chosen
from ui.visit import Visit

PAGE = "bladzijde"
TAGS = {"opgave": Soort.OPGAVE, "niveau": Soort.NIVEAU, "lens": Soort.LENS}
IN_A_ROW = 3
MOST_TAGS = 4


def page(visit: Visit) -> None:
    reads = visit.staff.may(Act.READ_STORY)
    heading(say("search.title"), say("search.lead" if reads else "search.lead_cleared"))
    choices = searching.choices(visit.store, visit.staff)
    options = _options(choices)
    words, codes = _question(options)
    on = [badge(f"{say(f'search.facet_{name}')}: {options[name][code]}") for name, code in codes.items() if code]
    if on:
        clear = f"<a href='/zoeken' target='_self'>{html.escape(say('search.clear'))}</a>"
        st.html(f"<div class='vp-badges vp-link'>{''.join(on)}{clear}</div>")
    facets = _facets(codes, choices)
    asked = chosen(PAGE)
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = searching.search(visit.store, visit.staff, words, facets, page=number)
    _told(found, narrowed=bool(on))
    names = {tag: name for kind in choices.tags.values() for tag, name in kind.items()}
    for hit in found.hits:
        _hit(hit, names, reads)
    turn_pages(PAGE, found.page, found.pages)


def _options(choices: Choices) -> dict[str, dict[str, str]]:
    """Per facet its codes, as they stand in the address, with their names."""
    return {
        **{name: dict(choices.tags[kind]) for name, kind in TAGS.items()},
        "rol": {str(role): say(f"search.role_{role}") for role in TellerRole},
        "regio": dict(choices.regions),
        "kanaal": {str(purpose): channel(purpose) for purpose in searching.CHANNELS},
        "vorm": {str(shape): form(shape) for shape in Form},
        "soort": {str(kind): say(f"terms.kind_{kind}") for kind in StoryKind},
        "voorbeeld": {code: say(f"search.value_{code}") for code in ("ja", "nee")},
    }


def _question(options: Mapping[str, Mapping[str, str]]) -> tuple[str, dict[str, str | None]]:
    """The field and the facets; what is chosen goes into the address once the button is pressed."""
    given = {name: code if (code := chosen(name)) in known else None for name, known in options.items()}
    with st.form("zoeken", border=False):
        words = st.text_input(say("search.words"), key="zoek_woorden")
        small(say("search.words_help"))
        codes: dict[str, str | None] = {}
        with st.expander(say("search.facets")):
            for start in range(0, len(options), IN_A_ROW):
                row = list(options.items())[start : start + IN_A_ROW]
                for column, (name, known) in zip(st.columns(IN_A_ROW), row, strict=False):
                    codes[name] = _choice(column.selectbox, name, known, given[name])
        if st.form_submit_button(say("search.go"), type="primary"):
            for name, code in codes.items():
                choose(name, code)
            choose(PAGE, None)
    return words, codes


def _choice(select: Callable[..., str | None], name: str, known: Mapping[str, str], given: str | None) -> str | None:
    return select(
        say(f"search.facet_{name}"),
        list(known),
        index=list(known).index(given) if given else None,
        format_func=lambda code: known[code],
        placeholder=say("search.value_any"),
        key=f"zoek_{name}",
    )


def _facets(codes: Mapping[str, str | None], choices: Choices) -> Facets:
    role, kind, purpose, shape = (codes[name] for name in ("rol", "soort", "kanaal", "vorm"))
    return Facets(
        tags=tuple(code for name in TAGS if (code := codes[name])),
        role=TellerRole(role) if role else None,
        region=choices.regions.get(codes["regio"] or ""),
        kind=StoryKind(kind) if kind else None,
        channel=Purpose(purpose) if purpose else None,
        form=Form(shape) if shape else None,
        example=None if codes["voorbeeld"] is None else codes["voorbeeld"] == "ja",
    )


def _told(found: Results, *, narrowed: bool) -> None:
    if not found.total:
        st.info(say("search.found_none_facets" if narrowed else "search.found_none"))
        return
    if found.any_of:
        st.info(say("search.any_of"))
    count = say("search.found_one") if found.total == 1 else say("search.found", count=found.total)
    st.html(f"<p class='vp-kept' role='status'>{html.escape(count)}</p>")
    if found.held_back:
        small(say("search.held_back", count=found.held_back))


_TONE = {State.VRIJGEGEVEN: "good", State.TER_VRIJGAVE: "warn", State.BIJ_TELLER: "warn"}


def _hit(hit: Hit, names: Mapping[str, str], reads: bool) -> None:
    story = hit.story
    signs = [badge(say(f"terms.kind_{story.kind}"))]
    if reads:
        signs.append(badge(say(f"terms.state_{story.state}"), _TONE[story.state]))
    if story.is_example:
        signs.append(badge(say("ui.example"), "warn"))
    name = html.escape(name_of(story))
    title = f"<a href='/nakijken?verhaal={story.id}' target='_self'><b>{name}</b></a>" if reads else f"<b>{name}</b>"
    with st.container(key=f"kaart_{story.id}"):
        st.html(f"<div class='vp-row vp-link'><div>{title}</div><div class='vp-badges'>{''.join(signs)}</div></div>")
        _snippet(hit.snippet)
        about = [names[tag] for tag in hit.tags if tag in names][:MOST_TAGS]
        may = [channel_with_form(purpose, shape) for purpose, shapes in hit.may.items() for shape in shapes]
        small(say("search.may", channels=listed(may)) if may else say("search.may_nothing"))
        if about:
            small(listed(about))
        if not reads:
            with st.expander(say("search.whole")):
                paragraphs(hit.text)
            words = html.escape(say("search.quote"))
            st.html(f"<p class='vp-link'><a href='/citaten?verhaal={story.id}' target='_self'>{words}</a></p>")


def _snippet(piece: Snippet) -> None:
    """The words that were looked for stand in a mark; all of it is text."""
    parts, at = ["… " if piece.cut_before else ""], 0
    for start, end in piece.spans:
        parts.append(html.escape(piece.text[at:start]))
        parts.append(f"<mark>{html.escape(piece.text[start:end])}</mark>")
        at = end
    parts.append(html.escape(piece.text[at:]))
    parts.append(" …" if piece.cut_after else "")
    st.html(f"<p class='vp-text'>{''.join(parts)}</p>")
