"""Which products an event may be about: those of the source, and those the graph has."""

from dataclasses import dataclass, field

import polars as pl

from kg.catalog import Batch, Rejects
from kg.load.writer import Writer


@dataclass(frozen=True)
class KnownProducts:
    """The source's own products, and what the graph answered about others so far.

    With `prune`, what this very source wrote earlier and no longer has is as good as gone.
    """

    writer: Writer
    own: pl.Series
    not_yet: frozenset[str]
    prune: bool = False
    _asked: dict[str, bool] = field(default_factory=dict)

    def judge(self, ids: pl.Series) -> pl.Series:
        """For product ids [n]: "known", "unknown", or "late" where it came after `until`."""
        distinct = ids.unique()
        others = distinct.filter(~distinct.is_in(self.own.implode()))
        self._ask([id_ for id_ in others if id_ not in self._asked])
        words = {id_: self._word(id_) for id_ in others}
        return ids.replace_strict(words, default="known", return_dtype=pl.String)

    def reject_unknown(self, batch: Batch, rejects: Rejects) -> pl.Series:
        """Judge the events [n] of a batch; reject those of unknown products with their lines."""
        words = self.judge(batch.frame["product_id"])
        unknown = batch.frame.filter(words == "unknown").select("line", "product_id")
        for line, product_id in unknown.iter_rows():
            reason = f"the catalogue has no product {product_id}"
            rejects.add(batch.file, line, "unknown_product", reason)
        return words

    def _word(self, id_: str) -> str:
        if id_ in self.not_yet:
            return "late"
        return "known" if self._asked[id_] else "unknown"

    def _ask(self, ids: list[str]) -> None:
        self._asked.update(dict.fromkeys(ids, False))
        if not ids or not self.writer.before["Product"]:
            return
        for row in self.writer.graph.read("load/known_products", ids=ids):
            ours = row["source"] == self.writer.source
            self._asked[row["product_id"]] = not (ours and self.prune)
