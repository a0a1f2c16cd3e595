"""Pictures of the outputs of Latent-OFER, stage by stage.

    ofer analyze stages configs/latent_ofer_synthetic.py a.png b.png --out deocclusion.png

A row for each image: occlusion score of each patch, patches detected as occluded, the images repainted by the masked autoencoder and by the
hybrid, class activation map (CAM) of the classifier, patches whose latents it uses, and below it the prediction before and after
repainting. Images are cropped faces, as in the data set that the stages were trained on. The weights are the checkpoints of the stages in
the config, or one checkpoint of the whole model (``--checkpoint``).
"""

import argparse
from pathlib import Path

from ofer.cli.options import add_overrides, at_least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of a pipeline (LatentOFER)')
    parser.add_argument('images', nargs='+', type=Path, help='image files')
    parser.add_argument('--checkpoint', metavar='FILE', help='of the whole model (default: the checkpoints of the stages in the config)')
    parser.add_argument(
        '--out', type=Path, default=Path('deocclusion.png'), metavar='FILE', help='picture to write (default: deocclusion.png)'
    )
    parser.add_argument(
        '--image-size', type=at_least(1), help="height and width at which images enter the first stage (default: the config's)"
    )
    parser.add_argument('--cell', type=at_least(1), default=128, help='side of a picture in the sheet, pixels')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import torch

    import ofer
    from ofer.apis.images import read_images
    from ofer.apis.prediction import model_inputs, predict
    from ofer.engine.checkpoints.weights import load_stages
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.models import LatentOFER
    from ofer.visualization.deocclusion import deocclusion_sheet, to_picture
    from ofer.visualization.panel import save_image

    config = read_config(args.config, args.cfg_options)
    model = ofer.get_model(config, args.checkpoint)
    if not isinstance(model, LatentOFER):
        raise UsageError(f'{args.config}: {type(model).__name__} is not a pipeline of stages; a sheet needs LatentOFER')
    images = read_images(config, args.images, args.image_size)
    classes = model.classes if args.checkpoint else load_stages(model)
    inputs, _ = model_inputs(model, images)
    with torch.no_grad():
        before = model.classifier.model(model.classifier.input_format.convert(model.input_format.pixels(inputs)), mode='predict')
    after = predict(model, images)
    classes = classes or [f'class {k}' for k in range(len(after[0].pred_score))]
    save_image(args.out, deocclusion_sheet([to_picture(image) for image in images], after, before, classes, args.cell))
    flagged = [f'{path.name}: {100 * float(sample.hole.float().mean()):.0f} %' for path, sample in zip(args.images, after, strict=True)]
    print(f'{args.out}: {len(images)} images. Repainted: {", ".join(flagged)}')
