"""Metrics of what a model makes, measured while it trains: never on the live model."""
