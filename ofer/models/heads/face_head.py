"""Head of an anchor-free face detector: one prediction per cell, by convolutions shared by all levels."""

import math
from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.models.layers.face_cells import NUMBERS
from ofer.registry import MODELS

RARE = 0.01
"""Score of each cell at the start of training."""


@MODELS.register_module()
class FaceHead(BaseModule):
    """Convolutions to 15 numbers per cell (see :func:`ofer.models.layers.face_cells.decode_faces`).

    Args:
        channels: channels of the feature maps.
        depth: number of 3x3 convolutions.
        init_cfg: mmengine's initialisation.
    """

    def __init__(self, channels: int = 64, depth: int = 2, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        layers: list[nn.Module] = []
        for _ in range(depth):
            layers += [nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers)
        self.answer = nn.Conv2d(channels, NUMBERS, 1)
        nn.init.normal_(self.answer.weight, std=0.01)
        self.answer.bias = nn.Parameter(torch.tensor([-math.log((1 - RARE) / RARE)] + [0.0] * (NUMBERS - 1)))

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Numbers of all cells ``(N, M, 15)``, map by map, row by row, from ``(N, channels, h, w)`` each."""
        return torch.cat([self.answer(self.layers(x)).flatten(2).transpose(1, 2) for x in maps], 1)
