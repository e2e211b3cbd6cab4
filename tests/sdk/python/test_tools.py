import asyncio
import json
from typing import Literal, Optional

import openai
import pytest
from fake import SETTINGS, Sync, chat
from openai import AsyncOpenAI, OpenAI, pydantic_function_tool
from pydantic import BaseModel, Field


class Depth(BaseModel):
    """How deep a fjord is."""

    fjord: str
    unit: Literal["m", "ft"]
    at: Optional[list[float]] = Field(description="Where, or nowhere in particular")


class Tides(BaseModel):
    """When the water is high."""

    port: str
    days: int = Field(ge=1, le=7)


TOOLS = [pydantic_function_tool(Depth), pydantic_function_tool(Tides)]
SHAPES = {"Depth": Depth, "Tides": Tides}


def ask(api, content, method="create", **params):
    messages = [{"role": "user", "content": content}]
    return api(f"chat.completions.{method}", **{"model": "gpt-4o", "messages": messages, **params})


def calls(reply):
    return reply.choices[0].message.tool_calls or []


def names(reply):
    return [call.function.name for call in calls(reply)]


def required(name):
    return {"type": "function", "function": {"name": name}}


@pytest.mark.parametrize(
    "content, params, called, reason",
    [
        ("How deep is it?", {}, [], "stop"),
        ("Use Depth", {}, ["Depth"], "tool_calls"),
        ("Use Tides, then Depth", {}, ["Tides", "Depth"], "tool_calls"),
        ("Use Tides, then Depth", {"parallel_tool_calls": False}, ["Tides"], "tool_calls"),
        ("Use Depth", {"tool_choice": "none"}, [], "stop"),
        ("How deep is it?", {"tool_choice": "required"}, ["Depth"], "tool_calls"),
        ("Use Tides", {"tool_choice": "required"}, ["Tides"], "tool_calls"),
        ("How deep is it?", {"tool_choice": required("Tides")}, ["Tides"], "stop"),
    ],
)
def test_the_tools_that_are_called(api, content, params, called, reason):
    reply = ask(api, content, "parse", tools=TOOLS, **params)
    assert (names(reply), reply.choices[0].finish_reason) == (called, reason)
    assert (reply.choices[0].message.content is None) == bool(called)
    assert len({call.id for call in calls(reply)}) == len(called)
    for call in calls(reply):
        assert call.id.startswith("call_") and call.type == "function"
        assert isinstance(call.function.parsed_arguments, SHAPES[call.function.name])


def streamed(api, **params):
    with OpenAI(**SETTINGS) as client, client.chat.completions.stream(**params) as stream:
        return stream.get_final_completion()


@pytest.mark.parametrize(
    "answer",
    [
        lambda api, **params: api("chat.completions.create", **params),
        lambda api, **params: api("chat.completions.parse", **params),
        lambda api, **params: api("chat.completions.parse", response_format=Tides, **params),
        streamed,
    ],
    ids=["create", "parse", "parse with a shape", "stream"],
)
def test_a_loop_ends(api, answer):
    messages = [{"role": "user", "content": "Use Depth and Tides"}]
    for turn in range(3):
        message = answer(api, model="gpt-4o", messages=messages, tools=TOOLS).choices[0].message
        messages.append(message)
        if not message.tool_calls:
            break
        for call in message.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": "1308"})
    assert turn == 1 and message.content
    # The last message of the loop can be sent back too.
    answer(api, model="gpt-4o", messages=[*messages, {"role": "user", "content": "Go on."}], tools=TOOLS)


def test_a_result_that_answers_no_call_is_a_bad_request(api):
    with pytest.raises(openai.BadRequestError) as caught:
        chat(api, messages=[{"role": "tool", "tool_call_id": "call_1", "content": "1308"}])
    assert "tool_calls" in caught.value.message


@pytest.mark.parametrize(
    "params, param",
    [
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"tools": TOOLS, "tool_choice": required("Winds")}, "function_call"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ],
    ids=["a choice of none", "a choice of another", "no function"],
)
def test_wrong_tools_are_a_bad_request(api, params, param):
    with pytest.raises(openai.BadRequestError) as caught:
        chat(api, **params)
    assert caught.value.param == param


def test_a_stream_sends_the_same_calls(api):
    whole = ask(api, "Use Tides, then Depth", tools=TOOLS)
    chunks = ask(api, "Use Tides, then Depth", tools=TOOLS, stream=True)
    heads, arguments = {}, {}
    for chunk in chunks:
        for part in chunk.choices[0].delta.tool_calls or []:
            if part.id:
                heads[part.index] = (part.id, part.type, part.function.name)
            arguments[part.index] = arguments.get(part.index, "") + part.function.arguments
    assert heads == {i: (call.id, "function", call.function.name) for i, call in enumerate(calls(whole))}
    assert arguments == {i: call.function.arguments for i, call in enumerate(calls(whole))}
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


def check_stream(events, final):
    done = [event for event in events if event.type == "tool_calls.function.arguments.done"]
    assert [(event.index, event.name) for event in done] == [(0, "Tides"), (1, "Depth")]
    assert [type(event.parsed_arguments) for event in done] == [Tides, Depth]
    for event in done:
        deltas = [
            one.arguments_delta
            for one in events
            if one.type == "tool_calls.function.arguments.delta" and one.index == event.index
        ]
        assert "".join(deltas) == event.arguments
    assert names(final) == ["Tides", "Depth"]
    whole = ask(Sync(), "Use Tides, then Depth", tools=TOOLS)
    sent, expected = ([call.function.arguments for call in calls(reply)] for reply in (final, whole))
    assert sent == expected


def test_the_stream_helper_parses_calls():
    messages = [{"role": "user", "content": "Use Tides, then Depth"}]
    params = {"model": "gpt-4o", "messages": messages, "tools": TOOLS}
    with OpenAI(**SETTINGS) as client, client.chat.completions.stream(**params) as stream:
        check_stream(list(stream), stream.get_final_completion())

    async def run():
        async with AsyncOpenAI(**SETTINGS) as client, client.chat.completions.stream(**params) as stream:
            return [event async for event in stream], await stream.get_final_completion()

    check_stream(*asyncio.run(run()))


def test_calls_and_an_answer_that_is_parsed(api):
    params = {"tools": TOOLS, "response_format": Tides}
    assert names(ask(api, "Use Depth", "parse", **params)) == ["Depth"]
    assert isinstance(ask(api, "Go on", "parse", **params).choices[0].message.parsed, Tides)


def test_the_functions_of_old(api):
    declared = [{"name": name, "parameters": shape.model_json_schema()} for name, shape in SHAPES.items()]
    [choice] = ask(api, "Go", functions=declared, function_call={"name": "Tides"}).choices
    assert choice.message.function_call.name == "Tides"
    Tides(**json.loads(choice.message.function_call.arguments))
