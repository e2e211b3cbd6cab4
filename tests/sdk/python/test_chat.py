import asyncio
import re

import pytest
from fake import QUESTION, SETTINGS, Async, Sync, chat, joined
from openai import AsyncOpenAI, OpenAI

USAGE = {"include_usage": True}


def text(reply):
    return reply.choices[0].message.content


def test_a_whole_answer(api):
    reply = chat(api)
    assert re.fullmatch("chatcmpl-[0-9A-Za-z]{29}", reply.id)
    assert re.fullmatch("req_[0-9a-f]{32}", reply._request_id)
    assert (reply.object, reply.model) == ("chat.completion", "gpt-4o-2024-08-06")
    assert (reply.created, reply.service_tier) == (1_700_000_000, "default")
    [choice] = reply.choices
    assert (choice.index, choice.finish_reason, choice.logprobs) == (0, "stop", None)
    assert (choice.message.role, choice.message.refusal) == ("assistant", None)
    assert choice.message.content.endswith(".")
    usage = reply.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.prompt_tokens_details.to_dict() == {"cached_tokens": 0, "audio_tokens": 0}


def test_a_stream_sends_the_whole_answer(api):
    whole, chunks = chat(api), chat(api, stream=True)
    assert joined(chunks) == text(whole)
    assert {(chunk.id, chunk.created, chunk.model) for chunk in chunks} == {
        (whole.id, whole.created, whole.model)
    }
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    first, last = chunks[0].choices[0], chunks[-1].choices[0]
    assert (first.delta.role, first.delta.content) == ("assistant", "")
    assert [chunk.choices[0].delta.role for chunk in chunks[1:]] == [None] * (len(chunks) - 1)
    assert (last.delta.content, last.finish_reason) == (None, "stop")
    assert {chunk.choices[0].finish_reason for chunk in chunks[:-1]} == {None}


def test_a_stream_tells_usage_where_asked(api):
    *chunks, last = chat(api, stream=True, stream_options=USAGE)
    assert (last.choices, last.usage) == ([], chat(api).usage)
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)
    for chunk in chat(api, stream=True):
        assert chunk.choices and chunk.usage is None


PICTURE = {"type": "image_url", "image_url": {"url": "https://example.com/fjord.png"}}
PART = {"type": "text", "text": "What is a fjord?"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "depth", "arguments": "{}"}}


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": "What is a fjord?"}],
        [{"role": "user", "content": [PART]}],
        [{"role": "user", "content": [PART, PICTURE]}],
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        [{"role": "developer", "content": [PART]}, {"role": "user", "content": "Grüße 🙂"}],
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"},
        ],
        [
            {"role": "user", "content": "How deep?"},
            {"role": "assistant", "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "call_1", "content": "1308 m"},
        ],
    ],
    ids=["text", "parts", "picture", "system", "developer", "history", "tool"],
)
def test_every_form_of_message_is_answered(api, messages):
    whole = chat(api, messages=messages)
    assert text(whole)
    assert whole.usage.prompt_tokens > 3 * len(messages)
    assert joined(chat(api, messages=messages, stream=True)) == text(whole)


def test_a_reply_can_be_sent_back(api):
    message = chat(api).choices[0].message
    more = [*QUESTION["messages"], message, {"role": "user", "content": "Go on."}]
    assert text(chat(api, messages=more)) != message.content


def test_choices_are_distinct(api):
    one, three = chat(api), chat(api, n=3)
    texts = [choice.message.content for choice in three.choices]
    assert [choice.index for choice in three.choices] == [0, 1, 2]
    assert len(set(texts)) == 3 and texts[0] == text(one)
    assert three.usage.prompt_tokens == one.usage.prompt_tokens
    assert three.usage.completion_tokens > one.usage.completion_tokens
    chunks = chat(api, n=3, stream=True)
    assert [joined(chunks, index) for index in range(3)] == texts
    assert [chunk.choices[0].finish_reason for chunk in chunks[-3:]] == ["stop"] * 3


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_an_answer_ends_before_a_stop(api, several):
    whole = text(chat(api))
    stop = whole.split()[4]
    cut = {"stop": ["never to be found", stop] if several else stop}
    reply = chat(api, **cut)
    assert text(reply) == whole[: whole.index(stop)]
    assert reply.choices[0].finish_reason == "stop"
    assert joined(chat(api, stream=True, **cut)) == text(reply)


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_an_answer_ends_at_the_limit(api, limit):
    whole, cut = chat(api), chat(api, **{limit: 3})
    assert (cut.choices[0].finish_reason, cut.usage.completion_tokens) == ("length", 3)
    assert text(cut) and text(whole).startswith(text(cut)) and text(cut) != text(whole)
    chunks = chat(api, stream=True, **{limit: 3})
    assert (joined(chunks), chunks[-1].choices[0].finish_reason) == (text(cut), "length")


def test_the_same_request_gives_the_same_bytes(api):
    def send(**params):
        return chat(lambda _, **given: api("chat.completions.with_raw_response.create", **given), **params)

    assert send().content == send().content
    assert send().content == send(user="someone").content
    assert send().content != send(messages=[{"role": "user", "content": "Another"}]).content


def test_the_stream_helper():
    with OpenAI(**SETTINGS) as client:
        with client.chat.completions.stream(**QUESTION, stream_options=USAGE) as stream:
            deltas = [event.delta for event in stream if event.type == "content.delta"]
            final = stream.get_final_completion()
    whole = chat(Sync())
    assert "".join(deltas) == text(final) == text(whole)
    assert (final.id, final.usage) == (whole.id, whole.usage)


def test_the_stream_helper_of_asyncio():
    async def run():
        async with AsyncOpenAI(**SETTINGS) as client:
            async with client.chat.completions.stream(**QUESTION, stream_options=USAGE) as stream:
                deltas = [event.delta async for event in stream if event.type == "content.delta"]
                return deltas, await stream.get_final_completion()

    deltas, final = asyncio.run(run())
    whole = chat(Async())
    assert "".join(deltas) == text(final) == text(whole)
    assert (final.id, final.usage) == (whole.id, whole.usage)
