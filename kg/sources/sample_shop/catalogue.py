"""What the events need to know of the products, as columns; and the shop's one year."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np

from kg.sources.sample_shop.draw import Real, Whole

DAY = 86_400
END = int(datetime(2026, 6, 30, tzinfo=UTC).timestamp())
"""Nothing happens at or after this moment, so that nothing depends on today."""
START = END - 365 * DAY
OPENING = START - 150 * DAY
"""The shop opened before its log begins, so that the log begins with regular customers."""
NEVER = 2**31 - 1


@dataclass(frozen=True)
class Catalogue:
    """What the events need to know of each product, as columns [n].

    category, brand, style: indices; released_at; gone_at: out of stock from then; sale_from,
    sale_until; pull: how many look at it, 0 for new arrivals; quality -1..1; tie 0..1:
    says which product of another category goes with it, which no text tells; variant: which of
    how many `variants` (sizes, roasts) it is, where that has to suit the person.
    """

    category: Whole
    brand: Whole
    style: Whole
    released_at: Whole
    gone_at: Whole
    sale_from: Whole
    sale_until: Whole
    pull: Real
    quality: Real
    tie: Real
    variant: Whole
    variants: Whole


def joined(parts: list[Catalogue]) -> Catalogue:
    """Catalogues one after the other as one."""
    names = [f.name for f in fields(Catalogue)]
    return Catalogue(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
