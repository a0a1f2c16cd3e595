"""Ready-to-use models by name."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.shipped import find_config

if TYPE_CHECKING:
    import torch
    from mmengine.config import Config
    from mmengine.model import BaseModel


def get_model(
    config_or_name: 'str | Path | Config | dict[str, Any]', weights: str | Path | None = None, device: 'str | torch.device' = 'cpu'
) -> 'BaseModel':
    """Build a model and load its weights.

    ``model(x, mode='tensor')`` maps normalised images ``(N, 3, H, W)`` to logits ``(N, K)``. ``model.classes`` holds the ``K`` class names
    in that order, or None if the checkpoint does not contain them.

    Args:
        config_or_name: one of :func:`list_models`, a config file, or a config that has ``model``.
        weights: a checkpoint of a training or of a converter, including the frozen priors. None: random weights.
        device: of the model.

    Returns:
        The model, in eval mode.

    Raises:
        ValueError: unknown name, no ``model`` in the config, or weights that do not fit.
        FileNotFoundError: the config or checkpoint does not exist.
        UnsafeCheckpointError: the checkpoint contains more than data.

    Example:
        >>> import torch
        >>> model = get_model('demo_resnet18')
        >>> model(torch.zeros(2, 3, 64, 64), mode='tensor').shape
        torch.Size([2, 7])
    """
    # Imported here: the import takes seconds, and listing names does not need it.
    from mmengine.config import Config
    from mmengine.registry import DefaultScope

    from ofer.engine.checkpoints.weights import load_weights
    from ofer.engine.config import read_config
    from ofer.registry import MODELS, SCOPE

    if isinstance(config_or_name, (str, Path)):
        is_file = isinstance(config_or_name, Path) or config_or_name.endswith('.py')
        config = read_config(config_or_name if is_file else find_config(str(config_or_name)))
    else:
        config = config_or_name if isinstance(config_or_name, Config) else Config(config_or_name)
    if 'model' not in config:
        raise ValueError(f'{config.filename or "the config"} has no model')
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        model = MODELS.build(config.model)
    model.classes = load_weights(model, weights) if weights is not None else None
    return model.to(device).eval()
