import asyncio
from typing import Literal

import pytest
from openai import AsyncOpenAI
from pydantic import BaseModel, Field
from pydantic_ai import (
    Agent,
    Embedder,
    ModelHTTPError,
    ModelSettings,
    NativeOutput,
    PromptedOutput,
    ToolOutput,
)
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


class Village(BaseModel):
    name: str
    ferry: bool


class Fjord(BaseModel):
    name: str
    depth: int = Field(ge=1, le=1308)
    best: Literal["summer", "winter"]
    villages: list[Village]
    saga: str | None


def get_depth(fjord: str, unit: Literal["m", "ft"]) -> str:
    """How deep a fjord is."""
    return f"{fjord}: 1308 {unit}"


def get_tides(port: str) -> list[str]:
    """When the water is high."""
    return ["06:12", "18:40"]


TOOLS = [get_depth, get_tides]


def with_agent(use, **options):
    """What `use` gives of an agent."""

    async def wait():
        # The connections of a client belong to the loop that opened them.
        async with AsyncOpenAI(max_retries=0, timeout=30) as client:
            model = OpenAIChatModel("gpt-4o", provider=OpenAIProvider(openai_client=client))
            return await use(Agent(model, **options))

    return asyncio.run(wait())


def run(prompt, **options):
    return with_agent(lambda agent: agent.run(prompt), **options)


def calls(result):
    parts = [part for message in result.all_messages() for part in message.parts]
    return [part.tool_name for part in parts if part.part_kind == "tool-call"]


def test_a_text():
    result = run("Hello!", instructions="Be brief.")
    assert result.output.endswith(".") and result.usage.output_tokens > 0
    assert run("Hello!", instructions="Be brief.").output == result.output


def test_a_stream_sends_the_same():
    async def stream(agent):
        async with agent.run_stream("Hello!") as result:
            return [text async for text in result.stream_text(debounce_by=None)], result.usage

    texts, usage = with_agent(stream)
    whole = run("Hello!")
    assert len(texts) > 1 and texts[-1] == whole.output
    assert (usage.input_tokens, usage.output_tokens) == (whole.usage.input_tokens, whole.usage.output_tokens)


def test_tools_are_called_then_a_text_ends_the_run():
    result = run("Use get_tides and get_depth", tools=TOOLS)
    assert calls(result) == ["get_tides", "get_depth"] and result.output.endswith(".")
    assert result.usage.requests == 2


def test_streamed_tools_are_called_then_a_text_ends_the_run():
    async def stream(agent):
        async with agent.run_stream("Use get_depth") as result:
            output = await result.get_output()
            return calls(result), output

    called, output = with_agent(stream, tools=TOOLS)
    assert called == ["get_depth"] and output.endswith(".")


@pytest.mark.parametrize(
    "output, called",
    [
        (Fjord, ["final_result"]),
        (ToolOutput(Fjord, name="describe"), ["describe"]),
        (NativeOutput(Fjord), []),
        (NativeOutput([Fjord, Village]), []),
    ],
    ids=["default", "tool", "native", "native alternatives"],
)
def test_an_answer_in_a_shape(output, called):
    result = run("Describe a fjord", output_type=output)
    assert isinstance(result.output, (Fjord, Village)) and calls(result) == called


def test_an_answer_in_json():
    class Anything(BaseModel):
        """What has no field that must be there."""

    assert isinstance(run("Describe a fjord", output_type=PromptedOutput(Anything)).output, Anything)


def test_a_streamed_answer_in_a_shape():
    async def stream(agent):
        async with agent.run_stream("Describe a fjord") as result:
            return [output async for output in result.stream_output(debounce_by=None)]

    whole = run("Describe a fjord", output_type=Fjord).output
    assert with_agent(stream, output_type=Fjord)[-1] == whole


@pytest.mark.parametrize("prompt", ["Describe a fjord", "Use get_depth"])
def test_tools_and_an_answer_in_a_shape(prompt):
    # The answer is a tool too, so that one is demanded at each step.
    result = run(prompt, tools=TOOLS, output_type=Fjord)
    assert calls(result) == ["get_depth", "get_tides", "final_result"]
    assert isinstance(result.output, Fjord)


def test_vectors():
    async def embed():
        return await Embedder("openai:text-embedding-3-small").embed_documents(["a fjord", "a bus"])

    one, other = asyncio.run(embed()).embeddings
    assert len(one) == len(other) == 1536 and one != other


def test_a_wrong_parameter_is_an_error_of_http():
    with pytest.raises(ModelHTTPError) as caught:
        run("Hello!", model_settings=ModelSettings(temperature=3))
    assert caught.value.status_code == 400 and caught.value.body["param"] == "temperature"
