"""The command line. Knows no Qt; nothing else in the core knows it."""
