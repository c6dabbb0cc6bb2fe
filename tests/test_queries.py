"""Every `.cypher` file says what it does, what it takes and what it gives, and means it."""

import re

import pytest

from kg.errors import MissingParams
from kg.queries import names, query

READS = [*names("resolve"), *names("walk"), *names("score")]
EVERY = names()

_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`")
_USED = re.compile(r"\$(\w+)")


def code(text: str) -> str:
    """The statement without comments and texts."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
    return _LITERAL.sub("''", "\n".join(lines))


@pytest.mark.parametrize("name", EVERY)
def test_a_file_names_its_language_and_its_purpose(name: str) -> None:
    assert query(name).text.startswith("CYPHER 25\n// ")


@pytest.mark.parametrize("name", EVERY)
def test_a_file_declares_the_parameters_it_uses(name: str) -> None:
    asked = query(name)
    assert sorted(set(_USED.findall(code(asked.text)))) == sorted(asked.params)


@pytest.mark.parametrize("name", READS)
def test_a_read_declares_its_columns(name: str) -> None:
    asked = query(name)
    assert asked.columns
    body = code(asked.text)
    last = body[body.rindex("\nRETURN") :]
    assert all(re.search(rf"\b{column}\b", last) for column in asked.columns)


@pytest.mark.parametrize("name", [*READS, *names("export")])
def test_a_read_can_be_tried_in_browser(name: str) -> None:
    given = re.findall(r"^//   :param (\w+) => ", query(name).text, re.MULTILINE)
    assert given == list(query(name).params)


@pytest.mark.parametrize("name", [name for name in EVERY if name.endswith("_a")])
def test_both_slots_are_the_same_but_for_their_letter(name: str) -> None:
    a, b = query(name).text, query(f"{name[:-2]}_b").text
    assert re.sub(r"(_|slot )a\b", r"\1b", a) == b


def test_a_missing_parameter_is_named_with_its_query() -> None:
    with pytest.raises(MissingParams, match=r"^walk/brand needs requests$"):
        query("walk/brand").check({})
