"""De-occlusion from nothing: ``make demo-deocclude``, or ``python tools/demo_deocclude.py``.

Trains the stages of a small Latent-OFER on drawn faces with tools/train_stages.py, puts occluders before faces of people who were not among
them, takes them away again, and writes work_dirs/demo_deocclude/report.md with a sheet of pictures and a table. What is finished is not done
again, and what was interrupted goes on where it stopped.
"""

import argparse
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mmengine.model import BaseModel

    from ofer.structures import FaceSample

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / 'configs' / 'stages' / 'demo_deocclude.py'
FACES, SHEET_FACES, BATCH = 350, 8, 50
SMOKE_FACES = 14
SMOKE = [
    *('train_dataloader.dataset.length=64', 'train_cfg.max_epochs=1', 'train_cfg.val_interval=1', 'train_dataloader.num_workers=0'),
    *('train_dataloader.persistent_workers=False', 'param_scheduler=None', 'default_hooks.checkpoint.interval=1'),
    *(f'{stage}.val_dataloader.dataset.length=14' for stage in ('classifier', 'inpainter', 'svdd', 'fer')),
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

Every {step}th test face. The heat maps share one colour scale; red patches are those that the detector flags. CAM: where the recognition
network looks in the repainted face.

{minutes:.1f} minutes, {cores} CPU cores, ofer {ofer}, torch {torch}, Python {python}.
"""


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--work-dir', type=Path, help='where all goes (default: work_dirs/demo_deocclude, or demo_deocclude_smoke)')
    parser.add_argument('--fresh', action='store_true', help='throw away what an earlier run left, and start anew')
    parser.add_argument('--smoke', action='store_true', help='a few faces and one epoch: shows that everything runs, and nothing else')
    return parser.parse_args(argv)


def train(folder: Path, smoke: bool) -> None:
    """Train the stages that are not trained yet, two at a time.

    Raises:
        SystemExit: a stage failed; what went wrong is on the screen.
    """
    options = ['--cfg-options', *SMOKE] if smoke else []
    places = ['--work-dir', str(folder / 'stages'), '--checkpoints', str(folder / 'checkpoints')]
    code = subprocess.call([sys.executable, str(ROOT / 'tools' / 'train_stages.py'), str(PLAN), *places, '--jobs', '2', *options], cwd=ROOT)
    if code:
        raise SystemExit(code)
