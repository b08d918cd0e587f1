"""Who is at the door, read from the cookies of *this* request, every time again.

Never from `st.session_state`: whoever knows a Streamlit session id inherits it (measured; see the contract test).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from door.house import House
from stories import tickets
from stories.people import CodeHolder, Holder, User
from stories.settings import Settings
from stories.store import Store

SESSION = "vertelpunt"
STEP = "vertelpunt_stap"
TELLER = "vertelpunt_verhaal"

LANGUAGE = "taal"
"""Plain, because it is not a secret and the screens read it too; gone when the browser closes."""

STEP_S = 600
"""How long somebody may take between password and code."""

TELLER_S = 1800
"""How long the teller's own story stays open on a screen."""

LONGEST_TOKEN = 200


def cookie_name(settings: Settings, name: str) -> str:
    """With https the browser itself guards a `__Host-` cookie: Secure, this host only, whole path."""
    return f"__Host-{name}" if settings.origin.startswith("https://") else name


def session_token(settings: Settings, cookies: Mapping[str, str]) -> str | None:
    token = cookies.get(cookie_name(settings, SESSION), "")
    return token if 0 < len(token) <= LONGEST_TOKEN and token.isascii() else None


def current_user(
    settings: Settings, store: Store, cookies: Mapping[str, str], *, now: datetime | None = None
) -> User | None:
    """The person whose session cookie this is; None for nobody, and once the session is over."""
    token = session_token(settings, cookies)
    if token is None:
        return None
    with store.read() as books:  # the store itself notes that the session is in use
        return books.session_user(token, now or datetime.now(UTC))


def current_teller(settings: Settings, cookies: Mapping[str, str]) -> CodeHolder | None:
    """Who gave a receipt code on this screen, less than half an hour ago."""
    subject = tickets.redeem(settings, tickets.TELLER, cookies.get(cookie_name(settings, TELLER), ""))
    if subject is None:
        return None
    story_id, _, holder = subject.partition("~")
    return CodeHolder(story_id, Holder(holder)) if holder in set(Holder) else None


def teller_subject(holder: CodeHolder) -> str:
    """What a ticket of `tickets.TELLER` is about: the inverse of `current_teller`."""
    return f"{holder.story_id}~{holder.holder}"


def put(response: Response, house: House, name: str, value: str, *, lasts_s: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(cookie_name(house.settings, name), value, max_age=lasts_s, **_where(house))


def drop(response: Response, house: House, name: str) -> None:
    response.delete_cookie(cookie_name(house.settings, name), **_where(house))


def put_language(response: Response, house: House, code: str) -> None:
    """Lax, so that whoever follows a link from a letter is still spoken to in their language."""
    response.set_cookie(LANGUAGE, code, **(_where(house) | {"samesite": "lax"}))


def _where(house: House) -> dict[str, Any]:
    return {"path": "/", "httponly": True, "samesite": "strict", "secure": house.is_https}
