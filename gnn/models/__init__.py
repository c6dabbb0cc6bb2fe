"""The models that learn product vectors."""
