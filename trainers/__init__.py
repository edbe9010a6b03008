"""Time, disk and threads: how a model is trained, recorded and resumed. No Qt."""
