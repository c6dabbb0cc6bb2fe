"""Names meet under one key, and tokens are those that Lucene's analyzers make."""

import pytest

from kg.language import LANGUAGES, language, name_key, tokens


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Lipsticks", "lipstick"),
        ("LIPSTICK", "lipstick"),
        ("L'Oréal", "loreal"),
        ("L’OREAL", "loreal"),
        ("e.l.f.", "elf"),
        ("Hair-Care", "hair care"),
        ("Women's Shoes", "women shoe"),
        ("3.5 oz", "3 5 oz"),
        ("a_b", "a b"),
        ("运动鞋", "运 动 鞋"),
        ("ガラス", "ガラス"),
        ("& /", ""),
    ],
)
def test_spellings_of_a_name_share_a_key(spelling: str, key: str) -> None:
    assert name_key(spelling) == key


def test_a_name_keeps_its_stop_words_so_that_no_name_is_empty() -> None:
    assert name_key("The And") == "the and"


def test_english_tokens_lose_possessives_and_stop_words_and_are_stemmed() -> None:
    assert tokens("The runner's best running shoes of 2024") == [
        "runner",
        "best",
        "run",
        "shoe",
        "2024",
    ]


def test_unstemmed_tokens_keep_every_word() -> None:
    assert tokens("The Running-Shoes", stem=False) == ["the", "running", "shoes"]


def test_a_product_code_with_a_full_stop_is_one_token() -> None:
    assert tokens("model A3.5b", stem=False) == ["model", "a3.5b"]


def test_another_language_has_its_own_stems() -> None:
    assert tokens("Laufschuhe", "german") == ["laufschuh"]


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_every_language_makes_tokens_and_keys(name: str) -> None:
    assert tokens("x1 ⌘", name) == ["x1"]
    assert name_key("x1", name) == "x1"


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"english.*klingon"):
        language("klingon")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title:red a_b, _ and _c", ["title:red", "a_b", "and", "_c"]),
        ("1,299 for v1.5; a.5 x,y", ["1,299", "for", "v1.5", "a", "5", "x", "y"]),
        ("हिन्दी soft\u00adhyphen \u0301a", ["हिन्दी", "soft\u00adhyphen", "a"]),
        ("x" * 256, ["x" * 255, "x"]),
    ],
)
def test_words_are_cut_where_lucene_cuts_them(text: str, words: list[str]) -> None:
    assert tokens(text, stem=False) == words
