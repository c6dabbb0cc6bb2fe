"""Write paths as a line for Neo4j Browser: the one place that puts values into Cypher."""

from collections.abc import Iterable

from kg.recommend.types import Path, PathNode, PathRelationship
from kg.schema import NODES


def browser_cypher(path: Path) -> str:
    """A line of Cypher that returns exactly this path."""
    steps = [_node(path.nodes[0])]
    for relationship, node in zip(path.relationships, path.nodes[1:], strict=True):
        steps.append(_relationship(relationship) + _node(node))
    return f"MATCH path = {''.join(steps)} RETURN path LIMIT 1"


def subgraph_cypher(paths: Iterable[Path]) -> str | None:
    """A line of Cypher that returns exactly these paths, None where there are none."""
    return " UNION ".join(dict.fromkeys(map(browser_cypher, paths))) or None


_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def literal(text: str) -> str:
    """`text` as a Cypher string that no character of it can leave, on one line."""
    if text.isalnum():  # most ids
        return f"'{text}'"
    quoted = text.translate(_ESCAPES)
    # Older servers read a backslash and u as a character before they see the quotes around it,
    # whatever stands before: the two are kept in separate strings.
    return "'" + quoted.replace("\\u", "\\' + 'u") + "'"


def _node(node: PathNode) -> str:
    return f"(:{node.label} {{{NODES[node.label].key}: {literal(node.id)}}})"


def _relationship(relationship: PathRelationship) -> str:
    before, after = ("-", "->") if relationship.forward else ("<-", "-")
    return f"{before}[:{relationship.type}]{after}"
