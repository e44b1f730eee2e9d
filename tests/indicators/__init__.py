"""Sales become facts, facts become figures, and every figure opens to the lines it is made of."""
