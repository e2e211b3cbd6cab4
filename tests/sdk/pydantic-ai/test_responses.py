import asyncio
from base64 import b64decode

import pytest
from openai import AsyncOpenAI
from pydantic_ai import (
    Agent,
    BinaryContent,
    DocumentUrl,
    ImageUrl,
    ModelHTTPError,
    ModelSettings,
    NativeOutput,
    ToolOutput,
)
from pydantic_ai.capabilities import NativeTool
from pydantic_ai.messages import ThinkingPart
from pydantic_ai.models.openai import OpenAIResponsesModel, OpenAIResponsesModelSettings
from pydantic_ai.native_tools import (
    CodeExecutionTool,
    FileSearchTool,
    ImageGenerationTool,
    MCPServerTool,
    WebSearchTool,
)
from pydantic_ai.providers.openai import OpenAIProvider
from test_pydantic_ai import TOOLS, Fjord, Village, calls

# A picture of one pixel.
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)


def with_agent(use, model="gpt-4o", **options):
    """What `use` gives of an agent."""

    async def wait():
        # The connections of a client belong to the loop that opened them.
        async with AsyncOpenAI(max_retries=0, timeout=30) as client:
            provider = OpenAIProvider(openai_client=client)
            return await use(Agent(OpenAIResponsesModel(model, provider=provider), **options))

    return asyncio.run(wait())


def run(prompt, history=None, **options):
    return with_agent(lambda agent: agent.run(prompt, message_history=history), **options)


def parts(result, kind):
    return [part for message in result.all_messages() for part in message.parts if part.part_kind == kind]


THINKS = OpenAIResponsesModelSettings(openai_reasoning_effort="high", openai_reasoning_summary="auto")


def test_a_text():
    result = run("Hello!", instructions="Be brief.")
    assert result.output.endswith(".") and result.usage.output_tokens > 0
    assert run("Hello!", instructions="Be brief.").output == result.output
    assert result.response.provider_response_id.startswith("resp_")
    assert (result.response.model_name, result.response.finish_reason) == ("gpt-4o-2024-08-06", "stop")


@pytest.mark.parametrize("name", ["openai:gpt-4o", "openai-responses:gpt-4o"])
def test_the_name_of_a_model_is_enough(name):
    agent = Agent(name)
    assert isinstance(agent.model, OpenAIResponsesModel)
    assert asyncio.run(agent.run("Hello!")).output == run("Hello!").output


def test_a_stream_sends_the_same():
    async def stream(agent):
        async with agent.run_stream("Hello!") as result:
            return [text async for text in result.stream_text(debounce_by=None)], result.usage

    texts, usage = with_agent(stream)
    whole = run("Hello!")
    assert len(texts) > 1 and texts[-1] == whole.output
    assert (usage.input_tokens, usage.output_tokens) == (whole.usage.input_tokens, whole.usage.output_tokens)


@pytest.mark.parametrize(
    "content",
    [
        ImageUrl("https://example.com/fjord.png"),
        DocumentUrl("https://example.com/fjord.pdf"),
        BinaryContent(b"%PDF-1.4", media_type="application/pdf"),
        BinaryContent(PIXEL, media_type="image/png"),
    ],
    ids=["picture", "document", "bytes of a document", "bytes of a picture"],
)
def test_what_is_no_text(content):
    assert run(["What is this?", content]).output != run("What is this?").output


@pytest.mark.parametrize("model, settings", [("gpt-4o", None), ("gpt-5", THINKS)])
def test_tools_are_called_then_a_text_ends_the_run(model, settings):
    result = run("Use get_tides and get_depth", tools=TOOLS, model=model, model_settings=settings)
    assert calls(result) == ["get_tides", "get_depth"] and result.output.endswith(".")
    assert result.usage.requests == 2
    more = run("Use get_depth", result.all_messages(), tools=TOOLS, model=model, model_settings=settings)
    assert calls(more) == ["get_tides", "get_depth", "get_depth"]


def test_streamed_tools_are_called_then_a_text_ends_the_run():
    async def stream(agent):
        async with agent.run_stream("Use get_depth") as result:
            output = await result.get_output()
            return calls(result), output

    called, output = with_agent(stream, tools=TOOLS)
    assert called == ["get_depth"] and output.endswith(".")


def test_responses_that_are_chained():
    settings = OpenAIResponsesModelSettings(openai_previous_response_id="auto")
    first = run("Use get_depth", tools=TOOLS, model_settings=settings)
    assert calls(first) == ["get_depth"] and first.output.endswith(".")
    more = run("Go on.", first.all_messages(), tools=TOOLS, model_settings=settings)
    # The same tokens, wherever they were kept, but for the 3 of the call's id,
    # which pydantic-ai does not send back.
    plain = run("Go on.", first.all_messages(), tools=TOOLS)
    assert more.usage.input_tokens == plain.usage.input_tokens + 3
    assert plain.usage.input_tokens > first.response.usage.input_tokens


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


def test_a_streamed_answer_in_a_shape():
    async def stream(agent):
        async with agent.run_stream("Describe a fjord") as result:
            return [output async for output in result.stream_output(debounce_by=None)]

    whole = run("Describe a fjord", output_type=Fjord).output
    assert with_agent(stream, output_type=Fjord)[-1] == whole


def test_tools_and_an_answer_in_a_shape():
    result = run("Use get_depth", tools=TOOLS, output_type=Fjord)
    assert calls(result) == ["get_depth", "get_tides", "final_result"]
    assert isinstance(result.output, Fjord)


def test_thoughts_and_their_summary():
    result = run("Hello!", model="gpt-5", model_settings=THINKS)
    thoughts = parts(result, "thinking")
    assert thoughts and all(isinstance(part, ThinkingPart) and part.content for part in thoughts)
    assert thoughts[0].id.startswith("rs_") and result.usage.details["reasoning_tokens"] > 0
    assert run("Go on.", result.all_messages(), model="gpt-5", model_settings=THINKS).output

    async def stream(agent):
        async with agent.run_stream("Hello!") as streamed:
            return await streamed.get_output(), parts(streamed, "thinking")

    output, streamed = with_agent(stream, model="gpt-5", model_settings=THINKS)
    assert output == result.output
    assert [part.content for part in streamed] == [part.content for part in thoughts]


HOSTED = [
    (WebSearchTool(search_context_size="low", allowed_domains=["example.com"]), "web_search"),
    (FileSearchTool(file_store_ids=["vs_1"]), "file_search"),
    (CodeExecutionTool(), "code_execution"),
    (MCPServerTool(id="harbour", url="https://example.com/mcp"), "mcp_server:harbour"),
]


@pytest.mark.parametrize("tool, name", HOSTED, ids=[name for _, name in HOSTED])
def test_a_hosted_tool(tool, name):
    options = {"capabilities": [NativeTool(tool)]}
    result = run("Find a fjord", **options)
    used, returned = parts(result, "builtin-tool-call"), parts(result, "builtin-tool-return")
    assert {part.tool_name for part in used} == {part.tool_name for part in returned} == {name}
    assert {part.outcome for part in returned} == {"success"}
    assert result.output.endswith(".") and result.usage.requests == 1
    assert run("Another", result.all_messages(), **options).output

    async def stream(agent):
        async with agent.run_stream("Find a fjord") as streamed:
            return await streamed.get_output(), parts(streamed, "builtin-tool-call")

    output, streamed = with_agent(stream, **options)
    assert output == result.output and {part.tool_name for part in streamed} == {name}


def test_a_picture_that_is_drawn():
    result = run("Draw a fjord", capabilities=[NativeTool(ImageGenerationTool(size="1024x1024"))])
    [picture] = result.response.images
    assert picture.media_type == "image/png" and picture.data.startswith(b"\x89PNG")
    drawn = run("Draw a fjord", capabilities=[NativeTool(ImageGenerationTool())], output_type=type(picture))
    assert drawn.output.data.startswith(b"\x89PNG")


def test_a_limit_and_settings():
    settings = OpenAIResponsesModelSettings(
        max_tokens=16,
        temperature=0.5,
        top_p=0.9,
        parallel_tool_calls=False,
        openai_truncation="auto",
        openai_user="Ada",
        openai_service_tier="flex",
        openai_text_verbosity="medium",
        openai_store=False,
    )
    result = run("Hello!", model_settings=settings)
    assert (result.response.finish_reason, result.usage.output_tokens) == ("length", 16)


def test_a_wrong_parameter_is_an_error_of_http():
    with pytest.raises(ModelHTTPError) as caught:
        run("Hello!", model_settings=ModelSettings(temperature=3))
    assert caught.value.status_code == 400 and caught.value.body["param"] == "temperature"
