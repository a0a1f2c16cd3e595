"""Comparison to ViT-SVDD (Latent-OFER Table 1): Patch-SVDD (Yi & Yoon, ACCV 2020), on the image itself.

An encoder of image windows without bias is trained with two losses: adjacent windows have similar vectors (the SVDD' loss of the paper),
and the difference of the vectors of two neighbouring windows predicts their relative position (8 classes). The score of a patch is the
distance of its window to the nearest window of training faces. Deviations: one window size instead of a hierarchy of two whose maps are
multiplied (one window around each patch, so that a score belongs to a patch), no overlapping stride, and a memory with a sample of the
training windows instead of all.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.occlusion_detectors.one_class import OneClassDetector, gathered, quantile_threshold
from ofer.registry import MODELS

NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Rows down and columns right of the eight neighbours, in the order of the classes."""


def crop_windows(images: Tensor, top: Tensor, left: Tensor, size: int) -> Tensor:
    """One square window of each image.

    Args:
        images: ``(N, C, H, W)``.
        top: ``(N,)`` int64, within the image.
        left: ``(N,)`` int64, within the image.
        size: pixels a side.

    Returns:
        ``(N, C, size, size)``.
    """
    steps = torch.arange(size, device=images.device)
    rows, columns = top[:, None] + steps, left[:, None] + steps
    which = torch.arange(len(images), device=images.device)[:, None, None]
    return images[which, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


@MODELS.register_module()
class PatchSVDD(OneClassDetector):
    """Nearest-neighbour distance of image windows, in a space learned from unoccluded faces.

    Args:
        patch_size: side of a patch, pixels; the window around it is twice as large.
        dims: length of the vector of a window.
        width: channels of the first convolution.
        position_weight: weight of the cross entropy of the relative position.
        memory: number of stored windows of training faces.
        nu: see :class:`OneClassDetector`.

    Raises:
        ValueError: windows of less than 8 pixels, or ``nu`` out of range.
    """

    bank: Tensor

    def __init__(
        self,
        patch_size: int,
        dims: int = 64,
        width: int = 32,
        position_weight: float = 1.0,
        memory: int = 4096,
        nu: float = 0.05,
        init_cfg: dict | list | None = None,
    ) -> None:
        super().__init__(nu, init_cfg)
        if patch_size < 4:
            raise ValueError(f'patch_size={patch_size}: expected at least 4, since the encoder halves windows of twice this size two times')
        self.patch_size = patch_size
        self.position_weight = position_weight
        self.encoder = nn.Sequential(
            nn.Conv2d(3, width, 3, 2, 1, bias=False),
            nn.LeakyReLU(0.1),
            nn.Conv2d(width, 2 * width, 3, 2, 1, bias=False),
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * width, 2 * width, 3, 1, 1, bias=False),
            nn.LeakyReLU(0.1),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.Linear(8 * width, dims, bias=False),
            nn.Tanh(),
        )
        self.place = nn.Sequential(nn.Linear(dims, 128), nn.LeakyReLU(0.1), nn.Linear(128, len(NEIGHBOURS)))
        self.register_buffer('bank', torch.zeros(memory, dims))
        self._kept: list[Tensor] = []
        self._held: list[Tensor] = []

    @property
    def begun(self) -> bool:
        return True  # no first pass is needed

    def loss(self, features: Tensor, covered: Tensor | None = None) -> Tensor:
        """Loss of one random anchor window per image, one window close to it and one beside it.

        Raises:
            ValueError: images smaller than a window, or pasted pieces.
        """
        if covered is not None:
            raise ValueError('PatchSVDD does not learn from pasted pieces: remove pasting')
        images, size = features, 2 * self.patch_size
        n, side = len(images), images.shape[-1]
        if side < size:
            raise ValueError(f'images of {side} pixels are smaller than a window of {size}, twice patch_size={self.patch_size}')
        step, jitter = 3 * size // 4, max(size // 8, 1)

        def place(low: int, high: int) -> Tensor:
            return torch.randint(low, high + 1, (2, n), device=images.device)

        edge = side - size
        anchor = place(0, edge)
        near = (anchor + place(-jitter, jitter)).clamp(0, edge)
        label = torch.randint(len(NEIGHBOURS), (n,), device=images.device)
        away = torch.tensor(NEIGHBOURS, device=images.device)[label].T
        # the anchor moves into the image if its neighbour would be outside
        center = torch.where(away < 0, anchor.clamp(min=step), torch.where(away > 0, anchor.clamp(max=edge - step), anchor)).clamp(0, edge)
        beside = (center + away * step).clamp(0, edge)
        windows = torch.cat([crop_windows(images, at[0], at[1], size) for at in (anchor, near, center, beside)])
        first, second, middle, neighbour = self.encoder(windows).chunk(4)
        closeness = (first - second).norm(dim=1).mean()
        return closeness + self.position_weight * F.cross_entropy(self.place(middle - neighbour), label)

    def embed(self, images: Tensor) -> Tensor:
        """Vectors of the windows around all patches, ``(N, grid, grid, dims)``; the image is mirrored beyond its edges."""
        size, margin = 2 * self.patch_size, self.patch_size // 2
        padded = F.pad(images, (margin, self.patch_size - margin) * 2, mode='reflect')
        windows = padded.unfold(2, size, self.patch_size).unfold(3, size, self.patch_size)  # (N, C, grid, grid, size, size)
        n, channels, rows, columns = windows.shape[:4]
        flat = windows.permute(0, 2, 3, 1, 4, 5).reshape(-1, channels, size, size)
        return self.encoder(flat).view(n, rows, columns, -1)

    def forward(self, features: Tensor) -> Tensor:
        """Distances to the nearest kept window, ``(N, grid, grid)``, of normalised images ``(N, 3, H, W)``."""
        return self._nearest(self.embed(features))

    def _nearest(self, vectors: Tensor) -> Tensor:
        return torch.cdist(vectors.flatten(0, -2), self.bank).amin(1).view(vectors.shape[:-1])

    @torch.no_grad()
    def review(self, features: Tensor) -> None:
        """Take windows to keep from every other image, and distances for the threshold from the others: none is compared with itself."""
        for vectors in self.embed(features).cpu().flatten(1, 2):
            where = self._kept if len(self._kept) <= len(self._held) else self._held
            where.append(vectors)

    def conclude(self) -> None:
        """Fill the memory with a sample, the same in each process, and set the threshold."""
        kept, held = gathered(self._kept), gathered(self._held)
        self._kept.clear()
        self._held.clear()
        generator = torch.Generator().manual_seed(0)
        # repeated if the training set has fewer: a copy changes no nearest distance
        order = torch.randperm(len(kept), generator=generator).repeat(-(-len(self.bank) // len(kept)))[: len(self.bank)]
        self.bank.copy_(kept[order])
        sample = held[torch.randperm(len(held), generator=generator)[:20000]]
        scores = torch.cat([self._nearest(part.to(self.bank.device)).cpu() for part in sample.split(2048)])
        self.threshold.fill_(quantile_threshold(scores, self.nu))
