"""Finds the parameters in a checkpoint, inside the wrappers that trainers use."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

# In order of preference; averaged weights come after the trained ones.
WRAPPERS = (
    *('state_dict', 'model_state_dict', 'state_dict_backbone', 'model_state', 'model'),
    *('net', 'network', 'weights', 'params', 'module', 'checkpoint'),
)
AVERAGED = ('state_dict_ema', 'ema_state_dict', 'model_ema_state_dict', 'model_ema', 'ema_model', 'ema', 'params_ema')
# Prefixes that wrappers of a whole model put before all names: DDP and DataParallel, torch.compile, averaging.
PREFIXES = ('module.', '_orig_mod.', 'ema_model.', 'model.')
COMPILED = '_orig_mod.'
COUNTERS = frozenset({'n_averaged', 'initted', 'step'})


def unwrap_state_dict(checkpoint: Mapping[str, Any]) -> dict[str, Tensor]:
    """The parameters in a checkpoint, without wrappers.

    Removes the wrappers ``state_dict``, ``model``, ``net`` and the like (trained weights are preferred to averaged ones), and the
    prefixes of parallel, compiled and averaged models: ``module.``, ``_orig_mod.``, ``ema_model.``, ``model.``.

    Args:
        checkpoint: as read from a file.

    Returns:
        Tensors by name.

    Raises:
        ValueError: no parameters are found; the message lists the content.
    """
    content: Any = checkpoint
    while isinstance(content, Mapping) and not _holds_parameters(content):
        inside = [name for name in (*WRAPPERS, *AVERAGED) if isinstance(content.get(name), Mapping) and content[name]]
        if not inside:  # a wrapper of another name, if there is only one
            inside = [name for name, value in content.items() if _is_state(name, value)]
            if len(inside) != 1:
                break
        content = content[inside[0]]
    if not isinstance(content, Mapping) or not _holds_parameters(content):
        there = ', '.join(map(str, list(checkpoint)[:8])) if isinstance(checkpoint, Mapping) else type(checkpoint).__name__
        raise ValueError(
            f'no parameters found: expected a mapping of names to tensors, maybe inside {", ".join(WRAPPERS[:5])}; '
            f'found {there or "nothing"}'
        )
    state = {str(name): value for name, value in content.items() if isinstance(value, Tensor)}
    return _without_prefixes(state)


def _holds_parameters(content: Mapping[str, Any]) -> bool:
    """Whether a mapping is a state dict: tensors by name, possibly with numbers or strings that a script has added."""
    tensors = [name for name, value in content.items() if isinstance(value, Tensor) and name not in COUNTERS]
    return bool(tensors) and not any(name in (*WRAPPERS, *AVERAGED) or _is_state(name, value) for name, value in content.items())


def _is_state(name: Any, value: Any) -> bool:
    """Whether an entry looks like a state dict of a model."""
    if not isinstance(value, Mapping) or str(name).startswith(('optim', 'sched', 'lr_', 'scaler', 'grad')):
        return False
    return any(isinstance(child, Tensor) for child in value.values())


def _without_prefixes(state: dict[str, Tensor]) -> dict[str, Tensor]:
    # DDP around a part of the model, or the counter of averaging: some names then have no prefix.
    state = {name.removeprefix('module.').replace(COMPILED, ''): value for name, value in state.items() if name not in COUNTERS}
    while prefix := next((prefix for prefix in PREFIXES if state and all(name.startswith(prefix) for name in state)), None):
        state = {name.removeprefix(prefix): value for name, value in state.items()}
    return state
