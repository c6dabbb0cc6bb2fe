"""The real shops of the shared data, counted; skipped where they are not."""

from pathlib import Path

import pytest

from kg.ids import brand_id, category_id
from kg.sources import open_source
from tests.sources.rows import DATA, NO_DATA, OPTIONS, rows

BEAUTY, GIFT_CARDS = DATA / "amazon-beauty", DATA / "amazon-gift-cards"


def needs(folder: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not folder.is_dir(), reason=NO_DATA)


@needs(BEAUTY)
def test_reads_beauty_without_an_option() -> None:
    source = open_source(BEAUTY, OPTIONS)
    products, events = rows(source, "products"), rows(source, "events")
    assert (source.clock, source.currency) == ("order", None)
    assert source.ignored == ("related.csv.gz", "split_70_30.csv.gz")
    assert (len(products), len(events), source.rejects.total) == (12_101, 198_502, 0)
    assert len({event["user_id"] for event in events}) == 22_363
    assert len({event["event_id"] for event in events}) == 198_502
    assert {event["type"] for event in events} == {"BOUGHT"}
    assert sum(product["title"] is None for product in products) == 7


@needs(BEAUTY)
def test_beautys_brands_are_one_for_every_spelling() -> None:
    brands = [product["brand"] for product in rows(open_source(BEAUTY, OPTIONS), "products")]
    spellings = set(brands) - {None}
    # 2,077 values in the file: one of them empty, two the same but for an HTML entity.
    assert (len(spellings), len({brand_id(name) for name in spellings})) == (2_075, 2_041)
    assert max(spellings, key=brands.count) == "L'Oreal Paris"


@needs(BEAUTY)
def test_beautys_248_names_of_categories_are_279_places() -> None:
    products = rows(open_source(BEAUTY, OPTIONS), "products")
    leaves = {tuple(path) for product in products for path in product["categories"]}
    places = {path[:depth] for path in leaves for depth in range(1, len(path) + 1)}
    lone = {path for path in places if len(path) == 1} - {("Beauty",)}
    assert len({category_id(path) for path in places}) == 279
    assert len({path[-1] for path in places}) == 248
    assert (len(lone), ("Spa Slippers",) in lone) == (45, True)


@needs(GIFT_CARDS)
def test_reads_gift_cards_with_its_malformed_fields() -> None:
    source = open_source(GIFT_CARDS, OPTIONS)
    products, events = rows(source, "products"), rows(source, "events")
    assert (len(products), len({p["product_id"] for p in products})) == (1_547, 1_547)
    assert sum(product["price_minor"] is not None for product in products) == 358
    assert {tuple(path) for p in products for path in p["categories"] or []} == {
        ("Gift Cards", "Gift Cards"),
        ("Gift Cards", "Gift Card Accessories"),
    }
    kinds = [event["type"] for event in events]
    assert (kinds.count("RATED"), kinds.count("BOUGHT")) == (2_972, 2_838)
    assert len({event["user_id"] for event in events}) == 458
    assert source.rejects.total == 0
    assert source.rejects.forgotten["meta_Gift_Cards.json.gz: price"] == 4
