"""Tables: products, events, users and categories, by whatever names shops give them."""

from pathlib import Path

import polars as pl
import pytest

from kg.catalog import SourceOptions
from kg.errors import RejectsError, SourceError
from kg.ids import event_id
from kg.reading_code import reading_code
from kg.sources import open_source
from kg.sources.blocks import BLOCK
from kg.sources.clocks import Dates, dates_of
from kg.sources.columns import plan
from kg.sources.table import open_table
from tests.sources.rows import NOW, OPTIONS, read, rejected, rows, write

TOY = Path(__file__).parents[1] / "toy_shop"
JANUARY = 1735689600  # 2025-01-01


def test_reads_the_toy_shop() -> None:
    source = open_source(TOY, OPTIONS)
    products, events = rows(source, "products"), rows(source, "events")
    assert (source.name, source.clock, source.currency) == ("toy_shop", "time", "USD")
    assert (source.kinds, source.ignored) == (("products", "events"), ())
    assert products[0] == {
        "product_id": "runner",
        "title": "Acme Runner Shoe",
        "description": "Light running shoe for road races",
        "brand": "Acme",
        "categories": [["Shoes", "Running Shoes"]],
        "price_minor": 8990,
        "in_stock": True,
        "image_url": None,
        "released_at": 1700000000,
        "line": 2,
    }
    assert events[12] == {
        "user_id": "eve",
        "product_id": "lipred",
        "type": "BOUGHT",
        "at": 1736400000,
        "value": None,
        "order_id": "o8",
        "event_id": event_id("eve", "BOUGHT", "lipred", 1736400000, "o8"),
        "line": 14,
    }
    assert (len(products), len(events), source.rejects.total) == (12, 16, 0)


def test_reads_the_same_shop_from_csv_parquet_and_json_lines(tmp_path: Path) -> None:
    shops = {name: tmp_path / name for name in ("csv.gz", "parquet", "jsonl", "jsonl.gz")}
    for ending, folder in shops.items():
        folder.mkdir()
        for name in ("products", "events"):
            frame = pl.read_csv(TOY / f"{name}.csv")
            if ending == "parquet":
                frame.write_parquet(folder / f"{name}.parquet")
            else:
                text = frame.write_csv() if ending == "csv.gz" else frame.write_ndjson()
                write(folder / f"{name}.{ending}", text)
    for kind in ("products", "events"):
        expected = [{**row, "line": 0} for row in read(TOY, kind)]
        for folder in shops.values():
            assert [{**row, "line": 0} for row in read(folder, kind)] == expected, folder


def test_recognises_the_names_that_shops_use(tmp_path: Path) -> None:
    write(tmp_path / "items.csv", "SKU;Product Name;Manufacturer;Category\n1;Shoe;Acme;A > B\n")
    write(
        tmp_path / "ratings.csv",
        "Customer ID,asin,Rating,TimeStamp,colour\nann,1,4.5,1735689600000,red\n",
    )
    source = open_source(tmp_path, OPTIONS)
    (product,), (event,) = rows(source, "products"), rows(source, "events")
    assert (product["product_id"], product["title"], product["brand"]) == ("1", "Shoe", "Acme")
    assert product["categories"] == [["A", "B"]]
    assert (event["user_id"], event["product_id"], event["type"]) == ("ann", "1", "RATED")
    assert (event["value"], event["at"]) == (4.5, JANUARY)
    assert source.ignored == ("ratings.csv: colour",)


def test_names_files_and_columns_that_are_used_for_nothing(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "product_id,title,weight\n1,Shoe,300\n")
    for name in ("related.csv.gz", "split_70_30.csv.gz", "README.md", ".hidden"):
        write(tmp_path / name, "a,b\n")
    ignored = open_source(tmp_path, OPTIONS).ignored
    assert ignored == ("README.md", "related.csv.gz", "split_70_30.csv.gz", "products.csv: weight")


def test_maps_columns_that_have_names_of_their_own(tmp_path: Path) -> None:
    write(tmp_path / "events.csv", "who,what,when,at\nann,1,2025-01-01,nowhere\n")
    mapping = {"user_id": "who", "product_id": "what", "at": "when"}
    (event,) = read(tmp_path, "events", SourceOptions(mapping=mapping, now=NOW))
    assert (event["user_id"], event["product_id"], event["at"]) == ("ann", "1", JANUARY)


@pytest.mark.parametrize("mapping", [{}, {"at": "position"}, {"position": "position"}])
def test_a_position_is_an_order_without_a_clock(tmp_path: Path, mapping: dict[str, str]) -> None:
    write(tmp_path / "interactions.csv", "user_id,product_id,position\nann,1,0\nann,2,x\n")
    source = open_source(tmp_path, SourceOptions(mapping=mapping))
    events = rows(source, "events")
    assert (source.clock, [event["at"] for event in events]) == ("order", [0])
    assert rejected(source.rejects) == [(3, "bad_position", "'x' is no position")]


def test_takes_the_order_of_the_lines_where_it_is_told_to(tmp_path: Path) -> None:
    write(tmp_path / "events.csv", "user_id,product_id\nann,1\nann,2\n")
    source = open_source(tmp_path, SourceOptions(mapping={"position": "line"}))
    assert (source.clock, [event["at"] for event in rows(source, "events")]) == ("order", [2, 3])


def test_a_mix_of_times_and_positions_is_an_error_with_a_line(tmp_path: Path) -> None:
    content = "user_id,product_id,at,position\nann,1,2025-01-01,0\nann,2,,1\n"
    write(tmp_path / "events.csv", content)
    with pytest.raises(SourceError, match=r"^events.csv line 3 has a position and no time, line 2"):
        open_source(tmp_path, OPTIONS)
    write(tmp_path / "events.csv", "user_id,product_id,at\nann,1,2025-01-01\n")
    write(tmp_path / "interactions.csv", "user_id,product_id,position\nann,1,0\n")
    with pytest.raises(SourceError, match=r"\(events.csv: time, interactions.csv: order\)"):
        open_source(tmp_path, OPTIONS)


def test_a_time_goes_before_a_position_where_every_row_has_one(tmp_path: Path) -> None:
    content = "user_id,product_id,at,position\nann,1,2025-01-01,7\n"
    source = open_source(write(tmp_path / "events.csv", content), OPTIONS)
    assert (source.clock, source.ignored) == ("time", ("events.csv: position",))


def test_dates_that_leave_the_order_open_are_told_and_can_be_said_otherwise(
    tmp_path: Path,
) -> None:
    write(tmp_path / "products.csv", "sku,released_at\n1,02/03/2025\n2,31/12/2024\n")
    write(tmp_path / "events.csv", "user_id,product_id,at\nann,1,03/04/2025\nann,1,4/3/2025\n")
    march, april = 1741046400, 1743638400
    for day_first, moments, remarks in (
        (
            None,
            [march, april],
            (
                "events.csv: 03/04/2025 and all dates like it are read as month/day/year;"
                " if the day comes first in them, say so by --day-first",
            ),
        ),
        (False, [march, april], ()),
        (True, [april, march], ()),
    ):
        source = open_source(tmp_path, SourceOptions(now=NOW, day_first=day_first))
        assert [event["at"] for event in rows(source, "events")] == moments
        assert source.remarks == remarks
    products = read(tmp_path, "products")  # whose own column shows that the day leads
    assert [p["released_at"] for p in products] == [1740873600, 1735603200]


def test_the_last_date_of_a_long_file_shows_the_order_too(tmp_path: Path) -> None:
    lines = "ann,1,3/4/2025\n" * (BLOCK // 15 + 1)
    long = write(tmp_path / "events.csv", f"user_id,product_id,at\n{lines}ann,1,31/1/2025\n")
    assert dates_of([plan("events", open_table(long), {})], "at", None) == Dates(day_first=True)


def test_types_go_by_many_names_and_default_to_bought_or_rated(tmp_path: Path) -> None:
    typed = ["view", "Add to Cart", "PURCHASE", "favourite", "review", "BOUGHT", "added_to_cart"]
    lines = [f"ann,{i},{name},{i},\n" for i, name in enumerate(typed)]
    lines += ["ann,7,,7,3\n", "ann,8,,8,\n", "ann,9,sneeze,9,\n"]
    write(tmp_path / "events.csv", "user_id,product_id,type,at,rating\n" + "".join(lines))
    source = open_source(tmp_path, OPTIONS)
    assert [event["type"] for event in rows(source, "events")][:7] == (
        ["VIEWED", "ADDED_TO_CART", "BOUGHT", "LIKED", "RATED", "BOUGHT", "ADDED_TO_CART"]
    )
    assert [event["type"] for event in rows(source, "events")][7:] == ["RATED", "BOUGHT"]
    assert rejected(source.rejects) == [(11, "unknown_type", "'sneeze' is no type of event")]


def test_rejects_events_by_reason(tmp_path: Path) -> None:
    lines = [
        ",1,2025-01-01,,",
        "ann,,2025-01-01,,",
        "ann,1,,,",
        "ann,1,soon,,",
        "ann,1,2099-01-01,,",
        "ann,1,1969-12-31,,",
        "ann,1,2025-01-01,good,",
        "ann,1,2025-01-01,,0",
        "ann,1,2025-01-01,,one",
        f"{'a' * 1001},1,2025-01-01,,",
        "ann,1,2025-01-01,5,2",
    ]
    header = "user_id,product_id,at,rating,quantity\n"
    write(tmp_path / "events.csv", header + "\n".join(lines) + "\n")
    source = open_source(tmp_path, OPTIONS)
    assert [event["line"] for event in rows(source, "events")] == [12]
    assert [(line, code) for line, code, _ in rejected(source.rejects)] == [
        (2, "no_user"),
        (3, "no_product"),
        (4, "no_time"),
        (5, "bad_time"),
        (6, "future_time"),
        (7, "bad_time"),
        (8, "bad_rating"),
        (9, "cancelled"),
        (10, "bad_quantity"),
        (11, "too_long"),
    ]
    assert (source.rejects.total, source.rejects.broken) == (10, 9)


def test_rejects_products_by_reason(tmp_path: Path) -> None:
    lines = [
        ",Shoe,1,,",
        "a,Shoe,cheap,,",
        "b,Shoe,-1,,",
        "c,Shoe,1,EUR,",
        "d,Shoe,1 €,,",
        "e,Shoe,1,,perhaps",
        "f,Shoe,$1,USD,0",
        "f,Shoe,$1,USD,0",
        "f,Boot,$1,USD,0",
        "g,Shoe,,EUR,12",
        "h,Shoe,1,usd,",
    ]
    header = "product_id,title,price,currency,in_stock\n"
    write(tmp_path / "products.csv", header + "\n".join(lines) + "\n")
    source = open_source(tmp_path, OPTIONS)
    products = rows(source, "products")
    assert [(p["product_id"], p["price_minor"], p["in_stock"]) for p in products] == (
        [("f", 100, False), ("g", None, True), ("h", 100, None)]
    )
    assert rejected(source.rejects) == [
        (2, "no_product", "no product id"),
        (3, "bad_price", "'cheap' is no price"),
        (4, "bad_price", "'-1' is no price"),
        (5, "currency", "'EUR' where prices are in USD"),
        (6, "currency", "'1 €' where prices are in USD"),
        (7, "bad_stock", "'perhaps' says neither yes nor no"),
        (10, "duplicate_product", "product 'f' was given before, otherwise"),
    ]


def test_duplicates_are_noticed_across_batches_and_files(tmp_path: Path) -> None:
    first = "".join(f"p{i},Shoe {i}\n" for i in range(30_000))
    write(tmp_path / "products-1.csv", "product_id,title\n" + first)
    write(tmp_path / "products-2.csv", "product_id,title\np29999,Boot\np1,Shoe 1\nnew,Hat\n")
    source = open_source(tmp_path, OPTIONS)
    products = rows(source, "products")
    assert (len(products), products[-1]["product_id"]) == (30_001, "new")
    assert rejected(source.rejects) == [
        (2, "duplicate_product", "product 'p29999' was given before, otherwise")
    ]
    assert source.rejects.repeated == {"products-2.csv": 1}


def test_the_currency_is_the_one_that_most_rows_have_unless_given(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", 'product_id,price\na,"1,50 €"\nb,$2\nc,3 €\nd,4\n')
    source = open_source(tmp_path, OPTIONS)
    assert (source.currency, [p["price_minor"] for p in rows(source, "products")]) == (
        "EUR",
        [150, 300, 400],
    )
    dollars = open_source(tmp_path, SourceOptions(currency="USD"))
    assert [p["product_id"] for p in rows(dollars, "products")] == ["b", "d"]
    assert dollars.rejects.counts == {"currency": 2}


def test_decodes_entities_and_strips_tags_from_descriptions(tmp_path: Path) -> None:
    content = "product_id,title,brand,description\n1,A &amp; B,L&#39;Oreal Paris,<p>Soft</p>\n"
    (product,) = read(write(tmp_path / "products.csv", content), "products")
    assert (product["title"], product["brand"]) == ("A & B", "L'Oreal Paris")
    assert product["description"] == "Soft"


def test_a_catalogue_alone_and_events_alone_are_enough(tmp_path: Path) -> None:
    catalogue = open_source(write(tmp_path / "shoes.csv", "sku,title\n1,Shoe\n"), OPTIONS)
    assert (catalogue.name, catalogue.kinds) == ("shoes.csv", ("products",))
    events = open_source(write(tmp_path / "log.csv", "user,sku,time\nann,1,2025-01-01\n"), OPTIONS)
    assert (events.kinds, len(rows(events, "events"))) == (("events",), 1)


def test_users_are_read_where_there_are_any(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "product_id\n1\n")
    write(tmp_path / "users.csv", "customer_id,age\nann,33\n,44\n")
    source = open_source(tmp_path, OPTIONS)
    assert rows(source, "users") == [{"user_id": "ann", "line": 2}]
    assert rejected(source.rejects) == [(3, "no_user", "no user id")]


def test_batches_come_products_first_and_as_small_as_asked() -> None:
    source = open_source(TOY, SourceOptions(batch_rows=5, now=NOW))
    shape = [(batch.kind, batch.frame.height, batch.line) for batch in source.batches()]
    assert shape == [
        ("products", 5, 2),
        ("products", 5, 7),
        ("products", 2, 12),
        ("events", 5, 2),
        ("events", 5, 7),
        ("events", 5, 12),
        ("events", 1, 17),
    ]


def test_json_values_may_be_numbers_booleans_and_lists(tmp_path: Path) -> None:
    lines = [
        '{"id": 7, "title": "Shoe", "price": 9.5, "in_stock": false, "categories": ["A", "B"],'
        ' "image": ["x.jpg", "y.jpg"]}',
        '{"id": 8, "category": ["Shoes", "Sandals"], "price": null}',
        '{"id": 9, "categories": [["A", "B"], ["C"]]}',
    ]
    products = read(write(tmp_path / "products.jsonl", "\n".join(lines)), "products")
    assert [(p["product_id"], p["price_minor"], p["in_stock"]) for p in products] == (
        [("7", 950, False), ("8", None, None), ("9", None, None)]
    )
    assert [p["categories"] for p in products] == (
        [[["A", "B"]], [["Shoes", "Sandals"]], [["A", "B"], ["C"]]]
    )
    assert products[0]["image_url"] == "x.jpg"


def test_rejects_bad_json_by_line(tmp_path: Path) -> None:
    lines = [
        b'{"id": 1}',
        b'{"id": 2',
        b"[1]",
        b'{"id": "\xff"}',
        b'{"id": "\0"}',
        b"",
        b'{"id":3}',
    ]
    source = open_source(write(tmp_path / "products.jsonl", b"\n".join(lines)), OPTIONS)
    assert [product["line"] for product in rows(source, "products")] == [1, 7]
    assert [(line, code) for line, code, _ in rejected(source.rejects)] == (
        [(2, "bad_json"), (3, "bad_json"), (4, "bad_utf8"), (5, "nul_byte")]
    )


def test_parquet_columns_may_have_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "user_id": [17850.0, 17851.0],
            "product_id": [1, 2],
            "at": pl.Series(["2025-01-01", "2025-01-02"]).str.to_datetime("%Y-%m-%d"),
            "rating": [5.0, float("nan")],
        }
    )
    frame.write_parquet(tmp_path / "events.parquet")
    events = read(tmp_path, "events")
    assert [(e["user_id"], e["at"], e["type"], e["value"], e["line"]) for e in events] == (
        [("17850", JANUARY, "RATED", 5.0, 1), ("17851", JANUARY + 86400, "BOUGHT", None, 2)]
    )


def test_strict_raises_before_the_first_batch(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "product_id\n1\n")
    write(tmp_path / "events.csv", "user_id,product_id,at\nann,1,2025-01-01\nann,1,soon\n")
    source = open_source(tmp_path, SourceOptions(strict=True, now=NOW))
    with pytest.raises(
        RejectsError, match=r"1 rows rejected \(1 bad_time\), first events.csv line 3"
    ):
        next(source.batches())


def test_rejects_are_written_to_a_csv_file_anew_each_time(tmp_path: Path) -> None:
    write(tmp_path / "events.csv", 'user_id,product_id,at\nann,1,"so,on"\nann,1,2025-01-01\n')
    kept = tmp_path / "rejects.csv"
    source = open_source(tmp_path / "events.csv", SourceOptions(rejects=kept, now=NOW))
    for _ in range(2):
        rows(source, "events")
        assert kept.read_text() == (
            "file,line,code,reason\nevents.csv,2,bad_time,\"'so,on' is no time\"\n"
        )


def test_the_digest_follows_content_and_options(tmp_path: Path) -> None:
    file = write(tmp_path / "products.csv", "product_id\n1\n")
    first = open_source(file, OPTIONS).digest()
    assert open_source(file, SourceOptions(now=NOW + 5)).digest() == first
    assert open_source(file, SourceOptions(currency="EUR")).digest() != first
    write(file, "product_id\n2\n")
    assert open_source(file, OPTIONS).digest() != first


def test_the_digest_follows_the_code_that_reads(tmp_path: Path) -> None:
    parser, file = tmp_path / "sources" / "prices.py", tmp_path / "products.csv"
    parser.parent.mkdir()
    parser.write_text("comma = False")
    before = reading_code(tmp_path)
    parser.write_text("comma = True")
    reading_code.cache_clear()
    after = reading_code(tmp_path)
    assert after != before
    file.write_text("product_id\n1\n")
    source = open_source(file, OPTIONS)
    assert len({source.digest(before), source.digest(after), source.digest()}) == 3
    assert source.digest() == source.digest(reading_code())


@pytest.mark.parametrize(
    ("files", "mapping", "message"),
    [
        ({}, {}, r"holds nothing; expected products and events \(or interactions\)"),
        ({"notes.txt": "x"}, {}, r"holds notes.txt; expected products and events"),
        ({"products.csv": "title\nShoe\n"}, {}, r"products.csv has no column product_id \(also"),
        ({"products.csv": "sku,title\n,Shoe\n"}, {}, r"products.csv has no row that can be used"),
        ({"products.csv": "sku\n"}, {}, r"products.csv has no row that can be used"),
        ({"products.csv": ""}, {}, r"products.csv is empty; expected a header"),
        ({"products.jsonl": "[1]"}, {}, r"products.jsonl holds no JSON object; .*, not one array"),
        ({"products.parquet": "x"}, {}, r"products.parquet cannot be read as parquet"),
        (
            {"events.csv": "user_id,product_id\na,1\n"},
            {},
            r"events.csv has no column at or position",
        ),
        ({"events.csv": "user_id,product_id,at\n,1,1\n"}, {}, r"events.csv has no row that can be"),
        ({"products.csv": "sku\n1\n"}, {"colour": "sku"}, r"--map colour=sku: colour is none of"),
        ({"products.csv": "sku\n1\n"}, {"title": "nam"}, r"--map title=nam: products.csv has only"),
    ],
)
def test_says_in_one_line_what_cannot_be_read(
    tmp_path: Path, files: dict[str, str], mapping: dict[str, str], message: str
) -> None:
    for name, content in files.items():
        write(tmp_path / name, content)
    with pytest.raises(SourceError, match=message) as caught:
        list(open_source(tmp_path, SourceOptions(mapping=mapping)).batches())
    assert "\n" not in str(caught.value)


def test_where_no_row_can_be_used_it_is_said_why(tmp_path: Path) -> None:
    products = write(tmp_path / "products.csv", "sku,title\n1,Caf\xe9\n".encode("latin-1"))
    kept = tmp_path / "rejects.csv"
    with pytest.raises(SourceError) as caught:
        list(open_source(products, SourceOptions(rejects=kept)).batches())
    assert str(caught.value) == (
        "products.csv has no row that can be used; rows left out (1 bad_utf8), first products.csv"
        f" line 2: byte 0xe9 is no UTF-8; all are listed in {kept}"
    )
    assert kept.read_text() == (
        "file,line,code,reason\nproducts.csv,2,bad_utf8,byte 0xe9 is no UTF-8\n"
    )


def test_a_path_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist; give a folder or file"):
        open_source(tmp_path / "none")
    with pytest.raises(SourceError, match=r"none is no format of a source; expected amazon"):
        open_source(TOY, SourceOptions(format="none"))
    with pytest.raises(SourceError, match=r"shop.xlsx is no table that kgrec reads: expected .csv"):
        open_source(write(tmp_path / "shop.xlsx", "x"))
