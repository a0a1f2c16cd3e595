from .assembly import CoherentSemanticAttention, ConventionalAssembly, SelfAssembly, assemble
from .mae_decoder import MaskedViTDecoder

__all__ = ['CoherentSemanticAttention', 'ConventionalAssembly', 'MaskedViTDecoder', 'SelfAssembly', 'assemble']
