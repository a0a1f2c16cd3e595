from .one_class import OneClassDetector
from .one_class_svm import LatentOneClassSVM
from .patch_svdd import PatchSVDD
from .vit_svdd import ViTSVDD

__all__ = ['LatentOneClassSVM', 'OneClassDetector', 'PatchSVDD', 'ViTSVDD']
