"""Training and testing of a face parsing network, the network of the semantic prior of ORSANet."""

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ofer.registry import MODELS
from ofer.structures import FaceSample


@MODELS.register_module()
class FaceParser(BaseModel):
    """A parsing network with its loss.

    Args:
        network: e.g. :class:`~ofer.models.SegFace`: ``(N, 3, H, W)`` to logits ``(N, K, H, W)``.
        loss: loss of logits and true map, e.g. :class:`~ofer.models.ParsingLoss`.
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
            data_samples: with ``gt_parsing`` ``(H, W)`` for ``'loss'``.
            mode: ``'tensor'``: logits ``(N, K, H, W)``; ``'loss'``: dict of losses; ``'predict'``: samples with ``pred_parsing``
                ``(H, W)``.

        Raises:
            ValueError: unknown mode, or no samples for ``'loss'``.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        logits = self.network(inputs)
        if mode == 'tensor':
            return logits
        if mode == 'loss':
            if data_samples is None:
                raise ValueError('mode loss needs data_samples with gt_parsing')
            target = torch.stack([sample.gt_parsing for sample in data_samples]).to(logits.device)
            return dict(loss=self.loss(logits, target))
        samples = [FaceSample() for _ in logits] if data_samples is None else data_samples
        for sample, classes in zip(samples, logits.argmax(1), strict=True):
            sample.pred_parsing = classes
        return samples
