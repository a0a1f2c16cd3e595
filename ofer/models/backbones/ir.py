"""IR: the residual network of face recognition (ArcFace's improved residual unit), the image backbone of ORSANet.

A unit is BatchNorm, conv3x3, PReLU, conv3x3 with the stride, BatchNorm; its shortcut is subsampling if the number of channels is unchanged,
and conv1x1-BatchNorm otherwise. The first unit of every stage has stride 2. ``ir50`` is the published structure with three stages (the
fourth stage and the embedding layer of the face recogniser are not built: ORSANet does not use them). ``ir_small`` is a variant for CPUs.

``ir_48`` is for training from scratch on faces of 48 pixels: it has a stage at full resolution, the stride in the first convolution of a
unit, and ReLU instead of PReLU, whose backward pass takes a third of a step on CPUs. ``ir_48_deep`` has 8 % more parameters: a wider
first stage, more units, and a narrower last stage. ``ir_48_wide`` has more than twice as many.
"""

from typing import ClassVar

from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS


class IRUnit(nn.Module):
    """One residual unit: ``(N, in_channels, H, W)`` to ``(N, channels, H / stride, W / stride)``.

    Args:
        in_channels: channels of the input.
        channels: channels of the output.
        stride: 1 or 2.
        plain: use the stride in the first convolution and ReLU, instead of the stride in the second and PReLU.
    """

    def __init__(self, in_channels: int, channels: int, stride: int, plain: bool = False) -> None:
        super().__init__()
        first, second = (stride, 1) if plain else (1, stride)
        self.shortcut_layer: nn.Module
        if in_channels == channels:
            self.shortcut_layer = nn.MaxPool2d(1, stride) if stride > 1 else nn.Identity()
        else:
            self.shortcut_layer = nn.Sequential(nn.Conv2d(in_channels, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(in_channels),
            nn.Conv2d(in_channels, channels, 3, first, 1, bias=False),
            nn.ReLU() if plain else nn.PReLU(channels),
            nn.Conv2d(channels, channels, 3, second, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.res_layer(x) + self.shortcut_layer(x)


@MODELS.register_module()
class IRNet(BaseModule):
    """IR backbone.

    Args:
        arch: ``'ir50'``, ``'ir_small'``, ``'ir_48'``, ``'ir_48_deep'``, ``'ir_48_wide'``, or
            ``dict(stem=int, units=(int, ...), channels=(int, ...))``, optionally with ``strides=(int, ...)`` of the stages and
            ``plain=True`` (see :class:`IRUnit`).
        input_size: side in pixels to which the image is resized first; ``None``: not resized.
        interpolation: method of resizing, ``'nearest'`` (published) or ``'bilinear'`` (antialiased).
        checkpoint: face-recognition weights to start from, written by ``ofer convert ir50``; read by ``init_weights()``.
        out_stages: indices of the stages whose maps are returned, from 0.
        init_cfg: mmengine's initialisation.

    Raises:
        ValueError: unknown ``arch`` or ``interpolation``.
    """

    ARCHS: ClassVar[dict[str, dict]] = {
        'ir50': dict(stem=64, units=(3, 4, 14), channels=(64, 128, 256)),
        'ir_small': dict(stem=32, units=(1, 2, 3), channels=(32, 128, 256)),
        'ir_48': dict(stem=16, units=(1, 2, 2, 2), channels=(16, 64, 128, 256), strides=(1, 2, 2, 2), plain=True),
        'ir_48_deep': dict(stem=32, units=(2, 3, 4, 2), channels=(32, 64, 128, 224), strides=(1, 2, 2, 2), plain=True),
        'ir_48_wide': dict(stem=32, units=(2, 2, 2, 2), channels=(32, 96, 192, 384), strides=(1, 2, 2, 2), plain=True),
    }

    def __init__(
        self,
        arch: str | dict = 'ir50',
        input_size: int | None = 112,
        interpolation: str = 'nearest',
        checkpoint: str | None = None,
        out_stages: tuple[int, ...] | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if isinstance(arch, str) and arch not in self.ARCHS:
            raise ValueError(f'arch {arch!r} is unknown: choose one of {sorted(self.ARCHS)} or give stem, units and channels')
        if interpolation not in ('nearest', 'bilinear'):
            raise ValueError(f'interpolation {interpolation!r} is unknown: choose nearest or bilinear')
        settings = self.ARCHS[arch] if isinstance(arch, str) else arch
        self.input_size = input_size
        self.interpolation = interpolation
        self.checkpoint = checkpoint
        plain = settings.get('plain', False)
        depths, widths = settings['units'], settings['channels']
        strides = settings.get('strides', (2,) * len(depths))
        self.ends = [sum(depths[: i + 1]) for i in range(len(depths))]
        self.out_stages = (len(depths) - 1,) if out_stages is None else tuple(out_stages)
        if any(not 0 <= stage < len(depths) for stage in self.out_stages):
            raise ValueError(f'out_stages={self.out_stages}: expected stages from 0 to {len(depths) - 1}')
        channels = settings['stem']
        activation = nn.ReLU() if plain else nn.PReLU(channels)
        self.input_layer = nn.Sequential(nn.Conv2d(3, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels), activation)
        units = []
        for depth, width, stride in zip(depths, widths, strides, strict=True):
            for i in range(depth):
                units.append(IRUnit(channels, width, stride if i == 0 else 1, plain))
                channels = width
        self.body = nn.Sequential(*units)
        self.out_channels = channels

    def init_weights(self) -> None:
        """Read ``checkpoint`` if one is given.

        Raises:
            FileNotFoundError: it is missing; the message states how to get it.
            ValueError: its parameters do not fit this network.
        """
        super().init_weights()
        if self.checkpoint is not None:
            remedy = 'Convert the published file with `ofer convert ir50 SRC DST`, or set checkpoint=None to train from scratch.'
            load_pretrained(self, self.checkpoint, remedy)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Features of the last stage, or of ``out_stages``.

        Args:
            x: ``(N, 3, H, W)``, normalised RGB.

        Returns:
            ``((N, C, h, w), ...)`` with ``h`` the input height divided by the strides up to the stage; IR50 at 112: ``(N, 256, 14, 14)``.
        """
        if self.input_size is not None and x.shape[-2:] != (self.input_size, self.input_size):
            smooth = self.interpolation == 'bilinear'
            x = F.interpolate(x, size=(self.input_size, self.input_size), mode=self.interpolation, antialias=smooth)
        maps = []
        x = self.input_layer(x)
        for number, unit in enumerate(self.body, 1):
            x = unit(x)
            if number in self.ends:
                maps.append(x)
        return tuple(maps[stage] for stage in self.out_stages)
