from .poly_loss import PolyLoss, poly_loss

__all__ = ['PolyLoss', 'poly_loss']
