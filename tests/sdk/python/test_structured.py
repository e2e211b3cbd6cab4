import asyncio
from enum import Enum
from typing import Literal, Optional, Union

import openai
import pytest
from fake import SETTINGS, Sync, chat, joined
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel, Field


class Season(Enum):
    SUMMER = "summer"
    WINTER = "winter"


class Position(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Village(BaseModel):
    name: str = Field(description="As the villagers say it")
    position: Position
    ferry: bool


class Glacier(BaseModel):
    kind: Literal["glacier"]
    area: Optional[float]


class Peak(BaseModel):
    kind: Literal["peak"]
    height: int


class Fjord(BaseModel):
    """Nested models, an enum, a list with bounds, what may be null, and alternatives."""

    name: str
    depth: int = Field(ge=1, le=1308)
    best: Season
    mouth: Position
    villages: list[Village] = Field(min_length=1, max_length=3)
    above: list[Union[Glacier, Peak]]
    saga: Optional[str]


class Island(BaseModel):
    name: str
    skerries: list["Island"]


def asked(content="Describe a fjord"):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": content}]}


def parse(api, content="Describe a fjord", **params):
    return api("chat.completions.parse", **asked(content), **{"response_format": Fjord, **params})


@pytest.mark.parametrize("shape", [Fjord, Island, Village])
def test_an_answer_is_parsed(api, shape):
    reply = parse(api, response_format=shape)
    [choice] = reply.choices
    assert choice.finish_reason == "stop" and isinstance(choice.message.parsed, shape)
    assert shape.model_validate_json(choice.message.content) == choice.message.parsed
    assert parse(api, response_format=shape) == reply


def test_every_choice_is_parsed(api):
    choices = parse(api, n=3).choices
    assert [choice.index for choice in choices] == [0, 1, 2]
    assert all(isinstance(choice.message.parsed, Fjord) for choice in choices)


def test_a_refusal_is_not_parsed(api):
    message = parse(api, "Describe one [refusal]").choices[0].message
    assert message.refusal and (message.content, message.parsed) == (None, None)


def test_a_filtered_answer_is_an_error_of_the_helper(api):
    with pytest.raises(openai.ContentFilterFinishReasonError):
        parse(api, "Describe one [content_filter]")


def test_an_answer_that_is_cut_is_an_error_of_the_helper(api):
    with pytest.raises(openai.LengthFinishReasonError) as caught:
        parse(api, max_completion_tokens=2)
    assert caught.value.completion.usage.completion_tokens == 2


def test_json_without_a_schema(api):
    params = {**asked("A fjord, in JSON"), "response_format": {"type": "json_object"}}
    content = api("chat.completions.create", **params).choices[0].message.content
    assert content.startswith("{") and content.endswith("}")
    assert joined(api("chat.completions.create", **params, stream=True)) == content


@pytest.mark.parametrize(
    "response_format, param",
    [
        ({"type": "json_object"}, "messages"),
        ({"type": "json_schema"}, "response_format.json_schema"),
        ({"type": "xml"}, "response_format.type"),
    ],
    ids=["no word of json", "no schema", "another type"],
)
def test_a_wrong_format_is_a_bad_request(api, response_format, param):
    with pytest.raises(openai.BadRequestError) as caught:
        chat(api, response_format=response_format)
    assert caught.value.param == param


def kinds(events):
    """The types of events, each run of one type once."""
    types = [event.type for event in events if event.type != "chunk"]
    return [kind for before, kind in zip([None, *types], types) if kind != before]


def check_stream(events, final, whole):
    assert kinds(events) == ["content.delta", "content.done"]
    deltas = [event for event in events if event.type == "content.delta"]
    content = whole.choices[0].message.content
    assert "".join(event.delta for event in deltas) == content
    assert deltas[-1].parsed == whole.choices[0].message.parsed.model_dump(mode="json")
    assert events[-1].parsed == final.choices[0].message.parsed == whole.choices[0].message.parsed
    assert final.choices[0].message.content == content


def test_the_stream_helper_parses():
    params = {**asked(), "response_format": Fjord}

    def run():
        with OpenAI(**SETTINGS) as client, client.chat.completions.stream(**params) as stream:
            return [event for event in stream if event.type != "chunk"], stream.get_final_completion()

    async def run_async():
        async with AsyncOpenAI(**SETTINGS) as client, client.chat.completions.stream(**params) as stream:
            events = [event async for event in stream if event.type != "chunk"]
            return events, await stream.get_final_completion()

    whole = parse(Sync())
    check_stream(*run(), whole)
    check_stream(*asyncio.run(run_async()), whole)


def test_the_stream_helper_tells_a_refusal():
    params = {**asked("Describe one [refusal]"), "response_format": Fjord}
    with OpenAI(**SETTINGS) as client, client.chat.completions.stream(**params) as stream:
        events = list(stream)
        message = stream.get_final_completion().choices[0].message
    assert kinds(events) == ["refusal.delta", "refusal.done"]
    assert events[-1].refusal == message.refusal and message.parsed is None


def test_log_probabilities(api):
    whole = chat(api, logprobs=True, top_logprobs=3, n=2)
    for choice in whole.choices:
        tokens = choice.logprobs.content
        assert "".join(token.token for token in tokens) == choice.message.content
        assert all(bytes(token.bytes).decode() == token.token for token in tokens if token.bytes)
        for token in tokens:
            values = [top.logprob for top in token.top_logprobs]
            assert len(values) == 3 and values == sorted(values, reverse=True)
            assert token.logprob <= 0
    chunks = chat(api, logprobs=True, top_logprobs=3, stream=True)
    sent = [c.logprobs for chunk in chunks for c in chunk.choices if c.logprobs]
    assert [token for one in sent for token in one.content] == whole.choices[0].logprobs.content
    assert all(choice.logprobs.content[0].top_logprobs == [] for choice in chat(api, logprobs=True).choices)
