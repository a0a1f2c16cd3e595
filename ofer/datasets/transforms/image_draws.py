"""Random draws of a transform: different each time, or the same for an image on every machine."""

import zlib

import torch

from ofer.synthetic.draws import Draws


def image_draws(seed: int | None, results: dict, stream: str) -> Draws:
    """Random generator of a transform for an image.

    Args:
        seed: None: different draws each time, from the generator of torch, which every worker has of its own. A number: the draws
            depend only on it, ``sample_idx`` and the stream.
        results: of the pipeline; ``sample_idx`` is required with a seed.
        stream: name of the transform, so that two of them with the same seed draw different numbers.
    """
    if seed is None:
        return Draws(int(torch.randint(2**62, ())))
    return Draws(seed, results['sample_idx'], zlib.crc32(stream.encode()))
