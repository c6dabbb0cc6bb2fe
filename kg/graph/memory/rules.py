"""The rules of a graph beside its snapshot: they change far oftener, and are a few rows."""

from dataclasses import dataclass

from kg.graph import Graph, Row


@dataclass(frozen=True)
class Rules:
    """Rows of resolve/rules as they were at a revision of the rules."""

    revision: int = 0
    rows: tuple[Row, ...] = ()

    @property
    def has_budgets(self) -> bool:
        """May purchases end a rule?"""
        return any(row["budget"] is not None for row in self.rows)

    def after(self, now: int) -> list[Row]:
        """The rows of what is not over at a moment."""
        return [row for row in self.rows if row["until"] is None or row["until"] > now]


NO_RULES = Rules()


def read_rules(graph: Graph, revision: int | None = None) -> Rules:
    """The rules of a graph; `revision` is that of the rules where it is known already."""
    if revision is None:
        rows = graph.read("resolve/meta")
        revision = rows[0]["rules_revision"] if rows else 0
    if not revision:
        return NO_RULES
    return Rules(revision, tuple(graph.read("resolve/rules", now=0)))
