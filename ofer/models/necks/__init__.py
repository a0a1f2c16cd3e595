from .cross_attention_heads import CrossAttentionHeads, fuse_heads
from .grid_tokens import GridTokens
from .latent_keys import activation_map, select_keys
from .latent_mlp import LatentMLP
from .mcm import MCM
from .ssgm import SSGM

__all__ = [
    'MCM',
    'SSGM',
    'CrossAttentionHeads',
    'GridTokens',
    'LatentMLP',
    'activation_map',
    'fuse_heads',
    'select_keys',
]
