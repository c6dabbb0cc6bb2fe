"""Write products whose rows are new or changed, and keep where each belongs."""

from hashlib import blake2b
from typing import Any

import polars as pl

from kg.catalog import Batch
from kg.load.names import Names
from kg.load.writer import Writer
from kg.schema import PRODUCT

PLACES = pl.Schema(
    {
        "product_id": pl.String(),
        "brand_id": pl.Categorical(),
        "category_ids": pl.List(pl.Categorical()),
    }
)
"""Where products belong, by their rows; category_ids is null where a row says nothing of them."""


class Catalogue:
    """What is kept of a source's products while it is read: ids, and where they belong."""

    def __init__(self) -> None:
        self.names = Names()
        self._places: list[pl.DataFrame] = []
        self.not_yet: set[str] = set()
        """Products that came after `until`."""

    def add(self, frame: pl.DataFrame) -> None:
        """Keep where the products of frame [n] belong."""
        brands = [self.names.brand(name) for name in frame["brand"]]
        categories = [
            None if paths is None else list(dict.fromkeys(map(self.names.category, paths)))
            for paths in frame["categories"].to_list()
        ]
        columns = {
            "product_id": frame["product_id"],
            "brand_id": brands,
            "category_ids": categories,
        }
        self._places.append(pl.DataFrame(columns, PLACES))

    @property
    def places(self) -> pl.DataFrame:
        """Columns of PLACES; the last row counts where a product came twice."""
        together = pl.concat([pl.DataFrame(schema=PLACES), *self._places])
        return together.unique("product_id", keep="last", maintain_order=True)


def write_products(writer: Writer, catalogue: Catalogue, batch: Batch, until: int | None) -> None:
    """Write the products of a batch that were out before `until` and are not in the graph so."""
    frame = batch.frame.unique("product_id", keep="last", maintain_order=True)
    if until is not None:
        late = (pl.col("released_at") >= until).fill_null(False)
        catalogue.not_yet.update(frame.filter(late)["product_id"])
        writer.tally.add("Product", "after until", frame.filter(late).height)
        frame = frame.filter(~late)
    catalogue.add(frame)
    known = _known(writer, frame["product_id"])
    rows = [
        _row(writer, row, hash_, *known.get(row["product_id"], (writer.source, None)))
        for row, hash_ in zip(frame.to_dicts(), row_hashes(frame, writer.source), strict=True)
        if known.get(row["product_id"], (None, None))[1] != hash_
    ]
    created = sum(row["id"] not in known for row in rows)
    writer.tally.add("Product", "created", created)
    writer.tally.add("Product", "changed", len(rows) - created)
    writer.tally.add("Product", "unchanged", frame.height - len(rows))
    writer.write_rows("load/products", rows, source=writer.source)


def row_hashes(frame: pl.DataFrame, source: str) -> list[str]:
    """A hash [n] of each row and of whose it is, the same on every machine and version."""
    rows = frame.drop("line").select(pl.struct(pl.all()).struct.json_encode()).to_series()
    return [blake2b(f"{source}\n{row}".encode(), digest_size=8).hexdigest() for row in rows]


def _known(writer: Writer, ids: pl.Series) -> dict[str, tuple[str, str | None]]:
    """Product id -> source and row hash, of the products that are there already."""
    if not writer.before["Product"]:
        return {}
    rows = writer.graph.read("load/known_products", ids=ids.to_list())
    return {row["product_id"]: (row["source"], row["row_hash"]) for row in rows}


def _row(
    writer: Writer, row: dict[str, Any], hash_: str, owner: str, _: str | None
) -> dict[str, Any]:
    """The properties to write. What this source does not know of another's product stays."""
    given = {name: row[name] for name in PRODUCT.properties}
    if owner != writer.source:
        given = {name: value for name, value in given.items() if value is not None}
    elif given["in_stock"] is None:
        given["in_stock"] = True
    return {"id": row["product_id"], "properties": {**given, "row_hash": hash_}}
