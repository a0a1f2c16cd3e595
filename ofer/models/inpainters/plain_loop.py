"""Self-assembly by Eq. 2-3 of Latent-OFER, image by image and place by place: the reference for the fast implementation."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity


def plain_loop(features: Tensor, mask: Tensor, symmetry: bool = True) -> Tensor:
    """Compute :func:`ofer.models.inpainters.self_assembly.assemble` one masked place after the other; same arguments and result."""

    def similarity(patch: Tensor, others: Tensor) -> Tensor:
        return cosine_similarity(patch, others, dim=-1).clamp(min=0)  # Eq. 2

    n, _, height, width = features.shape
    out = features.clone()
    for i in range(n):
        image, masked = features[i].permute(1, 2, 0).contiguous(), mask[i]  # each patch is contiguous in memory
        known, mirror = image[~masked], image.flip(1)
        previous = None
        for y in range(height):
            for x in range(width):
                if not masked[y, x]:
                    continue
                patch = image[y, x]
                sources, weights = [], []
                if symmetry:
                    sources.append(mirror[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].mean(dim=(0, 1)))
                    weights.append(similarity(patch, sources[-1]))
                if len(known):
                    likeness = similarity(patch, known)
                    best = int(likeness.argmax())
                    sources.append(known[best])
                    weights.append(likeness[best])
                if previous is not None:
                    sources.append(previous)
                    weights.append(similarity(patch, previous))
                total = torch.stack(weights).sum() if weights else 0
                if total > 0:  # Eq. 3
                    patch = (torch.stack(sources) * (torch.stack(weights) / total).unsqueeze(1)).sum(0)
                previous = out[i, :, y, x] = patch
    return out
