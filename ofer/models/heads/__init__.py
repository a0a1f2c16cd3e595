from .gated_linear import GatedLinearHead

__all__ = ['GatedLinearHead']
