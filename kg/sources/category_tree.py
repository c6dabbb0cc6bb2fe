"""A category tree given as rows of id, parent and name: checked, cut where it is no tree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.catalog import Rejects
from kg.sources.category_names import Names

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class CategoryRow:
    """A row of a categories file; `parent` is None for a root."""

    line: int
    id: str
    parent: str | None
    name: str


def category_paths(rows: Iterable[CategoryRow], file: str, rejects: Rejects) -> dict[str, Names]:
    """The path of every category id, root first.

    A row whose parent does not exist, or that closes a cycle, becomes a root; the link that was
    cut goes to `rejects`. So does a second row of an id.
    """
    import networkx as nx

    by_id: dict[str, CategoryRow] = {}
    for row in rows:
        if row.id in by_id:
            rejects.add(file, row.line, "duplicate_category", f"category {row.id!r} is given twice")
        else:
            by_id[row.id] = row
    graph = nx.DiGraph((row.id, row.parent) for row in by_id.values() if row.parent is not None)
    graph.add_nodes_from(by_id)
    for row, parent in list(_orphans(by_id)):
        reason = f"category {row.id!r} has the unknown parent {parent!r}: taken as a root"
        rejects.add(file, row.line, "category_orphan", reason)
        graph.remove_edge(row.id, parent)
    for row, cycle in _cycles(graph, by_id):
        reason = f"the parents go round, {cycle}: {row.id!r} is taken as a root"
        rejects.add(file, row.line, "category_cycle", reason)
        graph.remove_edge(row.id, row.parent or "")
    return {id_: _path(id_, graph, by_id) for id_ in _roots_first(graph) if id_ in by_id}


def _orphans(by_id: dict[str, CategoryRow]) -> Iterator[tuple[CategoryRow, str]]:
    """Rows with the parent that they name and nobody is."""
    return ((row, row.parent) for row in by_id.values() if row.parent and row.parent not in by_id)


def _cycles(
    graph: "nx.DiGraph[str]", by_id: dict[str, CategoryRow]
) -> list[tuple[CategoryRow, str]]:
    """Per cycle the row to cut, the first in the file, and the cycle in words."""
    import networkx as nx

    found = []
    for cycle in nx.simple_cycles(graph):
        row = min((by_id[id_] for id_ in cycle), key=lambda row: row.line)
        start = cycle.index(row.id)
        around = [*cycle[start:], *cycle[:start], row.id]
        found.append((row, " > ".join(around[:10])))
    return sorted(found, key=lambda item: item[0].line)


def _roots_first(graph: "nx.DiGraph[str]") -> list[str]:
    import networkx as nx

    return list(reversed(list(nx.topological_sort(graph))))


def _path(id_: str, graph: "nx.DiGraph[str]", by_id: dict[str, CategoryRow]) -> Names:
    names = []
    at: str | None = id_
    while at is not None:
        names.append(by_id[at].name)
        at = next(graph.successors(at), None)
    return tuple(reversed(names))
