"""Downloads from a server of our own: resume, wrong sums, dead mirrors, cancel."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.data.serving import Server, serving
from tests.data.small_files import small_files
from trainers.data import download
from trainers.data.config import DataConfig
from trainers.data.download import CHUNK
from trainers.data.load import Cancelled, DataError, load
from trainers.data.standard import STANDARDS, Remote, Standard

DEAD = "http://127.0.0.1:9/"  # the discard port, where nothing listens
BIG = "train-images-idx3-ubyte.gz"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as known:
        yield known


@pytest.fixture
def offered(server, monkeypatch):
    """Offer a small set in the place of MNIST, from these mirrors."""
    server.files = {
        f"{name}.gz": gzip.compress(c, mtime=0) for name, c in small_files(train=900).items()
    }

    def offer(*mirrors: str) -> dict[str, bytes]:
        files = tuple(
            Remote(name, len(content), hashlib.sha256(content).hexdigest())
            for name, content in server.files.items()
        )
        standard = Standard(files, mirrors or (server.url,), STANDARDS["mnist"].classes, {})
        table = {"mnist": standard}
        monkeypatch.setattr(download, "STANDARDS", table)
        monkeypatch.setattr("trainers.data.mnist.STANDARDS", table)
        return dict(server.files)

    return offer


def mnist(cache: Path, **heard):
    return load(DataConfig(source="mnist"), cache=cache, **heard)


def test_a_set_is_downloaded_once_and_known_as_published(server, offered, tmp_path):
    offered()

    first = mnist(tmp_path)
    asked = len(server.asked)
    second = mnist(tmp_path)

    assert len(first.train) == 900
    assert first.notes == ()
    assert second.fingerprint == first.fingerprint
    assert len(server.asked) == asked == 4


def test_progress_counts_the_bytes(offered, tmp_path):
    files = offered()
    heard = []

    mnist(tmp_path, report=heard.append)

    last = [p for p in heard if p.what == f"Downloading {BIG}"][-1]
    assert last.done == last.total == len(files[BIG])


def test_a_download_goes_on_where_it_was_cut(server, offered, tmp_path):
    files = offered()
    server.stop_after = 300_000
    with pytest.raises(DataError, match="could not be downloaded"):
        mnist(tmp_path)
    server.stop_after = None
    server.asked.clear()

    assert len(mnist(tmp_path).train) == 900
    wishes = [wish for name, wish in server.asked if name == BIG]
    assert wishes == [f"bytes={300_000 // CHUNK * CHUNK}-"]
    assert len(files[BIG]) > 300_000 > CHUNK


def test_a_server_that_cannot_resume_sends_all_again(server, offered, tmp_path):
    offered()
    server.stop_after = 300_000
    with pytest.raises(DataError):
        mnist(tmp_path)
    server.stop_after, server.ranges = None, False

    assert len(mnist(tmp_path).train) == 900


def test_a_dead_mirror_is_followed_by_the_next(server, offered, tmp_path):
    offered(DEAD, server.url + "nowhere/", server.url)

    assert len(mnist(tmp_path).train) == 900


def test_a_missing_file_on_one_mirror_is_got_from_another(server, offered, tmp_path):
    files = offered()
    offered(server.url, server.url)
    del server.files[BIG]

    with pytest.raises(DataError, match="404"):
        mnist(tmp_path)
    server.files[BIG] = files[BIG]
    assert len(mnist(tmp_path).train) == 900


def test_all_mirrors_dead_says_so_and_what_else_can_be_done(offered, tmp_path):
    offered(DEAD)

    with pytest.raises(DataError, match=r"no connection.*--data-dir") as error:
        mnist(tmp_path)
    assert "\n" not in str(error.value)


@pytest.fixture
def kept(offered, tmp_path):
    """Read the published files once from a folder of the user's; no mirror answers."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in offered(DEAD).items():
        (folder / name).write_bytes(content)
    load(DataConfig(source="mnist", folder=str(folder)), cache=tmp_path / "cache")
    return folder


def test_files_read_from_a_folder_once_are_found_again_without_a_network(kept, tmp_path):
    data = mnist(tmp_path / "cache")

    assert len(data.train) == 900
    assert data.notes == ()


def test_files_that_were_changed_since_are_downloaded_as_if_never_found(kept, tmp_path):
    other = small_files(train=901)
    for name in (BIG, "train-labels-idx1-ubyte.gz"):
        (kept / name).write_bytes(gzip.compress(other[name.removesuffix(".gz")], mtime=0))

    with pytest.raises(DataError, match="could not be downloaded"):
        mnist(tmp_path / "cache")


def test_a_folder_that_is_gone_is_as_if_never_found(kept, tmp_path):
    kept.rename(tmp_path / "elsewhere")

    with pytest.raises(DataError, match="could not be downloaded"):
        mnist(tmp_path / "cache")


def test_files_that_are_not_the_published_ones_are_not_offered_to_others(offered, tmp_path):
    offered(DEAD)
    for name, content in small_files().items():
        (tmp_path / name).write_bytes(content)
    own = load(DataConfig(source="mnist", folder=str(tmp_path)), cache=tmp_path / "cache")

    with pytest.raises(DataError, match="could not be downloaded"):
        mnist(tmp_path / "cache")
    assert own.notes


def test_wrong_bytes_are_refused_and_not_kept(server, offered, tmp_path):
    right = offered()
    server.files[BIG] = right[BIG][:-9] + b"wrong sum"

    with pytest.raises(DataError, match="another SHA-256"):
        mnist(tmp_path)

    assert not list(tmp_path.rglob("train-images*"))
    server.files[BIG] = right[BIG]
    assert len(mnist(tmp_path).train) == 900


def test_a_server_that_sends_without_end_is_cut_off(server, offered, tmp_path):
    right = offered()
    server.files[BIG] = right[BIG] + bytes(5_000_000)

    with pytest.raises(DataError, match="more than"):
        mnist(tmp_path)

    assert max(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) <= len(right[BIG])


def test_a_cancelled_download_leaves_only_the_part_to_go_on_from(server, offered, tmp_path):
    files = offered()
    heard = []

    def enough() -> bool:
        return any(p.what == f"Downloading {BIG}" and p.done > 0 for p in heard)

    with pytest.raises(Cancelled):
        mnist(tmp_path, report=heard.append, cancelled=enough)

    left = {p.name: p.stat().st_size for p in tmp_path.rglob("train-images*")}
    assert list(left) == [f"{BIG}.part"]
    assert 0 < left[f"{BIG}.part"] < len(files[BIG])
    server.asked.clear()
    assert len(mnist(tmp_path).train) == 900
    assert server.asked[0] == (BIG, f"bytes={left[f'{BIG}.part']}-")


def test_two_processes_do_not_download_into_one_file(offered, tmp_path):
    offered()
    folder = tmp_path / "downloads" / "mnist"
    folder.mkdir(parents=True)

    with FileLock(folder / "lock"), pytest.raises(DataError, match="another process"):
        mnist(tmp_path)


@pytest.mark.parametrize("name", STANDARDS)
def test_every_published_file_is_pinned_and_has_two_ways_to_it(name):
    standard = STANDARDS[name]

    assert len(standard.mirrors) >= 2
    assert all(mirror.endswith("/") for mirror in standard.mirrors)
    assert all(len(file.sha256) == 64 and file.size > 0 for file in standard.files)
    assert len({file.sha256 for file in standard.files}) == len(standard.files)


def test_the_cache_folder_can_be_moved_by_the_environment(offered, tmp_path, monkeypatch):
    offered()
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "here"))

    load(DataConfig(source="mnist"))

    assert (tmp_path / "here" / "downloads" / "mnist" / BIG).is_file()
