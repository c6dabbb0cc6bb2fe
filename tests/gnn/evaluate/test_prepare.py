"""Public data in the layout of its files is prepared for the benchmarks: an invented excerpt."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.derive.sequences import sequences_of
from kg.snapshot import columns_of, snapshot_of
from kg.sources import open_source
from tests.bench.data import DATA_SETS, digest, here
from tests.bench.prepare import main

ROOT = Path(__file__).parents[3]
DAY = 86_400

REVIEWS = [  # as published: by product, a user's days in any order
    {"reviewerID": "UB", "asin": "B001", "unixReviewTime": 9 * DAY, "overall": 5.0},
    {"reviewerID": "UA", "asin": "B001", "unixReviewTime": 7 * DAY, "overall": 4.0},
    {"reviewerID": "UA", "asin": "B002", "unixReviewTime": 8 * DAY, "overall": 5.0},
    {"reviewerID": "UA", "asin": "B003", "unixReviewTime": 7 * DAY, "overall": 1.0},
    {"reviewerID": "UB", "asin": "B003", "unixReviewTime": 2 * DAY, "overall": 3.0},
]

META = """\
{'asin': 'B003', 'title': "Rose &amp; Mint, 3\\" bar", 'brand': 'Fair &amp; White', \
'categories': [['Beauty', 'Bath', 'Soap'], ['Home', 'Bath']], \
'related': {'also_bought': ['B001', 'B999'], 'bought_together': ['B002'], \
'buy_after_viewing': ['B001']}}
{'asin': 'B999', 'title': 'nobody bought it', 'categories': [['Beauty']]}
{'asin': 'B001', 'categories': [['Beauty']], 'price': 3.5, 'imUrl': 'x.jpg'}
{'asin': 'B002', 'title': 'Balm', 'brand': '', 'categories': [['Beauty', 'Lips']]}
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    packed(folder / "reviews_Beauty_5.json.gz", "".join(json.dumps(r) + "\n" for r in REVIEWS))
    packed(folder / "meta_Beauty.json.gz", META)
    packed(folder / "users.txt.gz", "UB\nUA\n")
    packed(folder / "product.txt.gz", "B002\nB001\nB003\n")
    packed(folder / "train.txt.gz", "0\t1\t5 6\n1\t0\t7\n")
    packed(folder / "test.txt.gz", "1\t2\t8 9 9\n")
    return folder


def packed(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode()))


def unpacked(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def test_purchases_of_a_day_are_in_the_order_of_product_ids(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "amazon-beauty"
    assert main(["beauty", str(raw), str(out)]) == 1  # it is not the data of the figures
    assert unpacked(out / "interactions.csv.gz") == [
        "user_id,product_id,position",
        "UB,B003,0",
        "UB,B001,1",
        "UA,B001,0",
        "UA,B003,1",
        "UA,B002,2",
    ]
    shop = snapshot_of(open_source(out))
    sequences = sequences_of(columns_of(shop))
    bought = [
        (shop.users[user], shop.products.ids[product])
        for user, product in zip(sequences.user, sequences.product, strict=True)
    ]
    assert bought == [
        ("UA", "B001"),
        ("UA", "B003"),
        ("UA", "B002"),
        ("UB", "B003"),
        ("UB", "B001"),
    ]


def test_products_have_their_first_path_and_the_names_of_all(raw: Path, tmp_path: Path) -> None:
    main(["beauty", str(raw), str(tmp_path / "out")])
    assert unpacked(tmp_path / "out" / "products.csv.gz") == [
        "product_id,title,brand,category_path,categories",
        'B003,"Rose  and  Mint, 3"" bar",Fair &amp; White,Beauty > Bath > Soap,'
        "Bath|Beauty|Home|Soap",
        "B001,,,Beauty,Beauty",
        "B002,Balm,,Beauty > Lips,Beauty|Lips",
    ]
    assert unpacked(tmp_path / "out" / "related.csv.gz") == [
        "product_id,relation,related_id",
        "B003,also_bought,B001",
        "B003,bought_together,B002",
    ]


def test_the_random_split_is_taken_from_pgpr_by_number(raw: Path, tmp_path: Path) -> None:
    main(["beauty", str(raw), str(tmp_path / "out")])
    assert unpacked(tmp_path / "out" / "split_70_30.csv.gz") == [
        "user_id,product_id,part",
        "UB,B001,train",
        "UA,B002,train",
        "UA,B003,test",
    ]


def test_lines_of_amazon_book_are_packed_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.txt").write_text("0 2 1\n1 0\n")
    (tmp_path / "test.txt").write_text("0 0\n1\n")
    assert main(["book", str(tmp_path), str(tmp_path / "out")]) == 1
    assert unpacked(tmp_path / "out" / "train.txt.gz") == ["0 2 1", "1 0"]
    assert unpacked(tmp_path / "out" / "test.txt.gz") == ["0 0", "1"]
    told = capsys.readouterr().out
    assert f"{tmp_path / 'out' / 'train.txt.gz'}: other data than the figures" in told


def test_what_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", str(tmp_path), str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        f"{tmp_path / 'train.txt'} cannot be read: No such file or directory\n"
    )
    assert main(["beauty"]) == 2


def test_a_digest_minds_neither_packing_nor_the_order_of_rows_and_names(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv.gz", tmp_path / "other.csv.gz"
    one.write_bytes(gzip.compress(b'product_id,categories\na,X|Y\nb,"Z, W"\n', 9, mtime=1))
    other.write_bytes(gzip.compress(b'product_id,categories\nb,"Z, W"\na,Y|X\n', 1, mtime=2))
    lines = "a\tX|Y\nb\tZ, W\nproduct_id\tcategories"
    assert digest(one) == digest(other) == hashlib.sha256(lines.encode()).hexdigest()
    packed(other, 'product_id,categories\nb,"Z, W"\na,X\n')
    assert digest(other) != digest(one)


def test_missing_data_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not here("amazon-book", tmp_path)
    told = capsys.readouterr().err
    assert told.startswith(f"{tmp_path / 'amazon-book'} has no train.txt.gz, test.txt.gz. Get ")
    assert f"python -m tests.bench.prepare book FOLDER_OF_THESE_FILES {tmp_path}" in told


@pytest.mark.parametrize("name", ["accuracy", "splits"])
def test_figures_fail_where_their_data_is_not(tmp_path: Path, name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}"],
        env=os.environ | {"KGREC_BENCH_DATA": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{tmp_path / 'amazon-beauty'} has no interactions.csv.gz")


def test_other_data_is_measured_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "amazon-book"
    folder.mkdir()
    for name in DATA_SETS["amazon-book"].files:
        packed(folder / name, "0 1\n")
    assert here("amazon-book", tmp_path)
    assert "train.txt.gz is not the file that the figures in README are of" in (
        capsys.readouterr().err
    )
