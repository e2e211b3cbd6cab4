import openai
import pytest
from langchain_core.exceptions import ModelInvalidRequestError
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI, custom_tool
from test_langchain import LOOP, TOOLS, Fjord, names

SETTINGS = {"use_responses_api": True, "output_version": "responses/v1", "max_retries": 0, "timeout": 30}
MODEL = ChatOpenAI(model="gpt-4o", **SETTINGS)
THINKER = ChatOpenAI(model="gpt-5", reasoning={"effort": "high", "summary": "auto"}, **SETTINGS)
SEARCH = {"type": "web_search"}


def joined(chunks):
    whole, *others = chunks
    for chunk in others:
        whole += chunk
    return whole


def kinds(message):
    return [block["type"] for block in message.content]


def test_a_text():
    asked = [SystemMessage("Be brief."), HumanMessage("Hello!")]
    reply = MODEL.invoke(asked)
    assert reply.text.endswith(".") and kinds(reply) == ["text"]
    assert reply.response_metadata["id"].startswith("resp_")
    assert reply.response_metadata["status"] == "completed"
    assert reply.response_metadata["model_name"] == "gpt-4o-2024-08-06"
    assert reply.usage_metadata["total_tokens"] > reply.usage_metadata["input_tokens"] > 0
    assert LOOP.run_until_complete(MODEL.ainvoke(asked)).text == reply.text


def test_a_stream_sends_the_same_and_tells_usage():
    whole, chunks = MODEL.invoke("Hello!"), list(MODEL.stream("Hello!"))
    assert len(chunks) > 2 and "".join(chunk.text for chunk in chunks) == whole.text
    assert joined(chunks).usage_metadata == whole.usage_metadata
    assert joined(chunks).response_metadata["id"] == whole.response_metadata["id"]

    async def read():
        return [chunk async for chunk in MODEL.astream("Hello!")]

    assert joined(LOOP.run_until_complete(read())).text == whole.text


def test_the_messages_of_a_history():
    history = [HumanMessage("Hello!")]
    history += [MODEL.invoke(history), HumanMessage("Go on.")]
    assert MODEL.invoke(history).text != MODEL.invoke("Go on.").text


def test_a_picture_and_a_file():
    picture = {"type": "image", "url": "https://example.com/fjord.png"}
    document = {"type": "file", "base64": "JVBERi0xLjQ=", "mime_type": "application/pdf", "filename": "a.pdf"}
    for block in [picture, document]:
        assert MODEL.invoke([HumanMessage([{"type": "text", "text": "What is this?"}, block])]).text


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
    assert joined(list(model.stream(content))).tool_calls == reply.tool_calls


def loop(model, messages):
    while not isinstance(messages[-1], AIMessage) or messages[-1].tool_calls:
        reply = model.invoke(messages)
        messages += [reply, *(TOOLS[call["name"]].invoke(call) for call in reply.tool_calls)]
    return messages


KEEPS_NOTHING = {"store": False, "include": ["reasoning.encrypted_content"]}


@pytest.mark.parametrize(
    "model",
    [
        MODEL,
        MODEL.model_copy(update={"use_previous_response_id": True}),
        THINKER,
        THINKER.model_copy(update={"use_previous_response_id": True}),
        THINKER.model_copy(update=KEEPS_NOTHING),
        THINKER.model_copy(update={"output_version": "v1", **KEEPS_NOTHING}),
    ],
    ids=["plain", "chained", "thinks", "thinks, chained", "thinks, keeps nothing", "standard blocks"],
)
def test_a_loop_ends(model):
    bound = model.bind_tools(TOOLS.values())
    messages = loop(bound, [HumanMessage("Use get_tides and get_depth")])
    assert [message.type for message in messages] == ["human", "ai", "tool", "tool", "ai"]
    messages = loop(bound, [*messages, HumanMessage("Use get_depth")])
    assert [message.type for message in messages[5:]] == ["human", "ai", "tool", "ai"]


def test_a_chain_sends_what_is_new():
    model = ChatOpenAI(model="gpt-4o", use_previous_response_id=True, **SETTINGS)
    history = [HumanMessage("I am Ada.")]
    history += [model.invoke(history), HumanMessage("Who am I?")]
    chained = model.invoke(history)
    assert chained.response_metadata["id"] != history[1].response_metadata["id"]
    # The same tokens, wherever they were kept.
    assert chained.usage_metadata["input_tokens"] == MODEL.invoke(history).usage_metadata["input_tokens"]
    by_id = MODEL.invoke("Who am I?", previous_response_id=history[1].response_metadata["id"])
    assert by_id.text == chained.text


def test_a_tool_that_takes_any_text():
    @custom_tool
    def write_note(text: str) -> str:
        """Writes something down."""
        return f"Written: {text}"

    model = MODEL.bind_tools([write_note])
    reply = model.invoke("Please write_note")
    [call] = reply.tool_calls
    result = write_note.invoke(call)
    assert isinstance(result, ToolMessage) and result.content[0]["output"].startswith("Written: ")
    assert model.invoke([HumanMessage("Please write_note"), reply, result]).text


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@pytest.mark.parametrize("strict", [None, True])
def test_an_answer_in_a_shape(method, strict):
    model = MODEL.with_structured_output(Fjord, method=method, strict=strict)
    answer = model.invoke("Describe a fjord")
    assert isinstance(answer, Fjord) and model.invoke("Describe a fjord") == answer
    # A stream asks for the schema in other words, so the fjord may be another.
    last, again = (list(model.stream("Describe a fjord"))[-1] for _ in range(2))
    assert isinstance(last, Fjord) and again == last


def test_an_answer_in_a_shape_that_is_no_class():
    schema = {**Fjord.model_json_schema(), "title": "Fjord"}
    assert Fjord(**MODEL.with_structured_output(schema).invoke("Describe a fjord"))


def test_an_answer_in_json():
    answer = MODEL.with_structured_output(None, method="json_mode").invoke("A fjord, in JSON")
    assert isinstance(answer, dict)
    with pytest.raises(openai.BadRequestError):
        MODEL.with_structured_output(None, method="json_mode").invoke("A fjord")


def test_a_refusal_is_told():
    raw = MODEL.with_structured_output(Fjord, include_raw=True).invoke("Describe one [refusal]")["raw"]
    assert kinds(raw) == ["refusal"] and raw.content[0]["refusal"]


def test_thoughts_and_their_summary():
    reply = THINKER.invoke("Hello!")
    assert kinds(reply) == ["reasoning", "text"] and reply.content[0]["summary"][0]["text"]
    assert reply.usage_metadata["output_token_details"]["reasoning"] > 0
    streamed = joined(list(THINKER.stream("Hello!")))
    assert streamed.content[0]["summary"] == [
        {**part, "index": index} for index, part in enumerate(reply.content[0]["summary"])
    ]
    assert [block["type"] for block in reply.content_blocks][-1] == "text"
    assert {block["type"] for block in reply.content_blocks[:-1]} == {"reasoning"}


def test_a_search_and_what_it_cites():
    model = MODEL.bind_tools([SEARCH])
    reply = model.invoke("Find a fjord")
    assert kinds(reply) == ["web_search_call", "text"]
    [citation] = reply.content[1]["annotations"]
    assert citation["type"] == "url_citation" and citation["url"].startswith("https://")
    [standard] = reply.content_blocks[-1]["annotations"]
    assert standard["type"] == "citation" and standard["url"] == citation["url"]
    streamed = joined(list(model.stream("Find a fjord")))
    assert streamed.text == reply.text
    assert [block["annotations"] for block in streamed.content if block.get("annotations")] == [[citation]]
    assert model.invoke([HumanMessage("Find a fjord"), reply, HumanMessage("Another")]).text


@pytest.mark.parametrize(
    "tool, kind",
    [
        ({"type": "file_search", "vector_store_ids": ["vs_1"]}, "file_search_call"),
        ({"type": "code_interpreter", "container": {"type": "auto"}}, "code_interpreter_call"),
        ({"type": "image_generation", "quality": "low"}, "image_generation_call"),
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
    ids=["file_search", "code_interpreter", "image_generation", "mcp"],
)
def test_a_hosted_tool(tool, kind):
    model = MODEL.bind_tools([tool])
    reply = model.invoke("Find a fjord")
    assert kind in kinds(reply) and reply.text
    streamed = joined(list(model.stream("Find a fjord")))
    # A stream asks for a draft of a picture as well, which is another request.
    assert kind in kinds(streamed) and (streamed.text == reply.text or "image" in kind)
    assert model.invoke([HumanMessage("Find a fjord"), reply, HumanMessage("Another")]).text


def test_a_limit():
    reply = MODEL.invoke("Hello!", max_output_tokens=16)
    assert reply.response_metadata["status"] == "incomplete"
    assert reply.response_metadata["incomplete_details"] == {"reason": "max_output_tokens"}


def test_what_users_get_who_ask_for_reasoning_alone():
    # These parameters choose the API by themselves.
    assert ChatOpenAI(model="gpt-5", reasoning={"effort": "low"}, max_retries=0).invoke("Hello!").text
    searching = ChatOpenAI(model="gpt-4o", max_retries=0).bind_tools([SEARCH])
    assert searching.invoke("Find a fjord").content_blocks[-1]["annotations"]


def test_a_wrong_parameter_is_an_error_of_either():
    with pytest.raises(ModelInvalidRequestError) as caught:
        MODEL.bind(temperature=3).invoke("Hello!")
    assert isinstance(caught.value, openai.BadRequestError) and caught.value.param == "temperature"
    with pytest.raises(ModelInvalidRequestError) as caught:
        MODEL.invoke("Hello!", previous_response_id="resp_0")
    assert caught.value.code == "previous_response_not_found"


def test_a_prompt_that_is_too_long():
    with pytest.raises(openai.BadRequestError) as caught:
        ChatOpenAI(model="gpt-4", **SETTINGS).invoke("fjord " * 9000)
    assert caught.value.code == "context_length_exceeded"
