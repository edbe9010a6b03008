"""The adversarial family: a generator and a discriminator set at odds."""
