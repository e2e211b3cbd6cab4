import re

import pytest


def complete(api, **params):
    return api("completions.create", **{"model": "gpt-3.5-turbo-instruct", "prompt": "Once", **params})


def texts(reply):
    return [choice.text for choice in reply.choices]


@pytest.mark.parametrize(
    "prompt, count, tokens",
    [
        ("Once", 1, 1),
        (["Once", "Then"], 2, 2),
        ([15, 16, 17], 1, 3),
        ([[15, 16], [17]], 2, 3),
    ],
    ids=["text", "texts", "tokens", "arrays of tokens"],
)
def test_every_form_of_prompt_is_completed(api, prompt, count, tokens):
    reply = complete(api, prompt=prompt)
    assert re.fullmatch("cmpl-[0-9A-Za-z]{29}", reply.id)
    assert (reply.object, reply.created) == ("text_completion", 1_700_000_000)
    assert reply.model == "gpt-3.5-turbo-instruct:20230824-v2"
    assert [choice.index for choice in reply.choices] == list(range(count))
    assert len(set(texts(reply))) == count and all(texts(reply))
    assert reply.usage.prompt_tokens == tokens
    assert reply.usage.total_tokens == tokens + reply.usage.completion_tokens

    chunks = complete(api, prompt=prompt, stream=True)
    choices = [choice for chunk in chunks for choice in chunk.choices]
    for whole in reply.choices:
        of_it = [choice for choice in choices if choice.index == whole.index]
        assert "".join(choice.text for choice in of_it) == whole.text
        *before, last = [choice.finish_reason for choice in of_it]
        assert last == whole.finish_reason and set(before) <= {None}
    assert {(chunk.id, chunk.object, chunk.usage) for chunk in chunks} == {
        (reply.id, "text_completion", None)
    }


def test_each_prompt_gets_n_choices(api):
    reply = complete(api, prompt=["Once", "Then"], n=2)
    assert [choice.index for choice in reply.choices] == [0, 1, 2, 3]
    assert len(set(texts(reply))) == 4


def test_a_completion_ends_where_it_is_told_to(api):
    [whole] = texts(complete(api, max_tokens=50))
    cut = complete(api, max_tokens=2)
    assert (cut.choices[0].finish_reason, cut.usage.completion_tokens) == ("length", 2)
    assert whole.startswith(cut.choices[0].text) and cut.choices[0].text != whole
    stop = whole.split()[3]
    cut = complete(api, max_tokens=50, stop=stop)
    assert (cut.choices[0].text, cut.choices[0].finish_reason) == (whole[: whole.index(stop)], "stop")


def test_a_stream_tells_usage_where_asked(api):
    *chunks, last = complete(api, stream=True, stream_options={"include_usage": True})
    assert (last.choices, last.usage) == ([], complete(api).usage)
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)
