"""Making rules: administrators propose new versions of notices, purposes, terms and themes; another one approves them.

shown = overview(store, ann)                                     # what counts, what waits, what was
rule = propose(store, ann, RuleKind.TERMS, body, expected=shown.of(RuleKind.TERMS).newest)
approve(store, bea, RuleKind.TERMS, rule.version)                # Ann may not

What counts now is answered by `desk.rules`. Nothing is overwritten: every proposal is a version of its own, and so is
taking one off the table. There is no way for one person alone, on purpose: these are promises to tellers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from capture import notices
from desk import rulechecks, rulediff, rules
from desk.rulediff import Change
from desk.rulenumbers import drifted
from stories.errors import InputRefused, Moved
from stories.people import Act, User
from stories.rulebook import Rule, RuleKind
from stories.store import Books, Store
from stories.terms import Terms
from stories.vocabulary import whole

BUILT_IN = 1
"""The version that purposes, terms and themes come with; notices have their own numbers."""


class Status(StrEnum):
    """Where a version is; `rules.status_of_<value>` says it."""

    COUNTS = "counts"
    WAITS = "waits"  # for a second administrator
    REPLACED = "replaced"  # counted once
    PASSED = "passed"  # never approved: a newer proposal came, or it was taken off the table
    DROPPED = "dropped"  # takes the proposal before it off the table


@dataclass(frozen=True, slots=True)
class Version:
    """One version with the names of who made it. A built-in one was made by nobody here, at no moment of ours."""

    number: int
    status: Status
    body: str
    proposer: User | None = None
    proposed_at: datetime | None = None
    approver: User | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one rule: `versions` newest first, and `drift`: sentences about numbers that no longer fit."""

    kind: RuleKind
    language: str
    versions: tuple[Version, ...]
    drift: tuple[str, ...] = ()

    @property
    def newest(self) -> int:
        """What a proposal is based on: whoever proposes has seen everything up to this number."""
        return self.versions[0].number

    @property
    def now(self) -> Version:
        return next(version for version in self.versions if version.status is Status.COUNTS)

    @property
    def waiting(self) -> Version | None:
        return self.versions[0] if self.versions[0].status is Status.WAITS else None

    @property
    def draft(self) -> str:
        """What a next proposal begins with: the one that waits, or what counts."""
        return (self.waiting or self.now).body

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the waiting proposal changes."""
        return rulediff.changes(self.kind, self.now.body, self.waiting.body) if self.waiting else ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Every rule. `others` are the administrators who could approve a proposal of whoever looks."""

    standings: tuple[Standing, ...]
    others: int

    def of(self, kind: RuleKind, language: str = "") -> Standing:
        return next(one for one in self.standings if (one.kind, one.language) == (kind, language))


@dataclass(frozen=True, slots=True)
class TriedOut:
    """What would happen to a proposal: `problem` is why it would be refused, else `changes` is what it changes."""

    problem: str = ""
    changes: tuple[Change, ...] = ()


def overview(store: Store, user: User) -> Overview:
    """What counts, what waits and what was, of every rule."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        every = [(RuleKind.NOTICE, language) for language in _languages(books)]
        every += [(kind, "") for kind in (RuleKind.PURPOSES, RuleKind.TERMS, RuleKind.THEMES)]
        others = sum(one.may(Act.EDIT_RULES) and one.id != user.id for one in books.users())
        return Overview(tuple(_standing(store, books, kind, language) for kind, language in every), others)


def history(store: Store, user: User, kind: RuleKind, language: str = "") -> tuple[Version, ...]:
    """Every version of one rule, newest first, also what never counted. Raises InputRefused for another language."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        return _standing(store, books, kind, language).versions


def try_out(store: Store, user: User, kind: RuleKind, body: str, language: str = "") -> TriedOut:
    """As `propose`, but nothing is kept and nothing is raised about the body."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        standing = _standing(store, books, kind, language)
        try:
            kept = _checked(store, books, kind, language, body)
        except InputRefused as refused:
            return TriedOut(refused.message)
    return TriedOut(changes=rulediff.changes(kind, standing.now.body, kept))


def propose(
    store: Store,
    user: User,
    kind: RuleKind,
    body: str,
    language: str = "",
    *,
    expected: int,
    parts: Collection[str] = (),
) -> Rule:
    """A new version, checked, that counts once another administrator approves it. An older proposal is replaced.

    `expected` is the newest version whoever proposes has seen; `parts` are the parts of a notice that they say are in
    it (all of `rulechecks.NOTICE_PARTS`). Raises Moved, or InputRefused with what is wrong.
    """
    user.require(Act.EDIT_RULES)
    with store.write() as books:
        standing = _standing(store, books, kind, language)
        if standing.newest != expected:
            raise Moved("stories.moved")
        body = _checked(store, books, kind, language, body)
        if body == standing.now.body and not standing.waiting:
            raise InputRefused("rules.nothing_changed")
        if body == standing.draft:
            raise InputRefused("rules.already_proposed")
        if kind is RuleKind.NOTICE and set(parts) != set(rulechecks.NOTICE_PARTS):
            raise InputRefused("rules.parts_missing")
        rule = books.propose_rule(kind, body, user.id, language=language, first=standing.newest + 1)
        books.audit(user.id, "rule_proposed", detail=_detail(rule))
        return rule


def approve(store: Store, user: User, kind: RuleKind, version: int, language: str = "") -> Rule:
    """From now on this version counts.

    Raises Refused (four eyes) for whoever proposed it, Moved unless it is the newest version and still waits,
    InputRefused when it does not fit any more (a term changed after it was proposed), and NotFound.
    """
    user.require(Act.EDIT_RULES)
    with store.write() as books:
        rule = books.rule_version(kind, version, language)
        waiting = _standing(store, books, kind, language).waiting
        if waiting is None or waiting.number != version:
            raise Moved("stories.moved")
        _checked(store, books, kind, language, rule.body)
        rule = books.approve_rule(kind, version, user.id, language=language)
        if kind is RuleKind.THEMES:
            books.save_vocabulary(json.loads(rule.body), by=rule.proposed_by)
        books.audit(user.id, "rule_approved", detail=_detail(rule))
        return rule


def drop(store: Store, user: User, kind: RuleKind, version: int, language: str = "") -> None:
    """Take a waiting proposal off the table: one's own, or that of somebody else. Raises Moved and NotFound."""
    user.require(Act.EDIT_RULES)
    with store.write() as books:
        rule = books.rule_version(kind, version, language)
        waiting = _standing(store, books, kind, language).waiting
        if waiting is None or waiting.number != version:
            raise Moved("stories.moved")
        books.propose_rule(kind, "", user.id, language=language)
        books.audit(user.id, "rule_dropped", detail=_detail(rule))


def with_theme(body: str, theme: dict[str, object]) -> str:
    """The body of the themes with this one in the place of the one with its id, or behind the others."""
    rows = [theme if row["id"] == theme["id"] else row for row in json.loads(body)]
    return json.dumps(rows if theme in rows else [*rows, theme], ensure_ascii=False)


def _detail(rule: Rule) -> str:
    return " ".join(part for part in (str(rule.kind), rule.language, str(rule.version)) if part)


def _languages(books: Books) -> tuple[str, ...]:
    """Languages that have a notice, Dutch first."""
    known = {*notices.languages(), *(rule.language for rule in books.rule_versions(RuleKind.NOTICE))}
    return tuple(sorted(known, key=lambda language: (language != "nl", language)))


def _standing(store: Store, books: Books, kind: RuleKind, language: str) -> Standing:
    if language not in (_languages(books) if kind is RuleKind.NOTICE else [""]):
        raise InputRefused("rules.language_unknown")
    made = [rule for rule in books.rule_versions(kind) if rule.language == language]  # newest first
    counts = books.rule(kind, language)
    built_in = _built_in(books, kind, language, made)
    people = {user.id: user for user in books.users(include_inactive=True)}
    last = max([*(rule.version for rule in made), *(version.number for version in built_in)])
    versions = [
        *(_version(rule, people, counts, is_last=rule.version == last and rule is made[0]) for rule in made),
        *(replace(version, status=Status.REPLACED) if counts or at else version for at, version in enumerate(built_in)),
    ]
    versions.sort(key=lambda version: -version.number)
    standing = Standing(kind, language, tuple(versions))
    if kind is RuleKind.NOTICE:
        return replace(standing, drift=_drift(store, books, language, standing.now.body))
    return standing


def _built_in(books: Books, kind: RuleKind, language: str, made: Sequence[Rule]) -> list[Version]:
    """What the product came with, newest first; each as if it counted."""
    match kind:
        case RuleKind.NOTICE:
            texts = [(notice.version, text) for notice, text in reversed(notices.versions(language))]
        case RuleKind.PURPOSES:
            texts = [(BUILT_IN, rulechecks.purposes_body(rules.OFFERED))]
        case RuleKind.TERMS:
            texts = [(BUILT_IN, json.dumps(Terms().to_json()))]
        case RuleKind.THEMES:  # the vocabulary as it was when the first proposal was made
            number, rows = books.vocabulary(made[-1].version - 1 if made else None)
            texts = [(number, rulechecks.themes_body(whole(rows)))]
    return [Version(number, Status.COUNTS, text) for number, text in texts]


def _checked(store: Store, books: Books, kind: RuleKind, language: str, body: str) -> str:
    """The body as it will be kept. Raises InputRefused."""
    match kind:
        case RuleKind.NOTICE:
            text = rulechecks.notice(body)
            wrong = _drift(store, books, language, text)
            if wrong:
                raise InputRefused("rules.numbers_wrong", why=" ".join(wrong))
            return text
        case RuleKind.PURPOSES:
            return rulechecks.purposes(body)
        case RuleKind.TERMS:
            return rulechecks.terms(body)
        case RuleKind.THEMES:
            return rulechecks.themes(body, rules.vocabulary(books))


def _drift(store: Store, books: Books, language: str, text: str) -> tuple[str, ...]:
    return drifted(text, language, rules.terms(books), store.settings.grace_days)


def _version(rule: Rule, people: dict[str, User], counts: Rule | None, *, is_last: bool) -> Version:
    if rule.drops:
        status = Status.DROPPED
    elif rule.approved_by is not None:
        status = Status.COUNTS if counts is not None and rule.version == counts.version else Status.REPLACED
    else:
        status = Status.WAITS if is_last else Status.PASSED
    body = rule.body
    if rule.kind is RuleKind.THEMES and body:  # one of before there were levels and lenses is read with ours
        body = rulechecks.themes_body(whole(json.loads(body)))
    return Version(
        rule.version, status, body, people.get(rule.proposed_by), rule.proposed_at,
        people.get(rule.approved_by or ""), rule.approved_at,
    )  # fmt: skip
