"""What a file of order lines says of its products: gathered in one pass, a row a product."""

import polars as pl

from kg.sources.table import LINE

_LATEST = {"price_minor": pl.Int64, "brand": pl.String, "category_path": pl.String}


class Ledger:
    """Gathers products from lines of sales. Holds products and their spellings, never lines."""

    def __init__(self) -> None:
        self._titles = pl.DataFrame(
            schema={"product_id": pl.String, "title": pl.String, "lines": pl.UInt32}
        )
        self._first = pl.DataFrame(schema={"product_id": pl.String, LINE: pl.Int64})
        self._latest = {name: _no_values(name) for name in _LATEST}

    def add(self, sales: pl.DataFrame) -> None:
        """Take in lines [n] of sales."""
        counted = sales.group_by("product_id", "title").agg(pl.len().alias("lines"))
        self._titles = (
            pl.concat((self._titles, counted)).group_by("product_id", "title").agg(pl.sum("lines"))
        )
        first = sales.select("product_id", LINE)
        self._first = pl.concat((self._first, first)).group_by("product_id").agg(pl.min(LINE))
        for column in _LATEST:
            self._latest[column] = _newest(sales, column, self._latest[column])

    def products(self) -> pl.DataFrame:
        """A row a product in the order of their first lines: its most frequent title, its latest
        price, brand and category. A price of nothing is no price."""
        titled = self._titles.drop_nulls("title").sort("lines", "title", descending=(True, False))
        titles = titled.group_by("product_id", maintain_order=True).first().drop("lines")
        frame = self._first.join(titles, on="product_id", how="left")
        for column, latest in self._latest.items():
            frame = frame.join(latest.select("product_id", column), on="product_id", how="left")
        return frame.sort(LINE)


def _no_values(column: str) -> pl.DataFrame:
    times = {"at": pl.Int64, LINE: pl.Int64}
    return pl.DataFrame(schema={"product_id": pl.String, column: _LATEST[column], **times})


def _newest(sales: pl.DataFrame, column: str, known: pl.DataFrame) -> pl.DataFrame:
    """The newest value of a column for every product that has one."""
    given = pl.col(column).is_not_null()
    worth = given & (pl.col(column) > 0) if column == "price_minor" else given
    values = sales.filter(worth).select("product_id", column, "at", LINE)
    both = pl.concat((known, values))
    return both.sort("at", LINE).group_by("product_id", maintain_order=True).last()
