"""How good a recommender is, on data that it has not seen."""
