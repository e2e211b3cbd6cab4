import asyncio
import json
import os
from typing import Literal, Optional

# At its import it would fetch the prices of all models.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
import pytest
from litellm import acompletion, completion, embedding, stream_chunk_builder, text_completion
from pydantic import BaseModel

litellm.suppress_debug_info = True


class Village(BaseModel):
    name: str
    ferry: bool


class Fjord(BaseModel):
    name: str
    best: Literal["summer", "winter"]
    villages: list[Village]
    saga: Optional[str]


def function(name, **properties):
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


TOOLS = [
    function("get_depth", fjord={"type": "string"}, unit={"enum": ["m", "ft"]}),
    function("get_tides", port={"type": "string"}, days={"type": "integer", "minimum": 1}),
]


def asked(content="Hello!", **params):
    messages = [{"role": "user", "content": content}]
    return {"model": "openai/gpt-4o", "messages": messages, "max_retries": 0, **params}


def text(reply):
    return reply.choices[0].message.content


def names(reply):
    return [call.function.name for call in reply.choices[0].message.tool_calls or []]


def test_a_text():
    reply = completion(**asked())
    assert text(reply).endswith(".") and reply.choices[0].finish_reason == "stop"
    assert reply.usage.total_tokens > 0 and text(asyncio.run(acompletion(**asked()))) == text(reply)


def test_a_stream_sends_the_same():
    chunks = list(completion(**asked(), stream=True, stream_options={"include_usage": True}))
    whole = completion(**asked())
    joined = stream_chunk_builder(chunks)
    assert len(chunks) > 2 and text(joined) == text(whole)
    assert joined.usage.total_tokens == whole.usage.total_tokens

    async def run():
        return [chunk async for chunk in await acompletion(**asked(), stream=True)]

    assert text(stream_chunk_builder(asyncio.run(run()))) == text(whole)


def test_an_old_model_completes():
    reply = text_completion(model="text-completion-openai/gpt-3.5-turbo-instruct", prompt="Once")
    assert reply.choices[0].text


@pytest.mark.parametrize(
    "content, choice, called",
    [
        ("How deep is it?", "auto", []),
        ("Use get_tides and get_depth", "auto", ["get_tides", "get_depth"]),
        ("Go", "required", ["get_depth"]),
        ("Go", {"type": "function", "function": {"name": "get_tides"}}, ["get_tides"]),
        ("Use get_depth", "none", []),
    ],
)
def test_the_tools_that_are_called(content, choice, called):
    params = asked(content, tools=TOOLS, tool_choice=choice)
    whole = completion(**params)
    assert names(whole) == called
    joined = stream_chunk_builder(list(completion(**params, stream=True)))
    assert names(joined) == called
    if called:
        calls = [reply.choices[0].message.tool_calls for reply in (whole, joined)]
        assert calls[0][0].function.arguments == calls[1][0].function.arguments
        assert set(json.loads(calls[0][0].function.arguments)) in ({"fjord", "unit"}, {"port", "days"})


def test_a_loop_ends():
    messages = asked("Use get_tides and get_depth")["messages"]
    while messages[-1]["role"] != "assistant" or messages[-1].tool_calls:
        message = completion(**{**asked(), "messages": messages}, tools=TOOLS).choices[0].message
        messages.append(message)
        for call in message.tool_calls or []:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": "06:12"})
    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "tool", "assistant"]


def test_an_answer_in_a_shape():
    params = asked("Describe a fjord", response_format=Fjord)
    answer = text(completion(**params))
    assert Fjord.model_validate_json(answer)
    assert text(stream_chunk_builder(list(completion(**params, stream=True)))) == answer


def test_an_answer_in_json():
    answer = text(completion(**asked("A fjord, in JSON", response_format={"type": "json_object"})))
    assert isinstance(json.loads(answer), dict)


def test_vectors():
    data = embedding(model="openai/text-embedding-3-small", input=["a fjord", "a bus"], dimensions=64).data
    assert [len(item["embedding"]) for item in data] == [64, 64]
    assert data[0]["embedding"] != data[1]["embedding"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_wrong_parameter_is_a_bad_request(stream):
    with pytest.raises(litellm.BadRequestError) as caught:
        completion(**asked(temperature=3, stream=stream))
    assert (caught.value.status_code, caught.value.llm_provider) == (400, "openai")
    assert not isinstance(caught.value, litellm.ContextWindowExceededError)


def test_a_prompt_that_is_too_long():
    with pytest.raises(litellm.ContextWindowExceededError):
        completion(**{**asked("fjord " * 9000), "model": "openai/gpt-4"})


def test_no_key():
    with pytest.raises(litellm.AuthenticationError):
        completion(**asked(extra_headers={"Authorization": "Basic abcdef"}))
