"""Conversion of published checkpoints to the names of this library, and the table of formats.

A format is a module with ``layout(published)``, which derives from the parameters of a file: its model, the change of names, and the
parameters that no forward pass reads (:class:`~ofer.convert.renaming.Layout`). If its files hold several state dicts side by side, the
module also has ``tensors(checkpoint)``, which joins them under names of their own. The format of an installed project is called after the
project, and is the module ``published`` of its package.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ofer.convert.label_orders import reorder_outputs
from ofer.shipped import installed_projects, project_folder

if TYPE_CHECKING:
    from ofer.convert.renaming import Conversion, State

KINDS = {
    'orsanet': 'ofer.convert.orsanet',
    'ir50': 'ofer.convert.ir50',
    'mobilefacenet': 'ofer.convert.mobilefacenet',
    'segface': 'ofer.convert.segface',
    'mae': 'ofer.convert.mae',
    'msceleb_resnet18': 'ofer.convert.resnet18',
    'latent_ofer': 'ofer.convert.latent_ofer',
}
"""Module of each format of the library by its name; it is imported when a file of the format is converted."""


def formats() -> dict[str, str]:
    """Module of each format by its name: those of the library and of the installed projects."""
    folders = {name: project_folder(name) for name in installed_projects()}
    found = [name for name, folder in folders.items() if folder is not None and (folder / 'published.py').is_file()]
    return {name: f'{installed_projects()[name]}.published' for name in found} | KINDS


def tensors_in(checkpoint: Mapping[str, Any], kind: str, source: str | Path) -> 'State':
    """The parameters in a published file, unwrapped, for :func:`convert`.

    Args:
        checkpoint: content of the file.
        kind: one of :func:`formats`.
        source: of the content, for the message.

    Raises:
        ValueError: unknown kind, or the file has no parameters, or is of another kind.
    """
    from ofer.models.layers.weights import tensors_of

    module = _format(kind)
    if not hasattr(module, 'tensors'):
        return tensors_of(checkpoint, source)
    try:
        return module.tensors(checkpoint)
    except KeyError as error:
        raise ValueError(f'{source}: this is no {kind} file: it has no {error.args[0]}') from error


def convert(kind: str, published: 'State', labels: str | None = None, norm_pix: bool = False) -> 'Conversion':
    """Translate a published state dict.

    Args:
        kind: one of :func:`formats`.
        published: names and values, as :func:`tensors_in` gives them.
        labels: for recognisers, key of :data:`~ofer.convert.label_orders.LABEL_ORDERS`, the order of its outputs: they are reordered to
            that of the library, and their classes are stated. None keeps them.
        norm_pix: for ``mae``, whether the file was trained to predict normalised patches; its parameters do not state it.

    Returns:
        The conversion; check :attr:`Conversion.complete` before using it.

    Raises:
        ValueError: unknown kind or labels, or the file is of another kind.
    """
    import torch

    from ofer.convert.renaming import translate

    module = _format(kind)
    try:
        layout = module.layout(published)
    except KeyError as error:
        raise ValueError(f'this is no {kind} file: it has no {error.args[0]}') from error
    result = translate(published, layout)
    if result.model['type'] == 'MaskedAutoencoder':
        result.state_dict['norm_pix'] = torch.tensor(float(norm_pix))
        result.missing.remove('norm_pix')
    elif norm_pix:
        raise ValueError('norm_pix is for the decoder of a masked autoencoder, and this file has none')
    if labels is not None:
        reorder_outputs(result, labels)
        if labels in layout.variants:
            result.model = _changed(result.model, layout.variants[labels])
    return result


def _format(kind: str) -> ModuleType:
    modules = formats()
    if kind not in modules:
        raise ValueError(f'kind={kind!r}: choose one of {", ".join(modules)}')
    return import_module(modules[kind])


def _changed(model: dict, changes: dict) -> dict:
    from mmengine.config import Config

    config = Config(model)
    config.merge_from_dict(changes)
    return config.to_dict()
