"""Who is behind a label: asked with a reason, opened with four eyes for an hour, and shown nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from role_place import Place
from test_desk_names import TEXT, worked

from desk import names, nametable, reviewing, todo, withdrawing
from desk.foureyes import ASK_DAYS
from desk.nametable import OPEN_FOR, Ask, Reason
from stories.consent import Party
from stories.errors import NotAllowed, NotFound, Refused, SealBroken, VertelpuntError
from stories.model import Story
from stories.people import Role, User
from stories.stages import State
from stories.store import Store
from stories.vault import Kind, StoryKey, seal, unseal

NOW = datetime.now(UTC)


@pytest.fixture
def place(store: Store) -> Place:
    """On SQLite and on PostgreSQL."""
    return Place.open(store)


def anna(place: Place) -> User:
    return place.staff[Role.REDACTEUR]


def bram(place: Place) -> User:
    return place.staff[Role.VRIJGEVER]


def asked(place: Place, story: Story) -> Ask:
    return nametable.ask_table(place.store, anna(place), story.id, Reason.VERTELLER_BELT)


def released(place: Place, story: Story) -> Story:
    with place.store.write() as books:
        offered = books.save(story.moved(state=State.TER_VRIJGAVE), expected=story.row_version)
        return books.save(offered.moved(state=State.VRIJGEGEVEN), expected=offered.row_version)


def trail(place: Place, story: Story) -> list[tuple[str, str, str | None]]:
    with place.store.read() as books:
        lines = books.audit_trail(story_id=story.id)
    return [(line["actor"], line["action"], line["detail"]) for line in reversed(lines) if "names_" in line["action"]]


def test_one_asks_another_agrees_and_the_asker_reads_who_is_who(place: Place) -> None:
    story = worked(place)
    released(place, story)
    ask = asked(place, story)
    assert [one.id for one in nametable.asks(place.store, bram(place))] == [ask.id]
    nametable.approve_table(place.store, bram(place), ask.id)
    table = {row.original: row.label for row in nametable.open_table(place.store, anna(place), ask.id)}
    assert table["Sami"] == "[naam 1]" and table["Meppel"] == "[plaats 1]"
    me, other = anna(place).id, bram(place).id
    assert trail(place, story) == [
        (me, "names_asked", "verteller_belt"),
        (other, "names_granted", "verteller_belt"),
        (me, "names_opened", "verteller_belt"),
    ]


def test_nobody_agrees_to_their_own_ask_or_opens_before_the_yes(place: Place) -> None:
    ask = asked(place, worked(place))
    with pytest.raises(Refused) as refusal:
        nametable.approve_table(place.store, anna(place), ask.id)
    assert refusal.value.key == "desk.four_eyes"
    with pytest.raises(Refused):
        nametable.open_table(place.store, anna(place), ask.id)


def test_whoever_agreed_does_not_open_it(place: Place) -> None:
    ask = asked(place, worked(place))
    nametable.approve_table(place.store, bram(place), ask.id)
    with pytest.raises(NotFound):
        nametable.open_table(place.store, bram(place), ask.id)


def test_it_closes_after_an_hour(place: Place) -> None:
    ask = asked(place, worked(place))
    granted = nametable.approve_table(place.store, bram(place), ask.id, now=NOW)
    nametable.open_table(place.store, anna(place), ask.id, now=NOW + OPEN_FOR - timedelta(seconds=1))
    with pytest.raises(Refused) as refusal:
        nametable.open_table(place.store, anna(place), ask.id, now=NOW + OPEN_FOR)
    assert refusal.value.key == "nametable.closed"
    assert granted.is_open(NOW) and not nametable.asks(place.store, anna(place), now=NOW + OPEN_FOR)


def test_an_old_ask_and_an_answered_one_are_not_agreed_to(place: Place) -> None:
    story = worked(place)
    old, refused = asked(place, story), asked(place, story)
    with pytest.raises(Refused):
        nametable.approve_table(place.store, bram(place), old.id, now=old.at + timedelta(days=ASK_DAYS))
    nametable.refuse_table(place.store, anna(place), refused.id)
    with pytest.raises(Refused):
        nametable.approve_table(place.store, bram(place), refused.id)


def test_a_teller_who_took_the_story_back_closes_the_table_at_once(place: Place) -> None:
    story = worked(place)
    ask = asked(place, story)
    nametable.approve_table(place.store, bram(place), ask.id)
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    for call in (
        lambda: nametable.open_table(place.store, anna(place), ask.id),
        lambda: asked(place, story),
    ):
        with pytest.raises(VertelpuntError):
            call()
    assert not nametable.asks(place.store, anna(place)) and not nametable.with_table(place.store, anna(place))


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.REDACTEUR, Role.VRIJGEVER)])
def test_nobody_else_asks(place: Place, role: Role) -> None:
    story = worked(place)
    with pytest.raises(NotAllowed):
        nametable.ask_table(place.store, place.staff[role], story.id, Reason.VEILIGHEID)


def test_an_ask_is_no_task_to_tick_off(place: Place) -> None:
    ask = asked(place, worked(place))
    assert ask.id not in {task.id for task in todo.waiting(place.store, anna(place))}


def test_the_table_is_sealed_for_its_own_purpose(place: Place) -> None:
    """Sealed as a name table it does not open as anything else."""
    key, target = StoryKey(b"k" * 32), BytesIO()
    seal(key, BytesIO(b"[]"), target, story_id="s1", version=0, kind=Kind.NAME_TABLE)
    assert b"".join(unseal(key, BytesIO(target.getvalue()), story_id="s1", version=0, kind=Kind.NAME_TABLE)) == b"[]"
    for kind in Kind:
        if kind is not Kind.NAME_TABLE:
            with pytest.raises(SealBroken):
                list(unseal(key, BytesIO(target.getvalue()), story_id="s1", version=0, kind=kind))


def test_no_other_function_shows_the_table(place: Place) -> None:
    """After release nothing that the screens ask for holds a name."""
    story = worked(place)
    released(place, story)
    for user in (anna(place), bram(place)):
        seen = repr(reviewing.review(place.store, user, story.id)) + repr(
            reviewing.history(place.store, user, story.id)
        )
        seen += repr(nametable.asks(place.store, user)) + repr(nametable.with_table(place.store, user))
        assert not [word for word in ("Sami", "Anja", "Meppel", "Azzaoui") if word in seen]
        with pytest.raises((Refused, NotAllowed)):
            names.suggested(place.store, user, story.id, 0, len(TEXT))
