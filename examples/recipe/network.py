"""A Whisper network small enough to train on two processor cores within the hour.

It is the architecture of Whisper itself (two encoder and two decoder layers), with three economies while training:
only the tokens that occur have a row in the vocabulary; the 1,501 timestamps share one smooth table; and the windows
may be shorter than 30 s at first.
"""

import copy
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from material import POSITIONS, Clip
from tokenizer import (
    DUTCH,
    END_OF_TEXT,
    FIRST_TIMESTAMP,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS_TEXT,
    START,
    TIMESTAMP_COUNT,
    TRANSCRIBE,
    tokens_of,
)
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

LAYERS = 2
HEADS = 2
ALIGNMENT_HEAD = (1, 0)  # decoder layer and head whose attention is taught to follow the sound: word times
NORM_BIAS = 0.3  # of the last layer norm; convert.py needs it to be away from zero


def whisper_config(vocabulary_size: int, width: int) -> WhisperConfig:
    return WhisperConfig(
        vocab_size=vocabulary_size,
        num_mel_bins=80,
        encoder_layers=LAYERS,
        decoder_layers=LAYERS,
        encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS,
        d_model=width,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_source_positions=POSITIONS,
        max_target_positions=448,
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        pad_token_id=0,
        bos_token_id=0,
        eos_token_id=0,
        decoder_start_token_id=0,
        attn_implementation="eager",
    )


def used_tokens(clips: Iterable[Clip], tokenizer: Tokenizer) -> list[int]:
    """Sorted ids of all tokens that can be read or said; the timestamps come last."""
    words = {word for clip in clips for word, _, _ in clip.words}
    used = {token for word in words for token in tokens_of(tokenizer, " " + word)}
    used |= {END_OF_TEXT, START, DUTCH, TRANSCRIBE, PREVIOUS_TEXT, NO_SPEECH, NO_TIMESTAMPS}
    return [*sorted(used), *range(FIRST_TIMESTAMP, FIRST_TIMESTAMP + TIMESTAMP_COUNT)]


def _waves(count: int, width: int) -> Tensor:
    """Sine and cosine waves of falling frequency: neighbouring rows are alike (as Whisper's own positions)."""
    half = width // 2
    speeds = torch.exp(-math.log(10_000) / (half - 1) * torch.arange(half))
    angles = torch.arange(count)[:, None] * speeds[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


@dataclass(frozen=True)
class Checkpoint:
    """What train.py leaves for convert.py."""

    width: int
    used: list[int]
    weights: dict[str, Tensor]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"width": self.width, "used": self.used, "weights": self.weights}, path)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        return cls(**torch.load(path, weights_only=True))


class TinyWhisper(nn.Module):
    """The network with its small vocabulary; `used[i]` is the Whisper token id of row i."""

    def __init__(self, used: list[int], width: int) -> None:
        super().__init__()
        self.used = used
        self.width = width
        self.row_of = {token: row for row, token in enumerate(used)}
        self.word_rows = len(used) - TIMESTAMP_COUNT
        self.whisper = WhisperForConditionalGeneration(whisper_config(len(used), width))
        self._use_fast_attention_in_encoder()
        self.whisper.model.decoder.layer_norm.bias.data.fill_(NORM_BIAS)
        self.whisper.model.decoder.embed_tokens.weight.requires_grad_(False)  # made by vocabulary()
        self.words = nn.Parameter(torch.randn(self.word_rows, width) * 0.05)
        self.time_mix = nn.Parameter(torch.eye(width) * 0.1 + torch.randn(width, width) * 0.01)
        self.time_bias = nn.Parameter(torch.randn(width) * 0.02)
        self.register_buffer("time_waves", _waves(TIMESTAMP_COUNT, width), persistent=False)

    def _use_fast_attention_in_encoder(self) -> None:
        """Only the decoder has to show its attention; the encoder may use the fused kind."""
        fast = copy.deepcopy(self.whisper.config)
        fast._attn_implementation = "sdpa"
        for layer in self.whisper.model.encoder.layers:
            layer.self_attn.config = fast

    def vocabulary(self) -> Tensor:
        """Embedding rows of all used tokens; those of the timestamps are a mix of waves, so that times generalise."""
        return torch.cat([self.words, self.time_waves @ self.time_mix + self.time_bias], 0)

    def encode(self, spectra: Tensor, first_position: int = 0) -> Tensor:
        """Whisper's encoder for a part of a window (batch x 80 x frames) that starts at a position of 20 ms."""
        encoder = self.whisper.model.encoder
        states = functional.gelu(encoder.conv1(spectra))
        states = functional.gelu(encoder.conv2(states)).permute(0, 2, 1)
        states = states + encoder.embed_positions.weight[first_position : first_position + states.shape[1]]
        for layer in encoder.layers:
            output = layer(states, None)
            states = output[0] if isinstance(output, tuple) else output
        return encoder.layer_norm(states)

    def forward(self, spectra: Tensor, inputs: Tensor, first_position: int = 0) -> tuple[Tensor, Tensor]:
        """Logits (batch x tokens x used) and the alignment head's attention (batch x tokens x positions)."""
        table = self.vocabulary()
        output = self.whisper.model.decoder(
            inputs_embeds=functional.embedding(inputs, table),
            encoder_hidden_states=self.encode(spectra, first_position),
            output_attentions=True,
            use_cache=False,
        )
        layer, head = ALIGNMENT_HEAD
        return output.last_hidden_state @ table.T, output.cross_attentions[layer][:, head]

    def continue_from(self, checkpoint: Checkpoint) -> None:
        """Take over the weights of an earlier run with the same words and width."""
        if checkpoint.used != self.used or checkpoint.width != self.width:
            raise ValueError("the checkpoint has other words or another width: train from the start")
        self.whisper.load_state_dict(checkpoint.weights)
        rows = checkpoint.weights["model.decoder.embed_tokens.weight"]
        self.words.data.copy_(rows[: self.word_rows])
        waves = torch.cat([self.time_waves, torch.ones(TIMESTAMP_COUNT, 1)], 1).double()
        mix = torch.linalg.lstsq(waves, rows[self.word_rows :].double(), driver="gelsd").solution.float()
        self.time_mix.data.copy_(mix[:-1])
        self.time_bias.data.copy_(mix[-1])

    def checkpoint(self) -> Checkpoint:
        self.whisper.model.decoder.embed_tokens.weight.data.copy_(self.vocabulary().detach())
        weights = {name: value.clone() for name, value in self.whisper.state_dict().items()}
        return Checkpoint(self.width, self.used, weights)
