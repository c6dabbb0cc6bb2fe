"""`kgrec db`: the local Neo4j server, and the way into Neo4j Browser."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import AsJson, Quiet
from cli.render import print_json, progress_shown, say
from kg import connection
from kg.errors import NotFound, OptionError

if TYPE_CHECKING:
    from kg.local_server import Status

app = typer.Typer(
    name="db",
    help="""Start, stop and look into the local Neo4j server.

    kgrec keeps its graph in a Neo4j server of its own unless NEO4J_URI names another one. The
    server needs neither Docker nor Java, only the extra `local` (pip install 'kgrec[local]'). It
    listens on 127.0.0.1 alone. Every command that needs the graph starts it, so that these commands
    are for the times when you want to know, or to be rid of it.

    **Environment**

    - KGREC_HOME: the folder of the graph, its password and its settings. Two folders are two
    independent graphs, which can run side by side. Without it, the user's data folder.
    - NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE: use that server instead, and start
    none. Its address begins with bolt, neo4j or neo4j+s (Aura).

    **Files** in KGREC_HOME

    - `neo4j/`: the data, the logs, and the configuration, which is written anew at each start.

    - `password`: of the user neo4j; only you can read it.

    - `server.json`: ports and process id.

    - `server.toml`: yours to make, read when the server starts. What it may set, with the
    defaults: `heap = "1g"`, `page_cache = "512m"`, `java_options = []`. A million products want
    "4g" and "2g".
    """,
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command()
def start(quiet: Quiet = False) -> None:
    """Start the local server, and say where it is.

    Returns when it answers. Harmless where it runs already; a server that has crashed is started
    again. The first start on a machine downloads Neo4j Community (190 MB) into the user's cache
    folder, each file checked by its sha256; one that was interrupted goes on where it stopped. The
    first start of a graph makes a password and chooses free ports, and keeps both.

    With NEO4J_URI set, nothing is started.
    """
    if _elsewhere():
        return
    from kg.local_server import start as start_server

    with progress_shown(quiet) as progress:
        started = start_server(connection.home(), say, progress)
    _print(started)


@app.command()
def stop() -> None:
    """Stop the local server, and wait until it has written everything down.

    The graph stays. Harmless where nothing runs. The first stop on a machine takes some seconds
    longer: Java then writes an archive that halves the time of every later start.
    """
    from kg.local_server import stop as stop_server

    ended = stop_server(connection.home(), say)
    typer.echo("Stopped." if ended.was_running else "It was not running.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the local server runs, and where its addresses, password and data are.

    Starts and changes nothing. Exits with 0 whether it runs or not; scripts read `running` in the
    JSON object: `uses` (the address kgrec will use, or null for the local server), `home`,
    `version`, `running`, `pid`, `uri`, `browser`, `password_file`, `data_bytes`.
    """
    from kg.local_server import status as status_of

    found = status_of(connection.home())
    if as_json:
        print_json(_as_json(found))
    else:
        _elsewhere()
        _print(found)


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
) -> None:
    """Remove the local server's graph, with its password and ports.

    Asks first. Stops the server if it runs. The downloaded program and `server.toml` stay, so that
    the next start is a quick one with an empty graph. Never touches a server that NEO4J_URI names.
    """
    if there := connection.from_environment():
        raise OptionError(
            f"kgrec uses {there.uri}, which it never resets; unset NEO4J_URI to reset the local one"
        )
    from kg.local_server import reset as reset_server

    home = connection.home()
    if not yes:
        _ask(f"Remove the graph in {home}? It cannot be brought back.")
    removed = reset_server(home, say).removed
    typer.echo(f"Removed the graph in {home}." if removed else f"There was no graph in {home}.")


@app.command()
def browser(
    query: Annotated[str | None, typer.Argument(help="A name from the list: print it.")] = None,
) -> None:
    """Say how to open Neo4j Browser, and which queries there are to paste into it.

    Prints the address, the login, and a list of queries with one line each; given one of
    their names, it prints that query, and nothing else, ready to paste:

        kgrec db browser bought_after

    Each runs as it is, on a product or user that it chooses itself; put the id of another into its
    first line. The local server is started where it does not run.
    """
    if query is not None:
        typer.echo(_explore_text(query))
        return
    _print_login()
    typer.echo("\nQueries to paste there; `kgrec db browser NAME` prints one:\n")
    for name, about in _explore_queries().items():
        typer.echo(f"  {name:18}  {about}")


def _elsewhere() -> bool:
    """Say so, and answer True, where the environment names a server that is not ours."""
    there = connection.from_environment()
    if there is not None:
        typer.echo(f"kgrec uses {there.uri} (NEO4J_URI) and starts no server of its own.")
    return there is not None


def _print(found: "Status") -> None:
    running = f"running (process {found.pid})" if found.running else "not running"
    lines = {
        "Neo4j": f"{found.version}, {running}",
        "Address": found.uri,
        "Browser": found.browser,
        "Password": f"in {found.password_file}, for the user neo4j" if found.uri else None,
        "Graph": f"{found.home} ({found.data_bytes / 1e6:.0f} MB)",
    }
    for name, value in lines.items():
        if value is not None:
            typer.echo(f"{name:10}{value}")


def _as_json(found: "Status") -> dict[str, Any]:
    from dataclasses import asdict

    there = connection.from_environment()
    paths = {"home": str(found.home), "password_file": str(found.password_file)}
    return {"uses": there.uri if there else None, **asdict(found), **paths}


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise OptionError("reset asks first, and nobody is there to answer; add --yes")
    typer.confirm(question, abort=True)


def _print_login() -> None:
    there = connection.from_environment()
    if there is not None:
        typer.echo(f"Open the Neo4j Browser of {there.uri} (NEO4J_URI), as {there.username}.")
        return
    from kg.local_server import ensure_running
    from kg.local_server import status as status_of

    home = connection.home()
    with progress_shown() as progress:
        login = ensure_running(home, say, progress)
    lines = {
        "Open": status_of(home).browser,
        "Connect to": login.uri,
        "Username": login.username,
        "Password": login.password,
    }
    for name, value in lines.items():
        typer.echo(f"{name:12}{value}")


def _explore_queries() -> dict[str, str]:
    """Name and first line of comment of each query in `cypher/explore/`."""
    from kg.queries import names, query

    texts = {name: query(name).text for name in names("explore")}
    return {
        name.removeprefix("explore/"): next(
            line.removeprefix("//").strip() for line in text.splitlines() if line.startswith("//")
        )
        for name, text in texts.items()
    }


def _explore_text(name: str) -> str:
    from kg.queries import query

    if name not in _explore_queries():
        raise NotFound(f"there is no query {name!r}; `kgrec db browser` lists them")
    return query(f"explore/{name}").text.rstrip()
