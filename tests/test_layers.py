"""Layers point down, and what is dear or dangerous is imported in one place only."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("kg", "gnn", "cli")
NAMES = sorted(
    path.relative_to(ROOT).as_posix() for layer in LAYERS for path in (ROOT / layer).rglob("*.py")
)

WHERE_ALLOWED = {
    "neo4j": ("kg/graph/neo4j.py",),
    "torch": ("kg/embed/encoder.py", "gnn/"),
    "transformers": ("kg/embed/encoder.py", "gnn/"),
    "torch_geometric": ("gnn/",),
    "sentence_transformers": (),
    "typer": ("cli/",),
    "rich": ("cli/",),
    "click": (),
}
"""Who may import a package: files, or folders ending in a slash."""

DEAR = {"torch", "transformers", "torch_geometric"}
"""Seconds to import: only inside the functions that need them."""

MODELS = "gnn/models/"
"""Modules of torch.nn are classes of torch: as dear as torch itself, wherever they are imported."""

ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv"}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def modules(code: ast.AST) -> Iterator[str]:
    """Every module that the code names in an import, in full."""
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(code: ast.AST) -> set[str]:
    return {module.partition(".")[0] for module in modules(code)}


def outside_functions(code: ast.AST) -> Iterator[ast.AST]:
    """The statements that run when a module is imported, those for type checking left out."""
    for node in ast.iter_child_nodes(code):
        typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if isinstance(node, ast.ClassDef | ast.If | ast.Try) and not typing:
            yield from outside_functions(node)
        elif not typing and not isinstance(node, ast.FunctionDef):
            yield node


def attributes(code: ast.AST) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(code) if isinstance(node, ast.Attribute)}


def test_layers_point_down() -> None:
    above = {layer: {*LAYERS[place + 1 :], "tests", "cypher"} for place, layer in enumerate(LAYERS)}
    wrong = {name: packages(tree(name)) & above[name.partition("/")[0]] for name in NAMES}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("package", WHERE_ALLOWED)
def test_a_package_is_imported_only_where_it_may_be(package: str) -> None:
    importing = [name for name in NAMES if package in packages(tree(name))]
    assert [name for name in importing if not name.startswith(WHERE_ALLOWED[package])] == []


def test_models_are_imported_only_inside_functions() -> None:
    wrong = {
        name: DEAR & {p for node in outside_functions(tree(name)) for p in packages(node)}
        for name in NAMES
        if not name.startswith(MODELS)
    }
    named = {
        name: {m for node in outside_functions(tree(name)) for m in modules(node)}
        for name in NAMES
        if not name.startswith(MODELS)
    }
    package = MODELS.strip("/").replace("/", ".")
    assert [n for n, found in named.items() if any(m.startswith(package) for m in found)] == []
    assert {name: found for name, found in wrong.items() if found} == {}


def test_only_the_connection_reads_the_environment() -> None:
    reading = [name for name in NAMES if attributes(tree(name)) & ENVIRONMENT]
    assert reading == ["kg/connection.py"]


def test_recommending_does_not_know_how_a_graph_is_stored() -> None:
    engines = ("kg.graph.neo4j", "kg.graph.memory", "kg.snapshot")
    stages = [name for name in NAMES if name.startswith("kg/recommend/")]
    wrong = {name: [m for m in modules(tree(name)) if m.startswith(engines)] for name in stages}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_import_is_absolute() -> None:
    relative = [
        name
        for name in NAMES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_the_checks_see_what_they_are_to_see() -> None:
    code = ast.parse(
        "import torch.nn\nfrom kg.graph import memory\nos.environ['A']\n"
        "if TYPE_CHECKING:\n  import neo4j\ndef f():\n  import transformers\n"
    )
    assert set(modules(code)) == {"torch.nn", "kg.graph.memory", "neo4j", "transformers"}
    assert {p for node in outside_functions(code) for p in packages(node)} == {"torch", "kg"}
    assert attributes(code) == {"os.environ"}
