"""Who is here, and the house they visit: handed to every page, looked up anew on every run."""

from __future__ import annotations

from dataclasses import dataclass

from stories.people import CodeHolder, User
from stories.settings import Settings
from stories.store import Store
from stories.words import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Visit:
    """`user` from the session cookie, `holder` from the receipt code's cookie; both None for a stranger."""

    user: User | None
    holder: CodeHolder | None
    store: Store
    settings: Settings
    language: str = DEFAULT_LANGUAGE  # of the public pages; staff pages are Dutch

    @property
    def staff(self) -> User:
        """The user, on pages that the menu only offers to somebody who is logged in."""
        assert self.user is not None
        return self.user
