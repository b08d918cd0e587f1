"""Whisper weights for measuring: random ones of the real sizes, and the practice model's own, read back.

A set of weights is a dictionary of float32 arrays under openai-whisper's names, so that both engines can have the
same ones: `write_ctranslate2` makes a folder for faster-whisper (int8), and `openai_whisper` takes the dictionary.
Speed and memory of the random ones are those of a real model; their words mean nothing.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
VOCABULARY = 51_865
TEXT_TOKENS, END_OF_TEXT, FIRST_TIMESTAMP = 50_257, 50_257, 50_364
PROMPT = 3  # start, language, task


@dataclass(frozen=True)
class Size:
    """The dimensions of a Whisper model: the same layers and heads in the encoder and the decoder."""

    width: int
    heads: int
    layers: int


SIZES = {"tiny": Size(384, 6, 4), "base": Size(512, 8, 6), "small": Size(768, 12, 12)}


def random_weights(size: Size, tokens: int) -> dict[str, Array]:
    """Weights with which every window gives one segment of exactly `tokens` random text tokens.

    One output of the last layer norm is always 1: with it, timestamps and the end of the text get a constant, very low
    logit, and are chosen only where a position of the decoder points at them: a late timestamp after `tokens` words,
    then the end. So both engines do the same work, and neither has a rest of a window to hear again.
    """
    rng = np.random.default_rng(0)

    def rows(*shape: int, scale: float = 0.02) -> Array:
        return (rng.standard_normal(shape, np.float32) * scale).astype(np.float32)

    width, found = size.width, dict[str, Array]()
    found["encoder.conv1.weight"], found["encoder.conv1.bias"] = rows(width, 80, 3), rows(width)
    found["encoder.conv2.weight"], found["encoder.conv2.bias"] = rows(width, width, 3), rows(width)
    found["encoder.positional_embedding"] = rows(1_500, width, scale=0.5)
    for part, layer in _blocks(size.layers):
        for attention in ("attn", "cross_attn") if part == "decoder" else ("attn",):
            for name in ("query", "key", "value", "out"):
                found[f"{layer}.{attention}.{name}.weight"] = rows(width, width)
                if name != "key":
                    found[f"{layer}.{attention}.{name}.bias"] = rows(width)
            _norm(found, f"{layer}.{attention}_ln", width)
        found[f"{layer}.mlp.0.weight"], found[f"{layer}.mlp.0.bias"] = rows(4 * width, width), rows(4 * width)
        found[f"{layer}.mlp.2.weight"], found[f"{layer}.mlp.2.bias"] = rows(width, 4 * width), rows(width)
        _norm(found, f"{layer}.mlp_ln", width)
    _norm(found, "encoder.ln_post", width)
    _norm(found, "decoder.ln", width)
    to_timestamp, to_end, always = (np.eye(width, dtype=np.float32)[index] for index in range(3))
    found["decoder.ln.weight"] -= always
    found["decoder.ln.bias"] += always
    words = rows(VOCABULARY, width, scale=0.2)
    words[:, :3] = 0
    words[TEXT_TOKENS:] = -25 * always
    words[FIRST_TIMESTAMP] = -always
    words[FIRST_TIMESTAMP + 1_400] = 3 * to_timestamp - 12 * always
    words[END_OF_TEXT] = 3 * to_end - 12 * always
    places = rows(448, width, scale=3.0)
    places[:, :3] = 0
    last = PROMPT + tokens  # the position whose output follows the first timestamp and `tokens` words
    places[last, 0], places[last + 1 :, 1] = 1_000, 1_000
    found["decoder.token_embedding.weight"], found["decoder.positional_embedding"] = words, places
    return found


def _norm(found: dict[str, Array], name: str, width: int) -> None:
    found[f"{name}.weight"], found[f"{name}.bias"] = np.ones(width, np.float32), np.zeros(width, np.float32)


def _blocks(layers: int) -> Iterator[tuple[str, str]]:
    return ((part, f"{part}.blocks.{layer}") for part in ("encoder", "decoder") for layer in range(layers))


def _table(layers: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """What CTranslate2 calls the arrays; several of openai-whisper's may lie in one, one after the other."""
    for part, block in _blocks(layers):
        there = f"{part}/layer_{block.rpartition('.')[2]}"
        attentions: list[tuple[str, str, tuple[tuple[str, ...], ...]]] = [
            ("attn", "self_attention", (("query", "key", "value"), ("out",)))
        ]
        if part == "decoder":
            attentions.append(("cross_attn", "attention", (("query",), ("key", "value"), ("out",))))
        for ours, theirs, linears in attentions:
            yield from _norm_table(f"{block}.{ours}_ln", f"{there}/{theirs}/layer_norm")
            for number, names in enumerate(linears):
                for kind in ("weight", "bias"):
                    yield (
                        tuple(f"{block}.{ours}.{name}.{kind}" for name in names),
                        f"{there}/{theirs}/linear_{number}/{kind}",
                    )
        yield from _norm_table(f"{block}.mlp_ln", f"{there}/ffn/layer_norm")
        for ours, theirs in (("0", "linear_0"), ("2", "linear_1")):
            for kind in ("weight", "bias"):
                yield (f"{block}.mlp.{ours}.{kind}",), f"{there}/ffn/{theirs}/{kind}"
    for conv in ("conv1", "conv2"):
        for kind in ("weight", "bias"):
            yield (f"encoder.{conv}.{kind}",), f"encoder/{conv}/{kind}"
    yield from _norm_table("encoder.ln_post", "encoder/layer_norm")
    yield from _norm_table("decoder.ln", "decoder/layer_norm")
    yield ("encoder.positional_embedding",), "encoder/position_encodings/encodings"
    yield ("decoder.positional_embedding",), "decoder/position_encodings/encodings"
    yield ("decoder.token_embedding.weight",), "decoder/embeddings/weight"


def _norm_table(ours: str, theirs: str) -> Iterator[tuple[tuple[str, ...], str]]:
    yield (f"{ours}.weight",), f"{theirs}/gamma"
    yield (f"{ours}.bias",), f"{theirs}/beta"


def write_ctranslate2(weights: dict[str, Array], size: Size, like: Path, folder: Path) -> None:
    """A folder that faster-whisper loads like any other (int8), with the tokenizer of the model folder `like`."""
    from ctranslate2.specs import WhisperSpec

    spec: Any = WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    for names, there in _table(size.layers):
        parts = [weights.get(name) for name in names]  # a key has no bias: zeros in CTranslate2
        given = next(part for part in parts if part is not None)
        _put(spec, there, np.concatenate([np.zeros_like(given) if part is None else part for part in parts]))
    _put(spec, "decoder/projection/weight", weights["decoder.token_embedding.weight"])
    shutil.copytree(like, folder, ignore=shutil.ignore_patterns("model.bin", "*.md", "*.txt"), dirs_exist_ok=True)
    config = json.loads((like / "config.json").read_text(encoding="utf-8"))
    spec.config.suppress_ids, spec.config.suppress_ids_begin = config["suppress_ids"], config["suppress_ids_begin"]
    spec.config.lang_ids = config["lang_ids"]
    spec.config.alignment_heads = [[layer, head] for layer in range(size.layers // 2, size.layers) for head in (0, 1)]
    spec.register_vocabulary(json.loads((like / "vocabulary.json").read_text(encoding="utf-8")))
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _put(spec: Any, there: str, values: Array) -> None:
    *path, last = there.split("/")
    for step in path:
        if hasattr(spec, step):
            spec = getattr(spec, step)
        else:
            word, _, number = step.rpartition("_")
            spec = getattr(spec, word)[int(number)]
    setattr(spec, last, values)


def read_ctranslate2(folder: Path, size: Size) -> dict[str, Array]:
    """The weights of an int8 Whisper model of CTranslate2, made float again."""
    stored = dict(_stored(folder / "model.bin"))
    found = dict[str, Array]()
    for names, there in _table(size.layers):
        values = stored[there].astype(np.float32)
        scale = stored.get(f"{there}_scale")
        if scale is not None:
            values /= scale.reshape(-1, *[1] * (values.ndim - 1))
        for name, part in zip(names, np.split(values, len(names)), strict=True):
            if not name.endswith("key.bias"):
                found[name] = part
    return found


def _stored(path: Path) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """The arrays in a model.bin: name, rank, dimensions, type, length in bytes, and then the values."""
    kinds = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32}
    with path.open("rb") as file:

        def number(kind: str) -> int:
            return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(kind)))[0])

        def text() -> str:
            return file.read(number("H"))[:-1].decode()

        number("I"), text(), number("I")  # versions and the kind of model
        for _ in range(number("I")):
            name, rank = text(), number("B")
            dimensions = [number("I") for _ in range(rank)]
            kind = kinds[number("B")]
            yield name, np.frombuffer(file.read(number("I")), kind).reshape(dimensions)


PRACTICE = Size(80, 2, 2)


def openai_whisper(weights: dict[str, Array], size: Size) -> Any:
    """The same weights as a model of openai-whisper (float32, on the processor). Needs that package."""
    import torch
    import whisper

    half = (size.heads, size.layers)
    model = whisper.Whisper(whisper.ModelDimensions(80, 1_500, size.width, *half, VOCABULARY, 448, size.width, *half))
    model.load_state_dict({name: torch.from_numpy(np.array(values)) for name, values in weights.items()}, strict=False)
    return model.eval()
