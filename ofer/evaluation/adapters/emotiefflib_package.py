"""``emotiefflib`` (Andrey Savchenko, Apache-2.0; EfficientNet-B0, trained on faces of VGGFace2, then AffectNet), as it comes from pip.

Only its recogniser is used, on the whole image. The package downloads its weights on first use. Written after the interface of version 1.1
and tested with a stand-in.
"""

from collections.abc import Callable

import numpy as np

MODEL = 'enet_b0_8_best_vgaf'
TRAINED_ON = ('AffectNet',)
NAMES = ('Anger', 'Contempt', 'Disgust', 'Fear', 'Happiness', 'Neutral', 'Sadness', 'Surprise')


def load(files: str | None = None) -> Callable[[np.ndarray], np.ndarray]:
    """The recogniser: images ``(N, H, W, 3)`` uint8 RGB to probabilities ``(N, 8)``.

    Args:
        files: not used; the package keeps its weights itself.

    Raises:
        ImportError: the package is not installed.
    """
    del files
    try:
        from emotiefflib.facial_analysis import EmotiEffLibRecognizer
    except ImportError as error:
        raise ImportError(f'emotiefflib is not installed ({error}). Run: pip install emotiefflib[onnx]') from error
    recogniser = EmotiEffLibRecognizer(engine='onnx', model_name=MODEL, device='cpu')

    def answer(images: np.ndarray) -> np.ndarray:
        _, scores = recogniser.predict_emotions(list(images), logits=False)
        return np.asarray(scores, np.float64)

    return answer
