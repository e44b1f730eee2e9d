"""Orders: placing, steps, pages, deadlines."""
