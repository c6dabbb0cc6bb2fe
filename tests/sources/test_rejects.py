"""The list of rejected rows takes the place of an earlier one, and of no other file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.catalog import Batch, Rejects, SourceOptions
from kg.errors import OptionError
from kg.sources import open_source

HEADER = "file,line,code,reason\n"
ROWS = "user_id,product_id,type,at\nann,p1,view,100\nann,p1,view,then\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop with an event that has no time."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "products.csv").write_text("product_id,title\np1,Soap\n")
    (folder / "events.csv").write_text(ROWS)
    return folder


def load(shop: Path, rejects: Path) -> Rejects:
    """Read all of a shop."""
    source = open_source(shop, SourceOptions(rejects=rejects))
    list(source.batches())
    return source.rejects


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_list_takes_the_place_of_an_earlier_one(shop: Path, tmp_path: Path) -> None:
    listed = tmp_path / "rejects.csv"
    listed.write_text(f"{HEADER}events.csv,9,bad_time,an earlier load\n")
    before = contents(shop)
    assert load(shop, listed).total == 1
    assert listed.read_text().startswith(f"{HEADER}events.csv,3,bad_time,")
    assert len(listed.read_text().splitlines()) == 2
    assert contents(shop) == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["rejects.csv"]


def test_without_rejected_rows_none_are_listed(shop: Path, tmp_path: Path) -> None:
    listed = tmp_path / "rejects.csv"
    load(shop, listed)
    assert listed.exists()
    (shop / "events.csv").write_text(ROWS.replace("then", "200"))
    load(shop, listed)
    assert [each.name for each in tmp_path.iterdir()] == ["shop"]


@pytest.mark.parametrize("named", ["events.csv", "products.csv", "link", "../shop/events.csv"])
def test_a_file_of_the_source_is_never_written_over(shop: Path, named: str) -> None:
    (shop / "link").symlink_to(shop / "events.csv")
    before = contents(shop)
    with pytest.raises(OptionError, match=r"--rejects: .* is a file that is read; name another"):
        open_source(shop, SourceOptions(rejects=shop / named))
    with pytest.raises(OptionError, match=r"--reviews: .* is a file that is read; name another"):
        open_source(shop, SourceOptions(reviews=shop / named))
    assert contents(shop) == before


@pytest.mark.parametrize("text", ["my,own\n1,2\n", "file,line\n", "file,line,code,reasons\n", "\n"])
def test_a_file_that_is_no_list_of_rejected_rows_is_left_alone(
    shop: Path, tmp_path: Path, text: str
) -> None:
    own = tmp_path / "rejects.csv"
    for place in (own, tmp_path / ".rejects.csv.part"):
        place.write_text(text)
        with pytest.raises(OptionError, match="is no list of rejected rows that kgrec wrote"):
            open_source(shop, SourceOptions(rejects=own))
        assert place.read_text() == text
        place.unlink()


def test_a_file_that_comes_while_rows_are_read_is_left_alone(shop: Path, tmp_path: Path) -> None:
    own = tmp_path / "rejects.csv"
    source = open_source(shop, SourceOptions(rejects=own))

    def read() -> Iterator[Batch]:
        yield from source.read()
        own.write_text("mine")

    with pytest.raises(OptionError, match="is no list of rejected rows"):
        list(replace(source, read=read).batches())
    assert own.read_text() == "mine"


def test_folders_and_devices_are_no_lists(shop: Path, tmp_path: Path) -> None:
    for place in (tmp_path, Path("/dev/null")):
        with pytest.raises(OptionError, match="is no list of rejected rows"):
            open_source(shop, SourceOptions(rejects=place))
    with pytest.raises(OptionError, match=r"there is no folder .*nowhere; make it first"):
        open_source(shop, SourceOptions(rejects=tmp_path / "nowhere" / "rejects.csv"))


def test_an_earlier_list_stays_until_all_is_read(shop: Path, tmp_path: Path) -> None:
    listed = tmp_path / "rejects.csv"
    listed.write_text(HEADER)
    (tmp_path / ".rejects.csv.part").write_text(f"{HEADER}left,1,by,a load that was killed\n")
    rejects = Rejects(listed)
    rejects.clear()
    for line in range(Rejects.KEPT + 1):
        rejects.add("events.csv", line, "bad_time", "why")
    assert listed.read_text() == HEADER
    rejects.flush()
    rejects.add("events.csv", 5000, "event_id_taken", "found while it was written")
    rejects.flush()
    lines = listed.read_text().splitlines()
    assert (len(lines), lines[0], lines[-1]) == (
        Rejects.KEPT + 3,
        HEADER.strip(),
        "events.csv,5000,event_id_taken,found while it was written",
    )
    assert len(list(tmp_path.glob(".rejects*"))) == 0


def test_a_list_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    rejects = Rejects(tmp_path / "rejects.csv")
    rejects.clear()
    rejects.add("events.csv", 1, "bad_time", "why")
    (tmp_path / ".rejects.csv.part").mkdir()
    with pytest.raises(OptionError, match=r"rejects\.csv cannot be written \(Is a directory\)"):
        rejects.flush()
