"""Fair comparison: several models, several seeds, one data set, one judgement."""
