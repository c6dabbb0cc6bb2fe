"""Neo4j as Maven artefacts: fetched once a machine, each held to the sha256 in jars.json."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filelock import FileLock

from kg.errors import ServerError
from kg.local_server.space import require_space
from kg.progress import Progress, silent

NEO4J_VERSION = "2026.08.1"
THREADS = 8
TIMEOUT_SECONDS = 60

Download = Callable[["Jar", Path], Path]
"""Called as download(jar, folder): puts the artefact somewhere below folder, gives its path."""


@dataclass(frozen=True)
class Jar:
    """An artefact: `coordinate` is group:name:version or group:name:version:classifier."""

    coordinate: str
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        """The name it has on the class path, which the artefact's own part makes unique."""
        return "-".join(self.coordinate.split(":")[1:]) + ".jar"


@cache
def listed() -> tuple[Jar, ...]:
    """Everything that a Neo4j Community server with Browser and its tools consists of."""
    text = Path(__file__).with_name("jars.json").read_text(encoding="utf-8")
    return tuple(Jar(**row) for row in json.loads(text))


def is_intact(jar: Jar, folder: Path) -> bool:
    """Is the jar there, with the listed content?"""
    path = folder / jar.file_name
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def missing(jars: Iterable[Jar], folder: Path) -> list[Jar]:
    """Those that are absent, cut short or changed. Reads every file: half a second in all."""
    with ThreadPoolExecutor(THREADS) as pool:
        wanted = list(jars)
        intact = pool.map(lambda jar: is_intact(jar, folder), wanted)
        return [jar for jar, good in zip(wanted, intact, strict=True) if not good]


def fetch(
    folder: Path,
    say: Callable[[str], None],
    progress: Progress = silent,
    jars: Sequence[Jar] | None = None,
    download: Download | None = None,
) -> None:
    """Make `folder` hold every jar, downloading what is absent or not as listed.

    What was fetched stays, so that an interrupted call goes on where it was; two calls at once
    wait for each other. Raises ServerError: no network, a changed artefact, too little disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        wanted = missing(listed() if jars is None else jars, folder)
        if wanted:
            _fetch(wanted, folder, say, progress, download or maven_download())


def _fetch(
    wanted: list[Jar],
    folder: Path,
    say: Callable[[str], None],
    progress: Progress,
    download: Download,
) -> None:
    size = sum(jar.size for jar in wanted)
    require_space(folder, size, "Neo4j's program files")
    say(f"Downloading Neo4j {NEO4J_VERSION} ({len(wanted)} files, {size / 1e6:.0f} MB), once")
    # Beside the folder, so that a finished jar is moved in at one stroke and none is half there.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="incoming-") as incoming:
        pool = ThreadPoolExecutor(THREADS)
        try:
            arrived = pool.map(
                lambda jar: _fetch_one(jar, folder, Path(incoming), download), wanted
            )
            for done, _ in enumerate(arrived, start=1):
                progress("Neo4j", done, len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)


def _fetch_one(jar: Jar, folder: Path, incoming: Path, download: Download) -> None:
    try:
        path = download(jar, incoming)
    except (OSError, RuntimeError) as error:  # what jgo raises without a network, or on a 404
        raise ServerError(
            f"cannot download {jar.coordinate} ({type(error).__name__}): check the network and run"
            " this again; what has been fetched is kept"
        ) from error
    renamed = path.rename(path.with_name(jar.file_name))
    if not is_intact(jar, renamed.parent):
        raise ServerError(
            f"refused {jar.coordinate}: its sha256 is not the listed one; run this again, and if it"
            " stays so, something between here and the repository changes files"
        )
    shutil.move(renamed, folder / jar.file_name)


def maven_download() -> Download:
    """Fetch by coordinate through jgo, from the repository that it is set up for."""
    try:
        from jgo.maven import MavenContext
    except ImportError as error:
        raise MISSING_EXTRA from error

    def download(jar: Jar, folder: Path) -> Path:
        context = MavenContext(repo_cache=folder, timeout=TIMEOUT_SECONDS)
        group, name, version, *classifier = jar.coordinate.split(":")
        component = context.project(group, name).at_version(version)
        return Path(component.artifact("".join(classifier), "jar").resolve())

    return download


MISSING_EXTRA = ServerError(
    "a local Neo4j server needs `pip install 'kgrec[local]'`; or name a server in NEO4J_URI"
)
