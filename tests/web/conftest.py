"""The toy shop, served."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.service import Service
from kg.recommend.recommender import Recommender
from tests.recommend.conftest import recommender, toy

__all__ = ("asking", "recommender", "toy")
"""Fixtures of the toy shop are those of tests/recommend."""


def asking(service: Service) -> TestClient:
    """Asks a service; started and stopped where it is used in a `with` block."""
    return TestClient(make_app(service), base_url="http://127.0.0.1:8000")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of the test's own: what forgets a user removes the snapshot there."""
    monkeypatch.setenv("KGREC_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def client(recommender: Recommender) -> Iterator[TestClient]:
    """Asks a service over the toy shop, which is started and stopped."""
    with asking(Service(recommender, ServeConfig())) as started:
        yield started
