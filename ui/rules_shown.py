"""A rule as people read it, and what a proposal changes. Texts are drawn as text, never as markup."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence

import streamlit as st

from desk.rulediff import Change, Sign, channel_in_words, term_in_words
from desk.rules import channels_from_json
from stories.rulebook import RuleKind
from stories.words import room, say
from ui.parts import badge, small

_TONE = {"ja": "good", "waarschijnlijk": "warn", "nee": "calm"}


def body(kind: RuleKind, text: str, *, key: str) -> None:
    """The whole of one version."""
    if kind is RuleKind.NOTICE:
        notice(text, key=key)
    elif kind is RuleKind.PURPOSES:
        _list([channel_in_words(channel) for channel in channels_from_json(json.loads(text))])
    elif kind is RuleKind.TERMS:
        terms = json.loads(text)
        _list([f"{say(f'rules.term_{name}')}: {term_in_words(name, value)}" for name, value in terms.items()])
    else:
        for row in json.loads(text):
            _theme(row)


def notice(text: str, *, key: str) -> None:
    """Headings, paragraphs and lists, of a text that was checked or is still being written."""
    parts = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("#"):
            parts.append(f"<h3>{html.escape(bare.lstrip('# '))}</h3>")
        elif bare.startswith("- "):
            parts.append(f"<p class='vp-item'>{html.escape(bare[2:])}</p>")
        elif bare:
            parts.append(f"<p class='vp-text'>{html.escape(bare)}</p>")
    with st.container(key=f"kaart_uitleg_{key}"):
        st.html("".join(parts))


def changes(found: Sequence[Change]) -> None:
    """Each change with a word for what it is: colour is never the only sign."""
    for change in found:
        sign = badge(say(f"rules.sign_{change.sign}"), _SIGN[change.sign])
        where = html.escape(f"{change.where}: " if change.where else "")
        words, at = [], 0
        for start, end in change.spans:
            words.append(html.escape(change.text[at:start]))
            words.append(f"<mark>{html.escape(change.text[start:end])}</mark>")
            at = end
        words.append(html.escape(change.text[at:]))
        st.html(f"<p class='vp-change'>{sign} <b>{where}</b>{''.join(words)}</p>")


_SIGN = {Sign.ADDED: "good", Sign.GONE: "stop", Sign.CHANGED: "warn"}


def language_name(code: str) -> str:
    """ "Nederlands", or the code of a language that has no name in the catalogue."""
    return room("rules").get(f"language_{code}", code)


def _list(lines: Sequence[str]) -> None:
    st.html(f"<ul class='vp-list'>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>")


def _theme(row: dict) -> None:
    number = f"{row['nr']}. " if row["nr"] else ""
    status = badge(say(f"rules.badge_{row['bevestigd']}"), _TONE[row["bevestigd"]])
    if row["soort"] != "opgave":
        status = badge(say(f"themes.kind_{row['soort']}"))
    aside = "" if row["actief"] else badge(say("rules.badge_aside"), "stop")
    st.html(f"<p class='vp-change'><b>{html.escape(number + row['naam'])}</b> {status} {aside}</p>")
    small(row["betekenis"])
    heading = html.escape(say("rules.words", count=len(row["woorden"])))
    words = html.escape(", ".join(row["woorden"]))
    st.html(f"<details class='vp-small'><summary>{heading}</summary>{words}</details>")
