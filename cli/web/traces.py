"""Traces by OpenTelemetry (extra `otel`): a span a request, one in it for each stage.

No span has an id, a text or a path: neither who asked nor for what.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.errors import OptionError
from kg.recommend.told import Told

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

NANO = 1_000_000
"""Nanoseconds of a millisecond."""

Ended = Callable[[str, int], None]
"""Told a route's pattern and the status that it answered with."""


class Traces:
    """Makes spans where there is a provider, and nothing where there is none."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("kgrec") if provider else None

    @contextmanager
    def request(self, method: str, headers: Mapping[str, str], request_id: str) -> Iterator[Ended]:
        """The span of a request, within that of who asked (`traceparent`)."""
        if self._tracer is None:
            yield lambda _route, _status: None
            return
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind

        given: dict[str, Any] = {"http.request.method": method, "kgrec.request_id": request_id}
        with self._tracer.start_as_current_span(
            method,
            extract(headers),
            SpanKind.SERVER,
            given,
            record_exception=False,  # its message may name a person
            set_status_on_exception=False,
        ) as span:

            def ended(route: str, status: int) -> None:
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)

            yield ended

    def stages(self, answer: Told) -> None:
        """Spans of the stages of an answer that has just been made."""
        if self._tracer is None:
            return
        spent = {name: int(ms * NANO) for name, ms in answer.timings_ms.items() if name != "total"}
        begun = time.time_ns() - sum(spent.values())
        for name, nanoseconds in spent.items():
            self._tracer.start_span(name, start_time=begun).end(begun + nanoseconds)
            begun += nanoseconds

    def close(self) -> None:
        """Send what is left."""
        if self._provider is not None:
            self._provider.shutdown()


def exported() -> Traces:
    """Traces that are sent where OTEL_EXPORTER_OTLP_ENDPOINT says. Raises OptionError."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise OptionError("--traces needs the extra otel: pip install 'kgrec[otel]'") from error
    provider = TracerProvider(resource=Resource.create({"service.name": "kgrec"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)
