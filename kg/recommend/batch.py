"""Recommend for a whole file of users or queries; an interrupted run goes on where it stopped."""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import polars as pl

from kg.errors import OptionError, SourceError
from kg.progress import Progress, silent
from kg.recommend.recommender import CHUNK, Recommender
from kg.recommend.types import Request, Result
from kg.rejects_file import require_other

Kind = Literal["user_id", "query_id"]

COLUMNS = {"user_id": ("user_id",), "query_id": ("query_id", "query")}
"""What each kind of file has to have."""

ENDINGS = (".csv", ".parquet")

STEP = 5 * CHUNK
"""Lists between two marks of how far the run has come."""


@dataclass(frozen=True)
class Batch:
    """A file of users or queries, the file that gets their lists, and what all ask alike."""

    kind: Kind
    source: Path
    target: Path
    request: Request

    @property
    def part(self) -> Path:
        """The lists so far, as csv."""
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def state(self) -> Path:
        """How far that is."""
        return self.target.with_name(f"{self.target.name}.state")


@dataclass(frozen=True)
class State:
    """How many lists are written, in how many bytes; `of` says of what files and options."""

    of: str
    done: int = 0
    size: int = 0


def recommend_file(recommender: Recommender, batch: Batch, progress: Progress = silent) -> int:
    """Write a list for every row of `batch.source`; how many. The lists are those of single calls.

    The target has columns user_id or query_id, rank, product_id, score, reason, sponsored. Raises
    OptionError for an ending that is neither csv nor parquet, SourceError for a file without its
    columns.
    """
    rows = _rows(batch)
    state = _resumed(batch, _fingerprint(recommender, batch))
    progress("recommend", state.done, len(rows))
    with batch.part.open("r+" if state.done else "w", encoding="utf-8", newline="") as file:
        file.seek(state.size)
        file.truncate()
        for start in range(state.done, len(rows), STEP):
            chunk = rows[start : start + STEP]
            results = recommender.recommend_many([_request(batch, row) for row in chunk])
            csv.writer(file, lineterminator="\n").writerows(_lines(chunk, results))
            file.flush()
            os.fsync(file.fileno())
            _write_state(batch, State(state.of, start + len(chunk), file.tell()))
            progress("recommend", start + len(chunk), len(rows))
    _finish(batch)
    return len(rows)


def _rows(batch: Batch) -> list[tuple[str, ...]]:
    """The needed columns of the source, row by row."""
    for path in (batch.source, batch.target):
        if path.suffix not in ENDINGS:
            raise OptionError(f"{path} has to end in {' or '.join(ENDINGS)}")
    if not batch.source.exists():
        raise SourceError(f"{batch.source} does not exist")
    require_other(batch.target, (batch.source,), "--output")
    columns = COLUMNS[batch.kind]
    frame = _read(batch.source)
    if missing := [name for name in columns if name not in frame.columns]:
        raise SourceError(f"{batch.source} has no column {', '.join(missing)}")
    frame = frame.select(pl.col(name).cast(pl.String) for name in columns)
    if empty := frame[batch.kind].null_count():
        raise SourceError(f"{batch.source} has {empty} rows without {batch.kind}")
    return frame.fill_null("").rows()


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def _request(batch: Batch, row: Sequence[str]) -> Request:
    if batch.kind == "user_id":
        return replace(batch.request, user_id=row[0], explain=False)
    return replace(batch.request, query=row[1], explain=False)


def _lines(
    rows: Sequence[Sequence[str]], results: Sequence[Result]
) -> Iterator[tuple[object, ...]]:
    for row, result in zip(rows, results, strict=True):
        for each in result.results:
            score, paid = repr(each.score), str(each.sponsored).lower()
            yield row[0], each.rank, each.product_id, score, each.reason, paid


def _fingerprint(recommender: Recommender, batch: Batch) -> str:
    """What makes lists what they are: the source, the request, the revisions of graph and rules."""
    content = blake2b(batch.source.read_bytes(), digest_size=16).hexdigest()
    request = {**asdict(replace(batch.request, weights={})), "weights": dict(batch.request.weights)}
    meta = recommender.meta()
    state = [meta.revision, meta.rules_revision]
    said = json.dumps([content, batch.kind, request, *state], sort_keys=True)
    return blake2b(said.encode(), digest_size=16).hexdigest()


def _resumed(batch: Batch, fingerprint: str) -> State:
    """How far an earlier run of the very same came; otherwise a fresh start."""
    try:
        state = State(**json.loads(batch.state.read_text()))
        whole = state.of == fingerprint and batch.part.stat().st_size >= state.size
    except (OSError, ValueError, TypeError):
        return State(fingerprint)
    return state if whole else State(fingerprint)


def _write_state(batch: Batch, state: State) -> None:
    new = batch.state.with_name(f"{batch.state.name}.new")
    new.write_text(json.dumps(asdict(state)))
    new.replace(batch.state)


def _finish(batch: Batch) -> None:
    """Turn the lists into the target, all at once."""
    schema = pl.Schema(
        {
            batch.kind: pl.String(),
            "rank": pl.Int64(),
            "product_id": pl.String(),
            "score": pl.Float64(),
            "reason": pl.String(),
            "sponsored": pl.Boolean(),
        }
    )
    lists = pl.LazyFrame(schema=schema)
    if batch.part.stat().st_size:
        lists = pl.scan_csv(batch.part, has_header=False, schema=schema)
    new = batch.target.with_name(f"{batch.target.name}.new")
    if batch.target.suffix == ".parquet":
        lists.sink_parquet(new)
    else:
        lists.sink_csv(new)
    new.replace(batch.target)
    batch.part.unlink()
    batch.state.unlink(missing_ok=True)
