import os
import queue
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from openai import InvalidWebhookSignatureError
from openai.types.webhooks import ResponseCompletedWebhookEvent

SECRET = "whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3RzIGFsb25l"


class Receiver(HTTPServer):
    """Keeps what is posted to it, and answers the statuses that it is given, then 204."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.posted = queue.Queue()
        self.statuses = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self):
        return self.posted.get(timeout=30)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        payload = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.put((payload, dict(self.headers)))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver
        receiver.shutdown()


@pytest.fixture
def hooked(api, receiver):
    """The client of a fake that posts to the receiver."""
    url = f"http://127.0.0.1:{receiver.server_port}/webhook"
    command = [os.environ["FAKE_BINARY"], "0", "--webhook", url, "--webhook-secret", SECRET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as fake:
        [base_url] = [word for word in fake.stdout.readline().split() if word.startswith("http://")]
        yield api.using(base_url=f"{base_url}/v1", webhook_secret=SECRET)
        fake.terminate()


def respond(api, **params):
    return api("responses.create", model="gpt-4o", input="What is a fjord?", **params)


def test_the_end_of_a_background_response_is_posted(hooked, receiver):
    respond(hooked)
    response = respond(hooked, background=True)
    payload, headers = receiver.take()
    event = hooked("webhooks.unwrap", payload, headers)
    assert isinstance(event, ResponseCompletedWebhookEvent)
    assert (event.object, event.type) == ("event", "response.completed")
    assert event.data.id == response.id, "one that is not in the background has no event"
    assert headers["user-agent"].startswith("OpenAI/1.0 ")
    # Who waits for the event does not poll, and finds the response complete at once.
    found = hooked("responses.retrieve", response.id)
    assert (found.status, bool(found.output_text)) == ("completed", True)
    assert receiver.posted.empty()


def test_what_was_not_signed_so_is_refused(hooked, receiver):
    respond(hooked, background=True)
    payload, headers = receiver.take()
    for wrong in [
        {"secret": "whsec_YW5vdGhlciBzZWNyZXQ="},
        {"payload": payload + b" "},
        {"headers": {**headers, "webhook-id": "wh_1"}},
        {"headers": {**headers, "webhook-timestamp": "1700000000"}},
    ]:
        given = {"payload": payload, "headers": headers, **wrong}
        with pytest.raises(InvalidWebhookSignatureError):
            hooked("webhooks.unwrap", given.pop("payload"), given.pop("headers"), **given)


def test_a_receiver_that_fails_is_asked_again(hooked, receiver):
    receiver.statuses = [500]
    respond(hooked, background=True)
    first, again = receiver.take(), receiver.take()
    assert hooked("webhooks.unwrap", *first) == hooked("webhooks.unwrap", *again)
    assert first[1]["webhook-id"] == again[1]["webhook-id"]
