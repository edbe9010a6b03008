"""How much memory is free, where that can be asked."""

from pathlib import Path

import torch

_SYSTEM = Path("/proc/meminfo")
_LINE = "MemAvailable:"


def free_bytes(device: torch.device) -> int | None:
    """Return the free memory of a device, of the system's for a CPU; None if nobody knows."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(free) + int(kept)
    return _system() if device.type == "cpu" else None


def _system() -> int | None:
    try:
        text = _SYSTEM.read_text(encoding="ascii")
    except OSError:  # only Linux has the file
        return None
    lines = (line.split() for line in text.splitlines() if line.startswith(_LINE))
    return next((int(words[1]) * 1024 for words in lines), None)
