"""What the page is made of, and what it is told of this installation."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cli.web.config import ServeConfig, checked_browser
from cli.web.pages import FOLDER
from cli.web.server import browser_of
from cli.web.service import Service
from kg.errors import OptionError
from kg.keys import Keys, create_key
from kg.local_server.layout import Layout, State, write_state
from kg.local_server.ports import Ports
from kg.recommend.browser import browser_cypher
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from tests.web.conftest import asking

BROWSER = "http://127.0.0.1:7474/browser/"


def test_every_file_that_the_page_names_is_served(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = [each.name for each in FOLDER.iterdir() if f'"{each.name}"' in page.text]
    assert sorted([*named, "index.html"]) == sorted(each.name for each in FOLDER.iterdir())
    for name in named:
        answer = client.get(f"/{name}")
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
        assert answer.content == (FOLDER / name).read_bytes()
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_no_script_puts_text_in_as_html() -> None:
    ways = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser")
    found = [
        (each.name, way) for each in FOLDER.iterdir() for way in ways if way in each.read_text()
    ]
    assert found == []


def test_another_script_is_not_there(client: TestClient) -> None:
    assert client.get("/server.js").status_code == 404


def test_the_page_is_told_where_browser_is(recommender: Recommender) -> None:
    service = Service(recommender, ServeConfig())
    with asking(service) as client:
        assert client.get("/page.json").json() == {"browser": None}
        service.browser = BROWSER
        assert client.get("/page.json").json() == {"browser": BROWSER}


def test_browser_is_that_of_the_local_server_or_as_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, everywhere = ServeConfig(), ServeConfig(host="0.0.0.0")
    monkeypatch.delenv("NEO4J_URI", raising=False)
    assert browser_of(here, None) is None
    write_state(Layout(home), State(Ports(17000, 17001), None))
    assert browser_of(here, None) == "http://127.0.0.1:17001/browser/"
    # The address would be that of the visitor's own machine.
    assert browser_of(everywhere, None) is None
    monkeypatch.setenv("NEO4J_URI", "bolt://graph.example")
    assert browser_of(here, None) is None
    assert [browser_of(each, BROWSER) for each in (here, everywhere)] == [BROWSER, BROWSER]


def test_an_address_that_a_page_may_not_lead_to_is_refused() -> None:
    assert [checked_browser(each) for each in (None, BROWSER)] == [None, BROWSER]
    for wrong in ("javascript:alert(1)", "graph.example/browser", f"{BROWSER}?cmd=edit"):
        with pytest.raises(OptionError, match="--browser takes an address like http://graph"):
            checked_browser(wrong)


def test_users_can_be_picked_by_those_who_may_administer(
    recommender: Recommender, home: Path
) -> None:
    reader, admin = (create_key(home, scope, scope)[1] for scope in ("read", "admin"))
    with asking(Service(recommender, ServeConfig(), keys=Keys(home))) as client:

        def get(key: str) -> tuple[int, object]:
            answer = client.get("/v1/users?prefix=b", headers={"Authorization": f"Bearer {key}"})
            return answer.status_code, answer.json().get("users")

        assert [get(reader), get(admin)] == [(403, None), (200, ["bob"])]


def test_all_paths_of_a_list_are_one_line_of_cypher(recommender: Recommender) -> None:
    found = recommender.recommend(Request("ann", k=3))
    assert found.browser_cypher is not None
    parts = found.browser_cypher.split(" UNION ")
    assert parts == list(
        dict.fromkeys(browser_cypher(path) for each in found.results for path in each.paths)
    )
    assert len(parts) > 3
    assert parts[0] == found.results[0].browser_cypher
    assert recommender.recommend(Request("ann", k=3, explain=False)).browser_cypher is None
