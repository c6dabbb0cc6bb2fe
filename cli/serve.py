"""`kgrec serve`: recommendations over HTTP."""

from dataclasses import replace
from typing import Annotated

import typer

from cli import options
from cli.render import say


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes one that is free.")
    ] = 8000,
    engine: options.Engine = "neo4j",
    threads: Annotated[
        int, typer.Option(min=1, max=64, help="Requests that are worked on at a time.")
    ] = 8,
    workers: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=64,
            help="Processes that compute lists with --engine memory, each with a copy of its own;"
            " one less than there are processors, but at most 4.",
        ),
    ] = None,
    cache_mb: Annotated[
        int,
        typer.Option(
            "--cache-mb",
            min=0,
            max=65_536,
            help="How many MB of answers are given again with --engine memory, while nothing has"
            " changed that they depend on; 0 makes each anew.",
        ),
    ] = 64,
    keys: Annotated[
        bool,
        typer.Option("--keys", help="Ask for keys (kgrec keys) on 127.0.0.1 too."),
    ] = False,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Requests a second of an address or a key, 0 for any number; 1000 on 127.0.0.1"
            " without a proxy, else 100.",
        ),
    ] = None,
    traces: Annotated[
        bool,
        typer.Option(
            "--traces", help="Send OpenTelemetry traces (extra otel; OTEL_* names where)."
        ),
    ] = False,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="A page whose scripts may ask, like https://shop.example; more than once, each.",
        ),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="A proxy, or a network of them like 10.0.0.0/8, whose X-Forwarded-For says who"
            " asks; more than once, each. Every request then needs a key.",
        ),
    ] = None,
    browser: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where the page leads for Neo4j Browser; else that of the local server.",
        ),
    ] = None,
) -> None:
    """Serve recommendations over HTTP, until it is told to stop (Ctrl-C or SIGTERM).

    `POST /v1/recommendations`, `GET /v1/search`, `/v1/hot`, `/v1/products/ID` and
    `/v1/products/ID/similar` answer with the object of `kgrec recommend --json`; `POST /v1/events`
    takes what users do, and their next request knows of it. `/docs` shows every route with
    examples, `/healthz` and `/readyz` how the service is.

    On any other address than 127.0.0.1, and behind a proxy, every request needs a key:
    `kgrec keys create`.

        kgrec serve

        kgrec serve --engine memory --port 9000
    """
    from cli.web.config import (
        PATIENCE_S,
        RATE_ELSEWHERE,
        READ_S,
        ServeConfig,
        checked_browser,
        checked_origins,
        checked_proxies,
        workers_of,
    )
    from cli.web.server import bind, browser_of, keys_of, run, service_on
    from cli.web.traces import Traces, exported
    from kg.connection import home
    from kg.graph.open import open_graph
    from kg.impressions.store import FILE, ImpressionStore
    from kg.impressions.taking import Impressions
    from kg.live.queue import FILE as EVENTS
    from kg.live.queue import EventQueue

    spans = exported() if traces else Traces()
    config = ServeConfig(
        host=host,
        port=port,
        threads=threads,
        workers=workers_of(engine, workers),
        cache_mb=cache_mb,
        origins=checked_origins(origin or ()),
        proxies=checked_proxies(trusted_proxy or ()),
    )
    usual = config.rate if config.is_local else RATE_ELSEWHERE
    config = replace(config, rate=usual if rate is None else rate)
    there = checked_browser(browser)
    asked = keys_of(config, home(), keys)
    with bind(config) as listening, open_graph(say, patience=PATIENCE_S, timeout=READ_S) as graph:
        queue = EventQueue(home() / EVENTS)
        impressions = Impressions(ImpressionStore(home() / FILE))
        service = service_on(graph, engine, config, asked, queue, impressions)
        service.traces = spans
        service.browser = browser_of(config, there)
        at = listening.getsockname()
        say(f"kgrec serves http://{host}:{at[1]} (routes and examples at /docs)")
        try:
            run(service, listening)
        finally:
            spans.close()
