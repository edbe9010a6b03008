"""How like two sets of pictures are: pure functions of features, and what makes features."""
