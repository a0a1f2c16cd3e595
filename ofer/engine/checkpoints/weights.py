"""The weights of a whole model, from its checkpoint or from the files of its stages; and a checkpoint without what only training needs."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ofer.compat import load_checkpoint
from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.models.layers.weights import ANOTHER_CONFIG, fill, tensors_of
from ofer.models.priors.frozen_prior import FrozenPrior


def load_weights(model: nn.Module, path: str | Path) -> tuple[str, ...] | None:
    """Read a checkpoint into a model.

    Args:
        model: takes over every parameter and buffer, but those of parts that it names as optional and has switched off. A model that trains
            one ``network`` also reads a file of that network alone. A frozen prior of which the file holds nothing reads its own file.
        path: what training or a converter wrote.

    Returns:
        Names of the classes that the model was trained on, in the order of its outputs; None where the checkpoint does not say.

    Raises:
        FileNotFoundError: there is no such file.
        UnsafeCheckpointError: the file carries anything but data.
        ValueError: names or shapes differ from the model's; the message lists them, and the model is as it was.
    """
    checkpoint = load_checkpoint(path)
    given = tensors_of(checkpoint, path)
    if isinstance(getattr(model, 'network', None), nn.Module) and not any(name.startswith('network.') for name in given):
        given = {f'network.{name}': value for name, value in given.items()}  # a converted file holds the network alone
    for prefix, prior in _priors_apart(model, given).items():
        prior.init_weights()
        given = {**given, **{f'{prefix}{name}': value for name, value in prior.state_dict().items()}}
    fill(model, given, path, advice=ANOTHER_CONFIG + _own_model(checkpoint, path))
    return classes_of(checkpoint)


def _priors_apart(model: nn.Module, given: Mapping[str, Tensor]) -> dict[str, FrozenPrior]:
    """The frozen priors of which a file holds nothing and which name a file of their own, by the prefix of their parameters."""
    priors = {f'{name}.': part for name, part in model.named_modules() if name and isinstance(part, FrozenPrior) and part.checkpoint}
    return {prefix: part for prefix, part in priors.items() if not any(name.startswith(prefix) for name in given)}


def load_stages(model: nn.Module) -> tuple[str, ...] | None:
    """Let a model of several stages read the files that its config names.

    Args:
        model: has ``checkpoints``, the file of each stage by its name, as :class:`ofer.models.LatentOFER`.

    Returns:
        Names of the classes, in the order of the model's outputs, where the classifier's file states them.

    Raises:
        ValueError: the model has no stages, or one of them no file.
        FileNotFoundError: a file is missing; the message says how to get it.
        UnsafeCheckpointError: a file carries anything but data.
    """
    checkpoints = getattr(model, 'checkpoints', None)
    if not isinstance(checkpoints, Mapping):
        raise ValueError(f'{type(model).__name__} is not made of stages with files of their own: give a checkpoint')
    nameless = [name for name, path in checkpoints.items() if path is None]
    if nameless:
        name = nameless[0]
        raise ValueError(f'the stage {name!r} has no checkpoint: set model.{name}.checkpoint, or give a checkpoint of the whole')
    model.init_weights()  # type: ignore[operator]
    return classes_of(load_checkpoint(checkpoints['classifier']))


def publish_weights(source: str | Path, path: str | Path, **facts: Any) -> None:
    """Write the weights of a training's checkpoint to another file, without the state of the optimiser: ``meta`` and ``state_dict``.

    Args:
        source: what training wrote.
        path: the new file; its folder is made.
        facts: entries that ``meta`` gets besides.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        UnsafeCheckpointError: it carries anything but data.
        OSError: ``path`` cannot be written; what was there before is untouched.
    """
    checkpoint = load_checkpoint(source)
    content = io.BytesIO()
    torch.save({'meta': {**checkpoint['meta'], **facts}, 'state_dict': checkpoint['state_dict']}, content)
    AtomicBackend().put(content.getvalue(), path)


def classes_of(checkpoint: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Class names in a checkpoint's ``meta``, in the order of the model's outputs; None where it has none."""
    meta = checkpoint.get('meta')
    dataset_meta = meta.get('dataset_meta') if isinstance(meta, Mapping) else None
    classes = dataset_meta.get('classes') if isinstance(dataset_meta, Mapping) else None
    return tuple(classes) if classes else None


def _own_model(checkpoint: Mapping[str, Any], path: str | Path) -> str:
    """How to get the model that the checkpoint states, as converted ones do; empty where it states none."""
    meta = checkpoint.get('meta')
    model = meta.get('model') if isinstance(meta, Mapping) else None
    if not isinstance(model, Mapping):
        return ''
    return (
        f'\nThe file states its own model ({model.get("type")}), which this builds and fills:\n'
        f'  from ofer.compat import load_checkpoint\n  model = ofer.get_model(load_checkpoint({str(path)!r})["meta"], {str(path)!r})'
    )
