"""Rules with four eyes: functions over a Transaction; see `stories.rulebook`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select

from stories import tables as t
from stories.errors import Moved, Refused
from stories.rulebook import Rule, RuleKind
from stories.transaction import Transaction, now


def propose(tx: Transaction, kind: RuleKind, language: str, body: str, by: str, first: int) -> Rule:
    version = max(_newest(tx, kind, language) + 1, first)
    rule = Rule(kind, language, version, body, by, now())
    tx.insert(
        t.rule,
        kind=str(kind),
        language=language,
        version=version,
        body=body,
        proposed_by=by,
        proposed_at=rule.proposed_at,
    )
    return rule


def approve(tx: Transaction, kind: RuleKind, language: str, version: int, by: str) -> Rule:
    proposed = get(tx, kind, language, version)
    if proposed.approved_by is not None or proposed.drops or version != _newest(tx, kind, language):
        raise Moved("stories.moved")  # whoever approves has seen what is proposed now, and nothing else counts since
    if proposed.proposed_by == by:
        raise Refused("desk.four_eyes")
    c = t.rule.c
    tx.update(
        t.rule, c.kind == str(kind), c.language == language, c.version == version, approved_by=by, approved_at=now()
    )
    return get(tx, kind, language, version)


def _newest(tx: Transaction, kind: RuleKind, language: str) -> int:
    """The highest number there is, approved or not; 0 when there is none."""
    c = t.rule.c
    row = tx.row(select(func.max(c.version).label("version")).where(c.kind == str(kind), c.language == language))
    return (row.version or 0) if row else 0


def get(tx: Transaction, kind: RuleKind, language: str, version: int) -> Rule:
    c = t.rule.c
    return _rule(tx.one(select(t.rule).where(c.kind == str(kind), c.language == language, c.version == version)))


def current(tx: Transaction, kind: RuleKind, language: str) -> Rule | None:
    c = t.rule.c
    row = tx.row(
        select(t.rule)
        .where(c.kind == str(kind), c.language == language, c.approved_by.is_not(None))
        .order_by(c.version.desc())
        .limit(1)
    )
    return None if row is None else _rule(row)


def versions(tx: Transaction, kind: RuleKind | None) -> tuple[Rule, ...]:
    c = t.rule.c
    statement = select(t.rule).order_by(c.kind, c.language, c.version.desc())
    if kind is not None:
        statement = statement.where(c.kind == str(kind))
    return tuple(_rule(row) for row in tx.rows(statement))


def _rule(row: Row[Any]) -> Rule:
    return Rule(
        RuleKind(row.kind),
        row.language,
        row.version,
        row.body,
        row.proposed_by,
        row.proposed_at,
        row.approved_by,
        row.approved_at,
    )
