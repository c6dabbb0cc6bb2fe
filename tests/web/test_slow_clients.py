"""Clients that send or read slowly, hang up or come in numbers keep nobody else from an answer."""

import logging
import socket
from dataclasses import replace

import pytest

from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.recommend.recommender import Recommender
from tests.web.sockets import Listening, comes, listening, received, request

LISTS = "/v1/recommendations"
ASKED = request(LISTS, b'{"user_id": "ann"}')
LONG = ServeConfig(rate=0, head_s=600, body_s=600, write_s=600)
"""Deadlines that no test meets: what is slow stays."""
SOON = replace(LONG, body_s=0.5, write_s=0.5)
"""Deadlines that a test can wait for."""


def slow_bodies(at: Listening, count: int) -> list[socket.socket]:
    """So many connections, each with the head of a request and a byte of its body."""
    clients = [at.connect() for _ in range(count)]
    for each in clients:
        each.sendall(request(LISTS, b"{", length=100))
    return clients


def test_bodies_that_do_not_come_take_no_place_from_others(recommender: Recommender) -> None:
    with listening(Service(recommender, LONG)) as at:
        slow_bodies(at, 200)
        assert [at.status(ASKED) for _ in range(5)] == [200] * 5
        assert at.status(request("/v1/hot")) == 200


def test_of_too_many_bodies_under_way_the_oldest_of_the_address_is_given_up(
    recommender: Recommender,
) -> None:
    with listening(Service(recommender, replace(LONG, bodies=4))) as at:
        first, second, third = slow_bodies(at, 3)
        assert first.recv(4096).startswith(b"HTTP/1.1 408")
        other = at.connect("127.0.0.2")
        other.sendall(request(LISTS, b"{", length=2))
        slow_bodies(at, 1)
        assert second.recv(4096).startswith(b"HTTP/1.1 408")
        third.sendall(b" " * 98 + b"}")
        other.sendall(b"}")
        assert third.recv(4096).startswith(b"HTTP/1.1 200")
        assert other.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_whole_body_has_one_deadline_however_often_a_piece_of_it_comes(
    recommender: Recommender,
) -> None:
    with listening(Service(recommender, SOON)) as at, at.connect() as client:
        client.sendall(request(LISTS, b"{", length=100_000))
        client.settimeout(0.05)
        said = b""
        for _ in range(2000):  # 100 s
            try:
                said = client.recv(4096)
                break
            except TimeoutError:
                client.sendall(b" ")
        assert said.startswith(b"HTTP/1.1 408")
        assert b"the body did not come within 0.5 s" in said
        assert b"connection: close" in said.lower()


def slow_readers(at: Listening, count: int) -> list[socket.socket]:
    """So many connections that ask for 40 large answers and read none."""
    clients = [at.connect(unread=4096) for _ in range(count)]
    for each in clients:
        each.sendall(40 * request("/openapi.json", close=False))
    return clients


def test_answers_that_nobody_reads_take_no_place_from_others(recommender: Recommender) -> None:
    with listening(Service(recommender, LONG)) as at:
        slow_readers(at, 80)
        assert [at.status(ASKED) for _ in range(5)] == [200] * 5
        assert at.status(request("/v1/hot")) == 200


def test_a_connection_whose_answer_is_not_read_is_closed(recommender: Recommender) -> None:
    with listening(Service(recommender, SOON)) as at:
        slow_readers(at, 5)
        single = at.connect(unread=4096)
        single.sendall(request("/openapi.json"))  # closed by the service once it has been read
        assert comes(lambda: at.connections == 0)


def test_an_answer_that_is_read_a_little_at_a_time_has_one_deadline(
    recommender: Recommender,
) -> None:
    with listening(Service(recommender, SOON)) as at, at.connect(unread=4096) as client:
        client.sendall(request("/openapi.json"))
        assert comes(lambda: not client.recv(1) or at.connections == 0)


def test_of_too_many_unread_answers_the_oldest_of_the_address_is_given_up(
    recommender: Recommender,
) -> None:
    with listening(Service(recommender, replace(LONG, unread=4))) as at:
        slow_readers(at, 3)
        assert comes(lambda: at.connections == 2)


def test_an_answer_that_is_read_late_is_whole(recommender: Recommender) -> None:
    with listening(Service(recommender, LONG)) as at, at.connect(unread=4096) as client:
        client.sendall(3 * request("/openapi.json", close=False) + request("/openapi.json"))
        assert comes(lambda: at.connections == 1)
        said = b"".join(iter(lambda: client.recv(1024), b""))
        assert said.count(b"HTTP/1.1 200 OK") == 4
        one = at.ask(request("/openapi.json")).partition(b"\r\n\r\n")[2]
        assert said.endswith(one)
        assert said.count(one) == 4


def test_a_connection_may_send_only_so_many_requests_ahead(recommender: Recommender) -> None:
    with listening(Service(recommender, LONG)) as at, at.connect() as client:
        client.sendall(200 * b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        said = b"".join(iter(lambda: client.recv(65536), b""))
        assert b"HTTP/1.1 400 Bad Request" in said
        assert said.count(b"HTTP/1.1 200 OK") <= 1


def is_answered(client: socket.socket) -> bool:
    """Is a connection of use?"""
    client.sendall(request("/healthz", close=False))
    return received(client, b"}").startswith(b"HTTP/1.1 200")


def test_connections_that_ask_for_nothing_give_way_to_those_that_do(
    recommender: Recommender,
) -> None:
    with listening(Service(recommender, replace(LONG, connections=8))) as at:
        asking, other = at.connect(), at.connect("127.0.0.2")
        assert is_answered(asking)
        assert is_answered(other)
        silent = at.connect()
        assert comes(lambda: at.connections == 3)
        rest = [at.connect() for _ in range(2)]
        assert comes(lambda: at.connections == 5)
        assert is_answered(asking)
        rest.append(at.connect())
        assert silent.recv(1) == b""
        assert [is_answered(each) for each in (asking, other, *rest)] == [True] * 5


@pytest.mark.parametrize(
    "sent",
    [
        request(LISTS, b"{", length=100)[:20],
        request(LISTS, b"{", length=100),
        request("/v1/hot"),
        40 * request("/openapi.json", close=False),
        ASKED + ASKED,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        request(LISTS, b"", "Expect: 100-continue", length=5),
    ],
)
@pytest.mark.parametrize("abruptly", [False, True])
def test_a_client_that_hangs_up_is_no_error(
    sent: bytes, abruptly: bool, recommender: Recommender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), listening(Service(recommender, LONG)) as at:
        client = at.connect(unread=4096)
        client.sendall(sent)
        if abruptly:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        assert comes(lambda: at.connections == 0)
        assert at.status(request("/v1/hot")) == 200
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


def test_a_client_that_hangs_up_before_its_body_is_there_is_counted_as_such(
    recommender: Recommender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "kgrec.serve"), listening(Service(recommender, LONG)) as at:
        with at.connect() as client:
            client.sendall(request(LISTS, b"{", length=100))
            assert comes(lambda: at.connections == 1)
        assert comes(lambda: bool(caplog.records))
    (record,) = caplog.records
    assert record.__dict__["told"]["status"] == 499
