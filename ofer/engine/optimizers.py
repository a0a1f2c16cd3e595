"""Optimisers of other libraries under the names by which configs use them.

``TimmMuon`` is timm's Muon, which updates convolutions too: it takes each filter as a row of a matrix, and updates norms and biases as
AdamW does. ``Muon``, PyTorch's, refuses both.
"""

from timm.optim import Muon

from ofer.registry import OPTIMIZERS

OPTIMIZERS.register_module(name='TimmMuon', module=Muon)
