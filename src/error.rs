//! Every refusal, by name: status, message, type, param and code, in the API's own words.
//! Never decides whether to refuse.

use crate::http::Reply;
use crate::json::Json;

/// An error in the API's envelope: `{"error":{"message","type","param","code"}}`, always four keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) kind: &'static str,
    pub(crate) param: Option<String>,
    pub(crate) code: Option<&'static str>,
    /// The `allow` header of a 405.
    allow: Option<String>,
}

impl ApiError {
    fn new(status: u16, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            message: message.into(),
            kind: "invalid_request_error",
            param: None,
            code: None,
            allow: None,
        }
    }

    fn param(mut self, path: impl Into<String>) -> ApiError {
        self.param = Some(path.into());
        self
    }

    fn code(mut self, code: &'static str) -> ApiError {
        self.code = Some(code);
        self
    }

    pub(crate) fn reply(&self) -> Reply {
        let mut json = Json::with_capacity(self.message.len() + 128);
        json.raw(r#"{"error":{"message":"#).text(&self.message);
        json.raw(r#","type":"#).text(self.kind);
        json.raw(r#","param":"#).optional(self.param.as_deref());
        json.raw(r#","code":"#).optional(self.code).raw("}}");
        let mut reply = Reply::json(self.status, json);
        if let Some(allow) = &self.allow {
            reply.header("allow", allow);
        }
        reply
    }
}

// Credentials

pub(crate) fn no_key() -> ApiError {
    ApiError::new(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header \
         using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank \
         username) if you're accessing the API from your browser and are prompted for a username and \
         password. You can obtain an API key from https://platform.openai.com/account/api-keys.",
    )
}

pub(crate) fn malformed_key(given: &str) -> ApiError {
    let message = format!(
        "Incorrect API key provided: {}. You can find your API key at \
         https://platform.openai.com/account/api-keys.",
        mask(given)
    );
    ApiError::new(401, message).code("invalid_api_key")
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

// HTTP

pub(crate) fn unknown_url(method: &str, path: &str) -> ApiError {
    ApiError::new(404, format!("Invalid URL ({method} {path})")).code("unknown_url")
}

pub(crate) fn wrong_method(method: &str, path: &str, allowed: &[&str]) -> ApiError {
    let message = format!(
        "Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)"
    );
    let mut error = ApiError::new(405, message);
    error.allow = Some(allowed.join(", "));
    error
}

pub(crate) fn unsupported_content_type(given: &str) -> ApiError {
    let essence = given.split(';').next().unwrap_or_default().trim();
    let message = format!(
        "Unsupported content type: '{essence}'. This API method only accepts 'application/json' \
         requests, but you specified the header 'Content-Type: {given}'. Please try again with a \
         supported content type."
    );
    ApiError::new(400, message).code("unsupported_content_type")
}

pub(crate) fn not_json() -> ApiError {
    ApiError::new(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using \
         your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not \
         valid JSON. If you have trouble figuring out how to fix this, please contact us through our \
         help center at help.openai.com.)",
    )
}

/// Not the API's own text: its edge answers this case with a page of HTML.
pub(crate) fn body_too_large(limit: usize) -> ApiError {
    let message = format!(
        "Maximum content size limit ({limit}) exceeded. Send a smaller request body, or start \
         openai-fake with a larger --max-body-mb."
    );
    ApiError::new(413, message).code("request_too_large")
}

/// Not the API's own text: its edge answers this case with a page of HTML.
pub(crate) fn bad_framing(why: &str) -> ApiError {
    ApiError::new(400, format!("The request could not be read: {why}.")).code("bad_framing")
}

pub(crate) fn internal(request_id: &str) -> ApiError {
    let message = format!(
        "The server had an error processing your request. Sorry about that! This is a bug in \
         openai-fake; its standard error says where. (Please include the request ID {request_id} \
         in your report.)"
    );
    ApiError { kind: "server_error", ..ApiError::new(500, message) }
}

pub(crate) fn bad_query(name: &str, expected: &str) -> ApiError {
    ApiError::new(400, format!("Invalid '{name}': expected {expected}.")).param(name).code("invalid_value")
}

// Models

pub(crate) fn no_model() -> ApiError {
    ApiError::new(400, "you must provide a model parameter")
}

pub(crate) fn no_such_model(id: &str) -> ApiError {
    ApiError::new(404, format!("The model '{id}' does not exist")).param("model").code("model_not_found")
}

// Parameters: the sentences that every operation shares

pub(crate) fn missing(path: &str) -> ApiError {
    ApiError::new(400, format!("Missing required parameter: '{path}'."))
        .param(path)
        .code("missing_required_parameter")
}

pub(crate) fn unknown(path: &str, similar: &[&str]) -> ApiError {
    let hint =
        if similar.is_empty() { String::new() } else { format!(" Did you mean {}?", quoted(similar, "or")) };
    ApiError::new(400, format!("Unknown parameter: '{path}'.{hint}")).param(path).code("unknown_parameter")
}

pub(crate) fn wrong_type(path: &str, expected: &str, given: &str) -> ApiError {
    let message = format!("Invalid type for '{path}': expected {expected}, but got {given} instead.");
    ApiError::new(400, message).param(path).code("invalid_type")
}

/// `noun` is `integer` or `decimal`.
pub(crate) fn below_minimum(path: &str, noun: &str, least: &str, given: &str) -> ApiError {
    let message = format!(
        "Invalid '{path}': {noun} below minimum value. Expected a value >= {least}, but got {given} instead."
    );
    let code = if noun == "integer" { "integer_below_min_value" } else { "decimal_below_min_value" };
    ApiError::new(400, message).param(path).code(code)
}

/// `noun` is `integer` or `decimal`.
pub(crate) fn above_maximum(path: &str, noun: &str, most: &str, given: &str) -> ApiError {
    let message = format!(
        "Invalid '{path}': {noun} above maximum value. Expected a value <= {most}, but got {given} instead."
    );
    let code = if noun == "integer" { "integer_above_max_value" } else { "decimal_above_max_value" };
    ApiError::new(400, message).param(path).code(code)
}

pub(crate) fn array_too_short(path: &str, least: usize, given: usize) -> ApiError {
    if given == 0 {
        let message = format!(
            "Invalid '{path}': empty array. Expected an array with minimum length {least}, but got an \
             empty array instead."
        );
        return ApiError::new(400, message).param(path).code("empty_array");
    }
    let message = format!(
        "Invalid '{path}': array too short. Expected an array with minimum length {least}, but got an \
         array with length {given} instead."
    );
    ApiError::new(400, message).param(path).code("array_below_min_length")
}

pub(crate) fn array_too_long(path: &str, most: usize, given: usize) -> ApiError {
    let message = format!(
        "Invalid '{path}': array too long. Expected an array with maximum length {most}, but got an \
         array with length {given} instead."
    );
    ApiError::new(400, message).param(path).code("array_above_max_length")
}

pub(crate) fn text_too_short(path: &str, least: usize, given: usize) -> ApiError {
    if given == 0 {
        let message = format!(
            "Invalid '{path}': empty string. Expected a string with minimum length {least}, but got an \
             empty string instead."
        );
        return ApiError::new(400, message).param(path).code("empty_string");
    }
    let message = format!(
        "Invalid '{path}': string too short. Expected a string with minimum length {least}, but got a \
         string with length {given} instead."
    );
    ApiError::new(400, message).param(path).code("string_below_min_length")
}

pub(crate) fn text_too_long(path: &str, most: usize, given: usize) -> ApiError {
    let message = format!(
        "Invalid '{path}': string too long. Expected a string with maximum length {most}, but got a \
         string with length {given} instead."
    );
    ApiError::new(400, message).param(path).code("string_above_max_length")
}

pub(crate) fn not_one_of(path: &str, given: &str, supported: &[&str]) -> ApiError {
    let message =
        format!("Invalid value: '{}'. Supported values are: {}.", abridged(given), quoted(supported, "and"));
    ApiError::new(400, message).param(path).code("invalid_value")
}

pub(crate) fn too_many_pairs(path: &str, most: usize, given: usize) -> ApiError {
    let message = format!(
        "Invalid '{path}': too many properties. Expected an object with at most {most} properties, but \
         got an object with {given} properties instead."
    );
    ApiError::new(400, message).param(path).code("object_above_max_properties")
}

pub(crate) fn key_too_long(path: &str, key: &str, most: usize) -> ApiError {
    let message = format!(
        "Invalid property name in '{path}': '{}' is too long. Expected a string with maximum length \
         {most}, but got a string with length {} instead.",
        abridged(key),
        key.chars().count()
    );
    ApiError::new(400, message).param(format!("{path}.{key}")).code("property_name_above_max_length")
}

// Rules of one operation

pub(crate) fn content_is_null(message: usize) -> ApiError {
    ApiError::new(400, "Invalid value for 'content': expected a string, got null.")
        .param(format!("messages.[{message}].content"))
}

pub(crate) fn needs_stream(path: &str) -> ApiError {
    ApiError::new(400, format!("The '{path}' parameter is only allowed when 'stream' is enabled."))
        .param(path)
}

pub(crate) fn both_token_limits() -> ApiError {
    let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    ApiError::new(400, message).param("max_tokens").code("invalid_parameter_combination")
}

pub(crate) fn best_of_below_n(n: u64, best_of: u64) -> ApiError {
    let message = format!(
        "You requested that the server return more choices than it will generate (HINT: you must set \
         'n' (currently {n}) to be at most 'best_of' (currently {best_of}), or omit either parameter if \
         you don't specifically want to use them.)"
    );
    ApiError::new(400, message).param("best_of")
}

pub(crate) fn bad_input() -> ApiError {
    let message = "'$.input' is invalid. Please check the API reference: \
                   https://platform.openai.com/docs/api-reference.";
    ApiError::new(400, message)
}

pub(crate) fn empty_input_array() -> ApiError {
    ApiError::new(400, "Invalid 'input': input cannot be an empty array.")
}

pub(crate) fn empty_input_text() -> ApiError {
    ApiError::new(400, "Invalid 'input': input cannot be an empty string.")
}

pub(crate) fn too_many_inputs() -> ApiError {
    ApiError::new(400, "Invalid 'input': array length must be 2048 or less.")
}

pub(crate) fn dimensions_not_supported() -> ApiError {
    ApiError::new(400, "This model does not support specifying dimensions.")
}

pub(crate) fn too_many_dimensions(given: u64, most: usize) -> ApiError {
    let message = format!("Invalid value for 'dimensions' = {given}. Must be less than or equal to {most}.");
    ApiError::new(400, message)
}

pub(crate) fn bad_image_size(given: &str) -> ApiError {
    let message =
        format!("Invalid size '{}'. Expected WIDTHxHEIGHT, for example '1824x1024'.", abridged(given));
    let kind = "image_generation_user_error";
    ApiError { kind, ..ApiError::new(400, message).param("size").code("invalid_value") }
}

pub(crate) fn no_such_image(path: &str) -> ApiError {
    let message = format!(
        "There is no picture at {path}. A picture's address is the `url` that \
         /v1/images/generations answered, unchanged."
    );
    ApiError::new(404, message).code("not_found")
}

/// `'a', 'b', and 'c'`
fn quoted(values: &[&str], conjunction: &str) -> String {
    match values {
        [] => String::new(),
        [one] => format!("'{one}'"),
        [one, two] => format!("'{one}' {conjunction} '{two}'"),
        [others @ .., last] => format!("'{}', {conjunction} '{last}'", others.join("', '")),
    }
}

/// The API cuts long values that it echoes to their first and last three characters.
fn abridged(value: &str) -> String {
    const WHOLE: usize = 64;
    let chars: Vec<char> = value.chars().collect();
    if chars.len() <= WHOLE {
        return value.to_owned();
    }
    let first: String = chars[..3].iter().collect();
    let last: String = chars[chars.len() - 3..].iter().collect();
    format!("{first}...{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_masked() {
        assert_eq!(mask("short-key-12"), "short-key-12");
        assert_eq!(mask("invalid-key-2345"), "invalid-****2345");
    }

    #[test]
    fn lists_read_as_the_api_writes_them() {
        assert_eq!(quoted(&["a"], "and"), "'a'");
        assert_eq!(quoted(&["a", "b"], "or"), "'a' or 'b'");
        assert_eq!(quoted(&["a", "b", "c"], "and"), "'a', 'b', and 'c'");
    }

    #[test]
    fn four_keys_always() {
        let reply = unknown_url("GET", "/x").reply();
        assert_eq!(
            String::from_utf8_lossy(reply.bytes()),
            r#"{"error":{"message":"Invalid URL (GET /x)","type":"invalid_request_error","param":null,"code":"unknown_url"}}"#
        );
    }
}
