"""Explicit latent-variable models: the VAE and its kin."""
