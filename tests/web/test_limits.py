"""How often and from where one may ask, and how long a connection is waited for."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cli.web.config import ServeConfig, checked_origins
from cli.web.rate import MOST, Rate, whole_address
from cli.web.service import Service
from cli.web.timely import HEAD_BYTES
from kg.errors import OptionError
from kg.keys import Keys, create_key
from kg.recommend.recommender import Recommender
from tests.web.conftest import asking, problem
from tests.web.sockets import Listening, listening, received
from tests.web.test_guard import bearer

SHOP = "https://shop.example"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    rate = Rate(2, clock)
    assert [rate.wait("ann") for _ in range(5)] == [0, 0, 0, 0, 1]
    assert rate.wait("bob") == 0
    clock.now = 0.5
    assert [rate.wait("ann"), rate.wait("ann")] == [0, 1]
    clock.now = 100.0
    assert [rate.wait("ann") for _ in range(5)] == [0, 0, 0, 0, 1]
    assert Rate(0).wait("ann") == 0


def test_each_caller_has_to_have_a_token_and_slow_rates_tell_how_long() -> None:
    clock = Clock()
    rate = Rate(0.1, clock)
    assert [rate.wait("address", "one"), rate.wait("address", "other")] == [0, 10]
    assert rate.wait("other") == 0


def test_buckets_are_bounded() -> None:
    rate = Rate(1, Clock())
    assert [rate.wait("first") for _ in range(3)] == [0, 0, 1]
    for number in range(MOST):
        rate.wait(str(number))
    assert rate.wait("first") == 0


def test_a_customer_of_ipv6_has_a_network() -> None:
    assert whole_address("10.1.2.3") == "10.1.2.3"
    assert (
        whole_address("2001:db8:1:2:3::4")
        == whole_address("2001:db8:1:2::")
        == ("2001:db8:1:2::/64")
    )
    assert whole_address("testclient") == "testclient"


def test_too_many_requests_are_told_when_to_come_back(
    recommender: Recommender, tmp_path: Path
) -> None:
    _, text = create_key(tmp_path, "read", "shop")
    clock = Clock()
    client = asking(Service(recommender, ServeConfig(rate=0.5), keys=Keys(tmp_path), clock=clock))
    assert client.get("/v1/products/sock", headers=bearer(text)).status_code == 200
    clock.now = 0.5
    answer = client.get("/v1/products/sock", headers=bearer(text))
    assert problem(answer)["type"] == "urn:kgrec:problem:too_many"
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    clock.now = 2.0
    assert client.get("/v1/products/sock", headers=bearer(text)).status_code == 200


def test_who_asks_how_the_service_is_has_a_rate_of_its_own_for_that(
    recommender: Recommender,
) -> None:
    client = asking(Service(recommender, ServeConfig(rate=1), clock=Clock()))
    asked = [client.get("/v1/hot").status_code for _ in range(3)]
    healthy = [client.get(path).status_code for path in ("/healthz", "/metrics", "/readyz")]
    assert (asked, healthy) == ([200, 200, 429], [200, 200, 429])


def test_a_request_with_a_key_counts_for_its_address_too(
    recommender: Recommender, tmp_path: Path
) -> None:
    texts = [create_key(tmp_path, "read", name)[1] for name in ("one", "two", "three")]
    service = Service(recommender, ServeConfig(rate=1), keys=Keys(tmp_path), clock=Clock())
    client = asking(service)
    asked = [client.get("/v1/hot", headers=bearer(text)).status_code for text in texts]
    assert asked == [200, 200, 429]


def test_pages_elsewhere_may_ask_only_where_they_are_named(
    client: TestClient, recommender: Recommender
) -> None:
    from_shop = {"Origin": SHOP}
    assert "access-control-allow-origin" not in client.get("/v1/hot", headers=from_shop).headers
    assert client.options("/v1/hot", headers=from_shop).status_code == 405
    named = asking(Service(recommender, ServeConfig(origins=(SHOP,))))
    answer = named.get("/v1/hot?k=3", headers=from_shop)
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "Link" in answer.headers["access-control-expose-headers"]
    asked = {**from_shop, "Access-Control-Request-Method": "POST"}
    assert named.options("/v1/recommendations", headers=asked).status_code == 200
    for other in (
        {**asked, "Origin": "https://elsewhere.example"},
        {**asked, "Access-Control-Request-Method": "DELETE"},
    ):
        assert named.options("/v1/recommendations", headers=other).status_code == 400


@pytest.mark.parametrize("origin", ["*", "shop.example", "https://shop.example/", "null", ""])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    assert checked_origins([SHOP, "http://localhost:3000"]) == (SHOP, "http://localhost:3000")
    with pytest.raises(OptionError, match=r"^--origin takes one like"):
        checked_origins([SHOP, origin])


def test_a_text_that_a_form_elsewhere_could_send_is_no_event(client: TestClient) -> None:
    sent = '{"user_id": "ann", "product_id": "sock", "type": "buy"}'
    answer = client.post("/v1/events", content=sent, headers={"Content-Type": "text/plain"})
    assert problem(answer)["status"] == 415


WHOLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def listens(recommender: Recommender) -> Iterator[Listening]:
    """A service that listens, and gives the head of a request half a second."""
    with listening(Service(recommender, ServeConfig(head_s=0.5))) as at:
        yield at


@pytest.mark.parametrize(
    "sent", [b"", b"GET /healthz HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX:"]
)
def test_a_head_that_does_not_come_is_not_waited_for(sent: bytes, listens: Listening) -> None:
    client = listens.connect()
    client.sendall(sent)
    assert client.recv(100) == b""


def test_a_head_of_which_a_piece_comes_often_has_one_deadline(listens: Listening) -> None:
    client = listens.connect()
    client.sendall(WHOLE[:-2])
    client.settimeout(0.05)
    for _ in range(2000):  # 100 s
        with suppress(TimeoutError):
            assert client.recv(100) == b""
            break
        client.sendall(b"X: y\r\n")
    else:
        pytest.fail("it is waited for")


def test_a_connection_is_used_again_and_each_head_is_given_its_time(
    recommender: Recommender,
) -> None:
    with listening(Service(recommender, ServeConfig(head_s=600))) as at:
        client = at.connect()
        for _ in range(3):
            client.sendall(WHOLE[:20])
            client.sendall(WHOLE[20:])
            assert received(client, b"}").startswith(b"HTTP/1.1 200")
    with listening(Service(recommender, ServeConfig(head_s=3))) as at:
        client = at.connect()
        client.sendall(WHOLE)
        assert received(client, b"}").startswith(b"HTTP/1.1 200")
        client.sendall(WHOLE[:20])
        assert client.recv(100) == b""


def test_a_head_is_no_larger_than_it_may_be(recommender: Recommender) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "
    with listening(Service(recommender, ServeConfig())) as at:
        for size, said in ((HEAD_BYTES // 2, b"HTTP/1.1 200"), (HEAD_BYTES, b"HTTP/1.1 400")):
            client = at.connect()
            client.sendall(first + b"x" * size)
            client.sendall(b"\r\n\r\n")
            assert client.recv(100).startswith(said)


def test_what_is_no_http_is_refused(recommender: Recommender) -> None:
    with listening(Service(recommender, ServeConfig())) as at:
        for sent in (b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n"):
            client = at.connect()
            client.sendall(sent)
            assert client.recv(100).startswith(b"HTTP/1.1 400")
