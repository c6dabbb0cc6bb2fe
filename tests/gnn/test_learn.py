"""`learn`: the network that does not know the last products says how long the other one learns."""

from gnn.config import ItemConfig, LearnConfig, RankerConfig
from gnn.learn import learn
from kg.snapshot import snapshot_of
from kg.sources import open_source
from tests.shops import TOY

# With these it is best after the eighth of twelve epochs, and two more show that.
ITEMS = ItemConfig(dimension=8, epochs=12, batch=4, negatives=8, rate=0.2, patience=2, device="cpu")


def test_the_network_of_everything_ends_after_the_best_epoch_of_that_of_the_past() -> None:
    shop = snapshot_of(open_source(TOY))
    learned = learn(shop, LearnConfig(ITEMS, RankerConfig(epochs=1)))
    best = learned.measured.index(max(learned.measured)) + 1
    assert len(learned.measured) == best + 2 < ITEMS.epochs
    assert len(learned.losses) == best
