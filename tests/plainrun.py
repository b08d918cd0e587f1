"""A job without a worker: what `pipeline.process` and the other jobs are given when a test does their work at once."""

from __future__ import annotations

from collections.abc import Callable


class PlainRun:
    """A `stories.jobs.Run` that does each step when it comes.

    `steps` are the names of what was done, `told` what was said of the progress. `before`: something happens just
    before the step of that name (a hyphen in it is written as an underscore).
    """

    def __init__(self, **before: Callable[[], object]) -> None:
        self.steps: list[str] = []
        self.told: list[tuple[int, int]] = []
        self._before = {name.replace("_", "-"): work for name, work in before.items()}

    def step(self, name: str, work: Callable[[], None]) -> None:
        self._before.pop(name, lambda: None)()
        self.steps.append(name)
        work()

    def progress(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def check_cancelled(self) -> None: ...

    def give_way(self) -> None: ...
