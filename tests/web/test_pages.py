"""Later pages are of the same list, whatever happens to the graph meanwhile."""

import time
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cli.web.lists import Lists
from kg.recommend.recommender import Recommender
from kg.recommend.told import told
from kg.recommend.types import Request
from tests.web.conftest import until

LISTS: dict[str, tuple[str, Any]] = {
    "recommendations": ("/v1/recommendations", {"user_id": "ann", "k": 3}),
    "blend": ("/v1/recommendations", {"user_id": "ann", "query": "shoe", "k": 2}),
    "diverse": ("/v1/recommendations", {"user_id": "cat", "diversity": 0.8, "k": 3}),
    "search": ("/v1/search?q=lipstick&k=2", None),
    "similar": ("/v1/products/runner/similar?k=4", None),
    "hot": ("/v1/hot?k=5", None),
}


def first(client: TestClient, path: str, body: Any) -> Any:
    return client.get(path) if body is None else client.post(path, json=body)


def after(client: TestClient, answer: Any) -> Any:
    """The page that an answer's Link leads to, None where it has none."""
    link = answer.links.get("next")
    return None if link is None else client.get(link["url"])


def pages(client: TestClient, answer: Any) -> list[dict[str, Any]]:
    found = []
    while answer is not None:
        assert answer.status_code == 200, answer.text
        found += answer.json()["results"]
        answer = after(client, answer)
    return found


def ids(results: list[dict[str, Any]]) -> list[str]:
    return [each["product_id"] for each in results]


@pytest.mark.parametrize("name", LISTS)
def test_the_pages_are_the_list_in_order(
    name: str, client: TestClient, recommender: Recommender
) -> None:
    answer = first(client, *LISTS[name])
    found = pages(client, answer)
    whole = client.app.state.service.lists  # type: ignore[attr-defined]
    assert len(found) > answer.json()["request"]["k"]
    assert [each["rank"] for each in found] == list(range(1, len(found) + 1))
    assert len(set(ids(found))) == len(found)
    (kept,) = [each.whole for each in whole._lists.values()]
    assert ids(found) == list(kept().ids)
    if name != "diverse":
        stocked = [each for each in found if each["in_stock"]]
        assert found[: len(stocked)] == stocked  # the racer is behind, for it is out of stock
        scores = [round(each["score"], 9) for each in stocked]
        assert scores == sorted(scores, reverse=True)
        assert {each["moved_by"] for each in stocked} == {None}


def test_a_page_has_what_a_longer_list_has_there(recommender: Recommender) -> None:
    request = Request("ann", k=2)
    short, long = recommender.recommend(request), recommender.recommend(replace(request, k=4))
    assert short.whole is not None
    page = recommender.page(short.whole, 2)
    assert page.results == long.results[2:]
    many = recommender.recommend_many([request, request])[1].whole
    assert many is not None
    assert (many.ids, many.ranked) == (short.whole.ids, short.whole.ranked)


def test_the_last_page_has_no_link_and_does_not_complain(client: TestClient) -> None:
    answer = client.get("/v1/hot?k=11")
    last = after(client, answer)
    assert (len(last.json()["results"]), after(client, last)) == (1, None)
    assert [each["code"] for each in last.json()["notes"]] == ["popular"]
    assert "link" not in client.get("/v1/hot?k=12").headers


def test_what_is_no_cursor_or_not_kept_any_more_is_told(client: TestClient) -> None:
    link = client.get("/v1/hot?k=3").links["next"]["url"]
    told = {
        path: client.get(path).json()["type"].rpartition(":")[2]
        for path in ("/v1/lists/x", "/v1/lists/x.-1", "/v1/lists/x.²", f"{link[:-3]}00.3")
    }
    assert list(told.values()) == ["malformed_request"] * 3 + ["cursor_expired"]
    beyond = client.get(f"{link[:-1]}99999")
    assert (beyond.status_code, beyond.json()["results"]) == (200, [])


def test_lists_are_kept_for_a_while_and_not_more_than_so_many(recommender: Recommender) -> None:
    now = 0.0
    lists = Lists(most=2, kept_s=10, clock=lambda: now)
    found = recommender.recommend_many([Request(user, k=2) for user in ("ann", "bob")])
    cursors = [lists.after(told(each)) for each in found]
    now = 10.0
    assert [lists.find(each or "").start for each in cursors] == [2, 2]
    newest = lists.after(told(recommender.recommend(Request("cat", k=2))))
    assert [_status(lists, each) for each in (*cursors, newest)] == [410, None, None]
    now = 10.1
    assert [_status(lists, each) for each in (*cursors, newest)] == [410, 410, None]


def _status(lists: Lists, cursor: str | None) -> int | None:
    from fastapi import HTTPException

    try:
        lists.find(cursor or "")
    except HTTPException as error:
        return error.status_code
    return None


@pytest.mark.neo4j
def test_nothing_is_lost_or_repeated_while_the_graph_changes(served: TestClient) -> None:
    asked = {"user_id": "ann", "k": 3}
    answer = first(served, "/v1/recommendations", asked)
    wanted = ids(pages(served, answer))
    assert len(wanted) == 9
    gone, bought = wanted[4], wanted[5]
    event = {"user_id": "ann", "product_id": bought, "type": "buy"}
    assert served.post("/v1/events", json=event).json()["created"] == 1
    assert served.delete(f"/v1/products/{gone}").status_code == 200
    tent = {"title": "Acme Running Tent", "brand": "Acme", "categories": [["Shoes"]]}
    assert served.put("/v1/products/tent", json=tent).status_code == 201
    now = ids(first(served, "/v1/recommendations", {**asked, "k": 12}).json()["results"])
    assert bought not in now
    assert until(served, f"/v1/products/{gone}", lambda found: found.get("status") == 404)
    later = pages(served, after(served, answer))
    end = time.monotonic() + 60
    while gone in ids(later) and time.monotonic() < end:  # until a copy in memory is renewed
        time.sleep(0.1)
        later = pages(served, after(served, answer))
    assert ids(later) == [each for each in wanted[3:] if each != gone]
    assert [each["rank"] for each in later] == [4, 6, 7, 8, 9]


@pytest.mark.neo4j
def test_of_a_forgotten_user_no_page_is_left(served: TestClient) -> None:
    anns = first(served, "/v1/recommendations", {"user_id": "ann", "k": 3})
    bobs = first(served, "/v1/recommendations", {"user_id": "bob", "k": 3})
    assert after(served, anns).status_code == 200
    assert served.delete("/v1/users/ann").status_code == 200
    assert (after(served, anns).status_code, after(served, bobs).status_code) == (410, 200)
