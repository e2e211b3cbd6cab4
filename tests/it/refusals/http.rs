//! What is refused before a body is looked into: the key, the path, the method, the content type.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Request;

/// A request as `METHOD path`, headers and body, its status, and the message, `param` and `code`, empty
/// where they are null.
pub(super) type Case = (Asked, u16, &'static str, &'static str, &'static str);

/// Method and path, headers, body.
type Asked = (&'static str, &'static [(&'static str, &'static str)], &'static str);

pub(super) const KEY: (&str, &str) = ("authorization", "Bearer sk-test");
pub(super) const JSON: (&str, &str) = ("content-type", "application/json");
const WEBSOCKET: (&str, &str) = ("upgrade", "websocket");
const NO_KEY: &str = "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.";
const NOT_JSON: &str = "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)";
const TEXT: &str = "Unsupported content type: 'text/plain'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: text/plain'. Please try again with a supported content type.";
const FORM: &str = "Unsupported content type: 'multipart/form-data'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: multipart/form-data; boundary=x'. Please try again with a supported content type.";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    (("GET /v1/models", &[], ""), 401, NO_KEY, "", ""),
    (("POST /v1/chat/completions", &[JSON], CHAT), 401, NO_KEY, "", ""),
    (("POST /v1/chat/completions", &[JSON], "{"), 401, NO_KEY, "", ""),
    (("POST /v1/completions", &[], ""), 401, NO_KEY, "", ""),
    (("POST /v1/embeddings", &[("authorization", "")], ""), 401, NO_KEY, "", ""),
    (("POST /v1/responses", &[JSON], "{"), 401, "Missing bearer or basic authentication in header", "", ""),
    (("POST /v1/responses", &[JSON, ("authorization", "Bearer")], "{"), 401, "Incorrect API key provided: . You can find your API key at https://platform.openai.com/account/api-keys.", "", "invalid_api_key"),
    (("GET /v1/nope", &[], ""), 401, NO_KEY, "", ""),
    (("POST /v1/models", &[], ""), 401, NO_KEY, "", ""),
    (("GET /v1/models", &[("authorization", "sk-1234567890")], ""), 401, "Incorrect API key provided: sk-12345*7890. You can find your API key at https://platform.openai.com/account/api-keys.", "", "invalid_api_key"),
    (("GET /v1/models", &[("authorization", "Basic invalid-key-2345")], ""), 401, "Incorrect API key provided: invalid-****2345. You can find your API key at https://platform.openai.com/account/api-keys.", "", "invalid_api_key"),
    (("POST /v1/chat/completions", &[("authorization", "Token short")], "{"), 401, "Incorrect API key provided: short. You can find your API key at https://platform.openai.com/account/api-keys.", "", "invalid_api_key"),
    (("POST /v1/chat/completions", &[KEY, JSON], ""), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY], ""), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "{"), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "[]"), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "null"), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "\"x\""), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "{\"model\":\"gpt-4o\",}"), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "{\"model\":\"gpt-4o\"} x"), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, JSON], "{'model':'gpt-4o'}"), 400, NOT_JSON, "", ""),
    (("POST /v1/completions", &[KEY, JSON], "{"), 400, NOT_JSON, "", ""),
    (("POST /v1/embeddings", &[KEY, JSON], "{"), 400, NOT_JSON, "", ""),
    (("POST /v1/moderations", &[KEY, JSON], "{"), 400, NOT_JSON, "", ""),
    (("POST /v1/images/generations", &[KEY, JSON], "{"), 400, NOT_JSON, "", ""),
    (("POST /v1/chat/completions", &[KEY, ("content-type", "text/plain")], CHAT), 400, TEXT, "", "unsupported_content_type"),
    (("POST /v1/chat/completions", &[KEY, ("content-type", "text/plain")], "{"), 400, TEXT, "", "unsupported_content_type"),
    (("POST /v1/completions", &[KEY, ("content-type", "text/plain")], CHAT), 400, TEXT, "", "unsupported_content_type"),
    (("POST /v1/embeddings", &[KEY, ("content-type", "multipart/form-data; boundary=x")], CHAT), 400, FORM, "", "unsupported_content_type"),
    (("POST /v1/moderations", &[KEY, ("content-type", "multipart/form-data; boundary=x")], CHAT), 400, FORM, "", "unsupported_content_type"),
    (("GET /v1/completions", &[KEY], ""), 405, "Not allowed to GET on /v1/completions. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("PUT /v1/chat/completions", &[KEY, JSON], "{"), 405, "Not allowed to PUT on /v1/chat/completions. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("DELETE /v1/embeddings", &[KEY], ""), 405, "Not allowed to DELETE on /v1/embeddings. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("POST /v1/models", &[KEY, JSON], "{}"), 405, "Not allowed to POST on /v1/models. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("GET /v1/images/generations", &[KEY], ""), 405, "Not allowed to GET on /v1/images/generations. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("GET /v1/nope", &[KEY], ""), 404, "Invalid URL (GET /v1/nope)", "", "unknown_url"),
    (("POST /v1/x", &[KEY, JSON], "{"), 404, "Invalid URL (POST /v1/x)", "", "unknown_url"),
    (("GET /v1/models/", &[KEY], ""), 404, "Invalid URL (GET /v1/models/)", "", "unknown_url"),
    (("GET /v1", &[KEY], ""), 404, "Invalid URL (GET /v1)", "", "unknown_url"),
    (("POST /chat/completions", &[KEY, JSON], CHAT), 404, "Invalid URL (POST /chat/completions)", "", "unknown_url"),
    (("POST /v1/v1/chat/completions", &[KEY, JSON], CHAT), 404, "Invalid URL (POST /v1/v1/chat/completions)", "", "unknown_url"),
    (("POST /openai/v1/v1/chat/completions", &[KEY, JSON], CHAT), 404, "Invalid URL (POST /openai/v1/v1/chat/completions)", "", "unknown_url"),
    (("GET /openai/nope", &[KEY], ""), 404, "Invalid URL (GET /openai/nope)", "", "unknown_url"),
    (("POST /v1/chat/completion", &[KEY, JSON], CHAT), 404, "Invalid URL (POST /v1/chat/completion)", "", "unknown_url"),
    (("GET /v1/files", &[], ""), 401, NO_KEY, "", ""),
    (("GET /v1/files", &[KEY], ""), 404, "Invalid URL (GET /v1/files). openai-fake does not serve /v1/files yet.", "", "unknown_url"),
    (("PUT /v1/files", &[KEY], ""), 404, "Invalid URL (PUT /v1/files). openai-fake does not serve /v1/files yet.", "", "unknown_url"),
    (("POST /v1/audio/speech", &[KEY, JSON], "{"), 404, "Invalid URL (POST /v1/audio/speech). openai-fake does not serve /v1/audio/speech yet.", "", "unknown_url"),
    (("GET /v1/threads/thread_1/runs/run_1", &[KEY], ""), 404, "Invalid URL (GET /v1/threads/thread_1/runs/run_1). openai-fake does not serve /v1/threads/{thread_id}/runs/{run_id} yet.", "", "unknown_url"),
    (("POST /openai/deployments/whisper/audio/transcriptions", &[("api-key", "k")], ""), 404, "Invalid URL (POST /openai/deployments/whisper/audio/transcriptions). openai-fake does not serve /v1/audio/transcriptions yet.", "", "unknown_url"),
    (("POST /v1/file", &[KEY], ""), 404, "Invalid URL (POST /v1/file)", "", "unknown_url"),
    (("POST /openai/deployments/gpt-4o/chat/completions", &[JSON], CHAT), 401, NO_KEY, "", ""),
    (("POST /openai/v1/responses", &[JSON, ("api-key", "")], "{"), 401, "Incorrect API key provided: . You can find your API key at https://platform.openai.com/account/api-keys.", "", "invalid_api_key"),
    (("GET /v1/models", &[("api-key", "k")], ""), 401, NO_KEY, "", ""),
    (("GET /openai/deployments/gpt-4o/completions?api-version=2024-10-21", &[KEY, WEBSOCKET], ""), 426, "openai-fake serves /openai/deployments/gpt-4o/completions over HTTP only, not over WebSocket. Send POST /openai/deployments/gpt-4o/completions, with 'stream' for events as they come.", "", "websocket_not_supported"),
    (("PUT /openai/v1/embeddings", &[KEY], ""), 405, "Not allowed to PUT on /openai/v1/embeddings. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("POST /openai/v1/chat/completions", &[KEY, JSON], r#"{"messages":[]}"#), 400, "you must provide a model parameter", "", ""),
    (("GET /v1/realtime", &[KEY], ""), 404, "Invalid URL (GET /v1/realtime). openai-fake does not serve the Realtime API.", "", "unknown_url"),
    (("GET /v1/realtime?model=gpt-realtime", &[KEY, WEBSOCKET], ""), 404, "Invalid URL (GET /v1/realtime). openai-fake does not serve the Realtime API.", "", "unknown_url"),
    (("POST /v1/realtime/client_secrets", &[KEY, JSON], "{}"), 404, "Invalid URL (POST /v1/realtime/client_secrets). openai-fake does not serve the Realtime API.", "", "unknown_url"),
    (("POST /v1/realtime/calls/rtc_1/hangup", &[KEY], ""), 404, "Invalid URL (POST /v1/realtime/calls/rtc_1/hangup). openai-fake does not serve the Realtime API.", "", "unknown_url"),
    (("POST /v1/realtime/sessions", &[JSON], "{}"), 401, NO_KEY, "", ""),
    (("GET /v1/realtimes", &[KEY], ""), 404, "Invalid URL (GET /v1/realtimes)", "", "unknown_url"),
    (("GET /v1/completions", &[KEY, WEBSOCKET], ""), 426, "openai-fake serves /v1/completions over HTTP only, not over WebSocket. Send POST /v1/completions, with 'stream' for events as they come.", "", "websocket_not_supported"),
    (("GET /v1/responses", &[KEY, WEBSOCKET], ""), 426, "openai-fake serves /v1/responses over HTTP only, not over WebSocket. Send POST /v1/responses, with 'stream' for events as they come.", "", "websocket_not_supported"),
    (("GET /v1/responses", &[KEY], ""), 405, "Not allowed to GET on /v1/responses. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("GET /v1/completions", &[KEY, ("upgrade", "h2c, WebSocket")], ""), 426, "openai-fake serves /v1/completions over HTTP only, not over WebSocket. Send POST /v1/completions, with 'stream' for events as they come.", "", "websocket_not_supported"),
    (("GET /v1/completions", &[KEY, ("upgrade", "h2c")], ""), 405, "Not allowed to GET on /v1/completions. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("GET /v1/completions", &[WEBSOCKET], ""), 401, NO_KEY, "", ""),
    (("PUT /v1/completions", &[KEY, WEBSOCKET], ""), 405, "Not allowed to PUT on /v1/completions. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("GET /v1/nope", &[KEY, WEBSOCKET], ""), 404, "Invalid URL (GET /v1/nope)", "", "unknown_url"),
    (("GET /v1/responses/resp_0", &[KEY], ""), 404, "Response with id 'resp_0' not found.", "", ""),
    (("DELETE /v1/responses/resp_0", &[KEY], ""), 404, "Response with id 'resp_0' not found.", "", ""),
    (("POST /v1/responses/resp_0/cancel", &[KEY], ""), 404, "Response with id 'resp_0' not found.", "", ""),
    (("GET /v1/responses/resp_0/input_items", &[KEY], ""), 404, "Response with id 'resp_0' not found.", "", ""),
    (("GET /v1/responses/abc", &[KEY], ""), 400, "Invalid 'response_id': 'abc'. Expected an ID that begins with 'resp'.", "response_id", "invalid_value"),
    (("GET /v1/responses/resp_0?starting_after=-1", &[KEY], ""), 400, "Invalid 'starting_after': integer below minimum value. Expected a value >= 0, but got -1 instead.", "starting_after", "integer_below_min_value"),
    (("GET /v1/responses/resp_0?starting_after=x", &[KEY], ""), 400, "Invalid type for 'starting_after': expected an integer, but got a string instead.", "starting_after", "invalid_type"),
    (("POST /v1/responses", &[KEY, JSON], r#"{"model":"gpt-4o","input":"Hi","prompt":{"id":"greeting"}}"#), 404, "Prompt with id 'greeting' not found.", "", ""),
    (("POST /v1/responses", &[KEY, JSON], r#"{"model":"gpt-4o","input":"Hi","previous_response_id":"resp_0"}"#), 400, "Previous response with id 'resp_0' not found.", "previous_response_id", "previous_response_not_found"),
    (("POST /v1/responses", &[KEY, JSON], r#"{"model":"gpt-4o","input":"Hi","conversation":"conv_0"}"#), 404, "Conversation with id 'conv_0' not found.", "", ""),
    (("POST /v1/responses", &[KEY, JSON], r#"{"model":"gpt-4o","conversation":"conv_0","prompt":{"id":"greeting"}}"#), 404, "Conversation with id 'conv_0' not found.", "", ""),
    (("POST /v1/responses", &[KEY, JSON], r#"{"model":"gpt-4o","previous_response_id":"resp_0","prompt":{"id":"greeting"}}"#), 404, "Prompt with id 'greeting' not found.", "", ""),
    (("POST /v1/responses", &[KEY, JSON], r#"{"model":"gpt-4o","input":[{"type":"item_reference","id":"rs_0"}]}"#), 404, "Item with id 'rs_0' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", "input", ""),
    (("GET /v1/models/gpt-9", &[KEY], ""), 404, "The model 'gpt-9' does not exist", "model", "model_not_found"),
    (("DELETE /v1/models/gpt-4o", &[KEY], ""), 404, "The model 'gpt-4o' does not exist", "model", "model_not_found"),
    (("DELETE /v1/models/gpt-9", &[KEY], ""), 404, "The model 'gpt-9' does not exist", "model", "model_not_found"),
    (("DELETE /v1/models/fta%3Ab", &[KEY], ""), 404, "The model 'fta:b' does not exist", "model", "model_not_found"),
    (("DELETE /v1/models", &[KEY], ""), 405, "Not allowed to DELETE on /v1/models. (HINT: Perhaps you meant to use a different HTTP method?)", "", ""),
    (("DELETE /v1/models/ft:gpt-4o:acme::abc", &[], ""), 401, NO_KEY, "", ""),
    (("GET /v1/models/gpt-4o/x", &[KEY], ""), 404, "The model 'gpt-4o/x' does not exist", "model", "model_not_found"),
    (("GET /v1/models/a%20b", &[KEY], ""), 404, "The model 'a b' does not exist", "model", "model_not_found"),
];

#[test]
fn before_the_body() {
    refuses(&Fake::new(), CASES);
}

/// Asserts that requests are refused as each case says.
#[track_caller]
pub(super) fn refuses(fake: &Fake, cases: &[Case]) {
    for ((line, headers, body), status, message, param, code) in cases {
        let (method, path) = line.split_once(' ').expect("a path");
        let mut request = Request::new(method, path);
        for (name, value) in *headers {
            request = request.with_header(name, value);
        }
        request.body = body.as_bytes().to_vec();
        let reply = fake.send(request);
        let found = json(&reply);
        let error = found["error"].as_object().unwrap_or_else(|| panic!("{line}: {found}"));
        assert_eq!(error.keys().collect::<Vec<_>>(), ["message", "type", "param", "code"], "{line}");
        assert_eq!((reply.status, error["message"].as_str()), (*status, Some(*message)), "{line}");
        assert_eq!(error["type"], "invalid_request_error");
        let given = |name: &str| error[name].as_str().unwrap_or_default();
        assert_eq!((given("param"), given("code")), (*param, *code), "{line}");
        let is_wrong_method = *status == 405;
        assert_eq!(reply.get("allow").is_some(), is_wrong_method, "{line}");
        let is_upgrade = *status == 426;
        assert_eq!(reply.get("upgrade"), is_upgrade.then_some("HTTP/1.1"), "{line}");
        assert_eq!(reply.get("connection"), is_upgrade.then_some("upgrade"), "{line}");
    }
}
