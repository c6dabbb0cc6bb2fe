"""Whatever is sent, the answer is no error of the server, and what is refused is a problem."""

from typing import Any

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HOSTILE = (
    "' OR 1=1 //",
    "MATCH (n) DETACH DELETE n",
    'title:"a" AND (b OR [c TO d]) ~2 *:*',
    "</script><script>alert(1)</script>",
    "../../etc/passwd",
    "\u202e\u0000\ud800"[:1],
    "%00",
    "{{7*7}}",
    "a" * 500,
    "",
)
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
NUMBER = st.one_of(st.integers(), st.floats(), st.none(), TEXT)
BODY = st.dictionaries(
    st.sampled_from(
        (
            *("user_id", "query", "product_id", "k", "filters", "weights", "diversity"),
            *("recipe", "until", "explain", "include_bought", "unknown"),
        )
    ),
    st.one_of(
        TEXT,
        NUMBER,
        st.booleans(),
        st.dictionaries(st.sampled_from(("alpha", "brands", "in_stock", "x")), NUMBER, max_size=2),
        st.lists(TEXT, max_size=2),
    ),
    max_size=5,
)
QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def assert_answered(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    kind = answer.headers["content-type"]
    wanted = "application/json" if answer.status_code < 300 else "application/problem+json"
    assert kind == wanted, answer.text


@QUICK
@given(body=BODY, product=st.one_of(TEXT, st.sampled_from(("runner", "sock"))))
def test_no_body_breaks_it(body: dict[str, Any], product: str, client: TestClient) -> None:
    import json

    headers = {"Content-Type": "application/json"}
    for path, sent in (
        ("/v1/recommendations", body),
        ("/v1/explain", {"product_id": product, "request": body}),
        ("/v1/events", body),
    ):
        assert_answered(client.post(path, content=json.dumps(sent), headers=headers))


@QUICK
@given(text=TEXT, other=TEXT, number=NUMBER)
def test_no_query_and_no_path_breaks_it(
    text: str, other: str, number: Any, client: TestClient
) -> None:
    asked = {"q": text, "user_id": other, "k": number, "brand": other, "min_price_minor": number}
    assert_answered(client.get("/v1/search", params=asked))
    assert_answered(client.get("/v1/search", params={"q": text}))
    assert_answered(client.get("/v1/hot", params={"category": text}))


@QUICK
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_no_id_in_a_path_breaks_it(text: str, client: TestClient) -> None:
    from urllib.parse import quote

    for path in ("/v1/products/{}", "/v1/products/{}/similar", "/v1/users/{}/profile"):
        assert_answered(client.get(path.format(quote(text, safe=""))))
