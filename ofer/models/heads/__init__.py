from .face_head import FaceHead
from .gated_linear import GatedLinearHead
from .linear import DropoutLinearHead
from .occlusion_map import OcclusionMapHead

__all__ = ['DropoutLinearHead', 'FaceHead', 'GatedLinearHead', 'OcclusionMapHead']
