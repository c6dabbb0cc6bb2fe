"""Which purchases were taken back: a cancellation annuls the newest purchase before it, by the same
customer, of as many of the same product."""

from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from kg.sources.table import LINE

_KEY = ["user_id", "product_id", "pieces"]
Returned = dict[int, int]
"""Line of a purchase -> line of the cancellation that annuls it."""


def cancellations(lines: pl.DataFrame) -> pl.DataFrame:
    """The cancellations [m <= n] by a known customer, as their keys with `at` and `line`."""
    return _keyed(lines.filter(pl.col("cancels") & pl.col("user_id").is_not_null()))


def annulled(cancelled: pl.DataFrame, lines: Iterable[pl.DataFrame]) -> Returned:
    """Pair cancellations [n] with purchases among all lines, reading only those of equal keys."""
    if not cancelled.height:
        return {}
    sales = (_keyed(frame.filter(~pl.col("cancels"))) for frame in lines)
    bought = pl.concat([sale.join(cancelled, on=_KEY, how="semi") for sale in sales])
    marked = pl.concat(
        (bought.with_columns(cancels=pl.lit(False)), cancelled.with_columns(cancels=pl.lit(True)))
    )
    open_: defaultdict[tuple[str, str, float], list[int]] = defaultdict(list)
    returned: Returned = {}
    for user, product, pieces, _, line, cancels in marked.sort("at", LINE).iter_rows():
        purchases = open_[user, product, pieces]
        if not cancels:
            purchases.append(line)
        elif purchases:
            returned[purchases.pop()] = line
    return returned


def _keyed(lines: pl.DataFrame) -> pl.DataFrame:
    pieces = pl.col("quantity").abs().fill_null(1.0).alias("pieces")
    return lines.select("user_id", "product_id", pieces, "at", LINE)
