"""`kgrec forget-user`: erase a user, for good."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.options import AsJson
from cli.render import print_json, say


def forget_user(
    user: Annotated[str, typer.Argument(metavar="USER", help="A user's id.")],
    as_json: AsJson = False,
) -> None:
    """Erase USER with all events, and keep a hash of the id, so that no load brings USER back.

    What was derived from the events of many, USER's among them, is derived anew by `kgrec refresh`;
    models that had seen them are named. The snapshot that KGREC_HOME keeps is removed; others
    are yours to remove.

        kgrec forget-user u00042
    """
    from kg.connection import home, snapshot_folder
    from kg.graph.open import open_graph
    from kg.impressions.store import FILE, ImpressionStore
    from kg.live.queue import FILE as EVENTS
    from kg.live.queue import EventQueue
    from kg.live.users import forget_user as forget
    from kg.snapshot import remove_snapshot

    with open_graph(say) as graph:
        impressions, queue = ImpressionStore(home() / FILE), EventQueue(home() / EVENTS)
        done = forget(graph, user, impressions, queue)
    remove_snapshot(snapshot_folder())
    if as_json:
        print_json(asdict(done))
        return
    counts = ", ".join(f"{count:,} {type_}" for type_, count in done.erased.items())
    typer.echo(f"forgotten; erased: {counts or 'no events'}")
    if done.impressions:
        typer.echo(f"erased beside the graph: {done.impressions:,} impressions and clicks")
    if done.derived_until_refresh:
        typer.echo("derived from them, until the next kgrec refresh: BOUGHT_NEXT, BOUGHT_WITH")
    if done.tuned:
        typer.echo("weights of paper were tuned on past requests: kgrec tune fits them anew")
    if done.models:
        typer.echo(f"models that had seen them: {', '.join(map(str, done.models))} (kgrec train)")
