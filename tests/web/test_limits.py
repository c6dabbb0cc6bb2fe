"""How often and from where one may ask, and how long a connection is waited for."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from cli.web.app import make_app
from cli.web.config import ServeConfig, checked_origins
from cli.web.rate import MOST, Rate, whole_address
from cli.web.service import Service
from cli.web.timely import HEAD_BYTES, TimelyProtocol
from kg.errors import OptionError
from kg.keys import Keys, create_key
from kg.recommend.recommender import Recommender
from tests.web.conftest import asking, problem
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
    service = Service(recommender, ServeConfig(rate=0.5), keys=Keys(tmp_path))
    client = asking(service)
    assert client.get("/v1/products/sock", headers=bearer(text)).status_code == 200
    answer = client.get("/v1/products/sock", headers=bearer(text))
    assert problem(answer)["type"] == "urn:kgrec:problem:too_many"
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert client.get("/healthz").status_code == 200


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


class Quick(TimelyProtocol):
    head_s = 3.0


@pytest.fixture
def port(recommender: Recommender) -> Iterator[int]:
    """A service that listens, and gives the head of a request three seconds."""
    config = replace(ServeConfig(), port=0)
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(Service(recommender, config)),
            port=0,
            http=Quick,
            log_config=None,
        )
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize(
    "sent", [b"", b"GET /healthz HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX:"]
)
def test_a_head_that_does_not_come_is_not_waited_for(sent: bytes, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        begun = time.monotonic()
        connection.sendall(sent)
        assert connection.recv(100) == b""
        assert time.monotonic() - begun > 2


def received(connection: socket.socket, end: bytes) -> bytes:
    said = b""
    while not said.endswith(end):
        part = connection.recv(4096)
        assert part, f"closed after {said!r}"
        said += part
    return said


def test_a_connection_is_used_again_and_each_head_is_given_its_time(port: int) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for _ in range(3):
            connection.sendall(whole[:20])
            time.sleep(1.2)  # three of them are longer than one head is given
            connection.sendall(whole[20:])
            assert received(connection, b"}").startswith(b"HTTP/1.1 200")
        connection.sendall(whole[:20])
        assert connection.recv(100) == b""


def test_a_head_is_no_larger_than_it_may_be(port: int) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "
    for size, said in ((HEAD_BYTES // 2, b"HTTP/1.1 200"), (HEAD_BYTES, b"HTTP/1.1 400")):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(first + b"x" * size)
            time.sleep(0.2)  # so that it comes in several pieces
            connection.sendall(b"\r\n\r\n")
            assert connection.recv(100).startswith(said)


def test_what_is_no_http_is_refused(port: int) -> None:
    for sent in (b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(sent)
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
