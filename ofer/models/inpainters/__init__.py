from .mae_decoder import MaskedViTDecoder

__all__ = ['MaskedViTDecoder']
