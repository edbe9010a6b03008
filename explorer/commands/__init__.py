"""What the actions do: one small object per menu, each method a row's `call`."""
