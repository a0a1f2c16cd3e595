"""Random patches to be repainted, and how they reach the model."""

import numpy as np
import pytest

from ofer.registry import TRANSFORMS


def test_share_and_grid() -> None:
    transform = TRANSFORMS.build(dict(type='PatchHole', patch_size=8, ratio=(0.25, 0.25), seed=0))
    hole = transform(dict(img=np.zeros((34, 32, 3), np.uint8), sample_idx=3))['hole']
    assert hole.shape == (34, 32)
    patches = hole[:32].reshape(4, 8, 4, 8).mean((1, 3))
    assert sorted(set(patches.ravel())) == [0, 1]
    assert patches.sum() == 4
    assert not hole[32:].any()


def test_seeded_by_image() -> None:
    transform = TRANSFORMS.build(dict(type='PatchHole', patch_size=8, seed=0))
    draw = [transform(dict(img=np.zeros((64, 64, 3), np.uint8), sample_idx=index))['hole'] for index in (1, 1, 2)]
    assert np.array_equal(draw[0], draw[1])
    assert not np.array_equal(draw[0], draw[2])
    with pytest.raises(ValueError, match=r'ratio=\(0.5, 0.1\)'):
        TRANSFORMS.build(dict(type='PatchHole', ratio=(0.5, 0.1)))


def test_packed() -> None:
    pack = TRANSFORMS.build(dict(type='PackFace'))
    true = np.arange(4 * 4 * 3, dtype=np.uint8).reshape(4, 4, 3)
    hole = np.eye(4, dtype=bool)
    sample = pack(dict(img=np.zeros_like(true), gt_image=true, hole=hole))['data_samples']
    assert np.array_equal(sample.hole.numpy(), hole)
    assert np.array_equal(sample.gt_image.numpy(), true.transpose(2, 0, 1))
    with pytest.raises(ValueError, match='hole is'):
        pack(dict(img=true, hole=np.eye(5, dtype=bool)))
