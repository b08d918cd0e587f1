"""Accounts: who may come in, how they prove it, and who may let others in.

    token = log_in(store, "Noor", password, code)        # everything at once
    person = recognise(store, "Noor", password)          # or step by step, as the door does it
    if person.needs_code: check_code(person, code)
    token = open_session(store, person.user)

A wrong name and a wrong password take the same time and give the same answer. Slowing down those who guess is the
door's work (`door/throttle.py`); saying no is done here. Every decision is audited, without the typed name and
without an address.
"""

from __future__ import annotations

import functools
import hmac
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyotp

from stories.errors import InputRefused, NotAllowed, NotFound
from stories.people import NEEDS_SECOND_FACTOR, Act, CodeHolder, Role, User
from stories.store import Store

SHORTEST_PASSWORD = 12
"""Characters; 15 is advised (NIST SP 800-63B-4)."""

LONGEST_PASSWORD = 200
"""Characters: more makes hashing an attack."""

LONGEST_NAME = 60

CODE_SECONDS = 30
"""How long one code of the second factor lives (RFC 6238); one step before and after is accepted as well."""

NOBODY = "onbekend"
"""Actor name in the audit for whoever failed to say who they are."""

DOOR = "deur"
"""Actor name in the audit for what happens before there is anybody."""

_COMMON_WORDS = Path(__file__).with_name("common_words.txt")


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody whose name and password fit. `totp` is the secret of the second factor, None before it is set up."""

    user: User
    totp: str | None = None

    def __repr__(self) -> str:
        return f"Recognised({self.user.id}, totp={'set' if self.totp else 'none'})"

    @property
    def must_set_up_code(self) -> bool:
        """A role that needs a second factor, and none yet."""
        return self.totp is None and bool(self.user.roles & NEEDS_SECOND_FACTOR)

    @property
    def needs_code(self) -> bool:
        return self.totp is not None


# --- coming in


def recognise(store: Store, name: str, password: str) -> Recognised:
    """Whose name and password are these? Raises NotAllowed("door.wrong_login"), the same for every cause."""
    name, password = clean_name(name), _normal(password)
    with store.read() as books:
        try:
            user, hashed, totp = books.user_by_name(name)
        except NotFound:
            user, hashed, totp = None, None, None
    fits = store.hasher.matches(hashed, password[:LONGEST_PASSWORD]) and len(password) <= LONGEST_PASSWORD
    if user is None or not fits:
        with store.write() as books:
            books.audit(user.id if user else NOBODY, "login_refused", detail="password")
        raise NotAllowed("door.wrong_login")
    return Recognised(user, totp)


def person(store: Store, user_id: str) -> Recognised:
    """Somebody who was recognised a moment ago. Raises NotFound."""
    with store.read() as books:
        for user in books.users():
            if user.id == user_id:
                return Recognised(*books.user_by_name(user.name)[::2])
    raise NotFound("stories.not_found")


def matching_step(secret: str, code: str, *, now: datetime | None = None) -> int | None:
    """Which 30-second step this code belongs to (now, or one before or after), or None when to none of them.

    The caller keeps the step, so that the same code does not work twice.
    """
    code = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    generator = pyotp.TOTP(secret, interval=CODE_SECONDS)
    step = int((now or datetime.now(UTC)).timestamp()) // CODE_SECONDS
    steps = [near for near in (step - 1, step, step + 1) if hmac.compare_digest(generator.generate_otp(near), code)]
    return steps[0] if steps else None


def check_code(store: Store, person: Recognised, code: str, *, after: int = -1, now: datetime | None = None) -> int:
    """Check the code of the second factor; returns its step. A step up to `after` was used before and is refused.

    Raises NotAllowed("door.code_wrong").
    """
    step = matching_step(person.totp, code, now=now) if person.totp else None
    if step is None or step <= after:
        with store.write() as books:
            books.audit(person.user.id, "login_refused", detail="code")
        raise NotAllowed("door.code_wrong")
    return step


def new_secret() -> str:
    """A fresh secret for a second factor (base32, 160 bits)."""
    return pyotp.random_base32()


def secret_link(user: User, secret: str) -> str:
    """The `otpauth:` link that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name="Vertelpunt")


def set_up_code(store: Store, person: Recognised, secret: str, code: str, *, now: datetime | None = None) -> int:
    """Keep the second factor once its first code was right; returns the step of that code.

    Raises NotAllowed: for a wrong code, and when the person has a second factor already.
    """
    if person.totp is not None:
        raise NotAllowed("door.code_over")
    step = matching_step(secret, code, now=now)
    if step is None:
        raise NotAllowed("door.code_wrong")
    with store.write() as books:
        if books.user_by_name(person.user.name)[2] is not None:
            raise NotAllowed("door.code_over")
        books.set_totp(person.user.id, secret)
        books.audit(person.user.id, "second_factor_set", subject=person.user.id)
    return step


def open_session(store: Store, user: User, *, now: datetime | None = None) -> str:
    """Let somebody in who proved everything; returns the session token for the cookie."""
    with store.write() as books:
        token = books.add_session(user.id, now or datetime.now(UTC))
        books.audit(user.id, "logged_in")
    return token


def log_in(store: Store, name: str, password: str, code: str | None = None, *, now: datetime | None = None) -> str:
    """Name, password and (for the roles that need it) code at once; returns the session token.

    Raises NotAllowed; also when a second factor is needed and not set up yet.
    """
    who = recognise(store, name, password)
    if who.must_set_up_code:
        raise NotAllowed("door.code_wrong")
    if who.needs_code:
        check_code(store, who, code or "", now=now)
    return open_session(store, who.user, now=now)


def log_out(store: Store, token: str, *, now: datetime | None = None) -> None:
    """End a session. A token that is unknown or over is fine."""
    with store.write() as books:
        user = books.session_user(token, now or datetime.now(UTC))
        books.end_session(token)
        if user is not None:
            books.audit(user.id, "logged_out")


def open_receipt(store: Store, code: str) -> CodeHolder:
    """Who holds this receipt code, of which story. Raises NotFound("door.receipt_wrong"), the same for every cause."""
    with store.read() as books:  # hashing takes a while: not as the only writer
        try:
            holder = books.holder_of_receipt(unicodedata.normalize("NFKC", code[:100]))
        except NotFound:
            raise NotFound("door.receipt_wrong") from None
    with store.write() as books:
        books.audit(str(holder.holder), "receipt_opened", story_id=holder.story_id)
    return holder


# --- making accounts


def nobody_yet(store: Store) -> bool:
    """True until the first administrator exists."""
    with store.read() as books:
        return not books.users()


def create_first_admin(store: Store, name: str, password: str) -> Recognised:
    """Make the first account, a beheerder. Raises InputRefused, or NotAllowed once anybody exists.

    Whether this visitor may do so (the one-time code) was decided at the door.
    """
    name, password = check_new_account(name, password)
    with store.write() as books:
        if books.users():
            raise NotAllowed("door.already_begun")
        user = books.add_user(name, password, [Role.BEHEERDER])
        books.audit(DOOR, "first_admin_made", subject=user.id)
    return Recognised(user)


def add_user(store: Store, actor: User, name: str, password: str, roles: Collection[Role]) -> User:
    """A new account, made by an administrator. Raises NotAllowed or InputRefused."""
    actor.require(Act.MANAGE_USERS)
    name, password = check_new_account(name, password)
    if not roles:
        raise InputRefused("door.roles_empty")
    with store.write() as books:
        if name.casefold() in {user.name.casefold() for user in books.users()}:
            raise InputRefused("door.name_taken")
        user = books.add_user(name, password, sorted(set(roles)))
        books.audit(actor.id, "user_added", subject=user.id, detail=" ".join(sorted(set(roles))))
    return user


def users(store: Store, actor: User) -> Sequence[User]:
    """Everybody with an account, by name. Raises NotAllowed."""
    actor.require(Act.MANAGE_USERS)
    with store.read() as books:
        return sorted(books.users(), key=lambda user: user.name.casefold())


def change_password(store: Store, actor: User, old: str, new: str) -> None:
    """Somebody's own new password; ends all their sessions. Raises NotAllowed or InputRefused."""
    who = recognise(store, actor.name, old)
    _, new = check_new_account(actor.name, new)
    with store.write() as books:
        books.set_password(who.user.id, new)
        books.audit(actor.id, "password_changed", subject=actor.id)


def set_active(store: Store, actor: User, user_id: str, active: bool) -> None:
    """Close an account (and its sessions) or open it again. Nobody closes their own. Raises NotAllowed or NotFound."""
    actor.require(Act.MANAGE_USERS)
    if user_id == actor.id:
        raise NotAllowed("door.not_yourself")
    with store.write() as books:
        books.set_active(user_id, active)
        books.audit(actor.id, "user_opened" if active else "user_closed", subject=user_id)


def check_new_account(name: str, password: str) -> tuple[str, str]:
    """Name and password in their normal form, ready for `Books.add_user`. Raises InputRefused saying what to do."""
    name, password = clean_name(name), _normal(password)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputRefused("door.name_empty", longest=LONGEST_NAME)
    if len(password) < SHORTEST_PASSWORD:
        raise InputRefused("door.password_short", shortest=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise InputRefused("door.password_long", longest=LONGEST_PASSWORD)
    bare = password.casefold()
    for part in re.findall(r"\w{3,}", name.casefold()):
        if part in bare and len(bare.replace(part, "")) < SHORTEST_PASSWORD:
            raise InputRefused("door.password_has_name")
    if _is_common(bare):
        raise InputRefused("door.password_common")
    return name, password


def clean_name(name: str) -> str:
    """A name as it is stored and compared: composed, without double or outer spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def _normal(password: str) -> str:
    """The same password however the keyboard composed its accents (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _is_common(password: str) -> bool:
    """Made of nothing but common words, counting, repeats and signs: easy to guess, however long.

    Letters that stand for others (`w@chtw00rd`) are read as what they stand for.
    """
    if len(set(password)) < 5:
        return True
    read = password.translate(str.maketrans("@4301$5!", "aaeoissi"))
    return any(_only_common_words(re.sub(r"[\W\d_]", "", text)) for text in (password, read))


def _only_common_words(letters: str) -> bool:
    """Can these letters be cut into common words, leaving at most two over?"""
    fewest_left = [0]  # fewest letters left over when reading up to each place
    for end in range(1, len(letters) + 1):
        cuts = [fewest_left[end - size] for size in _sizes() if size <= end and letters[end - size : end] in _common()]
        fewest_left.append(min([fewest_left[end - 1] + 1, *cuts]))
    return fewest_left[-1] <= 2


@functools.cache
def _sizes() -> frozenset[int]:
    return frozenset(map(len, _common()))


@functools.cache
def _common() -> frozenset[str]:
    lines = _COMMON_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))
