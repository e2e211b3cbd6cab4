//! The older dialect, of completions and embeddings, one refusal a line.

use super::Row;

#[rustfmt::skip]
pub(super) const COMPLETIONS: &[Row] = &[
    (r#"{"-model":0}"#, "you must provide a model parameter", "", ""),
    (r#"{"model":""}"#, "you must provide a model parameter", "", ""),
    (r#"{"model":5}"#, "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)", "", ""),
    (r#"{"-prompt":0}"#, "Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter"),
    (r#"{"prompt":5}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":true}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":{}}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":null}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":["a",1]}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":[1,"a"]}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":[[1],"a"]}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":[null]}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":[1.5]}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"prompt":[]}"#, "[] is too short - 'prompt'", "", ""),
    (r#"{"prompt":[[1],[]]}"#, "[] is too short - 'prompt[1]'", "", ""),
    (r#"{"temperature":"hot"}"#, "'hot' is not of type 'number' - 'temperature'", "", ""),
    (r#"{"temperature":true}"#, "True is not of type 'number' - 'temperature'", "", ""),
    (r#"{"top_p":[]}"#, "[] is not of type 'number' - 'top_p'", "", ""),
    (r#"{"presence_penalty":"x"}"#, "'x' is not of type 'number' - 'presence_penalty'", "", ""),
    (r#"{"frequency_penalty":{}}"#, "{} is not of type 'number' - 'frequency_penalty'", "", ""),
    (r#"{"n":"x"}"#, "'x' is not of type 'integer' - 'n'", "", ""),
    (r#"{"n":1.5}"#, "1.5 is not of type 'integer' - 'n'", "", ""),
    (r#"{"best_of":"x"}"#, "'x' is not of type 'integer' - 'best_of'", "", ""),
    (r#"{"logprobs":true}"#, "True is not of type 'integer' - 'logprobs'", "", ""),
    (r#"{"max_tokens":"5"}"#, "Invalid type for 'max_tokens': expected an integer, but got a string instead.", "max_tokens", "invalid_type"),
    (r#"{"max_tokens":-1}"#, "Invalid 'max_tokens': integer below minimum value. Expected a value >= 0, but got -1 instead.", "max_tokens", "integer_below_min_value"),
    (r#"{"seed":"x"}"#, "'x' is not of type 'integer' - 'seed'", "", ""),
    (r#"{"echo":"x"}"#, "'x' is not of type 'boolean' - 'echo'", "", ""),
    (r#"{"echo":1}"#, "1 is not of type 'boolean' - 'echo'", "", ""),
    (r#"{"stream":"x"}"#, "'x' is not of type 'boolean' - 'stream'", "", ""),
    (r#"{"user":5}"#, "5 is not of type 'string' - 'user'", "", ""),
    (r#"{"suffix":5}"#, "5 is not of type 'string' - 'suffix'", "", ""),
    (r#"{"stream":true,"logit_bias":[]}"#, "[] is not of type 'object' - 'logit_bias'", "", ""),
    (r#"{"stream":true,"stream_options":5}"#, "5 is not of type 'object' - 'stream_options'", "", ""),
    (r#"{"temperature":3}"#, "3 is greater than the maximum of 2 - 'temperature'", "", ""),
    (r#"{"top_p":1.5}"#, "1.5 is greater than the maximum of 1 - 'top_p'", "", ""),
    (r#"{"presence_penalty":2.5}"#, "2.5 is greater than the maximum of 2 - 'presence_penalty'", "", ""),
    (r#"{"frequency_penalty":3}"#, "3 is greater than the maximum of 2 - 'frequency_penalty'", "", ""),
    (r#"{"n":129}"#, "129 is greater than the maximum of 128 - 'n'", "", ""),
    (r#"{"best_of":21}"#, "21 is greater than the maximum of 20 - 'best_of'", "", ""),
    (r#"{"logprobs":6}"#, "6 is greater than the maximum of 5 - 'logprobs'", "", ""),
    (r#"{"temperature":-1}"#, "-1 is less than the minimum of 0 - 'temperature'", "", ""),
    (r#"{"top_p":-0.5}"#, "-0.5 is less than the minimum of 0 - 'top_p'", "", ""),
    (r#"{"presence_penalty":-2.5}"#, "-2.5 is less than the minimum of -2 - 'presence_penalty'", "", ""),
    (r#"{"frequency_penalty":-3}"#, "-3 is less than the minimum of -2 - 'frequency_penalty'", "", ""),
    (r#"{"n":0}"#, "0 is less than the minimum of 1 - 'n'", "", ""),
    (r#"{"best_of":-1}"#, "-1 is less than the minimum of 0 - 'best_of'", "", ""),
    (r#"{"logprobs":-1}"#, "-1 is less than the minimum of 0 - 'logprobs'", "", ""),
    (r#"{"stop":5}"#, "'$.stop' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"stop":[1]}"#, "'$.stop' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"stop":["a","b","c","d","e"]}"#, "['a', 'b', 'c', 'd', 'e'] is too long - 'stop'", "", ""),
    (r#"{"logit_bias":{"abc":1}}"#, "Invalid key in 'logit_bias': abc. You should only be submitting non-negative integers.", "", ""),
    (r#"{"logit_bias":{"5":101}}"#, "101 is greater than the maximum of 100 - 'logit_bias.5'", "", ""),
    (r#"{"logit_bias":{"5":-101}}"#, "-101 is less than the minimum of -100 - 'logit_bias.5'", "", ""),
    (r#"{"messages":[]}"#, "Unrecognized request argument supplied: messages", "", ""),
    (r#"{"bogus":1}"#, "Unrecognized request argument supplied: bogus", "", ""),
    (r#"{"a":1,"b":2}"#, "Unrecognized request arguments supplied: a, b", "", ""),
    (r#"{"stor":1}"#, "Unrecognized request argument supplied: stor", "", ""),
    (r#"{"n":3,"best_of":1}"#, "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently 3) to be at most 'best_of' (currently 1), or omit either parameter if you don't specifically want to use them.)", "best_of", ""),
    (r#"{"stream":true,"best_of":2}"#, "Cannot stream results with best_of > 1", "best_of", ""),
    (r#"{"stream_options":{"include_usage":true}}"#, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", ""),
    (r#"{"model":"davinci-002","suffix":"x"}"#, "The model you specified does not support insertion (i.e. suffix).", "suffix", ""),
    (r#"{"model":"babbage-002","suffix":"x"}"#, "The model you specified does not support insertion (i.e. suffix).", "suffix", ""),
    (r#"{"prompt":[100258]}"#, "Invalid token in prompt: 100258. Minimum value is 0, maximum value is 100257 (inclusive).", "", ""),
    (r#"{"prompt":[[1],[2,100258]]}"#, "Invalid token in prompt: 100258. Minimum value is 0, maximum value is 100257 (inclusive).", "", ""),
    (r#"{"prompt":[1],"max_tokens":4096}"#, "This model's maximum context length is 4096 tokens, however you requested 4097 tokens (1 in your prompt; 4096 for the completion). Please reduce your prompt; or completion length.", "", "context_length_exceeded"),
    (r#"{"prompt":[<<4081*5,>>]}"#, "This model's maximum context length is 4096 tokens, however you requested 4097 tokens (4081 in your prompt; 16 for the completion). Please reduce your prompt; or completion length.", "", "context_length_exceeded"),
    (r#"{"model":"davinci-002","prompt":[<<16369*5,>>]}"#, "This model's maximum context length is 16384 tokens, however you requested 16385 tokens (16369 in your prompt; 16 for the completion). Please reduce your prompt; or completion length.", "", "context_length_exceeded"),
];

/// Models that are for chat.
#[rustfmt::skip]
pub(super) const COMPLETIONS_404: &[Row] = &[
    (r#"{"model":"gpt-4o"}"#, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", "model", ""),
    (r#"{"model":"gpt-3.5-turbo"}"#, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", "model", ""),
    (r#"{"model":"o1"}"#, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", "model", ""),
    (r#"{"model":"gpt-5"}"#, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", "model", ""),
];

/// Models that are for neither.
#[rustfmt::skip]
pub(super) const COMPLETIONS_403: &[Row] = &[
    (r#"{"model":"text-embedding-3-small"}"#, "You are not allowed to sample from this model", "", ""),
    (r#"{"model":"omni-moderation-latest"}"#, "You are not allowed to sample from this model", "", ""),
];

#[rustfmt::skip]
pub(super) const EMBEDDINGS: &[Row] = &[
    (r#"{"-model":0}"#, "you must provide a model parameter", "", ""),
    (r#"{"model":5}"#, "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)", "", ""),
    (r#"{"encoding_format":"bogus"}"#, "'bogus' is not one of ['float', 'base64'] - 'encoding_format'", "", ""),
    (r#"{"encoding_format":5}"#, "5 is not of type 'string' - 'encoding_format'", "", ""),
    (r#"{"dimensions":-1}"#, "-1 is less than the minimum of 1 - 'dimensions'", "", ""),
    (r#"{"dimensions":0}"#, "0 is less than the minimum of 1 - 'dimensions'", "", ""),
    (r#"{"input":5,"dimensions":0}"#, "0 is less than the minimum of 1 - 'dimensions'", "", ""),
    (r#"{"encoding_format":"bogus","dimensions":0}"#, "0 is less than the minimum of 1 - 'dimensions'", "", ""),
    (r#"{"input":"","dimensions":1537}"#, "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536.", "", ""),
    (r#"{"dimensions":"x"}"#, "'x' is not of type 'integer' - 'dimensions'", "", ""),
    (r#"{"dimensions":1.5}"#, "1.5 is not of type 'integer' - 'dimensions'", "", ""),
    (r#"{"user":5}"#, "5 is not of type 'string' - 'user'", "", ""),
    (r#"{"bogus":1}"#, "Unrecognized request argument supplied: bogus", "", ""),
    (r#"{"a":1,"b":1}"#, "Unrecognized request arguments supplied: a, b", "", ""),
];

/// Models that make none.
#[rustfmt::skip]
pub(super) const EMBEDDINGS_403: &[Row] = &[
    (r#"{"model":"gpt-4o"}"#, "You are not allowed to generate embeddings from this model", "", ""),
    (r#"{"model":"davinci-002"}"#, "You are not allowed to generate embeddings from this model", "", ""),
    (r#"{"model":"o1-pro"}"#, "You are not allowed to generate embeddings from this model", "", ""),
];
