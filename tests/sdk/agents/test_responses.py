"""What users get who name a model and nothing else: `/v1/responses`."""

import asyncio

import openai
import pytest
from agents import (
    Agent,
    CodeInterpreterTool,
    CustomTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    ModelBehaviorError,
    ModelRefusalError,
    ModelSettings,
    OpenAIConversationsSession,
    OpenAIResponsesCompactionSession,
    Runner,
    SQLiteSession,
    WebSearchTool,
    set_default_openai_client,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from openai.types.shared import Reasoning
from test_agents import CALLED, Fjord, get_depth, get_tides, items

set_tracing_disabled(True)
CLIENT = AsyncOpenAI(max_retries=0, timeout=30)
# The connections of a client belong to the loop that opened them.
LOOP = asyncio.new_event_loop()


@pytest.fixture(autouse=True)
def client():
    set_default_openai_client(CLIENT, use_for_tracing=False)


def agent(**options):
    return Agent(**{"name": "Pilot", "instructions": "Be brief.", "model": "gpt-4o", **options})


def wait(coroutine):
    return LOOP.run_until_complete(coroutine)


def run(prompt, pilot=None, turns=5, **options):
    """The result of an agent, which has these options where none is given."""
    passed = {name: options.pop(name) for name in OF_RUN if name in options}
    return wait(Runner.run(pilot or agent(**options), prompt, max_turns=turns, **passed))


OF_RUN = ["session", "previous_response_id", "auto_previous_response_id", "conversation_id"]


def stream(prompt, pilot=None, **options):
    """The same streamed: the result and its events."""

    async def read():
        passed = {name: options.pop(name) for name in OF_RUN if name in options}
        result = Runner.run_streamed(pilot or agent(**options), prompt, **passed)
        return result, [event async for event in result.stream_events()]

    return wait(read())


def raw(result, index=0):
    return result.new_items[index].raw_item


def test_a_text():
    result = run("Hello!")
    assert result.final_output.endswith(".") and items(result) == ["message_output_item"]
    assert result.last_response_id.startswith("resp_") and raw(result).id.startswith("msg_")
    usage = result.context_wrapper.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > 0
    assert run("Hello!").final_output == result.final_output


def test_a_run_without_a_loop_of_its_own():
    said = run("Hello!").final_output
    set_default_openai_client(AsyncOpenAI(max_retries=0, timeout=30), use_for_tracing=False)
    assert Runner.run_sync(agent(), "Hello!").final_output == said


def test_the_model_that_is_named_nowhere():
    assert run("Hello!", Agent(name="Pilot")).final_output


def test_a_stream_sends_the_same():
    result, events = stream("Hello!")
    data = [event.data for event in events if event.type == "raw_response_event"]
    deltas = [one.delta for one in data if one.type == "response.output_text.delta"]
    assert "".join(deltas) == result.final_output == run("Hello!").final_output
    assert (data[0].type, data[-1].type) == ("response.created", "response.completed")
    assert [event.name for event in events if event.type == "run_item_stream_event"] == [
        "message_output_created"
    ]
    assert result.context_wrapper.usage.output_tokens > 0


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5"])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_then_a_text_ends_the_run(model, streamed):
    result = (stream if streamed else run)("Use get_depth", model=model, tools=[get_depth, get_tides])
    result, events = result if streamed else (result, [])
    assert [kind for kind in items(result) if kind != "reasoning_item"] == CALLED
    [output] = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    assert "1308" in output and result.final_output.endswith(".")
    names = [event.name for event in events if event.type == "run_item_stream_event"]
    assert not streamed or [name for name in names if name != "reasoning_item_created"] == [
        "tool_called",
        "tool_output",
        "message_output_created",
    ]


def test_several_tools_are_called():
    result = run("Use get_tides and get_depth", tools=[get_depth, get_tides])
    calls = [item.raw_item.name for item in result.new_items if item.type == "tool_call_item"]
    assert calls == ["get_tides", "get_depth"] and len(result.raw_responses) == 2


@pytest.mark.parametrize("choice, name", [("required", "get_depth"), ("get_tides", "get_tides")])
def test_a_tool_can_be_demanded(choice, name):
    settings = ModelSettings(tool_choice=choice)
    result = run("Go", tools=[get_depth, get_tides], model_settings=settings)
    assert items(result) == CALLED and raw(result).name == name


def test_a_tool_that_takes_any_text():
    async def write(context, text):
        return f"Written: {text}"

    note = CustomTool(name="write_note", description="Writes something down.", on_invoke_tool=write)
    result = run("Please write_note", tools=[note])
    assert items(result) == CALLED and result.new_items[1].output.startswith("Written: ")


@pytest.mark.parametrize("streamed", [False, True])
def test_an_answer_in_a_shape(streamed):
    result = (stream if streamed else run)("Describe a fjord", output_type=Fjord)
    assert isinstance((result[0] if streamed else result).final_output, Fjord)


def test_a_tool_and_an_answer_in_a_shape():
    result = run("Use get_depth", tools=[get_depth], output_type=Fjord)
    assert items(result) == CALLED and isinstance(result.final_output, Fjord)


def test_a_refusal_is_an_error():
    with pytest.raises(ModelRefusalError):
        run("Describe one [refusal]", output_type=Fjord)


def test_a_handoff():
    harbour = agent(name="Harbour", handoff_description="Knows the tides.")
    pilot = agent(handoffs=[harbour])
    result = run("Please transfer_to_harbour", pilot)
    assert items(result) == ["handoff_call_item", "handoff_output_item", "message_output_item"]
    assert result.last_agent.name == "Harbour" and result.final_output.endswith(".")
    result, events = stream("Please transfer_to_harbour", pilot)
    updates = [event.new_agent.name for event in events if event.type == "agent_updated_stream_event"]
    assert updates == ["Pilot", "Harbour"] and result.last_agent.name == "Harbour"


def test_an_agent_as_a_tool():
    harbour = agent(name="Harbour").as_tool(tool_name="ask_harbour", tool_description="Knows the tides.")
    result = run("Please ask_harbour", tools=[harbour])
    assert items(result) == CALLED and result.new_items[1].output.endswith(".")


def test_what_was_said_can_be_sent_on():
    first = run("Use get_depth", tools=[get_depth], model="gpt-5")
    more = [*first.to_input_list(), {"role": "user", "content": "Go on."}]
    assert run(more, tools=[get_depth], model="gpt-5").final_output
    settings = ModelSettings(store=False, response_include=["reasoning.encrypted_content"])
    first = run("Use get_depth", tools=[get_depth], model="gpt-5", model_settings=settings)
    more = [*first.to_input_list(), {"role": "user", "content": "Go on."}]
    assert run(more, tools=[get_depth], model="gpt-5", model_settings=settings).final_output


def input_tokens(result):
    return result.raw_responses[0].usage.input_tokens


SESSIONS = [lambda: SQLiteSession("talk"), lambda: OpenAIConversationsSession(openai_client=CLIENT)]


@pytest.mark.parametrize("session", SESSIONS, ids=["sqlite", "conversation"])
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5"])
def test_a_session_remembers(session, model):
    session, pilot = session(), agent(model=model, tools=[get_depth])
    first = run("I am Ada. Use get_depth", pilot, session=session)
    second = run("Who am I?", pilot, session=session)
    assert input_tokens(second) > input_tokens(first)
    kept = [item for item in wait(session.get_items()) if item.get("type") != "reasoning"]
    kinds = [item.get("role") or item["type"] for item in kept]
    assert kinds == ["user", "function_call", "function_call_output", "assistant", "user", "assistant"]
    result, _ = stream("And now?", pilot, session=session)
    assert input_tokens(result) > input_tokens(second)
    assert wait(session.pop_item())["role"] == "assistant"
    wait(session.clear_session())
    assert wait(session.get_items()) == []


def test_a_session_that_is_compacted():
    session = OpenAIResponsesCompactionSession(
        session_id="talk", underlying_session=SQLiteSession("compacted"), model="gpt-4.1", client=CLIENT
    )
    run("I am Ada.", session=session)
    wait(session.run_compaction({"force": True}))
    assert [item["type"] for item in wait(session.get_items())][-1] == "compaction"
    assert run("Who am I?", session=session).final_output


def test_responses_that_are_chained():
    first = run("Use get_depth", tools=[get_depth], auto_previous_response_id=True)
    assert items(first) == CALLED and len(first.raw_responses) == 2
    second = run("Go on.", tools=[get_depth], previous_response_id=first.last_response_id)
    assert input_tokens(second) > input_tokens(first)
    result, _ = stream("Use get_depth", tools=[get_depth], auto_previous_response_id=True)
    assert result.final_output == first.final_output


def test_a_conversation_by_its_id():
    talk = wait(CLIENT.conversations.create())
    first = run("Use get_depth", tools=[get_depth], conversation_id=talk.id)
    second = run("Go on.", tools=[get_depth], conversation_id=talk.id)
    assert input_tokens(second) > input_tokens(first)
    kept = wait(CLIENT.conversations.items.list(talk.id)).data
    assert [item.type for item in kept] == [
        "message",
        "message",
        "message",
        "function_call_output",
        "function_call",
        "message",
    ]


HARBOUR = {"type": "mcp", "server_label": "harbour", "server_url": "https://example.com/mcp"}


@pytest.mark.parametrize(
    "tool, kinds",
    [
        (WebSearchTool(), ["web_search_call"]),
        (
            WebSearchTool(search_context_size="low", user_location={"type": "approximate", "city": "Oslo"}),
            ["web_search_call"],
        ),
        (
            FileSearchTool(vector_store_ids=["vs_1"], max_num_results=3, include_search_results=True),
            ["file_search_call"],
        ),
        (
            CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}}),
            ["code_interpreter_call"],
        ),
        (ImageGenerationTool({"type": "image_generation", "quality": "low"}), ["image_generation_call"]),
        (HostedMCPTool({**HARBOUR, "require_approval": "never"}), ["mcp_list_tools", "mcp_call"]),
    ],
    ids=["web search", "web search with settings", "file search", "code interpreter", "image", "mcp"],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_hosted_tool(tool, kinds, streamed):
    result = (stream if streamed else run)("Find a fjord", tools=[tool])
    result = result[0] if streamed else result
    assert [item.raw_item.type for item in result.new_items] == [*kinds, "message"]
    assert result.final_output and len(result.raw_responses) == 1
    assert run([*result.to_input_list(), {"role": "user", "content": "More"}], tools=[tool]).final_output


def test_what_hosted_tools_tell():
    search = run("Find a fjord", tools=[WebSearchTool()])
    [citation] = raw(search, 1).content[0].annotations
    assert citation.type == "url_citation" and raw(search).action.query == "Find a fjord"
    files = FileSearchTool(vector_store_ids=["vs_1"], include_search_results=True)
    assert raw(run("Find a fjord", tools=[files])).results[0].filename
    drawn = run("Draw a fjord", tools=[ImageGenerationTool({"type": "image_generation"})])
    assert raw(drawn).result.startswith("iVBORw0KGgo")


@pytest.mark.parametrize("approve", [True, False])
@pytest.mark.parametrize("chained", [True, False])
def test_a_server_that_asks_first(approve, chained):
    asked = []

    def allow(request):
        asked.append(request.data.name)
        return {"approve": approve}

    tool = HostedMCPTool({**HARBOUR, "require_approval": "always"}, on_approval_request=allow)
    result = run("When is high water?", tools=[tool], auto_previous_response_id=chained)
    assert asked == ["search"] and result.final_output.endswith(".")
    calls = [item.raw_item.type for item in result.new_items if item.type == "tool_call_item"]
    assert calls == (["mcp_call"] if approve else [])


def test_a_model_that_reasons():
    settings = ModelSettings(reasoning=Reasoning(effort="high", summary="auto"), verbosity="low")
    result = run("Hello!", model="gpt-5", model_settings=settings)
    assert items(result) == ["reasoning_item", "message_output_item"]
    assert raw(result).summary[0].text
    assert result.context_wrapper.usage.output_tokens_details.reasoning_tokens > 0
    _, events = stream("Hello!", model="gpt-5", model_settings=settings)
    data = [event.data for event in events if event.type == "raw_response_event"]
    deltas = [one.delta for one in data if one.type == "response.reasoning_summary_text.delta"]
    assert "".join(deltas) == "".join(part.text for part in raw(result).summary)


def test_settings_reach_the_server():
    chosen = {"temperature": 0.5, "top_p": 0.9, "parallel_tool_calls": False, "truncation": "auto"}
    settings = ModelSettings(**chosen, max_tokens=200, metadata={"suite": "agents"}, top_logprobs=2)
    result = run("Hello!", tools=[get_depth], model_settings=settings)
    kept = wait(CLIENT.responses.retrieve(result.last_response_id))
    assert {name: getattr(kept, name) for name in chosen} == chosen
    assert (kept.max_output_tokens, kept.metadata) == (200, {"suite": "agents"})
    assert (kept.instructions, kept.tools[0].name) == ("Be brief.", "get_depth")
    assert len(raw(result).content[0].logprobs[0].top_logprobs) == 2


def test_an_answer_that_is_cut_is_an_error():
    with pytest.raises(ModelBehaviorError, match="max_output_tokens"):
        run("Hello!", model_settings=ModelSettings(max_tokens=16))


def test_a_stored_prompt():
    pilot = agent(prompt={"id": "pmpt_1", "variables": {"place": "a fjord"}})
    assert run("Hello!", pilot).final_output


def test_a_wrong_parameter_is_a_bad_request():
    with pytest.raises(openai.BadRequestError) as caught:
        run("Hello!", model_settings=ModelSettings(temperature=3))
    assert caught.value.param == "temperature"
    with pytest.raises(openai.BadRequestError) as caught:
        run("Hello!", previous_response_id="resp_0")
    assert caught.value.code == "previous_response_not_found"
