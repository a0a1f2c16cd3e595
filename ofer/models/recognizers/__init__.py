from .orsanet import ORSANet

__all__ = ['ORSANet']
