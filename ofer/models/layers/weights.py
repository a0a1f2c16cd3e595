"""The one reader of weights: from a checkpoint to tensors by name, and from those into a network, whole or as far as they fit.

All weights are read by this module: the checkpoint of a test and of :func:`ofer.get_model`, the file of a frozen network or of a
stage, ``init_cfg=dict(type='Pretrained')``, ``load_from`` and ``resume``. :func:`ofer.compat.load_checkpoint` reads the bytes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.runner import CheckpointLoader
from torch import Tensor, nn

from ofer import compat
from ofer import weights as shipped
from ofer.models.layers.earlier_names import with_present_names
from ofer.models.layers.fit import Fit, compare

ANOTHER_CONFIG = 'Is it a checkpoint of another config? Published files go through ofer convert first.'


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """The tensors in a file, by name.

    Args:
        path: of a checkpoint; or ``'ofer::NAME'``, weights that come with the package, e.g. ``'ofer::landmarks'``.

    Raises:
        FileNotFoundError: there is no such file.
        UnsafeCheckpointError: the file carries anything but data.
        ValueError: it holds no tensors, or no weights of that name come with the package.
    """
    if str(path).startswith(shipped.OF_PACKAGE):
        return shipped.read_weights(shipped.located(path))[0]
    return tensors_of(compat.load_checkpoint(path), path)


@CheckpointLoader.register_scheme(prefixes=shipped.OF_PACKAGE, force=True)
def load_from_package(name: str, map_location: Any = None) -> dict[str, Any]:
    """Weights of the package for mmengine, which logs what follows ``load_from_`` in the name of this function."""
    del map_location  # the tensors are copied into a network
    return {'state_dict': read_weights(name)}


def tensors_of(checkpoint: Mapping[str, Any], source: str | Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint that has been read, by name.

    Args:
        checkpoint: its content.
        source: of the content, for the message.

    Raises:
        ValueError: it holds no tensors.
    """
    try:
        return compat.unwrap_state_dict(checkpoint)
    except ValueError as error:
        raise ValueError(f'{source}: {error}') from error


def fill(module: nn.Module, given: Mapping[str, Tensor], source: str | Path, whole: bool = True, advice: str = ANOTHER_CONFIG) -> Fit:
    """Put tensors into a network.

    Counters of BatchNorm may be missing: files with BatchNorm folded away carry none, and evaluation does not read them. So may tensors
    that only the loss reads (:func:`training_only`). Tensors of parts that the network can do without, and that its config has switched
    off, are not read. Former names of parameters are replaced.

    Args:
        module: receives the weights.
        given: tensors by name.
        source: of the tensors, for the message.
        whole: whether names and shapes must be equal. Otherwise the tensors that fit are taken, and the others keep their values.
        advice: what to add to the message.

    Returns:
        What was taken, and what was not.

    Raises:
        ValueError: names or shapes differ (``whole``), or little fits, so that the network would start at random; or the tensors are of an
            earlier structure. The message lists names, and the network is as it was.
    """
    given = with_present_names(_without_switched_off(_without_attribute(given, module), module), module)
    _check_names(given, module, source)
    own = module.state_dict()
    unread = training_only(module)
    fit = compare({name: value for name, value in own.items() if name not in unread or name in given}, given)
    name = type(module).__name__
    if whole:
        if not fit.whole:
            raise ValueError(f'{source} does not fit {name}:\n{fit.problems()}\n{advice}')
    elif not fit.enough:
        raise ValueError(f'{source}: {"little" if fit.taken else "nothing"} of it fits {name}: {fit}. {_remedy(own, given)}')
    module.load_state_dict({k: v for k, v in given.items() if k in own and own[k].shape == v.shape}, strict=False)
    return fit


def load_pretrained(module: nn.Module, checkpoint: str | Path, remedy: str, part: str = 'network') -> None:
    """Load the weights of one network from a file.

    The file holds the network's own parameters, or those of a model that trained it as its ``part``, or as the ``network`` of that.

    Args:
        module: receives the weights.
        checkpoint: path of a file that ``ofer convert`` or training wrote.
        remedy: how to get the file; part of the message.
        part: name of the network in a model that trains it.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: its parameters do not fit this network.
    """
    try:
        given = read_weights(checkpoint)
    except FileNotFoundError as error:
        raise FileNotFoundError(f'{checkpoint}: the weights of {type(module).__name__} are missing. {remedy}') from error
    for prefix in (f'{part}.network', part):  # beside it lie other parts, a loss's or a preprocessor's buffers
        given = without_prefix(given, prefix)
    advice = 'Convert a published file with ofer convert, or set the network to what the file was trained with.'
    fill(module, given, checkpoint, advice=advice)


def training_only(module: nn.Module) -> set[str]:
    """Names of the tensors that only the loss reads, so that published files need not hold them: ``training_only`` of any part."""
    return {f'{name}.{tensor}'.removeprefix('.') for name, part in module.named_modules() for tensor in getattr(part, 'training_only', ())}


def without_prefix(given: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors of one part of a model; all of them if no name has the prefix, as in a file of that part alone.

    Args:
        given: tensors by name.
        prefix: name of the part, with or without a dot at its end.
    """
    prefix = prefix.rstrip('.') + '.'
    part = {name.removeprefix(prefix): value for name, value in given.items() if name.startswith(prefix)}
    return part or dict(given)


def _without_attribute(given: Mapping[str, Tensor], module: nn.Module) -> Mapping[str, Tensor]:
    """Take off ``net.`` or ``network.``, under which a trainer kept the whole model, if the model has no part of that name."""
    for attribute in ('net', 'network'):
        if given and not hasattr(module, attribute) and all(name.startswith(f'{attribute}.') for name in given):
            return without_prefix(given, attribute)
    return given


def _without_switched_off(given: Mapping[str, Tensor], module: nn.Module) -> dict[str, Tensor]:
    """Leave out the tensors of ``optional_parts`` of any model in the network that are None, or an empty ``ModuleDict``."""
    prefixes = tuple(
        f'{name}.{part}.'.removeprefix('.')
        for name, model in module.named_modules()
        for part in getattr(model, 'optional_parts', ())
        if getattr(model, part) is None or (isinstance(getattr(model, part), nn.ModuleDict) and not len(getattr(model, part)))
    )
    return {key: value for key, value in given.items() if not key.startswith(prefixes)}


def _check_names(given: Mapping[str, Tensor], module: nn.Module, source: str | Path) -> None:
    """Refuse tensors that a part of the network knows to be of an earlier structure: it has ``check_names(names, prefix)`` for it."""
    for name, part in module.named_modules():
        if hasattr(part, 'check_names'):
            try:
                part.check_names(given, f'{name}.' if name else '')
            except ValueError as error:
                raise ValueError(f'{source}: {error}') from error


def _remedy(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str:
    """Where the file would fit, found by taking parts of names off."""
    for part in dict.fromkeys(name.partition('.')[0] for name in own):
        if compare(own, {f'{part}.{name}': value for name, value in given.items()}).enough:
            return f"It is a file of the {part} alone: set model.{part}.init_cfg=dict(type='Pretrained', checkpoint=...) instead."
    for part in dict.fromkeys(name.partition('.')[0] for name in given):
        if compare(own, without_prefix(given, part)).enough:
            return f'It fits behind {part}: set prefix={part!r} beside checkpoint in init_cfg.'
    return (
        'Give weights of the same network, set the network to what the file was trained with, or convert a published file with '
        'ofer convert.'
    )
