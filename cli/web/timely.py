"""Close connections that keep the service waiting: uvicorn waits for ever for a request's head and
for an answer to be read, and takes heads of any size and any number of requests and connections."""

import asyncio
import sys
from ipaddress import ip_address, ip_network
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cli.web.config import ServeConfig
from cli.web.places import Place, Places
from cli.web.rate import whole_address

HEAD_BYTES = 64 * 1024
"""How large a head may be."""

PIPELINED = 100
"""Requests that one connection may have sent before the first of them is answered."""


class TimelyProtocol(HttpToolsProtocol):
    """HTTP/1.1 that gives a request's head `head_s` to be there as a whole, and an answer `write_s`
    to be read as a whole. `protocol_of` says how many connections there may be.
    """

    head_s: float
    write_s: float
    connected: Places
    """Connections, those that sent a request lately last."""
    unread: Places
    """Connections with an answer that the client has not read yet."""
    proxies: tuple[Any, ...] = ()
    """Networks of proxies, which may have as many connections as there may be."""

    _late: asyncio.TimerHandle | None = None
    _slow: asyncio.TimerHandle | None = None
    _connection: Place
    _answer: Place | None = None
    _head: int | None = None
    """How much came while a head is read, None while none is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        # So that writing pauses as soon as the client leaves anything unread.
        transport.set_write_buffer_limits(high=0)
        self._connection = self.connected.take(self._address, transport.abort, self._most)
        self._wait()

    def on_message_begin(self) -> None:
        """A head begins."""
        if len(self.pipeline) >= PIPELINED:
            raise ValueError("too many requests before the first is answered")  # a 400
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """The head is there."""
        super().on_headers_complete()
        self._head = None
        self._connection.renew()

    def data_received(self, data: bytes) -> None:
        """Wait on while a head has begun and is not there."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.send_400_response(f"The head of a request may have {HEAD_BYTES} bytes.")
                return
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering:
            self._end_wait()
        elif self._late is None:
            self._wait()

    def pause_writing(self) -> None:
        """The client leaves a part of an answer unread."""
        super().pause_writing()
        if self._slow is None:
            self._slow = self.loop.call_later(self.write_s, self.transport.abort)
            self._answer = self.unread.take(self._address, self.transport.abort, self._most)

    def resume_writing(self) -> None:
        """The client has read all that was written."""
        super().resume_writing()
        self._end_slow()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end_wait()
        self._end_slow()
        self._connection.leave()
        super().connection_lost(exc)

    @property
    def _address(self) -> str:
        return whole_address(self.client[0]) if self.client else ""

    @property
    def _most(self) -> int | None:
        """How many connections the address may have, None for as many as others."""
        if not self.proxies or not self.client:
            return None
        address = ip_address(self.client[0])
        return sys.maxsize if any(address in each for each in self.proxies) else None

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.head_s, self.transport.close)

    def _end_wait(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end_slow(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        if self._answer is not None:
            self._answer.leave()
            self._answer = None


def protocol_of(config: ServeConfig) -> type[TimelyProtocol]:
    """The protocol with the limits of a service, all of whose connections count together."""

    class Protocol(TimelyProtocol):
        head_s, write_s = config.head_s, config.write_s
        connected = Places(config.connections, config.connections // 2)
        unread = Places(config.unread, config.unread // 2)
        proxies = tuple(map(ip_network, config.proxies))

    return Protocol
