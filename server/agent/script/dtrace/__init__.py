"""What a compiled D program calls: C's integers, memory, strings, aggregations, and DTrace's consumer."""
