"""The model inside what is put around it."""

from typing import Any

from mmengine.model import BaseTTAModel, is_model_wrapper
from torch import nn


def bare_model(model: nn.Module) -> Any:
    """The model itself, without what scatters it over processes (DDP) and what averages its predictions over views of an image."""
    bare: Any = model
    while is_model_wrapper(bare) or isinstance(bare, BaseTTAModel):
        bare = bare.module
    return bare
