"""Comparison to the painters of Latent-OFER: faces as one multivariate normal distribution, without a network.

It is fitted in one pass over the training faces. A hole gets the mean of its pixels given all visible ones, which is the best linear
prediction. A trained painter is worth its training if it does better.
"""

from typing import Any

import torch
from mmengine.dist import all_reduce
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.masks import resize_mask
from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.patches import grid_side
from ofer.models.layers.true_faces import holes, true_images
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS
from ofer.structures import FaceSample

REMEDY = 'Fit one first (configs/latent_ofer/latent_ofer_gaussian_*.py).'


def conditional_mean(values: Tensor, hidden: Tensor, mean: Tensor, precision: Tensor) -> Tensor:
    """Replace hidden values by their mean given the visible ones: ``m_h - P_hh^-1 P_hv (x_v - m_v)``.

    Args:
        values: ``(N, D)``; hidden ones are not read.
        hidden: ``(N, D)`` bool.
        mean: ``(D,)`` of the normal distribution.
        precision: ``(D, D)``, inverse of its covariance.

    Returns:
        ``(N, D)``; visible values are unchanged.

    Example:
        >>> precision = torch.tensor([[1.0, 0.6], [0.6, 1.0]]).inverse()
        >>> conditional_mean(torch.tensor([[2.0, 9.0]]), torch.tensor([[False, True]]), torch.zeros(2), precision)
        tensor([[2.0000, 1.2000]])
    """
    predicted = values.clone()
    pull = (values - mean).masked_fill(hidden, 0) @ precision
    for row, inside in enumerate(hidden):  # holes differ in size
        factor = torch.linalg.cholesky(precision[inside][:, inside])
        predicted[row, inside] = mean[inside] - torch.cholesky_solve(pull[row, inside, None], factor)[:, 0]
    return predicted


@MODELS.register_module()
class GaussianPainter(BaseModel):
    """Paints holes by the conditional mean of a normal distribution of faces.

    As ``coarse`` of :class:`~ofer.models.HybridInpainter` it takes the place of the masked autoencoder.

    Args:
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].
        size: height and width at which faces are distributed, pixels; paintings are enlarged to the size of the image. The covariance
            has ``(channels * size ** 2) ** 2`` values.
        channels: 3, or 1 for grey faces.
        noise: variance added to each value, of values in [0, 1].
        checkpoint: file of its mean and covariance; read by ``init_weights()``. None: nothing is read.

    Raises:
        ValueError: a preprocessor that cannot be inverted, ``channels`` is neither 1 nor 3, or ``noise`` is not positive.
    """

    faces: Tensor
    covariance: Tensor

    def __init__(
        self, data_preprocessor: dict, size: int = 48, channels: int = 3, noise: float = 1e-3, checkpoint: str | None = None,
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        if channels not in (1, 3):
            raise ValueError(f'channels={channels}: expected 1 (grey) or 3')
        if noise <= 0:
            raise ValueError(f'noise={noise} must be positive: the covariance of fewer faces than values has no inverse')
        self.input_format = InputFormat.of(self.data_preprocessor, 'GaussianPainter')
        self.small = InputFormat(size, channel_order='grey' if channels == 1 else 'rgb')
        self.size, self.channels, self.noise, self.checkpoint = size, channels, noise, checkpoint
        values = channels * size**2
        self.mean = nn.Parameter(torch.zeros(values), requires_grad=False)  # mmengine's Runner wants an optimiser, which wants parameters
        self.register_buffer('covariance', torch.zeros(values, values))
        self.register_buffer('faces', torch.tensor(0.0))

    def init_weights(self) -> None:
        """Read ``checkpoint`` if one is given.

        Raises:
            FileNotFoundError: it is missing; the message states how to get it.
            ValueError: it does not fit this painter.
        """
        super().init_weights()
        if self.checkpoint is not None:
            load_pretrained(self, self.checkpoint, REMEDY)

    def train_step(self, data: Any, optim_wrapper: OptimWrapper) -> dict[str, Tensor]:
        """Add the faces of a batch, of all processes, to the distribution; there is no loss, and the optimiser does nothing.

        Args:
            data: a batch of the data loader.
            optim_wrapper: not used.

        Returns:
            ``loss``: 0.
        """
        data = self.data_preprocessor(data, training=True)
        self.observe(true_images(data['inputs'], data['data_samples'], self.input_format))
        return dict(loss=self.faces.new_zeros(()))

    @torch.no_grad()
    def observe(self, images: Tensor) -> None:
        """Update mean and covariance by whole faces ``(N, 3, H, W)``, normalised; the order of the batches does not matter."""
        values = self._values(images)
        count, mean = values.new_tensor(float(len(values))), values.sum(0)
        for total in (count, mean):
            all_reduce(total)
        mean /= count
        scatter = (values - mean).T @ (values - mean)
        all_reduce(scatter)
        step, known = mean - self.mean, self.faces.clone()
        self.faces += count
        self.covariance.mul_(known / self.faces).add_(scatter / self.faces)
        self.covariance.add_(torch.outer(step, step), alpha=float(known * count / self.faces**2))
        self.mean.add_(step * count / self.faces)

    def fill(self, images: Tensor, hole: Tensor) -> Tensor:
        """Paint holes.

        Args:
            images: ``(N, 3, H, W)``, normalised; holes are not read.
            hole: ``(N, H, W)`` bool, True = to be painted.

        Returns:
            ``(N, 3, H, W)``, normalised; exactly ``images`` outside of the hole.

        Raises:
            ValueError: it was not fitted.
        """
        if not self.faces:
            raise ValueError(f'this GaussianPainter has seen no face. {REMEDY}')
        visible = ~hole.unsqueeze(1)
        weight = F.interpolate(visible.to(images.dtype), size=(self.size, self.size), mode='bilinear', antialias=True)
        # the hole must not bleed into the visible values of a smaller image
        shown = self.input_format.pixels(images).masked_fill(~visible, 0)
        values = self.small.convert(shown)[:, : self.channels] / weight.clamp(min=1e-3)
        hidden = resize_mask(hole, self.size, self.size).unsqueeze(1).expand_as(values)
        noisy = self.covariance + self.noise * torch.eye(len(self.mean), device=self.mean.device)
        precision = torch.cholesky_inverse(torch.linalg.cholesky(noisy))
        painted = conditional_mean(values.flatten(1), hidden.flatten(1), self.mean, precision).view_as(values)
        painted = F.interpolate(painted, size=images.shape[2:], mode='bicubic', align_corners=False).expand_as(images)
        return torch.where(visible, images, self.input_format.convert(painted).to(images.dtype))

    def reconstruct(self, images: Tensor, mask: Tensor) -> Tensor:
        """:meth:`fill` by a mask of patches ``(N, L)`` bool on a square grid, True = hidden, as the masked autoencoder's."""
        grid = grid_side(mask.shape[1])
        return self.fill(images, resize_mask(mask.unflatten(1, (grid, grid)), *images.shape[2:]))

    def forward(self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor') -> Tensor | list[FaceSample]:
        """Paint the holes of the samples.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: with ``hole`` ``(H, W)``.
            mode: ``'tensor'``: painted images ``(N, 3, H, W)``, normalised; ``'predict'``: samples with ``pred_image`` ``(3, H, W)``, RGB
                in [0, 1].

        Raises:
            ValueError: unknown mode, no holes, or it was not fitted.
        """
        if mode not in ('tensor', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor or predict')
        painted = self.fill(inputs, holes(inputs, data_samples))
        if mode == 'tensor':
            return painted
        assert data_samples is not None
        for sample, image in zip(data_samples, self.input_format.pixels(painted).clamp(0, 1), strict=True):
            sample.pred_image = image
        return data_samples

    def _values(self, images: Tensor) -> Tensor:
        return self.small.convert(self.input_format.pixels(images))[:, : self.channels].flatten(1)
