"""Ready-to-use models by name."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.apis.named_weights import DEFAULT, DEFAULTS, fill_described, pretrained, weights_file
from ofer.shipped import config_files, find_config

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
        config_or_name: one of :func:`list_models`, a config file, a config that has ``model``, or ``'default'``: the model of the package
            with its weights.
        weights: a checkpoint of a training or of a converter, including the frozen priors; the name of weights, a URL with its hash, or
            ``'default'`` for the weights of the package, see :func:`ofer.apis.named_weights.weights_file`. None: random weights.
        device: of the model.

    Returns:
        The model, in eval mode.

    Raises:
        ValueError: unknown name, no ``model`` in the config, or weights that do not fit.
        FileNotFoundError: the config or checkpoint does not exist.
        UnsafeCheckpointError: the checkpoint contains more than data.

    Examples:
        >>> import torch
        >>> model = get_model('demo_resnet18')
        >>> model(torch.zeros(2, 3, 64, 64), mode='tensor').shape
        torch.Size([2, 7])
    """
    # Imported here: the import takes seconds, and listing names does not need it.
    from mmengine.config import Config
    from mmengine.registry import DefaultScope

    from ofer.engine.config import read_config
    from ofer.registry import MODELS, SCOPE

    if config_or_name == DEFAULT:
        config_or_name, weights = DEFAULTS[DEFAULT], weights or DEFAULT
    if weights is not None:
        weights = weights_file(weights, config_or_name)
    if isinstance(config_or_name, str) and config_or_name in pretrained() and config_or_name not in config_files():
        return _described(weights or weights_file(config_or_name), device, filled=weights is not None)
    if isinstance(config_or_name, (str, Path)):
        is_file = isinstance(config_or_name, Path) or config_or_name.endswith('.py')
        config = read_config(config_or_name if is_file else find_config(str(config_or_name)))
    else:
        config = config_or_name if isinstance(config_or_name, Config) else Config(config_or_name)
    if 'model' not in config:
        raise ValueError(f'{config.filename or "the config"} has no model')
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        model = MODELS.build(config.model)
    model.classes = None if weights is None else _load(model, weights)
    return model.to(device).eval()


def _load(model: 'BaseModel', path: str | Path) -> tuple[str, ...] | None:
    """Fill a model and return its classes."""
    from ofer.engine.checkpoints.weights import load_weights
    from ofer.weights import read_weights

    if Path(path).suffix == '.safetensors':
        try:
            state, meta = read_weights(path)
        except ValueError:  # of another program, without our description
            return load_weights(model, path)
        fill_described(model, state, meta, path)
        return tuple(meta['classes']) if meta.get('classes') else None
    return load_weights(model, path)


def _described(path: str | Path, device: 'str | torch.device', filled: bool) -> 'BaseModel':
    """The model that a file of weights states."""
    from mmengine.registry import DefaultScope

    from ofer.registry import MODELS, SCOPE
    from ofer.weights import read_weights

    state, meta = read_weights(path)
    config = meta.get('model') or meta.get('network')
    if not isinstance(config, dict):
        raise ValueError(f'{path}: does not state its own model. Give its config.')
    with DefaultScope.overwrite_default_scope(SCOPE):
        model = MODELS.build(config)
    model.classes = tuple(meta['classes']) if meta.get('classes') else None
    if filled:
        fill_described(model, state, meta, path)
    return model.to(device).eval()
