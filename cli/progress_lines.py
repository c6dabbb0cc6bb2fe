"""Progress where no terminal draws bars (cron, containers): a line a stage, and a line a minute."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kg.progress import Progress

EVERY_S = 60.0


@dataclass(frozen=True)
class _State:
    """How far a stage is. `detail` is what it reports beside its name: "loss 3.2"."""

    stage: str
    detail: str
    done: int
    total: int | None


@contextmanager
def progress_lines(write: Callable[[str], None], every_s: float = EVERY_S) -> Iterator[Progress]:
    """Yield a Progress that writes a line when a stage begins, and again every `every_s` seconds.

    A thread writes the lines in between, so that a stage that reports nothing for long has them
    too. It ends with the block.
    """
    started = time.monotonic()
    over = threading.Event()
    lock = threading.Lock()
    begun: set[str] = set()
    latest: list[_State] = []

    def report(stage: str, done: int, total: int | None = None) -> None:
        name, _, detail = stage.partition(" | ")
        state = _State(name, detail, done, total)
        with lock:
            latest[:] = [state]
            if name not in begun:
                begun.add(name)
                write(_line(state))

    def remind() -> None:
        while not over.wait(every_s):
            with lock:
                if latest:
                    minutes = (time.monotonic() - started) / 60
                    write(f"{_line(latest[0])}, {minutes:.0f} min")

    reminder = threading.Thread(target=remind, name="progress", daemon=True)
    reminder.start()
    try:
        yield report
    finally:
        over.set()
        reminder.join()


def _line(state: _State) -> str:
    total = "" if state.total is None else f" of {state.total:,}"
    detail = f", {state.detail}" if state.detail else ""
    return f"{state.stage}: {state.done:,}{total}{detail}"
