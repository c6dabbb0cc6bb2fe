"""Names are counted by spelling; ids gather the spellings of one thing."""

from kg.load.names import Names


def test_a_brand_is_shown_by_its_most_frequent_spelling() -> None:
    names = Names()
    ids = [names.brand(name) for name in ("ACME", "Acme", "Acme", "acme  ", None, "  ")]
    assert ids == ["acme", "acme", "acme", "acme", None, None]
    assert names.brands() == {"acme": "Acme"}


def test_of_equally_frequent_spellings_the_smallest_is_shown() -> None:
    names = Names()
    for name in ("acme", "Acme"):
        names.brand(name)
    assert names.brands() == {"acme": "Acme"}


def test_a_path_makes_all_categories_above_it() -> None:
    names = Names()
    assert names.category(["Beauty", "Lips", "Lip Balms"]) == "beauty/lips/lip balms"
    assert names.category(["beauty"]) == "beauty"
    assert names.category(["BEAUTY", "Lips"]) == "beauty/lips"
    assert names.category(["Beauty", "Lips"]) == "beauty/lips"
    assert names.categories() == {
        "beauty": ("Beauty", 0, None),
        "beauty/lips": ("Lips", 1, "beauty"),
        "beauty/lips/lip balms": ("Lip Balms", 2, "beauty/lips"),
    }
