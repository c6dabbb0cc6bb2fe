"""Ports are remembered while they are free, and changed, with a word, where they are not."""

import socket

from kg.local_server.ports import FIRST, LAST, Ports, are_free, choose, listens


def test_chooses_two_free_ports_side_by_side() -> None:
    said: list[str] = []
    ports = choose(None, said.append)
    assert ports.http == ports.bolt + 1
    assert FIRST <= ports.bolt < LAST
    assert are_free(ports)
    assert said == []


def test_keeps_the_remembered_ports_while_they_are_free() -> None:
    remembered = choose(None, print)
    assert choose(remembered, print) == remembered


def test_takes_others_and_says_so_where_another_program_has_one() -> None:
    remembered = choose(None, print)
    said: list[str] = []
    with socket.create_server(("127.0.0.1", remembered.http)):
        chosen = choose(remembered, said.append)
    assert not {chosen.bolt, chosen.http} & {remembered.bolt, remembered.http}
    assert said == [
        f"Port {remembered.bolt} or {remembered.http} is taken;"
        f" using {chosen.bolt} and {chosen.http}"
    ]


def test_knows_whether_anything_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(port)
    assert not listens(port)


def test_addresses_are_on_this_machine() -> None:
    ports = Ports(bolt=17100, http=17101)
    assert ports.uri == "bolt://127.0.0.1:17100"
    assert ports.browser == "http://127.0.0.1:17101/browser/"
