"""Train the practice model on the example recordings. About an hour on two cores that are also busy otherwise.

    OMP_NUM_THREADS=2 python examples/recipe/train.py

Most steps use windows of ten seconds, which cost a ninth in attention; each is placed somewhere in an otherwise absent
window of thirty seconds, so that all positions and timestamps are learned. The last steps use whole windows.

Leaves a checkpoint for convert.py. The loss has two parts: what is said (with timestamps allowed to be a few steps
off), and where the alignment head looks while a word is said, without which so small a model would have no word times.
"""

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from material import IGNORED, POSITIONS, Composer, Target, clips_of
from network import Checkpoint, TinyWhisper, used_tokens
from tokenizer import FIRST_TIMESTAMP, build
from torch import Tensor

EXAMPLES = Path(__file__).resolve().parents[1]
CHECKPOINT = EXAMPLES.parent / "out" / "oefenmodel.pt"

ATTENTION_WEIGHT = 0.5  # of the second part of the loss
TIMESTAMP_BLUR = (0.03, 0.1, 0.22, 0.3, 0.22, 0.1, 0.03)  # weight of a timestamp and its neighbours, 20 ms apart
WARM_UP_STEPS = 60
LOWEST_RATE = 0.03  # share of the learning rate that is left at the end
SHORT_WINDOW_S = 10.0  # windows of the first phase
LOUDNESS_JITTER = 0.03  # standard deviation, in units of Whisper's features
REPORT_EVERY = 50
TIMESTAMP_TOLERANCE = 5  # steps of 20 ms: reported as right


@dataclass(frozen=True)
class Batch:
    spectra: Tensor  # batch x 80 x frames
    first_position: int  # where in a 30 s window these frames lie
    inputs: Tensor  # batch x tokens: rows of the small vocabulary
    labels: Tensor  # batch x tokens: rows, or IGNORED
    intervals: Tensor  # count x 4: batch index, token index, start and end position where that token is heard


def make_batch(composer: Composer, model: TinyWhisper, tokenizer, size: int, longest_s: float) -> Batch:  # type: ignore[no-untyped-def]
    spectra: list[Tensor] = []
    targets: list[Target] = []
    frames = int(longest_s * 100)
    first_position = _somewhere(POSITIONS - frames // 2)
    while len(spectra) < size:
        spectrum, heard = composer.window(longest_s)
        if longest_s < 30 and heard and heard[-1].end_s > longest_s - 0.2:
            continue
        spectra.append(torch.from_numpy(spectrum[:, :frames]) + torch.randn(1) * LOUDNESS_JITTER)
        targets.append(composer.target(heard, tokenizer))
    longest = max(len(target.inputs) for target in targets)
    inputs = torch.zeros(size, longest, dtype=torch.long)
    labels = torch.full((size, longest), IGNORED)
    intervals: list[tuple[int, int, int, int]] = []
    for row, target in enumerate(targets):
        count = len(target.inputs)
        inputs[row, :count] = torch.tensor([model.row_of[_later(token, first_position)] for token in target.inputs])
        labels[row, :count] = torch.tensor(
            [model.row_of.get(_later(token, first_position), IGNORED) for token in target.labels]
        )
        for place, interval in enumerate(target.heard):
            if interval and interval[0] < frames // 2:
                intervals.append((row, place, *interval))
    return Batch(torch.stack(spectra), first_position, inputs, labels, torch.tensor(intervals).reshape(-1, 4))


def _somewhere(last: int) -> int:
    """A random first position; often zero, where most real windows start."""
    return 0 if torch.rand(1) < 0.3 else int(torch.randint(0, last + 1, (1,)))


def _later(token: int, positions: int) -> int:
    """A timestamp moved to a window that starts so much later; any other token as it is."""
    return token + positions if token >= FIRST_TIMESTAMP else token


def text_loss(logits: Tensor, batch: Batch, word_rows: int) -> tuple[Tensor, float, float]:
    """Cross entropy; a timestamp's neighbours count in part. Also the share of right words and of right timestamps."""
    counted = batch.labels != IGNORED
    labels = batch.labels[counted]
    logarithms = torch.log_softmax(logits[counted], -1)
    loss = -logarithms.gather(-1, labels[:, None])[:, 0]
    guess = logarithms.argmax(-1)
    is_time = labels >= word_rows
    right = float((guess == labels)[~is_time].float().mean())
    if not is_time.any():
        return loss.mean(), right, math.nan
    reach = len(TIMESTAMP_BLUR) // 2
    neighbours = labels[is_time][:, None] + torch.arange(-reach, reach + 1)[None]
    neighbours = neighbours.clamp(word_rows, logits.shape[-1] - 1)
    blurred = -(logarithms[is_time].gather(-1, neighbours) * torch.tensor(TIMESTAMP_BLUR)).sum(-1)
    near = float(((guess - labels).abs() <= TIMESTAMP_TOLERANCE)[is_time].float().mean())
    return torch.cat([loss[~is_time], blurred]).mean(), right, near


def attention_loss(attention: Tensor, intervals: Tensor) -> Tensor:
    """Cross entropy between the attention and an even spread over the interval where the token is heard."""
    if not len(intervals):
        return torch.zeros(())
    logarithms = (attention + 1e-6).log()
    zero = torch.zeros(*attention.shape[:2], 1)
    sums = torch.cat([zero, logarithms.cumsum(-1)], -1)
    row, place, start, end = intervals.T
    end = torch.maximum(end, start + 1).clamp(max=min(POSITIONS, attention.shape[-1]))
    start = torch.minimum(start, end - 1)
    length = end - start
    return -((sums[row, place, end] - sums[row, place, start]) / length + length.float().log()).mean()


def rate_at(step: int, steps: int, highest: float) -> float:
    """Learning rate: a short warm-up, then half a cosine down to LOWEST_RATE of the highest."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return highest * min(1.0, (step + 1) / WARM_UP_STEPS) * (cosine * (1 - LOWEST_RATE) + LOWEST_RATE)


def train(chosen: argparse.Namespace) -> None:
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    tokenizer = build()
    clips = clips_of(chosen.recordings)
    composer = Composer(clips, chosen.seed)
    model = TinyWhisper(used_tokens(clips, tokenizer), chosen.width)
    if chosen.continue_from:
        model.continue_from(Checkpoint.load(chosen.continue_from))
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=chosen.rate, betas=(0.9, 0.98), weight_decay=0.01)
    started = time.monotonic()
    print(
        f"{len(clips)} clips, {model.word_rows} words and signs, {sum(w.numel() for w in weights)} weights", flush=True
    )
    for step in range(chosen.steps):
        short = step < chosen.short_steps
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, chosen.steps, chosen.rate)
        size = chosen.batch * 3 if short else chosen.batch
        batch = make_batch(composer, model, tokenizer, size, SHORT_WINDOW_S if short else 30.0)
        logits, attention = model(batch.spectra, batch.inputs, batch.first_position)
        said, right, near = text_loss(logits, batch, model.word_rows)
        looked = attention_loss(attention, batch.intervals)
        optimiser.zero_grad()
        (said + ATTENTION_WEIGHT * looked).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        if step % REPORT_EVERY == 0 or step == chosen.steps - 1:
            passed = time.monotonic() - started
            print(
                f"step {step}: said {said.item():.3f}, looked {looked.item():.3f}, words right {right:.3f}, "
                f"timestamps within 100 ms {near:.3f}, {passed:.0f} s",
                flush=True,
            )
            model.checkpoint().save(chosen.checkpoint)
    print(f"left in {chosen.checkpoint.name}")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Train the practice model.")
    arguments.add_argument("--recordings", type=Path, default=EXAMPLES / "recordings")
    arguments.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    arguments.add_argument("--continue-from", type=Path, help="checkpoint of an earlier run to start from")
    arguments.add_argument("--width", type=int, default=80)
    arguments.add_argument("--steps", type=int, default=3300)
    arguments.add_argument("--short-steps", type=int, default=1800, help="steps with windows of ten seconds")
    arguments.add_argument("--batch", type=int, default=4, help="windows of 30 s per step (three times as many short)")
    arguments.add_argument("--rate", type=float, default=3e-3)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--threads", type=int, default=2)
    train(arguments.parse_args())


if __name__ == "__main__":
    main()
