"""The table of data sets, each loaded as 8-bit pictures, and endless batches of them."""
