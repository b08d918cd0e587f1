"""Your own account: a new password."""

from __future__ import annotations

import streamlit as st

from desk import accounts
from stories.words import say
from ui.parts import heading, told_plainly
from ui.visit import Visit


def page(visit: Visit) -> None:
    heading(say("ui.account_title"), say("ui.account_lead", name=visit.staff.name))
    with st.form("wachtwoord", border=False):
        old = st.text_input(say("ui.account_old"), type="password")
        new = st.text_input(say("ui.account_new"), type="password", help=say("ui.person_password_help"))
        if st.form_submit_button(say("ui.account_change"), type="primary"):
            with told_plainly():
                accounts.change_password(visit.store, visit.staff, old, new)
                st.success(say("ui.account_changed"))
