"""Our recogniser beside other tools on the cropped faces of FER2013: the same pixels for all, clean and behind black blocks.

    ofer analyze other-tools data/fer2013 --tools fer face-api --python fer=envs/fer/bin/python --files face-api=face-api/model

Labels are the seven of FER2013. A model with more classes, such as contempt, is asked for these seven: the probabilities of the others are
dropped and the rest is normalised. No tool detects faces here. fer is trained on FER2013's training split; what each tool was trained on
matters more than its network for these numbers.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from ofer.evaluation.adapters import Adapter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('data', metavar='FOLDER', help='folder of FER2013')
    parser.add_argument('--split', choices=['train', 'val', 'test'], default='test', help='split (default: test)')
    parser.add_argument('--limit', type=at_least(1), metavar='N', help='only N images, drawn at random but the same each time')
    parser.add_argument('--ratios', type=share, nargs='+', default=[0.0, 0.1, 0.2, 0.3], help='covered shares (default: 0 0.1 0.2 0.3)')
    parser.add_argument('--tools', nargs='*', default=[], choices=['fer', 'face-api'], help='other tools')
    parser.add_argument('--python', nargs='*', default=[], type=pair, metavar='TOOL=PYTHON', help='Python in which a tool is installed')
    parser.add_argument('--files', nargs='*', default=[], type=pair, metavar='TOOL=FOLDER', help='folder of the weights of a tool')
    parser.add_argument('--model', default='default', help='our model: default, a name from `ofer models`, or a config file')
    parser.add_argument('--weights', metavar='FILE', help='checkpoint of our model (default: the one of the package)')
    parser.add_argument('--device', help='of our model: cpu, cuda, ... (default: a GPU if there is one)')
    parser.add_argument('--out', type=Path, metavar='FILE.json', help='file for the numbers')


def pair(text: str) -> tuple[str, str]:
    """Argument type: ``NAME=VALUE``."""
    name, sign, value = text.partition('=')
    if not (name and sign and value):
        raise argparse.ArgumentTypeError(f'{text}: expected NAME=VALUE')
    return name, value


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    import json

    from ofer.apis.recognisers import load_recogniser
    from ofer.evaluation.adapters.outside import OutsideTool
    from ofer.evaluation.report import markdown_table
    from ofer.inference.parts import choose_device

    files, pythons = dict(args.files), dict(args.python)
    unknown = sorted({*files, *pythons} - set(args.tools))
    if unknown:
        raise ValueError(f'--python and --files name {", ".join(unknown)}, which --tools does not: add the name there')
    tools: dict[str, Adapter] = {'ofer': CropsOnly(load_recogniser(args.model, args.weights, choose_device(args.device)))}
    for name in args.tools:
        tools[name] = OutsideTool(name, files.get(name), pythons.get(name))
    numbers: dict[str, dict[str, Any]] = {name: {} for name in tools}
    length = 0
    for ratio in args.ratios:
        images, labels, classes = read_faces(args.data, args.split, ratio, args.limit)
        length = len(images)
        for name, answer in tools.items():
            answers = dict(zip(answer.classes, answer(images).T, strict=True))
            numbers[name][f'{100 * ratio:g}'] = measure(answers, labels, classes)
    head = ['accuracy, %', *('clean' if ratio == 0 else f'{100 * ratio:g} % black' for ratio in args.ratios)]
    print(f'FER2013 {args.split}, {length} images; in brackets the mean recall of the classes')
    cells = [[name, *(f'{one["accuracy"]:.1f} ({one["balanced_accuracy"]:.1f})' for one in own.values())] for name, own in numbers.items()]
    print(markdown_table(head, cells))
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(dict(split=args.split, images=length, tools=numbers), indent=1) + '\n', encoding='utf-8')


def read_faces(data: str, split: str, ratio: float, limit: int | None) -> 'tuple[np.ndarray, np.ndarray, tuple[str, ...]]':
    """Images ``(N, 48, 48, 3)`` uint8 RGB with a black block each, labels ``(N,)``, and the names of the classes."""
    import numpy as np

    from ofer.datasets import FER2013
    from ofer.synthetic.draws import Draws

    steps: list[dict[str, Any]] = [dict(type='LoadFace'), dict(type='BlockOcclusion', ratio=ratio, fill='black')]
    dataset = FER2013(data_root=data, split=split, pipeline=steps)
    chosen = sorted(Draws(0).permutation(len(dataset))[:limit])
    items = [dataset[index] for index in chosen]
    classes = tuple(dataset.metainfo['classes'])
    return np.stack([item['img'] for item in items]), np.array([int(item['gt_label']) for item in items]), classes


def measure(answers: 'Mapping[str, np.ndarray]', labels: 'np.ndarray', classes: tuple[str, ...]) -> dict[str, float]:
    """Accuracy, balanced accuracy and calibration error of probabilities by name, in per cent."""
    from ofer.evaluation.class_names import for_classes
    from ofer.evaluation.functional import accuracy, balanced_accuracy, reliability

    scores = for_classes(answers, classes)
    found = scores.argmax(1)
    return {
        'accuracy': 100 * accuracy(labels, found),
        'balanced_accuracy': 100 * balanced_accuracy(labels, found, len(classes)),
        'calibration_error': 100 * reliability(labels, scores).expected_calibration_error,
    }


class CropsOnly:
    """Our recogniser in the form of the adapters: crops are resized to its input and not aligned."""

    def __init__(self, recogniser: Any, batch_size: int = 64) -> None:
        self.recogniser, self.batch_size = recogniser, batch_size
        self.classes: Sequence[str] = recogniser.classes

    def __call__(self, images: 'np.ndarray') -> 'np.ndarray':
        """Calibrated probabilities ``(N, K)``."""
        import cv2
        import numpy as np

        side = self.recogniser.aligner.size
        crops = [cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC) for image in images]
        starts = range(0, len(crops), self.batch_size)
        return np.stack([one.probabilities for i in starts for one in self.recogniser(crops[i : i + self.batch_size])])
