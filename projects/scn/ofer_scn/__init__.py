"""SCN: self-cure network (Wang et al., CVPR 2020)."""

from .head import SCNHead, changed_labels
from .rank_regularization import rank_regularization
from .relabelling_hook import RelabellingHook

__all__ = ['RelabellingHook', 'SCNHead', 'changed_labels', 'rank_regularization']
