"""The application: its routes, its limits, and what happens at its start and end."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from threading import Thread

import anyio.to_thread
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from cli.web import docs, events, health, metrics, pages, products, recommend, rules, stats, users
from cli.web.background import WORK
from cli.web.examples import PROBLEMS
from cli.web.gate import HEADER, Gate
from cli.web.heads import Heads
from cli.web.problems import add_handlers
from cli.web.service import Service

LARGE = 32 * 1024
"""Bytes from which on an answer is sent packed to those who take that: the usual list is smaller,
and packing it would cost as much as giving it again."""

QUICKLY = 1
"""Of 1 to 9: a list of 200 products takes 0.8 ms to pack instead of 5, and 45 kB instead of 34."""

ROUTERS = (
    recommend.router,
    events.router,
    stats.router,
    users.router,
    products.router,
    rules.router,
    health.router,
    metrics.router,
    docs.router,
    pages.router,
)


def make_app(service: Service) -> FastAPI:
    """The service as an ASGI application."""
    app = FastAPI(
        title="kgrec",
        summary="Recommendations out of a knowledge graph, each with the path that led to it.",
        version=version("kgrec"),
        openapi_url=None,  # docs has a route that writes the description once
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=PROBLEMS,
        lifespan=_lifespan,
    )
    app.state.service = service
    app.add_middleware(GZipMiddleware, minimum_size=LARGE, compresslevel=QUICKLY)
    app.add_middleware(Heads)
    app.add_middleware(Gate, service=service)
    if proxies := service.config.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(proxies))
    if service.config.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.config.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", HEADER],
            expose_headers=["ETag", "Link", "Retry-After", HEADER],
        )
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Bound the threads that routes run in, and read ahead while requests are taken already."""
    service: Service = app.state.service
    anyio.to_thread.current_default_thread_limiter().total_tokens = service.config.threads
    threads = [
        Thread(target=work, args=(service,), name=f"kgrec-{work.__name__}", daemon=True)
        for work in WORK
    ]
    for each in threads:
        each.start()
    yield
    service.stop()
    await anyio.to_thread.run_sync(_wait_for, threads, service.config.stop_s)


def _wait_for(threads: Sequence[Thread], seconds: float) -> None:
    """Let threads end what they are at; daemons, they are left behind where that takes longer."""
    end = time.monotonic() + seconds
    for each in threads:
        each.join(max(0.0, end - time.monotonic()))
