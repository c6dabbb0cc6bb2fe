"""`/openapi.json`, and `/docs`: every route with its parameters and examples, as one page that
needs nothing else."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request, Response

router = APIRouter()

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
pre { overflow: auto; padding: .75rem; border: 1px solid #8886; border-radius: .4rem }
code, pre { font: .85rem/1.45 ui-monospace, monospace }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
"""


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The OpenAPI description. It is written once: each time, it would keep others waiting."""
    return _written(request.app, "openapi", orjson.dumps, "application/json")


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The OpenAPI description, to be read."""
    return _written(request.app, "docs", page, "text/html; charset=utf-8")


def _written(app: FastAPI, name: str, write: Callable[[Any], str | bytes], kind: str) -> Response:
    """The description as `write` makes it, kept in the application's state."""
    written = getattr(app.state, name, None)
    if written is None:
        written = write(app.openapi())
        setattr(app.state, name, written)
    return Response(written, media_type=kind)


def page(spec: Mapping[str, Any]) -> str:
    """An OpenAPI description as a page."""
    info = spec["info"]
    routes = "".join(
        _route(spec, method, path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(info["title"])}</title>'
        f"<style>{STYLE}</style><h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f'<p>{escape(info.get("summary", ""))} <a href="openapi.json">openapi.json</a></p>{routes}'
        "</html>"
    )


def _route(spec: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> str:
    head = f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
    said = _prose(operation.get("description", operation.get("summary", "")))
    rows = "".join(_parameter(each) for each in operation.get("parameters", ()))
    table = f"<table>{rows}</table>" if rows else ""
    shown = "".join(
        f"<p>{escape(title)}</p><pre>{escape(json.dumps(example, indent=2))}</pre>"
        for title, example in _examples(spec, operation)
    )
    return head + said + table + shown


def _parameter(given: Mapping[str, Any]) -> str:
    name, needed = escape(given["name"]), "required" if given.get("required") else ""
    where = f"{given['in']} {needed}".strip()
    text = given.get("description", "")
    return f"<tr><td><code>{name}</code></td><td>{where}</td><td>{_line(text)}</td></tr>"


def _prose(text: str) -> str:
    """Paragraphs."""
    return "".join(f"<p>{_line(each)}</p>" for each in text.split("\n\n"))


def _line(text: str) -> str:
    """Text with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _examples(spec: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What may be sent, and what is answered when all is well."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for each in content["schema"].get("oneOf", [content["schema"]]):
            name = each.get("$ref", "").rpartition("/")[2]
            schema = spec.get("components", {}).get("schemas", {}).get(name, {})
            yield from (("Body", example) for example in schema.get("examples", ()))
    well = operation["responses"].get("200") or operation["responses"].get("201", {})
    for content in well.get("content", {}).values():
        if "example" in content:
            yield "Answer", content["example"]
