from pathlib import Path

import pytest

from kg.errors import NotFound, OptionError
from kg.graph.memory import MemoryGraph
from kg.recommend.lookup import lineage, lookup, paths_of
from kg.snapshot import snapshot_of
from kg.sources import open_source

PRODUCTS = """product_id,title,brand,category_path
a,A,Acme,Clothing > Women > Socks
b,B,Acme Labs,Clothing > Men > Socks
c,C,AT/T,Shoes > Women
d,D,,Women
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> MemoryGraph:
    """A shop in which categories share their names."""
    folder: Path = tmp_path_factory.mktemp("shop")
    (folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    return MemoryGraph(snapshot_of(open_source(folder)))


@pytest.mark.parametrize(
    ("label", "text", "id_"),
    [
        ("Category", "clothing/men/socks", "clothing/men/socks"),
        ("Category", "Clothing > Men > Socks", "clothing/men/socks"),
        ("Category", "clothing>WOMEN", "clothing/women"),
        ("Category", "Men > Socks", "clothing/men/socks"),
        ("Category", "Men", "clothing/men"),
        ("Category", "shoe", "shoes"),
        ("Category", "women", "women"),
        ("Brand", "Acme", "acme"),
        ("Brand", "acme labs", "acme labs"),
        ("Brand", "AT/T", "at%2Ft"),
    ],
)
def test_ids_paths_and_names_find_their_one(
    label: str, text: str, id_: str, shop: MemoryGraph
) -> None:
    assert lookup(shop, label, text, "english") == id_


def test_an_ambiguous_name_lists_its_paths(shop: MemoryGraph) -> None:
    with pytest.raises(OptionError) as error:
        lookup(shop, "Category", "Socks", "english")
    assert str(error.value) == (
        "'Socks' is the name of several: say which by its path:"
        " Clothing > Men > Socks; Clothing > Women > Socks"
    )


@pytest.mark.parametrize("text", ["Hats", "Shoes > Men", "Hats > Socks"])
def test_what_is_not_there_is_one_line(text: str, shop: MemoryGraph) -> None:
    with pytest.raises(NotFound, match="no category '"):
        lookup(shop, "Category", text, "english")


@pytest.mark.parametrize(
    ("label", "text", "close"),
    [
        ("Brand", "acmee", "Acme"),
        ("Brand", "Acem", "Acme"),
        ("Brand", "Acmi Labs", "Acme Labs"),
        ("Brand", "Tools Labs", "Acme Labs"),
        ("Category", "Shooes", "Shoes"),
        ("Category", "Cloting", "Clothing"),
        ("Category", "Shoes > Men", "Clothing > Men"),
        ("Category", "Hats > Socks", "Clothing > Men > Socks; Clothing > Women > Socks"),
    ],
)
def test_what_is_close_to_what_is_not_there_is_named(
    label: str, text: str, close: str, shop: MemoryGraph
) -> None:
    with pytest.raises(NotFound) as error:
        lookup(shop, label, text, "english")
    told = f"no {label.lower()} {text!r} in the graph"
    assert str(error.value) == f"{told}; the closest: {close}"


def test_what_nothing_is_close_to_is_just_not_there(shop: MemoryGraph) -> None:
    for text in ("Hats", "x" * 200):
        with pytest.raises(NotFound) as error:
            lookup(shop, "Brand", text, "english")
        assert str(error.value) == f"no brand {text!r} in the graph"


def test_paths_read_root_first(shop: MemoryGraph) -> None:
    assert lineage("a/b/c") == ["a", "a/b", "a/b/c"]
    ids = ["clothing/men/socks", "shoes"]
    assert paths_of(shop, "Category", ids) == ["Clothing > Men > Socks", "Shoes"]
    assert paths_of(shop, "Brand", ["at%2Ft"]) == ["AT/T"]
