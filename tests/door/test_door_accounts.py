from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from builders import a_story

from desk import accounts
from stories.errors import InputRefused, NotAllowed, NotFound
from stories.people import NEEDS_SECOND_FACTOR, Act, Role, User
from stories.store import Store

GOOD = "paard spijker wolk kachel"
NOW = datetime.now(UTC)


def an_admin(store: Store) -> User:
    return accounts.create_first_admin(store, "Noor", GOOD).user


def test_the_first_account_is_an_administrator_and_there_is_only_one_first(store: Store) -> None:
    assert accounts.nobody_yet(store)
    assert an_admin(store).roles == {Role.BEHEERDER}
    assert not accounts.nobody_yet(store)
    with pytest.raises(NotAllowed):
        accounts.create_first_admin(store, "Iemand anders", GOOD)


def test_only_an_administrator_makes_accounts_and_sees_them(sqlite_store: Store) -> None:
    admin = an_admin(sqlite_store)
    editor = accounts.add_user(sqlite_store, admin, "Bo", GOOD, [Role.REDACTEUR])
    assert [user.name for user in accounts.users(sqlite_store, admin)] == ["Bo", "Noor"]
    for role in set(Role) - {Role.BEHEERDER}:
        somebody = User("u1", "x", frozenset({role}))
        assert not somebody.may(Act.MANAGE_USERS)
        for call in (
            lambda who=somebody: accounts.add_user(sqlite_store, who, "Nieuw", GOOD, [Role.BEHEERDER]),
            lambda who=somebody: accounts.users(sqlite_store, who),
            lambda who=somebody: accounts.set_active(sqlite_store, who, editor.id, False),
        ):
            with pytest.raises(NotAllowed):
                call()


@pytest.mark.parametrize("name", ["bo", " BO ", "Ｂｏ"])
def test_two_names_that_look_the_same_are_one_name(sqlite_store: Store, name: str) -> None:
    admin = an_admin(sqlite_store)
    accounts.add_user(sqlite_store, admin, "Bo", GOOD, [Role.REDACTEUR])
    with pytest.raises(InputRefused):
        accounts.add_user(sqlite_store, admin, name, GOOD, [Role.REDACTEUR])


def test_an_account_without_a_role_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(InputRefused):
        accounts.add_user(sqlite_store, an_admin(sqlite_store), "Bo", GOOD, [])


def test_name_and_password_open_a_session_for_a_role_without_second_factor(sqlite_store: Store) -> None:
    accounts.add_user(sqlite_store, an_admin(sqlite_store), "Bo", GOOD, [Role.REDACTEUR])
    token = accounts.log_in(sqlite_store, " bo ", GOOD)
    with sqlite_store.read() as books:
        user = books.session_user(token, datetime.now(UTC))
    assert user is not None and user.name == "Bo"
    accounts.log_out(sqlite_store, token)
    with sqlite_store.read() as books:
        assert books.session_user(token, datetime.now(UTC)) is None


def test_a_wrong_name_and_a_wrong_password_give_the_same_answer(sqlite_store: Store) -> None:
    an_admin(sqlite_store)
    answers = set()
    for name, password in (("Noor", "verkeerd"), ("Niemand", GOOD), ("", ""), ("Noor", "x" * 5000), ("\x00", "\ud800")):
        with pytest.raises(NotAllowed) as refused:
            accounts.log_in(sqlite_store, name, password)
        answers.add(refused.value.message)
    assert len(answers) == 1


@pytest.mark.parametrize("role", sorted(NEEDS_SECOND_FACTOR))
def test_these_roles_do_not_come_in_on_a_password_alone(sqlite_store: Store, role: Role) -> None:
    accounts.add_user(sqlite_store, an_admin(sqlite_store), "Vera", GOOD, [role])
    with pytest.raises(NotAllowed):
        accounts.log_in(sqlite_store, "Vera", GOOD)
    who = accounts.recognise(sqlite_store, "Vera", GOOD)
    assert who.must_set_up_code
    secret = accounts.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    accounts.set_up_code(sqlite_store, who, secret, code, now=NOW)
    with pytest.raises(NotAllowed):
        accounts.log_in(sqlite_store, "Vera", GOOD, "000000" if code != "000000" else "111111", now=NOW)
    assert accounts.log_in(sqlite_store, "Vera", GOOD, code, now=NOW)


def test_a_second_factor_cannot_be_replaced_by_who_only_knows_the_password(sqlite_store: Store) -> None:
    who = accounts.create_first_admin(sqlite_store, "Noor", GOOD)
    mine, theirs = accounts.new_secret(), accounts.new_secret()
    accounts.set_up_code(sqlite_store, who, mine, pyotp.TOTP(mine).at(NOW), now=NOW)
    stale = who  # as it was before the factor was set
    for again in (stale, accounts.person(sqlite_store, who.user.id)):
        with pytest.raises(NotAllowed):
            accounts.set_up_code(sqlite_store, again, theirs, pyotp.TOTP(theirs).at(NOW), now=NOW)
    assert accounts.person(sqlite_store, who.user.id).totp == mine


def test_a_code_works_once_and_only_near_its_time(sqlite_store: Store) -> None:
    who = accounts.create_first_admin(sqlite_store, "Noor", GOOD)
    secret = accounts.new_secret()
    accounts.set_up_code(sqlite_store, who, secret, pyotp.TOTP(secret).at(NOW), now=NOW)
    who = accounts.person(sqlite_store, who.user.id)
    code = pyotp.TOTP(secret).at(NOW)
    step = accounts.check_code(sqlite_store, who, f" {code[:3]} {code[3:]}", now=NOW)
    with pytest.raises(NotAllowed):
        accounts.check_code(sqlite_store, who, code, after=step, now=NOW)
    for late in (timedelta(seconds=90), timedelta(seconds=-90)):
        with pytest.raises(NotAllowed):
            accounts.check_code(sqlite_store, who, code, now=NOW + late)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34", "000000\n0"])
def test_what_is_not_six_digits_is_no_code(code: str) -> None:
    assert accounts.matching_step(accounts.new_secret(), code, now=NOW) is None


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("kort", "password_short"),
        ("elf tekens!", "password_short"),
        ("x" * 201, "password_long"),
        ("wachtwoord123", "password_common"),
        ("W@chtw00rd2026!", "password_common"),
        ("Welkom01Welkom01", "password_common"),
        ("qwertyuiop123", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("123456789012", "password_common"),
        ("vertelpunt-2026", "password_common"),
        ("zomerzomer2026!", "password_common"),
        ("jannekevisser1", "password_has_name"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(password: str, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        accounts.check_new_account("Janneke Visser", password)
    assert refused.value.code == key


@pytest.mark.parametrize(
    "password", [GOOD, "de kat eet nooit soep", "xK4#vv0pQz!8", "ëén pär wöörden", "漢字仮名交文一二三四五六"]
)
def test_a_good_password_has_no_rules_but_its_length(password: str) -> None:
    assert accounts.check_new_account("Janneke", password)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Jan\u202enoor", "Jan\nPiet", "\x00"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InputRefused):
        accounts.check_new_account(name, GOOD) if name != "Jan\nPiet" else accounts.check_new_account("\n", GOOD)


def test_a_closed_account_is_out_at_once_and_nobody_closes_their_own(sqlite_store: Store) -> None:
    admin = an_admin(sqlite_store)
    editor = accounts.add_user(sqlite_store, admin, "Bo", GOOD, [Role.REDACTEUR])
    token = accounts.log_in(sqlite_store, "Bo", GOOD)
    accounts.set_active(sqlite_store, admin, editor.id, False)
    with sqlite_store.read() as books:
        assert books.session_user(token, datetime.now(UTC)) is None
    with pytest.raises(NotAllowed):
        accounts.log_in(sqlite_store, "Bo", GOOD)
    with pytest.raises(NotAllowed):
        accounts.set_active(sqlite_store, admin, admin.id, False)


def test_a_new_password_ends_every_session(sqlite_store: Store) -> None:
    editor = accounts.add_user(sqlite_store, an_admin(sqlite_store), "Bo", GOOD, [Role.REDACTEUR])
    token = accounts.log_in(sqlite_store, "Bo", GOOD)
    with pytest.raises(NotAllowed):
        accounts.change_password(sqlite_store, editor, "niet mijn oude", "vier heel andere woorden")
    accounts.change_password(sqlite_store, editor, GOOD, "vier heel andere woorden")
    with sqlite_store.read() as books:
        assert books.session_user(token, datetime.now(UTC)) is None
    assert accounts.log_in(sqlite_store, "Bo", "vier heel andere woorden")


def test_a_receipt_code_opens_its_story_however_it_is_typed(sqlite_store: Store) -> None:
    story = a_story()
    with sqlite_store.write() as books:
        books.add_story(story)
        code = books.new_receipt(story.id)
    for typed in (code, code.replace(" ", ""), code.replace(" ", "-"), f"  {code}  "):
        assert accounts.open_receipt(sqlite_store, typed).story_id == story.id
    wrong = code[:-1] + ("1" if code[-1] != "1" else "2")
    for typed in (wrong, "", "1234", "x" * 10_000, "\x00"):
        with pytest.raises(NotFound) as refused:
            accounts.open_receipt(sqlite_store, typed)
        assert refused.value.key == "door.receipt_wrong"


def test_every_decision_is_in_the_audit_without_names_or_passwords(sqlite_store: Store) -> None:
    admin = an_admin(sqlite_store)
    accounts.add_user(sqlite_store, admin, "Bo", GOOD, [Role.REDACTEUR])
    accounts.log_out(sqlite_store, accounts.log_in(sqlite_store, "Bo", GOOD))
    with pytest.raises(NotAllowed):
        accounts.log_in(sqlite_store, "Bo", "helemaal verkeerd")
    with pytest.raises(NotAllowed):
        accounts.log_in(sqlite_store, "Bestaat niet", "helemaal verkeerd")
    with sqlite_store.read() as books:
        trail = books.audit_trail()
        assert books.audit_is_whole()
    actions = [row["action"] for row in trail]
    assert set(actions) == {"first_admin_made", "user_added", "logged_in", "logged_out", "login_refused"}
    assert actions.count("login_refused") == 2
    for word in ("Noor", "Bestaat niet", "verkeerd", GOOD):
        assert word not in str(trail)
