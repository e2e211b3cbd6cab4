import asyncio

import instructor
import pytest
from instructor import Mode
from instructor.core.exceptions import InstructorRetryException
from openai import AsyncOpenAI, BadRequestError, OpenAI
from pydantic import BaseModel, field_validator
from test_instructor import Fjord, Village


def ask(content="Describe a fjord", **params):
    messages = [{"role": "user", "content": content}]
    return {"model": "gpt-4o", "messages": messages, "max_retries": 1, **params}


def client():
    return instructor.from_openai(OpenAI(max_retries=0, timeout=30), mode=Mode.RESPONSES_TOOLS)


def test_an_answer_in_a_shape():
    answer = client().create(response_model=Fjord, **ask())
    assert isinstance(answer, Fjord)
    by_input = client().responses.create(response_model=Fjord, model="gpt-4o", input="Describe a fjord")
    assert isinstance(by_input, Fjord)

    async def run():
        async with AsyncOpenAI(max_retries=0) as openai:
            model = instructor.from_openai(openai, mode=Mode.RESPONSES_TOOLS)
            return await model.create(response_model=Fjord, **ask())

    assert asyncio.run(run()).model_dump() == answer.model_dump()


def test_a_partial_answer_grows_to_the_whole():
    parts = list(client().create_partial(response_model=Fjord, **ask()))
    assert len(parts) > 2
    assert parts[0] != parts[-1] and Fjord(**parts[-1].model_dump())


def test_several_answers():
    villages = list(client().create_iterable(response_model=Village, **ask()))
    assert all(isinstance(village, Village) for village in villages)


def test_the_response_comes_along():
    answer, response = client().create_with_completion(response_model=Fjord, **ask())
    assert isinstance(answer, Fjord) and response.id.startswith("resp_")
    assert response.usage.output_tokens > 0


def test_a_hosted_tool_beside_the_shape():
    answer, response = client().create_with_completion(
        response_model=Fjord, **ask(), tools=[{"type": "web_search"}]
    )
    assert isinstance(answer, Fjord)
    assert response.output[-1].type == "function_call"


def test_an_answer_that_is_refused_is_asked_for_again():
    tried = []

    class Picky(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def never(cls, name):
            tried.append(name)
            raise ValueError("not this one")

    with pytest.raises(InstructorRetryException) as caught:
        client().create(response_model=Picky, **ask(max_retries=2))
    assert caught.value.n_attempts == len(tried) == 3


def test_a_wrong_parameter_is_a_bad_request():
    with pytest.raises(InstructorRetryException) as caught:
        client().create(response_model=Fjord, **ask(temperature=3))
    cause = caught.value.__cause__
    while cause and not isinstance(cause, BadRequestError):
        cause = cause.__cause__
    assert cause.param == "temperature"
