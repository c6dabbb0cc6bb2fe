"""Find the nodes whose vector is not that of their text, a page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.embed.slots import property_of, served_text
from kg.embed.texts import brand_text, category_text, product_text, text_hash
from kg.graph import Row
from kg.progress import Progress, silent

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PAGE = 2000
STAGE = "embed"


@dataclass(frozen=True)
class Stale:
    """A node to be embedded anew; `text` is empty where it only has to lose its vector."""

    id: str
    text: str
    hash: str


TEXTS: dict[str, Callable[[Row], str]] = {
    "brand": lambda row: brand_text(row["name"]),
    "category": lambda row: category_text(row["path"]),
    "product": lambda row: product_text(
        row["title"], row["description"], row["brand"], row["categories"]
    ),
}
"""The text of a row of `write/KIND_texts`, by kind of node."""


def count_stale(graph: "Neo4jGraph") -> int:
    """How many texts there are whose vector in the served slot is not theirs; all, where none is
    served. Loads no model."""
    served = served_text(graph)
    look = Look(graph, property_of(served.slot or "a"), served.revision or "", 0, silent)
    return sum(len(some) for kind in TEXTS for some in look.groups(kind, PAGE))


class Look:
    """Goes through a graph's texts once, counting."""

    def __init__(
        self, graph: "Neo4jGraph", slot_property: str, revision: str, total: int, progress: Progress
    ) -> None:
        self._graph = graph
        self._property = slot_property
        self._revision = revision
        self._total = total
        self._progress = progress
        self.seen = 0

    def groups(self, kind: str, size: int) -> Iterator[list[Stale]]:
        """The stale nodes of a kind, `size` at a time."""
        waiting: list[Stale] = []
        for page in self._pages(kind):
            waiting += self._stale(kind, page)
            while len(waiting) >= size:
                yield waiting[:size]
                waiting = waiting[size:]
            self.seen += len(page)
            self._progress(STAGE, min(self.seen, self._total), self._total)
        if waiting:
            yield waiting

    def _pages(self, kind: str) -> Iterator[Sequence[Row]]:
        asked = {"limit": PAGE, "property": self._property}
        page = self._graph.read(f"write/{kind}_texts", after="", **asked)
        while page:
            yield page
            page = self._graph.read(f"write/{kind}_texts", after=page[-1]["id"], **asked)

    def _stale(self, kind: str, page: Sequence[Row]) -> Iterator[Stale]:
        for row in page:
            text = TEXTS[kind](row)
            hashed = text_hash(text, self._revision)
            wanted = (hashed, True) if text else (None, False)
            if (row["text_hash"], row["embedded"]) != wanted:
                yield Stale(row["id"], text, hashed)
