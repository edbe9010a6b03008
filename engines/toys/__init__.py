"""Data sets of one and two numbers whose density is known exactly; numpy only."""
