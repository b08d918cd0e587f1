"""The clips of a vlog as sound files, and where they lie in time: OTIO, Final Cut 7 XML and EDL (CMX 3600).

The montage points at nothing but the clips in the bundle, by a relative path and by number: no other name, no date, no
folder of ours. What has to be filmed is a gap of the right length, with what it needs as a marker.
"""

from __future__ import annotations

import wave
from typing import BinaryIO

import numpy as np
import opentimelineio as otio

from publish.letter import Letter
from publish.rendering import Sounds, Studio
from publish.vlog_script import FRAME_MS, Fragment, Moment, Script
from stories.audio import CANONICAL_RATE, samples
from stories.errors import Refused
from stories.model import BlockKind
from stories.words import say

RATE = 1000 // FRAME_MS
"""Frames a second."""

_FRAME = CANONICAL_RATE * FRAME_MS // 1000  # samples in a frame
_BLOCK_S = 10.0


def cut_fragments(letter: Letter, sounds: Sounds, studio: Studio) -> tuple[dict[str, Fragment], dict[str, BinaryIO]]:
    """Every clip once as a WAV in the studio: fragments by clip id, and files by their name in the bundle.

    Mono, 48 kHz, 16 bits: what every montage program reads. The last frame is filled up with silence, so that a clip
    lasts a whole number of frames. Raises Refused `fragment_missing`, NotFound, and whatever `studio.tick` raises.
    """
    clips = [part.clip_id for part in letter.parts if part.kind is BlockKind.CLIP]
    wanted = tuple(dict.fromkeys(clip for clip in clips if clip))
    if None in clips:
        raise Refused("vlog.fragment_missing")
    fragments: dict[str, Fragment] = {}
    files: dict[str, BinaryIO] = {}
    for number, clip_id in enumerate(wanted, 1):
        file = studio.file()
        fragments[clip_id] = Fragment(number, _write_wav(sounds, clip_id, file))
        files[fragments[clip_id].name] = file
        studio.tick(number, len(wanted))
    return fragments, files


def _write_wav(sounds: Sounds, clip_id: str, file: BinaryIO) -> int:
    """The clip as a WAV, in a stream; its length in ms."""
    written = 0
    with sounds.clip(clip_id) as source, wave.open(file, "wb") as target:
        target.setparams((1, 2, CANONICAL_RATE, 0, "NONE", ""))
        for block in samples(source, rate=CANONICAL_RATE, block_s=_BLOCK_S):
            whole = np.clip(np.rint(block * 32_768.0), -32_768, 32_767).astype("<i2")
            target.writeframes(whole.tobytes())
            written += len(whole)
        rest = -written % _FRAME
        target.writeframes(bytes(2 * rest))
    return (written + rest) // _FRAME * FRAME_MS


def montage(script: Script) -> dict[str, str]:
    """The cut list by file name. An EDL is ASCII: its markers number the moments and leave the words to others."""
    timeline = _timeline(script)
    edl = otio.adapters.write_to_string(_edl_timeline(script), "cmx_3600", rate=RATE)
    return {
        "montage.otio": otio.adapters.write_to_string(timeline, "otio_json") + "\n",
        "montage.xml": otio.adapters.write_to_string(timeline, "fcp_xml"),
        "montage.edl": edl.replace("\n\n", "\nFCM: NON-DROP FRAME\n\n", 1),
    }


def _timeline(script: Script) -> otio.schema.Timeline:
    """A track of pictures yet to come and a track of sound; markers say what is seen, heard and said."""
    timeline = otio.schema.Timeline(say("vlog.montage"), global_start_time=_time(0))
    picture = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    picture.append(otio.schema.Gap(source_range=_range(0, script.duration_ms)))
    timeline.tracks.extend([picture, _sound(script)])
    for moment in script.moments:
        for label, lines in (*moment.video, *moment.audio):
            name = say("vlog.marker", number=moment.number, text=": ".join(filter(None, (label, " / ".join(lines)))))
            timeline.tracks.markers.append(otio.schema.Marker(name, _range(moment.start_ms, moment.duration_ms)))
    return timeline


def _edl_timeline(script: Script) -> otio.schema.Timeline:
    """The track of sound alone; the writer asks for a track of pictures as well, and leaves it out."""
    timeline, sound = otio.schema.Timeline(say("vlog.montage")), _sound(script)
    clips = [each for each in sound if isinstance(each, otio.schema.Clip)]
    heard = [moment for moment in script.moments if moment.fragment]
    for clip, moment in zip(clips, heard, strict=True):
        assert moment.fragment
        clip.metadata["cmx_3600"] = {"reel": f"FRAG{moment.fragment.number:02d}"}
        clip.markers.append(otio.schema.Marker(f"moment {moment.number}", _range(0, 0)))
    timeline.tracks.extend([sound, otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)])
    return timeline


def _sound(script: Script) -> otio.schema.Track:
    track = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    track.extend([_clip(moment) if moment.fragment else _gap(moment) for moment in script.moments])
    return track


def _clip(moment: Moment) -> otio.schema.Clip:
    assert moment.fragment
    lasts = _range(0, moment.duration_ms)
    media = otio.schema.ExternalReference(moment.fragment.name, available_range=lasts)
    return otio.schema.Clip(f"moment-{moment.number:02d}", media, lasts)


def _gap(moment: Moment) -> otio.schema.Gap:
    return otio.schema.Gap(source_range=_range(0, moment.duration_ms))


def _range(start_ms: int, duration_ms: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start_ms), _time(duration_ms))


def _time(ms: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(ms // FRAME_MS, RATE)
