"""Published files of the three networks: ``ofer convert dare_classification SRC DST``. Their names tell which network it is."""

from ofer.convert.renaming import Layout, State

from .convert import crossvit, gfnet, spectralformer

MARKS = {'blocks.0.filter.complex_weight': gfnet, 'patch_to_embedding.weight': spectralformer, 'cls_token.0': crossvit}
"""A parameter that only one of the networks has."""


def layout(published: State) -> Layout:
    """GFNet, CrossViT (240 pixels) or SpectralFormer; sizes are read from the file.

    Raises:
        KeyError: it is none of them.
    """
    for name, network in MARKS.items():
        if name in published:
            return network.layout(published)
    raise KeyError(' or '.join(MARKS))
