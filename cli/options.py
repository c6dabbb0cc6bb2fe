"""What the recommending commands share: their options, and the graph they ask."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.render import say
from kg.errors import OptionError
from kg.money import HIGHEST, decimals

if TYPE_CHECKING:
    from kg.recommend.recommender import Recommender
    from kg.recommend.types import Filters


def given_id(param: typer.CallbackParam, text: str | None) -> str | None:
    """An id as given. Raises OptionError for an empty one, which is nobody's."""
    if text is not None and not text.strip():
        raise OptionError(f"--{param.name} is empty: give an id, or leave it out")
    return text


User = Annotated[str | None, typer.Option(callback=given_id, help="A user's id.")]


def given_price(param: typer.CallbackParam, text: str | None) -> str | None:
    """A price as given, which is checked before any graph is opened. Raises OptionError."""
    minor(f"--{(param.name or '').replace('_', '-')}", text, None)
    return text


def given_file(param: typer.CallbackParam, path: Path | None) -> Path | None:
    """A file that can be written, as far as can be seen beforehand. Raises OptionError."""
    if path is not None:
        check_writable(f"--{(param.name or '').replace('_', '-')}", path)
    return path


def check_writable(option: str, path: Path) -> None:
    """Raise OptionError for a file whose folder is not there, or that is a folder itself."""
    if not path.name:
        raise OptionError(f"{option} is empty: name a file")
    if not path.absolute().parent.is_dir():
        raise OptionError(f"{option} {path}: its folder does not exist; make it first")
    if path.is_dir():
        raise OptionError(f"{option} {path} is a folder; name a file")


MOST = 1_000_000
"""Products of the longest list, and passes of the longest training."""

Count = Annotated[int, typer.Option("-k", "--count", min=1, max=MOST, help="How many products.")]
Categories = Annotated[
    list[str] | None,
    typer.Option(
        "--category",
        metavar="CATEGORY",
        help="Only from this category and those below it: its id, its path (A > B) or its name."
        " Given more than once, any of them.",
    ),
]
Brands = Annotated[
    list[str] | None,
    typer.Option("--brand", metavar="BRAND", help="Only of this brand; more than once, any."),
]
MinPrice = Annotated[
    str | None,
    typer.Option(metavar="PRICE", callback=given_price, help="Not cheaper, as in 9.99."),
]
MaxPrice = Annotated[
    str | None,
    typer.Option(metavar="PRICE", callback=given_price, help="Not dearer, as in 9.99."),
]
InStock = Annotated[bool, typer.Option("--in-stock", help="Only what is in stock.")]
IncludeBought = Annotated[
    bool,
    typer.Option(
        "--include-bought/--exclude-bought",
        help="Recommend what the user has already bought or rated too.",
    ),
]
Weights = Annotated[
    list[str] | None,
    typer.Option("--weight", metavar="TERM=NUMBER", help="Weight of any term, as in next=0.5."),
]
Diversity = Annotated[
    float,
    typer.Option(min=0.0, max=1.0, help="How much the list is to cover, beside fitting well."),
]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="Show what was understood, what each product has over the next, the paths, and a line"
        " for Browser.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]
Engine = Annotated[
    str,
    typer.Option(
        metavar="neo4j|memory",
        help="Walk in Neo4j, or read the graph into memory first: slower to start, then faster.",
    ),
]


FURTHEST = 2**53
"""Seconds, or positions, that are counted without loss everywhere."""

MOMENT = "a date like 2026-05-31 or 2026-05-31T08:30, or seconds since 1970"
"""What is taken where an option's metavar is TIME."""


@contextmanager
def opened(engine: str = "neo4j") -> Iterator["Recommender"]:
    """A recommender on the graph, closed at the end. Raises OptionError for an unknown engine."""
    from kg.recommend.recommender import Recommender

    if engine == "neo4j":
        recommender = Recommender.open(say)
    elif engine == "memory":
        recommender = Recommender.in_memory(say)
    else:
        raise OptionError(f"no engine {engine!r}; there are neo4j and memory")
    try:
        yield recommender
    finally:
        recommender.close()


def filters(
    recommender: "Recommender",
    categories: list[str] | None = None,
    brands: list[str] | None = None,
    min_price: str | None = None,
    max_price: str | None = None,
    in_stock: bool = False,
) -> "Filters":
    """The filters that the options name. Raises OptionError for a price that is none."""
    from kg.recommend.types import Filters

    currency = recommender.meta().currency if min_price or max_price else None
    return Filters(
        categories=tuple(categories or ()),
        brands=tuple(brands or ()),
        min_price_minor=minor("--min-price", min_price, currency),
        max_price_minor=minor("--max-price", max_price, currency),
        in_stock=in_stock,
    )


def minor(option: str, price: str | None, currency: str | None) -> int | None:
    """Money as people type it in minor units. Raises OptionError for what is none."""
    if price is None:
        return None
    try:
        amount = Decimal(price.strip().lstrip("$€£¥"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount <= HIGHEST):
        raise OptionError(f"{option} takes a price like 9.99, not {price!r}")
    return int(amount.scaleb(decimals(currency)).to_integral_value())


def moment(recommender: "Recommender", text: str | None) -> int | None:
    """--until on the graph's clock: a date, seconds since 1970, or a position without a clock.

    Raises OptionError for a date where events have no times.
    """
    return None if text is None else on_clock(text, lambda: recommender.meta().clock)


def on_clock(text: str, clock: Callable[[], str], option: str = "--until") -> int:
    """A moment as an option takes it, on a clock that is "time" or "order", asked only for a date.

    Raises OptionError for a date where events have no times, and for what is no date.
    """
    if re.fullmatch(r"\s*-?[0-9]{1,30}\s*", text):
        if abs(int(text)) > FURTHEST:
            raise OptionError(f"{option} {text} is further away than can be counted")
        return int(text)
    from datetime import UTC, datetime

    try:
        date = datetime.fromisoformat(text)
    except ValueError as error:
        raise OptionError(f"{option} takes a date like 2026-05-31, not {text!r}") from error
    if clock() == "order":
        raise OptionError(f"{option} {text}: these events have no times, only positions; give one")
    return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())


def weights(letters: Mapping[str, float | None], given: Sequence[str]) -> dict[str, float]:
    """The weights that replace the recipe's: --alpha 0.5, --weight next=2. Raises OptionError."""
    found = {name: value for name, value in letters.items() if value is not None}
    for each in given:
        name, _, number = each.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError as error:
            raise OptionError(f"--weight takes TERM=NUMBER as in next=0.5, not {each!r}") from error
    return found
