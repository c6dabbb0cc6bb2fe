"""What of the recommendations was seen and clicked: counted beside the graph, not in it."""
