"""The border: worker events become Qt signals, requests become work on other threads."""
