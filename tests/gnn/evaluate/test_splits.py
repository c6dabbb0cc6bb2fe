"""Splits of the toy shop: who is judged by what, and that nothing of it is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.evaluate.split import Split, among
from gnn.evaluate.splits import (
    by_file,
    drawn_products,
    leave_last,
    leave_one_out,
    leave_out,
    leave_share,
    new_products,
    new_users,
    temporal,
)
from kg.derive.sequences import sequences_of
from kg.errors import GraphError, OptionError, SourceError
from kg.snapshot import Snapshot, columns_of, cut, snapshot_of
from kg.snapshot.types import EVENT_TYPES, Rows
from kg.sources import open_source
from tests.shops import Shop

Lists = dict[str, list[str]]
DAY_OF_BOBS_SOCK = 1736380800
TOY = {
    "ann": ["runner", "sock", "shirt"],
    "bob": ["runner", "sock", "trail"],
    "cat": ["lipred", "balm", "lippink"],
    "dan": ["runner"],
    "eve": ["lipred", "lippink"],
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture(scope="module")
def toy() -> Snapshot:
    return snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))


def read(shop: Shop) -> Snapshot:
    return snapshot_of(open_source(shop.path))


def histories(snapshot: Snapshot) -> Lists:
    """The sequences, by name."""
    sequences = sequences_of(columns_of(snapshot))
    found: Lists = {}
    for user, product in zip(sequences.user, sequences.product, strict=True):
        found.setdefault(snapshot.users[user], []).append(snapshot.products.ids[product])
    return found


def named(split: Split, rows: Rows) -> Lists:
    users, ids = split.known.users, split.known.products.ids
    return {
        users[user]: [ids[code] for code in rows.of(row)]
        for row, user in enumerate(split.users.tolist())
    }


def targets(split: Split) -> Lists:
    return named(split, split.targets)


def done(snapshot: Snapshot) -> set[tuple[str, str, str, int]]:
    """Every event, by name."""
    events = snapshot.events
    return {
        (snapshot.users[u], EVENT_TYPES[t], snapshot.products.ids[p], int(at))
        for u, t, p, at in zip(events.user, events.type, events.product, events.at, strict=True)
    }


def same_known(one: Snapshot, other: Snapshot) -> bool:
    """Do two graphs say the same: events, popularity and derived edges?"""
    return (
        done(one) == done(other)
        and all(
            np.array_equal(getattr(one.derived, name), getattr(other.derived, name), equal_nan=True)
            for name in ("popularity", "mean_age", "mean_place")
        )
        and all(
            np.array_equal(getattr(a, column), getattr(b, column))
            for a, b in (
                (one.derived.bought_next, other.derived.bought_next),
                (one.derived.bought_with, other.derived.bought_with),
            )
            for column in ("start", "to", "weight")
        )
    )


def test_the_last_product_of_whoever_has_three_is_test(toy: Snapshot) -> None:
    split = leave_one_out(toy, "test")
    assert targets(split) == {"ann": ["shirt"], "bob": ["trail"], "cat": ["lippink"]}
    assert histories(split.known) == TOY | {
        "ann": ["runner", "sock"],
        "bob": ["runner", "sock"],
        "cat": ["lipred", "balm"],
    }


def test_the_last_but_one_is_validation_and_the_last_is_not_known(toy: Snapshot) -> None:
    split = leave_one_out(toy, "validation")
    assert split.name == "leave-one-out validation"
    assert targets(split) == {"ann": ["sock"], "bob": ["sock"], "cat": ["balm"]}
    assert histories(split.known) == TOY | {"ann": ["runner"], "bob": ["runner"], "cat": ["lipred"]}


def test_what_the_user_has_is_left_out_of_lists(toy: Snapshot) -> None:
    split = leave_one_out(toy, "test")
    assert named(split, split.seen) == {
        "ann": ["runner", "sock"],
        "bob": ["runner", "sock"],
        "cat": ["balm", "lipred"],
    }


def test_a_product_rated_low_before_is_seen_and_no_target(shop: Shop) -> None:
    shop.append("events.csv", "ann,shirt,RATED,1735700000,1,")
    assert targets(leave_one_out(read(shop), "test")) == {"bob": ["trail"], "cat": ["lippink"]}


def test_of_purchases_at_one_moment_those_before_in_the_sequence_stay(toy: Snapshot) -> None:
    # ann bought runner and sock at once; runner has the smaller code and comes first.
    assert histories(leave_out(toy, 2))["ann"] == ["runner"]


def test_three_left_out_leave_nothing_of_three(toy: Snapshot) -> None:
    assert histories(leave_out(toy, 3)) == {"dan": ["runner"], "eve": ["lipred", "lippink"]}
    with pytest.raises(GraphError, match="nobody can be judged by leave-last-3"):
        leave_last(toy, 3)


def test_nothing_that_a_user_did_after_the_target_is_known(shop: Shop, toy: Snapshot) -> None:
    later = 1736294400 + 1
    shop.append(
        "events.csv",
        f"ann,runner,BOUGHT,{later},,o90",
        f"ann,woolsock,VIEWED,{later},,",
        f"ann,racer,RATED,{later},1,",
    )
    known = leave_out(read(shop), 1)
    assert same_known(known, leave_out(toy, 1))


def test_what_a_user_looked_at_before_the_target_is_known(shop: Shop) -> None:
    shop.append("events.csv", "ann,shirt,VIEWED,1736294399,,", "ann,shirt,VIEWED,1736294400,,")
    ann = {event for event in done(leave_out(read(shop), 1)) if event[0] == "ann"}
    assert ann == {
        ("ann", "BOUGHT", "runner", 1735689600),
        ("ann", "BOUGHT", "sock", 1735689600),
        ("ann", "VIEWED", "shirt", 1736294399),
    }


def test_a_share_of_everybodys_products_is_hidden_whatever_their_order(toy: Snapshot) -> None:
    split = leave_share(toy, 0.4, seed=1)
    known = histories(split.known)
    hidden = {
        split.known.users[user]: {split.known.products.ids[code] for code in split.targets.of(row)}
        for row, user in enumerate(split.users)
    }
    assert {name: len(some) for name, some in hidden.items()} == {"ann": 1, "bob": 1, "cat": 1}
    assert {name: sorted([*known[name], *hidden[name]]) for name in hidden} == {
        name: sorted(TOY[name]) for name in hidden
    }
    assert {name: known[name] for name in ("dan", "eve")} == {"dan": TOY["dan"], "eve": TOY["eve"]}


def test_another_test_product_changes_nothing_at_validation(shop: Shop, toy: Snapshot) -> None:
    shop.replace("events.csv", "ann,shirt,BOUGHT", "ann,racer,BOUGHT")
    changed = leave_one_out(read(shop), "validation")
    assert same_known(changed.known, leave_one_out(toy, "validation").known)
    assert not same_known(read(shop), toy)


def test_popularity_and_edges_are_derived_without_the_targets(toy: Snapshot) -> None:
    known = leave_one_out(toy, "test").known
    code = toy.products.code
    assert known.derived.bought_next.of(code["sock"]).tolist() == []
    assert toy.derived.bought_next.of(code["sock"]).tolist() == [code["shirt"], code["trail"]]
    assert known.derived.popularity[code["shirt"]] == 0.0


def test_learned_vectors_are_not_known(toy: Snapshot) -> None:
    learned = replace(toy, gnn=np.ones((12, 2), np.float32))
    assert leave_out(learned, 1).gnn is None


def test_a_file_says_which_pairs_are_hidden(toy: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "split.csv"
    path.write_text(
        "user_id,product_id,part\nann,runner,test\nann,sock,train\ncat,balm,test\n"
        "cat,lipred,validation\n"
    )
    split = by_file(toy, path)
    assert (split.name, targets(split)) == ("split.csv test", {"ann": ["runner"], "cat": ["balm"]})
    assert histories(split.known) == TOY | {"ann": ["sock", "shirt"], "cat": ["lippink"]}
    assert targets(by_file(toy, path, "validation")) == {"cat": ["lipred"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id,product_id\nann,sock\n", "has no column part"),
        ("user_id,product_id,part\nzoe,sock,test\n", "1 rows have a user_id .*'zoe'"),
        ("user_id,product_id,part\nann,sky,test\n", "1 rows have a product_id .*'sky'"),
    ],
)
def test_a_file_that_does_not_fit_says_why(
    toy: Snapshot, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "split.csv"
    path.write_text(text)
    with pytest.raises(SourceError, match=said):
        by_file(toy, path)


def test_a_file_that_is_not_there_says_so(toy: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        by_file(toy, tmp_path / "none.csv")


def test_a_moment_parts_what_is_known_from_what_is_new(toy: Snapshot) -> None:
    split = temporal(toy, DAY_OF_BOBS_SOCK)
    # eve had nothing before; fay never wanted anything.
    assert targets(split) == {"bob": ["sock", "trail"]}
    assert same_known(split.known, cut(toy, DAY_OF_BOBS_SOCK))
    assert split.known.meta.until == DAY_OF_BOBS_SOCK


def test_a_later_event_changes_nothing_that_is_known_at_a_moment(shop: Shop, toy: Snapshot) -> None:
    shop.append("events.csv", f"dan,soap,BOUGHT,{DAY_OF_BOBS_SOCK},,o91")
    split = temporal(read(shop), DAY_OF_BOBS_SOCK)
    assert targets(split) == {"bob": ["sock", "trail"], "dan": ["soap"]}
    assert same_known(split.known, temporal(toy, DAY_OF_BOBS_SOCK).known)


def test_bought_again_is_not_new(shop: Shop) -> None:
    shop.append("events.csv", f"dan,runner,BOUGHT,{DAY_OF_BOBS_SOCK},,o92")
    assert "dan" not in targets(temporal(read(shop), DAY_OF_BOBS_SOCK))


def test_new_products_have_no_events_and_are_guessed_from_what_came_before(toy: Snapshot) -> None:
    split = new_products(toy, share=0.3, seed=0)  # of the seven that anybody wanted
    drawn = {toy.products.ids[code] for code in drawn_products(toy, 0.3, 0)}
    assert drawn == {"shirt", "sock"}
    # ann has two of them and is judged by the last; what bob did after his sock is not known.
    assert targets(split) == {"ann": ["shirt"], "bob": ["sock"]}
    assert histories(split.known) == TOY | {"ann": ["runner"], "bob": ["runner"]}
    assert not drawn & {product for _, _, product, _ in done(split.known)}
    assert split.known.products is toy.products


def test_the_same_seed_draws_the_same(toy: Snapshot) -> None:
    assert drawn_products(toy, 0.5, 3).tolist() == drawn_products(toy, 0.5, 3).tolist()
    assert drawn_products(toy, 0.5, 3).tolist() != drawn_products(toy, 0.5, 4).tolist()


def test_new_users_are_known_by_their_first_product_alone(toy: Snapshot) -> None:
    split = new_users(toy, share=0.99)  # all four that have two products
    assert targets(split) == {
        "ann": ["shirt", "sock"],
        "bob": ["sock", "trail"],
        "cat": ["balm", "lippink"],
        "eve": ["lippink"],
    }
    assert histories(split.known) == {user: products[:1] for user, products in TOY.items()}


def test_new_users_may_have_no_history_at_all(toy: Snapshot) -> None:
    split = new_users(toy, share=0.99, history=0)
    assert histories(split.known) == {}
    assert targets(split) == {user: sorted(products) for user, products in TOY.items()}
    assert split.seen.start.tolist() == [0] * 6


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan")])
def test_a_share_lies_between_0_and_1(toy: Snapshot, share: float) -> None:
    with pytest.raises(OptionError, match="between 0 and 1"):
        new_users(toy, share)


def test_among_ranks_only_what_it_is_told(toy: Snapshot) -> None:
    split = among(leave_one_out(toy, "test"), np.array([1, 3], np.int32))
    assert split.among is not None
    assert np.flatnonzero(split.among).tolist() == [1, 3]
    assert split.name == "leave-one-out test, among 2 products"


def test_one_user_with_one_product_cannot_be_judged(shop: Shop) -> None:
    (shop.path / "events.csv").write_text(
        "user_id,product_id,type,at,value,order_id\nann,sock,BOUGHT,1,,\n"
    )
    with pytest.raises(GraphError, match="nobody can be judged"):
        leave_one_out(read(shop), "test")
