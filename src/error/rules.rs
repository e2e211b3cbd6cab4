//! Refusals that follow from several fields together, or from what the model can do.

use crate::error::ApiError;
use crate::error::quoted;
use crate::error::refusals;

refusals! {
    /// A message without content that must have some
    content_is_null(at): 400 "Invalid value for 'content': expected a string, got null.", param "messages.[{at}].content";
    /// A tool message that follows no assistant message with `tool_calls`
    tool_without_calls(at): 400 "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", param "messages.[{at}].role";
    /// A tool message whose `tool_call_id` the assistant message before it does not have
    unknown_call_id(at, id): 400 "Invalid parameter: 'tool_call_id' of '{id}' not found in 'tool_calls' of previous message.", param "messages.[{at}].tool_call_id";
    /// An assistant message whose `tool_calls` are not all answered right behind it
    unanswered_calls(at, ids): 400 "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {ids}", param "messages.[{at}].role";
    /// `tool_choice` or `parallel_tool_calls` without `tools`
    needs_tools(name): 400 "Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified.", param "{name}";
    /// `function_call` without `functions`
    needs_functions(): 400 "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.", param "function_call";
    /// `tool_choice` or `function_call` that names a function nobody declared
    no_such_function(name): 400 "Invalid value for 'function_call': no function named '{name}' was specified in the 'functions' parameter.", param "function_call";
    /// `tools` or `tool_choice` together with `functions` or `function_call`. Our words
    tools_and_functions(): 400 "'tools' and 'tool_choice' cannot be used together with the deprecated 'functions' and 'function_call'.", param "functions";
    /// Two tools or functions of one name. Our words
    duplicate_name(path, name): 400 "Invalid '{path}': the name '{name}' is already taken. Each function needs a name of its own.", param "{path}", code "invalid_value";
    /// `stream_options` without `stream`
    needs_stream(path): 400 "The '{path}' parameter is only allowed when 'stream' is enabled.", param "{path}";
    /// `top_logprobs` without `logprobs`
    needs_logprobs(): 400 "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", param "top_logprobs";
    /// More `top_logprobs` than the model gives
    too_many_top_logprobs(most): 400 "Invalid value for 'top_logprobs': must be less than or equal to {most}.", param "top_logprobs";
    /// `metadata` without `store`, on models before gpt-5
    needs_store(): 400 "The 'metadata' parameter is only allowed when 'store' is enabled.", param "metadata";
    /// Both token limits at once
    both_token_limits(): 400 "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", param "max_tokens", code "invalid_parameter_combination";
    /// `response_format` `json_object` without the word in any message
    json_not_mentioned(): 400 "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", param "messages";
    /// `response_format` `json_object` on a model without it
    no_json_object(): 400 "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.", param "response_format";
    /// `response_format` `json_schema` on a model without it
    no_json_schema(): 400 "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs";
    /// A parameter that the model does not take. `instead` is empty, or says what to use: ` Use 'max_completion_tokens' instead.`
    unsupported(path, instead): 400 "Unsupported parameter: '{path}' is not supported with this model.{instead}", param "{path}", code "unsupported_parameter";
    /// A value other than the only one that the model takes
    only_default(path, given, default): 400 "Unsupported value: '{path}' does not support {given} with this model. Only the default ({default}) value is supported.", param "{path}", code "unsupported_value";
    /// A word that the model does not take
    unsupported_word(path, given, supported): 400 "Unsupported value: '{path}' does not support '{given}' with this model. Supported values are: {supported}.", param "{path}", code "unsupported_value";
    /// A system or developer message to o1-mini or o1-preview
    unsupported_role(at, role): 400 "Unsupported value: 'messages[{at}].role' does not support '{role}' with this model.", param "messages[{at}].role", code "unsupported_value";
    /// Parameters that models which search the web do not take
    incompatible_arguments(plural, names): 400 "Model incompatible request argument{plural} supplied: {names}";
    /// `web_search_options` on a model that does not search
    no_web_search(): 400 "Web search options not supported with this model.", param "web_search_options";
    /// Chat: function tools beside a `reasoning_effort` other than `none` on gpt-5.2 and later; on gpt-5.6 and later also without one
    tools_while_reasoning(model): 400 "Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.", param "reasoning_effort";
    /// `prompt_cache_retention` `in_memory` on gpt-5.5 and later
    only_long_retention(): 400 "This model is compatible only with 24h extended prompt caching", param "prompt_cache_retention";
    /// `prompt_cache_retention` that is none of `in_memory` and `24h`
    bad_retention(): 400 "Invalid prompt_cache_retention argument", param "prompt_cache_retention";
    /// A prompt that the model's window does not hold
    context_exceeded(window, given): 400 "This model's maximum context length is {window} tokens. However, your messages resulted in {given} tokens. Please reduce the length of the messages.", param "messages", code "context_length_exceeded";
    /// A prompt over what gpt-5 and later take as input
    input_exceeded(limit, given): 400 "Input tokens exceed the configured limit of {limit} tokens. Your messages resulted in {given} tokens. Please reduce the length of the messages.", param "messages", code "context_length_exceeded";
    /// gpt-3.5 and gpt-4: a prompt that leaves less than `max_tokens` of the window
    completion_exceeds_context(window, sum, prompt, completion): 400 "This model's maximum context length is {window} tokens. However, you requested {sum} tokens ({prompt} in the messages, {completion} in the completion). Please reduce the length of the messages or completion.", param "messages", code "context_length_exceeded";
    /// A token limit over what the model can say
    limit_too_large(name, given, most): 400 "{name} is too large: {given}. This model supports at most {most} completion tokens, whereas you provided {given}.", param "{name}", code "invalid_value";
    /// A limit of 1 token on a model that reasons
    nothing_finished(): 400 "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.";
    /// An image in base64 without what a data URL begins with
    bare_base64(path): 400 "Invalid image URL: '{path}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.", param "{path}", code "invalid_value";
    /// An image's address that is neither http, https nor data
    image_unreachable(url): 400 "Error while downloading {url}.", code "invalid_image_url";
    /// An image whose bytes are none of the formats
    bad_image(): 400 "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].", code "invalid_image_format";
    /// An image to a model that does not see
    no_images(at, part): 400 "Invalid content type. image_url is only supported by certain models.", param "messages.[{at}].content.[{part}].type";
    /// An image in a message that is not a user's
    image_of_other_role(at, role): 400 "Invalid 'messages[{at}]'. Image URLs are only allowed for messages with role 'user', but this message with role '{role}' contains an image URL.", param "messages[{at}]", code "invalid_value";
    /// Sound to a model that does not hear
    no_audio_input(at): 400 "Invalid 'messages[{at}]'. Content blocks are expected to be either text or image_url type.", param "messages[{at}]", code "invalid_value";
    /// Sound or a file that is not base64. Our words
    bad_base64(path): 400 "Invalid '{path}': the value is not valid base64.", param "{path}", code "invalid_value";
    /// Chat: `file_data` that is no PDF in a data URL
    not_a_pdf(path, given): 400 "Invalid file data: '{path}'. Expected a base64-encoded data URL with an application/pdf MIME type (e.g. 'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), but got {given}.", param "{path}", code "invalid_value";
    /// A file part with neither `file_id` nor `file_data`. Our words
    empty_file_part(path): 400 "Invalid '{path}': one of 'file_id' or 'file_data' is required.", param "{path}", code "invalid_value";
    /// `audio.format` other than `pcm16` in a stream
    only_pcm16_streams(format): 400 "Unsupported value: 'audio.format' does not support '{format}' when stream=true. Supported values are: 'pcm16'.", param "audio.format", code "unsupported_value";
    /// `audio.format` in which openai-fake has no sound. Our words
    no_such_sound(format): 400 "openai-fake speaks 'wav' and 'pcm16' only, not '{format}'. Ask for one of these in tests.", param "audio.format", code "unsupported_value";
    /// An audio model that neither hears nor is asked to speak
    needs_audio(): 400 "This model requires that either input content or output modality contain audio.", param "model", code "invalid_value";

    /// Completions: `n` above `best_of`
    best_of_below_n(n, best_of): 400 "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently {n}) to be at most 'best_of' (currently {best_of}), or omit either parameter if you don't specifically want to use them.)", param "best_of";
    /// Completions: `best_of` above 1 in a stream
    best_of_streamed(): 400 "Cannot stream results with best_of > 1", param "best_of";
    /// Completions: `suffix` with a model that cannot insert
    no_suffix(): 400 "The model you specified does not support insertion (i.e. suffix).", param "suffix";
    /// Completions: a token id beyond the vocabulary
    bad_token(given, most): 400 "Invalid token in prompt: {given}. Minimum value is 0, maximum value is {most} (inclusive).";
    /// Completions: a prompt that leaves less than `max_tokens` of the window
    prompt_exceeds_context(window, sum, prompt, completion): 400 "This model's maximum context length is {window} tokens, however you requested {sum} tokens ({prompt} in your prompt; {completion} for the completion). Please reduce your prompt; or completion length.", code "context_length_exceeded";

    /// Embeddings: an empty array
    empty_input_array(): 400 "Invalid 'input': input cannot be an empty array.";
    /// Embeddings: an empty text, alone or among others
    empty_input_text(): 400 "Invalid 'input': input cannot be an empty string.";
    /// Embeddings: more than 2,048 inputs
    too_many_inputs(): 400 "Invalid 'input': array length must be 2048 or less.";
    /// Embeddings: an input of more than 8,192 tokens
    input_too_long(at): 400 "Invalid 'input[{at}]': maximum input length is 8192 tokens.";
    /// Embeddings: more than 300,000 tokens in all
    too_many_tokens(given): 400 "Requested {given} tokens, max 300000 tokens per request", type "max_tokens_per_request", code "max_tokens_per_request";
    /// Embeddings: `dimensions` with text-embedding-ada-002
    dimensions_not_supported(): 400 "This model does not support specifying dimensions.";
    /// Embeddings: more `dimensions` than the model has
    too_many_dimensions(given, most): 400 "Invalid value for 'dimensions' = {given}. Must be less than or equal to {most}.";

    /// Images: a `size` that is not written as one
    bad_image_size(given): 400 "Invalid size '{given}'. Expected WIDTHxHEIGHT, for example '1824x1024'.", type "image_generation_user_error", param "size", code "invalid_value";
    /// Images: a `size` in steps that the model does not draw
    uneven_image_size(given): 400 "Invalid size '{given}'. Width and height must both be divisible by 16.", type "image_generation_user_error", param "size", code "invalid_value";
    /// Images: a `size` with a side that is too long for the model, or for this server
    long_image_edge(given, most): 400 "Invalid size '{given}'. The longest edge must be less than or equal to {most}.", type "image_generation_user_error", param "size", code "invalid_value";
    /// Images: a `size` that is too narrow for the model. Our words
    narrow_image_size(given, most): 400 "Invalid size '{given}'. The aspect ratio must be between 1:{most} and {most}:1.", type "image_generation_user_error", param "size", code "invalid_value";
    /// Images: a `size` of fewer pixels than the model draws
    few_image_pixels(given): 400 "Invalid size '{given}'. Requested resolution is below the current minimum pixel budget.", type "image_generation_user_error", param "size", code "invalid_value";
    /// Images: a `size` of more pixels than the model draws. Our words
    many_image_pixels(given): 400 "Invalid size '{given}'. Requested resolution is above the current maximum pixel budget.", type "image_generation_user_error", param "size", code "invalid_value";
    /// Images: `background` `transparent` on gpt-image-2
    no_transparency(): 400 "Transparent background is not supported for this model.", param "background", code "invalid_value";
    /// Images: more than one picture from dall-e-3
    only_one_image(): 400 "You must provide n=1 for this model.";
    /// Images: `partial_images` without `stream`. Our words
    partial_needs_stream(): 400 "The 'partial_images' parameter is only allowed when 'stream' is enabled.", param "partial_images";
    /// Images: a transparent background in a file that has none. Our words
    file_has_no_transparency(): 400 "A transparent background needs an 'output_format' of 'png' or 'webp'.", param "output_format", code "invalid_value";
    /// Images: a parameter of one kind of file with another kind. Our words
    needs_output_format(name, format): 400 "The '{name}' parameter is only allowed when 'output_format' is '{format}'.", param "{name}";
    /// Images: a parameter that a kind of file does not have. Our words
    not_for_output_format(name, format): 400 "The '{name}' parameter is not supported when 'output_format' is '{format}'.", param "{name}";
    /// Images: more than one picture as SVG. Our words
    one_image_as_svg(): 400 "SVG output holds one image: 'n' must be 1 when 'output_format' is 'svg'.", param "n", code "invalid_value";
    /// Images: more than one picture in a stream. Our words
    one_image_per_stream(): 400 "A stream holds one image: 'n' must be 1 when 'stream' is enabled.", param "n", code "invalid_value";

    /// Moderations: more than one image in one input. Our words
    too_many_images(given): 400 "Invalid 'input': maximum of 1 image is allowed, but got {given}.", param "input", code "invalid_value";
    /// Moderations: an image to one of the text models. Our words
    text_alone_is_moderated(model): 400 "The model '{model}' does not support image inputs. Use 'omni-moderation-latest' instead.", param "input", code "invalid_value";
}

/// The same, the supported words listed.
pub(crate) fn unsupported_value(path: &str, given: &str, supported: &[&str]) -> ApiError {
    unsupported_word(path, given, quoted(supported, "and"))
}
