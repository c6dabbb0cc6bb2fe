"""The text that stands for a node, and the hash that says when it is stale."""

from kg.embed.texts import brand_text, category_text, product_text, text_hash


def test_a_product_is_its_title_and_its_own_categories() -> None:
    text = product_text("Acme Runner", "Light and fast", "Acme", ["Running Shoes", "Sale"])
    assert text == "Acme Runner. Running Shoes, Sale"


def test_a_product_in_many_categories_names_three() -> None:
    assert product_text("Sock", categories=["A", "B", "C", "D"]) == "Sock. A, B, C"


def test_without_a_title_the_description_stands_for_it_then_the_brand() -> None:
    assert product_text(" ", "Light " * 100, "Acme") == ("Light " * 34)[:200].strip()
    assert product_text(None, None, "Acme", ["Socks"]) == "Acme. Socks"


def test_a_product_of_which_nothing_is_known_has_no_text() -> None:
    assert product_text(None) == ""


def test_a_brand_is_its_name_and_a_category_its_path() -> None:
    assert brand_text("Acme") == "Acme"
    assert category_text(["Shoes", "Running Shoes"]) == "Shoes > Running Shoes"


def test_the_hash_changes_with_the_text_and_with_the_model() -> None:
    assert len(text_hash("sock", "m1")) == 32
    assert len({text_hash("sock", "m1"), text_hash("sock", "m2"), text_hash("shoe", "m1")}) == 3
    assert text_hash("sock", "m1") == text_hash("sock", "m1")
