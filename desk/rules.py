"""The rules that count now: the newest version that two administrators agreed on, or the built-in one.

Old versions stay readable for ever, because consent events name the notice they were said to.
"""

from __future__ import annotations

import json
from typing import Any

from capture import notices
from stories import words
from stories.consent import WITHOUT_FORM, Form, Notice, Purpose
from stories.rulebook import RuleKind
from stories.store import Books, Store
from stories.terms import Terms

Channel = tuple[Purpose, Form | None]
"""A purpose with the form in which it is offered; None for purposes that publish nothing."""

OFFERED: tuple[Channel, ...] = (
    (Purpose.INTERN_LEREN, None),
    (Purpose.NIEUWSBRIEF, Form.TEKST),
    (Purpose.KENNISKRING, Form.TEKST),
    (Purpose.WEBSITE, Form.TEKST),
    (Purpose.SOCIAL, Form.TEKST),
    (Purpose.PODCAST, Form.NAGESPROKEN),
    (Purpose.PODCAST, Form.VERVORMDE_STEM),
    (Purpose.PODCAST, Form.EIGEN_STEM),
    (Purpose.VLOG, Form.NAGESPROKEN),
    (Purpose.VLOG, Form.BEELD),
    (Purpose.ONDERZOEK, None),
    (Purpose.HERCONTACT, None),
)
"""What a teller is asked about. Every one of them is a no until it is made a yes."""


def terms(books: Books) -> Terms:
    """How long what is kept."""
    rule = books.rule(RuleKind.TERMS)
    return Terms.from_json(json.loads(rule.body)) if rule else Terms()


def notice(books: Books, language: str | None = None) -> tuple[Notice, str]:
    """The notice a teller is shown now, and its text (Markdown, our own words): in the language that is spoken with
    this teller, or in `language`.

    Raises NotReady (capture.notice_unknown) for a language that has none.
    """
    language = language or words.language()
    rule = books.rule(RuleKind.NOTICE, language)
    if rule is None:
        return notices.current(language)
    return Notice(notices.ID, rule.version, language, rule.sha256), rule.body


def offered(books: Books) -> tuple[Channel, ...]:
    """The purposes and forms that tellers are asked about."""
    rule = books.rule(RuleKind.PURPOSES)
    return channels_from_json(json.loads(rule.body)) if rule else OFFERED


def channels_from_json(rows: object) -> tuple[Channel, ...]:
    """`[["nieuwsbrief", "tekst"], ["onderzoek", null], ...]`. Raises ValueError or TypeError on anything else."""
    if not isinstance(rows, list):
        raise TypeError("a list of purposes with a form")
    found = []
    for purpose, form in rows:
        channel = (Purpose(purpose), None if form is None else Form(form))
        if (channel[0] in WITHOUT_FORM) != (channel[1] is None) or channel[0] is Purpose.VERWERKEN:
            raise ValueError("a channel has a form, and only a channel")
        found.append(channel)
    return tuple(dict.fromkeys(found))


def shown_notice(store: Store, language: str | None = None) -> tuple[Notice, str]:
    """As `notice`, for a screen."""
    with store.read() as books:
        return notice(books, language)


def shown_channels(store: Store) -> tuple[Channel, ...]:
    """As `offered`, for a screen."""
    with store.read() as books:
        return offered(books)


def shown_themes(store: Store) -> tuple[dict[str, Any], ...]:
    """The themes a teller can choose from: the vocabulary's rows, without what is no longer offered."""
    with store.read() as books:
        return tuple(row for row in books.vocabulary()[1] if row.get("actief", True))
