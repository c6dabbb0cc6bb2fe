"""`kgrec keys`: who may ask the service."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.options import AsJson
from cli.render import print_json, say

app = typer.Typer(name="keys", help="Keys for `kgrec serve`.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, for the list.")],
    scope: Annotated[
        str, typer.Option(metavar="read|write|admin", help="What it may do.")
    ] = "read",
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, once: only its hash is kept.

    `read` asks for lists, `write` sends events and changes products as well, `admin` also forgets
    users. Send it as `Authorization: Bearer KEY`.

        kgrec keys create shop --scope write
    """
    from kg.connection import home
    from kg.keys import create_key

    key, text = create_key(home(), scope, name)
    if as_json:
        print_json({"id": key.id, "name": key.name, "scope": key.scope, "key": text})
        return
    typer.echo(text)
    say(f"key {key.id} for {name}, scope {scope}; it is not shown again")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the keys there are, without their secrets."""
    from kg.connection import home
    from kg.keys import list_keys

    keys = list_keys(home())
    if as_json:
        print_json([{n: v for n, v in asdict(key).items() if n != "hash"} for key in keys])
        return
    for key in keys:
        made = datetime.fromtimestamp(key.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
        typer.echo(f"{key.id}  {key.scope:<5}  {made}  {key.name}")
    if not keys:
        say("no keys; make one with kgrec keys create NAME")


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, as in kgrec keys list.")],
    as_json: AsJson = False,
) -> None:
    """Take a key back: the service refuses it from the next request on."""
    from kg.connection import home
    from kg.keys import revoke_key

    gone = revoke_key(home(), key)
    if as_json:
        print_json({"id": gone.id, "name": gone.name, "scope": gone.scope})
        return
    typer.echo(f"revoked {gone.id} of {gone.name}")
