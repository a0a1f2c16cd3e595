"""Published checkpoints in the names of this library: the table of formats, and the conversion.

A format is a module with ``layout(published)``, which reads from the parameters of a file what it is: the model that the file belongs to,
how its names change, and which of its parameters no forward pass reads (:class:`~ofer.convert.renaming.Layout`).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ofer.convert.label_orders import reorder_outputs

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
"""Module of each format by its name; imported when a file of it is converted, so that the names alone cost nothing."""


def convert(kind: str, published: 'State', labels: str | None = None, norm_pix: bool = False) -> 'Conversion':
    """Translate a published state dict.

    Args:
        kind: one of :data:`KINDS`.
        published: names and values, unwrapped (see :func:`ofer.compat.unwrap_state_dict`).
        labels: for ``orsanet``, which of :data:`~ofer.convert.label_orders.LABEL_ORDERS` its outputs follow: they are put into the order
            of the library, and named. None leaves them as they are.
        norm_pix: for ``mae``, the file was trained to predict normalised patches, which its parameters do not state.

    Returns:
        The conversion; check :attr:`Conversion.complete` before using it.

    Raises:
        ValueError: unknown kind or labels, or the file is of another kind.
    """
    import torch

    from ofer.convert.renaming import translate

    if kind not in KINDS:
        raise ValueError(f'kind={kind!r}: choose one of {", ".join(KINDS)}')
    try:
        layout = import_module(KINDS[kind]).layout(published)
    except KeyError as error:
        raise ValueError(f'this is no {kind} file: it has no {error.args[0]}') from error
    result = translate(published, layout)
    if result.model['type'] == 'MaskedAutoencoder':
        result.state_dict['norm_pix'] = torch.tensor(float(norm_pix))
        result.missing.remove('norm_pix')
    elif norm_pix:
        raise ValueError('norm_pix says what the decoder of a masked autoencoder predicts, and this file has none')
    if labels is not None:
        reorder_outputs(result, labels)
    return result
