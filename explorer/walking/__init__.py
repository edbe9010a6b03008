"""What the Traversal panel is made of: what its sliders know, how it plays, how it judges z."""
