"""`/`: the page for people, a few files that need nothing from elsewhere."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

FOLDER = Path(__file__).parent / "page"

FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/rules.js": ("rules.js", "text/javascript"),
    "/what_if.js": ("what_if.js", "text/javascript"),
}

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
@router.get("/page.css")
@router.get("/page.js")
@router.get("/rules.js")
@router.get("/what_if.js")
async def page(request: Request) -> Response:
    """One of the files."""
    name, media_type = FILES[request.url.path]
    return Response(_read(name), media_type=media_type, headers=HEADERS)


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
