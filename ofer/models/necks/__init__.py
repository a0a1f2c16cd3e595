from .grid_tokens import GridTokens
from .mcm import MCM
from .ssgm import SSGM

__all__ = ['MCM', 'SSGM', 'GridTokens']
