"""`python -m tests.bench [--json] [NAME ...]`: measure, each beside a baseline in the same run.

`python -m tests.bench [--json] NAME [OPTION ...]` runs one of `BY_NAME`, which take too long to be
among those that run without a name.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from tests.bench import (
    attack,
    cuda,
    embed,
    fuzz,
    kill,
    light_gcn,
    load,
    mishaps,
    nearest,
    page,
    recommend,
    retrieval,
    serve,
    served,
    snapshot,
    soak,
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
# Each runs alone, and reads the options that stand behind its name.
BY_NAME: dict[str, Callable[[list[str]], list[Figure]]] = {
    "fuzz": fuzz.run,
    "kill": kill.run,
    "mishaps": mishaps.run,
    "soak": soak.run,
}


def main(arguments: list[str]) -> int:
    """Print what each benchmark measured; 1 where a target was missed."""
    as_json = "--json" in arguments
    names = [each for each in arguments if each != "--json"]
    if names and (by_name := BY_NAME.get(names[0])):
        return _report({names[0]: lambda: by_name(names[1:])}, as_json)
    if unknown := [name for name in names if name not in BENCHES]:
        there = ", ".join([*BENCHES, *BY_NAME])
        print(f"no benchmark {unknown[0]}; there are {there}", file=sys.stderr)
        return 2
    return _report({name: BENCHES[name] for name in names or BENCHES}, as_json)


def _report(benches: dict[str, Callable[[], list[Figure]]], as_json: bool) -> int:
    found = {name: _run(name, run, as_json) for name, run in benches.items()}
    if as_json:
        told = {
            name: [asdict(figure) | {"met": figure.met} for figure in figures]
            for name, figures in found.items()
        }
        print(json.dumps(told, indent=2))
    return int(any(not figure.met for figures in found.values() for figure in figures))


def _run(name: str, run: Callable[[], list[Figure]], quiet: bool) -> list[Figure]:
    if not quiet:
        print(f"\n{name}", flush=True)
    figures = run()
    for figure in figures if not quiet else []:
        print("  " + figure.line(), flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
