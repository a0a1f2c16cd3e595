"""Names of parameters in checkpoints of earlier versions of this library."""

from collections.abc import Mapping

from torch import Tensor, nn


def with_present_names(given: Mapping[str, Tensor], module: nn.Module) -> dict[str, Tensor]:
    """Rename the tensors of parts whose parameters had other names.

    A part states them as ``earlier_names``, a mapping from the former prefix to the present one. Names that the network has are kept.

    Args:
        given: tensors by name.
        module: the network that they are for.
    """
    prefixes = {
        f'{name}.{before}'.removeprefix('.'): f'{name}.{after}'.removeprefix('.')
        for name, part in module.named_modules()
        for before, after in getattr(part, 'earlier_names', {}).items()
    }
    if not prefixes:
        return dict(given)
    own = module.state_dict().keys()
    return {name if name in own else _present_name(name, prefixes): value for name, value in given.items()}


def _present_name(name: str, prefixes: Mapping[str, str]) -> str:
    before = next((prefix for prefix in prefixes if name.startswith(prefix)), '')
    return prefixes.get(before, '') + name.removeprefix(before)
