"""TinyViT, MobileSAM's image encoder, as a torch module.

Sources: Wu et al., "TinyViT", arXiv:2207.10666 (the blocks); Zhang et al., "Faster Segment Anything",
arXiv:2306.14289 (the 5 M variant at 1024 x 1024 with SAM's neck). Parameters carry the names of
MobileSAM's own checkpoint, except that each batch norm is folded into its convolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from segment_anything.modeling.common import LayerNorm2d
from torch import nn
from torch.nn import functional as F

DIMS = (64, 128, 160, 320)
DEPTHS = (2, 2, 6, 2)
HEADS = (2, 4, 5, 10)
WINDOWS = (7, 7, 14, 7)
OUT_CHANNELS = 256


class ConvNorm(nn.Module):
    """A convolution that has taken in its batch norm: weight and bias, no more."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, inputs, H, W) to (B, outputs, H / stride, W / stride)."""
        out: torch.Tensor = self.c(x)
        return out


class PatchEmbed(nn.Module):
    """Two 3 x 3 convolutions of stride 2: a token for each 4 x 4 pixels."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.seq = nn.Sequential(ConvNorm(3, dim // 2, 3, 2), nn.GELU(), ConvNorm(dim // 2, dim, 3, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, 3, H, W) to (B, dim, H / 4, W / 4)."""
        out: torch.Tensor = self.seq(x)
        return out


class MBConv(nn.Module):
    """Inverted bottleneck with a residual: widen four times, 3 x 3 per channel, narrow."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(dim, 4 * dim)
        self.conv2 = ConvNorm(4 * dim, 4 * dim, 3, groups=4 * dim)
        self.conv3 = ConvNorm(4 * dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Keep the shape (B, dim, H, W)."""
        return F.gelu(x + self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x))))))


class PatchMerging(nn.Module):
    """Pass to the next stage's channels, and to half the resolution if the stride is 2."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(inputs, outputs)
        self.conv2 = ConvNorm(outputs, outputs, 3, stride, groups=outputs)
        self.conv3 = ConvNorm(outputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, inputs, H, W) to (B, outputs, H / stride, W / stride)."""
        out: torch.Tensor = self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))
        return out


class Attention(nn.Module):
    """Self-attention within a window, with one learned bias per head and offset (|dy|, |dx|)."""

    attention_bias_idxs: torch.Tensor

    def __init__(self, dim: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.norm = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))
        rows, columns = torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")
        rows, columns = rows.flatten(), columns.flatten()
        offsets = (rows[:, None] - rows).abs() * window + (columns[:, None] - columns).abs()
        self.register_buffer("attention_bias_idxs", offsets, persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map windows (windows, window * window, dim) to the same shape."""
        count, tokens, dim = x.shape
        qkv = self.qkv(self.norm(x)).view(count, tokens, self.heads, -1).transpose(1, 2)
        queries, keys, values = qkv.chunk(3, dim=-1)
        weights = queries @ keys.transpose(-2, -1) * self.scale
        weights = (weights + self.attention_biases[:, self.attention_bias_idxs]).softmax(dim=-1)
        out: torch.Tensor = self.proj((weights @ values).transpose(1, 2).reshape(count, tokens, dim))
        return out


class Mlp(nn.Module):
    """Layer norm, widen four times, GELU, narrow."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Keep the shape (B, H, W, dim)."""
        out: torch.Tensor = self.fc2(F.gelu(self.fc1(self.norm(x))))
        return out


class Block(nn.Module):
    """Attention in windows, a 3 x 3 convolution per channel that joins them, an MLP."""

    def __init__(self, dim: int, heads: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.attn = Attention(dim, heads, window)
        self.local_conv = ConvNorm(dim, dim, 3, groups=dim)
        self.mlp = Mlp(dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Keep the shape (B, dim, H, W); windows that stick out are filled with zeros, as in the source."""
        batch, dim, height, width = x.shape
        size = self.window
        tokens = F.pad(x.permute(0, 2, 3, 1), (0, 0, 0, -width % size, 0, -height % size))
        down, across = tokens.shape[1] // size, tokens.shape[2] // size
        windows = tokens.view(batch, down, size, across, size, dim).transpose(2, 3)
        windows = self.attn(windows.reshape(-1, size * size, dim))
        tokens = windows.view(batch, down, across, size, size, dim).transpose(2, 3)
        tokens = tokens.reshape(batch, down * size, across * size, dim)[:, :height, :width]
        tokens = self.local_conv(x + tokens.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        out: torch.Tensor = (tokens + self.mlp(tokens)).permute(0, 3, 1, 2)
        return out


class Stage(nn.Module):
    """Blocks, then the way down to the next stage (the last has none)."""

    def __init__(self, blocks: Sequence[nn.Module], downsample: nn.Module | None) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)
        self.downsample = downsample

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C, H, W) to the next stage's shape."""
        x = self.blocks(x)
        return x if self.downsample is None else self.downsample(x)


class TinyViT(nn.Module):
    """Image encoder: a normalised image to SAM's embedding, one vector for each 16 x 16 pixels."""

    img_size = 1024

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = PatchEmbed(DIMS[0])
        stages = []
        for i, (dim, depth) in enumerate(zip(DIMS, DEPTHS, strict=True)):
            blocks = [MBConv(dim) if i == 0 else Block(dim, HEADS[i], WINDOWS[i]) for _ in range(depth)]
            last = i == len(DIMS) - 1
            down = None if last else PatchMerging(dim, DIMS[i + 1], stride=1 if i == len(DIMS) - 2 else 2)
            stages.append(Stage(blocks, down))
        self.layers = nn.Sequential(*stages)
        self.neck = nn.Sequential(
            nn.Conv2d(DIMS[-1], OUT_CHANNELS, 1, bias=False),
            LayerNorm2d(OUT_CHANNELS),
            nn.Conv2d(OUT_CHANNELS, OUT_CHANNELS, 3, padding=1, bias=False),
            LayerNorm2d(OUT_CHANNELS),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, 3, H, W), normalised RGB (1024 x 1024 in SAM), to (B, 256, H / 16, W / 16)."""
        out: torch.Tensor = self.neck(self.layers(self.patch_embed(x)))
        return out
