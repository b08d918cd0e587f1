"""Which helplines stand under products, and when somebody last looked whether they are right; for an administrator."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import helplines
from stories.words import say
from ui.parts import act, badge, badges, day, small
from ui.visit import Visit


def card(visit: Visit) -> None:
    """For the page of the house."""
    with st.container(key="kaart_hulplijnen"):
        st.html(f"<h2>{html.escape(say('helplines.title'))}</h2>")
        small(say("helplines.what", days=visit.settings.helpline_days))
        for row in helplines.overview(visit.store, visit.staff):
            small(row.line.line)
            on = day(row.line.checked_on)
            who = say("helplines.by", day=on, who=row.by) if row.by else say("helplines.with_app", day=on)
            badges(badge(who, "warn" if row.is_old else "calm"), *([badge(say("helplines.old"), "warn")] * row.is_old))
            act(
                say("helplines.right", number=row.line.number),
                partial(helplines.check, visit.store, visit.staff, row.line.code, expected=row.version),
                say("helplines.done"), key=f"hulplijn_{row.line.code}", width="content",
            )  # fmt: skip
