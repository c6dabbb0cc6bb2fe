"""`kgrec sample-shop`: write a made-up shop to try everything on."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, Quiet
from cli.render import print_json, progress_shown

MOST = 10_000_000
"""Products, or users, of the largest shop: hours of writing."""


def sample_shop(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the csv files go.")],
    products: Annotated[int, typer.Option(min=1, max=MOST, help="How many products.")] = 2000,
    users: Annotated[int, typer.Option(min=0, max=MOST, help="How many users.")] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another shop.")] = 7,
    force: Annotated[
        bool, typer.Option("--force", help="Replace another shop that is in DIR.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Write a believable shop as csv files, to try kgrec on.

    A department store with its products, users and a year of events (about 48 a user) that ends
    on 29 June 2026. `truth.csv` tells each user's hidden taste and `promotions.csv` what was on
    sale when; build-graph reads neither. The same options give the same bytes; a DIR
    that holds anything but this very shop is refused, unless --force is given.

    Then: `kgrec build-graph DIR`
    """
    from dataclasses import asdict

    from kg.sources.sample_shop import sample_shop as write

    with progress_shown(as_json or quiet) as progress:
        written = write(folder, products, users, seed, progress, force=force)
    if as_json:
        print_json({**asdict(written), "folder": str(folder)})
    else:
        typer.echo(
            f"{written.products:,} products, {written.users:,} users and"
            f" {written.events:,} events in {folder}"
        )
