"""A recommender for shops that lives in Neo4j and shows why it recommends what it does."""
