"""Traces: a span a request and one a stage, with nothing that names a person."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from cli.web.config import ServeConfig
from cli.web.service import Service
from cli.web.traces import Traces, exported
from kg.recommend.recommender import Recommender
from tests.web.conftest import asking

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(spans: InMemorySpanExporter) -> Traces:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return Traces(provider)


def milliseconds(span: ReadableSpan) -> float:
    return ((span.end_time or 0) - (span.start_time or 0)) / 1e6


def test_a_request_is_a_span_with_its_stages_in_it(
    recommender: Recommender, traces: Traces, spans: InMemorySpanExporter
) -> None:
    client = asking(Service(recommender, ServeConfig(), traces=traces))
    headers = {"X-Request-Id": "r1", "traceparent": PARENT}
    asked = {"user_id": "ann", "query": "secret shoe"}
    answer = client.post("/v1/recommendations", json=asked, headers=headers).json()
    *stages, request = spans.get_finished_spans()
    assert request.name == "POST /v1/recommendations"
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "kgrec.request_id": "r1",
        "http.route": "/v1/recommendations",
        "http.response.status_code": 200,
    }
    assert request.parent is not None
    assert f"{request.parent.trace_id:032x}-{request.parent.span_id:016x}" in PARENT
    timings = answer["timings_ms"]
    assert [each.name for each in stages] == [name for name in timings if name != "total"]
    for each in stages:
        assert each.parent is not None
        assert each.parent.span_id == request.get_span_context().span_id  # type: ignore[union-attr]
        assert milliseconds(each) == pytest.approx(timings[each.name], abs=1e-3)
    assert not any("ann" in each.to_json() or "secret" in each.to_json() for each in stages)
    assert "secret" not in request.to_json()


def test_a_path_and_what_broke_are_in_no_span(
    recommender: Recommender, traces: Traces, spans: InMemorySpanExporter
) -> None:
    client = asking(Service(recommender, ServeConfig(), traces=traces))
    client.get("/v1/users/secret-ann/profile")
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /v1/users/{user_id:path}/profile"
    assert (span.attributes or {})["http.response.status_code"] == 404
    assert "secret" not in span.to_json()


def test_without_them_no_sdk_is_loaded() -> None:
    asked = "import cli.web.server, sys; print([m for m in sys.modules if 'telemetry.sdk' in m])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Collector(BaseHTTPRequestHandler):
    """Takes traces as a collector of OpenTelemetry does."""

    taken: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_a_collector_receives_them(
    recommender: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        traces = exported()
        client = asking(Service(recommender, ServeConfig(), traces=traces))
        client.post("/v1/recommendations", json={"user_id": "ann"}, headers={"traceparent": PARENT})
        traces.close()
        server.shutdown()
        thread.join()
    (packed,) = Collector.taken
    (sent,) = ExportTraceServiceRequest.FromString(packed).resource_spans
    named = {each.key: each.value.string_value for each in sent.resource.attributes}
    spans = [span for scope in sent.scope_spans for span in scope.spans]
    assert named["service.name"] == "kgrec"
    assert [each.name for each in spans][-2:] == ["explain", "POST /v1/recommendations"]
    assert {each.trace_id.hex() for each in spans} == {PARENT.split("-")[1]}
    assert b"ann" not in packed
