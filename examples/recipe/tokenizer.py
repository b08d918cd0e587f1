"""The multilingual Whisper tokenizer as one compact tokenizer.json, built from openai-whisper's own vocabulary (MIT).

The hub's tokenizer.json cannot be fetched everywhere; openai-whisper carries the same vocabulary in its package.
"""

import base64
import json
from pathlib import Path

import whisper
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from whisper.tokenizer import LANGUAGES, get_tokenizer

LANGUAGE_COUNT = 99  # large-v3 added a hundredth; all smaller models have 99
TIMESTAMP_STEP_S = 0.02
TIMESTAMP_COUNT = 1501  # 0.00 to 30.00 s
VOCABULARY_SIZE = 51_865

END_OF_TEXT, START, DUTCH, TRANSCRIBE = 50257, 50258, 50271, 50359
PREVIOUS_TEXT, NO_SPEECH, NO_TIMESTAMPS, FIRST_TIMESTAMP = 50361, 50362, 50363, 50364
LANGUAGE_IDS = list(range(50259, 50259 + LANGUAGE_COUNT))


def _ranks() -> dict[bytes, int]:
    asset = Path(whisper.__file__).parent / "assets" / "multilingual.tiktoken"
    lines = asset.read_text(encoding="ascii").splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}


def _printable_bytes() -> dict[int, str]:
    """The byte-to-character table of GPT-2: printable bytes stay, the others move above 255."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [byte for byte in range(256) if byte not in kept]
    return {byte: chr(byte) for byte in kept} | {byte: chr(256 + index) for index, byte in enumerate(moved)}


def _halves(token: bytes, ranks: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two parts whose merge makes `token`: merge the lowest ranks first until two parts are left."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [(ranks.get(parts[at] + parts[at + 1]), at) for at in range(len(parts) - 1)]
        _, at = min((rank, at) for rank, at in pairs if rank is not None)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts[0], parts[1]


def build() -> Tokenizer:
    """The tokenizer, checked against openai-whisper's own on a few sentences."""
    ranks = _ranks()
    table = _printable_bytes()

    def written(token: bytes) -> str:
        return "".join(table[byte] for byte in token)

    ordered = sorted(ranks.items(), key=lambda item: item[1])
    vocabulary = {written(token): rank for token, rank in ordered}
    halves = [_halves(token, ranks) for token, _ in ordered if len(token) > 1]
    merges = [(written(left), written(right)) for left, right in halves]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    languages = [f"<|{language}|>" for language in list(LANGUAGES)[:LANGUAGE_COUNT]]
    special = ["<|endoftext|>", "<|startoftranscript|>", *languages, "<|translate|>", "<|transcribe|>"]
    special += ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in special])
    _check(tokenizer)
    return tokenizer


def _check(tokenizer: Tokenizer) -> None:
    original = get_tokenizer(True, language="nl", task="transcribe")
    for text in (" Eén keer, zei z'n zusje.", "Al voelde ik me niet zo oud.", " 't Is 3,5 uur — façade"):
        if tokenizer.encode(text, add_special_tokens=False).ids != original.encode(text):
            raise ValueError(f"the tokenizer differs from openai-whisper's on: {text}")
    if tokenizer.token_to_id("<|notimestamps|>") != NO_TIMESTAMPS or original.eot != END_OF_TEXT:
        raise ValueError("the special tokens have other numbers than openai-whisper's")


def tokens_of(tokenizer: Tokenizer, text: str) -> list[int]:
    """Token ids of ordinary text (no special tokens)."""
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def vocabulary_list(tokenizer: Tokenizer) -> list[str]:
    """All 51,865 tokens in order, timestamps included, as CTranslate2 wants them."""
    by_id = {token_id: token for token, token_id in tokenizer.get_vocab().items()}
    timestamps = [f"<|{index * TIMESTAMP_STEP_S:.2f}|>" for index in range(TIMESTAMP_COUNT)]
    return [by_id[token_id] for token_id in range(FIRST_TIMESTAMP)] + timestamps


def save_compact(tokenizer: Tokenizer, path: Path) -> None:
    """Write tokenizer.json without indentation: 2.2 MB instead of 4."""
    whole = json.loads(tokenizer.to_str())
    path.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
