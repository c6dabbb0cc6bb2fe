"""What a walk reached: products with their strengths, and for each what led there most."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kg.graph import Row
from kg.recommend.numbered import Codes, Numbered
from kg.recommend.types import Numbers


@dataclass(frozen=True, eq=False)
class Reached(Mapping[str, Row]):
    """Products of one walk, numbers codes [n] with strengths [n]; by id, the row of each.

    `told` makes the row of the product at a place, when it is asked for; the order means nothing.
    """

    products: Numbered
    codes: Codes
    strengths: Numbers
    told: Callable[[int], Row]

    def __getitem__(self, product_id: str) -> Row:
        """The row of a product. Raises KeyError where the walk did not reach it."""
        return self.told(self._at[self.products.code(product_id)])

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self.products.named(self.codes))

    def places(self, codes: Codes) -> list[int | None]:
        """The place of each of some products [m], None where the walk did not reach it."""
        return [self._at.get(code) for code in codes.tolist()]

    def __len__(self) -> int:
        """How many products were reached."""
        return len(self.codes)

    def __contains__(self, product_id: object) -> bool:
        """Was the product reached? Makes no row."""
        return self.products.code(product_id) in self._at

    @cached_property
    def _at(self) -> dict[int, int]:
        """The place of each product by its number."""
        return dict(zip(self.codes.tolist(), range(len(self.codes)), strict=True))


def reached_by(products: Numbered, rows: Sequence[Row]) -> Reached:
    """Products [n] that the graph's rows [n] name; without a strength it is 0."""
    codes = products.of([row["product_id"] for row in rows])
    strengths = np.array([row.get("strength", 0.0) for row in rows], np.float64)
    return Reached(products, codes, strengths, rows.__getitem__)
