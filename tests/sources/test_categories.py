"""Categories: paths, sets of names, and trees by id, cut where they are none."""

from pathlib import Path

import pytest

from kg.catalog import SourceOptions
from kg.errors import SourceError
from kg.sources import open_source
from kg.sources.category_names import KnownPaths, deepest, names_in, paths_in, product_paths
from tests.sources.rows import OPTIONS, read, rejected, rows, write


@pytest.mark.parametrize(
    ("cell", "paths"),
    [
        ("Beauty > Hair Care", [("Beauty", "Hair Care")]),
        ("Beauty>Hair", [("Beauty", "Hair")]),
        ("A > B | C", [("A", "B"), ("C",)]),
        ("Tools &amp; More > 100%", [("Tools & More", "100%")]),
        ("A &gt; B", [("A", "B")]),
        ("A\x1fB\x1eC", [("A", "B"), ("C",)]),
        (" > A > > B", [("A", "B")]),
        (" > ", []),
        (None, []),
    ],
)
def test_reads_paths(cell: str | None, paths: list[tuple[str, ...]]) -> None:
    assert paths_in(cell) == paths


def test_reads_sets_of_names() -> None:
    assert names_in("A|B > C| |A") == [("A",), ("B", "C")]
    assert names_in("A\x1fB") == [("A",), ("B",)]
    assert names_in("A\x1fB\x1eC") == [("A", "B"), ("C",)]


def test_a_name_outside_every_path_is_a_root_and_one_in_several_says_nothing() -> None:
    known = KnownPaths()
    for path in (("Beauty", "Hair", "Irons"), ("Beauty", "Skin"), ("Home", "Irons")):
        known.add(path)
    own = "Beauty > Skin"
    assert product_paths(own, "Beauty|Skin|Spa Slippers", known) == (
        [("Beauty", "Skin"), ("Spa Slippers",)]
    )
    assert product_paths(own, "Irons", known) == [("Beauty", "Skin")]
    assert product_paths(own, "hair", known) == [("Beauty", "Skin"), ("Beauty", "Hair")]
    assert product_paths(None, "Beauty|Hair", known) == [("Beauty", "Hair")]


def test_keeps_only_the_deepest_of_each_path() -> None:
    assert deepest([("A",), ("a", "B"), ("A", "b"), ("C",)]) == [("a", "B"), ("C",)]


def test_names_are_known_from_the_whole_file_before_its_first_row(tmp_path: Path) -> None:
    filler = "".join(f"f{i},X > Y {i % 7},\n" for i in range(50_000))
    content = f"product_id,category_path,categories\n1,,Irons|Lone\n{filler}2,A > Irons,\n"
    first = read(write(tmp_path / "products.csv", content), "products")[0]
    assert first["categories"] == [["A", "Irons"], ["Lone"]]


def test_overlong_paths_are_forgotten_and_counted(tmp_path: Path) -> None:
    content = f"product_id,category_path\n1,A > {'b' * 2000} | C\n"
    source = open_source(write(tmp_path / "products.csv", content), OPTIONS)
    assert [p["categories"] for p in rows(source, "products")] == [[["C"]]]
    assert source.rejects.forgotten == {"products.csv: categories": 1}


def shop(folder: Path, categories: str, products: str) -> Path:
    write(folder / "categories.csv", "category_id,parent_id,name\n" + categories)
    write(folder / "products.csv", "product_id,category_id\n" + products)
    return folder


def test_products_name_the_ids_of_a_tree(tmp_path: Path) -> None:
    source = open_source(
        shop(tmp_path, "1,,Shoes\n3,2,Racing\n2,1,Running\n", "a,3\nb,2|1\nc,9\nd,\n"), OPTIONS
    )
    assert [p["categories"] for p in rows(source, "products")] == (
        [[["Shoes", "Running", "Racing"]], [["Shoes", "Running"]], None, None]
    )
    assert [(c["path"], c["line"]) for c in rows(source, "categories")] == (
        [(["Shoes"], 2), (["Shoes", "Running"], 4), (["Shoes", "Running", "Racing"], 3)]
    )
    assert source.rejects.forgotten == {"products.csv: categories": 1}


def test_cycles_and_orphans_are_named_and_cut(tmp_path: Path) -> None:
    tree = "1,3,A\n2,1,B\n3,2,C\n4,4,Self\n5,99,Orphan\n6,5,Child\n7,1,D\n1,,Again\n,,None\n"
    source = open_source(shop(tmp_path, tree, "a,3\nb,6\nc,4\nd,7\n"), OPTIONS)
    assert [p["categories"] for p in rows(source, "products")] == (
        [[["A", "B", "C"]], [["Orphan", "Child"]], [["Self"]], [["A", "D"]]]
    )
    assert rejected(source.rejects) == [
        (10, "no_category", "no category_id"),
        (9, "duplicate_category", "category '1' is given twice"),
        (6, "category_orphan", "category '5' has the unknown parent '99': taken as a root"),
        (2, "category_cycle", "the parents go round, 1 > 3 > 2 > 1: '1' is taken as a root"),
        (5, "category_cycle", "the parents go round, 4 > 4: '4' is taken as a root"),
    ]


def test_a_deep_tree_is_followed_to_its_root(tmp_path: Path) -> None:
    deep = "1,,n1\n" + "".join(f"{i},{i - 1},n{i}\n" for i in range(2, 1500))
    source = open_source(shop(tmp_path, deep, "a,300\n"), OPTIONS)
    assert len(rows(source, "products")[0]["categories"][0]) == 300


def test_categories_may_be_given_as_paths(tmp_path: Path) -> None:
    write(tmp_path / "categories.csv", "path\nA > B\nC\n")
    write(tmp_path / "products.csv", "product_id,category\n1,A > B\n")
    assert [c["path"] for c in read(tmp_path, "categories")] == [["A", "B"], ["C"]]


def test_ids_without_a_tree_are_names(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "product_id,category_id\n1,17\n")
    assert read(tmp_path, "products")[0]["categories"] == [["17"]]
    write(tmp_path / "products.csv", "product_id,category_id,category\n1,17,A\n")
    source = open_source(tmp_path, OPTIONS)
    assert rows(source, "products")[0]["categories"] == [["A"]]
    assert source.ignored == ("products.csv: category_id",)


def test_categories_alone_are_no_shop(tmp_path: Path) -> None:
    write(tmp_path / "categories.csv", "path\nA\n")
    write(tmp_path / "users.csv", "user_id\nann\n")
    with pytest.raises(SourceError, match="expected products and events"):
        open_source(tmp_path, SourceOptions())
