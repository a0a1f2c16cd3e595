from .assembly import CoherentSemanticAttention, ConventionalAssembly, SelfAssembly, assemble

__all__ = ['CoherentSemanticAttention', 'ConventionalAssembly', 'SelfAssembly', 'assemble']
