"""SpectralFormer (Hong et al., IEEE TGRS 2022): a transformer over the bands of a hyperspectral pixel or patch.

A token is a band with its neighbours (:mod:`ofer_dare_classification.band_tokens`). Cross-layer adaptive fusion (CAF) joins the input of
the third and each later layer with the input of the layer two before, by a convolution over the tokens.
"""

import torch
from mmengine.model import BaseModule
from timm.models.vision_transformer import Block
from torch import Tensor, nn

from ofer.registry import MODELS

SKIPPED = 2
"""Layers between the two inputs that are fused."""


@MODELS.register_module()
class SpectralFormer(BaseModule):
    """Backbone of SpectralFormer.

    Args:
        num_bands: ``B``.
        token_size: values of a token, ``patch * patch * group``.
        embed_dims: ``D``.
        depth: number of layers.
        num_heads: attention heads.
        mlp_dims: width of the MLPs.
        dropout: probability of dropping a value in training.
        fusion: cross-layer adaptive fusion; False: a plain transformer.
        init_cfg: mmengine's initialisation; None: that of torch, and N(0, 1) for class token and positions, as published.

    Raises:
        ValueError: ``num_heads`` does not divide ``embed_dims``.
    """

    def __init__(
        self, num_bands: int, token_size: int, embed_dims: int = 64, depth: int = 5, num_heads: int = 4, mlp_dims: int = 8,
        dropout: float = 0.1, fusion: bool = True, init_cfg: dict | list | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        if embed_dims % num_heads:
            raise ValueError(f'embed_dims={embed_dims} needs to be a multiple of num_heads={num_heads}')
        self.num_bands, self.token_size, self.out_channels = num_bands, token_size, embed_dims
        self.embed = nn.Linear(token_size, embed_dims)
        self.cls_token = nn.Parameter(torch.randn(1, 1, embed_dims))
        self.pos_embed = nn.Parameter(torch.randn(1, num_bands + 1, embed_dims))
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(
            Block(embed_dims, num_heads, mlp_dims / embed_dims, qkv_bias=False, proj_drop=dropout, norm_layer=nn.LayerNorm)
            for _ in range(depth)
        )
        tokens = num_bands + 1
        fused = max(depth - SKIPPED, 0) if fusion else 0
        self.fusions = nn.ModuleList(nn.Conv2d(tokens, tokens, (1, 2)) for _ in range(fused))
        self.norm = nn.LayerNorm(embed_dims)

    def layer_outputs(self, x: Tensor) -> list[Tensor]:
        """Outputs of all layers, each ``(N, B + 1, D)``, class token first; ``x`` as for :meth:`forward`.

        Raises:
            ValueError: another number of bands, or of values in a token.
        """
        if x.shape[1:] != (self.num_bands, self.token_size):
            raise ValueError(
                f'tokens of shape {tuple(x.shape)}: expected (N, {self.num_bands}, {self.token_size}), bands and values of a band with its '
                'neighbours. Set model.backbone.num_bands, and token_size to patch * patch * group of the data set'
            )
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), self.embed(x)], 1)
        x = self.dropout(x + self.pos_embed)
        inputs: list[Tensor] = []  # of each layer, before fusion
        outputs = []
        for index, layer in enumerate(self.layers):
            inputs.append(x)
            if self.fusions and index >= SKIPPED:
                x = self.fusions[index - SKIPPED](torch.stack([x, inputs[index - SKIPPED]], 3)).squeeze(3)
            x = layer(x)
            outputs.append(x)
        return outputs

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """The class token.

        Args:
            x: ``(N, B, token_size)``, in [0, 1].

        Returns:
            ``((N, D),)``, normalised.
        """
        return (self.norm(self.layer_outputs(x)[-1][:, 0]),)
