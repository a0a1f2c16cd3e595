"""From nothing to a small Latent-OFER on drawn faces, tables and a sheet of pictures."""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch

import ofer
from ofer.apis.prediction import predict
from ofer.categories import EXPRESSIONS_7
from ofer.engine.checkpoints.weights import load_stages
from ofer.engine.config import read_config
from ofer.engine.processes.tool_runs import num_cores
from ofer.engine.stages import moved_options
from ofer.evaluation.report import markdown_table
from ofer.models import LatentOFER
from ofer.registry import DATASETS, METRICS
from ofer.shipped import config_folder, find_config
from ofer.visualization.deocclusion import deocclusion_sheet, to_picture
from ofer.visualization.panel import save_image

Faces = list[dict[str, Any]]  # each as PackFace leaves it
Samples = list[Any]  # of FaceSample

FACES, SHEET_FACES, BATCH = 350, 8, 50
SMOKE_FACES = 14
SMOKE = [
    *('train_dataloader.dataset.length=64', 'train_cfg.max_epochs=1', 'train_dataloader.num_workers=0', 'svdd.custom_hooks.0.interval=1'),
    'svdd.custom_hooks.0.dataset.length=14',
    *('train_dataloader.persistent_workers=False', 'param_scheduler=None', 'default_hooks.checkpoint.interval=1'),
    *(f'{stage}.val_dataloader.dataset.length=14' for stage in ('classifier', 'inpainter', 'svdd', 'fer')),
    *(f'{stage}.train_cfg.val_interval=1' for stage in ('classifier', 'inpainter', 'svdd', 'fer')),
]

REPORT = """# Demo: taking occluders away

{detection}

{painting}

{recognition}

{faces} test faces, of people who are not among those of the training faces, each with one of six kinds of occluder drawn before it. The
detector saw none of them in training; the painter saw such occluders before other faces. The first table is of patches; the second of what
is painted where the occluders truly are; in the third, brackets hold 95 % Wilson intervals. Drawn faces are easier than photographs: the
numbers show that everything works, and say nothing of real faces.

![Face by face](sheet.png)

Eight of the test faces, evenly spread. The heat maps share one colour scale; red patches are those that the detector flags. CAM: where the
recognition network looks in the repainted face.

{minutes:.1f} minutes, {cores} CPU cores, ofer {ofer}, torch {torch}, Python {python}.
"""


def train(folder: Path, smoke: bool) -> None:
    """Train the stages that are not trained yet, two at a time.

    Raises:
        SystemExit: a stage failed; what went wrong is on the screen.
    """
    plan = config_folder() / 'demo' / 'plan_deocclude.py'
    places = ['--work-dir', str(folder / 'stages'), '--checkpoints', str(folder / 'checkpoints'), '--jobs', '2']
    options = ['--cfg-options', *SMOKE] if smoke else []
    code = subprocess.call([sys.executable, '-m', 'ofer', 'train-stages', os.path.relpath(plan), *places, *options])
    if code:
        raise SystemExit(code)


def load(checkpoints: Path) -> LatentOFER:
    """The trained stages as one model."""
    pipeline = find_config('latent_ofer_synthetic')
    config = read_config(pipeline)
    places = {f'checkpoints/{path.name}': str(path) for path in checkpoints.glob('*.pth')}
    model = ofer.get_model(read_config(pipeline, moved_options(config, places)))
    load_stages(model)
    return model


def draw_faces(number: int, occluded: bool) -> Faces:
    """Faces of people whom no stage was trained on, each as a data set gives it; an occluder's patches are its ``hole``."""
    occluder = [dict(type='DrawOccluders', seed=0), dict(type='OcclusionHole', grow=1, grid=8)] if occluded else []
    pipeline = [dict(type='LoadFace'), *occluder, dict(type='PackFace')]
    dataset = DATASETS.build(dict(type='SyntheticFaces', split='test', size=64, length=number, pipeline=pipeline))
    return [dataset[i] for i in range(number)]


def measure(metric: str, faces: Faces, samples: Samples) -> dict[str, float]:
    """Measures of predictions on faces, by name."""
    built = METRICS.build(dict(type=metric))
    built.dataset_meta = dict(classes=EXPRESSIONS_7)
    built.process({'inputs': [face['inputs'] for face in faces]}, [sample.to_dict() for sample in samples])
    return built.compute_metrics(built.results)


def tables(model: LatentOFER, clean: Faces, occluded: Faces, before: Samples, after: Samples) -> dict[str, str]:
    """Markdown tables of what was found, painted and recognised, by their names in the report."""
    found = measure('OcclusionMetric', occluded, after)
    final = predict(model.inpainter.model, occluded, BATCH)  # where the occluders truly are
    first = [sample.clone() for sample in final]
    for sample in first:
        sample.pred_image = sample.coarse_image
    painted = {'MAE': first, 'hybrid': final}
    said = {'not occluded': predict(model.classifier.model, clean, BATCH), 'occluded': before, 'occluded, repainted': after}
    similar = {name: measure('InpaintingMetric', occluded, samples) for name, samples in painted.items()}
    right = {name: measure('FERMetric', occluded, samples) for name, samples in said.items()}
    names = ('auroc', 'precision', 'recall', 'f1')
    return dict(
        detection=markdown_table(['detector, in %', *names], [['ViT-SVDD', *(f'{found[name]:.1f}' for name in names)]]),
        painting=markdown_table(
            ['in the hole', 'PSNR in dB', 'SSIM'],
            [[name, f'{one["psnr_hole"]:.2f}', f'{one["ssim_hole"]:.3f}'] for name, one in similar.items()],
        ),
        recognition=markdown_table(
            ['faces', 'accuracy in %'],
            [[name, f'{one["accuracy"]:.1f} ({one["accuracy_low"]:.1f}-{one["accuracy_high"]:.1f})'] for name, one in right.items()],
        ),
    )


def draw_sheet(path: Path, faces: Faces, before: Samples, after: Samples) -> None:
    """Some faces, evenly spread over all, and what the stages made of them."""
    rows = range(0, len(faces), len(faces) // SHEET_FACES)[:SHEET_FACES]
    images = [to_picture(faces[i]['inputs']) for i in rows]
    save_image(path, deocclusion_sheet(images, [after[i] for i in rows], [before[i] for i in rows], EXPRESSIONS_7))


def run_demo(folder: Path, smoke: bool = False) -> list[str]:
    """Train what is not trained yet, and write ``report.md`` and ``sheet.png``.

    Args:
        folder: where everything goes.
        smoke: a few faces and one epoch only.

    Returns:
        The tables of the report.
    """
    start = time.monotonic()
    train(Path(os.path.relpath(folder)), smoke)

    number = SMOKE_FACES if smoke else FACES
    model = load(folder / 'checkpoints')
    clean, occluded = draw_faces(number, occluded=False), draw_faces(number, occluded=True)
    before, after = predict(model.classifier.model, occluded, BATCH), predict(model, occluded, BATCH)
    draw_sheet(folder / 'sheet.png', occluded, before, after)
    found = tables(model, clean, occluded, before, after)
    text = REPORT.format(
        **found,
        faces=number,
        minutes=(time.monotonic() - start) / 60,
        cores=num_cores(),
        ofer=ofer.__version__,
        torch=torch.__version__,
        python=platform.python_version(),
    )
    (folder / 'report.md').write_text(text, encoding='utf-8')
    return list(found.values())
