//! Refusals that do not depend on what the body says: the key, the HTTP message, the model's name.

use crate::error::ApiError;
use crate::error::refusals;

refusals! {
    /// No `Authorization` header
    no_key(): 401 "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.";
    /// The same, of the operations on responses and conversations
    no_bearer(): 401 "Missing bearer or basic authentication in header";
    /// An `Authorization` header that is neither `Bearer` and a key nor `Basic` with a key as the password of nobody
    incorrect_key(masked): 401 "Incorrect API key provided: {masked}. You can find your API key at https://platform.openai.com/account/api-keys.", code "invalid_api_key";
    /// A path that is none of the API's
    unknown_url(method, path): 404 "Invalid URL ({method} {path})", code "unknown_url";
    /// A path that exists for other methods; `allow` names them
    not_allowed(method, path): 405 "Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)";
    /// A path that the API has and this server has not. Our words
    not_served(method, path, known): 404 "Invalid URL ({method} {path}). openai-fake does not serve {known} yet.", code "unknown_url";
    /// Any path of the Realtime API. Our words
    no_realtime(method, path): 404 "Invalid URL ({method} {path}). openai-fake does not serve the Realtime API.", code "unknown_url";
    // What must be sent with it: RFC 9110, sections 15.5.22 and 7.8.
    /// `GET` with `Upgrade: websocket` on a path that takes `POST`, as the Responses API takes both; `upgrade` names HTTP/1.1. Our words
    no_websocket(path): 426 "openai-fake serves {path} over HTTP only, not over WebSocket. Send POST {path}, with 'stream' for events as they come.", code "websocket_not_supported", header "upgrade" "HTTP/1.1", header "connection" "upgrade";
    /// A body that is not said to be JSON
    content_type(essence, given): 400 "Unsupported content type: '{essence}'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: {given}'. Please try again with a supported content type.", code "unsupported_content_type";
    /// A body that is no JSON object; a `model` that is no string where one is required
    not_json(): 400 "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)";
    /// A body over `--max-body-mb`, as it was sent or decoded. Our words: the API's edge answers with a page of HTML
    body_too_large(limit): 413 "Maximum content size limit ({limit}) exceeded. Send a smaller request body, or start openai-fake with a larger --max-body-mb.", code "request_too_large";
    // What must be told with it: RFC 9110, section 15.5.16.
    /// A body whose `Content-Encoding` is none of gzip, deflate and zstd, or several; `accept-encoding` names them. Our words
    unknown_coding(given): 415 "Unsupported content encoding: '{given}'. A request body may come in one of 'gzip', 'deflate' and 'zstd', or in none.", code "unsupported_content_encoding", header "accept-encoding" "gzip, deflate, zstd";
    /// A body that is not what its `Content-Encoding` says. Our words
    broken_coding(coding): 400 "The body of the request could not be decoded: it is not well-formed {coding}, as its Content-Encoding says.", code "invalid_content_encoding";
    /// A request whose framing is ambiguous or broken. Our words: the API's edge answers with a page of HTML
    bad_framing(why): 400 "The request could not be read: {why}.", code "bad_framing";
    /// `--strict-rules`: no rule answers. Our words
    no_rule(nearest): 404 "No rule answers this request, and --strict-rules is on. {nearest}", code "no_rule";
    /// A rule's template asks for what the request does not have. Our words
    unfilled(place, rule): 400 "The rule '{rule}' answers with '{{{{{place}}}}}', and the request has nothing for it.", code "rule_template";
    /// A bug in openai-fake
    internal(request_id): 500 "The server had an error processing your request. Sorry about that! This is a bug in openai-fake; its standard error says where. (Please include the request ID {request_id} in your report.)", type "server_error";
    /// A parameter of the inspection operations that cannot be read. Our words
    bad_query(name, expected): 400 "Invalid '{name}': expected {expected}.", param "{name}", code "invalid_value";
    /// Rules that cannot be read; each problem with its place. Our words
    bad_rules(problems, place): 400 "The rules were not taken: {problems}", param "{place}", code "invalid_rules";
    /// `POST /__parlel/clock` for one key more than may have a clock of their own. Our words
    too_many_clocks(most): 400 "A server moves the clocks of {most} keys at most. POST /__parlel/reset puts them back.";
    /// A fault that the header `x-parlel-fault`, a key or a model asks for and that cannot be read. Our words
    bad_fault_sent(place, why): 400 "The fault that the {place} asks for cannot be read: {why}", code "invalid_fault";
    /// A fault that was given at run time and cannot be read. Our words
    bad_fault(why): 400 "The fault was not taken: {why}", param "fault", code "invalid_fault";
    /// `GET /__parlel/wait`: so many requests did not come in time. Our words
    wait_timeout(waited, wanted, came, instead): 408 "Waited {waited} s for {wanted}, and {came}. {instead}", code "wait_timeout";
    /// `POST /__parlel/verify`: what was expected did not come; `unmet` beside `error` tells the same as data. Our words
    expectation_failed(what, at): 417 "{what}", param "expect[{at}]", code "expectation_failed";
    /// `POST /__parlel/verify`: a `match` that cannot be read; each problem with its place. Our words
    bad_match(path, problems, place): 400 "Invalid '{path}': {problems}", param "{path}{place}", code "invalid_value";
    /// `POST /__parlel/verify`: a `before` that names no other expectation. Our words
    no_such_expectation(path, given, hint): 400 "Invalid '{path}': {given} is neither the name nor the number of another expectation.{hint}", param "{path}", code "invalid_value";
    /// The number of a request that was not captured, or is no longer. Our words
    no_such_request(number): 404 "No captured request has the number {number}. GET /__parlel/requests lists them by `n`.", code "not_found";
    /// A picture's address that `/v1/images/generations` did not answer. Our words
    no_such_image(path): 404 "There is no picture at {path}. A picture's address is the `url` that /v1/images/generations answered, unchanged.", code "not_found";
    /// `GET /v1/models/{model}` of a model that is not listed, `DELETE` of one that is not fine-tuned
    no_such_model(model): 404 "The model '{model}' does not exist", param "model", code "model_not_found";
    /// Chat, completions, embeddings: `model` absent, null or empty
    no_model(): 400 "you must provide a model parameter";
    /// `--strict-models`; chat, completions, embeddings: a name that is not known
    model_unknown(model): 404 "The model `{model}` does not exist or you do not have access to it.", code "model_not_found";
    /// `--strict-models`; chat, completions, embeddings: a snapshot that has been retired
    model_deprecated(model): 404 "The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations", code "model_not_found";
    /// `--strict-models`; images: a name that is not known, or dall-e-2 and dall-e-3, which are retired
    no_such_image_model(model): 400 "The model '{model}' does not exist.", type "image_generation_user_error", param "model", code "invalid_value";
    /// Responses: an empty name, or a model known to be for something else. `--strict-models`; responses and moderations: a name that is not known
    requested_model_unknown(model): 400 "The requested model '{model}' does not exist.", param "model", code "model_not_found";
    /// Chat: a model known to be for something else
    not_a_chat_model(): 404 "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?", param "model";
    /// Chat: a model known to be for the Responses API alone
    responses_only(): 404 "This model is only supported in v1/responses and not in v1/chat/completions.", param "model";
    /// Completions: a model known to be for chat
    is_a_chat_model(): 404 "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", param "model";
    /// Completions: a model known to be for neither
    may_not_sample(): 403 "You are not allowed to sample from this model";
    /// Embeddings: a model known to make none
    may_not_embed(): 403 "You are not allowed to generate embeddings from this model";
}

pub(crate) fn malformed_key(given: &str) -> ApiError {
    incorrect_key(mask(given))
}

/// Keys of up to 12 characters are shown whole; of longer ones the first 8 and the last 4.
fn mask(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    if chars.len() <= 12 {
        return key.to_owned();
    }
    let hidden = chars.len() - 12;
    chars[..8]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(chars[hidden + 8..].iter().copied())
        .collect()
}

pub(crate) fn wrong_method(method: &str, path: &str, allowed: &[&str]) -> ApiError {
    not_allowed(method, path).with_header("allow", allowed.join(", "))
}

pub(crate) fn unsupported_content_type(given: &str) -> ApiError {
    content_type(given.split(';').next().unwrap_or_default().trim(), given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_masked() {
        assert_eq!(mask("short-key-12"), "short-key-12");
        assert_eq!(mask("longer-key-13"), "longer-k*y-13");
        assert_eq!(mask("a-key-of-30-characters-at-last"), "a-key-of******************last");
        assert_eq!(mask("invalid-key-2345"), "invalid-****2345");
    }
}
