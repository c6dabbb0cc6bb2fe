"""The program files: fetched once, each as listed, whatever goes wrong on the way."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ServerError
from kg.local_server.jars import Download, Jar, fetch, listed, missing

CONTENT = {f"shop:part{number}:1.0": f"content {number}".encode() for number in range(5)}
JARS = [
    Jar(coordinate, len(content), hashlib.sha256(content).hexdigest())
    for coordinate, content in CONTENT.items()
]


def repository(asked: list[str], content: dict[str, bytes] = CONTENT) -> Download:
    """A repository in memory that notes what it is asked for."""

    def download(jar: Jar, folder: Path) -> Path:
        asked.append(jar.coordinate)
        path = folder / jar.coordinate.replace(":", "/") / "downloaded.jar"
        path.parent.mkdir(parents=True)
        path.write_bytes(content[jar.coordinate])
        return path

    return download


def fetched(folder: Path, download: Download, say: Callable[[str], None] = print) -> list[str]:
    fetch(folder, say, jars=JARS, download=download)
    return sorted(path.name for path in folder.iterdir())


def test_the_list_has_every_part_once_and_names_no_host() -> None:
    assert len(listed()) == 238
    assert len({jar.file_name for jar in listed()}) == 238
    assert sum(jar.size for jar in listed()) == 190_865_041
    assert all(len(jar.sha256) == 64 for jar in listed())
    assert not any("/" in jar.coordinate for jar in listed())


def test_a_classifier_is_part_of_the_file_name() -> None:
    jar = Jar("io.netty:netty-transport-native-epoll:4.2:linux-x86_64", 1, "")
    assert jar.file_name == "netty-transport-native-epoll-4.2-linux-x86_64.jar"


def test_fetches_everything_once_and_says_so(tmp_path: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    files = fetched(tmp_path / "jars", repository(asked), said.append)
    assert files == [f"part{number}-1.0.jar" for number in range(5)]
    assert sorted(asked) == sorted(CONTENT)
    assert said == ["Downloading Neo4j 2026.08.1, once: 5 files, 0 MB"]

    fetched(tmp_path / "jars", repository(asked), said.append)
    assert (len(asked), len(said)) == (5, 1)


def test_reports_progress_jar_by_jar(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    fetch(tmp_path / "jars", print, lambda *step: seen.append(step), JARS, repository([]))
    assert seen == [("Downloading Neo4j", done, 5) for done in range(1, 6)]


@pytest.mark.parametrize("wrong", [b"content 9", b"conte", b""], ids=["changed", "half", "empty"])
def test_a_file_that_is_not_as_listed_is_fetched_again(tmp_path: Path, wrong: bytes) -> None:
    folder = tmp_path / "jars"
    fetched(folder, repository([]))
    (folder / "part3-1.0.jar").write_bytes(wrong)
    asked: list[str] = []
    fetched(folder, repository(asked))
    assert asked == ["shop:part3:1.0"]
    assert (folder / "part3-1.0.jar").read_bytes() == b"content 3"


def test_changed_content_is_refused_and_never_lands_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "jars"
    changed = {**CONTENT, "shop:part2:1.0": b"content X"}
    with pytest.raises(ServerError, match=r"^refused shop:part2:1\.0: .*sha256.*$"):
        fetched(folder, repository([], changed))
    assert not (folder / "part2-1.0.jar").exists()
    assert not list(tmp_path.glob("incoming-*"))


def test_an_interrupted_download_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "jars"
    here = repository([])

    def interrupted(jar: Jar, incoming: Path) -> Path:
        if jar.coordinate == "shop:part4:1.0":
            raise KeyboardInterrupt
        return here(jar, incoming)

    with pytest.raises(KeyboardInterrupt):
        fetched(folder, interrupted)
    left = missing(JARS, folder)
    assert "shop:part4:1.0" in [jar.coordinate for jar in left]
    asked: list[str] = []
    fetched(folder, repository(asked))
    assert sorted(asked) == sorted(jar.coordinate for jar in left)


def test_a_passing_failure_is_tried_again_past_what_it_left_behind(tmp_path: Path) -> None:
    calls: list[Path] = []
    here = repository([])

    def shaky(jar: Jar, incoming: Path) -> Path:
        calls.append(incoming)
        path = here(jar, incoming)
        if jar.coordinate == "shop:part1:1.0" and incoming.name == "0":
            path.write_bytes(b"con")
            raise ConnectionResetError
        return path

    assert len(fetched(tmp_path / "jars", shaky)) == 5
    assert len(calls) == 6


def test_without_a_network_one_line_says_what_to_do(tmp_path: Path) -> None:
    def unreachable(jar: Jar, incoming: Path) -> Path:
        raise ConnectionError("many\nlines")

    with pytest.raises(ServerError) as failed:
        fetched(tmp_path / "jars", unreachable)
    assert str(failed.value).endswith(
        "(ConnectionError): check the network and run this again; what has been fetched is kept"
    )


def test_too_little_disk_is_said_before_anything_is_downloaded(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    asked: list[str] = []
    huge = Jar("shop:huge:1.0", 2 * free, "0" * 64)
    with pytest.raises(ServerError, match=r"^Neo4j's program files need \d+ MB in .* MB left: "):
        fetch(tmp_path / "jars", print, jars=[huge], download=repository(asked))
    assert asked == []


def test_the_listed_artefact_comes_from_the_repository(tmp_path: Path, local_extra: None) -> None:
    jar = next(jar for jar in listed() if ":netty-transport-native-kqueue:" in jar.coordinate)
    fetch(tmp_path / "jars", print, jars=[jar])
    assert missing([jar], tmp_path / "jars") == []
