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


@pytest.mark.parametrize(
    ("text", "language_name", "words"),
    [
        # Lucene's CJK analyzer: pairs of what stands together, a character between others alone.
        ("运动鞋", "chinese", ["运动", "动鞋"]),
        ("红", "chinese", ["红"]),
        ("红 鞋，帽子", "chinese", ["红", "鞋", "帽子"]),
        ("鞋2双", "chinese", ["鞋", "2", "双"]),
        ("ＡＢＣ１２ the iPhone手机壳", "chinese", ["abc12", "iphone", "手机", "机壳"]),
        ("ガラスの靴", "japanese", ["ガラ", "ラス", "スの", "の靴"]),
        ("ｶﾞﾗｽ", "japanese", ["ガラ", "ラス"]),
        ("한국어 신발", "korean", ["한국", "국어", "신발"]),
        ("서울A 𠮷野家", "korean", ["서울a", "𠮷野", "野家"]),
        # Its German analyzer: umlauts however they are written, light stems.
        ("Laufschuhe für die Straße", "german", ["laufschuh", "strass"]),
        ("Grüne gruene GRÜNER Bäume Baeume", "german", ["grun", "grun", "grun", "baum", "baum"]),
        ("neue Bauer quer Koeffizient", "german", ["neu", "bau", "quer", "koffizient"]),
        ("Kindern kleinste Schuhs Beste", "german", ["kind", "klein", "schuh", "best"]),
        # Its Arabic analyzer: one letter for its forms, no vowel signs, article or ending.
        ("الحذاء والحذاء حذاء", "arabic", ["حذاء"] * 3),
        ("مُنْتَج أحمر ساعات ساعة", "arabic", ["منتج", "احمر", "ساع", "ساع"]),
        ("مقاس٤٢ على ولد", "arabic", ["مقاس42", "ولد"]),
        # What English has by its own rules: possessives, and words of two letters that are stems.
        ("runner's us gas", "english", ["runner", "us", "ga"]),
    ],
)
def test_the_words_of_a_language_are_those_of_its_analyzer(
    text: str, language_name: str, words: list[str]
) -> None:
    assert tokens(text, language_name) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,5 l 10;5 1.000,50", ["1,5", "l", "10;5", "1.000,50"]),
        ("a:b a.b a,b v.2 1:2", ["a:b", "a.b", "a", "b", "v", "2", "1", "2"]),
        ("don't 5'6 _a a_b _", ["don't", "5'6", "_a", "a_b"]),
        ("जूते मُنتَج é", ["जूते", "मُنتَج", "é"]),
        ("m² ①", ["m"]),
        ("ｱB カタカナと", ["ｱ", "b", "カタカナ", "と"]),
    ],
)
def test_a_text_is_parted_where_unicode_says(text: str, words: list[str]) -> None:
    assert tokens(text, stem=False) == words


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
