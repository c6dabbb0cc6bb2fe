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


def count_stale(
    graph: "Neo4jGraph", page: int = PAGE, between: Callable[[], object] = lambda: None
) -> int:
    """How many texts there are whose vector in the served slot is not theirs; all, where none is
    served. Loads no model. `between` is called after each `page` of texts."""
    served = served_text(graph)
    look = Look(graph, property_of(served.slot or "a"), served.revision or "", 0, silent, page)
    count = 0
    for kind in TEXTS:
        for stale in look.pages(kind):
            count += len(stale)
            between()
    return count


class Look:
    """Goes through a graph's texts once, counting."""

    def __init__(
        self,
        graph: "Neo4jGraph",
        slot_property: str,
        revision: str,
        total: int,
        progress: Progress,
        page: int = PAGE,
    ) -> None:
        self._graph = graph
        self._property = slot_property
        self._revision = revision
        self._total = total
        self._progress = progress
        self._page = page
        self.seen = 0

    def groups(self, kind: str, size: int) -> Iterator[list[Stale]]:
        """The stale nodes of a kind, `size` at a time."""
        waiting: list[Stale] = []
        for stale in self.pages(kind):
            waiting += stale
            while len(waiting) >= size:
                yield waiting[:size]
                waiting = waiting[size:]
        if waiting:
            yield waiting

    def pages(self, kind: str) -> Iterator[list[Stale]]:
        """The stale nodes of each page of a kind, of which there may be none."""
        for page in self._rows(kind):
            yield list(self._stale(kind, page))
            self.seen += len(page)
            self._progress(STAGE, min(self.seen, self._total), self._total)

    def _rows(self, kind: str) -> Iterator[Sequence[Row]]:
        asked = {"limit": self._page, "property": self._property}
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
