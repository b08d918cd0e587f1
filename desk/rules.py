"""The rules that count now: the newest version that two administrators agreed on, or the built-in one.

Old versions stay readable for ever, because consent events name the notice they were said to.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from capture import notices
from stories import words
from stories.consent import WITHOUT_FORM, Form, Notice, Purpose
from stories.errors import NotFound
from stories.rulebook import Rule, RuleKind
from stories.store import Books, Store
from stories.terms import Terms
from stories.vocabulary import Soort, only, whole

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


PROMISED = ("raw_audio_days", "story_months", "proof_years")
"""The terms that the notice names: they are a promise to whoever read it."""


def promised(books: Books, *shown: Notice) -> Terms:
    """The terms for a story whose people were shown these notices: what they name is never longer than it was then.

    Of every promised term the shortest counts that was in force since the oldest of them began to count. So a longer
    term is for whoever is shown the notice that names it, and a shorter one is for everybody.
    """
    began = {
        Notice(notices.ID, rule.version, rule.language, rule.sha256): rule.approved_at
        for rule in _approved(books, RuleKind.NOTICE)
    }
    since = [began.get(notice) for notice in shown]  # None: a built-in one, which counted from the beginning
    in_force = [Terms()]
    for rule in _approved(books, RuleKind.TERMS):
        if all(one is not None and rule.approved_at is not None and rule.approved_at <= one for one in since):
            in_force = []  # over before these notices began
        in_force.append(Terms.from_json(json.loads(rule.body)))
    return replace(in_force[-1], **{name: min(getattr(terms, name) for terms in in_force) for name in PROMISED})


def _approved(books: Books, kind: RuleKind) -> list[Rule]:
    """Every version that counts or counted, oldest first."""
    return [rule for rule in reversed(books.rule_versions(kind)) if rule.approved_by is not None]


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


def vocabulary(books: Books) -> tuple[dict[str, Any], ...]:
    """Every row there is: opgaven, levels and lenses, also what was put aside and keeps its name for the stories that
    have it."""
    return whole(books.vocabulary()[1])


def tags(books: Books) -> tuple[dict[str, Any], ...]:
    """What a story can be given now."""
    return tuple(row for row in vocabulary(books) if row.get("actief", True))


def themes(books: Books) -> tuple[dict[str, Any], ...]:
    """The opgaven and themes a story can be given now."""
    return only(tags(books), Soort.OPGAVE)


def notice_text(store: Store, shown: Notice) -> str:
    """Exactly the words somebody was shown, however old, so that a proof of consent can be read.

    Raises NotFound when this notice never counted, or its words are not those of the hash.
    """
    for known, text in notices.versions(shown.language):
        if known == shown:
            return text
    with store.read() as books:
        rule = books.rule_version(RuleKind.NOTICE, shown.version, shown.language)
    if rule.approved_by is None or (notices.ID, rule.sha256) != (shown.id, shown.sha256):
        raise NotFound("stories.not_found")
    return rule.body


def shown_notice(store: Store, language: str | None = None) -> tuple[Notice, str]:
    """As `notice`, for a screen."""
    with store.read() as books:
        return notice(books, language)


def shown_terms(store: Store) -> Terms:
    """As `terms`, for a screen."""
    with store.read() as books:
        return terms(books)


def shown_channels(store: Store) -> tuple[Channel, ...]:
    """As `offered`, for a screen."""
    with store.read() as books:
        return offered(books)


def shown_themes(store: Store) -> tuple[dict[str, Any], ...]:
    """The themes a teller can choose from: the vocabulary's rows, without what is no longer offered."""
    with store.read() as books:
        return themes(books)
