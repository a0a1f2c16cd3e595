from .ir import IRNet

__all__ = ['IRNet']
