"""Receipts, users and sessions."""

from __future__ import annotations

import hashlib
import re
import time
from datetime import timedelta
from statistics import median

import pytest
from builders import MOMENT, a_story
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from stories import receipts
from stories.errors import InputRefused, NotFound
from stories.people import Role
from stories.receipts import Hasher
from stories.store import Store

# receipts


def with_receipt(store: Store) -> tuple[str, str]:
    story = a_story()
    with store.write() as books:
        books.add_story(story)
        return story.id, books.new_receipt(story.id)


def test_a_receipt_leads_to_its_story_however_it_is_typed(store: Store) -> None:
    story_id, code = with_receipt(store)
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    digits = code.replace(" ", "")
    with store.read() as books:
        for typed in (
            code,
            digits,
            "-".join(digits),
            f"  {code}\n",
            code.replace(" ", "\u00a0"),
            code.replace(" ", "."),
        ):
            assert books.holder_of_receipt(typed).story_id == story_id


def test_a_wrong_code_is_not_found(store: Store) -> None:
    _, code = with_receipt(store)
    digits = code.replace(" ", "")
    wrong_secret = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    wrong_lookup = f"{(int(digits[:5]) + 1) % 100_000:05d}" + digits[5:]
    arabic = "".join(chr(0x0660 + int(d)) for d in digits)
    for typed in (wrong_secret, wrong_lookup, "", "1", digits + "1", arabic, "x" * 10_000, "' OR 1=1 --"):
        with pytest.raises(NotFound), store.read() as books:
            books.holder_of_receipt(typed)


def test_a_new_receipt_replaces_the_old_one(store: Store) -> None:
    story_id, old = with_receipt(store)
    with store.write() as books:
        new = books.new_receipt(story_id)
    with store.read() as books:
        assert books.holder_of_receipt(new).story_id == story_id
        with pytest.raises(NotFound):
            books.holder_of_receipt(old)


def test_the_secret_digits_are_nowhere_in_the_database(sqlite_store: Store) -> None:
    _, code = with_receipt(sqlite_store)
    digits = code.replace(" ", "")
    stored = b"".join(path.read_bytes() for path in sqlite_store.settings.data_dir.rglob("*") if path.is_file())
    assert digits[5:].encode() not in stored
    assert code.encode() not in stored


def test_nobody_can_tell_by_the_clock_whether_a_code_exists(sqlite_store: Store) -> None:
    store = Store.open(sqlite_store.settings, hasher=Hasher(time_cost=2, memory_kib=8192, parallelism=1))
    _, code = with_receipt(store)
    digits = code.replace(" ", "")
    wrong_secret = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    wrong_lookup = f"{(int(digits[:5]) + 1) % 100_000:05d}" + digits[5:]

    def seconds(typed: str) -> float:
        began = time.process_time()
        with pytest.raises(NotFound), store.read() as books:
            books.holder_of_receipt(typed)
        return time.process_time() - began

    known = median(seconds(wrong_secret) for _ in range(9))
    for unknown in (wrong_lookup, "geen code"):
        assert median(seconds(unknown) for _ in range(9)) == pytest.approx(known, rel=0.5)
    store.close()


@given(st.text(max_size=200))
def test_any_typed_text_is_a_code_or_leads_nowhere(typed: str) -> None:
    lookup, secret = receipts.parts(typed)
    assert (len(lookup) in (0, 5)) and len(secret) == 11


def test_the_decoy_costs_as_much_as_a_real_hash() -> None:
    real = Hasher().hash("x")
    assert real.rpartition("$")[0].rpartition("$")[0] == receipts.DECOY.rpartition("$")[0].rpartition("$")[0]


# users


def test_a_user_comes_back_with_hash_and_second_factor(store: Store) -> None:
    with store.write() as books:
        assert books.first_run_needed()
        anna = books.add_user("Anna de Boer", "een lang wachtwoord", [Role.BEHEERDER, Role.REDACTEUR])
        books.add_user("Bo", "nog een wachtwoord", [])
        assert not books.first_run_needed()
        assert books.user_by_name("anna DE boer ")[2] is None
        books.set_totp(anna.id, "JBSWY3DPEHPK3PXP")
    with store.read() as books:
        user, password_hash, totp = books.user_by_name("Anna de Boer")
        assert user == anna
        assert user.roles == {Role.BEHEERDER, Role.REDACTEUR}
        assert totp == "JBSWY3DPEHPK3PXP"
        assert [u.name for u in books.users()] == ["Anna de Boer", "Bo"]
    assert store.hasher.matches(password_hash, "een lang wachtwoord")
    assert not store.hasher.matches(password_hash, "een kort wachtwoord")
    assert not store.hasher.matches(None, "een lang wachtwoord")


def test_passwords_are_argon2id_by_default_at_full_cost() -> None:
    hashed = Hasher().hash("geheim")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Hasher().matches(hashed, "geheim")


def test_the_same_password_in_another_unicode_form_is_the_same(cheap_hasher: Hasher) -> None:
    assert cheap_hasher.matches(cheap_hasher.hash("caf\u00e9 ol\u00e9"), "cafe\u0301 ole\u0301")


def test_a_name_that_cannot_be_or_looks_like_another_is_refused(store: Store) -> None:
    with store.write() as books:
        books.add_user("Anna", "een lang wachtwoord", [])
    for name in ("", "   ", "x" * 81, "a\nb", "a\u202eb", "a\x00b", "a\ud800", "anna", "\uff21NNA"):
        with pytest.raises(InputRefused), store.write() as books:
            books.add_user(name, "een lang wachtwoord", [])
            pytest.fail(f"{name!a} was let in")


def test_who_is_made_inactive_is_out_at_once(store: Store) -> None:
    with store.write() as books:
        anna = books.add_user("Anna", "een lang wachtwoord", [Role.REDACTEUR])
        token = books.add_session(anna.id, MOMENT)
        books.set_active(anna.id, False)
    with store.write() as books:
        assert books.session_user(token, MOMENT) is None
        with pytest.raises(NotFound):
            books.user_by_name("Anna")
        assert books.users() == ()
        assert books.users(include_inactive=True) == (anna,)
        books.set_active(anna.id, True)
        assert books.session_user(token, MOMENT) is None, "old sessions do not come back"


def test_changed_roles_count_at_the_next_look(store: Store) -> None:
    with store.write() as books:
        anna = books.add_user("Anna", "een lang wachtwoord", [Role.REDACTEUR])
        token = books.add_session(anna.id, MOMENT)
        books.set_roles(anna.id, [Role.VRIJGEVER])
        user = books.session_user(token, MOMENT)
        assert user is not None and user.roles == {Role.VRIJGEVER}
        books.set_password(anna.id, "een ander wachtwoord")
        assert books.session_user(token, MOMENT) is None, "a changed password ends every session"
        with pytest.raises(NotFound):
            books.set_roles("u0", [])


# sessions


def logged_in(store: Store) -> str:
    with store.write() as books:
        return books.add_session(books.add_user("Anna", "een lang wachtwoord", []).id, MOMENT)


def is_in(store: Store, token: str, after: timedelta, *, reading: bool = False) -> bool:
    with store.read() if reading else store.write() as books:
        return books.session_user(token, MOMENT + after) is not None


@pytest.mark.parametrize("reading", [True, False])
def test_a_session_lasts_while_it_is_used_and_eight_hours_at_most(store: Store, reading: bool) -> None:
    token = logged_in(store)
    for minutes in range(20, 480, 20):
        assert is_in(store, token, timedelta(minutes=minutes), reading=reading)
    assert not is_in(store, token, timedelta(hours=8, seconds=1), reading=reading)


def test_a_session_ends_after_half_an_hour_of_nothing(store: Store) -> None:
    token = logged_in(store)
    assert is_in(store, token, timedelta(minutes=29))
    assert not is_in(store, token, timedelta(minutes=29 + 31))


def test_only_the_hash_of_a_token_is_stored_and_ending_ends(store: Store) -> None:
    token = logged_in(store)
    assert len(token) >= 43, "256 bits in base64"
    with store.connect(write=False) as connection:
        stored = connection.scalar(text("SELECT token_sha256 FROM session"))
    assert stored == hashlib.sha256(token.encode()).hexdigest()
    assert not is_in(store, stored, timedelta(0))
    with store.write() as books:
        books.end_session(token)
    assert not is_in(store, token, timedelta(0))
