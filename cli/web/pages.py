"""`/`: the page for people, a few files that need nothing from elsewhere."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

from cli.web.answers import json_response
from cli.web.service import Serving

FOLDER = Path(__file__).parent / "page"

KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
SCRIPTS = frozenset(path.stem for path in FOLDER.glob("*.js"))

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self';"
        " img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""A text that became HTML all the same could load nothing and send nothing."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> Response:
    """The page itself."""
    return _file("index.html")


@router.get("/page.css")
async def style() -> Response:
    """How it looks."""
    return _file("page.css")


@router.get("/{script}.js")
async def script(script: str) -> Response:
    """What it does."""
    if script not in SCRIPTS:
        raise HTTPException(404, "the page has no such script")
    return _file(f"{script}.js")


@router.get("/page.json")
async def settings(serving: Serving) -> Response:
    """What the page cannot know by itself: where Neo4j Browser is, if it is known."""
    return json_response({"browser": serving.browser})


def _file(name: str) -> Response:
    return Response(_read(name), media_type=KINDS[Path(name).suffix], headers=HEADERS)


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
