"""Random draws of a transform: anew each time, or the same for an image on every machine."""

import zlib

import torch

from ofer.synthetic.draws import Draws


def image_draws(seed: int | None, results: dict, stream: str) -> Draws:
    """The draws that a transform makes for an image.

    Args:
        seed: None draws anew each time, from torch's generator, of which every worker has its own; a number makes the draws depend on it,
            ``sample_idx`` and the stream alone.
        results: what the pipeline holds; ``sample_idx`` is needed where there is a seed.
        stream: name of the transform, so that two of them with the same seed draw different numbers.
    """
    if seed is None:
        return Draws(int(torch.randint(2**62, ())))
    return Draws(seed, results['sample_idx'], zlib.crc32(stream.encode()))
