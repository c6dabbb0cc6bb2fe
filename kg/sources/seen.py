"""Remember which rows were seen before, in sixteen bytes a row."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


class Seen:
    """Keys with the row each had first, as 64-bit hashes in sorted runs that grow like a log."""

    def __init__(self) -> None:
        self._runs: list[tuple[Hashes, Hashes]] = []

    def judge(self, keys: pl.Series, rows: pl.Series) -> pl.Series:
        """For hashes [n] of keys and of whole rows: "new", "same" (seen alike) or "other"."""
        frame = pl.DataFrame({"key": keys, "row": rows})
        firsts = frame.filter(pl.col("key").is_first_distinct())
        known = self._rows_of(firsts["key"].to_numpy())
        first_rows = firsts.with_columns(known.alias("known"))
        self._keep(first_rows.filter(pl.col("known").is_null()))
        judged = frame.with_columns(pl.col("key").is_first_distinct().alias("first")).join(
            first_rows.select("key", "known", pl.col("row").alias("here")),
            on="key",
            how="left",
            maintain_order="left",
        )
        same = pl.col("row") == pl.col("known").fill_null(pl.col("here"))
        new = pl.col("first") & pl.col("known").is_null()
        words = pl.when(new).then(pl.lit("new")).when(same).then(pl.lit("same"))
        return judged.select(words.otherwise(pl.lit("other")).alias("seen")).to_series()

    def _rows_of(self, keys: Hashes) -> pl.Series:
        """The row hashes [n] that the keys had first, null for a new key."""
        found = np.zeros(len(keys), np.uint64)
        new = np.ones(len(keys), np.bool_)
        for run_keys, run_rows in self._runs:
            at = np.minimum(np.searchsorted(run_keys, keys), len(run_keys) - 1)
            hit = run_keys[at] == keys
            found[hit], new[hit] = run_rows[at[hit]], False
        return pl.Series(found, dtype=pl.UInt64).set(pl.Series(new), None)

    def _keep(self, frame: pl.DataFrame) -> None:
        if not frame.height:
            return
        run = (frame["key"].to_numpy(), frame["row"].to_numpy())
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            last = self._runs.pop()
            run = (np.concatenate((last[0], run[0])), np.concatenate((last[1], run[1])))
        order = np.argsort(run[0])
        self._runs.append((run[0][order], run[1][order]))
