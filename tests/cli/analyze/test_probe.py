"""What priors know: on features that are known, and on a model with random weights."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import ofer
from ofer.apis.probing import field_means
from ofer.engine.processes.launch import UsageError
from ofer.evaluation.probing import accuracy_table, linear_probe

ROOT = Path(__file__).resolve().parents[3]
ORSANET = str(ROOT / 'configs' / 'demo_orsanet.py')


def test_a_prior_that_knows_helps_and_noise_does_not(command: Callable) -> None:
    draw = np.random.default_rng(0)
    target = draw.integers(0, 3, 300)
    noise, telling = draw.normal(size=(300, 4)), np.eye(3)[target] + 0.1 * draw.normal(size=(300, 3))
    features = {'image': noise, 'landmarks': telling}
    halves = [{name: values[part] for name, values in features.items()} for part in (slice(150), slice(150, None))]
    right = {
        names: (linear_probe(halves[0], target[:150], halves[1], names, 1.0) == target[150:])
        for names in (('image',), ('landmarks',), ('image', 'landmarks'))
    }
    assert right['image',].mean() < 0.5
    assert right['landmarks',].mean() > 0.95
    assert right['image', 'landmarks'].mean() > 0.95
    assert '| image | 100.00 (97.50 to 100.00) |' in accuracy_table('x', {'image': np.ones(150, dtype=bool)})


def test_fields_keep_where_things_are(command: Callable) -> None:
    maps = torch.zeros(1, 2, 4, 4)
    maps[0, 1, 3, 3] = 4.0
    assert field_means(maps).tolist() == [[0, 0, 0, 0, 0, 0, 0, 1.0]]


def test_both_tables(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    torch.manual_seed(0)
    weights = tmp_path / 'orsanet.pth'
    torch.save({'state_dict': ofer.get_model(ORSANET).state_dict()}, weights)
    command('analyze', 'probe', ORSANET, str(weights), '--train', '28', '--test', '14', '--batch-size', '7')
    printed = capsys.readouterr().out
    assert '28 images for training the classifiers, 14 for testing' in printed
    rows = ('image', 'semantics', 'landmarks', 'image + semantics + landmarks', 'its own priors', "another face's priors")
    assert all(re.search(rf'^\| {re.escape(row)} +\| ', printed, re.MULTILINE) for row in rows)


def test_models_without_priors_are_refused(command: Callable, tmp_path: Path) -> None:
    config = str(ROOT / 'configs' / 'baselines' / 'irnet_small_ferplus.py')
    torch.save({'state_dict': ofer.get_model(config).state_dict()}, tmp_path / 'plain.pth')
    with pytest.raises(UsageError, match='is no ORSANet with priors'):
        command('analyze', 'probe', config, str(tmp_path / 'plain.pth'))
