"""Public data behind the figures: where it lies, where it is to be had, whether it is the same.

Every data set is a folder of DATA, `../shared/data` or what the variable KGREC_BENCH_DATA names
(`make reproduce DATA=FOLDER` sets it). `python -m tests.bench.prepare` makes the folders from the
public files.
"""

import csv
import gzip
import hashlib
import io
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import DATA


@dataclass(frozen=True)
class DataSet:
    """Where the public files are to be had, the files that are prepared from them, each with the
    sha256 of its content (`digest`), and how they are prepared."""

    origin: str
    files: Mapping[str, str]
    command: str


DATA_SETS = {
    "amazon-beauty": DataSet(
        "reviews_Beauty_5.json.gz and meta_Beauty.json.gz of the Amazon product data of 2014 (J."
        " McAuley, jmcauley.ucsd.edu/data/amazon), and for the random split users.txt.gz,"
        " product.txt.gz, train.txt.gz and test.txt.gz of data/Amazon_Beauty in"
        " github.com/orcax/PGPR",
        {
            "interactions.csv.gz": "875e0e4f5cb305aab5789754b531f1db"
            "265afb83084607fec5478af37a8b3e92",
            "products.csv.gz": "066c66d08baf36b0b69187e17aaa80bfccf9c60ef3524c5c5cf3267388a2b807",
            "split_70_30.csv.gz": "f02e70bf97bee5ae01a4d1a9b89279ea"
            "bc5ec8ce1b1ce26d888027a9f0f817c6",
        },
        "python -m tests.bench.prepare beauty FOLDER_OF_THESE_FILES",
    ),
    "amazon-book": DataSet(
        "train.txt and test.txt of Data/amazon-book in"
        " github.com/xiangwang1223/knowledge_graph_attention_network",
        {
            "train.txt.gz": "5a6e2c3c11dc7a4b5a36be00b21f80950d6b6875c202655163bd065e2ed1fabb",
            "test.txt.gz": "1277db15074c020950621a7ce6ccab53ddcb158f7083f4351b9828559027ccb9",
        },
        "python -m tests.bench.prepare book FOLDER_OF_THESE_FILES",
    ),
}


def here(name: str, folder: Path = DATA) -> bool:
    """Is the data set there? Says on stderr what to do where it is not, and where it is there but
    other than the data that the printed figures are of."""
    if lacking := [file for file in DATA_SETS[name].files if not (folder / name / file).exists()]:
        print(_missing(name, folder, lacking), file=sys.stderr)
        return False
    for file, differs in compared(name, folder):
        if differs:
            print(
                f"{folder / name / file} is not the file that the figures in README are of:"
                " what is measured here can differ from them",
                file=sys.stderr,
            )
    return True


def compared(name: str, folder: Path = DATA) -> Iterable[tuple[str, bool]]:
    """Each file of the data set, and whether its content is another than that of the figures."""
    for file, expected in DATA_SETS[name].files.items():
        path = folder / name / file
        yield file, not path.exists() or digest(path) != expected


def digest(path: Path) -> str:
    """sha256 of the unpacked lines in rising order; of `categories`, a set, the names in order too.

    It depends neither on the compression nor on the order of rows, which nothing here reads.
    """
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    lines = _rows(text) if ".csv" in path.suffixes else text.splitlines()
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _rows(text: str) -> Iterable[str]:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    place = header.index("categories") if "categories" in header else None
    for row in [header, *rows]:
        if place is not None:
            row[place] = "|".join(sorted(row[place].split("|")))
        yield "\t".join(row)


def _missing(name: str, folder: Path, lacking: list[str]) -> str:
    data = DATA_SETS[name]
    return (
        f"{folder / name} has no {', '.join(lacking)}. Get {data.origin}; then run"
        f" {data.command} {folder / name} (the variable KGREC_BENCH_DATA names another folder"
        f" than {folder})"
    )
