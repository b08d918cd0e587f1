"""Citaten: what was cut from every released story, what each may be used for today, and the basket they go into.

What somebody chose to see stands in the address. Cutting new words is done in one story (`?verhaal=`), making something
of what was chosen in the basket (`?mandje=`).
"""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import basket, quoting
from desk.quoting import CHANNELS, Filters, Found, Shown
from stories.consent import Form, Purpose
from stories.model import QuoteKind, TellerRole
from stories.people import Act
from stories.words import say
from ui import quotes_basket, quotes_cut, quotes_literal
from ui.components.player import player
from ui.parts import act, badge, channel, day, heading, listed, name_of, told_apart, turn_pages
from ui.state import choose_all, chosen, chosen_all, field_text, fill_fields
from ui.visit import Visit

NAMES = ("verhaal", "opgave", "rol", "kanaal", "soort")
"""What can be chosen, by its name in the address. A list is called `citaat_` and this name."""

PAGE = "p"


def page(visit: Visit) -> None:
    composes = visit.staff.may(Act.COMPOSE)
    chosen_ids = [row.quote.id for row in basket.basket(visit.store, visit.staff).rows] if composes else []
    heading(say("compose.quotes_title"), say("compose.quotes_lead"))
    in_basket = composes and chosen("mandje") is not None
    if composes:
        _views(len(chosen_ids), in_basket)
    if in_basket:
        quotes_basket.contents(visit)
        return
    filters = _asked()
    found = quoting.quotes(visit.store, visit.staff, filters, page=_number())
    _choices(visit, found)
    if filters.story_id is not None:
        quotes_cut.words_of(visit, filters.story_id)
    _told(found)
    for row in found.rows:
        _row(visit, row, in_basket=row.quote.id in chosen_ids)
    turn_pages(PAGE, found.page, found.pages)


def _views(count: int, in_basket: bool) -> None:
    """All quotes, or what was chosen of them."""
    here = "" if in_basket else " aria-current='page'"
    there = " aria-current='page'" if in_basket else ""
    every = html.escape(say("compose.view_all"))
    own = html.escape(say("compose.view_basket", count=count))
    st.html(
        f"<nav class='vp-tabs'><a href='/citaten' target='_self'{here}>{every}</a>"
        f"<a href='/citaten?mandje=1' target='_self'{there}>{own}</a></nav>"
    )


# choosing


def _asked() -> Filters:
    """What the address says; what is no choice there does not matter."""
    codes = chosen_all()

    def known(kind: type[TellerRole] | type[Purpose] | type[QuoteKind], name: str) -> object:
        return next((value for value in kind if value == codes.get(name)), None)

    role, purpose, kind = known(TellerRole, "rol"), known(Purpose, "kanaal"), known(QuoteKind, "soort")
    return Filters(
        story_id=codes.get("verhaal"),
        theme=codes.get("opgave"),
        role=role if isinstance(role, TellerRole) else None,
        channel=purpose if isinstance(purpose, Purpose) else None,
        kind=kind if isinstance(kind, QuoteKind) else None,
    )


def _number() -> int:
    asked = chosen(PAGE) or ""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _choices(visit: Visit, found: Found) -> None:
    names = {
        "verhaal": told_apart({one.id: name_of(one) for one in quoting.sources(visit.store, visit.staff)}),
        "opgave": dict(found.themes),
        "rol": {str(role): say(f"queue.role_{role}") for role in TellerRole},
        "kanaal": {str(purpose): channel(purpose) for purpose in CHANNELS},
        "soort": {str(kind): say(f"ui.quote_{kind}") for kind in QuoteKind},
    }
    codes = chosen_all()
    fill_fields({f"citaat_{name}": code if (code := codes.get(name, "")) in names[name] else "" for name in NAMES})
    _choice("verhaal", names["verhaal"])
    narrowed = any(codes.get(name) for name in NAMES if name != "verhaal")
    with st.expander(say("compose.choose_more"), expanded=narrowed), st.container(key="keuzes_citaten"):
        for name in NAMES:
            if name != "verhaal":
                _choice(name, names[name])


def _choice(name: str, known: dict[str, str]) -> None:
    st.selectbox(
        say(f"compose.choose_{name}"), ["", *known], format_func=partial(_named, known, name), key=f"citaat_{name}",
        on_change=_chosen, args=(name,),
    )  # fmt: skip


def _named(known: dict[str, str], name: str, code: str) -> str:
    return known.get(code) or say("compose.choose_story_first" if name == "verhaal" else "queue.any")


def _chosen(name: str) -> None:
    now = {one: code for one, code in chosen_all().items() if one in NAMES}
    choose_all({one: code for one, code in (now | {name: field_text(f"citaat_{name}")}).items() if code})


def _told(found: Found) -> None:
    if not found.total:
        st.info(say("compose.quotes_none"))
        return
    count = say("compose.quotes_one") if found.total == 1 else say("compose.quotes_count", count=found.total)
    st.html(f"<p class='vp-kept' role='status'>{html.escape(count)}</p>")


# one quote


def _row(visit: Visit, row: Shown, *, in_basket: bool) -> None:
    with st.container(key=f"kaart_citaat_{row.quote.id}"):
        quoted(row, link="nakijken" if visit.staff.may(Act.READ_STORY) else "citaten")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            about(row)
            if visit.staff.may(Act.COMPOSE):
                _choose(visit, row, in_basket=in_basket)
        _around(visit, row)


def _choose(visit: Visit, row: Shown, *, in_basket: bool) -> None:
    do, label, done, key = (
        (basket.take_out, "take_out", "taken_out", "mand_uit")
        if in_basket
        else (basket.put, "put_in", "put_in_done", "mand_in")
    )
    act(
        say(f"compose.{label}"), partial(do, visit.store, visit.staff, row.quote.id), say(f"compose.{done}"),
        key=f"{key}_{row.quote.id}", width="content",
    )  # fmt: skip


def quoted(row: Shown, *, link: str) -> None:
    """The words, and who said them: by role, with a way to the story."""
    name = html.escape(name_of(row.story))
    st.html(
        f"<blockquote class='vp-quote vp-link'>{html.escape(row.quote.text)}<br><span>"
        f"<a href='/{html.escape(link)}?verhaal={row.story.id}' target='_self'>{name}</a></span></blockquote>"
    )


def about(row: Shown) -> None:
    """What it is, what it may be used for, what is nearly over, and how much of this story is public already."""
    signs = [badge(say(f"ui.quote_{row.quote.kind}"))]
    for ends in row.ends:
        what = listed([channel(purpose) for purpose in ends.purposes])
        signs.append(badge(say("compose.ends", day=day(ends.last_day), where=what), "warn"))
    if row.public:
        full = row.public >= row.limit
        signs.append(badge(say("compose.public", count=row.public, limit=row.limit), "warn" if full else "calm"))
    where = say("compose.may", where=listed(where_to(row))) if row.uses else row.why_not
    st.html(f"<div class='vp-badges'>{''.join(signs)}</div><p class='vp-small'>{html.escape(where)}</p>")


def where_to(row: Shown) -> list[str]:
    """Each channel with the forms that are allowed there: "Podcast (nagesproken)"."""
    found = []
    for purpose in dict.fromkeys(purpose for purpose, _ in row.uses):
        forms = [say(f"compose.form_{form}") for form in row.forms(purpose)]
        only_text = row.forms(purpose) == (Form.TEKST,)
        found.append(channel(purpose) + ("" if only_text else f" ({', '.join(forms)})"))
    return found


def _around(visit: Visit, row: Shown) -> None:
    """The sentences around it, and its sound when that is safe to hear; drawn once it is opened."""
    place = st.expander(say("compose.around"), key=f"rond_{row.quote.id}", on_change="rerun")
    if not place.open:
        return
    with place:
        st.html(
            f"<p class='vp-text'>{html.escape(row.before)} <mark>{html.escape(row.quote.text)}</mark> "
            f"{html.escape(row.after)}</p>"
        )
        start, end = row.quote.start_ms, row.quote.end_ms
        if row.sound and start is not None and end is not None:
            player(
                f"/geluid/{row.story.id}/veilig?v={row.sound[:12]}#t={start / 1000:.2f},{end / 1000:.2f}",
                say("compose.listen"), key=f"hoor_{row.quote.id}",
            )  # fmt: skip
        quotes_literal.offer(visit, row)
