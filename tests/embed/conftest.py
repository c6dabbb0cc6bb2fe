"""A small shop in a real Neo4j, and a tiny model beside the default one."""

import json
import shutil

import numpy as np
import pytest
from neo4j import Driver
from safetensors.numpy import save_file

from kg.embed.encoder import Encoder
from kg.graph.neo4j import Neo4jGraph

DIMENSION = 16

SHOP = """
CREATE (:KgrecMeta {id: 'kgrec', revision: 1})
CREATE (acme:Brand {brand_id: 'acme', name: 'Acme'})
CREATE (shoes:Category {category_id: 'shoes', name: 'Shoes', depth: 0})
CREATE (running:Category {category_id: 'shoes/running', name: 'Running', depth: 1})
CREATE (running)-[:SUBCATEGORY_OF]->(shoes)
CREATE (runner:Product {product_id: 'runner', title: 'Acme Runner', price_minor: 8990})
CREATE (runner)-[:MADE_BY]->(acme)
CREATE (runner)-[:IN_CATEGORY {rank: 1}]->(running)
CREATE (sock:Product {product_id: 'sock', title: 'Wool Sock', in_stock: true})
CREATE (:Product {product_id: 'nameless'})
"""


@pytest.fixture
def shop(neo4j_graph: Neo4jGraph, neo4j_driver: Driver) -> Neo4jGraph:
    """Two products with a text and one without, a brand, two categories."""
    with neo4j_driver.session() as session:
        for label in ("Product", "Brand", "Category"):
            key = f"{label.lower()}_id"
            session.run(f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.{key} IS UNIQUE").consume()
        session.run(SHOP).consume()
    return neo4j_graph


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder."""
    return Encoder()


@pytest.fixture(scope="session")
def tiny(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A BERT of one layer with 16 dimensions and random weights: another model."""
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copy(encoder.folder / "tokenizer.json", folder)
    sizes = {"hidden_size": DIMENSION, "num_attention_heads": 2, "num_hidden_layers": 1}
    config = {"model_type": "bert", "hidden_act": "gelu", "max_position_embeddings": 64, **sizes}
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_weights(), folder / "model.safetensors")
    return Encoder(str(folder))


def _weights() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    d, layer = DIMENSION, "encoder.layer.0."
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (30522, d),
        "embeddings.position_embeddings.weight": (64, d),
        "embeddings.token_type_embeddings.weight": (2, d),
    }
    norms = ["embeddings.", f"{layer}attention.output.", f"{layer}output."]
    shapes |= {f"{norm}LayerNorm.{part}": (d,) for norm in norms for part in ("weight", "bias")}
    dense = {f"{layer}attention.self.{part}": (d, d) for part in ("query", "key", "value")}
    dense |= {f"{layer}attention.output.dense": (d, d)}
    dense |= {f"{layer}intermediate.dense": (2 * d, d), f"{layer}output.dense": (d, 2 * d)}
    for name, (wide, deep) in dense.items():
        shapes |= {f"{name}.weight": (wide, deep), f"{name}.bias": (wide,)}
    random = np.random.default_rng(7)
    return {name: random.standard_normal(shape, np.float32) for name, shape in shapes.items()}
