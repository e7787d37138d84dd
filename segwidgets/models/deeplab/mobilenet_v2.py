"""The torch modules of Google's small DeepLabv3: MobileNetV2 at output stride 8, and its segmentation head.

Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381; Chen et al.
2017, "Rethinking Atrous Convolution for Semantic Image Segmentation", arXiv:1706.05587. Written out here
because the library that has them as well takes a quarter of a gigabyte, which a notebook on Binder lacks.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

# of each block: channels, stride and rate of its 3 × 3 kernel. From an eighth on, rates grow, not strides.
BLOCKS = (
    *((24, 2, 1), (24, 1, 1)),
    *((32, 2, 1), (32, 1, 1), (32, 1, 1)),
    *((64, 1, 1), (64, 1, 2), (64, 1, 2), (64, 1, 2)),
    *((96, 1, 2), (96, 1, 2), (96, 1, 2)),
    *((160, 1, 2), (160, 1, 4), (160, 1, 4)),
    (320, 1, 4),
)
BATCH_NORM_EPS = 0.001


class Layer(nn.Module):
    """A convolution, padded as TensorFlow's "SAME" does, with its scale, its bias and what follows.

    Attributes
    ----------
    convolution : nn.Conv2d
        Without a bias.
    normalization : nn.BatchNorm2d
        Scale and bias.
    """

    def __init__(
        self,
        channels: int,
        out: int,
        kernel: int = 1,
        stride: int = 1,
        rate: int = 1,
        groups: int = 1,
        activation: type[nn.Module] | None = nn.ReLU6,
    ) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, out, kernel, stride, dilation=rate, groups=groups, bias=False)
        self.normalization = nn.BatchNorm2d(out, BATCH_NORM_EPS)
        self.activation = activation(inplace=True) if activation else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, out, h, w) of (N, channels, H, W)."""
        x = self.normalization(self.convolution(same_padding(x, self.convolution)))
        return x if self.activation is None else self.activation(x)


def same_padding(x: torch.Tensor, convolution: nn.Conv2d) -> torch.Tensor:
    """Pad so that the output has ceil(size / stride) cells; what is odd goes to the bottom and the right."""
    sides: list[int] = []
    for axis in (1, 0):  # torch pads the last axis first
        size, kernel = x.shape[2 + axis], convolution.kernel_size[axis]
        stride, rate = convolution.stride[axis], convolution.dilation[axis]
        total = max(kernel - (size % stride or stride), 0)
        sides += [total // 2 * rate, (total - total // 2) * rate]
    return F.pad(x, sides)


class InvertedResidual(nn.Module):
    """Sandler et al.'s block: six times as many channels, a 3 × 3 kernel for each alone, and back to few."""

    def __init__(self, channels: int, out: int, stride: int, rate: int) -> None:
        super().__init__()
        wide = 6 * channels
        self.expand_1x1 = Layer(channels, wide)
        self.conv_3x3 = Layer(wide, wide, 3, stride, rate, groups=wide)
        self.reduce_1x1 = Layer(wide, out, activation=None)
        self.adds = stride == 1 and channels == out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, out, h, w) of (N, channels, H, W)."""
        made = self.reduce_1x1(self.conv_3x3(self.expand_1x1(x)))
        out: torch.Tensor = x + made if self.adds else made
        return out


class Stem(nn.Module):
    """The first convolution and the first block, which does not widen."""

    def __init__(self) -> None:
        super().__init__()
        self.first_conv = Layer(3, 32, 3, stride=2)
        self.conv_3x3 = Layer(32, 32, 3, groups=32)
        self.reduce_1x1 = Layer(32, 16, activation=None)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 16, h, w) of (N, 3, H, W)."""
        out: torch.Tensor = self.reduce_1x1(self.conv_3x3(self.first_conv(x)))
        return out


class MobileNetV2(nn.Module):
    """The backbone."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_stem = Stem()
        self.layer = nn.ModuleList()
        channels = 16
        for out, stride, rate in BLOCKS:
            self.layer.append(InvertedResidual(channels, out, stride, rate))
            channels = out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 320, h, w), an eighth of (N, 3, H, W)."""
        x = self.conv_stem(x)
        for block in self.layer:
            x = block(x)
        return x


class SegmentationHead(nn.Module):
    """What a cell knows of itself and what the whole picture says, together; then the classes."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv_pool = Layer(320, 256, activation=nn.ReLU)
        self.conv_aspp = Layer(320, 256, activation=nn.ReLU)
        self.conv_projection = Layer(512, 256, activation=nn.ReLU)
        self.classifier = nn.Conv2d(256, classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (N, classes, h, w) of (N, 320, h, w)."""
        mean = self.conv_pool(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        out: torch.Tensor = self.classifier(self.conv_projection(torch.cat([mean, self.conv_aspp(x)], 1)))
        return out


class MobileNetV2DeepLab(nn.Module):
    """Backbone and head: logits (N, classes, h, w), an eighth of a batch (N, 3, H, W)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.mobilenet_v2 = MobileNetV2()
        self.segmentation_head = SegmentationHead(classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (N, classes, h, w) of (N, 3, H, W)."""
        logits: torch.Tensor = self.segmentation_head(self.mobilenet_v2(x))
        return logits
