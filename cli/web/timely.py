"""Close connections whose requests do not come: uvicorn waits for a request's head for ever, and
takes one of any size."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
"""How long the head of a request may take to arrive, the first since the connection was made."""

HEAD_BYTES = 64 * 1024
"""How large a head may be."""


class TimelyProtocol(HttpToolsProtocol):
    """HTTP/1.1 that gives a request's head `head_s` to be there as a whole."""

    head_s = HEAD_S
    _late: asyncio.TimerHandle | None = None
    _head: int | None = None
    """How much came while a head is read, None while none is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """The head is there."""
        super().on_headers_complete()
        self._head = None

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

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end_wait()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.head_s, self.transport.close)

    def _end_wait(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
