"""Where things are kept on this machine. Importing this costs no torch."""

import os
from pathlib import Path

import platformdirs

_PROGRAM = "latent-explorer"


def default_runs() -> Path:
    """Where the window and the command line keep runs unless told otherwise."""
    chosen = os.environ.get("LATENT_EXPLORER_RUNS")
    return Path(chosen) if chosen else platformdirs.user_data_path(_PROGRAM) / "runs"


def data_folder() -> Path:
    """Where we keep what belongs to the user and to no run of theirs."""
    return platformdirs.user_data_path(_PROGRAM)


def log_file() -> Path:
    """Where the window notes what went wrong."""
    return platformdirs.user_log_path(_PROGRAM) / "window.log"


def settings_file() -> Path:
    """What the window remembers between launches."""
    return platformdirs.user_config_path(_PROGRAM) / "window.ini"
