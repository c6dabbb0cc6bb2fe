from kg.recommend.browser import browser_cypher, literal, subgraph_cypher
from kg.recommend.types import Path, PathNode, PathRelationship


def test_a_path_is_a_line_that_matches_it() -> None:
    path = Path(
        (
            PathNode("User", "ann", "ann"),
            PathNode("Product", "it's", "A title"),
            PathNode("Brand", "acme", "Acme"),
            PathNode("Product", "b", "B"),
        ),
        (
            PathRelationship("BOUGHT", True),
            PathRelationship("MADE_BY", True, {"rank": 1}),
            PathRelationship("MADE_BY", False, {"rank": 2}),
        ),
    )
    assert browser_cypher(path) == (
        r"MATCH path = (:User {user_id: 'ann'})-[:BOUGHT]->(:Product {product_id: 'it\'s'})"
        r"-[:MADE_BY]->(:Brand {brand_id: 'acme'})<-[:MADE_BY]-(:Product {product_id: 'b'})"
        r" RETURN path LIMIT 1"
    )


def test_a_product_alone_is_a_path_of_one_node() -> None:
    path = Path((PathNode("Product", "p", "P"),))
    assert browser_cypher(path) == "MATCH path = (:Product {product_id: 'p'}) RETURN path LIMIT 1"


def test_no_character_leaves_the_string_or_the_line() -> None:
    assert literal("a'b") == r"'a\'b'"
    assert literal('a"b`c') == "'a\"b`c'"
    assert literal("a\\'b") == r"'a\\\'b'"
    assert literal("two\nlines\r\t") == r"'two\nlines\r\t'"
    assert literal("\\u0027") == r"'\\' + 'u0027'"
    assert literal("运动鞋 é") == "'运动鞋 é'"


def test_several_paths_are_one_line_that_names_each_once() -> None:
    one, other = (Path((PathNode("Product", id_, id_),)) for id_ in ("p", "q"))
    assert subgraph_cypher([one, other, one]) == (
        "MATCH path = (:Product {product_id: 'p'}) RETURN path LIMIT 1"
        " UNION MATCH path = (:Product {product_id: 'q'}) RETURN path LIMIT 1"
    )
    assert subgraph_cypher([]) is None
