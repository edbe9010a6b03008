"""Tensors and mathematics: what a model is and how it learns. No Qt, threads, files or time."""
