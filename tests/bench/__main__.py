"""`python -m tests.bench [--json] [NAME ...]`: measure, each beside a baseline in the same run."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from tests.bench import (
    attack,
    cuda,
    embed,
    light_gcn,
    load,
    nearest,
    page,
    recommend,
    retrieval,
    serve,
    served,
    snapshot,
)
from tests.bench.figures import Figure

BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "attack": attack.run,
    "cuda": cuda.run,
    "embed": embed.run,
    "light_gcn": light_gcn.run,
    "load": load.run,
    "nearest": nearest.run,
    "page": page.run,
    "recommend": recommend.run,
    "retrieval": retrieval.run,
    "serve": serve.run,
    "served": served.run,
    "snapshot": snapshot.run,
}


def main(arguments: list[str]) -> int:
    """Print what each benchmark measured; 1 where a target was missed."""
    as_json = "--json" in arguments
    names = [each for each in arguments if each != "--json"]
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no benchmark {unknown[0]}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    found = {name: _run(name, as_json) for name in names or BENCHES}
    if as_json:
        told = {
            name: [asdict(figure) | {"met": figure.met} for figure in figures]
            for name, figures in found.items()
        }
        print(json.dumps(told, indent=2))
    return int(any(not figure.met for figures in found.values() for figure in figures))


def _run(name: str, quiet: bool) -> list[Figure]:
    if not quiet:
        print(f"\n{name}", flush=True)
    figures = BENCHES[name]()
    for figure in figures if not quiet else []:
        print("  " + figure.line(), flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
