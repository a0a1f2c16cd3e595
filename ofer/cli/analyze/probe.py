"""Information about expressions in the priors of an ORSANet, and how much of it the network uses.

    ofer analyze probe configs/orsanet_small_ferplus.py work_dirs/orsanet_small_ferplus/epoch_6.pth

First table: linear classifiers (logistic regression on standardised features) on the image tokens before guidance, on either prior, and on
all of them together. It shows what the priors add to the image for a linear model. Tokens are averaged, and the maps of the priors are
averaged over 2 x 2 fields.

Second table: the network itself, with each prior taken from another face. If its accuracy does not fall, it does not use that prior.
"""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ofer.cli.options import add_overrides

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor
    from torch.utils.data import Dataset

    from ofer.models import ORSANet

Arrays = dict[str, 'np.ndarray']
FIELDS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of an ORSANet')
    parser.add_argument('checkpoint', help='checkpoint of a training or of ofer convert')
    parser.add_argument(
        '--train', type=int, default=6000, metavar='N', help='images of the train split, drawn at random, for the linear classifiers'
    )
    parser.add_argument('--test', type=int, default=None, metavar='N', help='images of the test split, drawn at random (default: all)')
    parser.add_argument('--strength', type=float, default=1e-3, help="inverse strength of the linear classifiers' regularisation (C)")
    parser.add_argument('--seed', type=int, default=0, help='of the draws')
    parser.add_argument('--batch-size', type=int, default=64)
    parser.add_argument('--device', default='cpu', help='cpu or cuda')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import numpy as np
    from mmengine.registry import DefaultScope

    import ofer
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.evaluation.probing import linear_probe
    from ofer.models import ORSANet
    from ofer.registry import DATASETS, SCOPE

    config = read_config(args.config, args.cfg_options)
    model = ofer.get_model(config, args.checkpoint, args.device)
    if not isinstance(model, ORSANet) or (model.parsing_prior is None and model.landmark_prior is None):
        raise UsageError(f'{args.config}: is no ORSANet with priors')
    draw = np.random.default_rng(args.seed)
    parts = []
    for split, number in (('train', args.train), ('test', args.test)):
        with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
            dataset = DATASETS.build({**config.test_dataloader.dataset, 'split': split})
        parts.append(collect(model, dataset, np.sort(draw.permutation(len(dataset))[:number]).tolist(), args.batch_size))
    (train, train_target, _), (test, target, answers) = parts
    combinations = [(name,) for name in train] + ([tuple(train)] if len(train) > 1 else [])
    rows = {' + '.join(names): linear_probe(train, train_target, test, names, args.strength) for names in combinations}
    print(f'\n{len(train_target)} images to learn from, {len(target)} to test on\n')
    print(table('linear classifier on', {name: answer == target for name, answer in rows.items()}))
    print()
    print(table('network, with', {name: answer == target for name, answer in answers.items()}))


def collect(model: 'ORSANet', dataset: 'Dataset', indices: Sequence[int], batch_size: int) -> tuple[Arrays, 'np.ndarray', Arrays]:
    """Features by name ``(N, D)``, true classes ``(N,)``, and the predictions of the network ``(N,)`` by exchanged priors."""
    import numpy as np
    import torch

    from ofer.apis.prediction import batches, model_inputs

    features: dict[str, list] = {}
    answers: dict[str, list] = {}
    target = []
    for batch in batches(dataset, batch_size, indices, progress=True):
        inputs, samples = model_inputs(model, batch)
        with torch.inference_mode():
            priors = model.precompute(inputs)['priors']
            features.setdefault('image', []).append(model.tokens(model.backbone(inputs)[-1]).mean((2, 3)).cpu().numpy())
            for name, prior in priors.items():
                features.setdefault(name, []).append(pooled(prior).cpu().numpy())
            for what, names in {
                'its own priors': (),
                **{f"another face's {name}": (name,) for name in priors},
                "another face's priors": priors,
            }.items():
                others = {name: prior.roll(1, 0) if name in names else prior for name, prior in priors.items()}
                answers.setdefault(what, []).append(model(inputs, mode='tensor', priors=others).argmax(1).cpu().numpy())
        target += [int(sample.gt_label) for sample in samples]
    joined = [{name: np.concatenate(batches) for name, batches in kind.items()} for kind in (features, answers)]
    return joined[0], np.array(target), joined[1]


def pooled(maps: 'Tensor') -> 'Tensor':
    """``(N, C, h, w)`` to ``(N, C * FIELDS ** 2)``: means of fields."""
    from torch.nn.functional import adaptive_avg_pool2d

    return adaptive_avg_pool2d(maps.float(), FIELDS).flatten(1)


def table(title: str, correct: 'dict[str, np.ndarray]') -> str:
    """A Markdown table of accuracies with their 95 % Wilson intervals, per cent."""
    from ofer.evaluation.functional import wilson_interval
    from ofer.evaluation.report import markdown_table

    rows = []
    for name, right in correct.items():
        low, high = wilson_interval(int(right.sum()), len(right))
        rows.append([name, f'{100 * right.mean():.2f} ({100 * low:.2f} to {100 * high:.2f})'])
    return markdown_table([title, 'accuracy, %'], rows)
