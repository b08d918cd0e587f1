"""What the house chose for itself: functions over a Transaction. Every choice is a version; the newest one counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from stories import tables as t
from stories.errors import Moved
from stories.transaction import Transaction, once


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice by `name`: what was chosen (`body`), by whom and when."""

    name: str
    version: int
    body: str
    by: str
    at: datetime


@once
def chosen(tx: Transaction, name: str) -> Choice | None:
    c = t.house_choice.c
    row = tx.row(select(t.house_choice).where(c.name == name).order_by(c.version.desc()).limit(1))
    return None if row is None else Choice(**row._mapping)


def choose(tx: Transaction, choice: Choice) -> None:
    newest = chosen(tx, choice.name)
    if choice.version != (newest.version if newest else 0) + 1:
        raise Moved("stories.moved")
    tx.insert(t.house_choice, name=choice.name, version=choice.version, body=choice.body, by=choice.by, at=choice.at)
