"""The published sets as facts: which files, what they hold, their sums, where they lie.

Sums of downloads are SHA-256 of the file as published. MNIST, Fashion-MNIST and CIFAR-10 have
published sums of the decompressed content too, so a copy that was compressed again is known
for what it is; for Kuzushiji-MNIST only the compressed files have one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Remote:
    """One file to download: its name, length in bytes, and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One published set.

    `contents` maps the name of a file without `.gz` to a sum of its decompressed bytes,
    written `algorithm:digits`.
    """

    files: tuple[Remote, ...]
    mirrors: tuple[str, ...]
    classes: tuple[str, ...]
    contents: Mapping[str, str]


TRAIN_PICTURES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_PICTURES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

CIFAR_ARCHIVE = "cifar-10-binary.tar.gz"
CIFAR_TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
CIFAR_TEST = ("test_batch.bin",)

_NUMERALS = tuple(map(str, range(10)))

STANDARDS: Mapping[str, Standard] = MappingProxyType(
    {
        "mnist": Standard(
            files=(
                Remote(
                    f"{TRAIN_PICTURES}.gz",
                    9_912_422,
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                ),
                Remote(
                    f"{TRAIN_LABELS}.gz",
                    28_881,
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                ),
                Remote(
                    f"{TEST_PICTURES}.gz",
                    1_648_877,
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                ),
                Remote(
                    f"{TEST_LABELS}.gz",
                    4_542,
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                ),
            ),
            mirrors=(
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            classes=_NUMERALS,
            contents={
                TRAIN_PICTURES: "md5:6bbc9ace898e44ae57da46a324031adb",
                TRAIN_LABELS: "md5:a25bea736e30d166cdddb491f175f624",
                TEST_PICTURES: "md5:2646ac647ad5339dbf082846283269ea",
                TEST_LABELS: "md5:27ae3e4e09519cfbb04c329615203637",
            },
        ),
        "fashion-mnist": Standard(
            files=(
                Remote(
                    f"{TRAIN_PICTURES}.gz",
                    26_421_880,
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                ),
                Remote(
                    f"{TRAIN_LABELS}.gz",
                    29_515,
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                ),
                Remote(
                    f"{TEST_PICTURES}.gz",
                    4_422_102,
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                ),
                Remote(
                    f"{TEST_LABELS}.gz",
                    5_148,
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                ),
            ),
            mirrors=(
                "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            ),
            classes=(
                "T-shirt/top",
                "Trouser",
                "Pullover",
                "Dress",
                "Coat",
                "Sandal",
                "Shirt",
                "Sneaker",
                "Bag",
                "Ankle boot",
            ),
            contents={
                TRAIN_PICTURES: "md5:f4a8712d7a061bf5bd6d2ca38dc4d50a",
                TRAIN_LABELS: "md5:9018921c3c673c538a1fc5bad174d6f9",
                TEST_PICTURES: "md5:8181f5470baa50b63fa0f6fddb340f0a",
                TEST_LABELS: "md5:15d484375f8d13e6eb1aabb0c3f46965",
            },
        ),
        "kmnist": Standard(
            files=(
                Remote(
                    f"{TRAIN_PICTURES}.gz",
                    18_165_135,
                    "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
                ),
                Remote(
                    f"{TRAIN_LABELS}.gz",
                    29_497,
                    "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
                ),
                Remote(
                    f"{TEST_PICTURES}.gz",
                    3_041_136,
                    "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
                ),
                Remote(
                    f"{TEST_LABELS}.gz",
                    5_120,
                    "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
                ),
            ),
            mirrors=(  # one publisher, reached in two ways: no other copy is known to us
                "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            ),
            classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            contents={},
        ),
        "cifar10": Standard(
            files=(
                Remote(
                    CIFAR_ARCHIVE,
                    170_052_171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                ),
            ),
            mirrors=(
                "https://www.cs.toronto.edu/~kriz/",
                "https://cave.cs.toronto.edu/kriz/",
                "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
            ),
            classes=(
                "airplane",
                "automobile",
                "bird",
                "cat",
                "deer",
                "dog",
                "frog",
                "horse",
                "ship",
                "truck",
            ),
            contents=dict(
                zip(
                    (*CIFAR_TRAIN, *CIFAR_TEST),
                    (
                        "sha256:cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
                        "sha256:a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
                        "sha256:bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
                        "sha256:014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
                        "sha256:755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
                        "sha256:8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
                    ),
                    strict=True,
                )
            ),
        ),
    }
)
