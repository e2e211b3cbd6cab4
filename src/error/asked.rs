//! The errors that can be asked for by name: those that a client must be ready for and that nothing in a request
//! brings about. Never decides who gets one.

use crate::error::ApiError;
use crate::error::Literal;
use crate::error::body_too_large;
use crate::error::context_exceeded;
use crate::error::conversation_locked;
use crate::error::input_exceeds_window;
use crate::error::malformed_key;
use crate::error::model_deprecated;
use crate::error::model_unknown;
use crate::error::no_bearer;
use crate::error::no_key;
use crate::error::no_such_image_model;
use crate::error::no_such_model;
use crate::error::over_requests;
use crate::error::over_tokens;
use crate::error::prompt_exceeds_context;
use crate::error::refusals;
use crate::error::requested_model_unknown;
use crate::error::too_large_for_a_minute;
use crate::error::unknown_url;
use serde_json::json;

refusals! {
    /// `insufficient_quota`: no money left
    insufficient_quota(): 429 "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.", type "insufficient_quota", code "insufficient_quota";
    /// `billing_hard_limit`: the limit that was set for the month
    billing_hard_limit(): 400 "Billing hard limit has been reached", code "billing_hard_limit_reached";

    /// `bad_request`. Our words
    bad_request(): 400 "Your request was malformed or missing some required parameters.";
    /// `content_policy`: a picture that may not be drawn, as dall-e refuses
    content_policy(): 400 "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our safety system.", code "content_policy_violation";
    /// `moderation_blocked`: the same, as newer models for images refuse
    moderation_blocked(request_id): 400 "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID {request_id}. safety_violations=[violence].", type "image_generation_user_error", code "moderation_blocked";
    /// `invalid_prompt`: a text that may not be answered
    invalid_prompt(): 400 "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting", code "invalid_prompt";

    /// `missing_scope`: a restricted key
    missing_scope(): 401 "You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that it has the necessary scopes.", code "missing_scope";
    /// `mismatched_project`
    mismatched_project(): 401 "OpenAI-Project header should match project for API key", code "mismatched_project";
    /// `permission`: a project that may not use the model
    no_access(model): 403 "Project `proj_000000000000000000000000` does not have access to model `{model}`", code "model_not_found";
    /// `region`: a country that is not served
    unsupported_region(): 403 "Country, region, or territory not supported", type "request_forbidden", code "unsupported_country_region_territory";
    /// `unverified`: an organization that is not verified
    unverified(model): 403 "Your organization must be verified to use the model `{model}`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.";

    /// `timeout`. Our words: the API has none, but its clients know the status
    timeout(): 408 "Request timed out. Please try again.", type "server_error", code "timeout";
    /// `conflict`. Our words
    conflict(): 409 "The resource was updated by another request. Please try again.", code "conflict";
    /// `unprocessable`. Our words: the API has none, but its clients know the status
    unprocessable(): 422 "Unable to process the request despite the format being correct.", code "unprocessable_entity";

    /// `server_error`
    server_error(request_id): 500 "The server had an error processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if you keep seeing this error. (Please include the request ID {request_id} in your email.)", type "server_error";
    /// `server_error`, of responses and conversations
    processing_error(request_id): 500 "An error occurred while processing your request. You can retry your request, or contact us through our help center at help.openai.com if the error persists. Please include the request ID {request_id} in your message.", type "server_error", code "server_error";
    /// `overloaded`: all of the servers; `retry-after` says how long to wait
    overloaded(): 503 "Our servers are currently overloaded. Please try again later.", type "service_unavailable_error", code "server_is_overloaded", header "retry-after" "1";
    /// `slow_down`: a client whose rate has grown too fast; `retry-after` says how long to wait. Our words
    slow_down(): 503 "The rate of your requests has grown too fast. Please reduce it to what it was, keep it there for 15 minutes, and then increase it gradually.", type "service_unavailable_error", code "slow_down", header "retry-after" "1";
    /// `site_overloaded`: a status that the API does not have and proxies do. Our words
    site_overloaded(): 529 "The site is overloaded. Please try again later.", type "server_error", header "retry-after" "1";
    /// `engine_overloaded`: one model
    engine_overloaded(request_id): 503 "That model is currently overloaded with other requests. You can retry your request, or contact us through our help center at help.openai.com if the error persists. (Please include the request ID {request_id} in your message.)", type "server_error";
}

/// What an error tells of the request that it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker<'a> {
    /// What the log of captured requests calls the operation: some have words of their own.
    pub(crate) kind: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) model: &'a str,
    /// The most tokens that the model reads.
    pub(crate) window: u64,
    pub(crate) key: &'a str,
    pub(crate) request_id: &'a str,
}

impl Asker<'_> {
    fn responds(&self) -> bool {
        matches!(self.kind, "responses" | "conversations")
    }
}

/// An error that can be asked for.
pub(crate) struct NamedError {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    /// What it stands for, in a line.
    pub(crate) what: &'static str,
    make: fn(&Asker<'_>) -> ApiError,
}

const fn named(
    name: &'static str,
    aliases: &'static [&'static str],
    what: &'static str,
    make: fn(&Asker<'_>) -> ApiError,
) -> NamedError {
    NamedError { name, aliases, what, make }
}

/// The limit that `request_too_large` speaks of.
const MOST_BYTES: usize = 26_214_400;

/// In the order of their statuses.
pub(crate) const NAMES: &[NamedError] = &[
    named("bad_request", &["invalid_request"], "a request that is wrong in some way", |_| bad_request()),
    named(
        "context_length",
        &["context_length_exceeded", "context_window"],
        "a prompt that the model's window does not hold",
        context_length,
    ),
    named(
        "content_policy",
        &["content_policy_violation"],
        "a picture that may not be drawn, as dall-e refuses",
        |_| content_policy(),
    ),
    named(
        "moderation_blocked",
        &[],
        "a picture that may not be drawn, as newer models for images refuse",
        |asker| moderation_blocked(asker.request_id),
    ),
    named("content_filter", &[], "a prompt that Azure's filter stops", |_| content_filter()),
    named("invalid_prompt", &[], "a prompt that may not be answered", |_| invalid_prompt()),
    named("billing_hard_limit", &["billing_hard_limit_reached"], "the month's limit is spent", |_| {
        billing_hard_limit()
    }),
    named("conversation_locked", &[], "a conversation in which another turn is under way", |_| {
        conversation_locked()
    }),
    named(
        "invalid_key",
        &["invalid_api_key", "authentication", "unauthorized"],
        "a key that is wrong",
        |asker| malformed_key(asker.key),
    ),
    named(
        "missing_key",
        &["no_key"],
        "no key at all",
        |asker| {
            if asker.responds() { no_bearer() } else { no_key() }
        },
    ),
    named("missing_scope", &["insufficient_permissions"], "a restricted key", |_| missing_scope()),
    named("mismatched_project", &[], "a key of another project", |_| mismatched_project()),
    named(
        "permission",
        &["permission_denied", "forbidden"],
        "a project that may not use the model",
        |asker| no_access(asker.model),
    ),
    named(
        "region",
        &["unsupported_country_region_territory", "unsupported_region"],
        "a country that is not served",
        |_| unsupported_region(),
    ),
    named("unverified", &["organization_not_verified"], "an organization that is not verified", |asker| {
        unverified(asker.model)
    }),
    named("model_not_found", &["unknown_model"], "a model that does not exist", model_not_found),
    named("model_deprecated", &["model_retired"], "a model that has been retired", |asker| {
        model_deprecated(asker.model)
    }),
    named("not_found", &["unknown_url"], "a path that does not exist", |asker| {
        unknown_url(asker.method, asker.path)
    }),
    named("timeout", &["request_timeout"], "a request that takes too long", |_| timeout()),
    named("conflict", &[], "a change that another one has got ahead of", |_| conflict()),
    named("request_too_large", &["payload_too_large"], "a body that is too large", |_| {
        body_too_large(MOST_BYTES)
    }),
    named("unprocessable", &["unprocessable_entity"], "a request that cannot be followed", |_| {
        unprocessable()
    }),
    named(
        "rate_limit",
        &["rate_limit_exceeded", "rate_limit_requests"],
        "too many requests in a minute",
        |asker| rated(over_requests(asker.model, 10_000, 10_000, 6), ["0", "2000000", "6ms", "0s"]),
    ),
    named("rate_limit_tokens", &[], "too many tokens in a minute", |asker| {
        let error = over_tokens(asker.model, 2_000_000, 1_990_000, 20_000, 300);
        rated(error, ["9999", "10000", "6ms", "59.7s"])
    }),
    named("rate_limit_too_large", &[], "more tokens than a minute's limit, in one request", |asker| {
        too_large_for_a_minute(asker.model, 2_000_000, 3_000_000)
    }),
    named("insufficient_quota", &["quota"], "no money left", |_| insufficient_quota()),
    named("server_error", &["internal_error", "internal_server_error"], "a failure of the server", |asker| {
        if asker.responds() { processing_error(asker.request_id) } else { server_error(asker.request_id) }
    }),
    named("bad_gateway", &[], "a failure before the server: a page of HTML", |_| bad_gateway()),
    named(
        "overloaded",
        &["server_is_overloaded", "service_unavailable"],
        "servers that have too much to do",
        |_| overloaded(),
    ),
    named("engine_overloaded", &["model_overloaded"], "a model that has too much to do", |asker| {
        engine_overloaded(asker.request_id)
    }),
    named("slow_down", &[], "a client whose rate has grown too fast", |_| slow_down()),
    named("gateway_timeout", &[], "a server that does not answer in time: a page of HTML", |_| {
        gateway_timeout()
    }),
    named("site_overloaded", &[], "a proxy that has too much to do", |_| site_overloaded()),
];

/// The error of this name, or of one that means the same.
pub(crate) fn asked(name: &str, asker: &Asker<'_>) -> Option<ApiError> {
    let found = NAMES.iter().find(|known| known.name == name || known.aliases.contains(&name))?;
    Some((found.make)(asker))
}

/// Whether there is an error of this name.
pub(crate) fn is_asked_by(name: &str) -> bool {
    NAMES.iter().any(|known| known.name == name || known.aliases.contains(&name))
}

/// The error that a status alone stands for; of a status that the API does not have, one in our words.
pub(crate) fn of_status(status: u16, asker: &Asker<'_>) -> ApiError {
    const MEANT: [(u16, &str); 14] = [
        (400, "bad_request"),
        (401, "invalid_key"),
        (403, "permission"),
        (404, "model_not_found"),
        (408, "timeout"),
        (409, "conflict"),
        (413, "request_too_large"),
        (422, "unprocessable"),
        (429, "rate_limit"),
        (500, "server_error"),
        (502, "bad_gateway"),
        (503, "overloaded"),
        (504, "gateway_timeout"),
        (529, "site_overloaded"),
    ];
    let meant = MEANT.iter().find(|(known, _)| *known == status);
    meant.and_then(|(_, name)| asked(name, asker)).unwrap_or_else(|| {
        let error = if status < 500 { bad_request() } else { server_error(asker.request_id) };
        ApiError { status, ..error }
    })
}

/// With the `x-ratelimit-` headers that go with its figures, which are those of every reply without limits: what remains
/// and when it is back, of requests and of tokens. A wait is what is over the limit, at the limit's rate: short, so that a
/// client that heeds it is soon done with a test.
fn rated(error: ApiError, [requests, tokens, requests_back, tokens_back]: [&str; 4]) -> ApiError {
    [
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-limit-tokens", "2000000"),
        ("x-ratelimit-remaining-requests", requests),
        ("x-ratelimit-remaining-tokens", tokens),
        ("x-ratelimit-reset-requests", requests_back),
        ("x-ratelimit-reset-tokens", tokens_back),
    ]
    .into_iter()
    .fold(error, |error, (name, value)| error.with_header(name, value.to_owned()))
}

fn context_length(asker: &Asker<'_>) -> ApiError {
    let window = asker.window;
    match asker.kind {
        "responses" | "conversations" => input_exceeds_window(),
        "completion" => prompt_exceeds_context(window, window + 17, window + 1, 16),
        _ => context_exceeded(window, window + 1),
    }
}

fn model_not_found(asker: &Asker<'_>) -> ApiError {
    match asker.kind {
        "responses" | "conversations" | "moderations" => requested_model_unknown(asker.model),
        "models" => no_such_model(asker.model),
        "images" => no_such_image_model(asker.model),
        _ => model_unknown(asker.model),
    }
}

/// In the words, and with the additions, of Azure.
fn content_filter() -> ApiError {
    const MESSAGE: &str = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766";
    let harmless = json!({"filtered": false, "severity": "safe"});
    let body = json!({"error": {
        "message": MESSAGE,
        "type": null,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {
            "code": "ResponsibleAIPolicyViolation",
            "content_filter_result": {
                "hate": harmless,
                "jailbreak": {"filtered": false, "detected": false},
                "self_harm": harmless,
                "sexual": harmless,
                "violence": {"filtered": true, "severity": "high"},
            },
        },
    }});
    ApiError::literal(400, MESSAGE, Literal::Json(body))
}

/// What the API's edge says itself.
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n";
const GATEWAY_TIMEOUT: &str = "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n";

fn bad_gateway() -> ApiError {
    ApiError::literal(502, "502 Bad Gateway", Literal::Page(BAD_GATEWAY))
}

fn gateway_timeout() -> ApiError {
    ApiError::literal(504, "504 Gateway Time-out", Literal::Page(GATEWAY_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const ASKER: Asker<'_> = Asker {
        kind: "chat",
        method: "POST",
        path: "/v1/chat/completions",
        model: "gpt-4o",
        window: 128_000,
        key: "sk-wrong-key-2345",
        request_id: "req_1",
    };

    #[test]
    fn every_name_means_one_error_and_says_what_for() {
        let mut seen = HashSet::new();
        let mut last = 0;
        for known in NAMES {
            for name in std::iter::once(&known.name).chain(known.aliases) {
                assert!(seen.insert(*name), "{name}");
                assert!(asked(name, &ASKER).is_some_and(|error| error.status >= last), "{name}");
            }
            assert!(!known.what.is_empty() && !known.what.ends_with('.'), "{}", known.name);
            last = asked(known.name, &ASKER).map_or(0, |error| error.status);
        }
        assert_eq!(asked("rate_limits", &ASKER), None);
    }

    #[test]
    fn a_status_alone_is_an_error_of_it() {
        for status in 400..=599 {
            let error = of_status(status, &ASKER);
            assert_eq!(error.status, status);
            assert!(!error.message.is_empty(), "{status}");
        }
        assert_eq!(of_status(429, &ASKER).code, Some("rate_limit_exceeded"));
        assert!(is_asked_by("quota") && !is_asked_by("429"));
    }

    #[test]
    fn some_operations_have_words_of_their_own() {
        for (name, kind, message) in [
            ("server_error", "responses", "An error occurred while processing your request."),
            ("server_error", "embeddings", "The server had an error processing your request."),
            ("model_not_found", "images", "The model 'gpt-4o' does not exist."),
            ("model_not_found", "models", "The model 'gpt-4o' does not exist"),
            ("model_not_found", "moderations", "The requested model 'gpt-4o' does not exist."),
            ("model_not_found", "chat", "The model `gpt-4o` does not exist or you do not"),
            ("context_length", "responses", "Your input exceeds the context window of this model."),
            (
                "context_length",
                "chat",
                "This model's maximum context length is 128000 tokens. However, your messages resulted in 128001",
            ),
            (
                "context_length",
                "completion",
                "This model's maximum context length is 128000 tokens, however you requested 128017",
            ),
            ("missing_key", "conversations", "Missing bearer"),
            ("missing_key", "stored", "You didn't provide an API key."),
            ("invalid_key", "chat", "Incorrect API key provided: sk-wrong*****2345."),
            ("not_found", "chat", "Invalid URL (POST /v1/chat/completions)"),
            (
                "permission",
                "chat",
                "Project `proj_000000000000000000000000` does not have access to model `gpt-4o`",
            ),
        ] {
            let error = asked(name, &Asker { kind, ..ASKER }).expect(name);
            assert!(error.message.starts_with(message), "{name} {kind}: {}", error.message);
        }
    }
}
