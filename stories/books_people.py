"""Receipts, users, sessions and the vocabulary: functions over a Transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from stories import receipts
from stories import tables as t
from stories.errors import InputRefused, NotFound, NotReady
from stories.model import new_id
from stories.people import CodeHolder, Holder, Role, User
from stories.transaction import Transaction, check_text, now, opened_bytes, sealed_bytes, story_exists
from stories.vault import Kind

MAX_NAME = 80
TOUCH_AFTER = timedelta(seconds=60)
"""`last_seen_at` is written at most this often, so that reading a page hardly ever writes."""

# receipts


def new_receipt(tx: Transaction, story_id: str, holder: Holder) -> str:
    """A new code replaces the holder's old one. Raises NotReady when nearly all 100,000 first fives are in use."""
    story_exists(tx, story_id)
    c = t.receipt.c
    tx.delete(t.receipt, c.story_id == story_id, c.holder == str(holder))
    for _ in range(1000):
        code = receipts.new_code()
        lookup, secret = receipts.parts(code)
        if tx.row(select(c.lookup).where(c.lookup == lookup)) is None:
            values = {"story_id": story_id, "secret_hash": tx.hasher.hash(secret), "holder": str(holder)}
            tx.insert(t.receipt, lookup=lookup, **values)
            return receipts.shown(code)
    raise NotReady("store.no_receipts_left")


def holder_of_receipt(tx: Transaction, code: str) -> CodeHolder:
    lookup, secret = receipts.parts(code)
    c = t.receipt.c
    row = tx.row(select(c.story_id, c.secret_hash, c.holder).where(c.lookup == lookup))
    if not tx.hasher.matches(row.secret_hash if row else None, secret) or row is None:
        raise NotFound("stories.not_found")
    return CodeHolder(row.story_id, Holder(row.holder))


def has_receipt(tx: Transaction, story_id: str, holder: Holder) -> bool:
    c = t.receipt.c
    return tx.row(select(c.lookup).where(c.story_id == story_id, c.holder == str(holder))) is not None


# users


def first_run_needed(tx: Transaction) -> bool:
    return tx.row(select(t.user.c.id).limit(1)) is None


def add_user(tx: Transaction, name: str, password: str, roles: Sequence[Role]) -> User:
    name = unicodedata.normalize("NFC", name).strip()
    check_text({"name": name})
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise InputRefused("store.name_refused")
    if tx.row(select(t.user.c.id).where(t.user.c.name_key == _name_key(name))) is not None:
        raise InputRefused("store.name_taken")
    user = User(new_id("u"), name, frozenset(roles))
    tx.insert(
        t.user,
        id=user.id,
        name=name,
        name_key=_name_key(name),
        password_hash=tx.hasher.hash(password),
        roles=_roles_text(roles),
        active=True,
        created_at=now(),
    )
    return user


def users(tx: Transaction, include_inactive: bool) -> tuple[User, ...]:
    statement = select(t.user).order_by(t.user.c.created_at, t.user.c.id)
    if not include_inactive:
        statement = statement.where(t.user.c.active)
    return tuple(_user(row) for row in tx.rows(statement))


def user_by_name(tx: Transaction, name: str) -> tuple[User, str, str | None]:
    row = tx.one(select(t.user).where(t.user.c.name_key == _name_key(name), t.user.c.active))
    return _user(row), row.password_hash, _totp(tx, row)


def change_user(tx: Transaction, user_id: str, **values: object) -> None:
    """Change columns of one user. Raises NotFound."""
    if not tx.update(t.user, t.user.c.id == user_id, **values):
        raise NotFound("stories.not_found")


def set_totp(tx: Transaction, user_id: str, secret: str | None) -> None:
    sealed = None
    if secret is not None:
        sealed = sealed_bytes(tx.house_key, secret.encode("ascii"), owner=user_id, version=0, kind=Kind.TOTP)
    change_user(tx, user_id, totp=sealed)


def set_password(tx: Transaction, user_id: str, password: str) -> None:
    """A changed password ends every session of that user."""
    change_user(tx, user_id, password_hash=tx.hasher.hash(password))
    tx.delete(t.session, t.session.c.user_id == user_id)


def set_roles(tx: Transaction, user_id: str, roles: Sequence[Role]) -> None:
    change_user(tx, user_id, roles=_roles_text(roles))


def set_active(tx: Transaction, user_id: str, active: bool) -> None:
    change_user(tx, user_id, active=active)
    if not active:
        tx.delete(t.session, t.session.c.user_id == user_id)
        tx.delete(t.basket, t.basket.c.user_id == user_id)


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, frozenset(Role(role) for role in row.roles.split(",") if role))


def _totp(tx: Transaction, row: Row[Any]) -> str | None:
    if row.totp is None:
        return None
    return opened_bytes(tx.house_key, row.totp, owner=row.id, version=0, kind=Kind.TOTP).decode("ascii")


def _roles_text(roles: Sequence[Role]) -> str:
    return ",".join(sorted({str(role) for role in roles}))


def _name_key(name: str) -> str:
    """Names that look the same are the same: NFKC, case folded. NUL and half surrogates match nobody."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    return folded.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


# sessions


def add_session(tx: Transaction, user_id: str, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    tx.delete(t.session, t.session.c.created_at < at - timedelta(hours=tx.settings.session_hours))
    tx.insert(t.session, token_sha256=_sha256(token), user_id=user_id, created_at=at, last_seen_at=at)
    return token


def session_user(tx: Transaction, token: str, at: datetime) -> tuple[User | None, bool]:
    """(the user or None, must `last_seen_at` be written?). The limits come from the settings."""
    c = t.session.c
    row = tx.row(
        select(t.user, c.created_at.label("began_at"), c.last_seen_at)
        .join(t.session, c.user_id == t.user.c.id)
        .where(c.token_sha256 == _sha256(token), t.user.c.active)
    )
    if row is None:
        return None, False
    idle, whole = timedelta(minutes=tx.settings.session_idle_minutes), timedelta(hours=tx.settings.session_hours)
    if at - row.last_seen_at > idle or at - row.began_at > whole:
        return None, False
    return _user(row), at - row.last_seen_at > TOUCH_AFTER


def touch_session(tx: Transaction, token: str, at: datetime) -> None:
    tx.update(t.session, t.session.c.token_sha256 == _sha256(token), t.session.c.last_seen_at < at, last_seen_at=at)


def end_session(tx: Transaction, token: str) -> None:
    tx.delete(t.session, t.session.c.token_sha256 == _sha256(token))


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# vocabulary


def vocabulary(tx: Transaction, version: int | None) -> tuple[int, list[dict[str, Any]]]:
    c = t.vocabulary.c
    statement = select(t.vocabulary).order_by(c.version.desc()).limit(1)
    row = tx.one(statement if version is None else statement.where(c.version == version))
    return row.version, json.loads(row.opgaven)


def save_vocabulary(tx: Transaction, opgaven: list[dict[str, Any]], by: str) -> int:
    newest = tx.row(select(func.max(t.vocabulary.c.version).label("version")))
    version = (newest.version or 0) + 1 if newest else 1
    tx.insert(t.vocabulary, version=version, opgaven=json.dumps(opgaven), by=by, at=now())
    return version
