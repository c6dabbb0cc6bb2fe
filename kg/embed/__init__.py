"""Texts into vectors: the encoder, what text a node is embedded by, and keeping vectors fresh."""
