"""Amazon's dumps of 2018 and 2023, their malformed fields included."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kg.catalog import SourceOptions
from kg.errors import SourceError
from kg.sources import open_source
from tests.sources.rows import NOW, OPTIONS, read, rejected, rows, write

META_2018: dict[str, Any] = {
    "asin": "B000000001",
    "title": " Maggiano&#39;s Gift Card",
    "brand": "",
    "category": ["Gift Cards", "Gift Cards", "No expiration, no fees.", "Women"],
    "description": ["<div>For <b>any</b> occasion.</div>", "Never expires."],
    "feature": ["Made of paper"],
    "price": "$1,250.00",
    "date": "May 15, 2009",
    "imageURL": ["https://x/1.jpg"],
    "also_buy": ["B000000002"],
    "also_view": [],
}
REVIEW_2018: dict[str, Any] = {
    "overall": 5.0,
    "verified": True,
    "reviewerID": "A1",
    "asin": "B000000001",
    "reviewText": "Great &amp; quick",
    "summary": "Five Stars",
    "unixReviewTime": 1529193600,
}


def lines(*values: dict[str, Any]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def dump(folder: Path, *reviews: dict[str, Any]) -> Path:
    meta = lines(META_2018, {**META_2018, "asin": "B000000002", "price": ".a-box{color:#fff}"})
    write(folder / "meta_Gift_Cards.json.gz", meta)
    write(folder / "Gift_Cards_5.json.gz", lines(*reviews))
    return folder


def test_reads_products_of_2018_with_their_malformed_fields(tmp_path: Path) -> None:
    source = open_source(dump(tmp_path, REVIEW_2018), OPTIONS)
    first, second = rows(source, "products")
    assert first == {
        "product_id": "B000000001",
        "title": "Maggiano's Gift Card",
        "description": "For any occasion. Never expires.",
        "brand": None,
        "categories": [["Gift Cards", "Gift Cards"]],
        "price_minor": 125000,
        "in_stock": None,
        "image_url": "https://x/1.jpg",
        "released_at": 1242345600,
        "line": 1,
    }
    assert (second["product_id"], second["price_minor"]) == ("B000000002", None)
    assert source.rejects.forgotten == {"meta_Gift_Cards.json.gz: price": 1}
    assert (source.currency, source.clock, source.rejects.total) == ("USD", "time", 0)


def test_a_review_is_rated_and_bought_when_verified(tmp_path: Path) -> None:
    unverified = {**REVIEW_2018, "reviewerID": "A2", "verified": False, "overall": 2.0}
    events = read(dump(tmp_path, REVIEW_2018, unverified), "events")
    assert [(e["user_id"], e["type"], e["value"], e["at"], e["line"]) for e in events] == [
        ("A1", "RATED", 5.0, 1529193600, 1),
        ("A1", "BOUGHT", None, 1529193600, 1),
        ("A2", "RATED", 2.0, 1529193600, 2),
    ]
    assert len({event["event_id"] for event in events}) == 3


def test_what_is_crawled_later_is_never_read(tmp_path: Path) -> None:
    ignored = open_source(dump(tmp_path, REVIEW_2018), OPTIONS).ignored
    assert ignored == (
        "meta_Gift_Cards.json.gz: also_buy",
        "meta_Gift_Cards.json.gz: also_view",
        "Gift_Cards_5.json.gz: reviewText",
        "Gift_Cards_5.json.gz: summary",
    )


def test_review_texts_are_kept_aside_where_asked(tmp_path: Path) -> None:
    kept = tmp_path / "aside" / "reviews.parquet"
    silent = {**REVIEW_2018, "reviewerID": "A2", "reviewText": "", "summary": None}
    source = open_source(dump(tmp_path, REVIEW_2018, silent), SourceOptions(reviews=kept, now=NOW))
    events = rows(source, "events")
    assert pl.read_parquet(kept).rows(named=True) == [
        {
            "event_id": events[0]["event_id"],
            "user_id": "A1",
            "product_id": "B000000001",
            "at": 1529193600,
            "value": 5.0,
            "review_title": "Five Stars",
            "review_text": "Great & quick",
        }
    ]
    assert not any("review" in name for name in source.ignored)
    assert [file.name for file in kept.parent.iterdir()] == ["reviews.parquet"]


def test_reads_a_dump_of_2023(tmp_path: Path) -> None:
    meta = {
        "parent_asin": "B0PARENT01",
        "title": "Iron",
        "store": "Conair",
        "main_category": "All Beauty",
        "categories": ["Beauty", "Irons"],
        "description": [],
        "price": 9.99,
        "images": [{"thumb": "t.jpg", "large": "l.jpg", "hi_res": None}],
        "details": {"Date First Available": "June 5, 2017"},
        "bought_together": None,
    }
    from_price = {**meta, "parent_asin": "B0PARENT02", "price": "from 14.99", "store": None}
    dash = {**meta, "parent_asin": "B0PARENT03", "price": "—", "details": {"Brand": "Acme"}}
    write(tmp_path / "meta_All_Beauty.jsonl", lines(meta, from_price, dash))
    review = {
        "rating": 4.0,
        "title": "Good",
        "text": "Hot",
        "asin": "B0CHILD001",
        "parent_asin": "B0PARENT01",
        "user_id": "AE1",
        "timestamp": 1588687728923,
        "verified_purchase": True,
    }
    write(tmp_path / "All_Beauty.jsonl", lines(review))
    source = open_source(tmp_path, OPTIONS)
    products, events = rows(source, "products"), rows(source, "events")
    assert [(p["product_id"], p["brand"], p["price_minor"]) for p in products] == [
        ("B0PARENT01", "Conair", 999),
        ("B0PARENT02", None, 1499),
        ("B0PARENT03", "Acme", None),
    ]
    assert (products[0]["categories"], products[0]["image_url"]) == ([["Beauty", "Irons"]], "l.jpg")
    assert products[0]["released_at"] == 1496620800
    assert [(e["product_id"], e["type"], e["at"]) for e in events] == (
        [("B0PARENT01", "RATED", 1588687728), ("B0PARENT01", "BOUGHT", 1588687728)]
    )
    assert source.rejects.total + source.rejects.forgotten.total() == 0


@pytest.mark.parametrize(
    "content",
    [
        "0001713353,A1C6M8LCIX4M6M,5.0,1123804800\nB000000001,A2,3,1123804801\n",
        "A1C6M8LCIX4M6M,0001713353,5.0,1123804800\nA2,B000000001,3,1123804801\n",
        "user_id,parent_asin,rating,timestamp\n"
        "A1C6M8LCIX4M6M,0001713353,5.0,1123804800000\nA2,B000000001,3,1123804801000\n",
    ],
)
def test_reads_ratings_as_csv_whichever_way_round(tmp_path: Path, content: str) -> None:
    write(tmp_path / "meta_Gift_Cards.json.gz", lines(META_2018))
    write(tmp_path / "Gift_Cards.csv", content)
    events = read(tmp_path, "events")
    assert [(e["user_id"], e["product_id"], e["value"], e["at"]) for e in events] == [
        ("A1C6M8LCIX4M6M", "0001713353", 5.0, 1123804800),
        ("A2", "B000000001", 3.0, 1123804801),
    ]
    assert {event["type"] for event in events} == {"RATED"}


def test_one_file_of_reviews_a_category_is_enough(tmp_path: Path) -> None:
    dump(tmp_path, REVIEW_2018)
    write(tmp_path / "Gift_Cards.json.gz", lines(REVIEW_2018, REVIEW_2018))
    write(tmp_path / "ratings_Gift_Cards.csv", "A1,B000000001,5.0,1529193600\n")
    source = open_source(tmp_path, OPTIONS)
    assert [file.name for file in source.files] == (
        ["meta_Gift_Cards.json.gz", "Gift_Cards_5.json.gz"]
    )
    assert source.ignored[:2] == ("Gift_Cards.json.gz", "ratings_Gift_Cards.csv")


def test_each_file_may_stand_alone(tmp_path: Path) -> None:
    dump(tmp_path, REVIEW_2018)
    catalogue = open_source(tmp_path / "meta_Gift_Cards.json.gz", OPTIONS)
    reviews = open_source(tmp_path / "Gift_Cards_5.json.gz", OPTIONS)
    assert (catalogue.kinds, len(rows(catalogue, "products"))) == (("products",), 2)
    assert (reviews.kinds, len(rows(reviews, "events"))) == (("events",), 2)


def test_rejects_reviews_by_line(tmp_path: Path) -> None:
    dump(tmp_path, REVIEW_2018)
    bad = lines({**REVIEW_2018, "asin": None}, {**REVIEW_2018, "unixReviewTime": "soon"})
    write(tmp_path / "Gift_Cards_5.json.gz", lines(REVIEW_2018) + "{broken\n" + bad)
    source = open_source(tmp_path, OPTIONS)
    assert len(rows(source, "events")) == 2
    assert [(line, code) for line, code, _ in rejected(source.rejects)] == (
        [(2, "bad_json"), (3, "no_product"), (4, "bad_time")]
    )


def test_a_folder_without_a_dump_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"has no Amazon dump; expected meta_\*\.json\.gz"):
        open_source(tmp_path, SourceOptions(format="amazon"))
