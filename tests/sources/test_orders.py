"""Order lines: products, purchases, cancellations and returns from one file of a till."""

from pathlib import Path

import pytest

from kg.catalog import SourceOptions
from kg.errors import RejectsError, SourceError
from kg.ids import event_id
from kg.sources import open_source
from tests.sources.rows import NOW, OPTIONS, read, rejected, rows, write

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINES = """536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom
536370,85123A,WHITE HANGING HEART,2,12/2/2010 9:00,2.95,13047,France
536371,85123A,white hanging heart.,1,12/3/2010 9:00,0,13047,France
536372,22633,,1,12/3/2010 10:00,1.85,,United Kingdom
C536379,71053,WHITE METAL LANTERN,-6,12/4/2010 9:41,3.39,17850,United Kingdom
536373,85123A,damaged?,-10,12/5/2010 9:00,0,,United Kingdom
C536380,85123A,WHITE HANGING HEART,-5,12/6/2010 9:00,2.55,17850,United Kingdom
A563185,B,Adjust bad debt,1,8/12/2011 14:50,-11062.06,,United Kingdom
536374,21730,GLASS STAR,six,12/7/2010 9:00,4.25,17850,United Kingdom
"""
EIGHT_26 = 1291191960  # 2010-12-01 08:26 UTC


def till(folder: Path, content: str = HEADER + LINES) -> Path:
    return write(folder / "OnlineRetail.csv", content)


def test_products_come_from_the_lines(tmp_path: Path) -> None:
    source = open_source(till(tmp_path), OPTIONS)
    products = rows(source, "products")
    assert [(p["product_id"], p["title"], p["price_minor"], p["line"]) for p in products] == [
        ("85123A", "WHITE HANGING HEART", 295, 2),
        ("71053", "WHITE METAL LANTERN", 339, 3),
        ("22633", None, 185, 6),
    ]
    assert (source.name, source.kinds) == ("OnlineRetail.csv", ("products", "events"))
    assert source.ignored == ("OnlineRetail.csv: Country",)


def test_lines_of_one_order_stay_together_and_returns_annul(tmp_path: Path) -> None:
    source = open_source(till(tmp_path), OPTIONS)
    events = rows(source, "events")
    assert [(e["user_id"], e["product_id"], e["order_id"], e["type"]) for e in events] == [
        ("17850", "85123A", "536365", "BOUGHT"),
        ("13047", "85123A", "536370", "BOUGHT"),
        ("13047", "85123A", "536371", "BOUGHT"),
    ]
    assert (events[0]["at"], events[0]["event_id"]) == (
        EIGHT_26,
        event_id("17850", "BOUGHT", "85123A", EIGHT_26, "536365"),
    )
    assert sorted(rejected(source.rejects)) == [
        (3, "annulled", "cancelled by line 7"),
        (6, "no_customer", "no customer: for its product only"),
        (7, "cancelled", "a cancellation of -6.0 pieces"),
        (8, "cancelled", "a cancellation of -10.0 pieces"),
        (9, "cancelled", "a cancellation of -5.0 pieces"),
        (10, "bad_price", "'-11062.06' is no price"),
        (11, "bad_quantity", "'six' is no number"),
    ]
    assert source.rejects.broken == 2


def test_a_return_annuls_the_newest_purchase_before_it(tmp_path: Path) -> None:
    content = (
        "order_id,sku,name,qty,date,price,customer\n"
        "1,a,Shoe,1,2025-01-01,5,ann\n"
        "2,a,Shoe,1,2025-01-02,5,ann\n"
        "3,a,Shoe,-1,2025-01-03,5,ann\n"
        "4,a,Shoe,1,2025-01-04,5,ann\n"
        "5,a,Shoe,-1,2025-01-05,5,bob\n"
    )
    source = open_source(write(tmp_path / "sales.csv", content), OPTIONS)
    assert [event["order_id"] for event in rows(source, "events")] == ["1", "4"]
    assert (3, "annulled", "cancelled by line 4") in rejected(source.rejects)


def test_strict_minds_broken_lines_and_not_cancellations(tmp_path: Path) -> None:
    broken = open_source(till(tmp_path), SourceOptions(strict=True, now=NOW))
    with pytest.raises(RejectsError, match=r"2 rows rejected .* line 10: '-11062.06' is no price"):
        list(broken.batches())
    sound = HEADER + "".join(LINES.splitlines(keepends=True)[:8])
    source = open_source(till(tmp_path, sound), SourceOptions(strict=True, now=NOW))
    assert len(rows(source, "events")) == 3


def test_reads_european_exports(tmp_path: Path) -> None:
    content = (
        "Order number;Article;Name;Quantity;Date;Price;Customer;Category\n"
        '1;a;Schuh;1;31.01.2025 08:00;"1.234,56 €";ann;Schuhe > Laufschuhe\n'
        "2;b;Hut;2;01.02.2025;9,99;bob;\n"
    )
    source = open_source(write(tmp_path / "export.csv", content), OPTIONS)
    products = rows(source, "products")
    assert source.currency == "EUR"
    assert [(p["price_minor"], p["categories"]) for p in products] == (
        [(123456, [["Schuhe", "Laufschuhe"]]), (999, None)]
    )
    assert [event["at"] for event in rows(source, "events")] == [1738310400, 1738368000]


def test_days_lead_where_a_date_shows_it(tmp_path: Path) -> None:
    content = HEADER + "1,a,Shoe,1,3/4/2025 8:00,5,ann,\n2,a,Shoe,1,31/1/2025 8:00,5,ann,\n"
    events = read(till(tmp_path, content), "events")
    assert [event["at"] for event in events] == [1743667200, 1738310400]  # 3 April, 31 January


def test_a_folder_with_one_file_of_lines_is_that_file(tmp_path: Path) -> None:
    till(tmp_path)
    write(tmp_path / "customers.csv", "CustomerID,Age\n17850,33\n")
    source = open_source(tmp_path, OPTIONS)
    assert (source.name, [file.name for file in source.files]) == (
        tmp_path.name,
        ["OnlineRetail.csv"],
    )
    assert source.ignored == ("customers.csv", "OnlineRetail.csv: Country")
    assert len(rows(source, "events")) == 3


def test_beside_products_order_lines_are_events(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "sku,title\na,Shoe\n")
    content = "order_id,sku,quantity,date,customer\n1,a,2,2025-01-01,ann\nC2,a,-2,2025-01-02,ann\n"
    write(tmp_path / "orders.csv", content)
    source = open_source(tmp_path, OPTIONS)
    assert [event["order_id"] for event in rows(source, "events")] == ["1"]
    assert source.rejects.counts == {"cancelled": 1}


def test_the_columns_that_it_takes_are_named(tmp_path: Path) -> None:
    write(tmp_path / "sales.csv", "sku,name,price,date,order_id\na,Shoe,5,2025-01-01,1\n")
    with pytest.raises(SourceError, match=r"sales.csv has no column user_id \(also called"):
        open_source(tmp_path / "sales.csv", OPTIONS)
    empty = till(tmp_path, HEADER)
    with pytest.raises(SourceError, match=r"OnlineRetail.csv has no row that can be used"):
        list(open_source(empty, OPTIONS).batches())
    late = till(tmp_path, HEADER + "1,a,Shoe,2,soon,5,ann,DE\n")
    with pytest.raises(SourceError, match=r"used; rows left out \(1 bad_time\), first .* line 2:"):
        list(open_source(late, OPTIONS).batches())
