"""`kgrec explain`: what would let a product in, as the command's own options say it."""

from typing import Any

import pytest

from cli.explain import in_options


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"filters": {"categories": ("Clothing > Socks",)}}, ['--category "Clothing > Socks"']),
        ({"filters": {"brands": ()}}, ["without --brand"]),
        ({"filters": {"max_price_minor": 9990}}, ["--max-price 99.90"]),
        ({"filters": {"min_price_minor": None}}, ["without --min-price"]),
        ({"filters": {"in_stock": False}}, ["without --in-stock"]),
        ({"weights": {"next": 2.5}}, ["--weight next=2.5"]),
        ({"without": {"rules": ("a", "b")}}, ["without rule a, b"]),
        ({"event": {"type": "view"}}, ["a view of it by the user"]),
        ({"include_bought": True}, ["--include-bought"]),
        ({"k": 12}, ["-k 12"]),
        ({"query": "red lipstick"}, ['--query "red lipstick"']),
        ({"query": None}, ["without --query"]),
        ({"diversity": 0.0}, ["--diversity 0"]),
    ],
)
def test_a_change_is_told_in_options(change: dict[str, Any], said: list[str]) -> None:
    assert list(in_options(change, "EUR")) == said


def test_prices_have_the_digits_of_their_currency() -> None:
    assert list(in_options({"filters": {"max_price_minor": 1200}}, "JPY")) == ["--max-price 1200"]
