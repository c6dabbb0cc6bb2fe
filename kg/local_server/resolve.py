"""Write jars.json anew for another Neo4j: `python -m kg.local_server.resolve`, then test.

Resolves what the parts of the server need, downloads it, and notes each file's sha256. A developer
runs this after changing NEO4J_VERSION; it takes some minutes, mostly of jgo's own work.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from jgo.maven import MavenContext

from kg.local_server.jars import NEO4J_VERSION, THREADS, Jar, maven_download

ROOTS = (
    f"org.neo4j:neo4j:{NEO4J_VERSION}",
    f"org.neo4j.app:neo4j-server:{NEO4J_VERSION}",
    f"org.neo4j:neo4j-import-tool:{NEO4J_VERSION}",
    "org.neo4j.client:neo4j-browser:5.24.0",  # versions of its own
)


def coordinates(folder: Path) -> list[str]:
    """The coordinates of the roots and all that they need when they run, sorted."""
    context = MavenContext(repo_cache=folder)
    roots = [context.create_dependency(root) for root in ROOTS]
    resolved, needed = context.resolver.resolve(roots)
    artefacts = [dependency.artifact for dependency in (*resolved, *needed)]
    parts = [(a.groupId, a.artifactId, a.version, a.classifier) for a in artefacts]
    return sorted(":".join(filter(None, each)) for each in parts)


def described(coordinate: str, folder: Path) -> Jar:
    """Size and sha256 of the artefact, downloaded into `folder`."""
    content = maven_download()(Jar(coordinate, 0, ""), folder).read_bytes()
    return Jar(coordinate, len(content), hashlib.sha256(content).hexdigest())


def as_json(jars: Iterable[Jar]) -> str:
    """One jar a line, so that a change of version reads well in a diff."""
    lines = ",\n".join(
        json.dumps({"coordinate": jar.coordinate, "size": jar.size, "sha256": jar.sha256})
        for jar in jars
    )
    return f"[\n{lines}\n]\n"


def main() -> None:
    """Write the list beside this file."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(THREADS) as pool:
        jars = list(pool.map(partial(described, folder=Path(name)), coordinates(Path(name))))
    Path(__file__).with_name("jars.json").write_text(as_json(jars), encoding="utf-8")


if __name__ == "__main__":
    main()
