import asyncio
from enum import Enum
from typing import Optional

import openai
import pytest
from langchain_core.exceptions import ModelInvalidRequestError
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

MODEL = ChatOpenAI(model="gpt-4o", max_retries=0, timeout=30)
# All models share their connections, which belong to the loop that opened them.
LOOP = asyncio.new_event_loop()


class Season(str, Enum):
    SUMMER = "summer"
    WINTER = "winter"


class Village(BaseModel):
    name: str
    ferry: bool


class Fjord(BaseModel):
    """A fjord and what lies on it."""

    name: str = Field(description="As the villagers say it")
    best: Season
    villages: list[Village]
    saga: Optional[str]


@tool
def get_depth(fjord: str) -> str:
    """How deep a fjord is."""
    return f"{fjord}: 1308 m"


@tool
def get_tides(port: str, days: int = 1) -> str:
    """When the water is high."""
    return "06:12, 18:40; " * days


TOOLS = {"get_depth": get_depth, "get_tides": get_tides}


def names(message):
    return [call["name"] for call in message.tool_calls]


def test_a_text():
    reply = MODEL.invoke([SystemMessage("Be brief."), HumanMessage("Hello!")])
    assert reply.text.endswith(".") and reply.response_metadata["finish_reason"] == "stop"
    assert reply.usage_metadata["total_tokens"] > reply.usage_metadata["input_tokens"] > 0
    assert (
        LOOP.run_until_complete(MODEL.ainvoke([SystemMessage("Be brief."), HumanMessage("Hello!")])).text
        == reply.text
    )


def test_a_stream_sends_the_same_and_tells_usage():
    whole, chunks = MODEL.invoke("Hello!"), list(MODEL.stream("Hello!", stream_usage=True))
    assert len(chunks) > 2 and "".join(chunk.text for chunk in chunks) == whole.text
    joined = chunks[0]
    for chunk in chunks[1:]:
        joined += chunk
    assert (joined.usage_metadata, joined.text) == (whole.usage_metadata, whole.text)


def test_a_chain_and_a_batch():
    chain = ChatPromptTemplate.from_messages([("user", "Tell me about {place}")]) | MODEL
    one, other = chain.batch([{"place": "a fjord"}, {"place": "a lake"}])
    assert one.text != other.text
    assert chain.invoke({"place": "a fjord"}).text == one.text


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@pytest.mark.parametrize("strict", [None, True])
def test_an_answer_in_a_shape(method, strict):
    model = MODEL.with_structured_output(Fjord, method=method, strict=strict)
    answer = model.invoke("Describe a fjord")
    assert isinstance(answer, Fjord) and model.invoke("Describe a fjord") == answer
    assert list(model.stream("Describe a fjord"))[-1] == answer


def test_an_answer_in_a_shape_that_is_no_class():
    schema = {**Fjord.model_json_schema(), "title": "Fjord"}
    answer = MODEL.with_structured_output(schema).invoke("Describe a fjord")
    assert isinstance(answer, dict) and Fjord(**answer)


def test_an_answer_in_json():
    answer = MODEL.with_structured_output(None, method="json_mode").invoke("A fjord, in JSON")
    assert isinstance(answer, dict)
    with pytest.raises(openai.BadRequestError):
        MODEL.with_structured_output(None, method="json_mode").invoke("A fjord")


def test_a_refusal_is_told():
    raw = MODEL.with_structured_output(Fjord, include_raw=True).invoke("Describe one [refusal]")["raw"]
    assert raw.additional_kwargs["refusal"]


@pytest.mark.parametrize(
    "choice, content, called",
    [
        (None, "How deep is it?", []),
        (None, "Use get_tides and get_depth", ["get_tides", "get_depth"]),
        ("any", "Go", ["get_depth"]),
        ("get_tides", "Go", ["get_tides"]),
        ("none", "Use get_depth", []),
    ],
)
def test_the_tools_that_are_called(choice, content, called):
    model = MODEL.bind_tools(TOOLS.values(), tool_choice=choice)
    reply = model.invoke(content)
    assert names(reply) == called and not reply.invalid_tool_calls
    chunks = list(model.stream(content))
    joined = chunks[0]
    for chunk in chunks[1:]:
        joined += chunk
    assert joined.tool_calls == reply.tool_calls


def test_a_loop_ends():
    messages = [HumanMessage("Use get_tides and get_depth")]
    model = MODEL.bind_tools(TOOLS.values())
    while messages[-1].type != "ai":
        messages.append(model.invoke(messages))
        messages += [TOOLS[call["name"]].invoke(call) for call in messages[-1].tool_calls]
    assert [message.type for message in messages] == ["human", "ai", "tool", "tool", "ai"]


def test_vectors():
    # Counting tokens before sending takes files from the network.
    model = OpenAIEmbeddings(model="text-embedding-3-small", check_embedding_ctx_length=False)
    one, same, other = model.embed_documents(["a cold fjord", "a fjord, cold", "seven green buses"])
    assert len(one) == 1536 and model.embed_query("a cold fjord") == one

    def near(a, b):
        return sum(x * y for x, y in zip(a, b))

    assert near(one, same) > near(one, other)
    assert len(model.model_copy(update={"dimensions": 64}).embed_query("a")) == 64


def test_vectors_of_tokens():
    # What is sent where tokens are counted: a list of tokens for each text.
    create = OpenAIEmbeddings(check_embedding_ctx_length=False).client.create
    data = create(model="text-embedding-3-small", input=[[64, 9600], [64]]).data
    assert [len(item.embedding) for item in data] == [1536, 1536]


def test_a_wrong_parameter_is_an_error_of_either():
    with pytest.raises(ModelInvalidRequestError) as caught:
        MODEL.bind(temperature=3).invoke("Hello!")
    assert isinstance(caught.value, openai.BadRequestError)
    assert (caught.value.code, caught.value.param) == ("decimal_above_max_value", "temperature")
    with pytest.raises(ModelInvalidRequestError):
        list(MODEL.bind(temperature=3).stream("Hello!"))


def test_a_prompt_that_is_too_long():
    # An overflow of its own kind only with the words that newer models refuse it with.
    with pytest.raises(ModelInvalidRequestError) as caught:
        ChatOpenAI(model="gpt-4", max_retries=0).invoke("fjord " * 9000)
    assert caught.value.code == "context_length_exceeded"
