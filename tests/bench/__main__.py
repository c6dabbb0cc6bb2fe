"""`python -m tests.bench [NAME ...]`: run benchmarks, each beside a baseline in the same run."""

import sys
from collections.abc import Callable

from tests.bench import embed
from tests.bench.figures import Figure

BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "embed": embed.run,
}


def main(names: list[str]) -> int:
    """Print what each benchmark measured; 1 where a target was missed."""
    missed = 0
    for name in names or BENCHES:
        print(f"\n{name}", flush=True)
        for figure in BENCHES[name]():
            print("  " + figure.line(), flush=True)
            missed += not figure.met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
