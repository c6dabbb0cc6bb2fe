"""Behind a proxy that is trusted each client has a bound of its own, and nobody can borrow one."""

from pathlib import Path

import pytest

from cli.web.config import ServeConfig, checked_proxies
from cli.web.server import keys_of
from cli.web.service import Service
from kg.errors import OptionError
from kg.recommend.recommender import Recommender
from tests.web.sockets import Listening, listening, request


class Stopped:
    """A clock that stands still."""

    def __call__(self) -> float:
        return 0.0


def statuses(at: Listening, forwarded: str | None, times: int, source: str) -> list[int]:
    """The statuses of so many requests of a client, as a proxy at `source` hands them on."""
    headers = () if forwarded is None else (f"X-Forwarded-For: {forwarded}",)
    return [at.status(request("/v1/hot", None, *headers), source) for _ in range(times)]


@pytest.fixture
def behind(recommender: Recommender) -> Service:
    """A service behind 127.0.0.1 and a proxy before that, with two requests for each client."""
    config = ServeConfig(rate=1, proxies=("127.0.0.1", "10.8.0.0/16"))
    return Service(recommender, config, clock=Stopped())


def test_each_client_of_a_proxy_has_a_bound_of_its_own(behind: Service) -> None:
    with listening(behind) as at:
        assert statuses(at, "203.0.113.1", 3, "127.0.0.1") == [200, 200, 429]
        assert statuses(at, "203.0.113.2", 1, "127.0.0.1") == [200]


def test_what_a_client_says_of_itself_counts_nothing(behind: Service) -> None:
    with listening(behind) as at:
        for claimed in ("198.51.100.1", "198.51.100.2, 198.51.100.3"):
            assert statuses(at, f"{claimed}, 203.0.113.1", 1, "127.0.0.1") == [200]
        assert statuses(at, "198.51.100.4, 203.0.113.1", 1, "127.0.0.1") == [429]


def test_of_several_proxies_the_client_of_the_outermost_that_is_trusted_counts(
    behind: Service,
) -> None:
    with listening(behind) as at:
        assert statuses(at, "203.0.113.1, 10.8.3.4", 2, "127.0.0.1") == [200, 200]
        assert statuses(at, "203.0.113.1", 1, "127.0.0.1") == [429]
        assert statuses(at, "203.0.113.2, 10.8.3.4", 1, "127.0.0.1") == [200]


def test_who_is_no_trusted_proxy_speaks_for_nobody_else(behind: Service) -> None:
    with listening(behind) as at:
        asked = [statuses(at, f"203.0.113.{n}", 1, "127.0.0.2")[0] for n in range(3)]
        assert asked == [200, 200, 429]
        assert statuses(at, "203.0.113.1", 1, "127.0.0.1") == [200]


def test_without_a_trusted_proxy_nobody_is_believed(recommender: Recommender) -> None:
    with listening(Service(recommender, ServeConfig(rate=1), clock=Stopped())) as at:
        asked = [statuses(at, f"203.0.113.{n}", 1, "127.0.0.1")[0] for n in range(3)]
        assert asked == [200, 200, 429]


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_what_is_no_address_is_refused(proxy: str) -> None:
    good = ("10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8")
    assert checked_proxies(good) == good
    with pytest.raises(OptionError, match=r"^--trusted-proxy takes an address or network like"):
        checked_proxies([*good, proxy])


def test_behind_a_proxy_every_request_needs_a_key(tmp_path: Path) -> None:
    assert keys_of(ServeConfig(), tmp_path, wanted=False) is None
    with pytest.raises(OptionError, match=r"^behind 127\.0\.0\.1 the service asks for keys"):
        keys_of(ServeConfig(proxies=("127.0.0.1",)), tmp_path, wanted=False)
