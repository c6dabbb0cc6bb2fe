"""What the fuzzing holds answers to: each kind of wrong answer is called wrong."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import SourceOptions
from kg.errors import SourceError
from kg.recommend.types import Filters, Request
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.conftest import TOY_SHOP
from tests.fuzz import commands, http, requests, sources
from tests.fuzz.cases import Case, judged, packed, read, unpacked
from tests.fuzz.kinds import KINDS, case
from tests.fuzz.loads import differences
from tests.fuzz.queries import recommenders
from tests.fuzz.shrink import shrunk
from tests.sources.rows import write


def test_an_input_is_the_same_each_time_it_is_made() -> None:
    for kind in KINDS:
        assert case(kind, 3, 77) == case(kind, 3, 77)
        assert case(kind, 3, 77) != case(kind, 3, 78)


def test_an_input_is_written_and_read_again(tmp_path: Path) -> None:
    given = {"files": {"a.csv": packed(b"\xff\n"), "b.csv": packed(b"x\n")}}
    again = read(Case("sources", given).write(tmp_path, ["why"]))
    assert again == Case("sources", given)
    assert [unpacked(each) for each in again.given["files"].values()] == [b"\xff\n", b"x\n"]


def test_an_error_that_is_not_ours_or_not_one_line_is_wrong() -> None:
    wrong: list[str] = []
    for error in (SourceError("one line"), SourceError(""), BaseException("a panic")):
        with judged(wrong):
            _raise(error)
    assert wrong[0] == "no single line: SourceError: ''"
    assert wrong[1].startswith("BaseException: a panic at ")


def _raise(error: BaseException) -> None:
    raise error


def test_a_row_that_is_neither_loaded_nor_rejected_is_missed(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "product_id,title\na,Shoe\n,Sock\nb,Hat\na,Shoe\n")
    source = open_source(tmp_path, SourceOptions(now=sources.NOW, batch_rows=1))
    batches = list(source.batches())
    assert list(sources.uncounted(batches, source)) == []
    assert list(sources.uncounted(batches[:1], source)) == [
        "products.csv: of 4 rows 1 are loaded, 1 rejected and 1 repeated; lines [4, 5] are neither"
    ]
    source.rejects.add("products.csv", 2, "x", "also loaded")
    assert list(sources.uncounted(batches, source)) == [
        "products.csv: lines [2] are loaded and rejected"
    ]


def test_a_price_below_nothing_is_a_wrong_row(tmp_path: Path) -> None:
    write(tmp_path / "products.csv", "product_id,price\na,5\n")
    source = open_source(tmp_path, SourceOptions(now=sources.NOW))
    (batch,) = source.batches()
    less = replace(batch, frame=batch.frame.with_columns(price_minor=-batch.frame["price_minor"]))
    assert list(sources.wrong_rows([batch], source)) == []
    assert list(sources.wrong_rows([less], source)) == ["price -500"]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (Request(k=3), None),
        (Request(k=2), "3 products, 3 distinct, of 2 asked for"),
        (Request(k=3, filters=Filters(max_price_minor=100)), "breaks at most 100: 790"),
        (Request(k=3, filters=Filters(brands=("Cove",))), "breaks one of {('Brand', 'cove')}"),
        (Request("ann", k=3), "was bought or rated"),
    ],
)
def test_a_list_that_breaks_its_request_is_wrong(asked: Request, wrong: str | None) -> None:
    recommender = recommenders()["toy_shop"]
    result = recommender.recommend(Request(k=3))
    found = list(requests.wrong_answer(requests.Asked(recommender, asked, result)))
    assert any(wrong in each for each in found) if wrong else found == []


def test_contributions_that_are_not_the_score_are_wrong() -> None:
    recommender = recommenders()["toy_shop"]
    result = recommender.recommend(Request(k=1))
    (first,) = result.results
    more = replace(result, results=(replace(first, score=first.score + 1),))
    found = list(requests.wrong_answer(requests.Asked(recommender, Request(k=1), more)))
    assert [each.partition(":")[0] for each in found] == [first.product_id]


def test_graphs_that_differ_in_one_price_differ() -> None:
    one = snapshot_of(open_source(TOY_SHOP))
    prices = one.products.price_minor.copy()
    prices[0] += 1
    other = replace(one, products=replace(one.products, price_minor=prices))
    assert differences(one, one) == []
    assert [each.partition(":")[0] for each in differences(one, other)] == [
        "graph.products.price_minor"
    ]


@pytest.mark.parametrize(
    ("status", "out", "err", "wrong"),
    [
        (0, "{}", "", 0),
        (1, "", "read products: 3\nkgrec: no such thing\n", 0),
        (1, "", "kgrec: one\nkgrec: two\n", 1),
        (1, "", "Traceback (most recent call last):\n", 2),
        (1, "", "kgrec: an error that kgrec did not foresee: KeyError\n", 1),
        (0, '{"score": NaN}', "", 1),
        (3, "{}", "kgrec: x\n", 1),
    ],
)
def test_a_command_ends_with_json_or_with_one_line(
    status: int, out: str, err: str, wrong: int
) -> None:
    assert len(list(commands.wrong_end(["hot", "--json"], status, out, err))) == wrong


@pytest.mark.parametrize(
    ("status", "kind", "body", "wrong"),
    [
        (500, "application/problem+json", {"status": 500}, ["500: "]),
        (404, "text/html", {}, ["404 as 'text/html': {}"]),
        (404, "application/problem+json", {"status": 400}, ["404 with a problem of 400"]),
    ],
)
def test_an_answer_over_http_is_no_fault_and_a_problem(
    status: int, kind: str, body: dict[str, Any], wrong: list[str]
) -> None:
    class Undescribed:
        """An application that describes no route."""

        def openapi(self) -> dict[str, Any]:
            return {"paths": {}}

    heads = {"content-type": kind, "x-request-id": "1"}
    answer = http.Answer(status, heads, json.dumps(body).encode())
    given = {"method": "GET", "path": "/v1/hot"}
    found = list(http.wrong_answer(Undescribed(), given, answer))
    assert [each[: len(known)] for each, known in zip(found, wrong, strict=True)] == wrong


def test_what_fails_is_made_smaller_while_it_fails() -> None:
    given = {"files": {"a.csv": {"text": "h\n1\n2\n3\n"}, "b.csv": {"text": "x\n"}}, "alone": "b"}

    def fails(tried: dict[str, Any]) -> bool:
        return "2" in tried["files"].get("a.csv", {}).get("text", "")

    assert shrunk(given, fails) == {"files": {"a.csv": {"text": "2"}}}
