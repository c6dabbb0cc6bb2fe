"""Ways to hide a part of a shop's events, each a Split. None of them ranks sampled candidates."""

from pathlib import Path

import numpy as np
import polars as pl

from gnn.evaluate.split import Split, among, judged, pair
from kg.derive import DeriveConfig
from kg.derive.sequences import Sequences, evidence_of, runs, sequences_of
from kg.errors import OptionError, SourceError
from kg.moments import readable_moment
from kg.snapshot import Snapshot, columns_of, only
from kg.snapshot.assemble import code_of
from kg.snapshot.types import Flags, Ints, Longs

__all__ = [
    "Split",
    "among",
    "by_file",
    "drawn_products",
    "leave_last",
    "leave_one_out",
    "leave_out",
    "leave_share",
    "new_products",
    "new_users",
    "temporal",
]

SHORTEST = 3
"""Who has fewer products is never judged and never cut: one to learn from, to validate, to test."""

DEFAULT = DeriveConfig()
NEVER = np.iinfo(np.int64).max


def leave_out(snapshot: Snapshot, n: int, config: DeriveConfig = DEFAULT) -> Snapshot:
    """The snapshot before each user's last n products: nothing that a user did from then on.

    Users with fewer than SHORTEST products keep all of theirs; of the others, those with no more
    than n keep none. What is derived from events is derived again.
    """
    sequences = sequences_of(columns_of(snapshot))
    return only(snapshot, _before(snapshot, sequences, _last(snapshot, sequences, n)), None, config)


def leave_last(
    snapshot: Snapshot, n: int, config: DeriveConfig = DEFAULT, name: str | None = None
) -> Split:
    """Guess each user's n-th product from the end from those before. Judges who has some before."""
    sequences = sequences_of(columns_of(snapshot))
    first = _last(snapshot, sequences, n)
    known = only(snapshot, _before(snapshot, sequences, first), None, config)
    place = np.arange(len(sequences.user))
    target = (place == first[sequences.user]) & (place > sequences.start)
    name = name or f"leave-last-{n}"
    return judged(name, known, sequences.user[target], sequences.product[target])


def leave_share(
    snapshot: Snapshot, share: float, seed: int = 0, config: DeriveConfig = DEFAULT
) -> Split:
    """Guess a drawn share of each user's products, at least one, from the others, whatever the
    order: for events whose order means nothing. Raises OptionError, GraphError."""
    sequences = sequences_of(columns_of(snapshot))
    if not 0 < share < 1:
        raise OptionError(f"a share is drawn between 0 and 1, not {share:g}")
    starts, sizes = runs(sequences.user)
    drawn = np.random.default_rng(seed).random(len(sequences.user))
    turn = np.empty(len(drawn), np.int64)
    turn[np.lexsort((drawn, sequences.user))] = np.arange(len(drawn)) - np.repeat(starts, sizes)
    most = np.where(sizes >= SHORTEST, np.maximum(np.round(share * sizes), 1), 0)
    target = turn < np.repeat(most, sizes)
    hidden = pair(snapshot, sequences.user[target], sequences.product[target])
    events = snapshot.events
    kept = ~np.isin(pair(snapshot, events.user, events.product), hidden)
    known = only(snapshot, kept, None, config)
    name = f"leave-share-{share:g}"
    return judged(name, known, sequences.user[target], sequences.product[target])


def leave_one_out(snapshot: Snapshot, part: str = "test", config: DeriveConfig = DEFAULT) -> Split:
    """The field's split (S3-Rec): a user's last product is test, the last but one validation.

    At test time the validation product belongs to the graph and the history. Raises OptionError
    for another part, GraphError where nobody can be judged.
    """
    if part not in ("validation", "test"):
        raise OptionError(f"no part {part!r} of leave-one-out; there are validation and test")
    return leave_last(snapshot, 1 if part == "test" else 2, config, f"leave-one-out {part}")


def by_file(
    snapshot: Snapshot, path: Path, part: str = "test", config: DeriveConfig = DEFAULT
) -> Split:
    """Guess the pairs that a file with columns user_id, product_id, part gives to `part`.

    Every event of a pair that the file gives to another part than train is left out. Raises
    SourceError for a file that cannot be read, lacks a column or names what the graph has not.
    """
    table = _read(path)
    user = _codes(table["user_id"], snapshot.users, path)
    product = _codes(table["product_id"], snapshot.products.ids, path)
    hidden = (table["part"] != "train").to_numpy()
    pairs = pair(snapshot, user, product)
    events = snapshot.events
    kept = ~np.isin(pair(snapshot, events.user, events.product), pairs[hidden])
    asked = (table["part"] == part).to_numpy()
    known = only(snapshot, kept, None, config)
    return judged(f"{path.name} {part}", known, user[asked], product[asked])


def temporal(snapshot: Snapshot, until: int, config: DeriveConfig = DEFAULT) -> Split:
    """Guess what users with a history before `until` wanted first from then on (until: inclusive).

    Raises GraphError where nobody wanted anything new.
    """
    known = only(snapshot, snapshot.events.at < until, until, config)
    before, whole = (sequences_of(columns_of(each)) for each in (known, snapshot))
    target = np.isin(whole.user, before.user) & ~np.isin(
        pair(snapshot, whole.user, whole.product), pair(snapshot, before.user, before.product)
    )
    name = f"temporal from {readable_moment(until, snapshot.meta.clock)}"
    return judged(name, known, whole.user[target], whole.product[target])


def new_products(
    snapshot: Snapshot, share: float = 0.1, seed: int = 0, config: DeriveConfig = DEFAULT
) -> Split:
    """Guess a drawn product that nobody was seen with, from the user's others before it.

    The drawn products (`drawn_products`) have no event in the known graph. A user is judged by the
    last of them with another product before it, and known up to there.
    """
    sequences = sequences_of(columns_of(snapshot))
    drawn = drawn_products(snapshot, share, seed)
    cold = np.isin(sequences.product, drawn)
    warm_before = _so_far(~cold, sequences) > 0
    target = np.flatnonzero(cold & warm_before)
    first = np.full(len(snapshot.users), NEVER)
    first[sequences.user[target]] = target  # of several, numpy keeps the last
    kept = _before(snapshot, sequences, first) & ~np.isin(snapshot.events.product, drawn)
    known = only(snapshot, kept, None, config)
    target = np.unique(first[first != NEVER])
    return judged("new-products", known, sequences.user[target], sequences.product[target])


def drawn_products(snapshot: Snapshot, share: float = 0.1, seed: int = 0) -> Ints:
    """The products that `new_products` hides: a share of those that anybody wanted, by code."""
    return _drawn(np.unique(sequences_of(columns_of(snapshot)).product), share, seed)


def new_users(
    snapshot: Snapshot,
    share: float = 0.1,
    seed: int = 0,
    history: int = 1,
    config: DeriveConfig = DEFAULT,
) -> Split:
    """Guess all that drawn users wanted after their first `history` products, the rest of them
    unknown."""
    sequences = sequences_of(columns_of(snapshot))
    starts, sizes = runs(sequences.user)
    able = sizes > history
    drawn = _drawn(sequences.user[starts[able]], share, seed)
    first = np.full(len(snapshot.users), NEVER)
    first[sequences.user[starts]] = starts + history
    first[np.setdiff1d(np.arange(len(first)), drawn)] = NEVER
    known = only(snapshot, _before(snapshot, sequences, first), None, config)
    target = np.arange(len(sequences.user)) >= first[sequences.user]
    return judged("new-users", known, sequences.user[target], sequences.product[target])


def _last(snapshot: Snapshot, sequences: Sequences, n: int) -> Longs:
    """Where each user's last n products begin in the sequences [users]; NEVER for the short."""
    starts, sizes = runs(sequences.user)
    first = np.full(len(snapshot.users), NEVER)
    begin = np.maximum(starts + sizes - n, starts)
    first[sequences.user[starts]] = np.where(sizes >= SHORTEST, begin, NEVER)
    return first


def _before(snapshot: Snapshot, sequences: Sequences, first: Longs) -> Flags:
    """Mask [events]: what each user did before wanting the product at first[user] [users].

    Of events of the very same moment, those with the products before it in the sequence.
    """
    events = snapshot.events
    moment = _moments(snapshot, sequences, first)[events.user]
    earlier = np.arange(len(sequences.user)) < first[sequences.user]
    kept = pair(snapshot, sequences.user[earlier], sequences.product[earlier])
    mine = np.isin(pair(snapshot, events.user, events.product), kept)
    return np.asarray((events.at < moment) | ((events.at == moment) & mine), np.bool_)


def _moments(snapshot: Snapshot, sequences: Sequences, first: Longs) -> Longs:
    """When each user [users] wanted the product at place first[user]; NEVER where there is none."""
    cut_off = np.flatnonzero(first != NEVER)
    product = np.full(len(first), -1, np.int64)
    product[cut_off] = sequences.product[first[cut_off]]
    wanted = evidence_of(columns_of(snapshot))
    of_it = wanted.product == product[wanted.user]
    moment = np.full(len(first), NEVER)
    np.minimum.at(moment, wanted.user[of_it], wanted.at[of_it])
    return moment


def _so_far(flag: Flags, sequences: Sequences) -> Longs:
    """How many earlier entries [s] of the same sequence have the flag."""
    before = np.concatenate([[0], np.cumsum(flag)])
    return np.asarray(before[:-1] - before[sequences.start], np.int64)


def _drawn(codes: Ints, share: float, seed: int) -> Ints:
    if not 0 < share < 1:
        raise OptionError(f"a share is drawn between 0 and 1, not {share:g}")
    size = min(len(codes), max(1, round(share * len(codes))))
    return np.sort(np.random.default_rng(seed).choice(codes, size, replace=False))


def _read(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    if missing := {"user_id", "product_id", "part"} - set(table.columns):
        raise SourceError(f"{path} has no column {', '.join(sorted(missing))}")
    return table.with_columns(pl.col("part").fill_null(""))


def _codes(keys: pl.Series, ids: tuple[str, ...], path: Path) -> Ints:
    codes = code_of(keys, ids)
    if len(unknown := np.flatnonzero(codes < 0)):
        raise SourceError(
            f"{path}: {len(unknown):,} rows have a {keys.name} that the graph has not,"
            f" such as {keys[int(unknown[0])]!r}"
        )
    return codes
