"""`kgrec tune`: fit what a recipe weighs on what people took, and serve it where it got better."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import AsJson, Quiet
from cli.render import print_json, progress_shown, say
from kg.errors import OptionError

if TYPE_CHECKING:
    from gnn.tuned import TuneSummary


def tune(
    recipe: Annotated[
        str, typer.Option(metavar="paper|learned", help="Which recipe is fitted.")
    ] = "paper",
    users: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="Past requests, at most: more are drawn among."
            "  [default: 10000, for learned 30000]",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same weights.")] = 0,
    device: Annotated[
        str | None,
        typer.Option(
            metavar="cpu|cuda|cuda:N",
            help="Where to learn vectors, if learned needs them.  [default: a GPU if any]",
        ),
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Serve the recipe paper as it is shipped again.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Fit a recipe on past requests, and serve it where it got better.

    Past requests are everybody's last product, asked for from what came before it. A fifth of them
    is held out: what was fitted on the others is kept only where their NDCG@10 is higher than by
    what is served now; else the graph is left as it is.

    **paper**: the weights and temperatures of the terms that a user alone gives ground for, from
    those that are served. Searches keep the weights that are shipped. It needs no kgrec train.

    **learned**: the ranker alone, without learning product vectors anew. Stored vectors know
    everybody's last product, so that it learns from the network that kgrec train left beside the
    graph; where that is of another state of the graph, it is trained again first. A model without
    vectors, or none, has a ranker without. kgrec train --rollback serves the model before. The
    ranker that is served has learned from everybody's last product, those held out too, and looks
    better for it: what takes its place is better all the same. No other figure compares with these.

        kgrec tune

        kgrec tune --recipe learned --seed 7

        kgrec tune --reset
    """
    _check(recipe, device, reset=reset)
    from gnn.config import TUNES
    from gnn.tuned import as_shipped
    from gnn.tuned import tune as fit
    from kg.connection import home, snapshot_folder
    from kg.graph.open import open_graph
    from kg.snapshot import kept

    config = TUNES[recipe]
    with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
        if reset:
            as_shipped(graph)
            _was_reset(as_json)
            return
        summary = fit(
            graph,
            recipe,
            replace(config, seed=seed, most_users=users or config.most_users),
            progress,
            kept(graph, snapshot_folder(), progress, say),
            device=device,
            checkpoints=home() / "tuning",
            past=home() / "past",
            say=say,
        )
    _show(summary, as_json)


def _check(recipe: str, device: str | None, *, reset: bool) -> None:
    """Refuse what cannot be done before the graph is read."""
    from gnn.config import TUNES
    from gnn.devices import cuda_here, device_of

    if recipe not in TUNES:
        raise OptionError(f"no recipe {recipe!r} to tune; there are {', '.join(TUNES)}")
    if reset and recipe != "paper":
        raise OptionError("--reset is for paper; kgrec train --rollback serves the model before")
    if device is not None:
        device_of(device, cuda_here())


def _was_reset(as_json: bool) -> None:
    if as_json:
        print_json({"recipe": "paper", "reset": True})
        return
    say("the recipe paper is served as it is shipped")


def _show(summary: "TuneSummary", as_json: bool) -> None:
    if as_json:
        print_json(asdict(summary))
        return
    say(
        f"fitted on {summary.fitted:,} past requests, judged by {summary.judged:,} others, in"
        f" {summary.seconds:.0f} s"
    )
    before = "no model is served" if summary.before is None else f"{summary.before:.4f} as served"
    say(f"NDCG@10: {before}, {summary.after:.4f} as fitted")
    if not summary.kept:
        say("nothing got better: the graph is as it was")
        return
    for name, term in summary.terms.items():
        say(
            f"  {name:<11} weight {term.weight_before:.3g} -> {term.weight:.3g},"
            f" temperature {term.temperature_before:.3g} -> {term.temperature:.3g}"
        )
    if summary.recipe == "paper":
        say("served from now on: kgrec recommend --user USER --recipe paper")
    else:
        say(f"model {summary.revision} is served: kgrec recommend --user USER")
