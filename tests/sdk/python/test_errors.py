import openai
import pytest
from fake import QUESTION, chat, joined
from openai import omit

HARBOUR = {"prompt": "a quiet harbour"}
VECTOR = {"model": "text-embedding-3-small", "input": "a"}
LEGACY = {"model": "gpt-3.5-turbo-instruct", "prompt": "Once"}


@pytest.mark.parametrize(
    "method, params, code, param",
    [
        ("chat.completions", {**QUESTION, "messages": omit}, "missing_required_parameter", "messages"),
        ("chat.completions", {**QUESTION, "messages": []}, "empty_array", "messages"),
        ("chat.completions", {**QUESTION, "model": omit}, None, None),
        ("chat.completions", {**QUESTION, "temperature": 3}, "decimal_above_max_value", "temperature"),
        ("chat.completions", {**QUESTION, "temperature": "hot"}, "invalid_type", "temperature"),
        ("chat.completions", {**QUESTION, "n": 0}, "integer_below_min_value", "n"),
        ("chat.completions", {**QUESTION, "extra_body": {"bogus": 1}}, "unknown_parameter", "bogus"),
        ("chat.completions", {**QUESTION, "stream": True, "top_p": 2}, "decimal_above_max_value", "top_p"),
        ("completions", {**LEGACY, "prompt": omit}, "missing_required_parameter", "prompt"),
        ("completions", {**LEGACY, "n": 3, "best_of": 2}, None, "best_of"),
        ("embeddings", {**VECTOR, "input": ""}, None, None),
        ("embeddings", {**VECTOR, "dimensions": 5000}, None, None),
        ("moderations", {"input": omit}, "missing_required_parameter", "input"),
        ("images", {**HARBOUR, "n": 11}, "integer_above_max_value", "n"),
    ],
)
def test_a_mistake_is_a_bad_request(api, method, params, code, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api(f"{method}.{'generate' if method == 'images' else 'create'}", **params)
    error = caught.value
    assert (error.status_code, error.code, error.param) == (400, code, param)
    assert (error.type, error.message.startswith("Error code: 400 - ")) == ("invalid_request_error", True)
    assert error.request_id == error.response.headers["x-request-id"]
    assert set(error.body) == {"message", "type", "param", "code"}


def test_a_picture_has_a_type_of_error_of_its_own(api):
    with pytest.raises(openai.BadRequestError) as caught:
        api("images.generate", model="gpt-image-2", **HARBOUR, size="huge")
    assert (caught.value.type, caught.value.param) == ("image_generation_user_error", "size")


@pytest.mark.parametrize(
    "authorization, code",
    [(omit, None), ("", None), ("Basic abcdef", "invalid_api_key"), ("Bearer", "invalid_api_key")],
    ids=["none", "empty", "another scheme", "no key"],
)
def test_without_a_key_nothing_is_answered(api, authorization, code):
    with pytest.raises(openai.AuthenticationError) as caught:
        chat(api, extra_headers={"Authorization": authorization})
    error = caught.value
    assert (error.status_code, error.type, error.param, error.code) == (
        401,
        "invalid_request_error",
        None,
        code,
    )
    assert error.request_id == error.response.headers["x-request-id"]
    with pytest.raises(openai.AuthenticationError):
        chat(api, extra_headers={"Authorization": authorization}, stream=True)


def test_the_headers_of_a_client_count_too(api):
    with pytest.raises(openai.AuthenticationError) as caught:
        api.using(default_headers={"Authorization": "Basic abcdef"})("models.list")
    assert caught.value.code == "invalid_api_key"


def test_what_does_not_exist_is_not_found(api):
    with pytest.raises(openai.NotFoundError) as caught:
        api("get", "/nowhere", cast_to=object)
    assert (caught.value.code, caught.value.request_id is None) == ("unknown_url", False)
    with pytest.raises(openai.APIStatusError) as caught:
        api("get", "/embeddings", cast_to=object)
    assert caught.value.status_code == 405


def test_the_client_goes_on_after_an_error(api):
    with pytest.raises(openai.BadRequestError):
        chat(api, temperature=3)
    assert joined(chat(api, stream=True)) == chat(api).choices[0].message.content
