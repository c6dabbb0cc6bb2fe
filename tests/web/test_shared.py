"""Those who ask for the same at about the same time share it."""

import asyncio
from threading import Event

import pytest

from cli.web.shared import Shared


def test_those_who_ask_while_it_is_made_and_shortly_after_share_it() -> None:
    now, made, going_on = 0.0, 0, Event()

    def make() -> int:
        nonlocal made
        made += 1
        assert going_on.wait(60)
        return made

    async def ask() -> list[list[int]]:
        nonlocal now
        shared = Shared(make, 1.0, lambda: now)
        first = [asyncio.ensure_future(shared.get()) for _ in range(50)]
        await asyncio.sleep(0)
        now = 5.0
        first.append(asyncio.ensure_future(shared.get()))
        await asyncio.sleep(0)
        first.pop(0).cancel()
        going_on.set()
        told = [await asyncio.gather(*first)]
        now = 5.9
        told.append([await shared.get(), await shared.get()])
        now = 6.8
        told.append([await shared.get()])
        return told

    assert asyncio.run(ask()) == [[1] * 50, [2, 2], [2]]


def test_what_cannot_be_made_is_tried_again_later() -> None:
    now, tried = 0.0, 0

    def make() -> int:
        nonlocal tried
        tried += 1
        raise ValueError(str(tried))

    async def ask() -> None:
        nonlocal now
        shared = Shared(make, 1.0, lambda: now)
        for at, said in ((0.0, "1"), (0.5, "1"), (1.0, "2")):
            now = at
            with pytest.raises(ValueError, match=f"^{said}$"):
                await shared.get()

    asyncio.run(ask())
