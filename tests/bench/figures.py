"""What a benchmark measured, beside its target."""

import os
from dataclasses import dataclass
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("KGREC_BENCH_DATA") or BESIDE)
"""The folder of the benchmarks' data sets."""


@dataclass(frozen=True)
class Figure:
    """One number. `target` is a bound: at least (`>=`) or at most (`<=`), None for no bound."""

    name: str
    value: float
    unit: str
    target: float | None = None
    bound: str = ">="

    @property
    def met(self) -> bool:
        """Is the target reached (or none set)?"""
        if self.target is None:
            return True
        return self.value >= self.target if self.bound == ">=" else self.value <= self.target

    def line(self) -> str:
        """The figure as a line of the report."""
        target = "" if self.target is None else f"  target {self.bound} {self.target:g} {self.unit}"
        missed = "" if self.met else "  MISSED"
        return f"{self.name:<48} {self.value:>12,.4g} {self.unit}{target}{missed}"
