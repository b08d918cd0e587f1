"""Media in an S3-compatible store: the same promises as on a local disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from builders import a_recording, a_story
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from stories.errors import InputRefused, NotReady, SealBroken
from stories.media import BLOCK_BYTES
from stories.receipts import Hasher
from stories.settings import Settings
from stories.stages import State
from stories.store import Store, migrate
from stories.vault import Kind

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer("127.0.0.1", 0)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str) -> Iterator[object]:
    client = boto3.resource(
        "s3",
        endpoint_url=server,
        aws_access_key_id="proef",
        aws_secret_access_key="proef",
        region_name="us-east-1",
    )
    bucket = client.Bucket("verhalen")
    bucket.create()
    yield bucket
    bucket.objects.all().delete()
    for upload in bucket.multipart_uploads.all():
        upload.abort()
    bucket.delete()


@pytest.fixture
def s3_store(settings: Settings, server: str, bucket: object, cheap_hasher: Hasher) -> Iterator[Store]:
    settings = settings.model_copy(
        update={
            "media_url": "s3://verhalen/map",
            "s3_endpoint": server,
            "s3_key": SecretStr("proef"),
            "s3_secret": SecretStr("proef"),
        }
    )
    migrate(settings)
    opened = Store.open(settings, hasher=cheap_hasher)
    yield opened
    opened.close()


def names(bucket: object) -> list[str]:
    return [item.key for item in bucket.objects.all()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [0, 10, 3 * BLOCK_BYTES + 12345])
def test_a_recording_goes_to_s3_sealed_and_comes_back_whole_and_in_parts(
    s3_store: Store, bucket: object, size: int
) -> None:
    story, sound = a_story(state=State.INGETROKKEN), bytes(i % 253 for i in range(size))
    with s3_store.write() as books:
        books.add_story(story)
        books.keep_recording(story.id, a_recording(sound), io.BytesIO(sound))
    (name,) = names(bucket)
    assert story.id not in name
    if size:
        stored = bucket.Object(name).get()["Body"].read()  # type: ignore[attr-defined]
        assert len(stored) > size
        assert sound[:10] not in stored
    with s3_store.read() as books:
        assert books.fetch(story.id, Kind.AUDIO) == sound
        assert b"".join(books.stream(story.id, Kind.AUDIO, start=size // 2, stop=size)) == sound[size // 2 :]
    with s3_store.write() as books:
        books.erase(story.id, why="withdrawn_all")
    assert names(bucket) == []


class Broken(io.RawIOBase):
    def __init__(self) -> None:
        self._left = 3 * BLOCK_BYTES

    def read(self, size: int = -1) -> bytes:
        if self._left <= 0:
            raise InputRefused("store.not_text")
        self._left -= size
        return b"x" * size


def test_an_upload_that_breaks_off_leaves_no_object_and_no_parts(s3_store: Store, bucket: object) -> None:
    story = a_story()
    with s3_store.write() as books:
        books.add_story(story)
    with pytest.raises(InputRefused), s3_store.write() as books:
        books.keep(story.id, Kind.AUDIO, Broken())  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError), s3_store.write() as books:
        books.keep(story.id, Kind.AUDIO, b"x" * 100)
        raise ZeroDivisionError
    assert names(bucket) == []
    assert list(bucket.multipart_uploads.all()) == []  # type: ignore[attr-defined]


def test_a_lost_or_shortened_object_is_told_and_orphans_are_swept(s3_store: Store, bucket: object) -> None:
    story = a_story()
    with s3_store.write() as books:
        books.add_story(story)
        books.keep(story.id, Kind.AUDIO, b"geluid" * 10_000)
    (name,) = names(bucket)
    thing = bucket.Object(name)  # type: ignore[attr-defined]
    whole = thing.get()["Body"].read()
    bucket.Object("map/" + "f" * 32).put(Body=b"half")  # type: ignore[attr-defined]
    assert s3_store.sweep(older_than=timedelta(seconds=-5)) == 1
    assert names(bucket) == [name]
    thing.put(Body=whole[:-5])
    with pytest.raises(SealBroken), s3_store.read() as books:
        books.fetch(story.id, Kind.AUDIO)
    thing.delete()
    with pytest.raises(SealBroken), s3_store.read() as books:
        books.fetch(story.id, Kind.AUDIO)


def test_a_store_that_is_away_is_told(s3_store: Store) -> None:
    away = s3_store.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    story = a_story()
    opened = Store.open(away, hasher=s3_store.hasher)
    with pytest.raises(NotReady) as refusal, opened.write() as books:
        books.add_story(story)
        books.keep(story.id, Kind.AUDIO, b"x")
    assert refusal.value.code == "media_unreachable"
    opened.close()
