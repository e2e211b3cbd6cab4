//! Bodies with two mistakes: the one reported is the one that the API checks first.

use super::Row;

#[rustfmt::skip]
pub(super) const ORDER: &[Row] = &[
    (r#"{"-model":0,"-messages":0,"bogus":1}"#, "you must provide a model parameter", "", ""),
    (r#"{"-messages":0,"bogus":1}"#, "Missing required parameter: 'messages'.", "messages", "missing_required_parameter"),
    (r#"{"-messages":0,"temperature":5}"#, "Missing required parameter: 'messages'.", "messages", "missing_required_parameter"),
    (r#"{"bogus":1,"temperature":5}"#, "Unknown parameter: 'bogus'.", "bogus", "unknown_parameter"),
    (r#"{"messages":5,"bogus":1}"#, "Unknown parameter: 'bogus'.", "bogus", "unknown_parameter"),
    (r#"{"temperature":5,"bogus":1,"other":1}"#, "Unknown parameter: 'bogus'.", "bogus", "unknown_parameter"),
    (r#"{"functions":5,"messages":5}"#, "Invalid type for 'messages': expected an array of objects, but got an integer instead.", "messages", "invalid_type"),
    (r#"{"function_call":5,"functions":5}"#, "Invalid type for 'functions': expected an array of function definitions, but got an integer instead.", "functions", "invalid_type"),
    (r#"{"tool_choice":5,"tools":5}"#, "Invalid type for 'tools': expected an array of objects, but got an integer instead.", "tools", "invalid_type"),
    (r#"{"parallel_tool_calls":5,"tool_choice":5}"#, "Invalid type for 'tool_choice': expected one of one of 'none', 'auto', or 'required' or object, but got an integer instead.", "tool_choice", "invalid_type"),
    (r#"{"max_completion_tokens":"x","parallel_tool_calls":5}"#, "Invalid type for 'parallel_tool_calls': expected a boolean, but got an integer instead.", "parallel_tool_calls", "invalid_type"),
    (r#"{"n":"x","max_completion_tokens":"x"}"#, "Invalid type for 'max_completion_tokens': expected an integer, but got a string instead.", "max_completion_tokens", "invalid_type"),
    (r#"{"temperature":"x","n":"x"}"#, "Invalid type for 'n': expected an integer, but got a string instead.", "n", "invalid_type"),
    (r#"{"top_p":"x","temperature":"x"}"#, "Invalid type for 'temperature': expected a decimal, but got a string instead.", "temperature", "invalid_type"),
    (r#"{"presence_penalty":"x","top_p":"x"}"#, "Invalid type for 'top_p': expected a decimal, but got a string instead.", "top_p", "invalid_type"),
    (r#"{"frequency_penalty":"x","presence_penalty":"x"}"#, "Invalid type for 'presence_penalty': expected a decimal, but got a string instead.", "presence_penalty", "invalid_type"),
    (r#"{"logprobs":5,"frequency_penalty":"x"}"#, "Invalid type for 'frequency_penalty': expected a decimal, but got a string instead.", "frequency_penalty", "invalid_type"),
    (r#"{"top_logprobs":"x","logprobs":5}"#, "Invalid type for 'logprobs': expected a boolean, but got an integer instead.", "logprobs", "invalid_type"),
    (r#"{"user":5,"top_logprobs":"x"}"#, "Invalid type for 'top_logprobs': expected an integer, but got a string instead.", "top_logprobs", "invalid_type"),
    (r#"{"seed":"x","user":5}"#, "Invalid type for 'user': expected a string, but got an integer instead.", "user", "invalid_type"),
    (r#"{"moderation":5,"seed":"x"}"#, "Invalid type for 'seed': expected an integer, but got a string instead.", "seed", "invalid_type"),
    (r#"{"safety_identifier":5,"moderation":5}"#, "Invalid type for 'moderation': expected an object, but got an integer instead.", "moderation", "invalid_type"),
    (r#"{"prompt_cache_options":5,"safety_identifier":5}"#, "Invalid type for 'safety_identifier': expected a string, but got an integer instead.", "safety_identifier", "invalid_type"),
    (r#"{"prompt_cache_key":5,"prompt_cache_options":5}"#, "Invalid type for 'prompt_cache_options': expected an object, but got an integer instead.", "prompt_cache_options", "invalid_type"),
    (r#"{"prompt_cache_retention":5,"prompt_cache_key":5}"#, "Invalid type for 'prompt_cache_key': expected a string, but got an integer instead.", "prompt_cache_key", "invalid_type"),
    (r#"{"response_format":5,"prompt_cache_retention":5}"#, "Invalid type for 'prompt_cache_retention': expected one of 'in_memory' or '24h', but got an integer instead.", "prompt_cache_retention", "invalid_type"),
    (r#"{"service_tier":5,"response_format":5}"#, "Invalid type for 'response_format': expected an object, but got an integer instead.", "response_format", "invalid_type"),
    (r#"{"max_tokens":"x","service_tier":5}"#, "Invalid type for 'service_tier': expected a string, but got an integer instead.", "service_tier", "invalid_type"),
    (r#"{"reasoning_effort":5,"max_tokens":"x"}"#, "Invalid type for 'max_tokens': expected an integer, but got a string instead.", "max_tokens", "invalid_type"),
    (r#"{"logit_bias":5,"reasoning_effort":5}"#, "Invalid type for 'reasoning_effort': expected a string, but got an integer instead.", "reasoning_effort", "invalid_type"),
    (r#"{"stop":5,"logit_bias":5}"#, "Invalid type for 'logit_bias': expected an object, but got an integer instead.", "logit_bias", "invalid_type"),
    (r#"{"stream":5,"stop":5}"#, "Invalid type for 'stop': expected one of a string or array of strings, but got an integer instead.", "stop", "invalid_type"),
    (r#"{"stream_options":5,"stream":5}"#, "Invalid type for 'stream': expected a boolean, but got an integer instead.", "stream", "invalid_type"),
    (r#"{"store":5,"stream_options":5}"#, "Invalid type for 'stream_options': expected an object, but got an integer instead.", "stream_options", "invalid_type"),
    (r#"{"metadata":5,"store":5}"#, "Invalid type for 'store': expected a boolean, but got an integer instead.", "store", "invalid_type"),
    (r#"{"prediction":5,"metadata":5}"#, "Invalid type for 'metadata': expected a metadata object, but got an integer instead.", "metadata", "invalid_type"),
    (r#"{"verbosity":5,"prediction":5}"#, "Invalid type for 'prediction': expected an object, but got an integer instead.", "prediction", "invalid_type"),
    (r#"{"messages":[{"role":"user"}],"temperature":5}"#, "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 5 instead.", "temperature", "decimal_above_max_value"),
    (r#"{"messages":[{"role":"tool","content":"x","tool_call_id":"a"}],"n":129}"#, "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.", "n", "integer_above_max_value"),
    (r#"{"model":"gpt-5","max_tokens":5,"messages":[{"role":"user"}]}"#, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"),
    (r#"{"model":"gpt-5","stop":"x","verbosity":"loud"}"#, "Invalid value: 'loud'. Supported values are: 'low', 'medium', and 'high'.", "verbosity", "invalid_value"),
    (r#"{"model":"gpt-4","messages":[<<2048*{"role":"user","content":""},>>,{"role":"user"}]}"#, "Invalid value for 'content': expected a string, got null.", "messages.[2048].content", ""),
    (r#"{"model":"gpt-5","messages":[{"role":"tool","tool_call_id":"a","content":"x"}],"stop":"x"}"#, "Unsupported parameter: 'stop' is not supported with this model.", "stop", "unsupported_parameter"),
    (r#"{"messages":[{"role":"user"},{"role":"tool","tool_call_id":"a","content":"x"}]}"#, "Invalid value for 'content': expected a string, got null.", "messages.[0].content", ""),
    (r#"{"messages":[{"role":"bot","content":5}]}"#, "Invalid value: 'bot'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", "messages[0].role", "invalid_value"),
    (r#"{"messages":[{"role":"user","content":5,"bogus":1}]}"#, "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an integer instead.", "messages[0].content", "invalid_type"),
    (r#"{"model":"gpt-5","max_tokens":5,"bogus":1}"#, "Unknown parameter: 'bogus'.", "bogus", "unknown_parameter"),
    (r#"{"model":"gpt-5","max_tokens":0}"#, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"),
    (r#"{"model":"gpt-5-mini","max_tokens":5,"temperature":3}"#, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"),
    (r#"{"model":"gpt-5.4","max_tokens":"x","messages":[{"role":"bot"}]}"#, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"),
    (r#"{"model":"gpt-5","max_tokens":null,"temperature":3}"#, "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.", "temperature", "decimal_above_max_value"),
    (r#"{"messages":[{"role":"tool","bogus":1}]}"#, "Missing required parameter: 'messages[0].tool_call_id'.", "messages[0].tool_call_id", "missing_required_parameter"),
    (r#"{"messages":[{"role":"user","content":5},{"role":"bot"}]}"#, "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an integer instead.", "messages[0].content", "invalid_type"),
];

/// The model comes before everything else.
#[rustfmt::skip]
pub(super) const ORDER_404: &[Row] = &[
    (r#"{"model":"o1-pro","-messages":0}"#, "This model is only supported in v1/responses and not in v1/chat/completions.", "model", ""),
    (r#"{"model":"davinci-002","bogus":1}"#, "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?", "model", ""),
];

/// The same of legacy completions.
#[rustfmt::skip]
pub(super) const ORDER_LEGACY: &[Row] = &[
    (r#"{"-model":0,"bogus":1}"#, "you must provide a model parameter", "", ""),
    (r#"{"-prompt":0,"bogus":1}"#, "Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter"),
    (r#"{"bogus":1,"temperature":3}"#, "Unrecognized request argument supplied: bogus", "", ""),
    (r#"{"prompt":5,"messages":[],"bogus":1}"#, "Unrecognized request arguments supplied: messages, bogus", "", ""),
    (r#"{"temperature":3,"prompt":5}"#, "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "", ""),
    (r#"{"best_of":1,"n":2,"temperature":3}"#, "3 is greater than the maximum of 2 - 'temperature'", "", ""),
    (r#"{"best_of":1,"n":2,"prompt":[100258]}"#, "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently 2) to be at most 'best_of' (currently 1), or omit either parameter if you don't specifically want to use them.)", "best_of", ""),
];
