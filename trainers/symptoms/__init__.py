"""What goes wrong in training, each sign a pure function of what was measured."""
