"""Put candidates of equal score in the order of lots that are drawn for the request."""

from collections.abc import Iterable

from kg.lots import Lots, lots
from kg.recommend.fuse import Places, order
from kg.recommend.types import Numbers, Request
from kg.recommend.walk import Walked


def by_score(walked: Walked, scores: Numbers) -> list[int]:
    """Indices of the candidates with scores [n], best score first, equal ones by lots."""

    def draw(some: Places) -> Lots:
        return lots_of(walked.start.asked.request, walked.products.named(walked.codes[some]))

    return order(scores, draw)


def lots_of(request: Request, ids: Iterable[str]) -> Lots:
    """Lots [n] of product ids [n] about who asks for what: user, text and product.

    k, page, filters, weights and recipe have no part in them: none of these changes the order of
    equals.
    """
    asked = (request.user_id, request.query, request.product_id)
    return lots(ids, "\0".join(each or "" for each in asked))
