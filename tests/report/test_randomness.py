"""Numbers of the protocols against known values and limits."""

import hashlib

import numpy as np

from ofer.report.randomness import bits, image_keys, noise, normal, uniform


def test_bits_are_splitmix64() -> None:
    """The first outputs of the published generator from the state 0."""
    expected = ['E220A8397B1DCDAF', '6E789E6AA1B965F4', '06C45D188009454F']
    assert [f'{number:016X}' for number in bits(np.zeros(1, np.uint64), 3)[0]] == expected


def test_keys_are_the_start_of_a_hash() -> None:
    digest = hashlib.sha256(b'square-1|7|fer01').digest()
    assert image_keys(['fer01'], 'square-1', 7)[0] == int.from_bytes(digest[:8], 'little')


def test_numbers_do_not_depend_on_the_batch() -> None:
    keys = image_keys([str(i) for i in range(9)], 'x')
    assert (uniform(keys, 5)[4:5] == uniform(keys[4:5], 5)).all()
    assert (uniform(keys, 9)[:, :5] == uniform(keys, 5)).all()
    assert (noise(keys, 13)[2] == noise(keys[2:3], 20)[0, :13]).all()


def test_distributions() -> None:
    keys = image_keys([str(i) for i in range(100)], 'x')
    numbers = uniform(keys, 500)
    assert 0 <= numbers.min() < numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.01
    assert abs(noise(keys, 500).mean() - 127.5) < 1.5
    bell = normal(keys, 501)
    assert bell.shape == (100, 501)
    assert abs(bell.mean()) < 0.02
    assert abs(bell.std() - 1) < 0.02
