"""`kgrec evaluate`: how good recommendations are on what users did later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import MOMENT, AsJson, Quiet, given_file, on_clock
from cli.render import print_json, progress_shown, say
from kg.errors import OptionError

if TYPE_CHECKING:
    from gnn.evaluate.rankings import Ranker
    from gnn.evaluate.report import Report
    from gnn.evaluate.split import Split
    from kg.progress import Progress
    from kg.snapshot import Snapshot


TUNED = "paper-tuned"


@dataclass(frozen=True)
class Hidden:
    """What the options say of the split."""

    split: str
    part: str
    file: Path | None
    until: str | None
    share: float
    seed: int


def evaluate(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SOURCE]", help="A shop's folder or file, instead of the graph in Neo4j."
        ),
    ] = None,
    split: Annotated[
        str,
        typer.Option(
            metavar="leave-one-out|file|temporal|new-products|new-users",
            help="What is hidden, and to be guessed.",
        ),
    ] = "leave-one-out",
    part: Annotated[
        str,
        typer.Option(
            metavar="validation|test",
            help="Which part of leave-one-out or of the file. Choose settings on validation.",
        ),
    ] = "test",
    split_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A csv with the columns user_id, product_id, part."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help=f"Where a temporal split parts known from hidden: {MOMENT}."
        ),
    ] = None,
    share: Annotated[float, typer.Option(help="Of products or users that are drawn as new.")] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Of draws, intervals and training.")] = 0,
    models: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="popularity, item-knn, item-knn-recent, user-knn, ease, bought-next, text."
            "  [default: all of these]  Learned in minutes: lightgcn-bpr, gnn-items, gnn-hetero,"
            " gnn-lightgcn.",
        ),
    ] = None,
    served: Annotated[
        bool, typer.Option("--served", help="Judge the lists of kgrec recommend as well.")
    ] = False,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="Which recipes --served judges: design, paper, similar and hot as they are"
            " shipped; paper-tuned, learned and content fitted first, on what is known alone."
            "  [default: paper]",
        ),
    ] = None,
    gnn: Annotated[
        bool, typer.Option("--gnn/--no-gnn", help="Train product vectors for learned as well.")
    ] = True,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", callback=given_file, help="Write the report as a page with charts."
        ),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Hide what users did last, recommend, and report what was found again.

    Every product is ranked for every user, without what they have; no product is drawn as a
    stand-in for the others. Equal scores of a model count against it; in lists that are served lots
    decide, which no order of ids does, so that they count as they would on average. Measures are
    means over users, with the interval in which they lie with 95%. Where ratings are hidden, ROC
    AUC and log loss say how well scores tell those of four and more from the others.

    **Splits**: leave-one-out hides each user's last product (for validation the last two, judging
    the first of them); file what a file says; temporal all from --until on; new-products everything
    about drawn products; new-users all but the first product of drawn users.

    **Examples**

        kgrec evaluate --part validation

        kgrec evaluate --served --recipe paper,learned --html report.html

        kgrec evaluate shop --split temporal --until 2026-05-01 --models item-knn,text --json
    """
    hidden = Hidden(split, part, split_file, until, share, seed)
    names = None if models is None else [each for each in models.split(",") if each]
    recipes = (recipe or "paper").split(",") if served else []
    if recipe is not None and not served:
        raise OptionError("--recipe says what --served judges: give that as well")
    _check(hidden, names, recipes)
    from gnn.evaluate.ratings import with_ratings

    with progress_shown(as_json or quiet) as progress:
        snapshot = _snapshot(source, progress)
        reports = [
            _judged(each, _rankers(each, names, recipes, seed, gnn=gnn), seed, progress)
            for each in (with_ratings(cut, snapshot) for cut in SPLITS[split](snapshot, hidden))
        ]
    if html is not None:
        from gnn.evaluate.html import as_html

        html.write_text(as_html(reports), encoding="utf-8")
    if as_json:
        print_json({"reports": [report.as_dict() for report in reports]})
        return
    from gnn.evaluate.text import as_text

    for report in reports:
        typer.echo(as_text(report))


def _judged(
    split: "Split", rankers: "dict[str, Ranker]", seed: int, progress: "Progress"
) -> "Report":
    from gnn.evaluate.report import evaluate as judged

    return judged(split, rankers, seed=seed, progress=progress)


def _snapshot(source: Path | None, progress: "Progress") -> "Snapshot":
    """The graph in Neo4j, or a shop's files with vectors for their texts."""
    from kg.snapshot import embedded, kept, snapshot_of

    if source is None:
        from kg.connection import snapshot_folder
        from kg.graph.open import open_graph

        with open_graph(say, progress) as graph:
            return kept(graph, snapshot_folder(), progress, say)
    from kg.embed.encoder import encoder_named
    from kg.sources import open_source

    snapshot, encoder = snapshot_of(open_source(source)), encoder_named()
    return embedded(snapshot, encoder.encode, encoder.name, encoder.revision)


def _check(hidden: Hidden, names: Sequence[str] | None, recipes: Sequence[str]) -> None:
    """Refuse what cannot be done before the graph is read."""
    from gnn.evaluate.baselines import BASELINES
    from gnn.evaluate.trained import TRAINED
    from kg.recommend.recipes import RECIPES

    for option, given, known in (
        ("split", [hidden.split], SPLITS),
        ("models", names or [], BASELINES | TRAINED),
        ("recipe", recipes, {**RECIPES, TUNED: None}),
    ):
        if unknown := [each for each in given if each not in known]:
            raise OptionError(f"--{option} {unknown[0]}: there are {', '.join(known)}")
    if hidden.split == "leave-one-out" and hidden.part not in ("validation", "test"):
        raise OptionError(f"--part {hidden.part}: leave-one-out has validation and test")
    if not 0 < hidden.share < 1:
        raise OptionError(f"--share {hidden.share:g}: it lies between 0 and 1")
    for split, needed, value, what in (
        ("file", "--split-file", hidden.file, "which pairs are hidden"),
        ("temporal", "--until", hidden.until, "where what is hidden begins"),
    ):
        if hidden.split == split and value is None:
            raise OptionError(f"--split {split} needs {needed}: {what}")
        if hidden.split != split and value is not None:
            raise OptionError(f"{needed} is for --split {split}, not for {hidden.split}")
    if names == [] and not recipes:
        raise OptionError("there is nothing to judge: name --models, or give --served")


def _leave_one_out(snapshot: "Snapshot", hidden: Hidden) -> "list[Split]":
    from gnn.evaluate.splits import leave_one_out

    return [leave_one_out(snapshot, hidden.part)]


def _file(snapshot: "Snapshot", hidden: Hidden) -> "list[Split]":
    from gnn.evaluate.splits import by_file

    return [by_file(snapshot, hidden.file or Path(), hidden.part)]


def _temporal(snapshot: "Snapshot", hidden: Hidden) -> "list[Split]":
    from gnn.evaluate.splits import temporal

    return [temporal(snapshot, on_clock(hidden.until or "", lambda: snapshot.meta.clock))]


def _new_products(snapshot: "Snapshot", hidden: Hidden) -> "list[Split]":
    """Ranked among all products, and among the new."""
    from gnn.evaluate.splits import among, drawn_products, new_products

    split = new_products(snapshot, hidden.share, hidden.seed)
    return [split, among(split, drawn_products(snapshot, hidden.share, hidden.seed))]


def _new_users(snapshot: "Snapshot", hidden: Hidden) -> "list[Split]":
    from gnn.evaluate.splits import new_users

    return [new_users(snapshot, hidden.share, hidden.seed)]


SPLITS: "dict[str, Callable[[Snapshot, Hidden], list[Split]]]" = {
    "leave-one-out": _leave_one_out,
    "file": _file,
    "temporal": _temporal,
    "new-products": _new_products,
    "new-users": _new_users,
}


def _rankers(
    split: "Split",
    names: Sequence[str] | None,
    recipes: Sequence[str],
    seed: int,
    *,
    gnn: bool,
) -> "dict[str, Ranker]":
    """The models by name, and what is served where all products are ranked."""
    from gnn.evaluate.baselines import BASELINES, usual
    from gnn.evaluate.rankings import scored
    from gnn.evaluate.trained import TRAINED

    models = usual(split.known) if names is None else names
    rankers = {name: scored((BASELINES | TRAINED)[name], name) for name in models}
    if split.among is not None:
        return rankers
    return rankers | {f"served {name}": _served(name, seed, gnn=gnn) for name in recipes}


def _served(recipe: str, seed: int, *, gnn: bool) -> "Ranker":
    from gnn.config import ITEMS, RANKER, TUNE, LearnConfig
    from gnn.evaluate.served import as_it_is, content, served, trained, tuned

    name = f"serve {recipe}"
    if recipe == TUNED:
        return served("paper", tuned(replace(TUNE, seed=seed)), name)
    items = replace(ITEMS, seed=seed) if gnn else None
    learn = trained(LearnConfig(items, replace(RANKER, seed=seed)))
    prepare = {"learned": learn, "content": content(replace(RANKER, seed=seed))}
    return served(recipe, prepare.get(recipe, as_it_is), name)
