"""Pictures beside words, for who does not read easily: our own drawings, put before the label of a widget.

    pictures({"groot_kind": "kind", "groot_jongere": "jongere"})    # widget key -> name of a picture
    st.button(say("tell.i_am_kind"), key="groot_kind")

The words stay a real label; the picture is decoration that a screen reader skips. The drawings are
door/vorm/prent/<name>.svg and come from this server only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import streamlit as st

NAMES = frozenset(
    {
        # who
        "kind", "jongere", "ouder", "ervaringswerker", "helper",
        # answers, and how to tell
        "ja", "nee", "twijfel", "later", "spreken", "bestand", "typen", "document", "gesprek",
        # opgaven
        "meedoen", "fijn_thuis", "gezonde_dag", "kansrijk_opgroeien", "ontwikkelkansen", "werkgever",
        "ervaringsdeskundigheid", "stress", "eigen_geldzorgen", "eigen_regels",
        # how it feels, and what is told
        "blij", "trots", "boos", "verdrietig", "bang", "moe", "alleen", "hoop", "gewoon", "schaamte", "gaat_goed",
        "gaat_fout", "zou_helpen", "gevolg",
        # who may hear it, what for, and how recognisable
        "redactie", "helpers", "partners", "iedereen", "intern_leren", "nieuwsbrief", "social", "website", "podcast",
        "vlog", "kenniskring", "onderzoek", "hercontact", "bijzonder", "geheel_onherkenbaar", "schuilnaam", "voornaam",
        # the rest
        "voorlezen", "stop_voorlezen", "code", "printen", "gevaar", "slot", "klaar", "microfoon",
    }
)  # fmt: skip

_KEY = re.compile(r"[a-zA-Z0-9_-]{1,80}")
"""Keys that Streamlit takes over unchanged in the class `st-key-<key>`."""

_SHAPE = "content:'';flex:none;width:2.75rem;height:2.75rem;margin-right:.8rem;border-radius:50%"


def pictures(keys: Mapping[str, str]) -> None:
    """Put a picture before the label of each button, checkbox or toggle with one of these keys.

    Once per screen, before the widgets. Raises ValueError for a key with other signs than letters, digits, _ and -,
    and for a picture that we do not have.
    """
    rules = [
        f".st-key-{html.escape(_key(key))} :is(button,label)::before"
        f"{{{_SHAPE};background:url({html.escape(address(name))}) center/contain no-repeat}}"
        for key, name in keys.items()
    ]
    st.html("<style>" + "".join(rules) + "</style>")


def picture(name: str) -> str:
    """HTML of one picture, for beside words inside `st.html`; it says nothing to a screen reader."""
    return f"<img class='vp-prent' src='{html.escape(address(name))}' alt='' width='44' height='44'>"


def address(name: str) -> str:
    """Where the browser gets a picture. Raises ValueError for one that we do not have."""
    if name not in NAMES:
        raise ValueError("no such picture")
    return f"/vorm/prent/{name}.svg"


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("this key is not a plain name")
    return key
