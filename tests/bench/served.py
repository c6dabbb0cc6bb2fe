"""Is what Neo4j serves what was evaluated? `python -m tests.bench.served [gnn]`.

Beauty without each user's last product is built into a Neo4j of its own, learned from there, and
everybody is recommended to from Neo4j and from memory: Recall@10 of the hidden products by both,
and the share of lists that are the same. With `gnn` product vectors are learned as well.
"""

import csv
import gzip
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gnn.config import LEARN, LearnConfig
from gnn.evaluate.lists import Lists
from gnn.evaluate.rankings import Ranker, Ranking
from gnn.evaluate.report import evaluate
from gnn.evaluate.served import by
from gnn.evaluate.split import Split
from gnn.evaluate.splits import leave_one_out
from gnn.train import train
from kg.build import BuildOptions, build_graph
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.local_server import ensure_running
from kg.progress import Progress, silent
from kg.recommend.recommender import Recommender
from kg.snapshot import export, snapshot_of
from kg.sources import open_source
from tests.bench.beauty import BEAUTY, missing
from tests.bench.figures import Figure
from tests.conftest import kill_server

RECIPES = ("paper", "learned")


def run(config: LearnConfig = LearnConfig(items=None)) -> list[Figure]:  # noqa: B008
    """Recall by Neo4j beside that by memory, for both recipes."""
    if missing():
        return []
    split = leave_one_out(snapshot_of(open_source(BEAUTY)))
    with tempfile.TemporaryDirectory(prefix="kgrec-bench-") as folder:
        home = Path(folder)
        try:
            with Neo4jGraph(ensure_running(home, lambda _: None)) as graph:
                build_graph(graph, open_source(_without_last(home / "shop")), BuildOptions())
                train(graph, config)
                memory = MemoryGraph(export(graph))
                return [
                    each for recipe in RECIPES for each in _beside(split, graph, memory, recipe)
                ]
        finally:
            kill_server(home)


def _without_last(folder: Path) -> Path:
    """A copy of Beauty that does not know each user's last product."""
    folder.mkdir()
    (folder / "products.csv.gz").symlink_to(BEAUTY / "products.csv.gz")
    with gzip.open(BEAUTY / "interactions.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    last: dict[str, int] = {}
    for row in rows:
        last[row["user_id"]] = max(last.get(row["user_id"], 0), int(row["position"]))
    with gzip.open(folder / "interactions.csv.gz", "wt", encoding="utf-8", newline="") as file:
        kept = csv.DictWriter(file, list(rows[0]))
        kept.writeheader()
        kept.writerows(row for row in rows if int(row["position"]) < last[row["user_id"]])
    return folder


def _beside(split: Split, graph: Neo4jGraph, memory: MemoryGraph, recipe: str) -> list[Figure]:
    """Both engines' lists for the same users."""
    lists: dict[str, Lists] = {}

    def kept(name: str, recommender: Recommender) -> Ranker:
        rank = by(recommender, recipe)

        def keep(split: Split, k: int, progress: Progress = silent) -> Ranking:
            found = rank(split, k, progress)
            lists[name] = found.lists[:, :10]
            return found

        return keep

    report = evaluate(
        split,
        {"Neo4j": kept("Neo4j", Recommender(graph)), "memory": kept("memory", Recommender(memory))},
    )
    recall = {each.name: float(each.values["recall@10"].mean()) for each in report.models}
    same = float((lists["Neo4j"] == lists["memory"]).all(axis=1).mean())
    return [
        Figure(f"{recipe}, Recall@10 by memory", recall["memory"], ""),
        Figure(f"{recipe}, Recall@10 by Neo4j", recall["Neo4j"], "", 0.98 * recall["memory"]),
        Figure(f"{recipe}, the same ten in the same order", same, ""),
    ]


def main(arguments: Sequence[str]) -> int:
    """Print it."""
    for figure in run(LEARN if "gnn" in arguments else LearnConfig(items=None)):
        print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
