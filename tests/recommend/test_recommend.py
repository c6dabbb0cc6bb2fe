from dataclasses import replace

import orjson
import pytest

from kg.errors import GraphError, NotFound, OptionError
from kg.graph.memory import MemoryGraph
from kg.recommend.as_json import as_json
from kg.recommend.recipes import PAPER, where_history_counts
from kg.recommend.recommender import Recommender
from kg.recommend.types import (
    Filters,
    Named,
    Note,
    Path,
    PathNode,
    PathRelationship,
    Request,
    Result,
)
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP, ByAxes

EVERYTHING = 12
BY_ACME = {"runner", "trail", "shirt", "lipacme"}


def ids(result: Result) -> list[str]:
    return [each.product_id for each in result.results]


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


def test_a_user_gets_what_others_bought_soon_after_with_the_path_that_led_there(
    recommender: Recommender,
) -> None:
    best = recommender.recommend(Request("ann", weights={"brand": 0.0})).results[0]
    sock = PathNode("Product", "sock", "Bolt Running Sock")
    trail = PathNode("Product", "trail", "Acme Trail Shoe")
    assert best.product_id == "trail"
    assert best.reason == "you bought Bolt Running Sock; 1 person bought this soon after it"
    assert best.evidence == "graph"
    assert best.paths[0] == Path(
        (PathNode("User", "ann", "ann"), sock, trail),
        (
            PathRelationship("BOUGHT", True, {"at": 1735689600}),
            # One of two buyers of the sock went on to the trail shoe: 1 / (sqrt(2 * 1) + 30).
            PathRelationship("BOUGHT_NEXT", True, {"weight": 0.031832724, "support": 1}),
        ),
    )
    assert best.browser_cypher == (
        "MATCH path = (:User {user_id: 'ann'})-[:BOUGHT]->(:Product {product_id: 'sock'})"
        "-[:BOUGHT_NEXT]->(:Product {product_id: 'trail'}) RETURN path LIMIT 1"
    )


def test_v_u_of_a_user_is_the_recent_history_and_v_u_prime_what_it_leads_to(
    recommender: Recommender,
) -> None:
    result = recommender.recommend(Request("ann"))
    assert [(each.id, each.name, each.score, each.found_by) for each in result.entities] == [
        ("shirt", "Acme Running Shirt", 1.0, "history"),
        ("runner", "Acme Runner Shoe", 0.8, "history"),
        ("sock", "Bolt Running Sock", pytest.approx(0.64), "history"),
    ]
    brands = [(each.id, each.strength) for each in result.neighbours if each.via == "MADE_BY"]
    assert brands == [("acme", 1.8), ("bolt", pytest.approx(0.64))]


def test_what_the_user_has_is_left_out_unless_asked_for(recommender: Recommender) -> None:
    had = {"runner", "sock", "shirt"}
    assert had.isdisjoint(ids(recommender.recommend(Request("ann", k=EVERYTHING))))
    again = recommender.recommend(Request("ann", k=EVERYTHING, include_bought=True))
    assert had < set(ids(again))


def test_a_rating_below_four_is_no_wish_and_the_product_is_not_offered_again(
    recommender: Recommender,
) -> None:
    result = recommender.recommend(Request("dan", k=EVERYTHING))
    assert "trail" not in ids(result)
    assert [each.id for each in result.entities] == ["runner", "sandal"]


def test_a_search_obeys_its_own_limits_and_negations(recommender: Recommender) -> None:
    result = recommender.recommend(
        Request(query="red lipstick under $10 not by Acme", k=EVERYTHING)
    )
    assert result.intent.text == "red lipstick"
    assert result.intent.categories == (Named("Category", "beauty/lips/lipsticks", "Lipsticks"),)
    assert result.intent.excluded == (Named("Brand", "acme", "Acme"),)
    assert set(ids(result)) == {"lipred", "lippink", "balm", "sock", "soap"}
    assert ids(result)[:2] == ["lipred", "lippink"]
    assert result.results[0].reason == "matches your search in its title"
    assert codes(result) == ["filled", "fewer"]


def test_entities_of_a_search_are_full_text_shares_plus_cosines(recommender: Recommender) -> None:
    result = recommender.recommend(Request(query="red lipstick"))
    found = {each.id: (round(each.score, 6), each.found_by) for each in result.entities}
    # The best full text, and of the axes only red and lipstick: a cosine of 1.
    assert found["lipacme"] == (2.0, "full_text+exact+vector")
    assert found["beauty/lips/lipsticks"] == (2.0, "name")


def test_the_contributions_sum_to_the_score(recommender: Recommender) -> None:
    for request in (Request("ann"), Request("ann", query="red socks"), Request(product_id="balm")):
        for each in recommender.recommend(request).results:
            assert abs(sum(each.contributions.values()) - each.score) < 1e-9


@pytest.mark.parametrize(
    ("letter", "term"), [("alpha", "relevance"), ("beta", "hot"), ("gamma", "entity")]
)
def test_a_weight_of_zero_takes_its_term_away_and_leaves_the_others(
    letter: str, term: str, recommender: Recommender
) -> None:
    request = Request("ann", query="running", k=EVERYTHING)
    whole = {each.product_id: each for each in recommender.recommend(request).results}
    without = recommender.recommend(replace(request, weights={letter: 0.0})).results
    assert any(each.contributions[term] for each in whole.values())
    for each in without:
        assert each.contributions == {**whole[each.product_id].contributions, term: 0.0}


def test_without_a_search_text_relevance_contributes_nothing(recommender: Recommender) -> None:
    for each in recommender.recommend(Request("ann")).results:
        assert each.contributions["relevance"] == each.contributions["lexical"] == 0.0


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(brands=("Acme",)), {"trail", "lipacme"}),
        (Filters(categories=("Lips",)), {"lipred", "lippink", "lipacme", "balm"}),
        (Filters(categories=("beauty/lips/lip balms",)), {"balm"}),
        (Filters(categories=("Beauty > Lips > Lip Balms", "Sandals")), {"balm", "sandal"}),
        (Filters(categories=("Lips",), brands=("Rosa",)), {"lipred", "lippink", "balm"}),
        (Filters(min_price_minor=590, max_price_minor=890), {"lipacme", "lipred", "lippink"}),
        (Filters(categories=("Running Shoes",), in_stock=True), {"trail"}),
        (Filters(max_price_minor=350, in_stock=True), {"balm", "soap"}),
    ],
)
@pytest.mark.parametrize("query", [None, "running shoe", "sandal"])
def test_filters_hold_and_everything_that_passes_is_listed(
    filters: Filters, passing: set[str], query: str | None, recommender: Recommender
) -> None:
    result = recommender.recommend(Request("ann", query, k=EVERYTHING, filters=filters))
    assert set(ids(result)) == passing
    assert codes(result)[-1] == "fewer"


@pytest.mark.parametrize("user", [None, "ann", "dan", "fay", "nobody"])
@pytest.mark.parametrize("query", [None, "red lipstick", "zzz", "not by Acme", "socks under $5"])
@pytest.mark.parametrize("k", [1, 3, 8, 50])
def test_never_fewer_than_k_where_k_exist(
    user: str | None, query: str | None, k: int, recommender: Recommender
) -> None:
    result = recommender.recommend(Request(user, query, k=k))
    had = {"ann": 3, "dan": 2}.get(user or "", 0)
    exist = {"not by Acme": EVERYTHING - len(BY_ACME), "socks under $5": 2}.get(
        query or "", EVERYTHING
    )
    assert len(set(ids(result))) == len(result.results)
    assert len(result.results) >= min(k, exist - had)
    assert [each.rank for each in result.results] == list(range(1, len(result.results) + 1))


def test_products_that_only_fill_the_list_are_labelled(recommender: Recommender) -> None:
    result = recommender.recommend(Request("fay", k=4))
    kinds = {each.product_id: each.evidence for each in result.results}
    assert kinds == {
        "soap": "graph",
        "runner": "fallback",
        "lippink": "fallback",
        "lipred": "fallback",
    }
    assert result.notes == (Note("filled", "3 of 4 are there because they are popular"),)


def test_an_unknown_user_gets_what_is_popular(recommender: Recommender) -> None:
    result = recommender.recommend(Request("nobody", k=2))
    assert codes(result) == ["unknown_user", "popular"]
    assert [each.evidence for each in result.results] == ["popularity", "popularity"]
    assert result.results[0].reason == "popular in this shop"
    assert result.results[0].product_id == "runner"


def test_an_unknown_user_s_search_is_still_a_search(recommender: Recommender) -> None:
    result = recommender.recommend(Request("nobody", "wool sock", k=1))
    assert ids(result) == ["woolsock"]
    assert codes(result) == ["unknown_user"]


def test_nothing_asked_is_what_is_popular(recommender: Recommender) -> None:
    for query in (None, "", "   ", "!!!"):
        result = recommender.recommend(Request(query=query, k=2))
        assert ids(result)[0] == "runner"
        assert codes(result) == ["popular"]


@pytest.mark.parametrize("user", [None, "nobody"])
def test_where_nothing_is_known_the_list_is_in_the_order_of_popularity(
    user: str | None, recommender: Recommender
) -> None:
    every = recommender.recommend(Request(user, k=12))
    assert every.recipe == "hot"
    rows = recommender.graph.read("resolve/products", ids=ids(every))
    popular = {row["product_id"]: row["popularity"] for row in rows}
    found = [popular[each] for each in ids(every)]
    assert len(found) == 12
    assert found == sorted(found, reverse=True)


def test_a_recipe_that_is_named_or_weighed_answers_whom_nothing_is_known_of(
    recommender: Recommender,
) -> None:
    assert recommender.recommend(Request("nobody", recipe="paper")).recipe == "paper"
    assert recommender.recommend(Request("nobody", weights={"hot": 1.0})).recipe == "paper"


@pytest.mark.parametrize("name", ["brands", "categories"])
def test_a_text_in_the_place_of_names_is_refused(name: str, recommender: Recommender) -> None:
    filters = Filters(**{name: "Acme"})  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=rf"{name} are names, like \('Acme',\)"):
        recommender.recommend(Request("ann", filters=filters))


def test_a_recommender_closes_its_graph_when_left(toy: MemoryGraph) -> None:
    closed: list[bool] = []

    class Closing(MemoryGraph):
        def close(self) -> None:
            closed.append(True)

    with Recommender(Closing(toy.snapshot)) as opened:
        assert opened.meta() == Recommender(toy).meta()
        assert closed == []
    assert closed == [True]


def test_a_search_that_matches_nothing_says_so_and_shows_what_is_popular(
    recommender: Recommender,
) -> None:
    result = recommender.recommend(Request(query="zzzz qqq", k=2))
    assert codes(result) == ["no_match", "popular"]
    assert result.entities == ()


def test_a_product_code_and_a_typo_find_their_product(recommender: Recommender) -> None:
    code = recommender.recommend(Request(query="LIPRED", k=1)).results[0]
    assert (code.product_id, code.reason) == ("lipred", "is the product you named")
    typo = recommender.recommend(Request(query="sandla", k=1)).results[0]
    assert (typo.product_id, typo.reason) == ("sandal", "is spelt nearly like your search")


def test_an_unknown_product_is_one_line_with_the_closest(recommender: Recommender) -> None:
    with pytest.raises(NotFound) as error:
        recommender.recommend(Request(product_id="runer"))
    assert str(error.value) == "no product 'runer' in the graph; the closest are runner"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(k=0), "k has to be at least 1, not 0"),
        (Request(diversity=1.5), "diversity goes from 0 to 1, not 1.5"),
        (
            Request(filters=Filters(min_price_minor=2, max_price_minor=1)),
            "min_price_minor 2 is above max_price_minor 1",
        ),
        (
            Request(recipe="stew"),
            "no recipe 'stew'; there are paper, learned, content,",
        ),
        (Request(weights={"delta": 1.0}), "no term 'delta' to weigh; there are relevance, hot,"),
        (Request(weights={"beta": float("nan")}), "the weight of hot has to be a finite number"),
        (Request(weights={"next": -1e7}), "the weight of next goes up to 1e+06, not -1e+07"),
        (Request(filters=Filters(categories=("",))), "a category needs a name, got ''"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    request_: Request, message: str, recommender: Recommender
) -> None:
    with pytest.raises(OptionError) as error:
        recommender.recommend(request_)
    assert str(error.value).startswith(message)


def test_similar_products_stand_in_for_one(recommender: Recommender) -> None:
    result = recommender.recommend(Request(product_id="lipred", recipe="similar", k=2))
    assert [(each.product_id, each.reason) for each in result.results] == [
        ("lipacme", "its text is close to Rosa Red Lipstick"),
        ("lippink", "2 people bought this soon after Rosa Red Lipstick"),
    ]


def test_what_is_hot_in_a_category_comes_by_popularity(recommender: Recommender) -> None:
    hot = Request(k=4, recipe="hot", filters=Filters(categories=("Lips",)))
    result = recommender.recommend(hot)
    assert ids(result) == ["lippink", "lipred", "balm", "lipacme"]
    assert codes(result) == ["popular_in_category"]
    assert result.results[2].reason == "popular in Lip Balms"


def test_the_graph_as_it_was_knows_nothing_of_later(recommender: Recommender) -> None:
    # Bob bought the socks on 9 January: until then nobody had bought a sock after a shoe.
    early = recommender.recommend(Request("dan", k=EVERYTHING, until=1736300000))
    late = recommender.recommend(Request("dan", k=EVERYTHING))
    assert early.results != late.results
    everything = recommender.recommend(Request("ann", until=1700000001))  # products, no events
    assert codes(everything)[0] == "no_history"


def test_many_requests_get_the_lists_of_single_calls(recommender: Recommender) -> None:
    requests = [
        Request("ann"),
        Request("nobody", k=3),
        Request(query="red lipstick"),
        Request("ann", "socks", diversity=0.5),
        Request(product_id="balm", filters=Filters(brands=("Rosa",))),
        Request("eve", until=1736450000),
        Request(k=2, recipe="hot"),
    ]
    many = recommender.recommend_many(requests)
    assert [replace(each, timings_ms={}) for each in many] == [
        replace(recommender.recommend(request), timings_ms={}) for request in requests
    ]


def test_the_same_request_twice_gives_the_same_answer(toy: MemoryGraph) -> None:
    request = Request("bob", "lip balm or shoes", diversity=0.3)
    first = Recommender(toy, lambda _: ByAxes()).recommend(request)
    again = Recommender(toy, lambda _: ByAxes()).recommend(request)
    assert replace(first, timings_ms={}) == replace(again, timings_ms={})


def test_a_shop_without_vectors_recommends_by_its_graph_and_words() -> None:
    recommender = Recommender(MemoryGraph(snapshot_of(open_source(TOY_SHOP))))
    assert ids(recommender.recommend(Request("ann", k=1))) == ["trail"]
    assert ids(recommender.recommend(Request(query="wool socks", k=1))) == ["woolsock"]


def test_a_graph_without_products_says_how_to_fill_it(toy: MemoryGraph) -> None:
    empty = replace(toy.snapshot.products, ids=())
    recommender = Recommender(MemoryGraph(replace(toy.snapshot, products=empty)))
    with pytest.raises(GraphError, match="the graph has no products: load some with kgrec build"):
        recommender.recommend(Request("ann"))


def test_the_json_object_has_the_keys_that_the_service_answers_with(
    recommender: Recommender,
) -> None:
    result = recommender.recommend(Request("ann", "red lipstick under $10", k=2))
    answer = orjson.loads(orjson.dumps(as_json(result)))
    assert list(answer) == [
        "request",
        "recipe",
        "intent",
        "entities",
        "neighbours",
        "results",
        "notes",
        "timings_ms",
        "currency",
        "browser_cypher",
    ]
    assert answer["intent"] == {
        "text": "red lipstick",
        "brands": [],
        "categories": [{"label": "Category", "id": "beauty/lips/lipsticks", "name": "Lipsticks"}],
        "min_price_minor": None,
        "max_price_minor": 999,
        "excluded": [],
    }
    assert set(answer["entities"][0]) == {"id", "label", "name", "score", "found_by"}
    assert set(answer["neighbours"][0]) == {"id", "label", "name", "strength", "via"}
    assert set(answer["results"][0]["paths"][0]) == {"nodes", "relationships"}
    assert answer["request"]["user_id"] == "ann"
    assert list(answer["timings_ms"])[-1] == "total"


def test_without_explain_the_list_is_the_same_but_for_what_is_left_out(
    recommender: Recommender,
) -> None:
    request = Request("ann", "socks")
    whole = recommender.recommend(request)
    short = recommender.recommend(replace(request, explain=False))
    assert (short.entities, short.neighbours) == ((), ())
    assert [replace(each, paths=each.paths[:1], compared=None) for each in whole.results] == list(
        short.results
    )


def test_beside_words_that_name_nothing_a_history_counts_a_fifth() -> None:
    request = Request("ann", query="something warm")
    recipe = where_history_counts(PAPER, 0.2, request)
    assert recipe.weights["next"] == pytest.approx(1.5 * 0.2)
    assert recipe.weights["similar"] == pytest.approx(0.8 * 0.2)
    assert recipe.weights["relevance"] == PAPER.weights["relevance"]
    weighed = replace(request, weights={"next": 1.5})
    assert where_history_counts(PAPER, 0.2, weighed).weights["next"] == 1.5


@pytest.mark.parametrize(("query", "counts"), [("socks", 1.0), ("thin feet", 0.2)])
def test_the_history_decides_within_a_category_that_is_all_that_is_searched_for(
    recommender: Recommender, query: str, counts: float
) -> None:
    result = recommender.recommend(Request("ann", query=query, k=EVERYTHING, include_bought=True))
    # The shares of a term among all candidates sum to its weight.
    total = sum(dict(each.contributions)["similar"] for each in result.results)
    assert total == pytest.approx(counts * PAPER.weights["similar"])


@pytest.mark.parametrize("dial", [0.1, 0.5, 1.0])
def test_where_no_product_passes_the_list_is_empty_whatever_is_to_be_covered(
    recommender: Recommender, dial: float
) -> None:
    free = Filters(max_price_minor=0)
    for request in (Request("ann"), Request("ann", "socks"), Request(recipe="hot")):
        result = recommender.recommend(replace(request, filters=free, diversity=dial))
        assert result.results == ()
        assert "fewer" in codes(result)
