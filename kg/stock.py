"""What a shop does in its lists with products that it knows to be out of stock."""

BEHIND = "behind"
LEFT_OUT = "left-out"
AS_OTHERS = "as-others"

OUT_OF_STOCK = (BEHIND, LEFT_OUT, AS_OTHERS)
"""Rank them behind all others, leave them out, or treat them as any. A product that says nothing
of its stock is in stock."""

MOVED = "out of stock"
"""What `moved_by` says of a product that is behind for it."""
