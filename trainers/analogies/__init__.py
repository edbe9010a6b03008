"""Does A − B + C have what it should? Asked over many triples, answered with numbers."""
