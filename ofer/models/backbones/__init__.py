from .ir import IRNet
from .mae_vit import MaskedViT

__all__ = ['IRNet', 'MaskedViT']
