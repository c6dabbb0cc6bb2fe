"""Bound how many of something are under way, in all and of one address; the oldest gives way."""

from collections import OrderedDict
from collections.abc import Callable

GiveUp = Callable[[], None]


class Places:
    """At most `most` places are taken at once, and `each` of them by one address.

    Whoever comes when all are taken gets a place: the oldest holder of the same address is told
    to give up, or where the address has no more than its share, the oldest of the address that has
    most. So a client that fills all places only ever ends requests of its own. Used from the event
    loop alone, so that it needs no lock.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._taken: dict[str, OrderedDict[Place, GiveUp]] = {}
        self._count = 0

    def __len__(self) -> int:
        """How many places are taken."""
        return self._count

    def take(self, address: str, give_up: GiveUp, each: int | None = None) -> "Place":
        """A place for an address. `give_up` is called if it is lost; `each` is the address's bound
        where it differs from that of others."""
        own = self._taken.get(address, ())
        if len(own) >= (self._each if each is None else each):
            self._end_oldest(address)
        elif self._count >= self._most:
            self._end_oldest(max(self._taken, key=lambda name: len(self._taken[name])))
        place = Place(self, address)
        self._taken.setdefault(address, OrderedDict())[place] = give_up
        self._count += 1
        return place

    def renew(self, place: "Place") -> None:
        """Make a place the newest of its address."""
        if place in (held := self._taken.get(place.address, OrderedDict())):
            held.move_to_end(place)

    def leave(self, place: "Place") -> GiveUp | None:
        """Free a place; what it was to call, None where it was free already."""
        held = self._taken.get(place.address, OrderedDict())
        give_up = held.pop(place, None)
        self._count -= give_up is not None
        if not held:
            self._taken.pop(place.address, None)
        return give_up

    def _end_oldest(self, address: str) -> None:
        give_up = self.leave(next(iter(self._taken[address])))
        if give_up is not None:
            give_up()


class Place:
    """A place that is taken, until `leave`."""

    def __init__(self, places: Places, address: str) -> None:
        self._places = places
        self.address = address

    def renew(self) -> None:
        """Count as the newest of its address."""
        self._places.renew(self)

    def leave(self) -> None:
        """Free the place; harmless where it was lost already."""
        self._places.leave(self)
