"""Changes of a graph that is being served: events, products and users, one or a few at a time."""
