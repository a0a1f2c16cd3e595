"""POSTER: a pyramid cross-fusion transformer (Zheng et al., 2022)."""

from .fusion import TwoWayFusionBlock, TwoWayMCM

__all__ = ['TwoWayFusionBlock', 'TwoWayMCM']
