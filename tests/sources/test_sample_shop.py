"""The sample shop: the same arguments give the same files, and hidden tastes show in them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from cli.commands import app
from kg.catalog import SourceOptions
from kg.errors import OptionError
from kg.sources import open_source
from kg.sources.sample_shop import HEADERS, Written, products, rows, sample_shop
from kg.sources.sample_shop.assortment import DATA, Kind, _read, assortment
from kg.sources.sample_shop.catalogue import DAY, END, OPENING, START
from kg.sources.sample_shop.draw import between, cumulative, find, pick
from kg.sources.sample_shop.visits import month_of
from kg.sources.sample_shop.wording import charming, description, item, price_minor, title

PRODUCTS, USERS = 300, 150


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("shop")
    assert sample_shop(path, PRODUCTS, USERS) == Written(path, 300, 150, 4961)
    return path


@pytest.fixture(scope="module")
def big_catalogue() -> list[products.Block]:
    """More products than one block holds."""
    return list(products.blocks(assortment(), 7000, seed=7))


def table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def tent() -> Kind:
    return next(kind for kind in assortment().kinds if "{feature} Tent" in kind.title)


def test_writes_five_files_with_these_columns(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        *("events.csv", "products.csv", "promotions.csv", "truth.csv", "users.csv")
    ]
    for name, header in HEADERS.items():
        assert (folder / f"{name}.csv").read_text(encoding="utf-8").split("\n")[0] == header


def test_the_first_product_reads_like_a_catalogue(folder: Path) -> None:
    assert table(folder, "products").row(0) == (
        "p00001",
        "Oddpair Weekend Men's Organic Cotton T-Shirt, Crew Neck, Heather Gray",
        "A men's T-shirt of organic cotton in heather gray, with a crew neck. Organic cotton jersey"
        " that keeps its shape. Under a sweater or on its own. Pairs well with puddles and bad"
        " jokes.",
        "Oddpair",
        "Clothing > T-Shirts",
        "15.49",
        "USD",
        "true",
        "1761811200",
    )


def test_the_first_user_likes_and_does_this(folder: Path) -> None:
    events = table(folder, "events")
    assert table(folder, "truth").row(0) == (
        "u00001",
        "Clothing > Hats & Scarves|Clothing > Socks|Clothing > Sweaters"
        "|Office > Desk Lamps|Food & Drink > Coffee Beans",
        "Everfair|Loomstead|Oddpair",
        "1",
        "playful",
    )
    assert events.row(0) == ("e0000001", "u00001", "p00007", "VIEWED", "1780066808", None, None)
    assert events.filter(pl.col("type") == "BOUGHT").row(0) == (
        *("e0000024", "u00002", "p00085", "BOUGHT", "1764257309", None, "o000001"),
    )


def test_the_counts_of_events_by_type(folder: Path) -> None:
    counts = table(folder, "events")["type"].value_counts().sort("type").rows()
    assert counts == [
        *(("ADDED_TO_CART", 863), ("BOUGHT", 575), ("LIKED", 64), ("RATED", 124), ("VIEWED", 3335)),
    ]


def test_the_same_arguments_give_the_same_bytes_and_another_seed_another_shop(
    folder: Path, tmp_path: Path
) -> None:
    sample_shop(tmp_path / "again", PRODUCTS, USERS)
    sample_shop(tmp_path / "other", PRODUCTS, USERS, seed=8)
    for name in HEADERS:
        first = (folder / f"{name}.csv").read_bytes()
        assert (tmp_path / "again" / f"{name}.csv").read_bytes() == first
        assert ((tmp_path / "other" / f"{name}.csv").read_bytes() == first) is (name == "users")


def test_more_users_only_add_lines_at_the_end_also_across_blocks(
    folder: Path, tmp_path: Path
) -> None:
    sample_shop(tmp_path, PRODUCTS, 1100)
    for name in HEADERS:
        longer = (tmp_path / f"{name}.csv").read_bytes()
        assert longer.startswith((folder / f"{name}.csv").read_bytes())
    events = table(tmp_path, "events")
    assert events["event_id"].to_list() == [f"e{i:07d}" for i in range(1, len(events) + 1)]
    orders = events["order_id"].drop_nulls().unique().sort().to_list()
    assert orders == [f"o{i:06d}" for i in range(1, len(orders) + 1)]


def test_more_products_only_add_lines_at_the_end(big_catalogue: list[products.Block]) -> None:
    (few,) = products.blocks(assortment(), PRODUCTS, seed=7)
    assert few.rows == big_catalogue[0].rows[:PRODUCTS]
    assert [block.first for block in big_catalogue] == [0, 6160]


def test_no_two_products_share_a_title(big_catalogue: list[products.Block]) -> None:
    assert len({row.title for block in big_catalogue for row in block.rows}) == 7000


def test_ids_are_unique(folder: Path) -> None:
    keys = {"products": "product_id", "users": "user_id", "events": "event_id"}
    found = [table(folder, name)[key].n_unique() for name, key in keys.items()]
    assert found == [300, 150, 4961]


def test_the_tree_has_68_categories_on_three_levels_below_10_departments(folder: Path) -> None:
    paths = [tuple(path.split(" > ")) for path in table(folder, "products")["category_path"]]
    nodes = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    depths = [len(node) for node in nodes]
    assert (len(nodes), len(set(paths))) == (68, 46)
    assert [depths.count(depth) for depth in (1, 2, 3)] == [10, 29, 29]


def test_events_refer_to_what_is_there_and_only_purchases_have_an_order(folder: Path) -> None:
    events = table(folder, "events")
    bought = events.filter(pl.col("type") == "BOUGHT")
    assert set(events["product_id"]) <= set(table(folder, "products")["product_id"])
    assert set(events["user_id"]) <= set(table(folder, "users")["user_id"])
    assert events["order_id"].is_not_null().equals(events["type"] == "BOUGHT")
    assert events["value"].is_not_null().equals(events["type"] == "RATED")
    assert set(events["value"].drop_nulls()) <= {"1", "2", "3", "4", "5"}
    one = bought.group_by("order_id").agg(pl.col("user_id", "at").n_unique())
    assert set(one.select("user_id", "at").rows()) == {(1, 1)}


def test_nothing_happens_before_release_or_outside_the_year(folder: Path) -> None:
    released = table(folder, "products").select("product_id", pl.col("released_at").cast(int))
    events = table(folder, "events").with_columns(pl.col("at").cast(int))
    joined = events.join(released, on="product_id")
    assert joined.filter(pl.col("at") < pl.col("released_at")).is_empty()
    assert joined.filter(~pl.col("at").is_between(START, END - 1)).is_empty()
    assert (START, END) == (1751241600, 1782777600)


def test_what_was_bought_was_in_the_cart_before(folder: Path) -> None:
    events = table(folder, "events").with_columns(pl.col("at").cast(int))
    bought, carted = (
        events.filter(pl.col("type") == kind).select("user_id", "product_id", "at")
        for kind in ("BOUGHT", "ADDED_TO_CART")
    )
    both = bought.join(carted, on=["user_id", "product_id"], suffix="_cart")
    soon = both.filter((pl.col("at") - pl.col("at_cart")).is_between(1, 6000))
    unexplained = bought.join(soon, on=["user_id", "product_id", "at"], how="anti")
    # An order of the first minutes, whose cart was filled before the log begins.
    assert unexplained.rows() == [("u00128", "p00158", START + 1086)]


def test_some_products_and_users_are_new_without_events(folder: Path) -> None:
    events, shop = table(folder, "events"), table(folder, "products")
    unseen = shop.filter(~pl.col("product_id").is_in(events["product_id"].to_list()))
    arrivals = unseen.filter(pl.col("released_at").cast(int) > END - 6 * DAY)
    silent = set(table(folder, "users")["user_id"]) - set(events["user_id"])
    assert (len(unseen), len(arrivals), len(silent)) == (20, 4, 4)
    assert (shop["in_stock"] == "false").sum() == 16


def test_the_truth_names_categories_and_brands_of_the_shop(folder: Path) -> None:
    truth, shop = table(folder, "truth"), table(folder, "products")
    assert truth["user_id"].to_list() == table(folder, "users")["user_id"].to_list()
    categories = truth["categories"].str.split("|")
    assert set(categories.explode()) <= set(shop["category_path"])
    assert set(categories.list.len()) == {5}
    assert set(categories.list.n_unique()) == {5}
    brands = truth["brands"].str.split("|")
    assert set(brands.explode()) <= {brand.name for brand in assortment().brands}
    assert set(brands.list.n_unique()) == {3}
    assert set(truth["price_level"]) == {"1", "2", "3", "4"}
    assert len(set(truth["style"])) == 5


def test_tastes_show_in_purchases(folder: Path) -> None:
    category = dict(table(folder, "products").select("product_id", "category_path").rows())
    liked = dict(table(folder, "truth").select("user_id", "categories").rows())
    bought = table(folder, "events").filter(pl.col("type") == "BOUGHT")
    pairs = bought.select("user_id", "product_id").rows()
    hits = [category[product] in liked[user].split("|") for user, product in pairs]
    # By chance it would be 5 categories of 46: 62 purchases.
    assert (sum(hits), len(hits)) == (418, 575)


def test_the_price_is_the_promotion_s_while_it_runs(big_catalogue: list[products.Block]) -> None:
    prices = rows.of_products(big_catalogue[0]).select("product_id", pl.col("price").cast(float))
    sales = rows.of_promotions(big_catalogue[0]).join(prices, on="product_id")
    sales = sales.with_columns(
        running=pl.col("ends_at") >= END, saving=pl.col("price") - pl.col("sale_price").cast(float)
    )
    running, over = sales.filter("running"), sales.filter(~pl.col("running"))
    assert (len(running), len(over)) == (22, 825)
    assert (set(running["saving"]), (over["saving"] > 0).all()) == ({0.0}, True)


def test_the_tables_source_reads_it_without_a_reject_and_leaves_truth_alone(folder: Path) -> None:
    source = open_source(folder, SourceOptions(now=END))
    counts = dict.fromkeys(source.kinds, 0)
    for batch in source.batches():
        counts[batch.kind] += len(batch.frame)
    assert counts == {"products": 300, "users": 150, "events": 4961}
    assert (source.rejects.total, source.currency, source.clock) == (0, "USD", "time")
    assert set(source.ignored) == {"promotions.csv", "truth.csv"}


def test_the_questions_of_the_readme_have_an_answer(big_catalogue: list[products.Block]) -> None:
    catalogue = big_catalogue[0].rows[:2000]
    reds = [row for row in catalogue if "Lipstick" in row.title and "Red" in row.title]
    assert (min(r.price_minor for r in reds), max(r.price_minor for r in reds)) == (449, 2299)
    cheap = [row for row in reds if row.price_minor < 1000]
    assert (len(reds), len(cheap), sum(row.brand != "Acme" for row in cheap)) == (23, 16, 9)
    assert sum("Warm" in row.title and "Wool Crew Socks" in row.title for row in catalogue) == 3
    assert sum("Waterproof Tent" in row.title for row in catalogue) == 11
    assert sum("gift for a gardener" in row.description.lower() for row in catalogue) == 31


def test_no_description_has_a_wrong_article_or_an_open_slot(
    big_catalogue: list[products.Block],
) -> None:
    catalogue = [row for block in big_catalogue for row in block.rows]
    texts = pl.Series([text for row in catalogue for text in (row.title, row.description)])
    wrong = r"\b[Aa] [aeioAEIO8]|\b[Aa]n [^aeiouAEIOUh18]|  |[{}]|\.\.| ,"
    assert texts.filter(texts.str.contains(wrong)).to_list() == []
    assert all(not row.description[0].islower() and row.description[-1] == "." for row in catalogue)


@pytest.mark.parametrize("kind", assortment().kinds, ids=lambda kind: kind.title)
def test_each_kind_names_all_its_slots_in_the_title_so_that_titles_differ(kind: Kind) -> None:
    slots = [name for name, _ in kind.slots]
    assert all(f"{{{name}}}" in kind.title for name in slots)
    assert all(len({c.text for c in choices}) == len(choices) for _, choices in kind.slots)
    assert kind.personal in (None, *slots)
    assert len(set(kind.series)) == len(kind.series)
    made = item(kind, 0, 0, 0.0)
    for u in (0.0, 0.4, 0.9):
        category = assortment().categories[kind.category]
        assert description(made, category, 0, (u, u, u)).count(". ") >= 2


def test_habits_and_brands_name_categories_that_exist() -> None:
    shop = assortment()
    leaves = {category.path[-1] for category in shop.categories}
    names = {name for category in shop.categories for name in category.path}
    habits = _read("habits")
    assert {leaf for liked in habits["interests"].values() for leaf in liked} == leaves
    assert set(habits["complements"]) <= leaves
    assert {b for after in habits["complements"].values() for b in after} <= leaves
    assert set(np.round(shop.complements.sum(axis=1), 9)) == {0.0, 1.0}
    assert {name for brand in shop.brands for name in brand.sells} <= names
    assert {category.season for category in shop.categories} <= set(habits["seasons"])
    assert (len(shop.brands), len({brand.name for brand in shop.brands})) == (100, 100)
    assert (shop.sold_by > 0).sum(axis=1).min() == 4


def test_the_data_files_are_all_used() -> None:
    assert sorted(path.stem for path in DATA.iterdir()) == sorted(
        [
            *("home", "sports", "beauty", "garden", "electronics", "toys", "clothing", "pets"),
            *("office", "food", "brands", "habits", "palettes"),
        ]
    )


def test_items_of_a_kind_differ_until_the_next_edition() -> None:
    # 10 series, 4 capacities, 4 features, 8 colors
    first = [title(item(tent(), 3, n, 0.0), "Acme") for n in range(1280)]
    assert len(set(first)) == 1280
    again = item(tent(), 3, 1280, 0.0)
    assert first[0] == "Acme Skylark 1-Person Waterproof Tent, Moss Green"
    assert title(again, "Acme") == "Acme Skylark 2 1-Person Waterproof Tent, Moss Green"


def test_a_price_follows_features_brand_level_and_a_little_chance() -> None:
    kind = tent()
    # 165 dollars, 1-person .8, waterproof 1.0, level 1 .62 -> 81.84 times .92 .. 1.08
    small = item(kind, 3, 0, 0.0)
    assert [price_minor(small, 1, u) for u in (0.0, 0.5, 0.99)] == [7499, 8199, 8799]
    assert price_minor(small, 4, 0.5) == 25495


def test_prices_end_as_shops_write_them() -> None:
    dollars = (0.3, 3.74, 3.75, 19.99, 20.2, 64.6, 127.0, 128.0)
    assert [charming(d) for d in dollars] == [99, 349, 399, 1999, 1999, 6499, 12495, 12995]


def test_chance_follows_weights() -> None:
    sums = cumulative([1.0, 0.0, 3.0])
    assert sums.tolist() == [0.0, 1.0, 1.0, 4.0]
    assert find(sums, np.array([0.0, 0.2, 0.25, 0.99])).tolist() == [0, 0, 2, 2]
    part = between(sums, np.array([1, 0]), np.array([3, 1]), np.array([0.0, 0.9]))
    assert part.tolist() == [2, 0]
    weights = np.array([[1.0, 1.0], [0.0, 2.0], [0.0, 0.0]])
    assert pick(weights, np.array([0.5, 0.0, 0.5])).tolist() == [1, 1, -1]


def test_months_follow_the_calendar() -> None:
    assert month_of(np.array([OPENING, START, END - DAY])).tolist() == [0, 5, 5]


def test_says_how_far_it_is(tmp_path: Path) -> None:
    said: list[tuple[str, int, int | None]] = []
    sample_shop(tmp_path, 20, 10, progress=lambda *at: said.append((at[0], at[1], at[2])))
    assert said == [("products", 20, 20), ("users", 10, 10)]


def test_an_interrupted_run_leaves_the_former_files_and_no_others(tmp_path: Path) -> None:
    sample_shop(tmp_path, 20, 10)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def interrupt(stage: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample_shop(tmp_path, 20, 10, seed=8, progress=interrupt, force=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_tiny_shops_work(tmp_path: Path) -> None:
    assert sample_shop(tmp_path, 1, 0) == Written(tmp_path, 1, 0, 0)
    assert sample_shop(tmp_path, 1, 2, force=True).events == 14


def test_refuses_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OptionError, match="is a file; name a folder"):
        sample_shop(tmp_path / "file")
    with pytest.raises(OptionError, match="at least 1 product"):
        sample_shop(tmp_path, 0)


def test_another_shop_is_replaced_only_by_force_and_the_same_is_no_matter(tmp_path: Path) -> None:
    sample_shop(tmp_path, 20, 10)
    (tmp_path / "rejects.csv").touch()  # as a build in the folder leaves it
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sample_shop(tmp_path, 20, 10) == Written(
        tmp_path, 20, 10, len(table(tmp_path, "events"))
    )
    for many, users, seed in ((20, 11, 7), (21, 10, 7), (20, 10, 8)):
        with pytest.raises(OptionError, match=r"holds another shop; .* --force to replace it"):
            sample_shop(tmp_path, many, users, seed)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert sample_shop(tmp_path, 20, 10, seed=8, force=True).products == 20
    assert (tmp_path / "products.csv").read_bytes() != before["products.csv"]


def test_a_folder_with_anything_else_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "products.jsonl").touch()

    def never(stage: str, done: int, total: int | None) -> None:
        raise AssertionError

    with pytest.raises(OptionError, match=r"holds products.jsonl; name a new or empty folder"):
        sample_shop(tmp_path, 20, 10, progress=never)
    assert [path.name for path in tmp_path.iterdir()] == ["products.jsonl"]


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    arguments = ["sample-shop", str(tmp_path), "--products", "20", "--users", "10"]
    done = CliRunner().invoke(app, arguments)
    events = len(table(tmp_path, "events"))
    assert done.exit_code == 0
    assert done.stdout == f"20 products, 10 users and {events:,} events in {tmp_path}\n"
