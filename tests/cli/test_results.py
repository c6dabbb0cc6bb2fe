from cli.results import told_apart
from kg.recommend.types import Named


def test_categories_of_one_name_are_told_apart_by_what_they_are_in() -> None:
    nodes = [
        Named("Category", "shoes/sandals", "Sandals"),
        Named("Category", "sale/50%25 off%2Fshoes/sandals", "Sandals"),
        Named("Category", "shoes", "Shoes"),
        Named("Brand", "sandals", "Sandals"),
    ]
    told = ["Sandals (shoes)", "Sandals (50% off/shoes)", "Shoes", "Sandals"]
    assert told_apart(nodes) == told
