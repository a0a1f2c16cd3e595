import numpy as np
import pytest

from ofer.datasets import samplers
from ofer.datasets.samplers import ClassBalancedSampler, balanced_weights
from ofer.registry import DATA_SAMPLERS

LABELS = np.array([0] * 900 + [1] * 90 + [4] * 10)


class Labelled:
    def __init__(self, labels=LABELS):
        self.labels = labels

    def __len__(self) -> int:
        return len(self.labels)

    def get_data_info(self, i: int) -> dict:
        return {'gt_label': self.labels[i]}


def sampler(monkeypatch, rank=0, world_size=1, epoch=0, seed=0, labels=LABELS) -> ClassBalancedSampler:
    monkeypatch.setattr(samplers, 'get_dist_info', lambda: (rank, world_size))
    built = DATA_SAMPLERS.build({'type': 'ClassBalancedSampler', 'dataset': Labelled(labels), 'seed': seed})
    built.set_epoch(epoch)
    return built


def test_weights_are_one_over_the_size_of_the_class():
    # classes of 2 and 1 items: weights 1/2, 1/2, 1 over their sum 2
    np.testing.assert_allclose(balanced_weights(np.array([3, 3, 5])), [0.25, 0.25, 0.5])


def test_classes_are_drawn_alike_often(monkeypatch):
    built = sampler(monkeypatch)
    draws = np.concatenate([list(built) for built.epoch in range(9)])
    shares = np.bincount(LABELS[draws], minlength=5) / len(draws)
    # 9,000 draws, share 1/3 each: standard error 0.005
    np.testing.assert_allclose(shares[[0, 1, 4]], 1 / 3, atol=0.02)
    assert len(built) == len(LABELS)
    assert len(set(draws.tolist()) & set(range(990, 1000))) == 10  # items of one class are drawn alike as well


def test_an_epoch_can_be_drawn_again_after_a_resume(monkeypatch):
    first = [list(sampler(monkeypatch, epoch=epoch)) for epoch in range(3)]
    assert list(sampler(monkeypatch, epoch=2)) == first[2]
    assert first[0] != first[1]
    assert list(sampler(monkeypatch, seed=1)) != first[0]
    assert list(sampler(monkeypatch, seed=1, epoch=0)) != list(sampler(monkeypatch, seed=0, epoch=1))


@pytest.mark.parametrize('world_size', [2, 3])
def test_ranks_share_one_draw(monkeypatch, world_size):
    labels = LABELS[:999]
    parts = [list(sampler(monkeypatch, rank, world_size, labels=labels)) for rank in range(world_size)]
    assert {len(part) for part in parts} == {-(-999 // world_size)}
    together = [index for group in zip(*parts, strict=True) for index in group]
    alone = list(sampler(monkeypatch, labels=labels))
    assert together[:999] == alone


def test_a_seed_is_agreed_on_where_none_is_given():
    assert isinstance(ClassBalancedSampler(Labelled()).seed, int)
