"""What stands in the matrix of rights, and calls that need nothing but a story, a piece or a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from role_place import Place

from stories.model import Piece, Story
from stories.people import Act, User

Doing = Callable[[User], object]


@dataclass(frozen=True)
class Right:
    """Any of `acts` is enough. `prepare` makes what is needed and gives the call for a user to try."""

    acts: tuple[Act, ...]
    prepare: Callable[[Place], Doing]


def of_story(function: Callable[..., Any], made: Callable[[Place], Story], *given: Any, saves: bool = False) -> Any:
    def prepare(place: Place) -> Doing:
        story = made(place)
        return lambda user: function(
            place.store, user, story.id, *given, **({"expected": story.row_version} if saves else {})
        )

    return prepare


def of_piece(function: Callable[..., Any], made: Callable[[Place], Piece], *, saves: bool = False, **given: Any) -> Any:
    def prepare(place: Place) -> Doing:
        piece = made(place)
        expected = {"expected": piece.row_version} if saves else {}
        return lambda user: function(place.store, user, piece.id, **given, **expected)

    return prepare


def of_case(
    function: Callable[..., Any], made: Callable[[Place], Story], *given: Any, **words: Any
) -> Callable[[Place], Doing]:
    """A function of the ervaringswerker's desk about a case that the ervaringswerker of the place took."""

    def prepare(place: Place) -> Doing:
        story = made(place)
        return lambda user: function(place.store, user, story.id, *given, **words)

    return prepare


def of_house(function: Callable[..., Any], *given: Any, **words: Any) -> Callable[[Place], Doing]:
    """About nothing in particular."""
    return lambda place: lambda user: function(place.store, user, *given, **words)


def of_settings(function: Callable[..., Any], *given: Any) -> Callable[[Place], Doing]:
    """About what the settings point at."""
    return lambda place: lambda user: function(place.store, place.store.settings, user, *given)
