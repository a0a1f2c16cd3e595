"""From nothing to a small ORSANet and a ResNet-18 on drawn faces, a table and a picture."""

import json
import os
import platform
import shlex
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import torch

import ofer
from ofer.apis.prediction import model_inputs, predict
from ofer.engine.config import read_config
from ofer.engine.processes.tool_runs import last_lines, num_cores, progress, run_logged
from ofer.evaluation.report import markdown_table
from ofer.processor import cpu_has_bfloat16
from ofer.registry import DATASETS, TRANSFORMS
from ofer.shipped import find_config
from ofer.visualization.panel import draw_seen, panel, save_image

T = TypeVar('T')
Measures = dict[str, dict[str, float]]  # by test set, then by name

PRIORS = {'landmarks': 'Landmark network', 'parsing': 'Face parser'}
CLASSIFIERS = {'orsanet': 'ORSANet (small)', 'resnet18': 'ResNet-18'}
CONDITIONS = {'clean': 'clean', 'blocks_10_black': '10 % black', 'blocks_20_black': '20 % black', 'blocks_30_black': '30 % black'}
TOTAL = 'all, from start to end'
SINGLE = 'test'  # the name that ofer test gives to a config's only test set
PANEL_FACES, PANEL_BLOCK, PANEL_SIZE = 6, 0.2, 176


@dataclass(frozen=True)
class Extent:
    """How much is trained and tested.

    Attributes:
        lengths: number of faces in ``train``, ``val`` and ``test``; empty: those of the configs.
        epochs: of each training by name; those of its config if it has none.
        classifiers: names of those that are trained.
        batch_size: of the classifiers' training; None: that of the configs.
        conditions: names of the classifiers' test sets.
    """

    lengths: Mapping[str, int] = field(default_factory=dict)
    epochs: Mapping[str, int] = field(default_factory=dict)
    classifiers: tuple[str, ...] = tuple(CLASSIFIERS)
    batch_size: int | None = None
    conditions: tuple[str, ...] = tuple(CONDITIONS)


FULL = Extent()
SMOKE = Extent({'train': 96, 'val': 14, 'test': 14}, dict.fromkeys((*PRIORS, *CLASSIFIERS), 1))
SHORT = Extent(
    {'train': 440, 'val': 70, 'test': 140},
    {'landmarks': 2, 'parsing': 1, 'orsanet': 3},
    classifiers=('orsanet',),
    batch_size=8,
    conditions=('clean', 'blocks_20_black'),
)
"""A first look, of two to four minutes on two cores. Few faces teach more in small batches: there are more steps."""


REPORT = """# Demo: ORSANet on drawn faces

{table}

{test} test faces, of people who are not among those of the {train} training faces. The black square covers that share of
the image, at the same place for both models; neither saw such squares in training. In brackets: 95 % Wilson intervals. Drawn
faces are easier than photographs: the numbers show that everything works, and say nothing of real faces.

The priors, on {val} drawn faces of which half are occluded: the landmarks are off by {nme:.2f} % of the distance between the
eyes, the class maps have a mean IoU of {iou:.1f} %.

![What ORSANet sees](panel.png)

Every second face has a black square over {block:.0f} % of the image. Backbone attention is where the guided image features are
strong, MCM attention what the landmark tokens look at in the last fusion block.

{seconds}

Seed {seed}, {cores} CPU cores, {precision}, ofer {ofer}, torch {torch}, Python {python}.
"""


class Demo:
    """The steps, their results in one folder, and how long each took.

    Args:
        folder: where everything goes.
        extent: how much is trained and tested.
        say: gets each line about what is done.
    """

    def __init__(self, folder: Path, extent: Extent = FULL, say: Callable[[str], None] = lambda line: None) -> None:
        self.folder, self.extent, self.say = folder, extent, say
        self._lock = threading.Lock()
        self.configs = {name: find_config(f'demo_{name}') for name in (*PRIORS, *extent.classifiers)}
        self.epochs = {name: extent.epochs.get(name) or read_config(path).train_cfg.max_epochs for name, path in self.configs.items()}

    def checkpoint(self, name: str) -> Path:
        """Where training leaves its last weights."""
        return self.folder / name / f'epoch_{self.epochs[name]}.pth'

    def length(self, name: str, part: str) -> int:
        """Number of faces in ``train``, ``val`` or ``test``."""
        return self.extent.lengths.get(part) or read_config(self.configs[name])[f'{part}_dataloader'].dataset.length

    def options(self, name: str) -> list[str]:
        """Overrides of the config: where the priors' weights are, and the numbers of faces and epochs."""
        options = [f'{part}_dataloader.dataset.length={length}' for part, length in self.extent.lengths.items()]
        if name in self.extent.epochs:  # validated once, at the end
            options += [f'train_cfg.{key}={self.extent.epochs[name]}' for key in ('max_epochs', 'val_interval')]
        if self.extent.batch_size and name in CLASSIFIERS:
            options.append(f'train_dataloader.batch_size={self.extent.batch_size}')
        if name == 'orsanet':
            options.append(f'model.landmark_prior.checkpoint={self.checkpoint("landmarks")}')
            options.append(f'model.parsing_prior.checkpoint={self.checkpoint("parsing")}')
        return ['--cfg-options', *options] if options else []

    def train(self, name: str, jobs: int = 1) -> None:
        """Train, or go on training, what is not trained yet; ``jobs`` steps share the cores."""
        if self.checkpoint(name).is_file():
            self.say(f'{name} is trained: {self.checkpoint(name)}')
            return
        flags = ['--resume', '--amp' if name in CLASSIFIERS else '--no-validate']
        work_dir = ['--work-dir', str(self.folder / name)]
        self._run(f'train {name}', ['train', str(self.configs[name]), *work_dir, *flags, *self.options(name)], jobs)

    def test(self, name: str, jobs: int = 1) -> Measures:
        """Measures by the test set's name: of those of ``extent`` for a classifier; ``jobs`` steps share the cores."""
        out = self.folder / f'{name}.json'
        if not out.is_file():
            files = [str(self.configs[name]), str(self.checkpoint(name))]
            flags = ['--work-dir', str(self.folder / name), '--out', str(out)]
            if name in CLASSIFIERS:
                flags += ['--show-dir', str(self.folder / name / 'test'), '--sets', *self.extent.conditions]
            else:
                flags += ['--all']
            self._run(f'test {name}', ['test', *files, *flags, *self.options(name)], jobs)
        return {condition: found['measures'] for condition, found in json.loads(out.read_text(encoding='utf-8'))['sets'].items()}

    @property
    def seconds(self) -> dict[str, float]:
        """How long each step took, over all its starts."""
        path = self.folder / 'seconds.json'
        return json.loads(path.read_text(encoding='utf-8')) if path.is_file() else {}

    def _run(self, step: str, arguments: list[str], jobs: int) -> None:
        """Run a tool, with its output in a log file and its progress on the screen.

        Raises:
            SystemExit: it failed.
        """
        shown = shlex.join(os.path.relpath(a) if os.path.isabs(a) else a for a in arguments)
        log = self.folder / 'logs' / f'{step.replace(" ", "_")}.log'
        self.say(f'\n$ ofer {shown}\n  (all that it says: {os.path.relpath(log)})\n')
        start = time.monotonic()

        def show(line: str) -> None:
            if said := progress(line):
                self.say(f'{step:<16}{said[:124]}')

        code = run_logged([sys.executable, '-m', 'ofer', *arguments], log, jobs, show)
        self.add_seconds(step, time.monotonic() - start)
        if code:
            raise SystemExit(f'{last_lines(log, 15)}\n\ndemo: {step} ended with status {code}. The same command continues from here.')

    def add_seconds(self, step: str, seconds: float) -> None:
        """Note how long a step took, on top of what it took in earlier runs."""
        with self._lock:
            noted = self.seconds
            noted[step] = noted.get(step, 0) + seconds
            (self.folder / 'seconds.json').write_text(json.dumps(noted, indent=1), encoding='utf-8')


def side_by_side(action: Callable[[str, int], T], names: Sequence[str]) -> dict[str, T]:
    """Result of the action for each name; all run at the same time, each on its share of the cores.

    Small networks gain more from that than from threads.
    """
    with ThreadPoolExecutor(len(names)) as pool:
        futures = {name: pool.submit(action, name, len(names)) for name in names}
    return {name: future.result() for name, future in futures.items()}


def draw_panel(demo: Demo) -> Path:
    """Some test faces, half of them behind a black block, and what ORSANet sees in them."""
    models = {name: ofer.get_model(demo.configs[name], demo.checkpoint(name)) for name in demo.extent.classifiers}
    size = models['orsanet'].landmark_prior.input_format.size
    block = TRANSFORMS.build({'type': 'BlockOcclusion', 'ratio': PANEL_BLOCK})
    # Each face twice: as the models get it, and large enough to look at.
    sources = [DATASETS.build({'type': 'SyntheticFaces', 'split': 'test', 'size': pixels}) for pixels in (size, PANEL_SIZE)]
    rows, captions = [], []
    for row in range(PANEL_FACES):
        small, large = (faces[11 * row] for faces in sources)
        if row % 2:
            small, large = block(small), block(large)
        image = torch.from_numpy(small['img']).permute(2, 0, 1)
        says: list[str] = []
        for name, model in models.items():
            share = predict(model, [image])[0].pred_score
            says.append(f'{CLASSIFIERS[name]}: {model.classes[int(share.argmax())]} {100 * float(share.max()):.0f} %')
        inputs, _ = model_inputs(models['orsanet'], [image])
        rows.append(draw_seen(large['img'], {key: value[0].float().numpy() for key, value in models['orsanet'].explain(inputs).items()}))
        captions.append(f'Truth: {models["orsanet"].classes[small["gt_label"]]}. {"; ".join(says)}')
    path = demo.folder / 'panel.png'
    save_image(path, panel([list(row.values()) for row in rows], list(rows[0]), captions, PANEL_SIZE))
    return path


def table(results: dict[str, Measures]) -> str:
    """Markdown: a line a classifier, accuracy with its interval on every condition."""
    names = [name for name in CLASSIFIERS if name in results]
    conditions = {key: words for key, words in CONDITIONS.items() if all(key in results[name] for name in names)}
    rows = []
    for name in names:
        found = [results[name][condition] for condition in conditions]
        rows.append([CLASSIFIERS[name], *(f'{f["accuracy"]:.1f} ({f["accuracy_low"]:.1f}-{f["accuracy_high"]:.1f})' for f in found)])
    return markdown_table(['accuracy in %', *conditions.values()], rows)


def write_report(demo: Demo, results: dict[str, Measures]) -> Path:
    """``report.md``, beside the panel that it shows."""
    path = demo.folder / 'report.md'
    text = REPORT.format(
        table=table(results),
        train=demo.length('orsanet', 'train'),
        test=demo.length('orsanet', 'test'),
        val=demo.length('landmarks', 'val'),
        nme=results['landmarks'][SINGLE]['nme_ocular'],
        iou=results['parsing'][SINGLE]['mean_iou'],
        block=100 * PANEL_BLOCK,
        seconds=markdown_table(['step', 'seconds'], [[step, f'{seconds:.0f}'] for step, seconds in demo.seconds.items()]),
        seed=read_config(demo.configs['orsanet']).randomness.seed,
        cores=num_cores(),
        precision='bfloat16 in the classifiers' if cpu_has_bfloat16() else 'float32',
        ofer=ofer.__version__,
        torch=torch.__version__,
        python=platform.python_version(),
    )
    path.write_text(text, encoding='utf-8')
    return path


def run_steps(demo: Demo) -> tuple[dict[str, Measures], Path]:
    """Train and test what is not trained and tested yet.

    Returns:
        Measures of each network, and the panel.
    """
    side_by_side(demo.train, tuple(PRIORS))
    side_by_side(demo.train, demo.extent.classifiers)
    results = side_by_side(demo.test, (*demo.extent.classifiers, *PRIORS))
    return results, draw_panel(demo)


def run_demo(folder: Path, extent: Extent = FULL, say: Callable[[str], None] = lambda line: None) -> None:
    """Do what is not done yet, and write ``report.md``.

    Args:
        folder: where everything goes.
        extent: how much is trained and tested.
        say: gets each line about what is done, and the result.
    """
    demo = Demo(folder.resolve(), extent, say)
    start = time.monotonic()
    results, picture = run_steps(demo)
    demo.add_seconds(TOTAL, time.monotonic() - start)
    report = write_report(demo, results)
    say(f'\n{table(results)}\n\nPicture: {picture}\nReport:  {report}\nTime:    {demo.seconds[TOTAL] / 60:.1f} minutes')
