"""Learning on the exported graph."""
