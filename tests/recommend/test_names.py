from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.language import name_key
from kg.recommend.intent import Read, intent_of
from kg.recommend.names import grams, spans
from kg.recommend.prices import price_limits
from kg.recommend.types import Intent, Named

ACME = Named("Brand", "acme", "Acme")
BOLT = Named("Brand", "bolt", "Bolt")
NO_AD = Named("Brand", "no-ad", "No-Ad")
MOTHERS = Named("Brand", "not your mother's", "Not Your Mother's")
LIPS = Named("Category", "beauty/lips", "Lips")
LIPSTICKS = Named("Category", "beauty/lips/lipsticks", "Lipsticks")
STICKS = Named("Brand", "lipstick", "Lipstick")
SOCKS = Named("Category", "clothing/socks", "Socks")
WOMEN = Named("Category", "women's", "Women's")
WOMEN_SHOES = Named("Category", "shoes/women's", "Women's")
VOCABULARY = ("Acme", "bolt", "no", "not", "by", "socks", "or", ",", "lips", "red", "without")
NAMES: dict[str, list[Named]] = {}
for each in (ACME, BOLT, NO_AD, MOTHERS, LIPS, LIPSTICKS, STICKS, SOCKS, WOMEN, WOMEN_SHOES):
    NAMES.setdefault(name_key(each.name, "english"), []).append(each)


def meant(query: str) -> Intent:
    limits = price_limits(query)
    words = tuple(limits.text.split())
    return intent_of(Read(limits, words, tuple(spans(words, NAMES, "english"))), "english")


def test_the_design_s_own_query_yields_all_its_parts() -> None:
    assert meant("red lipstick under $10 not by Acme") == Intent(
        text="red lipstick",
        words="red lipstick",
        categories=(LIPSTICKS,),
        max_price_minor=999,
        excluded=(ACME,),
    )


@pytest.mark.parametrize(
    ("query", "text", "words", "brands", "categories", "excluded"),
    [
        ("Acme socks", "socks", "Acme socks", (ACME,), (SOCKS,), ()),
        ("socks by Bolt", "socks", "socks Bolt", (BOLT,), (SOCKS,), ()),
        ("socks from bolt", "socks", "socks bolt", (BOLT,), (SOCKS,), ()),
        ("Acme", "Acme", "Acme", (ACME,), (), ()),
        ("by Acme", "Acme", "Acme", (ACME,), (), ()),
        ("the Acme", "the Acme", "the Acme", (ACME,), (), ()),
        ("socks without Bolt", "socks", "socks", (), (SOCKS,), (BOLT,)),
        ("no lipsticks lips", "lips", "lips", (), (LIPS,), (LIPSTICKS,)),
        ("socks except Acme or Bolt", "socks", "socks", (), (SOCKS,), (ACME, BOLT)),
        ("socks not by Acme, Bolt", "socks", "socks", (), (SOCKS,), (ACME, BOLT)),
        ("not by Acme", None, None, (), (), (ACME,)),
        ("anything but Acme", None, None, (), (), (ACME,)),
        ("socks all but Acme", "socks", "socks", (), (SOCKS,), (ACME,)),
        ("No-Ad sun cream", "sun cream", "No-Ad sun cream", (NO_AD,), (), ()),
        ("Not Your Mother's curl", "curl", "Not Your Mother's curl", (MOTHERS,), (), ()),
        ("women's shoes", "women's shoes", "women's shoes", (), (WOMEN, WOMEN_SHOES), ()),
        ("gel without dye", "gel without dye", "gel without dye", (), (), ()),
        ("lipstick", "lipstick", "lipstick", (), (LIPSTICKS,), ()),
        ("by lipstick", "lipstick", "lipstick", (STICKS,), (), ()),
        ("!!!", None, None, (), (), ()),
        ("", None, None, (), (), ()),
        ("cheap socks", "cheap socks", "cheap socks", (), (SOCKS,), ()),
    ],
)
def test_names_and_negations_are_taken_out_by_the_graphs_own_names(
    query: str,
    text: str | None,
    words: str | None,
    brands: tuple[Named, ...],
    categories: tuple[Named, ...],
    excluded: tuple[Named, ...],
) -> None:
    expected = Intent(text, words, brands=brands, categories=categories, excluded=excluded)
    assert meant(query) == expected


def test_of_a_limit_alone_no_text_is_left() -> None:
    assert meant("under $5") == Intent(max_price_minor=499)


def test_every_stretch_that_could_be_a_name_is_looked_up_by_its_key() -> None:
    assert grams(["the", "Red", "Lipsticks"], "english") == {
        (0, 2): "the red",
        (0, 3): "the red lipstick",
        (1, 2): "red",
        (1, 3): "red lipstick",
        (2, 3): "lipstick",
    }


@given(st.lists(st.sampled_from(VOCABULARY)))
def test_names_found_never_overlap_and_excluded_ones_are_no_wishes(words: list[str]) -> None:
    found = spans(words, NAMES, "english")
    for before, after in pairwise(found):
        assert before.stop <= after.start
    for span in found:
        assert span.start - span.cue >= 0
    intent = intent_of(Read(price_limits(" ".join(words)), tuple(words), tuple(found)), "english")
    wished = {each for span in found if not span.excluded for each in span.named}
    assert wished == {*intent.brands, *intent.categories}


@given(st.text(max_size=60))
def test_any_text_has_an_intent(query: str) -> None:
    intent = meant(query)
    assert (intent.text is None) == (intent.words is None)
