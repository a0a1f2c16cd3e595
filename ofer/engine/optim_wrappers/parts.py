"""One optimiser for each part of a model: generator and discriminators have different losses."""

from typing import Any

from mmengine.optim import OptimWrapperDict, build_optim_wrapper
from torch import nn

from ofer.registry import OPTIM_WRAPPER_CONSTRUCTORS


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class PartsOptimWrapperConstructor:
    """Builds ``OptimWrapperDict`` from a config that names parts of the model.

    For example::

        optim_wrapper = dict(
            constructor='PartsOptimWrapperConstructor',
            generator=dict(optimizer=dict(type='Adam', lr=2e-4)),
            discriminators=dict(optimizer=dict(type='Adam', lr=2e-4)),
        )

    Args:
        optim_wrapper_cfg: config of an optimiser wrapper by the name of the part.
        paramwise_cfg: not supported here: give each part its own.

    Raises:
        ValueError: ``paramwise_cfg`` is given, or an entry is no config of a part.
    """

    def __init__(self, optim_wrapper_cfg: dict[str, Any], paramwise_cfg: dict | None = None) -> None:
        if paramwise_cfg:
            raise ValueError('paramwise_cfg beside the parts of a model: put it into the config of a part')
        odd = [name for name, config in optim_wrapper_cfg.items() if not isinstance(config, dict)]
        if odd:
            raise ValueError(f'optim_wrapper has {", ".join(odd)} beside the parts of the model: put it into the config of a part')
        self.configs = optim_wrapper_cfg

    def __call__(self, model: nn.Module) -> OptimWrapperDict:
        """The optimisers of a model.

        Raises:
            ValueError: it has no such part.
        """
        model = getattr(model, 'module', model)
        missing = [name for name in self.configs if not hasattr(model, name)]
        if missing:
            raise ValueError(f'optim_wrapper names {", ".join(missing)}: {type(model).__name__} has no such part')
        return OptimWrapperDict(
            **{name: build_optim_wrapper(getattr(model, name), {'type': 'OptimWrapper', **config}) for name, config in self.configs.items()}
        )
