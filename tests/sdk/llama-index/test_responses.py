import asyncio

import openai
import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ThinkingBlock
from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
from llama_index.core.prompts import PromptTemplate
from llama_index.llms.openai import OpenAIResponses
from test_llama_index import FAKE, HELLO, TOOLS, Fjord

LLM = OpenAIResponses(model="gpt-4o", **FAKE)
SEARCH = {"type": "web_search"}


def names(response):
    calls = LLM.get_tool_calls_from_response(response, error_on_no_tool_call=False)
    return [call.tool_name for call in calls]


def with_own(use, **options):
    """What `use` gives of a model whose connections are its own: they belong to the loop that opened them."""
    return asyncio.run(use(OpenAIResponses(model="gpt-4o", **options, **FAKE)))


def test_a_text():
    assert LLM.complete("Hello!").text.endswith(".")
    reply = LLM.chat(HELLO)
    assert reply.message.content.endswith(".") and reply.additional_kwargs["usage"].total_tokens > 0
    assert reply.raw.id.startswith("resp_")
    assert with_own(lambda llm: llm.achat(HELLO)).message.content == reply.message.content
    assert with_own(lambda llm: llm.acomplete("Hello!")).text == LLM.complete("Hello!").text


def test_a_stream_sends_the_same():
    whole, parts = LLM.chat(HELLO), list(LLM.stream_chat(HELLO))
    assert "".join(part.delta or "" for part in parts) == whole.message.content
    assert parts[-1].message.content == whole.message.content
    assert parts[-1].additional_kwargs["usage"] == whole.additional_kwargs["usage"]
    assert "".join(part.delta or "" for part in LLM.stream_complete("Hello!")) == LLM.complete("Hello!").text

    async def read(llm):
        return "".join([part.delta or "" async for part in await llm.astream_chat(HELLO)])

    assert with_own(read) == whole.message.content


def test_a_picture():
    blocks = [TextBlock(text="What is this?"), ImageBlock(url="https://example.com/fjord.png")]
    assert LLM.chat([ChatMessage(role="user", blocks=blocks)]).message.content


@pytest.mark.parametrize("model", ["gpt-4o", "o3-mini"])
def test_a_reply_can_be_sent_back(model):
    llm = OpenAIResponses(model=model, **FAKE)
    more = [*HELLO, llm.chat(HELLO).message, ChatMessage(role="user", content="Go on.")]
    assert llm.chat(more).message.content != llm.chat(more[-1:]).message.content


def test_an_answer_in_a_shape():
    prompt = PromptTemplate("Describe {what}")
    answer = LLM.structured_predict(Fjord, prompt, what="a fjord")
    assert isinstance(answer, Fjord)
    assert LLM.structured_predict(Fjord, prompt, what="a fjord") == answer
    assert with_own(lambda llm: llm.astructured_predict(Fjord, prompt, what="a fjord")) == answer


def test_a_model_that_answers_in_a_shape():
    assert isinstance(LLM.as_structured_llm(Fjord).complete("Describe a fjord").raw, Fjord)


@pytest.mark.parametrize(
    "content, options, called",
    [
        ("How deep is it?", {}, []),
        ("Use get_tides and get_depth", {"allow_parallel_tool_calls": True}, ["get_tides", "get_depth"]),
        ("Use get_tides and get_depth", {}, ["get_tides"]),
        ("Go", {"tool_required": True}, ["get_depth"]),
    ],
)
def test_the_tools_that_are_called(content, options, called):
    assert names(LLM.chat_with_tools(TOOLS, content, **options)) == called
    streamed = list(LLM.stream_chat_with_tools(TOOLS, content, **options))
    assert names(streamed[-1]) == called


def test_a_tool_is_called_with_what_was_predicted():
    assert LLM.predict_and_call(TOOLS, "Use get_depth").response.endswith(": 1308 m")


@pytest.mark.parametrize("options", [{}, {"store": True}], ids=["not kept", "kept"])
@pytest.mark.parametrize("streaming", [True, False])
def test_an_agent_ends(options, streaming):
    async def run(llm):
        agent = FunctionAgent(tools=TOOLS, llm=llm, streaming=streaming)
        return await agent.run("Use get_tides and get_depth")

    result = with_own(run, **options)
    assert [call.tool_name for call in result.tool_calls] == ["get_tides", "get_depth"]
    assert result.response.content.endswith(".")


def test_responses_that_are_chained():
    llm = OpenAIResponses(model="gpt-4o", track_previous_responses=True, **FAKE)
    first = llm.chat([ChatMessage(role="user", content="I am Ada.")])
    second = llm.chat([ChatMessage(role="user", content="Who am I?")])
    assert second.raw.previous_response_id == first.raw.id
    [*_, last] = llm.stream_chat([ChatMessage(role="user", content="And now?")])
    assert last.raw.response.previous_response_id == second.raw.id
    tokens = [one.additional_kwargs["usage"].input_tokens for one in (first, second, last)]
    assert tokens == sorted(set(tokens))


@pytest.mark.parametrize(
    "tool, kind",
    [
        (SEARCH, "web_search_call"),
        ({"type": "file_search", "vector_store_ids": ["vs_1"]}, "file_search_call"),
        ({"type": "code_interpreter", "container": {"type": "auto"}}, "code_interpreter_call"),
        (
            {
                "type": "mcp",
                "server_label": "harbour",
                "server_url": "https://example.com/mcp",
                "require_approval": "never",
            },
            "mcp_call",
        ),
    ],
    ids=["web_search", "file_search", "code_interpreter", "mcp"],
)
def test_a_hosted_tool(tool, kind):
    llm = OpenAIResponses(model="gpt-4o", built_in_tools=[tool], **FAKE)
    reply = llm.chat([ChatMessage(role="user", content="Find a fjord")])
    assert [call.type for call in reply.additional_kwargs["built_in_tool_calls"]] == [kind]
    assert reply.message.content.endswith(".")
    cited = [annotation.type for annotation in reply.additional_kwargs["annotations"]]
    assert cited == {"web_search_call": ["url_citation"], "file_search_call": ["file_citation"]}.get(kind, [])
    [*_, last] = llm.stream_chat([ChatMessage(role="user", content="Find a fjord")])
    assert last.message.content == reply.message.content


def test_a_picture_that_is_drawn():
    tool = {"type": "image_generation", "partial_images": 2}
    llm = OpenAIResponses(model="gpt-4o", built_in_tools=[tool], **FAKE)
    asked = [ChatMessage(role="user", content="Draw a fjord")]
    [picture] = [block for block in llm.chat(asked).message.blocks if isinstance(block, ImageBlock)]
    assert picture.resolve_image().read(8) == b"\x89PNG\r\n\x1a\n"
    streamed = [block for part in llm.stream_chat(asked) for block in part.message.blocks]
    drafts = [block.detail for block in streamed if isinstance(block, ImageBlock) and block.detail]
    assert drafts == ["id_0", "id_1"]


def test_thoughts_and_their_summary():
    llm = OpenAIResponses(model="gpt-5", reasoning_options={"effort": "high", "summary": "auto"}, **FAKE)
    thought, text = llm.chat(HELLO).message.blocks
    assert isinstance(thought, ThinkingBlock) and thought.content and thought.num_tokens > 0
    assert isinstance(text, TextBlock)
    streamed = [block for part in llm.stream_chat(HELLO) for block in part.message.blocks]
    assert [block.content for block in streamed if isinstance(block, ThinkingBlock)][0] == thought.content


def test_a_refusal_is_told():
    reply = LLM.chat([ChatMessage(role="user", content="Tell me [refusal]")])
    assert reply.additional_kwargs["refusal"]


def test_a_wrong_parameter_is_a_bad_request():
    for call in (LLM.chat, lambda *args, **kwargs: list(LLM.stream_chat(*args, **kwargs))):
        with pytest.raises(openai.BadRequestError) as caught:
            call(HELLO, temperature=3)
        assert caught.value.param == "temperature"
