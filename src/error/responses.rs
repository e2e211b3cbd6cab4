//! Refusals of responses that follow from several parameters together, from the items, or from what the
//! model can do.

use crate::error::ApiError;
use crate::error::quoted;
use crate::error::refusals;

refusals! {
    /// An empty `input`, and nothing else that a turn could begin with
    nothing_to_answer(): 400 "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.", code "missing_required_parameter";
    /// `previous_response_id` together with `conversation`
    previous_and_conversation(): 400 "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.", code "mutually_exclusive_parameters";
    /// `background` with `store` false. Our words
    background_needs_store(): 400 "Background mode requires 'store' to be true.", param "background";
    /// `background_options.completion_window` `2h` or `8h` without `background`, or with `stream`. Our words
    window_needs_background(window): 400 "The completion window '{window}' requires 'background' to be true and 'stream' to be false.", param "background_options.completion_window";
    /// An item `compaction_trigger` that is not the last one
    trigger_not_last(): 400 "The 'compaction_trigger' item must be the final input item.", param "input";
    /// `tool_choice` `required` without `tools`
    choice_needs_tools(word): 400 "Tool choice '{word}' must be specified with 'tools' parameter.", param "tool_choice";
    /// `tool_choice` that chooses or allows a tool that is not there
    no_such_tool(kind): 400 "Tool choice '{kind}' not found in 'tools' parameter.", param "tool_choice";
    /// An MCP tool that names no server. Our words
    no_server(path): 400 "Missing required parameter: one of '{path}.server_url', '{path}.connector_id' or '{path}.tunnel_id' must be provided.", param "{path}.server_url", code "missing_required_parameter";
    /// `server_url` that is no address. Our words
    bad_server_url(path, given): 400 "Invalid '{path}': '{given}'. Expected a URL that begins with 'https://' or 'http://'.", param "{path}", code "invalid_value";
    /// `text.format.schema` that is no JSON Schema, that the API cannot use, or that breaks a rule of `strict`
    bad_text_schema(name, problem): 400 "Invalid schema for response_format '{name}': {problem}", param "text.format.schema", code "invalid_json_schema";
    /// `text.format` `json_object` without the word in any message of the input
    json_not_in_input(): 400 "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", param "input";

    /// A call of a tool that no item answers. `kind` is `function call`, `custom tool call` and so on
    call_without_output(kind, id): 400 "No tool output found for {kind} {id}.", param "input";
    /// The output of a tool that no item calls
    output_without_call(kind, id): 400 "No tool call found for {kind} output with call_id {id}.", param "input";
    /// A reasoning item with nothing of the model's behind it
    reasoning_alone(id): 400 "Item '{id}' of type 'reasoning' was provided without its required following item.", param "input";
    /// `encrypted_content` that no model has encrypted
    bad_encrypted_content(shown): 400 "The encrypted content {shown} could not be verified. Reason: Encrypted content could not be decrypted or parsed.", code "invalid_encrypted_content";

    /// `text.format` of a type that the model does not have
    no_text_format(kind, model): 400 "Invalid parameter: 'text.format' of type '{kind}' is not supported with model version `{model}`.", param "text.format";
    /// An image to a model that does not see, in the words of chat completions
    no_image_input(path): 400 "Invalid content type. image_url is only supported by certain models.", param "{path}";
    /// Sound to a model that does not hear. Our words
    no_sound_input(path): 400 "Invalid content type. input_audio is only supported by certain models.", param "{path}";
    /// `include` `reasoning.encrypted_content` on a model that does not reason
    no_encrypted_content(): 400 "Encrypted content is not supported with this model.", param "include";
    /// A picture in `image_url` whose MIME type is none of an image that models see
    no_image_type(path, kind): 400 "Invalid '{path}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported MIME type '{kind}'.", param "{path}", code "invalid_value";
    /// A picture in `image_url` that is not in base64
    image_not_base64(path): 400 "Invalid '{path}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got an invalid base64-encoded value.", param "{path}", code "invalid_value";
    /// A picture whose bytes are none of the formats
    unknown_image(): 400 "The image data you provided does not represent a valid image. Please check your input and try again with one of the supported image formats: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'].", param "input", code "invalid_value";
    /// A picture of a known format that does not decode
    broken_image(): 400 "The image data you provided does not represent a valid image. Please check your input and try again.", param "input", code "invalid_value";
    /// `file_data` of a MIME type that no model reads
    no_file_type(path, kind): 400 "Invalid file data: '{path}'. Expected a base64-encoded data URL with a valid file MIME type (e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got unsupported MIME type '{kind}'. Please see https://platform.openai.com/docs/assistants/tools/file-search#supported-files for supported file types.", param "{path}", code "invalid_value";
    /// `file_url` of a file that no model reads, as its name ends
    unreadable_file(): 400 "The file type you uploaded is not supported. Please try again with a pdf", param "input", code "unsupported_file";
    /// `temperature` or `top_p` other than 1 to a model that reasons, while it does
    not_while_reasoning(name): 400 "Unsupported parameter: '{name}' is not supported with this model.", param "{name}";
    /// `top_logprobs`, or `message.output_text.logprobs` in `include`, while the model reasons
    no_logprobs(name): 400 "logprobs are not supported with reasoning models.", param "{name}", code "unsupported_parameter";
    /// A reasoning effort or a verbosity that the model does not have
    unsupported_by_model(path, given, model, supported): 400 "Unsupported value: '{given}' is not supported with the '{model}' model. Supported values are: {supported}.", param "{path}", code "unsupported_value";
    /// An input that the model's window does not hold
    input_exceeds_window(): 400 "Your input exceeds the context window of this model. Please adjust your input and try again.", param "input", code "context_length_exceeded";

    /// The text `[error]` in the last user message asks for it
    response_error(): 500 "An error occurred while processing your request. You can retry your request, or contact us through our help center at help.openai.com if the error persists.", type "server_error", code "server_error";
}

/// The same, the supported words listed.
pub(crate) fn not_with_model(path: &str, given: &str, model: &str, supported: &[&str]) -> ApiError {
    unsupported_by_model(path, given, model, quoted(supported, "and"))
}
