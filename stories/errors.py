"""One small error tree. Everything this product raises on purpose is a VertelpuntError.

    VertelpuntError
    ├── Refused             a rule says no; the message says why and what to do
    │   ├── InputRefused        a file or text that cannot be taken in
    │   ├── ConsentRefused      a teller's choice (or its absence) forbids this
    │   ├── NotAllowed          this role may not do this
    │   ├── StageRefused        not from this stage or state
    │   └── GateRefused         a piece may not leave; carries the findings
    ├── NotReady            something must be arranged first (a model, a setting); work waits, nothing is lost
    ├── Moved               somebody else changed the row meanwhile; read again
    ├── NotFound            there is no such thing (or it is not yours to know)
    ├── SealBroken          a sealed item is damaged, swapped or its key is gone
    └── Cancelled           the work was stopped on request

`code` is snake_case and safe to log. The Dutch sentence comes from the catalogue under `<room>.<code>` and
holds ids, counts and dates: never a word of a story.
"""

from __future__ import annotations

from stories.words import say


class VertelpuntError(Exception):
    """An error with a `code` for machines and a Dutch `message` for people.

    `key` is the catalogue key (`room.code`); `values` fill the sentence's placeholders.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.code = key.partition(".")[2]
        self.message = say(key, **values)
        super().__init__(self.message)


class Refused(VertelpuntError):
    """A rule says no."""


class InputRefused(Refused):
    """A file or text that cannot be taken in."""


class ConsentRefused(Refused):
    """A teller's choice, or its absence, forbids this."""


class NotAllowed(Refused):
    """This role may not do this."""


class StageRefused(Refused):
    """Not from this stage or state."""


class GateRefused(Refused):
    """A piece may not leave. `findings` are the gate's reasons, each with a Dutch sentence."""

    def __init__(self, key: str, /, findings: tuple[object, ...] = (), **values: object) -> None:
        super().__init__(key, **values)
        self.findings = findings


class NotReady(VertelpuntError):
    """Something must be arranged first; the work waits and nothing is lost."""


class Moved(VertelpuntError):
    """Somebody else changed the row meanwhile."""


class NotFound(VertelpuntError):
    """There is no such thing, or it is not yours to know."""


class SealBroken(VertelpuntError):
    """A sealed item is damaged, swapped, or its key is gone."""


class Cancelled(VertelpuntError):
    """The work was stopped on request."""
