"""One moment that several readers of a thread share: for drawing a page, which asks for the same story many times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Generic, TypeVar

Seen = TypeVar("Seen")


class SharedMoment(Generic[Seen]):
    """Opens a moment for the first reader, hands the same to the next ones, and closes it when told to `end`.

    Whoever still reads at the end keeps what they have; whoever comes later gets a new moment.
    """

    def __init__(self, open_moment: Callable[[], AbstractContextManager[Seen]]) -> None:
        self._open = open_moment
        self._now: _Opened[Seen] | None = None

    @contextmanager
    def read(self) -> Iterator[Seen]:
        """What is seen now. An error ends the moment: its transaction may be of no use any more."""
        if self._now is None:
            stack = ExitStack()
            self._now = _Opened(stack.enter_context(self._open()), stack)
        opened = self._now
        opened.readers += 1
        try:
            yield opened.seen
        except BaseException:
            self.end()
            raise
        finally:
            opened.readers -= 1
            if opened is not self._now and not opened.readers:
                opened.stack.close()

    def end(self) -> None:
        opened, self._now = self._now, None
        if opened is not None and not opened.readers:
            opened.stack.close()


class _Opened(Generic[Seen]):
    def __init__(self, seen: Seen, stack: ExitStack) -> None:
        self.seen, self.stack, self.readers = seen, stack, 0
