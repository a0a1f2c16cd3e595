"""The expression network of face-api (Vincent Mühler, Vladimir Mandic; MIT), from the weights that its npm package holds.

The network is rebuilt from the package's source (``faceExpressionNet``, ``faceFeatureExtractor``): four dense blocks of separable
convolutions, and a linear layer. Get the weights with ``npm pack @vladmandic/face-api`` and give the folder ``package/model``. Checked with
version 1.7.15.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIDE = 112  # pixels
BATCH = 32
MEAN = (122.782, 117.001, 104.298)
TRAINED_ON: tuple[str, ...] = ()  # "publicly available images and the web", no data set is named
NAMES = ('neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised')
MANIFEST = 'face_expression_model-weights_manifest.json'


def read_weights(folder: str | Path) -> dict[str, np.ndarray]:
    """Parameters of the network by their names, float32, in the layout of TensorFlow.

    Args:
        folder: with the manifest and the file that it names.

    Raises:
        FileNotFoundError: the manifest is missing.
        ValueError: the file has another size than the manifest states.
    """
    manifest = Path(folder) / MANIFEST
    if not manifest.is_file():
        raise FileNotFoundError(
            f'{manifest}: no such file. Run npm pack @vladmandic/face-api, unpack it, and give its folder package/model.'
        )
    (group,) = json.loads(manifest.read_text(encoding='utf-8'))
    content = b''.join((manifest.parent / name).read_bytes() for name in group['paths'])
    weights: dict[str, np.ndarray] = {}
    start = 0
    for entry in group['weights']:
        packed = entry.get('quantization')
        kind = np.dtype(packed['dtype'] if packed else entry['dtype'])
        count = int(np.prod(entry['shape']))
        values = np.frombuffer(content, kind, count, start).astype(np.float32).reshape(entry['shape'])
        weights[entry['name']] = values * np.float32(packed['scale']) + np.float32(packed['min']) if packed else values
        start += count * kind.itemsize
    if start != len(content):
        raise ValueError(f'{manifest}: describes {start} bytes, and its files have {len(content)}. Get them again.')
    return weights


def load(files: str | Path | None = None) -> Callable[[np.ndarray], np.ndarray]:
    """The network: images ``(N, H, W, 3)`` uint8 RGB to probabilities ``(N, 7)``.

    Args:
        files: folder of the weights.

    Raises:
        FileNotFoundError: the weights are missing.
    """
    import cv2
    import torch
    from torch.nn import functional as F

    weights = {name: torch.from_numpy(value) for name, value in read_weights(files or 'model').items()}

    def convolution(x: torch.Tensor, name: str, stride: int) -> torch.Tensor:
        x = F.pad(x, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))  # TensorFlow's 'same' at even sizes
        if f'{name}/filters' in weights:
            return F.conv2d(x, weights[f'{name}/filters'].permute(3, 2, 0, 1), weights[f'{name}/bias'], stride)
        x = F.conv2d(x, weights[f'{name}/depthwise_filter'].permute(2, 3, 0, 1), None, stride, groups=x.shape[1])
        return F.conv2d(x, weights[f'{name}/pointwise_filter'].permute(3, 2, 0, 1), weights[f'{name}/bias'])

    def block(x: torch.Tensor, name: str) -> torch.Tensor:
        total = convolution(x, f'{name}/conv0', 2).relu()
        x = total
        for index in (1, 2, 3):
            total = total + convolution(x, f'{name}/conv{index}', 1)
            x = total.relu()
        return x

    @torch.inference_mode()
    def answer(images: np.ndarray) -> np.ndarray:
        scores = []
        for start in range(0, len(images), BATCH):
            resized = np.stack([cv2.resize(image, (SIDE, SIDE)) for image in images[start : start + BATCH]])
            x = torch.from_numpy(resized - np.array(MEAN, np.float32)).permute(0, 3, 1, 2) / 255
            for index in range(4):
                x = block(x, f'dense{index}')
            scores.append((x.mean((2, 3)) @ weights['fc/weights'] + weights['fc/bias']).softmax(1).numpy())
        return np.concatenate(scores)

    return answer
