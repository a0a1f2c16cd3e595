"""``fer`` (Justin Shenk, MIT; mini_XCEPTION, trained on FER2013), as it comes from pip. Checked with version 25.10.3.

Only its classifier is used, on the whole image, at the size and scale of its own ``detect_emotions``. That method rounds to two decimals,
which makes ties, so that the classifier is called itself.
"""

from collections.abc import Callable

import numpy as np

SIDE = 64  # pixels
TRAINED_ON = ('FER2013',)
NAMES = ('angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral')


def load(files: str | None = None) -> Callable[[np.ndarray], np.ndarray]:
    """The classifier: images ``(N, H, W, 3)`` uint8 RGB to probabilities ``(N, 7)``.

    Args:
        files: not used; the weights come with the package.

    Raises:
        ImportError: the package is not installed, or does not fit what is installed.
    """
    del files
    try:
        from fer.fer import FER

        classify = FER()._classify_emotions
    except (ImportError, AttributeError) as error:  # OpenCV 5 lacks the face detector that FER builds
        raise ImportError(
            f'fer cannot be used ({error}). Run, best in an environment of its own: '
            "pip install fer 'setuptools<81' 'opencv-contrib-python<5'"
        ) from error
    import cv2

    def answer(images: np.ndarray) -> np.ndarray:
        grey = [cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (SIDE, SIDE)) for image in images]
        return np.asarray(classify((np.stack(grey).astype(np.float32) / 255 - 0.5) * 2))

    return answer
