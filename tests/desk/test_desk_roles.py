"""Who may do what: every function of the desk, called by every role, on a real store with ids that are right.

The matrix stands in the `rights_*` files, by subject. A function that takes a user and does not stand in one of them
fails a test, so nobody adds one without saying who may use it. What each role may do stands in `stories.people.MAY` and
is read from there.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
import rights_house
import rights_publishing
import rights_reviewing
import rights_telling
from queue_help import stale
from role_place import NOBODY, Place

import desk
from stories.errors import InputRefused, NotAllowed, NotFound, NotReady, Refused, VertelpuntError
from stories.people import MAY, Act, Role, User

SUBJECTS = (rights_telling.RIGHTS, rights_reviewing.RIGHTS, rights_publishing.RIGHTS, rights_house.RIGHTS)
RIGHTS = {name: right for subject in SUBJECTS for name, right in subject.items()}

ABOUT_ONESELF = {
    "accounts.open_session": "for whoever proved who they are",
    "accounts.secret_link": "makes text of a secret that the caller holds",
    "accounts.change_password": "needs the old password of that very account",
}
"""Functions that take a user and ask for no act, each with its reason."""

WITHOUT_EXAMPLES = {
    "examples.load": NotReady,
    "secondreading.mark_read_through": Refused,  # whoever offered it does not read it through
    "reviewing.pause": NotFound,  # an ervaringswerker: own cases only
    "models.take_in": NotReady,  # there is no such folder, and no such model to remove
    "models.remove": NotFound,
    "speaking.propose": (NotReady, InputRefused),  # without the extra, or words with a place in the sound
}
"""Loading the examples decodes minutes of sound; here their folder is empty, which is found out after the rights."""


WITHOUT_A_LINE = {
    "helping.name_others": "part of the telling; handing it in is the decision",
    "helping.tag": "part of the telling; handing it in is the decision",
    **{f"basket.{done}": "a basket is one's own" for done in ("put", "take_out", "move", "clear")},
    "naming.spent": "seconds of work, told with the offer",
    "transcripts.undo": "an edit as those before it: one line an hour (log_once)",
}
"""Functions that write and leave no line in the audit, each with its reason."""


def functions_with_a_user() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(desk.__path__):
        room = importlib.import_module(f"desk.{module.name}")
        for name, function in inspect.getmembers(room, inspect.isfunction):
            own = function.__module__ == room.__name__ and not name.startswith("_")
            kinds = {str(parameter.annotation) for parameter in inspect.signature(function).parameters.values()}
            if own and any("User" in kind.replace("|", " ").split() for kind in kinds):
                found.add(f"{module.name}.{name}")
    return found


def test_every_function_that_takes_a_user_says_who_may_use_it() -> None:
    assert functions_with_a_user() == set(RIGHTS) | set(ABOUT_ONESELF)
    assert len(RIGHTS) == sum(map(len, SUBJECTS)), "a function stands in one subject"


def test_every_act_is_asked_somewhere() -> None:
    """An act that no function asks protects nothing."""
    asked = {act for right in RIGHTS.values() for act in right.acts}
    assert asked == set(Act)


def test_the_administrator_reads_no_story_and_whoever_reads_does_not_manage() -> None:
    content = {Act.READ_STORY, Act.OPEN_ORIGINAL, Act.SEE_CLEARED, Act.COMPOSE, Act.OPEN_CONTACT}
    assert not MAY[Role.BEHEERDER] & content
    assert all(Act.MANAGE_USERS not in MAY[role] for role in Role if MAY[role] & content)


@pytest.mark.parametrize("name", RIGHTS)
def test_a_function_is_for_exactly_the_roles_of_the_table(place: Place, name: str) -> None:
    right = RIGHTS[name]
    attempt = right.prepare(place)
    allowed = [role for role in Role if MAY[role] & set(right.acts)]
    others = [role for role in Role if role not in allowed]
    assert allowed and others
    before = place.snapshot()
    refused = [*(place.staff[role] for role in others), User("u-alle", "alle andere", frozenset(others)), NOBODY]
    for user in refused:
        with pytest.raises(NotAllowed) as refusal:
            attempt(user)
        assert refusal.value.code == "not_allowed" and refusal.value.message, user
    assert place.snapshot() == before, "whoever is refused changes nothing, not even the audit"
    assert set(RIGHTS) >= set(WITHOUT_A_LINE)
    for number, role in enumerate(allowed):
        was, lines = place.everything(), place.audit_lines()
        try:
            attempt(place.staff[role])
            decided = place.everything() != was
            logged = place.audit_lines() > lines
            assert logged or not decided or name in WITHOUT_A_LINE, "a decision leaves a line in the audit"
        except NotAllowed:
            pytest.fail(f"{role} may do this")
        except VertelpuntError as error:  # the work was done already, by the role before
            assert number > 0 or isinstance(error, WITHOUT_EXAMPLES.get(name, ())), (role, error)
    assert not stale(place.store), "what the queue counts with is true after anything that anybody does"
