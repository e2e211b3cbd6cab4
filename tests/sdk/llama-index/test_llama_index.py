import asyncio
import os
from typing import Literal, Optional

import openai
import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
from pydantic import BaseModel

# It does not read OPENAI_BASE_URL.
FAKE = {"api_base": os.environ["OPENAI_BASE_URL"], "max_retries": 0, "timeout": 30}
LLM = OpenAI(model="gpt-4o", **FAKE)


class Village(BaseModel):
    name: str
    ferry: bool


class Fjord(BaseModel):
    """A fjord and what lies on it."""

    name: str
    best: Literal["summer", "winter"]
    villages: list[Village]
    saga: Optional[str]


def get_depth(fjord: str) -> str:
    """How deep a fjord is."""
    return f"{fjord}: 1308 m"


def get_tides(port: str) -> str:
    """When the water is high."""
    return "06:12, 18:40"


TOOLS = [FunctionTool.from_defaults(get_depth), FunctionTool.from_defaults(get_tides)]
HELLO = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="Hello!")]


def names(response):
    calls = LLM.get_tool_calls_from_response(response, error_on_no_tool_call=False)
    return [call.tool_name for call in calls]


def test_a_text():
    assert LLM.complete("Hello!").text.endswith(".")
    reply = LLM.chat(HELLO)
    assert reply.message.content.endswith(".") and reply.additional_kwargs["total_tokens"] > 0
    assert asyncio.run(OpenAI(model="gpt-4o", **FAKE).achat(HELLO)).message.content == reply.message.content


def test_a_stream_sends_the_same():
    whole, parts = LLM.chat(HELLO), list(LLM.stream_chat(HELLO))
    assert len(parts) > 2 and "".join(part.delta or "" for part in parts) == whole.message.content
    assert parts[-1].message.content == whole.message.content
    assert list(LLM.stream_complete("Hello!"))[-1].text == LLM.complete("Hello!").text


def test_an_old_model_completes():
    # Without a limit it would count tokens, and fetch their vocabulary.
    old = OpenAI(model="gpt-3.5-turbo-instruct", max_tokens=50, **FAKE)
    assert list(old.stream_complete("Once"))[-1].text == old.complete("Once").text


def test_an_answer_in_a_shape():
    prompt = PromptTemplate("Describe {what}")
    answer = LLM.structured_predict(Fjord, prompt, what="a fjord")
    assert isinstance(answer, Fjord)
    assert LLM.structured_predict(Fjord, prompt, what="a fjord") == answer
    assert list(LLM.stream_structured_predict(Fjord, prompt, what="a fjord"))[-1] == answer


def test_a_model_that_answers_in_a_shape():
    shaped = LLM.as_structured_llm(Fjord)
    assert isinstance(shaped.complete("Describe a fjord").raw, Fjord)
    assert isinstance(shaped.chat(HELLO).raw, Fjord)


def test_an_answer_in_a_shape_by_a_call():
    by_call = OpenAI(model="gpt-4o", **FAKE, pydantic_program_mode="function")
    assert isinstance(by_call.as_structured_llm(Fjord).complete("Describe a fjord").raw, Fjord)


@pytest.mark.parametrize(
    "content, options, called",
    [
        ("How deep is it?", {}, []),
        ("Use get_tides and get_depth", {"allow_parallel_tool_calls": True}, ["get_tides", "get_depth"]),
        ("Use get_tides and get_depth", {}, ["get_tides"]),
        ("Go", {"tool_required": True}, ["get_depth"]),
        ("Go", {"tool_choice": "get_tides"}, ["get_tides"]),
    ],
)
def test_the_tools_that_are_called(content, options, called):
    assert names(LLM.chat_with_tools(TOOLS, content, **options)) == called
    assert names(list(LLM.stream_chat_with_tools(TOOLS, content, **options))[-1]) == called


def test_a_tool_is_called_with_what_was_predicted():
    response = LLM.predict_and_call(TOOLS, "Use get_depth")
    assert response.response.endswith(": 1308 m")


def test_an_agent_ends():
    async def run():
        agent = FunctionAgent(tools=TOOLS, llm=OpenAI(model="gpt-4o", **FAKE))
        return await agent.run("Use get_tides and get_depth")

    result = asyncio.run(run())
    assert [call.tool_name for call in result.tool_calls] == ["get_tides", "get_depth"]
    assert result.response.content.endswith(".")


def test_vectors():
    model = OpenAIEmbedding(model="text-embedding-3-small", **FAKE)
    one, same, other = model.get_text_embedding_batch(["a cold fjord", "a fjord, cold", "seven green buses"])
    assert len(one) == 1536
    assert model.similarity(one, same) > model.similarity(one, other)
    short = OpenAIEmbedding(model="text-embedding-3-large", dimensions=64, **FAKE)
    assert len(short.get_query_embedding("a")) == 64


def test_a_wrong_parameter_is_a_bad_request():
    # LlamaIndex hands on the client's own errors.
    for call in (LLM.chat, lambda *args, **kwargs: list(LLM.stream_chat(*args, **kwargs))):
        with pytest.raises(openai.BadRequestError) as caught:
            call(HELLO, temperature=3)
        assert caught.value.param == "temperature"
