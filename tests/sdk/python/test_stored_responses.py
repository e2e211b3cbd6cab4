import openai
import pytest
from fake import respond, types
from test_response_tools import TOOLS, answered
from test_responses import deltas

BACKGROUND = {"background": True}


def test_a_response_can_be_looked_up(api):
    reply = respond(api, metadata={"suite": "fjords"})
    assert api("responses.retrieve", reply.id) == reply
    assert api("responses.retrieve", reply.id).output_text == reply.output_text


def test_a_stream_is_kept_too(api):
    last = respond(api, "By stream", stream=True)[-1].response
    assert api("responses.retrieve", last.id).output == last.output


def test_a_response_that_is_not_kept(api):
    reply = respond(api, "In passing", store=False)
    with pytest.raises(openai.NotFoundError) as caught:
        api("responses.retrieve", reply.id)
    assert f"Response with id '{reply.id}' not found." in caught.value.message
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, "Go on.", previous_response_id=reply.id)
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


def test_a_response_that_is_deleted(api):
    reply = respond(api, "For a while")
    assert api("responses.delete", reply.id) is None
    for method in ["responses.retrieve", "responses.delete", "responses.input_items.list"]:
        with pytest.raises(openai.NotFoundError):
            api(method, reply.id)
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, "Go on.", previous_response_id=reply.id)
    assert caught.value.code == "previous_response_not_found"


def test_a_response_that_never_was(api):
    with pytest.raises(openai.NotFoundError):
        api("responses.retrieve", "resp_0")
    with pytest.raises(openai.BadRequestError) as caught:
        api("responses.retrieve", "chatcmpl-0")
    assert caught.value.param == "response_id"


def test_another_key_does_not_see_it(api, key):
    reply = respond(api, "Mine")
    with pytest.raises(openai.NotFoundError):
        api.using(api_key=key)("responses.retrieve", reply.id)


def test_a_chain_remembers(api):
    first = respond(api, "I am Ada.", instructions="Be brief.")
    second = respond(api, "Who am I?", previous_response_id=first.id)
    third = respond(api, "And now?", previous_response_id=second.id)
    # What was told with instructions is told again or forgotten.
    assert (second.instructions, second.previous_response_id) == (None, first.id)
    assert first.usage.input_tokens < second.usage.input_tokens < third.usage.input_tokens
    assert second.output_text != respond(api, "Who am I?").output_text
    # Two ways from one response.
    assert respond(api, "And now?", previous_response_id=first.id).output_text != third.output_text


def test_the_items_of_an_input(api):
    words = [f"word {n}" for n in range(7)]
    reply = respond(api, [{"role": "user", "content": word} for word in words])

    def listed(**params):
        return [item.content[0].text for item in api.every("responses.input_items.list", reply.id, **params)]

    assert listed() == words[::-1]
    assert listed(limit=2) == words[::-1]
    assert listed(limit=3, order="asc") == words
    page = api("responses.input_items.list", reply.id, limit=3)
    assert page.has_more and [item.content[0].text for item in page.data] == ["word 6", "word 5", "word 4"]
    assert listed(after=page.data[-1].id) == words[:4][::-1]
    item = page.data[0]
    assert (item.type, item.role, item.status) == ("message", "user", "completed")
    assert item.id.startswith("msg_") and item.content[0].type == "input_text"
    # A string is a message.
    [item] = api.every("responses.input_items.list", respond(api, "Hi").id)
    assert (item.role, item.content[0].text) == ("user", "Hi")


def test_the_items_of_a_loop(api):
    first = respond(api, "Use Depth", tools=TOOLS)
    outputs = answered(first)
    second = respond(api, outputs, tools=TOOLS, previous_response_id=first.id)
    items = api.every("responses.input_items.list", second.id)
    assert [item.output for item in items if item.type == "function_call_output"] == ["1308"]


def polled(api, reply):
    found = [reply.status]
    while reply.status in ("queued", "in_progress"):
        reply = api("responses.retrieve", reply.id)
        found.append(reply.status)
    return found, reply


def test_a_response_in_the_background(api):
    reply = respond(api, "Take your time", **BACKGROUND)
    assert (reply.status, reply.output, reply.usage) == ("queued", [], None)
    found, last = polled(api, reply)
    assert found == ["queued", "in_progress", "completed"]
    assert last.background and last.id == reply.id
    assert last.output_text == respond(api, "Take your time").output_text
    assert api("responses.retrieve", reply.id) == last


@pytest.mark.parametrize(
    "content, params, status",
    [
        ("Take it [failed]", {}, "failed"),
        ("Take it slowly", {"max_output_tokens": 16}, "incomplete"),
    ],
)
def test_a_background_that_ends_in_another_way(api, content, params, status):
    _, last = polled(api, respond(api, content, **BACKGROUND, **params))
    assert last.status == status and bool(last.error) == (status == "failed")


def test_a_response_can_be_cancelled(api):
    reply = respond(api, "Never mind", **BACKGROUND)
    assert api("responses.cancel", reply.id).status == "cancelled"
    assert polled(api, reply)[0] == ["queued", "cancelled"]
    # Twice is once.
    assert api("responses.cancel", reply.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError) as caught:
        api("responses.cancel", respond(api, "At once").id)
    assert "Cannot cancel a synchronous response." in caught.value.message


def test_a_stream_can_be_resumed(api):
    events = respond(api, "Stream it", stream=True, **BACKGROUND)
    assert types(events)[:3] == ["response.created", "response.queued", "response.in_progress"]
    reply = events[0].response
    assert reply.status == "queued"
    again = api("responses.retrieve", reply.id, stream=True)
    assert [event.to_dict() for event in again] == [event.to_dict() for event in events]
    rest = api("responses.retrieve", reply.id, stream=True, starting_after=6)
    assert [event.sequence_number for event in rest] == list(range(7, len(events)))
    assert deltas(events).endswith(deltas(rest)) and rest[-1].type == "response.completed"


def test_the_stream_helper_goes_on_where_another_ended(api):
    reply = respond(api, "Stream it later", **BACKGROUND)
    events, final = api.streamed(response_id=reply.id)
    assert types(events)[-1] == "response.completed" and final.id == reply.id
    rest, _ = api.streamed(response_id=reply.id, starting_after=5)
    assert rest[0].sequence_number == 6 and len(rest) == len(events) - 6


def test_a_stream_of_what_was_not_in_the_background(api):
    reply = respond(api, "At once")
    with pytest.raises(openai.BadRequestError) as caught:
        api("responses.retrieve", reply.id, stream=True)
    assert caught.value.param == "stream"


def test_a_background_needs_a_store(api):
    with pytest.raises(openai.BadRequestError):
        respond(api, store=False, **BACKGROUND)
