"""MobileFaceNet as a landmark detector: the network whose last feature map ORSANet fuses as its landmark prior.

Structure and parameter names are those of the published 68-point model (112x112 input, GDC output with 136 numbers), so its files load
without renaming. Deviations: the input may be any multiple of 16, the depthwise kernel of the output layer follows it; all channels may be
scaled by a width, for cheap networks distilled from the published one.
"""

from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS

STRIDE = 16
FEATURE_CHANNELS = 512


class ConvBlock(nn.Module):
    """Convolution without bias, BatchNorm, and PReLU unless it is linear."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int = 1,
        stride: int = 1,
        padding: int = 0,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, padding, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)
        self.prelu = nn.Identity() if linear else nn.PReLU(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.prelu(self.bn(self.conv(x)))


class DepthWise(nn.Module):
    """Inverted bottleneck: widen to ``groups`` channels, 3x3 depthwise, project linearly."""

    def __init__(self, in_channels: int, out_channels: int, groups: int, stride: int = 1, residual: bool = False) -> None:
        super().__init__()
        self.conv = ConvBlock(in_channels, groups)
        self.conv_dw = ConvBlock(groups, groups, kernel=3, stride=stride, padding=1, groups=groups)
        self.project = ConvBlock(groups, out_channels, linear=True)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out = self.project(self.conv_dw(self.conv(x)))
        return x + out if self.residual else out


class ResidualStage(nn.Module):
    """``count`` residual bottlenecks of equal width."""

    def __init__(self, channels: int, count: int, groups: int) -> None:
        super().__init__()
        self.model = nn.Sequential(*(DepthWise(channels, channels, groups, residual=True) for _ in range(count)))

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x)


class GlobalDepthwiseOutput(nn.Module):
    """Depthwise convolution over the whole map, linear layer, BatchNorm."""

    def __init__(self, channels: int, kernel: int, outputs: int) -> None:
        super().__init__()
        self.conv_6_dw = ConvBlock(channels, channels, kernel=kernel, groups=channels, linear=True)
        self.linear = nn.Linear(channels, outputs, bias=False)
        self.bn = nn.BatchNorm1d(outputs)
        # Training starts around the middle of the image, with about the spread that a point has from face to face. At mean 0, deviation 1
        # a short training only shrinks that spread.
        nn.init.constant_(self.bn.weight, 0.03)
        nn.init.constant_(self.bn.bias, 0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.linear(self.conv_6_dw(x).flatten(1)))


@MODELS.register_module()
class MobileFaceNet(BaseModule):
    """Landmark network: features at stride 16, points by a global depthwise convolution.

    Args:
        num_landmarks: points per face.
        input_size: height and width of the input in pixels, a multiple of 16. Only :meth:`landmarks` depends on it.
        width: factor of the channels of all layers, > 0; 1 in the published network. The cost is about quadratic in it.
        init_cfg: mmengine's initialisation.

    Raises:
        ValueError: ``input_size`` is not a positive multiple of 16, or ``width`` leaves a layer without channels.
    """

    def __init__(self, num_landmarks: int = 68, input_size: int = 112, width: float = 1.0, init_cfg: dict | list | None = None) -> None:
        super().__init__(init_cfg)
        if input_size < STRIDE or input_size % STRIDE:
            raise ValueError(f'input_size={input_size}: MobileFaceNet needs a positive multiple of {STRIDE}')
        c64, c128, c256, c512 = (round(width * channels) for channels in (64, 128, 256, FEATURE_CHANNELS))
        if c64 < 1:
            raise ValueError(f'width={width}: its layers have no channels; expected at least 1 / 64')
        self.num_landmarks = num_landmarks
        self.input_size = input_size
        self.feature_channels = c512
        self.conv1 = ConvBlock(3, c64, kernel=3, stride=2, padding=1)
        self.conv2_dw = ConvBlock(c64, c64, kernel=3, padding=1, groups=c64)
        self.conv_23 = DepthWise(c64, c64, groups=c128, stride=2)
        self.conv_3 = ResidualStage(c64, count=4, groups=c128)
        self.conv_34 = DepthWise(c64, c128, groups=c256, stride=2)
        self.conv_4 = ResidualStage(c128, count=6, groups=c256)
        self.conv_45 = DepthWise(c128, c128, groups=c512, stride=2)
        self.conv_5 = ResidualStage(c128, count=2, groups=c256)
        self.conv_6_sep = ConvBlock(c128, c512)
        self.output_layer = GlobalDepthwiseOutput(c512, input_size // STRIDE, 2 * num_landmarks)

    def maps(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Feature maps at strides 4, 8 and 16.

        Args:
            x: ``(N, 3, H, W)``, normalised as in this network's training; any size.

        Returns:
            ``(N, 64 * width, H / 4, W / 4)``, ``(N, 128 * width, H / 8, W / 8)`` and ``(N, 512 * width, H / 16, W / 16)``.
        """
        fine = self.conv_3(self.conv_23(self.conv2_dw(self.conv1(x))))
        middle = self.conv_4(self.conv_34(fine))
        return fine, middle, self.conv_6_sep(self.conv_5(self.conv_45(middle)))

    def features(self, x: Tensor) -> Tensor:
        """Last feature map, which ORSANet fuses: ``(N, 512 * width, H / 16, W / 16)``; ``x`` as in :meth:`maps`."""
        return self.maps(x)[-1]

    def landmarks(self, features: Tensor) -> Tensor:
        """Points from the feature map of an image of ``input_size``.

        Returns:
            ``(N, num_landmarks, 2)``, x and y as shares of width and height (0..1 inside the image).

        Raises:
            ValueError: the map does not belong to an image of ``input_size``.
        """
        grid = self.input_size // STRIDE
        if features.shape[-2:] != (grid, grid):
            got = tuple(features.shape[-2:])
            raise ValueError(f'features of {got} places: landmarks need {(grid, grid)}, an image of {self.input_size} pixels')
        return self.output_layer(features).reshape(-1, self.num_landmarks, 2)

    def forward(self, x: Tensor) -> Tensor:
        """Points of ``(N, 3, input_size, input_size)`` images: ``(N, num_landmarks, 2)``, shares of width and height."""
        return self.landmarks(self.features(x))
