"""Boundary-equilibrium GAN: the judge is an auto-encoder, and k keeps the players even."""
