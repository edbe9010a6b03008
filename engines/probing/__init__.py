"""Questions put to frozen weights and their gradients: what makes this picture, and why."""
