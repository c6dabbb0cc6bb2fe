"""A report as plain text: a table of models, of groups, and of what is published."""

import math
from collections.abc import Iterable, Sequence

from gnn.evaluate.judge import TOP, Figure, Judgement
from gnn.evaluate.report import DECISIVE, Report

WITH_INTERVAL = (f"recall@{TOP}", f"ndcg@{TOP}")
SHOWN = (
    *WITH_INTERVAL,
    f"hit_rate@{TOP}",
    f"precision@{TOP}",
    "recall@5",
    "ndcg@5",
    "recall@20",
    "ndcg@20",
    "auc",
    "reached",
    "rating_auc",
    "rating_log_loss",
)
BEYOND = (
    f"coverage@{TOP}",
    f"personalization@{TOP}",
    f"category_diversity@{TOP}",
    f"text_diversity@{TOP}",
    f"novelty@{TOP}",
    f"popularity_lift@{TOP}",
    f"filled@{TOP}",
)
SURE = 0.05
GROUPS = "by popularity of the target, and by length of the history"

Table = list[list[str]]


def as_text(report: Report) -> str:
    """The report for a terminal."""
    parts = [
        f"{report.split}: {report.users:,} users, {report.targets:,} targets, every one of"
        f" {report.products:,} products ranked; {report.known_events:,} events known",
        *met_before(report),
        "Accuracy (± half the 95% interval over users, not over seeds)",
        drawn(_accuracy(report)),
        "Beyond accuracy",
        drawn(_beyond(report)),
        f"{DECISIVE} {GROUPS}",
        drawn(_groups(report)),
        *_differences(report),
    ]
    return "\n\n".join(parts) + "\n"


def met_before(report: Report) -> Iterable[str]:
    """What makes a figure look better than it is, where it does."""
    if report.met:
        yield (
            f"{report.met / report.targets:.1%} of the targets had been viewed, carted or liked by"
            " their user before: who lists again what was looked at finds these; see never met"
        )


def drawn(table: Table) -> str:
    """Rows of cells as lines, the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    )
    return "\n".join(line.rstrip() for line in lines)


def number(value: float | None) -> str:
    """Four digits after the point; a dash for none."""
    return "-" if value is None or math.isnan(value) else f"{value:.4f}"


def with_interval(figure: Figure | None) -> str:
    """A mean and half its interval."""
    if figure is None:
        return "-"
    half = (figure.high - figure.low) / 2
    return number(figure.value) + ("" if math.isnan(half) else f" ±{half:.4f}")


def _accuracy(report: Report) -> Table:
    """A row a model; where others have published on the split, theirs below."""
    names = _had(report.models, SHOWN)
    table = [["", *names, "fit s", "ms a user"]]
    for model in report.models:
        cells = [_accurate(model, name) for name in names]
        table.append([model.name, *cells, f"{model.fit_s:.1f}", f"{model.ms_a_user:.2f}"])
    if report.benchmark is None:
        return table
    for row in report.benchmark.rows:
        cells = [number(row.measures.get(name)) for name in names]
        table.append([row.name, *cells, "-", "-"])
    sources = ["", *("" for _ in report.models), *(row.source for row in report.benchmark.rows)]
    return [[*row, source] for row, source in zip(table, sources, strict=True)]


def _accurate(model: Judgement, name: str) -> str:
    if name in WITH_INTERVAL:
        return with_interval(model.measures.get(name))
    return _value(model, name)


def _beyond(report: Report) -> Table:
    names = _had(report.models, BEYOND)
    rows = [[model.name, *(_value(model, name) for name in names)] for model in report.models]
    return [["", *names], *rows]


def _groups(report: Report) -> Table:
    groups = list(report.models[0].groups[DECISIVE]) if report.models else []
    sizes = [f"{report.models[0].groups[DECISIVE][group].users:,}" for group in groups]
    rows = [
        [model.name, *(number(model.groups[DECISIVE][group].value) for group in groups)]
        for model in report.models
    ]
    return [["", *groups], ["users", *sizes], *rows]


def _differences(report: Report) -> Iterable[str]:
    """Whether the best is surely better than the others."""
    if len(report.models) < 2:
        return
    best = report.models[0].name
    unsure = {name: p for name, p in report.p_values[best].items() if p >= SURE}
    if unsure:
        others = ", ".join(f"{name} (p = {p:.2g})" for name, p in unsure.items())
        yield f"{best} does not surely differ in {DECISIVE} from {others}"
    else:
        yield f"{best} is best in {DECISIVE}: against every other p < {SURE} (paired permutations)"


def _had(models: Sequence[Judgement], names: Sequence[str]) -> list[str]:
    return [name for name in names if any(name in model.measures for model in models)]


def _value(model: Judgement, name: str) -> str:
    return number(model.measures[name].value) if name in model.measures else "-"
