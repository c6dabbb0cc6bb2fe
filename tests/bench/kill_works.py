"""The works that are killed: how each is begun, killed, completed and compared."""

from collections.abc import Callable, Mapping

import numpy as np

from kg.recommend.learned import unpack
from tests.bench.graph_state import GraphState
from tests.bench.kill_ingest import ingest
from tests.bench.kill_place import (
    EMPTY,
    Place,
    build_command,
    compared,
    completed,
    disturbed,
    timed,
)

DAMAGE = (
    "MATCH (p:Product) WHERE p.product_id ENDS WITH '7' REMOVE p.text_hash, p.text_embedding_a",
    "MATCH (a:Product)-[r:BOUGHT_NEXT]->() WHERE a.product_id ENDS WITH '3' DELETE r",
    "MATCH (a:Product)-[r:BOUGHT_WITH]->() WHERE a.product_id ENDS WITH '1' SET r.weight = 0.5",
)
"""What `kgrec refresh` mends: vectors, and relationships that are derived."""


def build(place: Place, victim: str, share: float, number: int) -> list[str]:
    """Load, derive and embed all of the shop, from nothing."""
    place.run(EMPTY)
    place.wanted = place.built
    wrong = disturbed(place, "build-graph", build_command(place), victim, share)
    wrong += completed(place, build_command(place))
    return wrong + compared(place)


def refresh(place: Place, victim: str, share: float, number: int) -> list[str]:
    """Embed and derive what is missing of the graph."""
    command = ["refresh"]
    _damage(place)
    if "refresh" not in place.seconds:
        timed(place, "refresh", command)
        _damage(place)
    wrong = disturbed(place, "refresh", command, victim, share)
    wrong += completed(place, command)
    return wrong + compared(place)


def _damage(place: Place) -> None:
    place.run(*DAMAGE)


def train(place: Place, victim: str, share: float, number: int) -> list[str]:
    """Learn a network and a ranker: the model that is served is always whole."""
    command = ["train", "--epochs", "1"]
    if "train" not in place.seconds:
        timed(place, "train", command)
        place.model = _served_model(place)
    wrong = disturbed(place, "train", command, victim, share)
    _served_model(place)  # raises where it is not whole
    wrong += completed(place, command)
    now = _served_model(place)
    wrong += [
        f"the model's {name} differs"
        for name in sorted(now.keys() | place.model.keys())
        if not _alike(now.get(name), place.model.get(name))
    ]
    return wrong + compared(place)


def _alike(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None or one.shape != other.shape:
        return False
    return one.dtype.kind in "US" or bool(np.allclose(one, other, atol=1e-5))


def _served_model(place: Place) -> dict[str, np.ndarray]:
    """The arrays of the model that is served, and the vector of every product."""
    with place.graph() as graph:
        (row,) = graph.read("resolve/model")
        model = unpack(bytes(row["packed"]))
        rows = graph.ask(
            "MATCH (p:Product) RETURN p.product_id AS id,"
            f" p.gnn_embedding_{row['slot']} AS vector ORDER BY id"
        )
    if model.head is None or model.ranker is None:
        raise RuntimeError("the model that is served has no head or no ranker")
    vectors = np.asarray([each["vector"] for each in rows], dtype=np.float32)
    return {"vectors": vectors, "ranker": model.ranker.hidden, "out": model.ranker.out}


def forget(place: Place, victim: str, share: float, number: int) -> list[str]:
    """Erase a user; each round another, so that nobody has to be brought back."""
    with place.graph() as graph:
        users = graph.ask("MATCH (u:User)-->() RETURN DISTINCT u.user_id AS id ORDER BY id")
    user = str(users[number % len(users)]["id"])
    command = ["forget-user", user]
    place.seconds.setdefault("forget", 2.0)
    wrong = disturbed(place, "forget", command, victim, share)
    wrong += completed(place, command)
    place.wanted = place.wanted.without_user(user)
    with place.graph() as graph:
        hashes = graph.ask("MATCH (f:Forgotten) RETURN f.hash AS hash")
        known = graph.ask("MATCH (u:User {user_id: $user}) RETURN u.user_id AS id", user=user)
    wrong += [f"{user} is still there"] if known else []
    kept = {f'["Forgotten","{row["hash"]}",{{"hash":"{row["hash"]}"}}]' for row in hashes}
    place.wanted = GraphState(place.wanted.rows | kept, place.wanted.vectors)
    return wrong + compared(place)


Work = Callable[[Place, str, float, int], list[str]]
WORKS: Mapping[str, Work] = {
    "build-graph": build,
    "refresh": refresh,
    "train": train,
    "ingest": ingest,
    "forget": forget,
}
"""By name; given victim, moment and number of the round, each returns what was wrong."""
