"""What the rules of `tests/sdk/rules` say in a shape."""

import instructor
import pytest
from instructor import Mode
from met import met
from openai import OpenAI
from pydantic import BaseModel


class Recipe(BaseModel):
    title: str
    minutes: int
    steps: list[str]
    wine: str | None


class Captain(BaseModel):
    age: int


def ask(key, mode, content, shape, retries):
    client = instructor.from_openai(OpenAI(api_key=key, max_retries=0, timeout=30), mode=mode)
    messages = [{"role": "user", "content": content}]
    return client.create(response_model=shape, model="gpt-4o", messages=messages, max_retries=retries)


def test_an_answer_in_a_shape():
    key = "sk-instructor-recipe"
    soup = ask(key, Mode.JSON_SCHEMA, "A recipe for soup", Recipe, 0)
    assert (soup.title, soup.minutes, soup.steps[1]) == ("soup, “slow”", 25, "Put the soup in.")


@pytest.mark.parametrize("mode", [Mode.TOOLS, Mode.RESPONSES_TOOLS])
def test_a_wrong_answer_is_mended_when_the_model_is_told(mode):
    key = f"sk-instructor-{mode.value}"
    assert ask(key, mode, "Say, how old is the captain?", Captain, 2).age == 61
    assert met(key, "captain", noted=True) == ["be wrong", "mend it when told"]
