"""Judging pictures that were made by those that are real: what a number is, and all of it."""
