"""Tune a recipe on the graph as it is now, and serve it where it got better."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnn.config import ITEMS, TUNE, TUNES, LearnConfig, TuneConfig, from_text
from gnn.learn import Aside, Learned, decay_of, words_of
from gnn.tune import Trial, paper_of, tune_paper, tune_ranker
from gnn.write_back import StoredModel, origin_of, stored_models, write_back
from kg.errors import GraphError, OptionError
from kg.meta import writing
from kg.private import private_folder
from kg.progress import Progress, Say, silent, unsaid
from kg.recommend.learned import LearnedModel, unpack
from kg.recommend.recipes import Recipe
from kg.snapshot import Snapshot, export

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

WRITER = "kgrec tune"

OF_VECTORS = ("users", "products", "events", "graph_revision", "losses", "measured")
"""What a model is told to be of stays that of its vectors, where they are kept."""


@dataclass(frozen=True)
class Weighed:
    """What a term counts in `paper`: as it was, and as it was fitted."""

    weight_before: float
    weight: float
    temperature_before: float
    temperature: float


@dataclass(frozen=True)
class TuneSummary:
    """What came of a tuning: NDCG@10 of `judged` past requests `before` and `after`, and whether
    that is `kept`; if not, the graph is as it was.

    `revision` is that of the learned model which is served then. `terms` are those of `paper`.
    """

    recipe: str
    fitted: int
    judged: int
    before: float | None
    after: float
    kept: bool
    revision: int | None
    terms: Mapping[str, Weighed]
    seconds: float


def tune(
    graph: "Neo4jGraph",
    recipe: str = "paper",
    config: TuneConfig = TUNE,
    progress: Progress = silent,
    snapshot: Snapshot | None = None,
    *,
    device: str | None = None,
    checkpoints: Path | None = None,
    past: Path | None = None,
    say: Say = unsaid,
) -> TuneSummary:
    """Fit `paper` or the ranker of `learned` on past requests; serve it where it got better.

    `snapshot` is the graph as it is where that is known already. `past` is where `kgrec train` left
    the network that does not know the last products; where it has to be trained again, on `device`,
    `checkpoints` keeps how far that is. Nothing is written before the end. Raises GraphError,
    ConnectionFailed, NotFiniteError, OptionError.
    """
    if recipe not in TUNES:
        raise OptionError(f"no recipe {recipe!r} to tune; there are {', '.join(TUNES)}")
    started = time.monotonic()
    snapshot = export(graph, progress) if snapshot is None else snapshot
    if recipe == "paper":
        summary = _paper(graph, snapshot, config, progress)
    else:
        aside = Aside(progress, checkpoints, None, say, past)
        summary = _ranker(graph, snapshot, config, aside, device)
    return replace(summary, seconds=time.monotonic() - started)


def write_paper(graph: "Neo4jGraph", snapshot: Snapshot, recipe: Recipe, trial: Trial) -> None:
    """Serve this `paper`, tuned on `snapshot`, from now on. Raises GraphError where another writer
    is at work, ConnectionFailed."""
    with writing(graph, WRITER):
        graph.write("write/paper", properties=_provenance(snapshot, recipe, trial))


def as_shipped(graph: "Neo4jGraph") -> None:
    """Serve `paper` as it is shipped. Raises GraphError where it is served so."""
    with writing(graph, f"{WRITER} --reset"):
        if not graph.write("write/paper_as_shipped"):
            raise GraphError("the recipe paper is served as it is shipped: it was not tuned")


def _paper(
    graph: "Neo4jGraph", snapshot: Snapshot, config: TuneConfig, progress: Progress
) -> TuneSummary:
    present = paper_of(snapshot)
    fitted, trial = tune_paper(snapshot, config, progress)
    if trial.better:
        write_paper(graph, snapshot, fitted, trial)
    terms = {
        name: Weighed(
            present.weights[name], weight, present.temperature(name), fitted.temperature(name)
        )
        for name, weight in fitted.weights.items()
    }
    return _summary("paper", trial, None, terms)


def _ranker(
    graph: "Neo4jGraph",
    snapshot: Snapshot,
    config: TuneConfig,
    aside: Aside,
    device: str | None,
) -> TuneSummary:
    model = None if snapshot.model is None else unpack(snapshot.model)
    stored = next((each for each in stored_models(graph) if each.served), None)
    learn = _config(model, stored)
    if learn.items is not None:
        learn = replace(learn, items=replace(learn.items, device=device))
    if aside.folder is not None:
        private_folder(aside.folder)
    served = None if model is None else model.ranker
    ranker, trial = tune_ranker(snapshot, learn, served, config, aside)
    revision = None
    if trial.better:
        head = None if model is None else model.head
        told = _told(trial) | ({} if head is None or stored is None else _of_vectors(stored))
        content = None if model is None else model.content
        model = LearnedModel(ranker, head, words_of(snapshot), content, decay_of(learn.ranker))
        new = Learned(model, snapshot.gnn, (), 0.0, config=learn, told=told)
        revision = write_back(graph, snapshot, new, aside.progress, WRITER)
    if aside.folder is not None:
        shutil.rmtree(aside.folder)
    return _summary("learned", trial, revision, {})


def _config(model: LearnedModel | None, stored: StoredModel | None) -> LearnConfig:
    """What the served model was learned with; of one that does not say, what is usual."""
    told = None if stored is None else stored.properties.get("config")
    usual = LearnConfig(ITEMS if model is not None and model.head is not None else None)
    return usual if told is None else from_text(told)


def _of_vectors(stored: StoredModel) -> dict[str, Any]:
    return {name: stored.properties.get(name) for name in OF_VECTORS}


def _told(trial: Trial) -> dict[str, Any]:
    """What the graph is to say of a tuning."""
    return {
        "tuned_at": int(time.time()),
        "fitted": trial.fitted,
        "judged": trial.judged,
        "ndcg_before": trial.before,
        "ndcg": trial.after,
    }


def _provenance(snapshot: Snapshot, recipe: Recipe, trial: Trial) -> dict[str, Any]:
    """What `paper` is tuned to, as lists that go together, and by what."""
    return {
        **origin_of(snapshot, "paper"),
        "terms": list(recipe.weights),
        "weights": list(recipe.weights.values()),
        "temperatures": [recipe.temperature(name) for name in recipe.weights],
        **_told(trial),
    }


def _summary(
    recipe: str, trial: Trial, revision: int | None, terms: Mapping[str, Weighed]
) -> TuneSummary:
    return TuneSummary(
        recipe=recipe,
        fitted=trial.fitted,
        judged=trial.judged,
        before=trial.before,
        after=trial.after,
        kept=trial.better,
        revision=revision,
        terms=terms,
        seconds=0.0,
    )
