"""How differences are said: every term both ways, and what is said of negative weights."""

import pytest

from kg.recommend.asked import Asked
from kg.recommend.learned import GROUPS
from kg.recommend.recipes import LEARNED, PAPER, TERM_NAMES, Recipe, chosen
from kg.recommend.types import Request
from kg.recommend.wording import in_words, than_the_next


def of(recipe: Recipe, request: Request = Request("ann")) -> Asked:  # noqa: B008
    return Asked(request, recipe)


@pytest.mark.parametrize("term", TERM_NAMES)
def test_every_term_is_said_both_ways(term: str) -> None:
    more, less = (in_words(of(PAPER), term, by) for by in (0.1, -0.1))
    assert more != less
    assert "{" not in more + less


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_of_a_ranker_is_said_without_saying_that_there_is_more_of_it(
    group: str,
) -> None:
    more, less = (in_words(of(LEARNED), group, by) for by in (0.1, -0.1))
    assert more.replace("ahead by ", "") == less.replace("behind by ", "")
    assert than_the_next(of(LEARNED), group, 0.1).startswith("ahead of the next product by ")


def test_a_term_of_negative_weight_speaks_for_what_has_less_of_it() -> None:
    request = Request("ann", weights={"next": -1.0})
    asked = of(chosen(request), request)
    assert in_words(asked, "next", 0.1) == "bought less often after your products"
    assert in_words(asked, "next", -0.1) == "bought more often after your products"


@pytest.mark.parametrize(
    ("request_", "yours"),
    [
        (Request("ann"), "your products"),
        (Request("ann", "socks"), "your products"),
        (Request(product_id="sock"), "that product"),
        (Request("ann", product_id="sock"), "that product and your products"),
        (Request(query="socks"), "what your search found"),
    ],
)
def test_what_a_product_is_compared_by_is_called_as_the_request_began(
    request_: Request, yours: str
) -> None:
    assert in_words(of(PAPER, request_), "similar", 1.0) == f"closer in text to {yours}"


def test_v_u_is_what_the_search_means_else_what_the_request_began_with() -> None:
    assert in_words(of(PAPER), "entity", 1.0) == "nearer on the whole to your products"
    searched = of(PAPER, Request("ann", "socks"))
    assert in_words(searched, "entity", -1.0) == "further on the whole from what your search means"


def test_a_rule_is_named_and_favours_one_of_the_two() -> None:
    assert in_words(of(PAPER), "rule:spring", 0.2) == "rule spring of the shop favours it"
    assert in_words(of(PAPER), "rule:spring", -0.2) == "rule spring of the shop favours the next"
