"""The house: the part of Books (see there) about people, receipt codes, rules, the vocabulary and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from stories import audit as audit_log
from stories import books_choices as choices
from stories import books_people as people
from stories import books_rules as rules
from stories.books_choices import Choice
from stories.people import CodeHolder, Holder, Role, User
from stories.rulebook import Rule, RuleKind
from stories.transaction import Transaction


class HouseBooks:
    """What `Books` can do with the house and who works there."""

    _tx: Transaction

    # receipt codes

    def new_receipt(self, story_id: str, holder: Holder = Holder.VERTELLER) -> str:
        """The code "1234 5678 9012 3456": shown once, never stored. This holder's older code stops working."""
        return people.new_receipt(self._tx, story_id, holder)

    def holder_of_receipt(self, code: str) -> CodeHolder:
        """NotFound for a wrong code, after the same time as for a right one."""
        return people.holder_of_receipt(self._tx, code)

    def has_receipt(self, story_id: str, holder: Holder) -> bool:
        return people.has_receipt(self._tx, story_id, holder)

    # rules of the house: versions with four eyes

    def propose_rule(self, kind: RuleKind, body: str, by: str, *, language: str = "", first: int = 1) -> Rule:
        """A new version that waits for a second administrator. `first` is the lowest number it may have.

        An empty body takes the proposal before it off the table.
        """
        return rules.propose(self._tx, kind, language, body, by, first)

    def approve_rule(self, kind: RuleKind, version: int, by: str, *, language: str = "") -> Rule:
        """Raises Refused (four eyes) for whoever proposed it, and Moved unless it is the newest version and waits."""
        return rules.approve(self._tx, kind, language, version, by)

    def rule(self, kind: RuleKind, language: str = "") -> Rule | None:
        """The newest approved version, or None while the built-in one counts."""
        return rules.current(self._tx, kind, language)

    def rule_version(self, kind: RuleKind, version: int, language: str = "") -> Rule:
        """One version, also one that was replaced or waits. Raises NotFound."""
        return rules.get(self._tx, kind, language, version)

    def rule_versions(self, kind: RuleKind | None = None) -> tuple[Rule, ...]:
        """All versions by kind and language, newest first."""
        return rules.versions(self._tx, kind)

    def chosen(self, name: str) -> Choice | None:
        """What the house chose last for itself under this name; None while it never did."""
        return choices.chosen(self._tx, name)

    def choose(self, choice: Choice) -> None:
        """Add a choice. Raises Moved unless its version is the next one."""
        choices.choose(self._tx, choice)

    # people and sessions

    def first_run_needed(self) -> bool:
        """True while there is no user at all."""
        return people.first_run_needed(self._tx)

    def add_user(self, name: str, password: str, roles: Sequence[Role]) -> User:
        """Raises InputRefused for a name that is taken or cannot be. The password policy is the caller's."""
        return people.add_user(self._tx, name, password, roles)

    def users(self, *, include_inactive: bool = False) -> tuple[User, ...]:
        return people.users(self._tx, include_inactive)

    def user_by_name(self, name: str) -> tuple[User, str, str | None]:
        """(user, password hash, TOTP secret). NotFound also for an inactive user.

        Who logs people in calls `store.hasher.matches(hash or None, password)` in both cases, for equal time.
        """
        return people.user_by_name(self._tx, name)

    def set_totp(self, user_id: str, secret: str | None) -> None:
        """Keep a TOTP secret (base32) sealed; None takes it away."""
        people.set_totp(self._tx, user_id, secret)

    def set_password(self, user_id: str, password: str) -> None:
        """Ends every session of that user."""
        people.set_password(self._tx, user_id, password)

    def set_roles(self, user_id: str, roles: Sequence[Role]) -> None:
        people.set_roles(self._tx, user_id, roles)

    def set_active(self, user_id: str, active: bool) -> None:
        """An inactive user cannot log in and has no sessions; the row stays for the audit log."""
        people.set_active(self._tx, user_id, active)

    def add_session(self, user_id: str, now: datetime) -> str:
        """A token of 256 random bits; only its SHA-256 is stored."""
        return people.add_session(self._tx, user_id, now)

    def session_user(self, token: str, now: datetime) -> User | None:
        """The user of a session, or None when it is unknown, ended, or past its idle or absolute limit.

        Seen is noted at most once a minute; a reading transaction notes it just after it has ended.
        """
        user, touch = people.session_user(self._tx, token, now)
        if touch and self._tx.writes:
            people.touch_session(self._tx, token, now)
        elif touch:
            self._tx.seen.append((token, now))
        return user

    def end_session(self, token: str) -> None:
        people.end_session(self._tx, token)

    # vocabulary of themes

    def vocabulary(self, version: int | None = None) -> tuple[int, list[dict[str, Any]]]:
        """Number of a version, the newest by default, and its opgaven as in `themes.yaml`. Raises NotFound."""
        return people.vocabulary(self._tx, version)

    def save_vocabulary(self, opgaven: list[dict[str, Any]], by: str) -> int:
        """Add a version; returns its number. Older versions stay."""
        return people.save_vocabulary(self._tx, opgaven, by)

    # audit

    def audit(
        self, actor: str, action: str, *, story_id: str | None = None, subject: str | None = None, detail: str = ""
    ) -> None:
        """Add a row to the chain. `detail` is codes and counts only: ASCII, at most 200 characters, else ValueError."""
        audit_log.append(self._tx, actor, action, story_id, subject, detail)

    def audit_trail(
        self, *, story_id: str | None = None, action: str | None = None, limit: int = 200
    ) -> tuple[dict[str, Any], ...]:
        """Newest first: seq, at, actor, action, story_id, subject, detail, prev_hash, hash."""
        return audit_log.trail(self._tx, story_id, action, limit)

    def last_done(self, action: str, *, story_id: str | None = None, subject: str | None = None) -> datetime | None:
        """When the audit last tells of this, about the story or the subject; None when it never does."""
        return audit_log.newest(self._tx, action, story_id, subject)

    def audit_is_whole(self) -> bool:
        return audit_log.is_whole(self._tx)
