"""Small images that other packages read."""

import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest
from ofer_dare_classification import SklearnDigits, TorchvisionCIFAR
from torchvision import datasets

from ofer.registry import DATASETS


def test_digits_are_split_by_class_and_disjoint() -> None:
    train, test = SklearnDigits(split='train'), SklearnDigits(split='test')
    assert (len(train), len(test)) == (1000, 797)
    assert train.metainfo['classes'] == tuple('0123456789')
    for part in (train, test, SklearnDigits(split='train', train_size=200)):
        shares = np.bincount(part.get_gt_labels(), minlength=10) / len(part)
        assert np.abs(shares - 0.1).max() < 0.01
    assert not {tuple(train[i]['img'].ravel()) for i in range(1000)} & {tuple(test[i]['img'].ravel()) for i in range(797)}


def test_fewer_digits_are_among_the_many() -> None:
    few, all_of_them = SklearnDigits(split='train', train_size=50), SklearnDigits(split='train')
    assert {few[i]['img'].tobytes() for i in range(50)} <= {all_of_them[i]['img'].tobytes() for i in range(1000)}


def test_an_image() -> None:
    item = SklearnDigits(split='test', indices=3)[2]
    assert item['img'].shape == (8, 8)
    assert item['img'].dtype == np.uint8
    assert item['img'].max() > 200
    assert item['img_path'] == 'SklearnDigits/test/2'
    packed = DATASETS.build(dict(type='SklearnDigits', split='test', pipeline=[dict(type='LoadFace'), dict(type='PackFace')], indices=3))[2]
    assert packed['inputs'].shape == (3, 8, 8)
    assert packed['data_samples'].gt_label.item() == item['gt_label']


@pytest.mark.parametrize('size', [9, 1001])
def test_bad_number_of_digits(size: int) -> None:
    with pytest.raises(ValueError, match=f'train_size={size}'):
        SklearnDigits(train_size=size)


@pytest.fixture
def cifar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CIFAR-10 in its own layout, two images a file; the checksums are those of these files."""
    rng = np.random.default_rng(0)
    folder = tmp_path / 'cifar-10-batches-py'
    folder.mkdir()

    def write(name: str, content: dict) -> list[str]:
        data = pickle.dumps(content)
        (folder / name).write_bytes(data)
        return [name, hashlib.md5(data).hexdigest()]

    def batch(name: str, number: int) -> list[str]:
        return write(name, {'data': rng.integers(0, 256, (2, 3072), dtype=np.uint8), 'labels': [number, 9]})

    names = [name for name, _ in datasets.CIFAR10.train_list]
    monkeypatch.setattr(datasets.CIFAR10, 'train_list', [batch(name, i) for i, name in enumerate(names)])
    monkeypatch.setattr(datasets.CIFAR10, 'test_list', [batch('test_batch', 7)])
    name, code = write('batches.meta', {'label_names': [f'thing {i}' for i in range(10)]})
    monkeypatch.setattr(datasets.CIFAR10, 'meta', {'filename': name, 'key': 'label_names', 'md5': code})
    return tmp_path


def test_cifar_as_torchvision_reads_it(cifar: Path) -> None:
    train, test = TorchvisionCIFAR(str(cifar)), TorchvisionCIFAR(str(cifar), split='test')
    assert train.get_gt_labels().tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9]
    assert test.get_gt_labels().tolist() == [7, 9]
    assert train.metainfo['classes'][0] == 'thing 0'
    image, _ = datasets.CIFAR10(str(cifar))[3]
    np.testing.assert_array_equal(train[3]['img'], np.asarray(image))


def test_missing_cifar_is_named_with_its_address(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'CIFAR10 is missing or damaged. Get cifar-10-python\.tar\.gz from https'):
        TorchvisionCIFAR(str(tmp_path))
    with pytest.raises(ValueError, match="name='MNIST'"):
        TorchvisionCIFAR(str(tmp_path), name='MNIST')
    with pytest.raises(ValueError, match="split='val'"):
        TorchvisionCIFAR(str(tmp_path), split='val')
