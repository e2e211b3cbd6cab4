import pytest
from fake import Async, Sync


@pytest.fixture(scope="session", params=[Sync, Async], ids=["sync", "async"])
def api(request):
    return request.param()


@pytest.fixture
def key(request):
    """A key that no other test has, so that what is captured is this test's alone."""
    return f"sk-{request.node.name}"
