"""Geometry of latent spaces in numpy: no torch, no model."""
