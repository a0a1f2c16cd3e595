"""Picture of the priors and the attention of an ORSANet, as in Fig. 4 of the paper.

    ofer analyze panel configs/orsanet_rafdb.py work_dirs/orsanet_rafdb/epoch_60.pth a.jpg b.jpg --out panel.png

A row for each image, as it enters the network: landmarks, parsing, attention of the guided image features and of the landmarks in the last
fusion block (MCM), and below it the prediction. Images are cropped faces, as in the data set that the model was trained on.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ofer.cli.options import add_overrides, at_least

if TYPE_CHECKING:
    from mmengine.model import BaseModel
    from torch import Tensor

    from ofer.visualization.panel import Image


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('checkpoint', help='checkpoint of a training or of ofer convert')
    parser.add_argument('images', nargs='+', type=Path, help='image files')
    parser.add_argument('--out', type=Path, default=Path('panel.png'), metavar='FILE', help='picture to write (default: panel.png)')
    parser.add_argument('--image-size', type=at_least(1), help="height and width at which images enter the network (default: the config's)")
    parser.add_argument('--cell', type=at_least(1), default=176, help='side of a picture in the panel, pixels')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import ofer
    from ofer.apis.images import read_images
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.visualization.panel import panel, save_image

    config = read_config(args.config, args.cfg_options)
    model = ofer.get_model(config, args.checkpoint)
    if not hasattr(model, 'explain'):
        raise UsageError(f'{args.config}: {type(model).__name__} does not say what it sees; a panel needs an ORSANet')
    images = read_images(config, args.images, args.image_size)
    cells, captions = [], []
    for path, image in zip(args.images, images, strict=True):
        drawn, text = row(model, image, args.cell)
        cells.append(drawn)
        captions.append(f'{path.name}: {text}')
    save_image(args.out, panel([list(drawn.values()) for drawn in cells], list(cells[0]), captions, args.cell))
    print(f'{args.out}: {len(cells)} images. ' + '; '.join(captions))


def row(model: 'BaseModel', image: 'Tensor', cell: int) -> 'tuple[dict[str, Image], str]':
    """Pictures of a face by title, and the prediction as text."""
    import cv2

    from ofer.apis.prediction import model_inputs, predict
    from ofer.visualization.panel import draw_seen

    inputs, _ = model_inputs(model, [image])
    shares = predict(model, [image])[0].pred_score
    best = int(shares.argmax())
    name = model.classes[best] if model.classes else f'class {best}'
    large = cv2.resize(image.permute(1, 2, 0).numpy(), (cell, cell), interpolation=cv2.INTER_CUBIC)  # for fine lines on small images
    seen = {key: value[0].float().numpy() for key, value in model.explain(inputs).items()}
    return draw_seen(large, seen), f'{name} {100 * float(shares[best]):.0f} %'
