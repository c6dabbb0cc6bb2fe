"""The catalogue on its shelves: draw products of a category as customers' eyes fall on them."""

import numpy as np

from kg.sources.sample_shop.catalogue import Catalogue
from kg.sources.sample_shop.draw import Floats, Ints, below

_TICKETS = 2.0


class Shelves:
    """The catalogue by category, to draw products of a category by their pull.

    Every product has tickets in a raffle, as many as its pull; to draw is to look at a ticket.
    """

    def __init__(self, catalogue: Catalogue, categories: int) -> None:
        self.catalogue = catalogue
        self.order = np.argsort(catalogue.category, kind="stable").astype(np.int32)
        self.start = _starts(np.bincount(catalogue.category, minlength=categories))
        tickets = np.rint(_TICKETS * catalogue.pull).astype(np.int64)
        of_category = np.bincount(catalogue.category, tickets, minlength=categories)
        self.first_ticket = _starts(of_category.astype(np.int64))
        self.tickets = np.repeat(self.order, tickets[self.order])
        self.stocked = of_category > 0

    def draw(self, category: Ints, u: Floats) -> Ints:
        """category [n] of those stocked, u [n, k] -> products [n, k]."""
        start, end = self.first_ticket[category, None], self.first_ticket[category + 1, None]
        return np.asarray(self.tickets[start + below(end - start, u)], np.int64)

    def companion(self, product: Ints, category: Ints) -> Ints:
        """The product of a category that goes with a given one: always the same. [n] -> [n]"""
        start, end = self.start[category], self.start[category + 1]
        place = start + below(end - start, self.catalogue.tie[product])
        return np.asarray(self.order[place], np.int64)


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)])
