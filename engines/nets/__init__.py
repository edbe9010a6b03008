"""Network bodies sized by arguments: one file per kind, never per resolution or data set."""
