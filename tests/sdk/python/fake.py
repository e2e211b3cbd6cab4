"""How every test here calls the fake: through either client, by the method's name."""

import asyncio
import json
import os
import urllib.request
from operator import attrgetter

from openai import AsyncOpenAI, AsyncStream, OpenAI, Stream

URL = os.environ["OPENAI_BASE_URL"].removesuffix("/v1")

# Without retries a failure is seen instead of mended, and with a time-out a hang is a failure.
SETTINGS = {"max_retries": 0, "timeout": 30}

QUESTION = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is a fjord?"}]}


class Sync:
    """`api("models.retrieve", "gpt-4o")` is `client.models.retrieve("gpt-4o")`; of a stream, its chunks."""

    def __init__(self, client=None):
        self.client = client or OpenAI(**SETTINGS)

    def using(self, **options):
        return type(self)(self.client.with_options(**options))

    def __call__(self, method, *args, **params):
        return self.read(attrgetter(method)(self.client)(*args, **params))

    def read(self, result):
        return list(result) if isinstance(result, Stream) else result

    def every(self, method, *args, **params):
        """All there is in a list, page after page."""
        return list(attrgetter(method)(self.client)(*args, **params))

    def streamed(self, **params):
        """The events of a response's stream, as the helper has them, and what they add up to."""
        with self.client.responses.stream(**params) as stream:
            return list(stream), stream.get_final_response()


class Async(Sync):
    """The same with the client for asyncio."""

    # One for all calls: the connections of a client belong to the loop that opened them.
    loop = asyncio.new_event_loop()

    def __init__(self, client=None):
        self.client = client or AsyncOpenAI(**SETTINGS)

    def read(self, result):
        async def wait():
            found = await result if hasattr(result, "__await__") else result
            return [chunk async for chunk in found] if isinstance(found, AsyncStream) else found

        return self.loop.run_until_complete(wait())

    def every(self, method, *args, **params):
        async def wait():
            return [item async for item in attrgetter(method)(self.client)(*args, **params)]

        return self.loop.run_until_complete(wait())

    def streamed(self, **params):
        async def wait():
            async with self.client.responses.stream(**params) as stream:
                return [event async for event in stream], await stream.get_final_response()

        return self.loop.run_until_complete(wait())


def chat(api, **params):
    return api("chat.completions.create", **{**QUESTION, **params})


def respond(api, content="What is a fjord?", method="create", **params):
    return api(f"responses.{method}", **{"model": "gpt-4o", "input": content, **params})


def types(things):
    """What events or items are, those that follow others of their type left out."""
    found = [thing.type for thing in things]
    return [one for one, before in zip(found, [None, *found]) if one != before]


def joined(chunks, index=0):
    """The text that a chat's stream has sent for a choice."""
    choices = [choice for chunk in chunks for choice in chunk.choices if choice.index == index]
    return "".join(choice.delta.content or "" for choice in choices)


def fetch(url, key=None, method="GET"):
    """A call without the client: its content type and its bytes."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(url, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.headers["content-type"], reply.read()


def captured(key):
    """What the fake has captured of a key."""
    return json.loads(fetch(f"{URL}/__parlel/requests", key)[1])
