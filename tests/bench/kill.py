"""Kill kgrec or its Neo4j at random moments, run the command again, and compare the graph.

`python -m tests.bench kill [--times N] [--only WORK] [--seed N]`: each work is killed N times by
ending its own process and N times by ending the server, both with SIGKILL. What is compared is
every node, relationship, property and vector, with those of an undisturbed run. Rounds that are
done are kept below KGREC_HOME, so that the same command goes on after an interruption; a new
--seed begins anew.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.connection import home
from tests.bench.figures import Figure
from tests.bench.kill_place import Place, opened_place
from tests.bench.kill_works import WORKS

VICTIMS = ("client", "server")
TIMES = 100


@dataclass(frozen=True)
class Round:
    """One kill: `share` is its moment, as a share of what the work takes undisturbed."""

    work: str
    victim: str
    number: int
    share: float
    wrong: tuple[str, ...] = ()


def run(options: list[str]) -> list[Figure]:
    """How many rounds of each work and victim ended in a graph that differs, or otherwise wrong."""
    given = _options(options)
    names = [given.only] if given.only else list(WORKS)
    folder = home() / "bench" / "kill"
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / f"rounds-{given.seed}.jsonl"
    done = {(each.work, each.victim, each.number): each for each in _read(book)}
    wanted = _drawn(names, given.times, given.seed)
    left = [each for each in wanted if (each.work, each.victim, each.number) not in done]
    if left:
        _go_on(folder, book, left)
    found = [each for each in _read(book) if each.work in names and each.number < given.times]
    return [_figure(work, victim, found) for work in names for victim in VICTIMS]


def _options(options: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench kill")
    parser.add_argument("--times", type=int, default=TIMES, help="kills of each work and victim")
    parser.add_argument("--only", choices=list(WORKS), help="one work alone")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    return parser.parse_args(options)


def _drawn(names: list[str], times: int, seed: int) -> list[Round]:
    """Works and victims by turns, so that a run that is cut short has some of each."""
    return [
        Round(name, victim, number, random.Random(f"{seed} {name} {victim} {number}").random())
        for number in range(times)
        for name in names
        for victim in VICTIMS
    ]


def _go_on(folder: Path, book: Path, left: list[Round]) -> None:
    with opened_place(folder) as place, book.open("a", encoding="utf-8") as written:
        for count, each in enumerate(left, 1):
            ended = Round(**{**asdict(each), "wrong": tuple(_killed(place, each))})
            written.write(json.dumps(asdict(ended)) + "\n")
            written.flush()
            _say(f"{count} of {len(left)}: {each.work}, {each.victim} killed at {each.share:.0%}")
            for line in ended.wrong[:5]:
                _say(f"  WRONG {line[:300]}")


def _killed(place: Place, each: Round) -> list[str]:
    work: Callable[[Place, str, float, int], list[str]] = WORKS[each.work]
    return work(place, each.victim, each.share, each.number)


def _read(book: Path) -> list[Round]:
    if not book.exists():
        return []
    lines = book.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Round(**{**row, "wrong": tuple(row["wrong"])}) for row in rows]


def _figure(work: str, victim: str, found: list[Round]) -> Figure:
    mine = [each for each in found if (each.work, each.victim) == (work, victim)]
    wrong = sum(bool(each.wrong) for each in mine)
    return Figure(f"{work}, {victim} killed", wrong, f"wrong of {len(mine)}", 0, "<=")


def _say(line: str) -> None:
    print(f"    {line}", file=sys.stderr, flush=True)
