"""Who may manage the house: accounts, rules, templates, models, examples, and the tasks that wait."""

from __future__ import annotations

import json
from collections.abc import Callable

from builders import a_story
from rights import Doing, Right, of_house, of_piece, of_settings, of_story
from role_place import NEXT_WEEK, PASSWORD, Place

from desk import accounts, administering, examples, helplines, models, oneperson, rulemaking, templates, todo
from stories.model import PieceKind, Task, new_id
from stories.people import Act, Role
from stories.rulebook import RuleKind
from stories.terms import Terms

TEMPLATE = "titel: Onze aflevering\nblokken:\n  - citaten\n"


def _of_template(function: Callable[..., object], *given: str, **more: int) -> Callable[[Place], Doing]:
    return lambda place: lambda user: function(place.store, user, PieceKind.PODCAST, *given, **more)


def _take_again(place: Place) -> Doing:
    templates.save(place.store, place.staff[Role.BEHEERDER], PieceKind.PODCAST, TEMPLATE, expected=1)
    return lambda user: templates.take_again(place.store, user, PieceKind.PODCAST, 1, expected=2)


def _add_user(place: Place) -> Doing:
    return lambda user: accounts.add_user(place.store, user, f"nieuw {user.name}", PASSWORD, [Role.REDACTEUR])


def _set_active(place: Place) -> Doing:
    return lambda user: accounts.set_active(place.store, user, place.staff[Role.COMMUNICATIE].id, False)


TERMS = json.dumps(Terms().to_json() | {"proof_years": 6})


def _propose(place: Place) -> Doing:
    return lambda user: rulemaking.propose(place.store, user, RuleKind.TERMS, TERMS, expected=rulemaking.BUILT_IN)


def _of_waiting(function: Callable[..., object]) -> Callable[[Place], Doing]:
    """A proposal of an administrator who is not the one of this place waits."""

    def prepare(place: Place) -> Doing:
        with place.store.write() as books:
            rule = books.propose_rule(RuleKind.TERMS, TERMS, "u-ander", first=2)
        return lambda user: function(place.store, user, RuleKind.TERMS, rule.version)

    return prepare


def _done(place: Place) -> Doing:
    """A task of the communications team."""
    with place.store.write() as books:
        story = books.add_story(a_story())
        task = Task(new_id("t"), "take_down", story.id, "p1", "communicatie", NEXT_WEEK)
        books.add_task(task)
    return lambda user: todo.done(place.store, user, task.id)


RIGHTS: dict[str, Right] = {
    "todo.waiting": Right(tuple(todo.OWNERS.values()), of_house(todo.waiting)),
    "todo.done": Right((Act.EXPORT,), _done),
    "helplines.overview": Right((Act.EDIT_RULES,), lambda place: lambda user: helplines.overview(place.store, user)),
    "helplines.check": Right(
        (Act.EDIT_RULES,), lambda place: lambda user: helplines.check(place.store, user, "geldfit", expected=0)
    ),
    "oneperson.mode": Right((Act.EDIT_RULES,), of_house(oneperson.mode)),
    "oneperson.turn": Right((Act.EDIT_RULES,), of_house(oneperson.turn, True, expected=0)),
    "oneperson.of_story": Right((Act.RELEASE_STORY,), of_story(oneperson.of_story, Place.offered)),
    "oneperson.of_piece": Right((Act.RELEASE_PIECE,), of_piece(oneperson.of_piece, Place.offered_piece)),
    "templates.of": Right((Act.EDIT_RULES,), _of_template(templates.of)),
    "templates.try_out": Right((Act.EDIT_RULES,), _of_template(templates.try_out, TEMPLATE)),
    "templates.save": Right((Act.EDIT_RULES,), _of_template(templates.save, TEMPLATE, expected=1)),
    "templates.take_again": Right((Act.EDIT_RULES,), _take_again),
    "administering.health": Right((Act.SEE_HEALTH,), of_settings(administering.health)),
    "administering.audit_trail": Right((Act.SEE_AUDIT,), of_house(administering.audit_trail)),
    "models.overview": Right((Act.MANAGE_MODELS,), of_settings(models.overview)),
    "models.get": Right((Act.MANAGE_MODELS,), of_settings(models.get, "small")),
    "models.take_in": Right((Act.MANAGE_MODELS,), of_settings(models.take_in, "/geen/map/hier")),
    "models.stop": Right((Act.MANAGE_MODELS,), of_settings(models.stop, "small")),
    "models.remove": Right((Act.MANAGE_MODELS,), of_settings(models.remove, "tiny")),
    "rulemaking.overview": Right((Act.EDIT_RULES,), of_house(rulemaking.overview)),
    "rulemaking.history": Right((Act.EDIT_RULES,), of_house(rulemaking.history, RuleKind.TERMS)),
    "rulemaking.try_out": Right((Act.EDIT_RULES,), of_house(rulemaking.try_out, RuleKind.TERMS, TERMS)),
    "rulemaking.propose": Right((Act.EDIT_RULES,), _propose),
    "rulemaking.approve": Right((Act.EDIT_RULES,), _of_waiting(rulemaking.approve)),
    "rulemaking.drop": Right((Act.EDIT_RULES,), _of_waiting(rulemaking.drop)),
    "examples.load": Right((Act.LOAD_EXAMPLES,), of_settings(examples.load)),
    "accounts.add_user": Right((Act.MANAGE_USERS,), _add_user),
    "accounts.users": Right((Act.MANAGE_USERS,), of_house(accounts.users)),
    "accounts.set_active": Right((Act.MANAGE_USERS,), _set_active),
}
