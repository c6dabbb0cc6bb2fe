"""The benchmark that cuts a shop at one moment for everybody."""

from pathlib import Path

from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.bench.temporal import at_one_moment


def test_the_moment_has_four_fifths_of_what_was_wanted_before_it() -> None:
    shop = snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))
    split = at_one_moment(shop)
    # Of twelve wanted products the tenth, which is eve's lipstick, is the first from then on.
    assert split.known.meta.until == 1736400000
    # eve had nothing before; of the three products from then on bob's trail is left.
    assert [shop.users[code] for code in split.users] == ["bob"]
    assert [shop.products.ids[code] for code in split.targets.to] == ["trail"]
