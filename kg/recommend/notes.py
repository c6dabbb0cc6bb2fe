"""Say what the caller should know about an answer: unknown users, searches that found nothing."""

from collections.abc import Sequence

from kg.recommend.recipes import for_a_user
from kg.recommend.sight import Sight
from kg.recommend.types import Note, Recommendation


def notes(
    sight: Sight,
    results: Sequence[Recommendation],
    missed: int = 0,
    *,
    trained: bool,
    embedded: bool,
) -> tuple[Note, ...]:
    """What is to be known about the answer to a request; `trained` where the graph has a model,
    `embedded` where its texts have vectors, `missed` products would be in the list if they were in
    stock."""
    by_hand = _of_weights(sight) if trained else []
    by_words = [] if embedded else _of_words_alone(sight)
    said = (*_of_user(sight), *by_hand, *by_words, *_of_query(sight), *_of_list(sight, results))
    return (*said, *_of_stock(missed)) if missed else said


def _of_weights(sight: Sight) -> list[Note]:
    """Weights are those of the blend, so that the learned model, which would have answered, does
    not."""
    request = sight.start.asked.request
    if not request.weights or request.recipe or not for_a_user(request):
        return []
    return [Note("weighed", "ranked by the weights of paper: the learned model has none to give")]


def _of_words_alone(sight: Sight) -> list[Note]:
    if not sight.start.intent.words:
        return []
    why = "texts are not embedded yet (kgrec refresh-embeddings does it)"
    return [Note("not_embedded", f"searched by words and the graph alone: {why}")]


def _of_user(sight: Sight) -> list[Note]:
    asked = sight.start.asked
    user = asked.request.user_id
    if not user or asked.history:
        return []
    if asked.known:
        return [Note("no_history", f"nothing is known yet of what user {user!r} likes")]
    return [Note("unknown_user", f"user {user!r} is not in the graph")]


def _of_query(sight: Sight) -> list[Note]:
    start = sight.start
    if start.asked.request.query and start.intent.words and not start.linked.found:
        return [Note("no_match", f"nothing in the shop matches {start.intent.words!r}")]
    return []


def _of_stock(missed: int) -> list[Note]:
    which = "1 product" if missed == 1 else f"{missed} products"
    verb = "is" if missed == 1 else "are"
    return [Note("out_of_stock", f"{which} would be in the list, but {verb} out of stock")]


def _of_list(sight: Sight, results: Sequence[Recommendation]) -> list[Note]:
    request, kinds = sight.start.asked.request, [each.evidence for each in results]
    found = []
    popular = sight.start.blank or sight.start.asked.recipe.popular
    if popular and "popularity" in kinds:
        found.append(_popular(sight))
    if added := kinds.count("fallback"):
        found.append(Note("filled", f"{added} of {len(kinds)} are there because they are popular"))
    if len(results) < request.k:
        found.append(Note("fewer", f"only {len(results)} products of {request.k} asked for exist"))
    return found


def _popular(sight: Sight) -> Note:
    asked = sight.start.asked.request.filters.categories
    if asked:
        return Note("popular_in_category", f"what is popular in {', '.join(asked)}")
    return Note("popular", "what is popular in this shop")
