"""Numbers for Prometheus: requests, stages, what lists were like, how old a copy is."""

from collections import Counter as Counted

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from kg.recommend.told import Told

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The service's own numbers. Safe to share between threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kgrec_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "kgrec_request_seconds",
            "How long they took.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._stages = Histogram(
            "kgrec_stage_seconds",
            "How long each stage of a recommendation took.",
            ("stage",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._results = Counter(
            "kgrec_results",
            "Products recommended, by what speaks for them.",
            ("evidence",),
            registry=self.registry,
        )
        self._cached = Counter(
            "kgrec_cached_answers",
            "Lists out of the cache: nothing they depend on had changed.",
            registry=self.registry,
        )
        self._empty = Counter(
            "kgrec_empty_answers", "Lists without a product.", registry=self.registry
        )
        self._filled = Counter(
            "kgrec_fallback_answers",
            "Lists that what is popular had to fill.",
            registry=self.registry,
        )
        self._stale = Gauge(
            "kgrec_stale_embeddings",
            "Texts whose vector is not theirs.",
            registry=self.registry,
        )
        self._events = Counter(
            "kgrec_events", "Events by what became of them.", ("outcome",), registry=self.registry
        )
        self._impressions = Counter(
            "kgrec_impressions",
            "Impressions and clicks by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._copy_age = Gauge(
            "kgrec_copy_age_seconds",
            "Since the copy in memory was made.",
            registry=self.registry,
        )
        self._waiting = Gauge(
            "kgrec_events_waiting", "Events kept until Neo4j is back.", registry=self.registry
        )
        self._refused = Gauge(
            "kgrec_events_refused",
            "Events that were kept until Neo4j was back, and that it refused then.",
            registry=self.registry,
        )
        self._away = Gauge(
            "kgrec_graph_away", "1 while Neo4j does not answer.", registry=self.registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. `route` is the path's pattern: no id is ever a label."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def listed(self, answer: Told, *, cached: bool = False) -> None:
        """A list was given; unless it is `cached` it was made for that."""
        if cached:
            self._cached.inc()
        else:
            for stage, ms in answer.timings_ms.items():
                self._stages.labels(stage).observe(ms / 1000)
        for evidence, count in Counted(answer.evidence).items():
            self._results.labels(evidence).inc(count)
        if not answer.evidence:
            self._empty.inc()
        if "fallback" in answer.evidence:
            self._filled.inc()

    def stale(self, texts: int) -> None:
        """So many texts wait to be embedded anew."""
        self._stale.set(texts)

    def events(self, **outcomes: int) -> None:
        """Events came."""
        for outcome, count in outcomes.items():
            self._events.labels(outcome).inc(count)

    def impressions(self, **outcomes: int) -> None:
        """Impressions and clicks came."""
        for outcome, count in outcomes.items():
            self._impressions.labels(outcome).inc(count)

    def text(self, copy_age_s: float | None, waiting: int, refused: int, *, away: bool) -> bytes:
        """All of it as Prometheus reads it."""
        self._waiting.set(waiting)
        self._refused.set(refused)
        self._copy_age.set(copy_age_s or 0.0)
        self._away.set(away)
        return generate_latest(self.registry)
