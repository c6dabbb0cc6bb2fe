from pathlib import Path

import polars as pl
import pytest

from kg.errors import OptionError, SourceError
from kg.graph.memory import MemoryGraph
from kg.recommend.batch import Batch, recommend_file
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request, Result
from tests.recommend.conftest import ByAxes

USERS = ["ann", "bob", "cat", "dan", "eve", "fay", "nobody"]
QUERIES = {"q1": "red lipstick", "q2": "socks under $10", "q3": ""}


def write(path: Path, columns: dict[str, list[str]]) -> Path:
    frame = pl.DataFrame(columns)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
    return path


def rows(key: str, result: Result) -> list[tuple[object, ...]]:
    return [
        (key, each.rank, each.product_id, each.score, each.reason, each.sponsored)
        for each in result.results
    ]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_file_of_users_gets_the_lists_of_single_calls(
    ending: str, tmp_path: Path, recommender: Recommender
) -> None:
    source = write(tmp_path / f"users{ending}", {"user_id": USERS, "more": USERS})
    target = tmp_path / f"lists{ending}"
    assert recommend_file(recommender, Batch("user_id", source, target, Request(k=3))) == 7
    lists = pl.read_csv(target) if ending == ".csv" else pl.read_parquet(target)
    assert lists.columns == ["user_id", "rank", "product_id", "score", "reason", "sponsored"]
    singles = [row for u in USERS for row in rows(u, recommender.recommend(Request(u, k=3)))]
    assert lists.rows() == singles
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([source.name, target.name])


def test_a_file_of_queries_gets_the_lists_of_single_calls(
    tmp_path: Path, recommender: Recommender
) -> None:
    columns = {"query_id": list(QUERIES), "query": list(QUERIES.values())}
    source, target = write(tmp_path / "queries.csv", columns), tmp_path / "lists.csv"
    recommend_file(recommender, Batch("query_id", source, target, Request(k=2)))
    assert pl.read_csv(target).rows() == [
        row
        for key, query in QUERIES.items()
        for row in rows(key, recommender.recommend(Request(query=query, k=2)))
    ]


class Counting(Recommender):
    """Counts the requests it answers, and loses its graph after so many."""

    def __init__(self, graph: MemoryGraph, until: int | None = None) -> None:
        super().__init__(graph, lambda _: ByAxes())
        self.answered = 0
        self._until = until

    def recommend_many(self, requests: object) -> list[Result]:
        assert isinstance(requests, list)
        if self._until is not None and self.answered >= self._until:
            raise KeyboardInterrupt
        self.answered += len(requests)
        return super().recommend_many(requests)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, toy: MemoryGraph) -> None:
    many = [f"{user}{number}" for number in range(300) for user in USERS]
    source, target = write(tmp_path / "users.csv", {"user_id": many}), tmp_path / "lists.csv"
    batch = Batch("user_id", source, target, Request(k=1))
    with pytest.raises(KeyboardInterrupt):
        recommend_file(Counting(toy, until=1000), batch)
    assert not target.exists()
    with batch.part.open("a", encoding="utf-8") as part:
        part.write("a torn li")  # as a kill in the middle of a write leaves it
    rest = Counting(toy)
    assert recommend_file(rest, batch) == 2100
    assert rest.answered == 1100
    assert pl.read_csv(target)["user_id"].to_list() == many


def test_another_question_starts_anew(tmp_path: Path, toy: MemoryGraph) -> None:
    many = [str(number) for number in range(1500)]
    source, target = write(tmp_path / "users.csv", {"user_id": many}), tmp_path / "lists.csv"
    with pytest.raises(KeyboardInterrupt):
        recommend_file(Counting(toy, until=1), Batch("user_id", source, target, Request(k=1)))
    again = Counting(toy)
    recommend_file(again, Batch("user_id", source, target, Request(k=2)))
    assert again.answered == 1500
    assert len(pl.read_csv(target)) == 3000


def test_a_file_without_rows_gives_a_file_without_rows(
    tmp_path: Path, recommender: Recommender
) -> None:
    (tmp_path / "users.csv").write_text("user_id\n")
    batch = Batch("user_id", tmp_path / "users.csv", tmp_path / "lists.csv", Request())
    assert recommend_file(recommender, batch) == 0
    assert batch.target.read_text() == "user_id,rank,product_id,score,reason,sponsored\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("users.csv", "id\n1\n", "has no column user_id"),
        ("users.csv", "user_id,x\n,1\n", "has 1 rows without user_id"),
        ("users.parquet", "no parquet", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    name: str, content: str, message: str, tmp_path: Path, recommender: Recommender
) -> None:
    (tmp_path / name).write_text(content)
    batch = Batch("user_id", tmp_path / name, tmp_path / "lists.csv", Request())
    with pytest.raises(SourceError, match=message):
        recommend_file(recommender, batch)


def test_other_endings_and_missing_files_are_refused(
    tmp_path: Path, recommender: Recommender
) -> None:
    target = tmp_path / "lists.csv"
    with pytest.raises(OptionError, match=r"users.txt has to end in .csv or .parquet"):
        recommend_file(recommender, Batch("user_id", tmp_path / "users.txt", target, Request()))
    with pytest.raises(SourceError, match="does not exist"):
        recommend_file(recommender, Batch("user_id", tmp_path / "users.csv", target, Request()))


def test_lists_are_never_written_over_the_file_of_users(
    tmp_path: Path, recommender: Recommender
) -> None:
    users = write(tmp_path / "users.csv", {"user_id": USERS})
    before = users.read_bytes()
    with pytest.raises(OptionError, match=r"--output: .*users\.csv is a file that is read"):
        recommend_file(recommender, Batch("user_id", users, users, Request()))
    assert [each.name for each in tmp_path.iterdir()] == ["users.csv"]
    assert users.read_bytes() == before
