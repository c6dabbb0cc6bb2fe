"""Measure the stages of long work: seconds, and the most memory this process held."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

SAMPLE_SECONDS = 0.05
WRITTEN = ("created", "changed", "removed")


@dataclass(frozen=True)
class Stage:
    """A stage that is done. `peak_mb` is the resident memory of this process at its highest."""

    name: str
    seconds: float
    peak_mb: float


class Stages:
    """Collects the stages of one piece of work, in order."""

    def __init__(self) -> None:
        self.done: list[Stage] = []
        self._process = psutil.Process()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens in a `with` block; the same name again adds to it."""
        over = threading.Event()
        peaks = [self._process.memory_info().rss]
        sampler = threading.Thread(target=self._sample, args=(over, peaks), daemon=True)
        started = time.monotonic()
        sampler.start()
        try:
            yield
        finally:
            over.set()
            sampler.join()
            self._add(Stage(name, time.monotonic() - started, peaks[0] / 1e6))

    def _sample(self, over: threading.Event, peaks: list[int]) -> None:
        while not over.wait(SAMPLE_SECONDS):
            peaks[0] = max(peaks[0], self._process.memory_info().rss)

    def _add(self, stage: Stage) -> None:
        for i, earlier in enumerate(self.done):
            if earlier.name == stage.name:
                seconds = earlier.seconds + stage.seconds
                self.done[i] = Stage(stage.name, seconds, max(earlier.peak_mb, stage.peak_mb))
                return
        self.done.append(stage)


class Tally:
    """Counts of what was created, changed, removed or left alone, by kind of node or event."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = {}

    def add(self, kind: str, what: str, count: int) -> None:
        """Count `count` more of a kind: created, changed, removed, unchanged or something else."""
        if count:
            counts = self.counts.setdefault(kind, {})
            counts[what] = counts.get(what, 0) + count

    @property
    def written(self) -> int:
        """How much was created, changed or removed."""
        return sum(counts.get(what, 0) for counts in self.counts.values() for what in WRITTEN)
