import base64
import json
import struct

import openai
import pytest
from fake import respond, types

SEARCH = {"type": "web_search"}
FILES = {"type": "file_search", "vector_store_ids": ["vs_1"]}
PYTHON = {"type": "code_interpreter", "container": {"type": "auto"}}
PAINT = {"type": "image_generation", "partial_images": 2, "size": "1024x1024"}
HARBOUR = {"type": "mcp", "server_label": "harbour", "server_url": "https://example.com/mcp"}
ALLOWED = {**HARBOUR, "require_approval": "never"}


def steps(kind, *names):
    return [f"response.{kind}.{name}" for name in names]


def of_type(things, kind):
    return [thing for thing in things if thing.type == kind]


@pytest.mark.parametrize(
    "tool, items, inner",
    [
        (SEARCH, ["web_search_call"], steps("web_search_call", "in_progress", "searching", "completed")),
        (FILES, ["file_search_call"], steps("file_search_call", "in_progress", "searching", "completed")),
        (
            PYTHON,
            ["code_interpreter_call"],
            steps("code_interpreter_call", "in_progress")
            + steps("code_interpreter_call_code", "delta", "done")
            + steps("code_interpreter_call", "interpreting", "completed"),
        ),
        (
            PAINT,
            ["image_generation_call"],
            steps("image_generation_call", "in_progress", "generating", "partial_image", "completed"),
        ),
        (
            ALLOWED,
            ["mcp_list_tools", "mcp_call"],
            steps("mcp_list_tools", "in_progress", "completed")
            + ["response.output_item.done", "response.output_item.added"]
            + steps("mcp_call", "in_progress")
            + steps("mcp_call_arguments", "delta", "done")
            + steps("mcp_call", "completed"),
        ),
    ],
    ids=["web_search", "file_search", "code_interpreter", "image_generation", "mcp"],
)
def test_a_tool_is_used_then_a_text_is_said(api, tool, items, inner):
    reply, events = respond(api, tools=[tool]), respond(api, tools=[tool], stream=True)
    assert types(reply.output) == [*items, "message"] and reply.output_text
    assert {item.status for item in reply.output if hasattr(item, "status")} == {"completed"}
    assert types(events)[3 : 3 + len(inner)] == inner
    assert events[-1].response.output == reply.output
    _, final = api.streamed(model="gpt-4o", input="What is a fjord?", tools=[tool])
    assert [item.id for item in final.output] == [item.id for item in reply.output]
    # It can be gone on from in both ways.
    assert respond(api, "Go on.", previous_response_id=reply.id).output_text
    history = [{"role": "user", "content": "What is a fjord?"}, *reply.output]
    assert respond(api, [*history, {"role": "user", "content": "Go on."}], tools=[tool]).output_text


def test_a_search_is_cited(api):
    include = ["web_search_call.action.sources"]
    reply = respond(api, tools=[SEARCH], include=include)
    call, message = reply.output
    assert (call.action.type, call.action.query) == ("search", "What is a fjord?")
    [citation] = message.content[0].annotations
    assert (citation.type, citation.start_index) == ("url_citation", 0)
    assert 0 < citation.end_index <= len(reply.output_text) and citation.title
    assert [source.url for source in call.action.sources] == [citation.url]
    assert reply.tool_usage.web_search.num_requests == 1
    [event] = of_type(
        respond(api, tools=[SEARCH], include=include, stream=True), "response.output_text.annotation.added"
    )
    assert event.annotation_index == 0 and event.annotation.url == citation.url


@pytest.mark.parametrize(
    "tool", [{**SEARCH, "type": "web_search_preview"}, {**SEARCH, "search_context_size": "low"}]
)
def test_a_search_of_another_kind(api, tool):
    reply = respond(api, tools=[tool], tool_choice={"type": tool["type"]})
    assert types(reply.output) == ["web_search_call", "message"] and reply.tools[0].type == tool["type"]


def test_what_was_found_in_files(api):
    assert respond(api, tools=[FILES]).output[0].results is None
    call, message = respond(api, tools=[FILES], include=["file_search_call.results"]).output
    [result], [citation] = call.results, message.content[0].annotations
    assert call.queries == ["What is a fjord?"] and result.text and 0 < result.score <= 1
    assert (citation.type, citation.file_id, citation.filename) == (
        "file_citation",
        result.file_id,
        result.filename,
    )


def test_code_and_what_it_prints(api, capfd):
    asked = {"tools": [PYTHON], "include": ["code_interpreter_call.outputs"]}
    call = respond(api, **asked).output[0]
    exec(call.code, {})
    assert [(output.type, output.logs) for output in call.outputs] == [("logs", capfd.readouterr().out)]
    assert call.container_id.startswith("cntr_")
    events = respond(api, **asked, stream=True)
    pieces = of_type(events, "response.code_interpreter_call_code.delta")
    assert "".join(event.delta for event in pieces) == call.code
    own = {"type": "code_interpreter", "container": "cntr_1"}
    assert respond(api, tools=[own]).output[0].container_id == "cntr_1"


def size(picture):
    data = base64.b64decode(picture)
    assert data.startswith(b"\x89PNG\r\n\x1a\n") and data.endswith(b"IEND\xaeB`\x82")
    return struct.unpack(">II", data[16:24])


def test_a_picture_and_its_first_drafts(api):
    reply = respond(api, "Draw a harbour", tools=[PAINT])
    [call] = of_type(reply.output, "image_generation_call")
    assert size(call.result) == (1024, 1024)
    drafts = of_type(
        respond(api, "Draw a harbour", tools=[PAINT], stream=True),
        "response.image_generation_call.partial_image",
    )
    assert [event.partial_image_index for event in drafts] == [0, 1]
    assert {size(event.partial_image_b64) for event in drafts} == {(1024, 1024)}
    assert len({call.result, *(event.partial_image_b64 for event in drafts)}) == 3
    # Another is drawn from what is kept.
    again = respond(api, "Now at night", tools=[PAINT], previous_response_id=reply.id)
    assert of_type(again.output, "image_generation_call")[0].result != call.result


def test_tools_of_another_server(api):
    reply = respond(api, tools=[{**ALLOWED, "allowed_tools": ["tides", "depths"]}])
    listed, call, _ = reply.output
    assert [tool.name for tool in listed.tools] == ["tides", "depths"]
    assert (call.server_label, call.name, call.error) == ("harbour", "tides", None) and call.output
    assert set(json.loads(call.arguments)) == set(listed.tools[0].input_schema["properties"])
    # What was listed is not listed again.
    more = respond(api, "Go on.", tools=[ALLOWED], previous_response_id=reply.id)
    assert types(more.output) == ["mcp_call", "message"]


@pytest.mark.parametrize("approve", [True, False])
@pytest.mark.parametrize("keeps", [True, False])
def test_a_call_that_must_be_allowed(api, approve, keeps):
    question = [{"role": "user", "content": "When is high water?"}]
    reply = respond(api, question, tools=[HARBOUR], store=keeps)
    assert types(reply.output) == ["mcp_list_tools", "mcp_approval_request"] and not reply.output_text
    request = reply.output[-1]
    answer = {"type": "mcp_approval_response", "approval_request_id": request.id, "approve": approve}
    if keeps:
        last = respond(api, [answer], tools=[HARBOUR], previous_response_id=reply.id)
    else:
        last = respond(api, [*question, *reply.output, answer], tools=[HARBOUR], store=False)
    assert types(last.output) == (["mcp_call"] if approve else []) + ["message"]
    if approve:
        call = last.output[0]
        assert (call.approval_request_id, call.arguments) == (request.id, request.arguments)


def test_which_of_several_tools_is_used(api):
    function = {"type": "function", "name": "get_depth", "parameters": {"type": "object", "properties": {}}}
    tools = [SEARCH, FILES, function]
    assert types(respond(api, "Hi", tools=tools).output) == ["web_search_call", "file_search_call", "message"]
    assert types(respond(api, "Use file_search", tools=tools).output) == ["file_search_call", "message"]
    assert types(respond(api, "Use get_depth", tools=tools).output) == ["function_call"]
    assert types(respond(api, "Hi", tools=tools, tool_choice="none").output) == ["message"]
    assert types(respond(api, "Hi", tools=tools, max_tool_calls=1).output) == ["web_search_call", "message"]
    only = {"type": "file_search"}
    assert types(respond(api, "Hi", tools=tools, tool_choice=only).output) == ["file_search_call", "message"]


@pytest.mark.parametrize(
    "tool, param",
    [
        ({"type": "file_search"}, "tools[0].vector_store_ids"),
        ({"type": "code_interpreter"}, "tools[0].container"),
        ({"type": "mcp"}, "tools[0].server_label"),
        ({**PAINT, "partial_images": 4}, "tools[0].partial_images"),
        ({"type": "crystal_ball"}, "tools[0].type"),
    ],
    ids=["no stores", "no container", "no label", "too many drafts", "unknown"],
)
def test_a_tool_that_lacks_something_is_a_bad_request(api, tool, param):
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, tools=[tool])
    assert caught.value.param == param
