"""Examples of answers for /docs; tests hold them to what is really answered."""

from typing import Any

from pydantic import BaseModel

from cli.web import schemas

Responses = dict[int | str, dict[str, Any]]

PROBLEM: dict[str, Any] = {
    "type": "urn:kgrec:problem:not_found",
    "title": "Not Found",
    "status": 404,
    "detail": "no product 'runer' in the graph; the closest are runner",
    "instance": "/v1/products/runer",
    "request_id": "5a1c0f3be7d94c3f9f0e8e4a8d1b2c3d",
}

RESULT: dict[str, Any] = {
    "request": {
        "user_id": "ann",
        "query": None,
        "product_id": None,
        "k": 1,
        "filters": {
            "categories": [],
            "brands": [],
            "min_price_minor": None,
            "max_price_minor": None,
            "in_stock": False,
        },
        "include_bought": False,
        "recipe": None,
        "weights": {},
        "diversity": 0.0,
        "until": None,
        "explain": True,
        "without": {"purchases": [], "brands": [], "categories": [], "rules": []},
    },
    "recipe": "paper",
    "intent": {
        "text": None,
        "brands": [],
        "categories": [],
        "min_price_minor": None,
        "max_price_minor": None,
        "excluded": [],
    },
    "entities": [
        {
            "label": "Product",
            "id": "shirt",
            "name": "Acme Running Shirt",
            "score": 1.0,
            "found_by": "history",
        }
    ],
    "neighbours": [
        {"label": "Brand", "id": "acme", "name": "Acme", "strength": 1.7, "via": "MADE_BY"}
    ],
    "results": [
        {
            "rank": 1,
            "product_id": "trail",
            "title": "Acme Trail Shoe",
            "score": 1.25,
            "contributions": {"next": 0.75, "brand": 0.5},
            "evidence": "graph",
            "moved_by": None,
            "reason": "you bought Acme Runner Shoe; 2 people bought this soon after it",
            "paths": [
                {
                    "nodes": [
                        {"label": "User", "id": "ann", "name": "ann"},
                        {"label": "Product", "id": "runner", "name": "Acme Runner Shoe"},
                        {"label": "Product", "id": "trail", "name": "Acme Trail Shoe"},
                    ],
                    "relationships": [
                        {"type": "BOUGHT", "forward": True, "properties": {"at": 1735689600}},
                        {
                            "type": "BOUGHT_NEXT",
                            "forward": True,
                            "properties": {"weight": 0.05, "support": 2},
                        },
                    ],
                }
            ],
            "browser_cypher": "MATCH path = (:User {user_id: 'ann'})-[:BOUGHT]->() RETURN path",
            "brand": "Acme",
            "price_minor": 9990,
            "in_stock": True,
            "image_url": None,
            "rules": [],
            "sponsored": False,
            "compared": {
                "product_id": "sandal",
                "title": "Cove Beach Sandal",
                "listed": False,
                "by": 1.0,
                "terms": [
                    {
                        "term": "next",
                        "by": 0.7,
                        "words": "bought more often after your products",
                    },
                    {"term": "brand", "by": 0.3, "words": "of a brand that fits better"},
                ],
                "moved_by": None,
            },
            "reason_term": "next",
        }
    ],
    "notes": [],
    "timings_ms": {"intent": 0.2, "walk": 3.1, "score": 0.4, "total": 3.7},
    "currency": "USD",
    "browser_cypher": "MATCH path = (:User {user_id: 'ann'})-[:BOUGHT]->() RETURN path",
}

PRODUCT: dict[str, Any] = {
    "product_id": "trail",
    "title": "Acme Trail Shoe",
    "description": "Running shoe with grip for muddy paths",
    "brand": {"label": "Brand", "id": "acme", "name": "Acme"},
    "categories": [{"label": "Category", "id": "shoes/running shoes", "name": "Running Shoes"}],
    "price_minor": 9990,
    "currency": "USD",
    "in_stock": True,
    "image_url": None,
    "released_at": 1700000000,
}


def _answer(description: str, model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"example": example}}
    return {"description": description, "model": model, "content": content}


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": schemas.PROBLEM, "example": PROBLEM}},
    }


LISTS: Responses = {200: _answer("A list with its reasons", schemas.ANSWER, RESULT)}
PRODUCTS: Responses = {
    200: _answer("A product", schemas.PRODUCT, PRODUCT),
    304: {"description": "The product is as it was; nothing is sent"},
}
PROBLEMS: Responses = {
    400: _problem("This is no JSON, or no cursor"),
    401: _problem("A key is needed"),
    403: _problem("The key may not do this"),
    404: _problem(
        "A product, brand, category or rule is not in the graph, or a user whose profile is asked"
        " for or who is to be forgotten; or there is no such path. A list for a user who is not"
        " known is no error"
    ),
    408: _problem("The body did not come in time"),
    409: _problem("The graph is not in a state for this"),
    410: _problem("The list that the cursor names is not kept any more"),
    412: _problem("The product is not as If-Match says"),
    413: _problem("The body is too large"),
    415: _problem("The body does not say that it is JSON"),
    421: _problem("Without keys only this machine's own names are answered to"),
    422: _problem("A field is not as it has to be"),
    429: _problem("Too many requests of this key or address; see Retry-After"),
    503: _problem("The graph's server is away, or there are too many requests; see Retry-After"),
}
"""Every route may answer with these."""
_PUT = {"created": False, "changed": True, "embedded": True, "support": "graph and text"}
PATCHED: Responses = {200: _answer("What became of it", schemas.PUT, _PUT)}
PUT: Responses = {
    **PATCHED,
    201: _answer("It is new", schemas.PUT, {**_PUT, "created": True}),
}
KNOWN: Responses = {
    200: _answer("It was known", schemas.Created, {"created": False}),
    201: _answer("It is new", schemas.Created, {"created": True}),
}
USERS: Responses = {200: _answer("Their ids", schemas.Users, {"users": ["ann", "anton"]})}
ALIVE: Responses = {200: _answer("It is", schemas.Alive, {"alive": True})}
_PARTS = dict.fromkeys(("server", "indexes", "vectors", "encoder", "model", "caches"), "ready")
READY: Responses = {
    200: _answer("All is there", schemas.Ready, {"ready": True, "parts": _PARTS}),
    503: _answer(
        "Something is missing",
        schemas.Ready,
        {"ready": False, "parts": {**_PARTS, "caches": "still reading ahead"}},
    ),
}
DELETED: Responses = {200: _answer("What went with it", schemas.DELETED, {"events": 3})}
STATS: Responses = {
    200: _answer(
        "What was counted",
        schemas.STATS,
        {
            "since": 1733011200,
            "until": 1735603200,
            "product_id": None,
            "impressions": 2000,
            "clicks": 60,
            "ctr": 0.03,
            "clicked": 50,
            "days": 7,
            "conversions": 5,
            "conversion_rate": 0.1,
        },
    )
}
EVENTS: Responses = {
    200: _answer(
        "What became of each",
        schemas.Taken,
        {
            "created": 1,
            "changed": 0,
            "unchanged": 0,
            "rejected": [
                {
                    "index": 1,
                    "event_id": None,
                    "code": "unknown_product",
                    "reason": "the catalogue has no product p00017",
                }
            ],
        },
    ),
    202: _answer(
        "What became of each; some wait for Neo4j",
        schemas.Kept,
        {"created": 0, "changed": 0, "unchanged": 0, "kept": 1, "rejected": []},
    ),
}
FORGOTTEN: Responses = {
    200: _answer(
        "What was erased",
        schemas.FORGOTTEN,
        {
            "erased": {"BOUGHT": 3, "VIEWED": 12},
            "models": [7],
            "derived_until_refresh": True,
            "impressions": 40,
            "tuned": False,
        },
    )
}
_EVIDENCE = {
    "product_id": "runner",
    "title": "Acme Runner Shoe",
    "types": ["BOUGHT"],
    "at": 1735689600,
    "weight": 1.0,
}
PROFILES: Responses = {
    200: _answer(
        "A taste",
        schemas.PROFILE,
        {
            "user_id": "ann",
            "products": 1,
            "categories": [
                {
                    "label": "Category",
                    "id": "shoes/running shoes",
                    "name": "Running Shoes",
                    "share": 1.0,
                    "evidence": [_EVIDENCE],
                }
            ],
            "brands": [
                {
                    "label": "Brand",
                    "id": "acme",
                    "name": "Acme",
                    "share": 1.0,
                    "evidence": [_EVIDENCE],
                }
            ],
            "price": {
                "lowest_minor": 8990,
                "typical_minor": 8990,
                "highest_minor": 8990,
                "currency": "USD",
                "evidence": [_EVIDENCE],
            },
        },
    )
}
EXPLAINED: Responses = {
    200: _answer(
        "Why not",
        schemas.EXPLANATION,
        {
            "product_id": "runner",
            "title": "Acme Runner Shoe",
            "listed": False,
            "place": None,
            "candidates": 9,
            "gate": {
                "code": "bought",
                "text": "the user has bought it",
                "change": {"include_bought": True},
            },
            "changes": [{"include_bought": True}],
            "admitted": True,
            "told": None,
        },
    )
}
_RULE: dict[str, Any] = {
    "rule_id": "5f2c9a1e",
    "kind": "boost",
    "from": 1767225600,
    "until": None,
    "weight": 0.3,
    "position": None,
    "discount": None,
    "budget": None,
    "spent": None,
    "note": "spring campaign",
    "created_at": 1767225600,
    "targets": [{"label": "Brand", "id": "acme", "name": "Acme"}],
    "state": "holds",
}
RULES: Responses = {200: _answer("The rules", schemas.RULES, {"rules": [_RULE]})}
RULE: Responses = {
    200: _answer("The rule", schemas.RULE, _RULE),
    201: _answer("The rule", schemas.RULE, _RULE),
}
WHAT_IF: Responses = {
    200: _answer(
        "Both lists",
        schemas.WHAT_IF,
        {
            "before": RESULT,
            "after": RESULT,
            "moves": [{"product_id": "trail", "title": "Acme Trail Shoe", "before": 1, "after": 3}],
        },
    )
}
