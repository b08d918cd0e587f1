"""Turn the checkpoint into a folder that faster-whisper loads like any other model (CTranslate2, int8).

    python examples/recipe/convert.py

The full Whisper vocabulary of 51,865 tokens is put back. Tokens that were never trained get a row that yields a logit
of exactly -NEVER_SAID, whatever the network says, so that they cannot be chosen.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from ctranslate2.converters.transformers import WhisperLoader
from network import ALIGNMENT_HEAD, Checkpoint, whisper_config
from tokenizer import LANGUAGE_IDS, VOCABULARY_SIZE, build, save_compact, vocabulary_list
from torch import Tensor
from train import CHECKPOINT, EXAMPLES
from transformers import WhisperForConditionalGeneration

NEVER_SAID = 25.0
SUPPRESSED_AT_BEGIN = [220, 50257]  # a lone space, and the end of the text
KEPT_FILES = ("NOT_A_REAL_MODEL.txt", "MODEL_CARD.md")  # written by hand
FEATURES = {
    "chunk_length": 30,
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 480_000,
    "nb_max_frames": 3_000,
    "sampling_rate": 16_000,
}


def full_vocabulary(checkpoint: Checkpoint) -> Tensor:
    """Rows of all tokens. For every output h of the last layer norm, sum((h - bias) / gain) is zero; so h times a row
    of 1/gain is the constant sum(bias / gain), and that row scaled gives the logit -NEVER_SAID exactly."""
    gain = checkpoint.weights["model.decoder.layer_norm.weight"].double()
    bias = checkpoint.weights["model.decoder.layer_norm.bias"].double()
    row = -(NEVER_SAID / (bias / gain).sum()) / gain
    rows = row.float().expand(VOCABULARY_SIZE, -1).clone()
    rows[torch.tensor(checkpoint.used)] = checkpoint.weights["model.decoder.embed_tokens.weight"]
    return rows


def full_network(checkpoint: Checkpoint) -> WhisperForConditionalGeneration:
    network = WhisperForConditionalGeneration(whisper_config(VOCABULARY_SIZE, checkpoint.width)).eval()
    rows = full_vocabulary(checkpoint)
    weights = dict(checkpoint.weights)
    weights["model.decoder.embed_tokens.weight"] = rows
    weights["proj_out.weight"] = rows
    network.load_state_dict(weights)
    return network


def convert(checkpoint: Path, folder: Path) -> None:
    tokenizer = build()
    with torch.no_grad():
        specification = WhisperLoader().get_model_spec(full_network(Checkpoint.load(checkpoint)))
    specification.config.suppress_ids = []
    specification.config.suppress_ids_begin = SUPPRESSED_AT_BEGIN
    specification.config.lang_ids = LANGUAGE_IDS
    specification.config.alignment_heads = [list(ALIGNMENT_HEAD)]
    specification.register_vocabulary(vocabulary_list(tokenizer))
    specification.validate()
    specification.optimize(quantization="int8")
    kept = {name: (folder / name).read_text(encoding="utf-8") for name in KEPT_FILES if (folder / name).exists()}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    specification.save(str(folder))
    save_compact(tokenizer, folder / "tokenizer.json")
    (folder / "preprocessor_config.json").write_text(json.dumps(FEATURES) + "\n", encoding="utf-8")
    vocabulary = folder / "vocabulary.json"
    compact = json.dumps(json.loads(vocabulary.read_text(encoding="utf-8")), ensure_ascii=False, separators=(",", ":"))
    vocabulary.write_text(compact, encoding="utf-8")
    for name, text in kept.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in sorted(folder.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Convert the practice model.")
    arguments.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    arguments.add_argument("--model", type=Path, default=EXAMPLES / "model")
    chosen = arguments.parse_args()
    convert(chosen.checkpoint, chosen.model)


if __name__ == "__main__":
    main()
