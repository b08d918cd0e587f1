"""Receipt codes and slow hashes.

A teller has no account but a receipt code: 16 digits, shown once as "1234 5678 9012 3456". The first five find the
row, the other eleven (36.5 bits) are the secret. Secrets and passwords are kept as Argon2id hashes; nobody can tell
by the clock whether a row was found, because a decoy is verified when it was not.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

DIGITS = 16
LOOKUP_DIGITS = 5

DECOY = "$argon2id$v=19$m=65536,t=3,p=4$DBzQWLmCUDyzDRY9whTwDA$eLCRlhXFEoVJsWO19dNRvk8tJeAGUfzptO7uh36L84A"
"""The hash of a random secret that nobody knows, at the default parameters."""


AT_ONCE = 4
"""Hashes computed at the same moment by one process: 64 MiB each, so a flood of guesses cannot fill the memory."""


class Hasher:
    """Argon2id with the parameters of RFC 9106's low-memory profile (argon2-cffi's default: 3 passes over 64 MiB).

    Tests may ask for cheaper ones; a hash carries its own parameters, so changing them breaks no old hash.
    """

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65536, parallelism: int = 4) -> None:
        self._argon2 = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        usual = (time_cost, memory_kib, parallelism) == (3, 65536, 4)
        self._decoy = DECOY if usual else self._argon2.hash(secrets.token_hex(16))

    def hash(self, secret: str) -> str:
        with self._turn:
            return self._argon2.hash(_bytes(secret))

    def matches(self, stored: str | None, secret: str) -> bool:
        """Is this the secret of the stored hash? None (nothing was found) takes the same time and is never right."""
        try:
            with self._turn:
                right = self._argon2.verify(stored or self._decoy, _bytes(secret))
        except (Argon2Error, InvalidHashError):
            return False
        return right and stored is not None


def new_code() -> str:
    """A fresh code of 16 random digits, without spaces."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def shown(code: str) -> str:
    """The code as it is shown and printed: in four groups of four."""
    return " ".join(code[i : i + 4] for i in range(0, DIGITS, 4))


def parts(typed: str) -> tuple[str, str]:
    """(lookup, secret) of a code as somebody typed it: spaces, dashes and dots do not matter.

    Anything that is no code gives a lookup that no row has.
    """
    digits = "".join(c for c in typed[:100] if c not in " -.\u00a0\u2009\t\r\n")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return "", "0" * (DIGITS - LOOKUP_DIGITS)
    return digits[:LOOKUP_DIGITS], digits[LOOKUP_DIGITS:]


def _bytes(secret: str) -> bytes:
    """The same password typed on another keyboard is the same password (NFKC, NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")
