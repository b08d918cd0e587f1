"""A store with three administrators, who change rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from capture import notices
from desk import receiving, rulechecks, rulemaking, rules, telling
from desk.rulechecks import NOTICE_PARTS
from stories.consent import Form, Notice, Outcome, Purpose
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.rulebook import Rule, RuleKind
from stories.store import Store
from stories.terms import Terms

ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
WEBSITE = (Purpose.WEBSITE, Form.TEKST)
BUILT_IN = notices.current("nl")[1]
ANOTHER = BUILT_IN.replace("Wij zijn een partner", "Wij zijn een vriend")


class House:
    """A store with three administrators."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as books:
            self.ann, self.bea, self.cor = (
                books.add_user(name, "wachtwoord van iemand", [Role.BEHEERDER]) for name in ("Ann", "Bea", "Cor")
            )

    def newest(self, kind: RuleKind, language: str = "") -> int:
        return rulemaking.history(self.store, self.ann, kind, language)[0].number

    def propose(self, kind: RuleKind, body: str, language: str = "", *, by: User | None = None) -> Rule:
        return rulemaking.propose(
            self.store, by or self.ann, kind, body, language, expected=self.newest(kind, language), parts=NOTICE_PARTS
        )

    def approve(self, rule: Rule, *, by: User | None = None) -> Rule:
        return rulemaking.approve(self.store, by or self.bea, rule.kind, rule.version, rule.language)

    def change(self, kind: RuleKind, body: str, language: str = "") -> Rule:
        return self.approve(self.propose(kind, body, language))

    def terms(self, **changes: int) -> Rule:
        return self.change(RuleKind.TERMS, terms_body(**changes))

    def terms_now(self) -> Terms:
        with self.store.read() as books:
            return rules.terms(books)

    def told(self) -> Story:
        yes = telling.answers(ADULT, own=Outcome.JA, channels=[WEBSITE])
        story = telling.begin(self.store, yes, kind=StoryKind.TEXT)
        receiving.receive_text(
            self.store, story.id, "Wij hadden schimmel en het was koud in huis, want geld was er niet."
        )
        telling.hand_in(self.store, story.id)
        with self.store.read() as books:
            return books.story(story.id)

    def notice_of(self, story: Story) -> Notice:
        with self.store.read() as books:
            return books.consent(story.id).events[0].notice

    def audit(self) -> list[tuple[str, str]]:
        with self.store.read() as books:
            return [
                (line["action"], line["detail"]) for line in books.audit_trail() if line["action"].startswith("rule_")
            ]

    def vocabulary(self) -> tuple[int, list[dict[str, Any]]]:
        with self.store.read() as books:
            return books.vocabulary()


def terms_body(**changes: int) -> str:
    return json.dumps(Terms().to_json() | changes)


def channels_body(channels: Sequence[rules.Channel]) -> str:
    return rulechecks.purposes_body(channels)


def themes_body(house: House, theme_id: str, **changes: object) -> str:
    rows = house.vocabulary()[1]
    return json.dumps([row | changes if row["id"] == theme_id else row for row in rows])
