"""Transcription: a checked recording becomes words with times, confidence and visible doubt.

`stage` is the way in: `plan` a recording into chunks, `transcribe_chunk` each of them as one durable step, `assemble`
the transcript. `models.find_model` and `whisper.load_engine` get a speech model or say exactly what to arrange.
Importing this package loads no model and no heavy library.
"""
