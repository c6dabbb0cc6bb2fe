"""Rules and promotions: what the shop itself says of its lists, kept in the graph.

from kg import NewRule, add_rule, end_rule, list_rules, open_graph

with open_graph() as graph:
    add_rule(graph, NewRule("boost", brands=("Acme",), weight=0.3))
"""
