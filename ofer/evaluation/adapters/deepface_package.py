"""``deepface`` (Sefik Serengil, MIT; a small network, trained on FER2013), as it comes from pip.

Only its emotion classifier is used, on the whole image. The package downloads its weights on first use. Written after the interface of
version 0.0.9x and tested with a stand-in: the package needs TensorFlow, which is not among the dependencies of the tests.
"""

from collections.abc import Callable

import numpy as np

TRAINED_ON = ('FER2013',)
NAMES = ('angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral')


def load(files: str | None = None) -> Callable[[np.ndarray], np.ndarray]:
    """The classifier: images ``(N, H, W, 3)`` uint8 RGB to probabilities ``(N, 7)``.

    Args:
        files: not used; the package keeps its weights itself.

    Raises:
        ImportError: the package is not installed.
    """
    del files
    try:
        from deepface.modules import modeling
    except ImportError as error:
        raise ImportError(f'deepface is not installed ({error}). Run, best in an environment of its own: pip install deepface') from error
    client = modeling.build_model(task='facial_attribute', model_name='Emotion')

    def answer(images: np.ndarray) -> np.ndarray:
        found = np.stack([np.asarray(client.predict(np.ascontiguousarray(image[..., ::-1])), np.float64) for image in images])  # BGR
        return found / found.sum(1, keepdims=True)

    return answer
