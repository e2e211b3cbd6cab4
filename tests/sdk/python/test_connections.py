import asyncio
import os
import re
import subprocess
import sys
import time

import pytest
from fake import QUESTION, SETTINGS, joined
from openai import APIConnectionError, AsyncOpenAI, OpenAI

# Far more than a socket holds, so that closing such a stream early leaves it unsent.
LONG = {**QUESTION, "n": 128, "stream": True}


def ask(number):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": f"Question {number}"}]}


def test_fifty_calls_at_once():
    async def read(stream):
        return joined([chunk async for chunk in await stream])

    async def run():
        async with AsyncOpenAI(**SETTINGS) as client:
            create = client.chat.completions.create
            wholes = await asyncio.gather(*(create(**ask(number)) for number in range(50)))
            texts = await asyncio.gather(*(read(create(**ask(number), stream=True)) for number in range(50)))
            both = await asyncio.gather(create(**ask(0)), read(create(**ask(1), stream=True)))
            return wholes, texts, both

    wholes, texts, both = asyncio.run(run())
    answers = [whole.choices[0].message.content for whole in wholes]
    assert texts == answers and len(set(answers)) > 45
    assert len({whole._request_id for whole in wholes}) == 50
    assert [both[0].choices[0].message.content, both[1]] == answers[:2]


def test_a_stream_may_be_closed_early():
    with OpenAI(**SETTINGS) as client:
        create = client.chat.completions.create
        expected = create(**QUESTION)
        for _ in range(3):
            with create(**LONG) as stream:
                assert next(iter(stream)).choices[0].delta.role == "assistant"
            assert create(**QUESTION) == expected


def test_a_stream_may_be_closed_early_in_asyncio():
    async def run():
        async with AsyncOpenAI(**SETTINGS) as client:
            create = client.chat.completions.create
            expected = await create(**QUESTION)
            for _ in range(3):
                async with await create(**LONG) as stream:
                    assert (await anext(aiter(stream))).choices[0].delta.role == "assistant"
                assert await create(**QUESTION) == expected

    asyncio.run(run())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell such a connection from a silent one")
def test_https_fails_at_once():
    # One of its own, for what it says on standard error.
    command = [os.environ["FAKE_BINARY"], "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as fake:
        url = re.search(r"http://\S+/v1", fake.stdout.readline())[0]
        client = OpenAI(**SETTINGS, base_url=url.replace("http:", "https:"))
        started = time.monotonic()
        with pytest.raises(APIConnectionError) as caught:
            client.models.list()
        # Until it gives a handshake up by itself five seconds pass.
        assert time.monotonic() - started < 4
        assert "handshake failure" in str(caught.value.__cause__)
        fake.terminate()
        assert f"should begin with http://, as in {url}" in fake.stderr.read()
