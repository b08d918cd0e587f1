"""The people who work with stories: their roles, and one table of who may do what. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stories.errors import NotAllowed


class Role(StrEnum):
    """What somebody with an account is for. A teller has no account and no role here: they hold a receipt code."""

    ERVARINGSWERKER = "ervaringswerker"
    REDACTEUR = "redacteur"
    VRIJGEVER = "vrijgever"
    COMMUNICATIE = "communicatie"
    CONTACTPERSOON = "contactpersoon"
    BEHEERDER = "beheerder"


NEEDS_SECOND_FACTOR = frozenset({Role.BEHEERDER, Role.VRIJGEVER, Role.CONTACTPERSOON})


class Act(StrEnum):
    """What can be done. Every function of the desk names the one act it needs."""

    TAKE_STORY = "take_story"  # assisted intake
    SEE_QUEUE = "see_queue"
    READ_STORY = "read_story"  # anonymised text, themes, consent in words
    OPEN_ORIGINAL = "open_original"  # raw text and audio while in_redactie
    EDIT_TEXT = "edit_text"  # what the machine wrote down, while listening
    EDIT_NAMES = "edit_names"
    CONFIRM_THEMES = "confirm_themes"
    SUBMIT_FOR_RELEASE = "submit_for_release"
    RELEASE_STORY = "release_story"
    SEE_CLEARED = "see_cleared"
    COMPOSE = "compose"
    RELEASE_PIECE = "release_piece"
    EXPORT = "export"
    EXPORT_INSIGHTS = "export_insights"  # counts, charts and the sheet for a kenniskring; never more than a few quotes
    PAUSE = "pause"
    OPEN_CONTACT = "open_contact"
    OPEN_NAMES = "open_names"  # who is behind a label; four eyes
    MANAGE_USERS = "manage_users"
    SEE_HEALTH = "see_health"
    LOAD_EXAMPLES = "load_examples"
    SEE_AUDIT = "see_audit"
    MANAGE_MODELS = "manage_models"  # speech models: fetch, take over a folder, remove
    EDIT_RULES = "edit_rules"  # notices, purposes, terms and themes; four eyes


MAY: dict[Role, frozenset[Act]] = {
    Role.ERVARINGSWERKER: frozenset({Act.TAKE_STORY, Act.PAUSE}),
    Role.REDACTEUR: frozenset(
        {
            Act.SEE_QUEUE, Act.READ_STORY, Act.OPEN_ORIGINAL, Act.EDIT_TEXT, Act.EDIT_NAMES, Act.CONFIRM_THEMES,
            Act.SUBMIT_FOR_RELEASE, Act.SEE_CLEARED, Act.COMPOSE, Act.PAUSE, Act.OPEN_NAMES, Act.EXPORT_INSIGHTS,
        }
    ),
    Role.VRIJGEVER: frozenset(
        {
            Act.SEE_QUEUE, Act.READ_STORY, Act.RELEASE_STORY, Act.RELEASE_PIECE, Act.SEE_CLEARED, Act.PAUSE,
            Act.OPEN_NAMES,
        }
    ),
    Role.COMMUNICATIE: frozenset({Act.SEE_CLEARED, Act.COMPOSE, Act.EXPORT, Act.EXPORT_INSIGHTS}),
    Role.CONTACTPERSOON: frozenset({Act.OPEN_CONTACT, Act.PAUSE}),
    Role.BEHEERDER: frozenset(
        {Act.MANAGE_USERS, Act.SEE_HEALTH, Act.LOAD_EXAMPLES, Act.SEE_AUDIT, Act.EDIT_RULES, Act.MANAGE_MODELS}
    ),
}  # fmt: skip


class Holder(StrEnum):
    """Who holds a receipt code: whoever told the story, or the representative of a teller under 16."""

    VERTELLER = "verteller"
    VERTEGENWOORDIGER = "vertegenwoordiger"


@dataclass(frozen=True, slots=True)
class CodeHolder:
    """Somebody who gave a receipt code on this screen: proven by a signed ticket, never by a URL."""

    story_id: str
    holder: Holder = Holder.VERTELLER


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account. Looked up from the session cookie on every run, never kept in a page."""

    id: str
    name: str
    roles: frozenset[Role]

    def may(self, act: Act) -> bool:
        return any(act in MAY[role] for role in self.roles)

    def require(self, act: Act) -> None:
        """Raise NotAllowed unless one of this user's roles may do `act`."""
        if not self.may(act):
            raise NotAllowed("people.not_allowed", act=act)
