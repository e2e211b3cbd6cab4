import asyncio
import base64
import re
from typing import Literal, Optional

import openai
import pytest
from fake import Async, Sync, respond, types
from openai import omit
from pydantic import BaseModel

TEXT_EVENTS = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


class Fjord(BaseModel):
    name: str
    best: Literal["summer", "winter"]
    depths: list[int]
    saga: Optional[str]


def deltas(events, kind="output_text"):
    return "".join(event.delta for event in events if event.type == f"response.{kind}.delta")


def test_a_whole_answer(api):
    reply = respond(api)
    assert re.fullmatch("resp_[0-9a-f]{50}", reply.id)
    assert re.fullmatch("req_[0-9a-f]{32}", reply._request_id)
    assert (reply.object, reply.status, reply.model) == ("response", "completed", "gpt-4o-2024-08-06")
    assert (reply.error, reply.incomplete_details, reply.instructions) == (None, None, None)
    assert (reply.metadata, reply.tools, reply.tool_choice) == ({}, [], "auto")
    assert (reply.created_at, reply.completed_at) == (1_700_000_000, 1_700_000_000)
    [message] = reply.output
    assert re.fullmatch("msg_[0-9a-f]{50}", message.id)
    assert (message.type, message.role, message.status) == ("message", "assistant", "completed")
    [part] = message.content
    assert (part.type, part.annotations, part.logprobs) == ("output_text", [], [])
    assert reply.output_text == part.text and part.text.endswith(".")
    usage = reply.usage
    assert usage.input_tokens > 0 and usage.output_tokens > 0
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert usage.input_tokens_details.cached_tokens == usage.output_tokens_details.reasoning_tokens == 0


def test_a_stream_sends_the_whole_answer(api):
    whole, events = respond(api), respond(api, stream=True)
    assert types(events) == TEXT_EVENTS
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert deltas(events) == whole.output_text
    first, last = events[0].response, events[-1].response
    assert (first.id, first.status, first.output, first.usage) == (whole.id, "in_progress", [], None)
    assert (last.id, last.status, last.output, last.usage) == (
        whole.id,
        "completed",
        whole.output,
        whole.usage,
    )
    assert {event.item_id for event in events if event.type.startswith("response.output_text")} == {
        whole.output[0].id
    }


def test_the_stream_helper_adds_up(api):
    events, final = api.streamed(model="gpt-4o", input="What is a fjord?")
    assert types(events) == TEXT_EVENTS
    snapshots = [event.snapshot for event in events if event.type == "response.output_text.delta"]
    assert snapshots[-1] == final.output_text == respond(api).output_text
    assert final.usage == respond(api).usage


PICTURE = {"type": "input_image", "detail": "auto", "image_url": "https://example.com/fjord.png"}
DOCUMENT = {
    "type": "input_file",
    "filename": "fjord.pdf",
    "file_data": "data:application/pdf;base64," + base64.b64encode(b"%PDF-1.4").decode(),
}
PART = {"type": "input_text", "text": "What is a fjord?"}


@pytest.mark.parametrize(
    "content",
    [
        "What is a fjord?",
        [{"role": "user", "content": "What is a fjord?"}],
        [{"type": "message", "role": "user", "content": [PART]}],
        [{"role": "user", "content": [PART, PICTURE]}],
        [{"role": "user", "content": [PART, {"type": "input_image", "file_id": "file-1"}]}],
        [{"role": "user", "content": [PART, DOCUMENT]}],
        [
            {
                "role": "user",
                "content": [PART, {"type": "input_file", "file_url": "https://example.com/a.pdf"}],
            }
        ],
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        [{"role": "developer", "content": [PART]}, {"role": "user", "content": "Grüße 🙂"}],
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"},
        ],
    ],
    ids=[
        "string",
        "text",
        "parts",
        "picture",
        "kept picture",
        "file",
        "linked file",
        "system",
        "developer",
        "history",
    ],
)
def test_every_form_of_input_is_answered(api, content):
    whole = respond(api, content)
    assert whole.output_text and whole.usage.input_tokens > 3
    assert deltas(respond(api, content, stream=True)) == whole.output_text


def test_instructions_count_and_change_what_is_said(api):
    plain, told = respond(api), respond(api, instructions="Talk like a pirate.")
    assert told.instructions == "Talk like a pirate."
    assert told.output_text != plain.output_text
    assert told.usage.input_tokens > plain.usage.input_tokens


def test_what_was_chosen_is_told(api):
    chosen = {
        "metadata": {"suite": "fjords"},
        "temperature": 0.5,
        "top_p": 0.9,
        "max_output_tokens": 200,
        "parallel_tool_calls": False,
        "prompt_cache_key": "fjord",
        "safety_identifier": "user-1",
        "truncation": "auto",
    }
    reply = respond(api, **chosen)
    assert {name: getattr(reply, name) for name in chosen} == chosen


def test_the_same_request_gives_the_same_bytes(api):
    def send(**params):
        return api("responses.with_raw_response.create", **{"model": "gpt-4o", "input": "Hi", **params})

    one = send()
    assert one.content == send().content and one.request_id == one.headers["x-request-id"]
    assert one.parse().output_text == send(metadata={"run": "2"}).parse().output_text
    assert one.parse().output_text != send(input="Another").parse().output_text


def test_a_response_that_is_read_as_it_comes():
    client = Sync().client
    with client.responses.with_streaming_response.create(model="gpt-4o", input="Hi") as reply:
        assert reply.headers["x-request-id"] == reply.request_id
        assert reply.parse().output_text == respond(Sync(), "Hi").output_text


def test_an_answer_ends_at_the_limit(api):
    whole, cut = respond(api, "Hi"), respond(api, "Hi", max_output_tokens=16)
    assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert (cut.output[0].status, cut.usage.output_tokens) == ("incomplete", 16)
    assert cut.output_text and whole.output_text.startswith(cut.output_text)
    events = respond(api, "Hi", max_output_tokens=16, stream=True)
    assert events[-1].type == "response.incomplete" and events[-1].response.output == cut.output
    assert deltas(events) == cut.output_text


def test_a_refusal(api):
    reply = respond(api, "Tell me [refusal]")
    [part] = reply.output[0].content
    assert (part.type, reply.status, reply.output_text) == ("refusal", "completed", "")
    events, final = api.streamed(model="gpt-4o", input="Tell me [refusal]")
    assert deltas(events, "refusal") == part.refusal == final.output[0].content[0].refusal
    assert types(events)[4:6] == ["response.refusal.delta", "response.refusal.done"]
    parsed = respond(api, "Tell me [refusal]", "parse", text_format=Fjord)
    assert parsed.output_parsed is None and parsed.output[0].content[0].type == "refusal"


def test_an_answer_that_is_filtered(api):
    reply = respond(api, "Tell me [content_filter]")
    assert (reply.status, reply.incomplete_details.reason) == ("incomplete", "content_filter")
    assert respond(api, "Tell me [content_filter]", stream=True)[-1].type == "response.incomplete"


def test_a_response_that_fails(api):
    reply = respond(api, "Go [failed]")
    assert (reply.status, reply.error.code, reply.output) == ("failed", "server_error", [])
    last = respond(api, "Go [failed]", stream=True)[-1]
    assert (last.type, last.response.error) == ("response.failed", reply.error)


def test_an_error_in_place_of_a_response(api):
    with pytest.raises(openai.InternalServerError):
        respond(api, "Go [error]")
    with pytest.raises(openai.APIError) as caught:
        respond(api, "Go [error]", stream=True)
    assert (caught.value.code, caught.value.type) == ("server_error", "server_error")


def test_an_answer_in_a_shape(api):
    parsed = respond(api, "Describe a fjord", "parse", text_format=Fjord)
    assert isinstance(parsed.output_parsed, Fjord)
    assert Fjord.model_validate_json(parsed.output_text) == parsed.output_parsed
    assert parsed.text.format.type == "json_schema" and parsed.text.format.name == "Fjord"
    events, final = api.streamed(model="gpt-4o", input="Describe a fjord", text_format=Fjord)
    [done] = [event for event in events if event.type == "response.output_text.done"]
    assert done.parsed == final.output_parsed == parsed.output_parsed


def test_a_shape_by_hand_and_json(api):
    schema = {**Fjord.model_json_schema(), "additionalProperties": False}
    shape = {"type": "json_schema", "name": "fjord", "schema": schema, "strict": True}
    assert Fjord.model_validate_json(respond(api, text={"format": shape}).output_text)
    json_mode = {"format": {"type": "json_object"}}
    assert respond(api, "Some JSON", text=json_mode).output_text.startswith("{")
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, text=json_mode)
    assert caught.value.param == "input"


def test_verbosity(api):
    short, long = (
        respond(api, model="gpt-5", text={"verbosity": verbosity}).output_text
        for verbosity in ("low", "high")
    )
    assert len(short) < len(long)


def test_logprobs(api):
    asked = {"include": ["message.output_text.logprobs"], "top_logprobs": 2}
    [part] = respond(api, **asked).output[0].content
    assert "".join(one.token for one in part.logprobs) == part.text
    assert {len(one.top_logprobs) for one in part.logprobs} == {2}
    events = respond(api, stream=True, **asked)
    [done] = [event for event in events if event.type == "response.output_text.done"]
    assert "".join(one.token for one in done.logprobs) == part.text
    streamed = [event for event in events if event.type == "response.output_text.delta"]
    assert all("".join(one.token for one in event.logprobs) == event.delta for event in streamed)


def test_thoughts_with_a_summary(api):
    asked = {
        "model": "gpt-5",
        "reasoning": {"effort": "high", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
        "store": False,
    }
    reply = respond(api, **asked)
    thought, message = reply.output
    assert (thought.type, message.type) == ("reasoning", "message")
    assert thought.summary and thought.encrypted_content.startswith("gAAAA")
    assert reply.reasoning.effort == "high"
    assert 0 < reply.usage.output_tokens_details.reasoning_tokens < reply.usage.output_tokens
    events, final = api.streamed(input="What is a fjord?", **asked)
    assert final.output[0] == thought and final.output_text == reply.output_text
    assert deltas(events, "reasoning_summary_text") == "".join(part.text for part in thought.summary)
    assert types(events)[2:8] == [
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.reasoning_summary_part.added",
    ]


def test_thoughts_can_be_sent_back(api):
    asked = {"model": "gpt-5", "store": False, "include": ["reasoning.encrypted_content"]}
    history = [{"role": "user", "content": "What is a fjord?"}]
    history += respond(api, history, **asked).output
    history += [{"role": "user", "content": "Go on."}]
    assert types(respond(api, history, **asked).output) == ["reasoning", "message"]


def test_models_that_do_not_think_have_no_thoughts(api):
    assert types(respond(api, model="gpt-5.1").output) == ["message"]
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, model="gpt-4o", reasoning={"effort": "low"})
    assert (caught.value.param, caught.value.code) == ("reasoning.effort", "unsupported_parameter")


@pytest.mark.parametrize(
    "params, code, param",
    [
        ({"input": omit}, "missing_required_parameter", "input"),
        ({"input": []}, "missing_required_parameter", None),
        ({"model": omit}, "missing_required_parameter", "model"),
        ({"temperature": 3}, "decimal_above_max_value", "temperature"),
        ({"max_output_tokens": 5}, "integer_below_min_value", "max_output_tokens"),
        ({"extra_body": {"messages": []}}, "unsupported_parameter", None),
        ({"extra_body": {"bogus": 1}}, "unknown_parameter", "bogus"),
        ({"previous_response_id": "resp_1"}, "previous_response_not_found", "previous_response_id"),
        (
            {"previous_response_id": "resp_1", "stream": True},
            "previous_response_not_found",
            "previous_response_id",
        ),
        ({"previous_response_id": "resp_1", "conversation": "conv_1"}, "mutually_exclusive_parameters", None),
        ({"input": [{"role": "king", "content": "Hi"}]}, "invalid_value", "input[0]"),
        (
            {"input": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]},
            "invalid_value",
            "input[0].content[0]",
        ),
        ({"include": ["everything"]}, "invalid_value", "include[0]"),
    ],
)
def test_a_mistake_is_a_bad_request(api, params, code, param):
    with pytest.raises(openai.BadRequestError) as caught:
        respond(api, **params)
    error = caught.value
    assert (error.type, error.code, error.param) == ("invalid_request_error", code, param)
    assert error.request_id == error.response.headers["x-request-id"]


def test_tokens_are_counted_before(api):
    for params in [{"input": "What is a fjord?"}, {"input": "Hi", "instructions": "Be brief."}]:
        counted = api("responses.input_tokens.count", model="gpt-4o", **params)
        assert counted.object == "response.input_tokens"
        assert counted.input_tokens == api("responses.create", model="gpt-4o", **params).usage.input_tokens


def test_compacted_input_can_be_gone_on_from(api):
    history = [{"role": "user", "content": "What is a fjord?"}]
    history += respond(api, history, model="gpt-5.1").output
    compacted = api("responses.compact", model="gpt-5.1", input=history)
    assert compacted.object == "response.compaction" and compacted.output[-1].type == "compaction"
    more = [*compacted.output, {"role": "user", "content": "Go on."}]
    assert respond(api, more, model="gpt-5.1").output_text


def test_many_at_once():
    async def ask():
        client = api.client
        replies = [client.responses.create(model="gpt-4o", input=f"Fjord {n}") for n in range(8)]
        return await asyncio.gather(*replies)

    api = Async()
    assert len({reply.output_text for reply in api.loop.run_until_complete(ask())}) == 8
