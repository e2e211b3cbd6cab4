import json

import openai
import pytest
from fake import respond, types
from openai import pydantic_function_tool
from pydantic import BaseModel, Field
from test_tools import Depth, Tides


def declared(shape):
    """A tool in the form of responses: what the chat API has in `function` stands beside the type."""
    return {"type": "function", **pydantic_function_tool(shape)["function"]}


SHAPES = {"Depth": Depth, "Tides": Tides}
TOOLS = [declared(shape) for shape in SHAPES.values()]
NOTE = {"type": "custom", "name": "write_note", "description": "Writes something down."}
BOTH = "Use Tides, then Depth"


def calls(reply):
    return [item for item in reply.output if item.type.endswith("_call")]


def names(reply):
    return [call.name for call in calls(reply)]


def named(name):
    return {"type": "function", "name": name}


def allowed(mode, *tools):
    return {"type": "allowed_tools", "mode": mode, "tools": [named(name) for name in tools]}


@pytest.mark.parametrize(
    "content, params, called",
    [
        ("How deep is it?", {}, []),
        ("Use Depth", {}, ["Depth"]),
        (BOTH, {}, ["Tides", "Depth"]),
        (BOTH, {"parallel_tool_calls": False}, ["Tides"]),
        ("Use Depth", {"tool_choice": "none"}, []),
        ("How deep is it?", {"tool_choice": "required"}, ["Depth"]),
        ("Use Tides", {"tool_choice": "required"}, ["Tides"]),
        ("How deep is it?", {"tool_choice": named("Tides")}, ["Tides"]),
        (BOTH, {"tool_choice": allowed("auto", "Depth")}, ["Depth"]),
        ("How deep is it?", {"tool_choice": allowed("required", "Tides")}, ["Tides"]),
    ],
)
def test_the_tools_that_are_called(api, content, params, called):
    reply = respond(api, content, tools=TOOLS, **params)
    assert (names(reply), reply.status) == (called, "completed")
    assert bool(reply.output_text) != bool(called)
    assert len({call.call_id for call in calls(reply)}) == len(called)
    for call in calls(reply):
        assert (call.type, call.status) == ("function_call", "completed")
        assert call.id.startswith("fc_") and call.call_id.startswith("call_")
        SHAPES[call.name](**json.loads(call.arguments))


def test_arguments_in_a_shape(api):
    # What makes tools for the chat API serves here too, where the client is to parse.
    tools = [pydantic_function_tool(shape) for shape in SHAPES.values()]
    parsed = respond(api, BOTH, "parse", tools=tools)
    assert [type(call.parsed_arguments) for call in calls(parsed)] == [Tides, Depth]
    _, final = api.streamed(model="gpt-4o", input=BOTH, tools=tools)
    assert [call.parsed_arguments for call in calls(final)] == [
        call.parsed_arguments for call in calls(parsed)
    ]
    history = [{"role": "user", "content": BOTH}, *parsed.output, *answered(parsed)]
    assert respond(api, history, "parse", tools=tools).output_text


def test_what_was_declared_is_told(api):
    [tool] = respond(api, tools=TOOLS[:1]).tools
    assert (tool.type, tool.name, tool.strict) == ("function", "Depth", True)
    assert tool.parameters == TOOLS[0]["parameters"]
    loose = {"type": "function", "name": "tides", "parameters": {"type": "object", "properties": {}}}
    assert [
        tool.strict for tool in respond(api, tools=[loose, {**loose, "name": "b", "strict": False}]).tools
    ] == [
        True,
        False,
    ]


def answered(reply):
    return [
        {"type": "function_call_output", "call_id": call.call_id, "output": "1308"} for call in calls(reply)
    ]


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5"])
def test_a_loop_that_goes_on_from_what_is_kept(api, model):
    reply = respond(api, BOTH, model=model, tools=TOOLS)
    assert names(reply) == ["Tides", "Depth"]
    last = respond(api, answered(reply), model=model, tools=TOOLS, previous_response_id=reply.id)
    assert last.previous_response_id == reply.id
    assert last.output_text and not calls(last)
    assert last.usage.input_tokens > reply.usage.input_tokens
    # The conversation goes on.
    more = respond(api, "Use Depth", model=model, tools=TOOLS, previous_response_id=last.id)
    assert names(more) == ["Depth"]


@pytest.mark.parametrize("method", ["create", "parse"])
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5"])
def test_a_loop_of_which_nothing_is_kept(api, model, method):
    # What does not reason has nothing to include.
    include = ["reasoning.encrypted_content"] if model == "gpt-5" else []
    settings = {"model": model, "tools": TOOLS, "store": False, "include": include}
    history = [{"role": "user", "content": BOTH}]
    for turn in range(3):
        reply = respond(api, history, method, **settings)
        history += reply.output
        if not calls(reply):
            break
        history += answered(reply)
    assert turn == 1 and reply.output_text
    respond(api, [*history, {"role": "user", "content": "Go on."}], method, **settings)


def test_a_stream_sends_the_same_calls(api):
    whole, events = respond(api, BOTH, tools=TOOLS), respond(api, BOTH, tools=TOOLS, stream=True)
    one = [
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
    ]
    assert types(events) == ["response.created", "response.in_progress", *one, *one, "response.completed"]
    for at, call in enumerate(whole.output):
        of_call = [event for event in events if getattr(event, "output_index", None) == at]
        added, *middle, arguments, done = of_call
        assert (added.item.name, added.item.call_id, added.item.arguments) == (call.name, call.call_id, "")
        assert (added.item.status, added.item.id) == ("in_progress", call.id)
        assert {event.item_id for event in middle} == {call.id}
        assert "".join(event.delta for event in middle) == call.arguments == arguments.arguments
        assert done.item == call
    assert events[-1].response.output == whole.output


def test_the_stream_helper_adds_calls_up(api):
    events, final = api.streamed(model="gpt-4o", input=BOTH, tools=TOOLS)
    snapshots = [event.snapshot for event in events if event.type == "response.function_call_arguments.delta"]
    assert snapshots[-1] == final.output[-1].arguments
    assert names(final) == ["Tides", "Depth"]
    assert [call.arguments for call in calls(final)] == [
        call.arguments for call in calls(respond(api, BOTH, tools=TOOLS))
    ]


def test_a_tool_that_takes_any_text(api):
    reply = respond(api, "Please write_note", tools=[NOTE])
    [call] = reply.output
    assert (call.type, call.name, call.status) == ("custom_tool_call", "write_note", "completed")
    assert call.id.startswith("ctc_") and call.input
    events = respond(api, "Please write_note", tools=[NOTE], stream=True)
    pieces = [event.delta for event in events if event.type == "response.custom_tool_call_input.delta"]
    assert "".join(pieces) == call.input
    output = {"type": "custom_tool_call_output", "call_id": call.call_id, "output": "Done"}
    assert respond(api, [output], tools=[NOTE], previous_response_id=reply.id).output_text
    history = [{"role": "user", "content": "Please write_note"}, call, output]
    assert respond(api, history, tools=[NOTE], store=False).output_text


def test_a_tool_with_a_grammar(api):
    grammar = {"type": "grammar", "syntax": "regex", "definition": "[0-9]{4} m"}
    tool = {**NOTE, "format": grammar}
    [call] = respond(api, "Go", tools=[tool], tool_choice={"type": "custom", "name": "write_note"}).output
    assert len(call.input) == 6 and call.input.endswith(" m") and int(call.input[:4]) >= 0


def test_what_a_tool_answers_in_parts(api):
    reply = respond(api, "Use Depth", tools=TOOLS)
    parts = [
        {"type": "input_text", "text": "1308 m"},
        {"type": "input_image", "image_url": "https://example.com/fjord.png"},
    ]
    output = {"type": "function_call_output", "call_id": calls(reply)[0].call_id, "output": parts}
    assert respond(api, [output], tools=TOOLS, previous_response_id=reply.id).output_text


class Fjord(BaseModel):
    name: str
    depth: int = Field(ge=1)


def test_calls_and_an_answer_that_is_parsed(api):
    params = {"tools": TOOLS, "text_format": Fjord}
    assert names(respond(api, "Use Depth", "parse", **params)) == ["Depth"]
    assert isinstance(respond(api, "Go on", "parse", **params).output_parsed, Fjord)


def test_a_call_that_was_not_answered_is_a_bad_request(api):
    reply = respond(api, "Use Depth", tools=TOOLS)
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, "Well?", previous_response_id=reply.id)
    assert f"No tool output found for function call {calls(reply)[0].call_id}." in caught.value.message
    assert caught.value.param == "input"


def test_an_output_without_a_call_is_a_bad_request(api):
    output = {"type": "function_call_output", "call_id": "call_1", "output": "1308"}
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, [output])
    assert "No tool call found for function call output with call_id call_1." in caught.value.message


@pytest.mark.parametrize(
    "params, param",
    [
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": TOOLS, "tool_choice": named("Winds")}, "tool_choice"),
        ({"tools": [{"type": "function", "function": {"name": "Depth"}}]}, "tools[0].name"),
        ({"tools": [{"name": "Depth"}]}, "tools[0].type"),
    ],
    ids=["a choice of none", "a choice of another", "a tool of the chat API", "no type"],
)
def test_wrong_tools_are_a_bad_request(api, params, param):
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, **params)
    assert caught.value.param == param
