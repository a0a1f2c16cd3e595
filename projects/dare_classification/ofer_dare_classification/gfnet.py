"""Global Filter Network (Rao et al., NeurIPS 2021): a transformer whose tokens are mixed by a learned filter in the frequency domain.

Neither timm nor MMPretrain has it. Parameters have the names of the published files. Blocks have one residual connection around filter
and MLP together, as in the published code.
"""

from typing import NamedTuple

import torch
from mmengine.model import BaseModule
from timm.layers import DropPath, Mlp, PatchEmbed, trunc_normal_
from torch import Tensor, nn

from ofer.registry import MODELS


class Arch(NamedTuple):
    """Width and number of blocks."""

    embed_dims: int
    depth: int


ARCHS = {'ti': Arch(256, 12), 'xs': Arch(384, 12), 's': Arch(384, 19), 'b': Arch(512, 19)}


class GlobalFilter(nn.Module):
    """Multiplies the two-dimensional Fourier transform of a grid of tokens by a complex filter for each channel.

    Args:
        channels: ``C``.
        grid: height and width of the grid.
    """

    to_spectrum: Tensor
    from_spectrum: Tensor

    def __init__(self, channels: int, grid: tuple[int, int]) -> None:
        super().__init__()
        self.grid = grid
        self.complex_weight = nn.Parameter(torch.randn(grid[0], grid[1] // 2 + 1, channels, 2) * 0.02)

        to_spectrum, from_spectrum = fourier_matrices(grid)
        self.register_buffer('to_spectrum', to_spectrum, persistent=False)
        self.register_buffer('from_spectrum', from_spectrum, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, L, C)``, tokens in raster order, to the same shape; in float32 also under autocast."""
        with torch.autocast(x.device.type, enabled=False):
            weight = self.complex_weight.float()
            if torch.jit.is_tracing():
                return self._by_matrices(x.float(), weight.flatten(0, 1))
            spectrum = torch.fft.rfft2(x.float().unflatten(1, self.grid), dim=(1, 2), norm='ortho')
            filtered = spectrum * torch.view_as_complex(weight.contiguous())  # in channels-last layout there is no complex view
            return torch.fft.irfft2(filtered, s=self.grid, dim=(1, 2), norm='ortho').flatten(1, 2)

    def _by_matrices(self, x: Tensor, weight: Tensor) -> Tensor:
        """The same in real numbers: an exported network has no complex ones."""
        real, imaginary = (self.to_spectrum[i] @ x for i in (0, 1))
        filtered = real * weight[..., 0] - imaginary * weight[..., 1], real * weight[..., 1] + imaginary * weight[..., 0]
        return self.from_spectrum[0] @ filtered[0] + self.from_spectrum[1] @ filtered[1]


def fourier_matrices(grid: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """The two-dimensional Fourier transform of real values and its inverse as matrices.

    Args:
        grid: height and width, ``L = H * W`` places and ``K = H * (W // 2 + 1)`` frequencies.

    Returns:
        ``(2, K, L)``, real and imaginary part of the transform; ``(2, L, K)``, from each of the two back to the places.
    """
    height, width = grid
    places = torch.eye(height * width).unflatten(1, grid)
    to_spectrum = torch.view_as_real(torch.fft.rfft2(places, norm='ortho')).flatten(1, 2)
    frequencies = torch.eye(height * (width // 2 + 1)).unflatten(1, (height, -1)).to(torch.complex64)
    from_spectrum = [torch.fft.irfft2(unit * frequencies, s=grid, norm='ortho').flatten(1) for unit in (1, 1j)]
    return to_spectrum.permute(2, 1, 0).contiguous(), torch.stack(from_spectrum).mT.contiguous()


class FilterBlock(nn.Module):
    """``x + MLP(LN(filter(LN(x))))`` on tokens ``(N, L, C)``."""

    def __init__(self, channels: int, grid: tuple[int, int], mlp_ratio: float, drop_path: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(channels, eps=1e-6)
        self.filter = GlobalFilter(channels, grid)
        self.norm2 = nn.LayerNorm(channels, eps=1e-6)
        self.mlp = Mlp(channels, int(channels * mlp_ratio))
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.drop_path(self.mlp(self.norm2(self.filter(self.norm1(x)))))


@MODELS.register_module()
class GFNet(BaseModule):
    """Backbone of the Global Filter Network.

    Args:
        arch: ``'ti'``, ``'xs'``, ``'s'``, ``'b'``, or a dict with ``embed_dims`` and ``depth``.
        img_size: height and width of the images, pixels.
        patch_size: side of a patch, pixels; divides ``img_size``.
        mlp_ratio: width of the MLPs as a multiple of ``embed_dims``.
        drop_path_rate: probability of leaving out the last block in training; rises linearly from 0 over the blocks.
        init_cfg: mmengine's initialisation; None: as published.

    Raises:
        ValueError: unknown ``arch``, or the patches do not fill the image.
    """

    def __init__(
        self, arch: str | dict = 'xs', img_size: int = 224, patch_size: int = 16, mlp_ratio: float = 4.0,
        drop_path_rate: float = 0.0, init_cfg: dict | list | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        if isinstance(arch, str) and arch not in ARCHS:
            raise ValueError(f'arch={arch!r}: choose one of {", ".join(ARCHS)}, or a dict with embed_dims and depth')
        if img_size % patch_size:
            raise ValueError(f'img_size={img_size} needs to be a multiple of patch_size={patch_size}')
        self.out_channels, depth = ARCHS[arch] if isinstance(arch, str) else Arch(**arch)
        self.patch_embed = PatchEmbed(img_size, patch_size, 3, self.out_channels)
        self.pos_embed = nn.Parameter(torch.zeros(1, self.patch_embed.num_patches, self.out_channels))
        rates = torch.linspace(0, drop_path_rate, depth).tolist()
        self.blocks = nn.ModuleList(FilterBlock(self.out_channels, self.patch_embed.grid_size, mlp_ratio, rate) for rate in rates)
        self.norm = nn.LayerNorm(self.out_channels, eps=1e-6)

    def init_weights(self) -> None:
        """Initialise as published, then by ``init_cfg``."""
        trunc_normal_(self.pos_embed, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        super().init_weights()

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """``(N, 3, img_size, img_size)`` to the mean token ``((N, C),)``."""
        x = self.patch_embed(x) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return (self.norm(x).mean(1),)
