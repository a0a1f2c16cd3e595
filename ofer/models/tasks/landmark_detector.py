"""Training and testing of a landmark network, the network of the landmark prior of ORSANet."""

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ofer.registry import MODELS
from ofer.structures import FaceSample


@MODELS.register_module()
class LandmarkDetector(BaseModel):
    """A landmark network with its loss.

    Args:
        network: e.g. :class:`~ofer.models.MobileFaceNet`: ``(N, 3, H, W)`` to ``(N, 68, 2)``.
        loss: loss of predicted and true points, e.g. :class:`~ofer.models.WingLoss`.
        data_preprocessor: converts images to the input format of the network.
    """

    def __init__(self, network: dict, loss: dict, data_preprocessor: dict, init_cfg: dict | None = None) -> None:
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.network = MODELS.build(network)
        self.loss = MODELS.build(loss)

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor'
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the network.

        Args:
            inputs: ``(N, 3, H, W)``, in the input format of the network.
            data_samples: with ``gt_landmarks`` for ``'loss'``.
            mode: ``'tensor'``: points ``(N, 68, 2)``, shares of width and height; ``'loss'``: dict of losses; ``'predict'``: samples with
                ``pred_landmarks``.

        Raises:
            ValueError: unknown mode, or no samples for ``'loss'``.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        points = self.network(inputs)
        if mode == 'tensor':
            return points
        if mode == 'loss':
            if data_samples is None:
                raise ValueError('mode loss needs data_samples with gt_landmarks')
            target = torch.stack([sample.gt_landmarks for sample in data_samples]).to(points)
            return dict(loss=self.loss(points, target))
        samples = [FaceSample() for _ in points] if data_samples is None else data_samples
        for sample, face in zip(samples, points.detach(), strict=True):
            sample.pred_landmarks = face
        return samples
