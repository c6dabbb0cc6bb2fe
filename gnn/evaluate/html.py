"""A report as one HTML page that needs nothing else: tables and charts."""

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite

from gnn.evaluate.charts import Series, chart
from gnn.evaluate.judge import TOP, Figure
from gnn.evaluate.report import DECISIVE, Report
from gnn.evaluate.text import GROUPS, met_before, number

CHARTED = (f"recall@{TOP}", f"ndcg@{TOP}")

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #8883; }
th:first-child, td:first-child { text-align: left; }
small, .published { color: #777; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
.wide { overflow-x: auto; }
"""


def as_html(reports: Sequence[Report]) -> str:
    """The whole page, one report below the other."""
    title = f"kgrec evaluate: {escape(reports[0].split)}"
    body = "".join(part for report in reports for part in _one(report))
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _one(report: Report) -> Iterable[str]:
    yield f"<h1>{escape(report.split)}</h1>"
    yield (
        f"<p>{report.users:,} users, {report.targets:,} targets, every one of {report.products:,}"
        f" products ranked, {report.known_events:,} events known. Intervals hold the mean over"
        " users with 95% (bootstrap).</p>"
    )
    yield from (f"<p>{escape(said)}</p>" for said in met_before(report))
    yield _measures(report)
    yield from _groups(report)
    yield from _charts(report)


def _measures(report: Report) -> str:
    """Every measure of every model, a row each, and the published rows below."""
    names = list(dict.fromkeys(name for model in report.models for name in model.measures))
    names = [*names, "fit s", "ms a user"]
    rows = []
    for model in report.models:
        cells = [_cell(model.measures.get(name)) for name in names[:-2]]
        times = f"<td>{model.fit_s:.1f}</td><td>{model.ms_a_user:.2f}</td>"
        rows.append(f"<tr><td>{escape(model.name)}</td>{''.join(cells)}{times}</tr>")
    for row in report.benchmark.rows if report.benchmark else ():
        source = f"{escape(row.name)} <small>{escape(row.source)}</small>"
        numbers = "".join(f"<td>{number(row.measures.get(name))}</td>" for name in names)
        rows.append(f'<tr class="published"><td>{source}</td>{numbers}</tr>')
    known_as = f" on {escape(report.benchmark.name)}" if report.benchmark else ""
    return f"<h2>Measures{known_as}</h2>{_table(names, rows)}"


def _groups(report: Report) -> Iterable[str]:
    """By popularity of the target and length of the history."""
    for measure in report.models[0].groups if report.models else ():
        names = list(report.models[0].groups[measure])
        rows = [
            f"<tr><td>{escape(model.name)}</td>"
            + "".join(_cell(model.groups[measure][name]) for name in names)
            + "</tr>"
            for model in report.models
        ]
        said = f"<h2>{measure} {GROUPS}</h2>"
        yield said + _table(names, rows)


def _charts(report: Report) -> Iterable[str]:
    names = [model.name for model in report.models]
    yield '<h2>Charts</h2><div class="charts">'
    for measure in CHARTED:
        figures = [model.measures[measure] for model in report.models]
        yield chart(
            [
                Series(name, [(place, figure.value)], [(figure.low, figure.high)])
                for place, (name, figure) in enumerate(zip(names, figures, strict=True))
            ],
            "model",
            measure,
            [str(place + 1) for place in range(len(names))],
        )
    covered = f"coverage@{TOP}"
    points = {
        model.name: (model.measures[covered].value, model.measures[DECISIVE].value)
        for model in report.models
    }
    yield chart([Series(name, [point]) for name, point in points.items()], covered, DECISIVE)
    yield chart(
        [
            Series(model.name, list(enumerate(model.exposure, 1)), line=True)
            for model in report.models
        ],
        "tenth of what was wanted, most popular products first",
        f"share of the lists' top {TOP}",
    )
    yield from _curves(report)
    yield "</div>"


def _curves(report: Report) -> Iterable[str]:
    for place, label in ((1, "training loss"), (2, "validation")):
        lines = [
            Series(name, [(each[0], each[place]) for each in curve], line=True)
            for name, curve in report.curves.items()
            if isfinite(curve[0][place])
        ]
        if lines:
            yield chart(lines, "epoch", label)


def _table(names: Sequence[str], rows: Sequence[str]) -> str:
    heads = "".join(f"<th>{escape(name)}</th>" for name in names)
    return f'<div class="wide"><table><tr><th></th>{heads}</tr>{"".join(rows)}</table></div>'


def _cell(figure: Figure | None) -> str:
    """A mean, its interval small beneath."""
    if figure is None:
        return "<td>-</td>"
    bounds = number(figure.low), number(figure.high)
    interval = "" if "-" in bounds else f"<br><small>{bounds[0]} to {bounds[1]}</small>"
    return f"<td>{number(figure.value)}{interval}</td>"
