"""Convert a published checkpoint: ``ofer convert orsanet best.pth checkpoints/orsanet.pth``.

Prints the mapped, dropped (with the reason) and missing weights. If any weight is unexplained, nothing is written and the exit status
is 1. The new file describes its model, so ``ofer.get_model(ofer.compat.load_checkpoint(DST)['meta'], DST)``, after
``import ofer.compat``, loads a file of any size. In a config, its path is the ``checkpoint``.
"""

import argparse
import io
import sys
from pathlib import Path

from ofer.convert.label_orders import LABEL_ORDERS
from ofer.convert.published import formats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('kind', choices=list(formats()), help='kind of the published model')
    parser.add_argument('src', type=Path, metavar='SRC', help='the published file')
    parser.add_argument('dst', type=Path, metavar='DST', help='the file to write')
    parser.add_argument(
        '--labels',
        choices=list(LABEL_ORDERS),
        help='recognisers: the training set; the outputs are permuted to the order of this library',
    )
    parser.add_argument('--norm-pix', action='store_true', help='mae: trained on normalised patches (norm_pix_loss), the usual case')


def main(args: argparse.Namespace) -> int:
    import torch
    from mmengine.fileio import put

    import ofer
    from ofer.compat import load_checkpoint
    from ofer.convert.published import convert, tensors_in
    from ofer.convert.renaming import report
    from ofer.engine.checkpoints import atomic_backend  # noqa: F401  # registers the backend
    from ofer.engine.processes.launch import UsageError

    if args.norm_pix and args.kind != 'mae':
        raise UsageError(f'--norm-pix goes with mae, not with {args.kind}')
    published = tensors_in(load_checkpoint(args.src), args.kind, args.src)
    try:
        result = convert(args.kind, published, args.labels, args.norm_pix)
    except (ValueError, RuntimeError) as error:
        raise UsageError(f'{args.src}: {error}') from error
    print(f'{args.src} ({len(published)} tensors)\n{report(result, published)}')
    if not result.complete:
        print(f'{args.dst} was not written: the file is not a model of kind {args.kind}, see above.', file=sys.stderr)
        return 1
    meta = dict(ofer_version=ofer.__version__, converted=dict(kind=args.kind, source=args.src.name), model=result.model)
    if result.classes:
        meta['dataset_meta'] = dict(classes=result.classes)
        print(f'outputs      {", ".join(result.classes)}')
    elif result.outputs:
        print('WARNING      outputs stay in the order of the file. The file does not name it; the order of this library is assumed.')
        print('             Give --labels to permute and name the outputs')
    buffer = io.BytesIO()
    torch.save(dict(meta=meta, state_dict=result.state_dict), buffer)
    put(buffer.getvalue(), str(args.dst), backend_args=dict(backend='atomic'))
    print(f'{args.dst} written')
    return 0
