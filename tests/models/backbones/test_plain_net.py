from pathlib import Path

import torch
from torch import nn

from ofer.engine.config import read_config
from ofer.registry import MODELS

CONFIG = Path(__file__).parents[3] / 'configs/baselines/plain_ferplus.py'


def test_every_residual_branch_counts_from_the_first_step():
    """With branches that start at zero, the loss stays at that of a constant answer for three epochs."""
    model = MODELS.build(read_config(CONFIG).model)
    model.init_weights()
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    assert norms
    assert all(torch.equal(norm.weight, torch.ones_like(norm.weight)) for norm in norms)
