"""Pictures in a mapped file: the right rows, and pages given back."""

from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from trainers.data import mapped
from trainers.data.mapped import Block, Mapped

CPU = torch.device("cpu")


def block_of(path: Path, count: int, shape: tuple[int, int, int]) -> Block:
    rng = np.random.default_rng(0)
    path.write_bytes(rng.integers(0, 256, (count, *shape), np.uint8).tobytes())
    return Block(path, count, shape)


def test_a_mapped_store_gives_its_rows_in_the_order_asked(tmp_path):
    block = block_of(tmp_path / "a", 9, (1, 4, 4))
    store = Mapped(block, np.array([8, 2, 5]), np.array([1, 0, 1]))

    assert len(store) == 3
    assert torch.equal(store.take(torch.tensor([2, 0])), block.pixels[[5, 8]])


def test_a_mapped_store_stays_in_its_file_on_the_cpu(tmp_path):
    store = Mapped(block_of(tmp_path / "a", 9, (1, 4, 4)), np.arange(9))

    assert store.to(CPU) is store


def test_a_file_of_another_size_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(bytes(15))

    with pytest.raises(ValueError, match="does not hold"):
        Block(tmp_path / "a", 1, (1, 4, 4))


@pytest.mark.skipif(
    not hasattr(mapped.mmap, "MADV_DONTNEED"), reason="no advice on this system"
)
def test_pages_of_a_large_file_are_given_back_as_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(mapped, "BUDGET", 16 * 1024**2)
    size, shape = 4000, (3, 128, 128)  # 197 MB
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(size * 3 * 128 * 128)
    store = Mapped(Block(path, size, shape), np.arange(size))
    before = psutil.Process().memory_info().rss
    peak = 0

    for indices in torch.randperm(size, generator=torch.Generator().manual_seed(0)).split(50):
        store.take(indices)
        peak = max(peak, psutil.Process().memory_info().rss - before)

    assert peak < 60 * 1024**2
