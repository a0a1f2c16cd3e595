"""The weights of a whole model, from its checkpoint or from the files of its stages; and checkpoints without the training state."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ofer.compat import load_checkpoint
from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.models.layers.weights import ANOTHER_CONFIG, fill, tensors_of, training_only
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.weights import left_out, located, read_weights, weights_content

SAFETENSORS = '.safetensors'


def load_weights(model: nn.Module, path: str | Path) -> tuple[str, ...] | None:
    """Load a checkpoint into a model.

    Args:
        model: gets every parameter and buffer, except those of optional parts that are switched off. A model that trains one
            ``network`` also reads a file of only that network. A frozen prior without weights in the file reads its own file. Tensors that
            a file of the package lacks because no prediction reads them stay as they are.
        path: checkpoint of a training or of ofer convert, or ``'ofer::NAME'``, weights of the package.

    Returns:
        Names of the classes that the model was trained on, in the order of its outputs; None if the checkpoint has none.

    Raises:
        FileNotFoundError: the file does not exist.
        UnsafeCheckpointError: the file contains more than data.
        ValueError: names or shapes differ from those of the model; the message lists them, and the model is unchanged.
    """
    path = located(path)
    checkpoint = load_checkpoint(path)
    given = tensors_of(checkpoint, path)
    if isinstance(getattr(model, 'network', None), nn.Module) and not any(name.startswith('network.') for name in given):
        given = {f'network.{name}': value for name, value in given.items()}  # a converted file contains only the network
    if Path(path).suffix == SAFETENSORS:
        own = model.state_dict()
        given = {**{name: own[name] for name in left_out(path) if name in own}, **given}
    fill(model, with_priors(model, given), path, advice=ANOTHER_CONFIG + _own_model(checkpoint, path))
    return classes_of(checkpoint)


def with_priors(model: nn.Module, given: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Add the weights of frozen priors that are not in a file, each from the file that its config names.

    Args:
        model: each of its priors without a weight in ``given`` reads its own file; one that only a loss reads stays as it is.
        given: weights by name.

    Raises:
        FileNotFoundError: the file of a prior does not exist.

    >>> with_priors(nn.Linear(1, 1), {'weight': torch.ones(1, 1)})
    {'weight': tensor([[1.]])}
    """
    known = (*given, *training_only(model))
    for place, part in model.named_modules():
        if place and isinstance(part, FrozenPrior) and part.checkpoint and not any(name.startswith(f'{place}.') for name in known):
            part.init_weights()
            given = {**given, **{f'{place}.{name}': value for name, value in part.state_dict().items()}}
    return given


def load_stages(model: nn.Module) -> tuple[str, ...] | None:
    """Load the checkpoint of each stage of a model, as its config names them.

    Args:
        model: has ``checkpoints``, the file of each stage by its name, as :class:`ofer.models.LatentOFER`.

    Returns:
        Names of the classes, in the order of the model's outputs, if the file of the classifier has them.

    Raises:
        ValueError: the model has no stages, or a stage has no checkpoint.
        FileNotFoundError: a file is missing; the message explains how to get it.
        UnsafeCheckpointError: a file contains more than data.
    """
    checkpoints = getattr(model, 'checkpoints', None)
    if not isinstance(checkpoints, Mapping):
        raise ValueError(f'{type(model).__name__} has no stages with checkpoints of their own: give a checkpoint')
    nameless = [name for name, path in checkpoints.items() if path is None]
    if nameless:
        name = nameless[0]
        raise ValueError(f'the stage {name!r} has no checkpoint: set model.{name}.checkpoint, or give a checkpoint of the whole model')
    model.init_weights()  # type: ignore[operator]
    return classes_of(load_checkpoint(checkpoints['classifier']))


def publish_weights(source: str | Path, path: str | Path, **facts: Any) -> None:
    """Write ``meta`` and ``state_dict`` of a training checkpoint to another file, without the state of the optimiser.

    Args:
        source: checkpoint of a training, or a ``.safetensors`` file of weights.
        path: the new file, of the same kind; its folder is made.
        facts: additional entries of ``meta``.

    Raises:
        FileNotFoundError: the checkpoint does not exist.
        UnsafeCheckpointError: it contains more than data.
        ValueError: one of the files is a ``.safetensors`` file and the other is not.
        OSError: ``path`` cannot be written; an old file is unchanged.
    """
    source = located(source)
    kinds = [Path(file).suffix == SAFETENSORS for file in (source, path)]
    if kinds[0] != kinds[1]:
        raise ValueError(f'{source}, {path}: give both files the same suffix, {SAFETENSORS} or .pth')
    if kinds[0]:
        state, meta = read_weights(source)
        AtomicBackend().put(weights_content(state, {**meta, **facts}), path)
        return
    checkpoint = load_checkpoint(source)
    content = io.BytesIO()
    torch.save({'meta': {**checkpoint['meta'], **facts}, 'state_dict': checkpoint['state_dict']}, content)
    AtomicBackend().put(content.getvalue(), path)


def classes_of(checkpoint: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Class names in a checkpoint's ``meta``, in the order of the model's outputs; None if it has none."""
    meta = checkpoint.get('meta')
    dataset_meta = meta.get('dataset_meta') if isinstance(meta, Mapping) else None
    classes = dataset_meta.get('classes') if isinstance(dataset_meta, Mapping) else None
    return tuple(classes) if classes else None


def _own_model(checkpoint: Mapping[str, Any], path: str | Path) -> str:
    """How to build the model that a converted checkpoint describes; empty if it describes none."""
    meta = checkpoint.get('meta')
    model = meta.get('model') if isinstance(meta, Mapping) else None
    if not isinstance(model, Mapping):
        return ''
    return (
        f'\nThe file states its own model ({model.get("type")}), which this builds and fills:\n'
        f'  from ofer.compat import load_checkpoint\n  model = ofer.get_model(load_checkpoint({str(path)!r})["meta"], {str(path)!r})'
    )
