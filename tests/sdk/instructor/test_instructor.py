import asyncio
from typing import Iterable, Literal, Optional, Union

import instructor
import pytest
from instructor import Mode
from instructor.core.exceptions import InstructorRetryException
from openai import AsyncOpenAI, BadRequestError, OpenAI
from pydantic import BaseModel, Field, field_validator


class Village(BaseModel):
    name: str
    ferry: bool


class Fjord(BaseModel):
    """A fjord and what lies on it."""

    name: str
    depth: int = Field(ge=1, le=1308)
    best: Literal["summer", "winter"]
    villages: list[Village]
    saga: Optional[str]


class Anything(BaseModel):
    """What has no field that must be there."""


SHAPED = [Mode.TOOLS, Mode.JSON_SCHEMA]


def ask(content="Describe a fjord", **params):
    messages = [{"role": "user", "content": content}]
    return {"model": "gpt-4o", "messages": messages, "max_retries": 1, **params}


def client(mode=Mode.TOOLS):
    return instructor.from_openai(OpenAI(max_retries=0, timeout=30), mode=mode)


@pytest.mark.parametrize("mode", SHAPED)
def test_an_answer_in_a_shape(mode):
    answer = client(mode).create(response_model=Fjord, **ask())
    assert isinstance(answer, Fjord)

    async def run():
        async with AsyncOpenAI(max_retries=0) as openai:
            return await instructor.from_openai(openai, mode=mode).create(response_model=Fjord, **ask())

    assert asyncio.run(run()).model_dump() == answer.model_dump()


def test_an_answer_in_json():
    # Only a message tells the schema here, and the fake answers with any object.
    assert isinstance(client(Mode.JSON).create(response_model=Anything, **ask()), Anything)


@pytest.mark.parametrize("mode", SHAPED)
def test_a_partial_answer_grows_to_the_whole(mode):
    parts = list(client(mode).create_partial(response_model=Fjord, **ask()))
    assert len(parts) > 2
    assert parts[0] != parts[-1] and Fjord(**parts[-1].model_dump())


@pytest.mark.parametrize("mode", SHAPED)
def test_several_answers(mode):
    villages = list(client(mode).create_iterable(response_model=Village, **ask()))
    assert all(isinstance(village, Village) for village in villages)


def test_calls_side_by_side():
    several = client(Mode.PARALLEL_TOOLS)
    shapes = Iterable[Union[Fjord, Village]]
    answers = list(several.create(response_model=shapes, **ask("Use Village and Fjord")))
    assert [type(answer) for answer in answers] == [Village, Fjord]


def test_the_completion_comes_along():
    answer, completion = client().create_with_completion(response_model=Fjord, **ask())
    assert isinstance(answer, Fjord) and completion.usage.total_tokens > 0


def test_a_text():
    reply = client().create(response_model=None, **ask("Hello!"))
    assert reply.choices[0].message.content.endswith(".")


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


@pytest.mark.parametrize("mode", SHAPED)
def test_a_wrong_parameter_is_a_bad_request(mode):
    with pytest.raises(InstructorRetryException) as caught:
        client(mode).create(response_model=Fjord, **ask(temperature=3))
    cause = caught.value.__cause__
    while cause and not isinstance(cause, BadRequestError):
        cause = cause.__cause__
    assert cause.param == "temperature"
