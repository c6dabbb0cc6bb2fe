"""Whose requests count together: those of an address, with whatever key, and those of a key."""

from pathlib import Path

from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.keys import Keys, create_key
from kg.recommend.recommender import Recommender
from tests.web.conftest import asking
from tests.web.test_guard import bearer


def test_a_request_with_a_key_counts_for_its_address_too(
    recommender: Recommender, tmp_path: Path
) -> None:
    texts = [create_key(tmp_path, "read", name)[1] for name in ("shop", "other")]
    # One request at once, and the next after a day: no matter how long the test takes.
    service = Service(recommender, ServeConfig(rate=1 / 86_400), keys=Keys(tmp_path))
    client = asking(service)
    assert client.get("/v1/products/sock", headers=bearer(texts[0])).status_code == 200
    for headers in (bearer(texts[1]), bearer("invented"), {}):
        answer = client.get("/v1/products/sock", headers=headers)
        assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
