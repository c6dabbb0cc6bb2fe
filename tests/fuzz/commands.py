"""Commands with odd words and options: one line for an error, else an answer that is whole."""

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from cli.ending import run
from tests.fuzz import requests
from tests.fuzz.cases import judged
from tests.fuzz.odd import TEXTS, changed_text
from tests.fuzz.sources import scratch
from tests.fuzz.world import World

Words = list[str]

FOLDER = "a folder"
FILES = {
    "users.csv": b"user_id\nann\nbob\nann\nnobody\n",
    "queries.csv": b"query_id,query\nq1,red lipstick\nq2,\nq3,shoe not by Acme\n",
    "odd.csv": b'user_id\n"\xff\n\0\n',
    "empty.csv": b"",
    "bytes.parquet": b"PAR1\0\0PAR1",
}
PATHS = (*FILES, FOLDER, "not there", "not there/x.csv", "/dev/null", "/proc/x.csv", "", ".")
MOMENTS = ("2025-01-07", "2026-05-31T08:30", "0", "-1", "--5", "9" * 30, "1736208000", "2025-02-30")
NUMBERS = ("0", "0.5", "1", "-1", "1e400", "nan", "inf", "-inf", "x", "٣", "")
PRICES = ("0", "9.99", "7.90", "$5", "-1", "inf", "nan", "1e400", "1e30", "٣", "x", "", "1,50")

VALUES: dict[str, tuple[str, ...]] = {
    "--user": requests.USERS,
    "--product": requests.PRODUCTS,
    "--count": ("1", "3", "12", "0", "-1", "1000000", "x"),
    "--recipe": requests.RECIPES,
    "--alpha": NUMBERS,
    "--gamma": NUMBERS,
    "--weight": ("next=0.5", "next=", "=", "nope=1", "next=nan", "next=inf", "gnn=1e400", "age=-1"),
    "--category": requests.CATEGORIES,
    "--brand": requests.BRANDS,
    "--min-price": PRICES,
    "--max-price": PRICES,
    "--diversity": ("0", "0.5", "1", "1.1", "-1", "nan", "x"),
    "--until": MOMENTS,
    "--users": PATHS,
    "--queries": PATHS,
    "--output": ("lists.csv", "lists.parquet", "lists.txt", *PATHS),
    "--engine": ("neo4j", "neo4j", "neo4j", "memory", "x"),
    "--in-stock": (),
    "--explain": (),
    "--include-bought": (),
    "--json": (),
}
ASKING = tuple(name for name in VALUES if name not in ("--users", "--queries", "--output"))
WITHOUT = {
    "--without-brand": requests.BRANDS,
    "--without-category": requests.CATEGORIES,
    "--without-purchase": requests.PRODUCTS,
    "--without-rule": ("over", "x"),
}
RULED = {
    "--product": requests.PRODUCTS,
    "--brand": requests.BRANDS,
    "--category": requests.CATEGORIES,
    "--weight": NUMBERS,
    "--position": ("0", "1", "-1", "9" * 30, "x"),
    "--discount": NUMBERS,
    "--budget": PRICES,
    "--from": MOMENTS,
    "--until": MOMENTS,
    "--id": ("over", "mine", "", "x" * 2000),
}


def _some(rng: Random, names: tuple[str, ...], values: dict[str, tuple[str, ...]]) -> Words:
    """Some of the options, each with one of its values, or with something odd."""
    words: Words = []
    for name in rng.sample(names, min(len(names), rng.choice((0, 1, 2, 2, 3, 4)))):
        words.append(name)
        if values[name]:
            value = rng.choice(values[name])
            odd = rng.random()
            words.append(
                changed_text(rng, value)
                if odd < 0.1
                else rng.choice(TEXTS)
                if odd < 0.15
                else value
            )
    return words


def _recommend(rng: Random) -> Words:
    asked = ["--query", requests.text(rng)] if rng.random() < 0.3 else []
    return ["recommend", *asked, *_some(rng, tuple(VALUES), VALUES)]


def _what_if(rng: Random) -> Words:
    values = {**VALUES, **WITHOUT}
    return [
        "what-if",
        *_some(rng, tuple(WITHOUT), WITHOUT),
        *_some(rng, ("--user", "--json"), values),
    ]


def _listing(rng: Random) -> Words:
    shown = ("--count", "--json", "--max-price", "--min-price", "--brand", "--in-stock")
    first = rng.choice((["hot"], ["similar", rng.choice(requests.PRODUCTS)]))
    return [*first, *_some(rng, shown, VALUES)]


def _explain(rng: Random) -> Words:
    product = ["--product", rng.choice(requests.PRODUCTS)]
    return [
        "explain",
        *product,
        *_some(rng, ("--user", "--max-price", "--json", "--brand"), VALUES),
    ]


def _rule(rng: Random) -> Words:
    kind = rng.choice(("boost", "bury", "pin", "hide", "promotion", "x"))
    return ["rules", "add", kind, *_some(rng, tuple(RULED), RULED)]


def _key(rng: Random) -> Words:
    name, scope = rng.choice(("me", "", "x" * 3000)), rng.choice(("read", "all", ""))
    return rng.choice((["keys", "create", name, "--scope", scope], ["keys", "revoke", name]))


def _sample_shop(rng: Random) -> Words:
    products = rng.choice(("0", "3", "x", "-1"))
    return ["sample-shop", rng.choice(PATHS), "--products", products, "--users", "2"]


MADE: tuple[Callable[[Random], Words], ...] = (
    _recommend,
    _recommend,
    _recommend,
    _what_if,
    _listing,
    _explain,
    _rule,
    _key,
    _sample_shop,
    lambda rng: ["rules", rng.choice(("list", "end")), rng.choice(("over", "--json", "--all"))],
    lambda rng: ["impressions", "stats", *_some(rng, ("--until", "--product", "--json"), VALUES)],
    lambda rng: ["impressions", "export", rng.choice(PATHS)],
    lambda rng: ["keys", "list", rng.choice(("--json", "x", ""))],
    lambda rng: ["build-graph", rng.choice(PATHS[3:]), *_some(rng, ("--until", "--json"), VALUES)],
    lambda rng: ["snapshot", rng.choice(PATHS), *rng.choice(([], ["--check"], ["--json"]))],
    lambda rng: ["forget-user", rng.choice(("not-there", "", " ", "x" * 3000))],
    lambda rng: [rng.choice(("", "nope", "recomend", "--version", "--help", "--nope", "db"))],
)


def make(rng: Random) -> dict[str, Any]:
    """The words of a command, now and then with one of them odd, twice or left out."""
    words = rng.choice(MADE)(rng)
    odd = rng.random()
    at = rng.randrange(len(words))
    if odd < 0.1:
        words[at] = changed_text(rng, words[at])
    elif odd < 0.15 and words[0] == "recommend":
        words.insert(at + 1, rng.choice((words[at], "--", "-x", "tent \udcff", "--json=1", "-k")))
    elif odd < 0.2 and len(words) > 1:
        del words[at]
    return {"words": [word.replace("\0", "") for word in words]}  # no shell hands on a NUL


def judge(world: World, given: dict[str, Any]) -> list[str]:
    """What is wrong with how a command ends and with what it prints."""
    wrong: list[str] = []
    world.fill()
    raw, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, "utf-8", write_through=True)
    with (
        judged(wrong),
        _at(world),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = run(given["words"])
        wrong += list(
            wrong_end(
                given["words"], status, raw.getvalue().decode(errors="replace"), err.getvalue()
            )
        )
    return wrong


def wrong_end(words: Words, status: int, out: str, err: str) -> Iterator[str]:
    """What is wrong with a status, and with what was printed."""
    if "did not foresee" in err or "Traceback" in out + err:
        yield f"unforeseen: {err[:300]}"
    if status not in (0, 1, 2):
        yield f"status {status}"
    told = [line for line in err.splitlines() if line.startswith(("kgrec: ", '{"error": "'))]
    helped = not err and "Usage" in out  # a group of commands by itself
    if status in (1, 2) and "--check" not in words and len(told) != 1 and not helped:
        yield f"status {status} and not one line: {err[:300]!r}"
    if "--json" not in words or "--help" in words:
        return
    if status == 0:
        try:
            json.loads(out, parse_constant=_refused)
        except ValueError as error:
            yield f"no JSON: {error}: {out[:200]!r}"


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


@contextlib.contextmanager
def _at(world: World) -> Iterator[None]:
    """In a folder with FILES, with the world's home."""
    folder = scratch() / "commands"
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    before = os.environ.get("KGREC_HOME")
    os.environ["KGREC_HOME"] = str(world.home)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        if before is None:
            del os.environ["KGREC_HOME"]
        else:
            os.environ["KGREC_HOME"] = before
