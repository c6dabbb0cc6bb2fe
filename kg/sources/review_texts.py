"""Keep the texts of reviews aside, in a parquet file beside the graph."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS = ("review_title", "review_text")
SCHEMA = pl.Schema(
    {
        "event_id": pl.String(),
        "user_id": pl.String(),
        "product_id": pl.String(),
        "at": pl.Int64(),
        "value": pl.Float64(),
    }
    | dict.fromkeys(TEXTS, pl.String())
)
Keep = Callable[[pl.DataFrame], None]


@contextmanager
def kept_texts(path: Path | None) -> Iterator[Keep]:
    """Yield a function that writes reviews [n] with a title or text; without a path, nothing.

    The file is there, whole, once all are written.
    """
    if path is None:
        yield lambda _: None
        return
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with pq.ParquetWriter(unfinished, _part(pl.DataFrame(schema=SCHEMA)).schema) as writer:
        yield lambda reviews: writer.write_table(_part(reviews))
    unfinished.replace(path)


def _part(reviews: pl.DataFrame) -> "pa.Table":
    worth = pl.any_horizontal(pl.col(*TEXTS).is_not_null())
    return reviews.select(SCHEMA.names()).cast(SCHEMA).filter(worth).to_arrow()
