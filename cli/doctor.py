"""`kgrec doctor`: examine the graph, and say what repairs it."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.render import print_json, say

COLOURS = {"ok": "green", "warn": "yellow", "broken": "red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Examine the graph: server, schema, indexes, embeddings, derived parts, the learned
    model, products, plans, and the events that wait for it.

    Every finding that is not ok names the command that repairs it. Exit status 1 if anything is
    broken (answers are wrong or missing); a warning (answers could be better) leaves it 0. Nothing
    is changed.

        kgrec doctor

        kgrec doctor --json
    """
    from kg.connection import home
    from kg.doctor import examine, is_broken
    from kg.doctor.waiting import waiting_events
    from kg.graph.open import open_graph

    with open_graph(say) as graph:
        found = [*examine(graph), *waiting_events(home())]
    if as_json:
        print_json({"findings": [asdict(each) for each in found], "broken": is_broken(found)})
    else:
        for each in found:
            level = typer.style(f"{each.level:<7}", fg=COLOURS[each.level])
            typer.echo(f"{level} {each.about:<12} {each.what}")
            if each.repair:
                typer.echo(f"{'':20} -> {each.repair}")
    if is_broken(found):
        raise typer.Exit(1)
