"""`kgrec train`: learn from the graph, and serve what was learned."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import MOST, AsJson, Quiet
from cli.render import print_json, progress_shown, say
from kg.errors import OptionError

if TYPE_CHECKING:
    from gnn.config import LearnConfig
    from gnn.train import TrainSummary
    from gnn.write_back import StoredModel


def train(
    model: Annotated[
        str,
        typer.Argument(
            metavar="[MODEL]",
            help="What learns product vectors: items (a graph of products), hetero (of users,"
            " products, brands and categories) or lightgcn (of users and products).",
        ),
    ] = "items",
    gnn: Annotated[
        bool,
        typer.Option(
            "--gnn/--no-gnn", help="Learn product vectors as well, or the ranker alone in seconds."
        ),
    ] = True,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST,
            help="Passes over all sequences, at most: those that do not help are left out.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")] = 0,
    device: Annotated[
        str | None,
        typer.Option(metavar="cpu|cuda|cuda:N", help="Where to learn.  [default: a GPU if any]"),
    ] = None,
    diversity_weight: Annotated[
        float,
        typer.Option(
            min=0.0, help="How much the network also learns to tell lists of unlike products."
        ),
    ] = 0.0,
    popularity_correction: Annotated[
        bool,
        typer.Option(
            "--popularity-correction",
            help="Do not learn to avoid what is popular for being so often compared with.",
        ),
    ] = False,
    held_out: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="The ranker learns to name this share of everybody's products instead of the last:"
            " for events without a real order. Old products count as much as new ones then."
            "  [default: 0.1 where nobody's events have two moments]",
        ),
    ] = None,
    log_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write event files for TensorBoard into this folder."),
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Serve the model before this one again.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Learn from the graph's events, and serve what was learned.

    A graph neural network learns product vectors from what people bought after what, texts, brands
    and categories; a ranker learns how much each of a dozen terms says about what a user wants
    next. Both are written to the graph beside the model that is served, and the next `kgrec
    recommend --user` uses them (the recipe `learned`). The network is first trained without
    everybody's last product, which then say after how many epochs it knew best; interrupted, the
    same command goes on from there.

        kgrec train

        kgrec train hetero --epochs 3

        kgrec train --no-gnn

        kgrec train --rollback
    """
    config = _config(
        model,
        gnn=gnn,
        epochs=epochs,
        seed=seed,
        device=device,
        held_out=held_out,
        diversity_weight=diversity_weight,
        popularity_correction=popularity_correction,
    )
    from gnn.train import train as learn
    from gnn.write_back import rollback as go_back
    from kg.connection import home, snapshot_folder
    from kg.graph.open import open_graph
    from kg.snapshot import kept

    with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
        if rollback:
            _went_back(go_back(graph), as_json)
            return
        snapshot = kept(graph, snapshot_folder(), progress, say)
        summary = learn(
            graph,
            config,
            progress,
            home() / "training",
            snapshot,
            log_dir=log_dir,
            say=say,
            past=home() / "past",
        )
    if as_json:
        print_json(asdict(summary))
    else:
        show_summary(summary)


def _config(
    model: str,
    *,
    gnn: bool,
    epochs: int | None,
    seed: int,
    device: str | None,
    held_out: float | None,
    **items: Any,
) -> "LearnConfig":
    from gnn.config import MODELS, RANKER, LearnConfig
    from gnn.devices import cuda_here, device_of

    if model not in MODELS:
        raise OptionError(f"no model {model!r}; there are {', '.join(MODELS)}")
    if device is not None:
        device_of(device, cuda_here())
    recipe = MODELS[model]
    chosen = replace(recipe, epochs=epochs or recipe.epochs, seed=seed, device=device, **items)
    return LearnConfig(chosen if gnn else None, replace(RANKER, held_out=held_out, seed=seed))


def show_summary(summary: "TrainSummary") -> None:
    """What a training did, in lines on stderr."""
    say(
        f"learned from {summary.events:,} events of {summary.users:,} users and"
        f" {summary.products:,} products in {summary.seconds:.0f} s"
    )
    if summary.losses:
        say(_loss(summary.losses))
    if summary.measured:
        best = max(summary.measured)
        said = f"NDCG@10 of everybody's last product, unknown to the network: {best:.4f}"
        say(f"{said}, best after epoch {summary.measured.index(best) + 1}")
    say(f"{summary.found:.1%} of users took next what walks found: of these the ranker learned")
    say(f"model {summary.revision} is served: kgrec recommend --user USER")


def _loss(losses: Sequence[float]) -> str:
    if len(losses) == 1:
        return f"loss {losses[0]:.3f} in the one epoch"
    return f"loss {losses[0]:.3f} -> {losses[-1]:.3f} in {len(losses)} epochs"


def _went_back(model: "StoredModel", as_json: bool) -> None:
    if as_json:
        print_json(asdict(model))
        return
    say(f"model {model.revision} is served again")
