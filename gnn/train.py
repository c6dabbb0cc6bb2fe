"""Train on the graph as it is now, and serve what was learned."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gnn.config import LEARN, LearnConfig
from gnn.learn import learn
from gnn.write_back import write_back
from kg.private import private_folder
from kg.progress import Progress, Say, silent, unsaid
from kg.snapshot import Snapshot, export

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


@dataclass(frozen=True)
class TrainSummary:
    """What came of a training: the model's revision, what it was learned from, and the seconds.

    `losses` is the mean loss of each epoch, `measured` the NDCG@10 of each of the network that did
    not know everybody's last product; `found` the share of past requests whose product the walks
    found, from which the ranker learned.
    """

    revision: int
    products: int
    users: int
    events: int
    losses: tuple[float, ...]
    measured: tuple[float, ...]
    found: float
    seconds: float


def train(
    graph: "Neo4jGraph",
    config: LearnConfig = LEARN,
    progress: Progress = silent,
    checkpoints: Path | None = None,
    snapshot: Snapshot | None = None,
    *,
    log_dir: Path | None = None,
    say: Say = unsaid,
    past: Path | None = None,
) -> TrainSummary:
    """Learn from all of the graph, write the model and its vectors, and serve them.

    `snapshot` is the graph as it is where that is known already. An interrupted run goes on from
    its last batch where `checkpoints` names the same folder; the folder is gone when the model is
    served. `log_dir` gets TensorBoard's event files, `past` the network that does not know the last
    products, for `kgrec tune`. Raises GraphError, ConnectionFailed,
    NotFiniteError, OptionError.
    """
    started = time.monotonic()
    snapshot = export(graph, progress) if snapshot is None else snapshot
    if checkpoints is not None:
        private_folder(checkpoints)
    learned = learn(
        snapshot, config, progress, checkpoints, log_dir=log_dir, say=say, past_folder=past
    )
    revision = write_back(graph, snapshot, learned, progress)
    if checkpoints is not None:
        shutil.rmtree(checkpoints)
    return TrainSummary(
        revision=revision,
        products=len(snapshot.products.ids),
        users=len(snapshot.users),
        events=len(snapshot.events.at),
        losses=learned.losses,
        measured=learned.measured,
        found=learned.found,
        seconds=time.monotonic() - started,
    )
