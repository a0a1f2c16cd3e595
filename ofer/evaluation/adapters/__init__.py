"""Other tools as functions from images to probabilities, so that they can be compared with models of this library.

An adapter is a callable with ``classes``::

    adapter(images)     # (N, H, W, 3) uint8 RGB, cropped faces, to (N, K) probabilities
    adapter.classes     # K names

Optional attributes are shown in reports: ``name``, ``version``, and ``trained_on``, the names of the data sets of its training. The tools
are imported only if they are used; none is a dependency of this library.
"""

from ofer.evaluation.adapters.loading import ADAPTERS, Adapter, UnknownAdapterError, load_adapter

__all__ = ['ADAPTERS', 'Adapter', 'UnknownAdapterError', 'load_adapter']
