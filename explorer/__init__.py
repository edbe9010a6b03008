"""The window: Qt and numpy. No torch."""
