"""Dumb widgets: arrays and numbers in, one signal out. They know no model and no session."""
