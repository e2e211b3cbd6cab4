//! What a response repeats of its request: fields, where to look, and the JSON that stands there.

use super::respond;

type Echo = (&'static str, &'static str, &'static str);

#[track_caller]
pub(super) fn hold(echoes: &[Echo]) {
    let mut broken = Vec::new();
    for (fields, pointer, expected) in echoes {
        let response = respond(fields);
        let found = response.body.pointer(pointer).map_or("nothing".to_owned(), ToString::to_string);
        if found != *expected {
            broken.push(format!("{fields} {pointer}\n  {found}\n  is not {expected}\n"));
        }
    }
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), echoes.len(), broken.concat());
}

/// What stands there where the request says nothing.
#[rustfmt::skip]
pub(super) const DEFAULTS: &[Echo] = &[
    ("{}", "/object", r#""response""#),
    ("{}", "/created_at", "1700000000"),
    ("{}", "/status", r#""completed""#),
    ("{}", "/background", "false"),
    ("{}", "/billing", r#"{"payer":"developer"}"#),
    ("{}", "/completed_at", "1700000000"),
    ("{}", "/conversation", "nothing"),
    ("{}", "/error", "null"),
    ("{}", "/frequency_penalty", "0.0"),
    ("{}", "/incomplete_details", "null"),
    ("{}", "/instructions", "null"),
    ("{}", "/max_output_tokens", "null"),
    ("{}", "/max_tool_calls", "null"),
    ("{}", "/moderation", "null"),
    ("{}", "/parallel_tool_calls", "true"),
    ("{}", "/presence_penalty", "0.0"),
    ("{}", "/previous_response_id", "null"),
    ("{}", "/prompt_cache_key", "null"),
    ("{}", "/reasoning", r#"{"context":null,"effort":null,"summary":null}"#),
    ("{}", "/safety_identifier", "null"),
    ("{}", "/service_tier", r#""default""#),
    ("{}", "/store", "true"),
    ("{}", "/temperature", "1.0"),
    ("{}", "/text", r#"{"format":{"type":"text"},"verbosity":"medium"}"#),
    ("{}", "/tool_choice", r#""auto""#),
    ("{}", "/tool_usage/web_search", r#"{"num_requests":0}"#),
    ("{}", "/tools", "[]"),
    ("{}", "/top_logprobs", "0"),
    ("{}", "/top_p", "1.0"),
    ("{}", "/truncation", r#""disabled""#),
    ("{}", "/user", "null"),
    ("{}", "/metadata", "{}"),
];

/// What the request says, as it comes back.
#[rustfmt::skip]
pub(super) const GIVEN: &[Echo] = &[
    (r#"{"instructions":"Be brief"}"#, "/instructions", r#""Be brief""#),
    (r#"{"max_output_tokens":99}"#, "/max_output_tokens", "99"),
    (r#"{"max_tool_calls":3}"#, "/max_tool_calls", "3"),
    (r#"{"parallel_tool_calls":false}"#, "/parallel_tool_calls", "false"),
    (r#"{"parallel_tool_calls":null}"#, "/parallel_tool_calls", "true"),
    (r#"{"prompt_cache_key":"a"}"#, "/prompt_cache_key", r#""a""#),
    (r#"{"prompt_cache_retention":"24h"}"#, "/prompt_cache_retention", r#""24h""#),
    (r#"{"safety_identifier":"a"}"#, "/safety_identifier", r#""a""#),
    (r#"{"service_tier":"auto"}"#, "/service_tier", r#""default""#),
    (r#"{"service_tier":"default"}"#, "/service_tier", r#""default""#),
    (r#"{"service_tier":"flex"}"#, "/service_tier", r#""flex""#),
    (r#"{"service_tier":"priority"}"#, "/service_tier", r#""priority""#),
    (r#"{"service_tier":"fast"}"#, "/service_tier", r#""priority""#),
    (r#"{"service_tier":"ultrafast"}"#, "/service_tier", r#""ultrafast""#),
    (r#"{"service_tier":"scale"}"#, "/service_tier", r#""default""#),
    (r#"{"store":false}"#, "/store", "false"),
    (r#"{"store":null}"#, "/store", "true"),
    (r#"{"temperature":1}"#, "/temperature", "1.0"),
    (r#"{"temperature":0}"#, "/temperature", "0.0"),
    (r#"{"temperature":0.25}"#, "/temperature", "0.25"),
    (r#"{"temperature":null}"#, "/temperature", "1.0"),
    (r#"{"top_p":1}"#, "/top_p", "1.0"),
    (r#"{"top_p":0.5}"#, "/top_p", "0.5"),
    (r#"{"text":{"format":{"type":"json_object"}},"input":"JSON"}"#, "/text", r#"{"format":{"type":"json_object"},"verbosity":"medium"}"#),
    (r#"{"model":"gpt-5","text":{"verbosity":"low"}}"#, "/text", r#"{"format":{"type":"text"},"verbosity":"low"}"#),
    (r#"{"text":{"format":{"name":"a","type":"json_schema","schema":{"type":"object","properties":{"b":{"type":"string"}}}}}}"#, "/text/format", r#"{"type":"json_schema","description":null,"name":"a","schema":{"type":"object","properties":{"b":{"type":"string"}},"additionalProperties":false,"required":["b"]},"strict":true}"#),
    (r#"{"text":{"format":{"name":"a","type":"json_schema","schema":{"type":"object","properties":{"b":{"type":"object"}}}}}}"#, "/text/format", r#"{"type":"json_schema","description":null,"name":"a","schema":{"type":"object","properties":{"b":{"type":"object"}}},"strict":false}"#),
    (r#"{"text":{"format":{"name":"a","type":"json_schema","strict":false,"schema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{}}}}}"#, "/text/format", r#"{"type":"json_schema","description":null,"name":"a","schema":{"type":"object","properties":{}},"strict":false}"#),
    (r#"{"text":{"format":{"name":"a","type":"json_schema","strict":null,"schema":{"type":"object","properties":{}}}}}"#, "/text/format/strict", "false"),
    (r#"{"text":{"format":{"name":"a","type":"json_schema","strict":true,"description":"Of a","schema":{"type":"object","properties":{},"required":[],"additionalProperties":false}}}}"#, "/text/format", r#"{"type":"json_schema","description":"Of a","name":"a","schema":{"type":"object","properties":{},"required":[],"additionalProperties":false},"strict":true}"#),
    (r#"{"tool_choice":"none"}"#, "/tool_choice", r#""none""#),
    (r#"{"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"f"}}"#, "/tool_choice", r#"{"type":"function","name":"f"}"#),
    (r#"{"top_logprobs":5}"#, "/top_logprobs", "5"),
    (r#"{"truncation":"auto"}"#, "/truncation", r#""auto""#),
    (r#"{"user":"ann"}"#, "/user", r#""ann""#),
    (r#"{"metadata":{"b":"1","a":"2"}}"#, "/metadata", r#"{"b":"1","a":"2"}"#),
    (r#"{"model":"gpt-5","include":["reasoning.encrypted_content"]}"#, "/include", "nothing"),
    ("{}", "/access_programs", "nothing"),
    (r#"{"model":"gpt-6-astra"}"#, "/access_programs", "null"),
    (r#"{"model":"gpt-6.2-sol","access_programs":{"cyber":"daybreak_blue"}}"#, "/access_programs", r#"{"cyber":"daybreak_blue"}"#),
    (r#"{"model":"gpt-5.6-luna"}"#, "/access_programs", "nothing"),
    (r#"{"access_programs":{"cyber":"standard"}}"#, "/access_programs", r#"{"cyber":"standard"}"#),
    (r#"{"access_programs":{}}"#, "/access_programs", "null"),
    ("{}", "/background_options", "nothing"),
    (r#"{"background_options":{"completion_window":"soonest","continuation_id":"a"}}"#, "/background_options", r#"{"completion_window":"soonest","continuation_id":"a"}"#),
    ("{}", "/image", "nothing"),
    (r#"{"image":{"context_compression":"enabled"}}"#, "/image", r#"{"context_compression":"enabled"}"#),
    (r#"{"image":{"context_compression":"auto"}}"#, "/image", r#"{"context_compression":"disabled"}"#),
    (r#"{"image":{}}"#, "/image", r#"{"context_compression":"disabled"}"#),
    ("{}", "/prompt_cache_options", "nothing"),
    (r#"{"prompt_cache_options":{}}"#, "/prompt_cache_options", r#"{"mode":"implicit","ttl":"30m"}"#),
    (r#"{"prompt_cache_options":{"ttl":"30m","mode":"explicit"}}"#, "/prompt_cache_options", r#"{"mode":"explicit","ttl":"30m"}"#),
    (r#"{"prompt_cache_key":"0123456789012345678901234567890123456789012345678901234567890123456789"}"#, "/prompt_cache_key", r#""0123456789012345678901234567890123456789012345678901234567890123456789""#),
    (r#"{"client_metadata":{"session_id":"a"}}"#, "/client_metadata", "nothing"),
    (r#"{"multi_agent":{"enabled":true}}"#, "/multi_agent", "nothing"),
    // An effort from here on, not that of the request.
    (r#"{"model":"gpt-6-sol","reasoning":{"effort":"low"},"input":[{"type":"configuration_update","reasoning":{"effort":"high"}},{"role":"user","content":"Hi"}]}"#, "/reasoning/effort", r#""low""#),
    (r#"{"context_management":[{"type":"compaction","compact_threshold":1000}]}"#, "/context_management", "nothing"),
];

/// What depends on the model.
#[rustfmt::skip]
pub(super) const MODELS: &[Echo] = &[
    (r#"{"model":"gpt-4o"}"#, "/model", r#""gpt-4o-2024-08-06""#),
    (r#"{"model":"gpt-4o-mini"}"#, "/model", r#""gpt-4o-mini-2024-07-18""#),
    (r#"{"model":"gpt-4.1"}"#, "/model", r#""gpt-4.1-2025-04-14""#),
    (r#"{"model":"gpt-5"}"#, "/model", r#""gpt-5-2025-08-07""#),
    (r#"{"model":"gpt-4o-2024-11-20"}"#, "/model", r#""gpt-4o-2024-11-20""#),
    (r#"{"model":"my-model"}"#, "/model", r#""my-model""#),
    (r#"{"model":"gpt-4.1"}"#, "/top_p", "1.0"),
    (r#"{"model":"o3"}"#, "/top_p", "1.0"),
    (r#"{"model":"gpt-5"}"#, "/top_p", "1.0"),
    (r#"{"model":"gpt-5.1"}"#, "/top_p", "1.0"),
    (r#"{"model":"gpt-5.2"}"#, "/top_p", "0.98"),
    (r#"{"model":"gpt-5.4-mini"}"#, "/top_p", "0.98"),
    (r#"{"model":"gpt-5.2","top_p":1}"#, "/top_p", "1.0"),
    (r#"{"model":"gpt-4.1"}"#, "/prompt_cache_retention", r#""in_memory""#),
    (r#"{"model":"gpt-5.1"}"#, "/prompt_cache_retention", r#""in_memory""#),
    (r#"{"model":"o4-mini"}"#, "/prompt_cache_retention", r#""in_memory""#),
    (r#"{"model":"gpt-5.2"}"#, "/prompt_cache_retention", r#""24h""#),
    (r#"{"model":"gpt-5.5"}"#, "/prompt_cache_retention", r#""24h""#),
    (r#"{"model":"gpt-6-sol"}"#, "/prompt_cache_retention", r#""24h""#),
    (r#"{"model":"gpt-4o","reasoning":{}}"#, "/reasoning", r#"{"context":null,"effort":null,"summary":null}"#),
    (r#"{"model":"gpt-5"}"#, "/reasoning", r#"{"context":"current_turn","effort":"medium","mode":"standard","summary":null}"#),
    (r#"{"model":"gpt-5.1"}"#, "/reasoning", r#"{"context":"current_turn","effort":"none","mode":"standard","summary":null}"#),
    (r#"{"model":"gpt-5-pro"}"#, "/reasoning/effort", r#""high""#),
    (r#"{"model":"gpt-5.4-pro"}"#, "/reasoning/effort", r#""medium""#),
    (r#"{"model":"gpt-5.5"}"#, "/reasoning/effort", r#""medium""#),
    (r#"{"model":"o3"}"#, "/reasoning/effort", r#""medium""#),
    (r#"{"model":"gpt-6-sol"}"#, "/reasoning", r#"{"context":"all_turns","effort":"medium","mode":"standard","summary":null}"#),
    (r#"{"model":"gpt-6-sol","reasoning":{"context":"current_turn"}}"#, "/reasoning/context", r#""current_turn""#),
    (r#"{"model":"came-out-yesterday","reasoning":{"summary":"auto"}}"#, "/reasoning/effort", r#""medium""#),
    (r#"{"model":"gpt-6-sol","reasoning":{"context":"auto"}}"#, "/reasoning/context", r#""all_turns""#),
    (r#"{"model":"gpt-5","reasoning":{"effort":"low","summary":"auto"}}"#, "/reasoning", r#"{"context":"current_turn","effort":"low","mode":"standard","summary":"detailed"}"#),
    (r#"{"model":"gpt-5.1","reasoning":{"summary":"concise"}}"#, "/reasoning/summary", r#""concise""#),
];

/// Tools, with what the request left out.
#[rustfmt::skip]
pub(super) const TOOLS: &[Echo] = &[
    (r#"{"tools":[{"type":"web_search","user_location":{"type":"approximate","city":"Bergen"}}]}"#, "/tools/0/user_location/country", "null"),
    (r#"{"tools":[{"type":"function","name":"f"}]}"#, "/tools/0", r#"{"type":"function","description":null,"name":"f","output_schema":null,"parameters":{"type":"object","properties":{},"additionalProperties":false,"required":[]},"strict":true}"#),
    (r#"{"tools":[{"type":"function","name":"f","description":""}]}"#, "/tools/0/description", "null"),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{}}]}"#, "/tools/0/parameters", r#"{"type":"object","properties":{},"additionalProperties":false,"required":[]}"#),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{},"strict":false}]}"#, "/tools/0/parameters", r#"{"type":"object","properties":{}}"#),
    // Which draft a function's schema is of stays.
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"q":{"type":"string"},"n":{"type":"integer","minimum":0}},"required":["q"],"additionalProperties":false,"$schema":"http://json-schema.org/draft-07/schema#"}}]}"#, "/tools/0", r#"{"type":"function","description":null,"name":"f","output_schema":null,"parameters":{"type":"object","properties":{"q":{"type":"string"},"n":{"type":"integer","minimum":0}},"required":["q","n"],"additionalProperties":false,"$schema":"http://json-schema.org/draft-07/schema#"},"strict":true}"#),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"object","properties":{"x":{"type":"null"},"y":{"type":"null"}},"required":["y","x"]}}}}]}"#, "/tools/0/parameters/properties/a/required", r#"["y","x"]"#),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","pattern":"(?=a)"},"b":{"type":"object"}}}}]}"#, "/tools/0/strict", "false"),
    (r#"{"tools":[{"type":"function","name":"f","strict":false,"defer_loading":true,"async":false,"allowed_callers":["direct"],"output_schema":{"type":"object"}},{"type":"tool_search"}]}"#, "/tools/0", r#"{"type":"function","allowed_callers":["direct"],"async":false,"defer_loading":true,"description":null,"name":"f","output_schema":{"type":"object"},"parameters":{"type":"object","properties":{}},"strict":false}"#),
    (r#"{"tools":[{"type":"function","name":"f","description":"Of f","parameters":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"object","properties":{"c":{"type":"number"}}}},"required":["a"]}}]}"#, "/tools/0", r#"{"type":"function","description":"Of f","name":"f","output_schema":null,"parameters":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"object","properties":{"c":{"type":"number"}},"additionalProperties":false,"required":["c"]}},"required":["a","b"],"additionalProperties":false},"strict":true}"#),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}},"strict":null}]}"#, "/tools/0", r#"{"type":"function","description":null,"name":"f","output_schema":null,"parameters":{"type":"object","properties":{"a":{"type":"string"}}},"strict":false}"#),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}},"strict":false}]}"#, "/tools/0/strict", "false"),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}]}"#, "/tools/0/strict", "true"),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}}}]}"#, "/tools/0/strict", "false"),
    (r#"{"tools":[{"type":"namespace","name":"n","description":"Of n","tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}},{"type":"custom","name":"c"}]}]}"#, "/tools/0", r#"{"type":"namespace","description":"Of n","name":"n","tools":[{"type":"function","description":null,"name":"f","output_schema":null,"parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true},{"type":"custom","format":{"type":"text"},"name":"c"}]}"#),
    (r#"{"tools":[{"type":"custom","name":"c"}]}"#, "/tools/0", r#"{"type":"custom","format":{"type":"text"},"name":"c"}"#),
    (r#"{"tools":[{"type":"web_search"}]}"#, "/tools/0", r#"{"type":"web_search","return_token_budget":"default","search_content_types":["text"],"search_context_size":"medium","user_location":{"type":"approximate","city":null,"country":"US","region":null,"timezone":null}}"#),
    (r#"{"tools":[{"type":"web_search_preview","search_context_size":"low"}]}"#, "/tools/0/search_context_size", r#""low""#),
    (r#"{"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]}"#, "/tools/0", r#"{"type":"file_search","filters":null,"max_num_results":20,"ranking_options":{"ranker":"auto","score_threshold":0.0},"vector_store_ids":["vs_1"]}"#),
    (r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}"#, "/tools/0/container/type", r#""auto""#),
    (r#"{"tools":[{"type":"image_generation"}]}"#, "/tools/0/size", r#""auto""#),
    (r#"{"tools":[{"type":"mcp","server_label":"docs","server_url":"https://a.b/mcp?key=secret","headers":{"x-key":"secret"},"require_approval":"never"}]}"#, "/tools/0", r#"{"type":"mcp","allowed_tools":null,"headers":null,"require_approval":"never","server_description":null,"server_label":"docs","server_url":"https://a.b/<redacted>"}"#),
    (r#"{"tools":[{"type":"mcp","server_label":"docs","server_url":"https://a.b","require_approval":{"always":{"tool_names":["a"]}}}]}"#, "/tools/0/require_approval", r#"{"always":{"tool_names":["a"]},"never":null}"#),
    (r#"{"tools":[{"type":"mcp","server_label":"docs","server_url":"https://a.b","require_approval":{"never":{"tool_names":["a"]}}}]}"#, "/tools/0/require_approval", r#"{"always":null,"never":{"tool_names":["a"]}}"#),
    (r#"{"tools":[{"type":"mcp","server_label":"mail","connector_id":"connector_gmail","authorization":"secret","defer_loading":true,"allowed_callers":["direct"],"require_approval":"never"}]}"#, "/tools/0", r#"{"type":"mcp","allowed_callers":["direct"],"allowed_tools":null,"authorization":"<redacted>","connector_id":"connector_gmail","defer_loading":true,"headers":null,"require_approval":"never","server_description":null,"server_label":"mail","server_url":null}"#),
    (r#"{"tools":[{"type":"tool_search"}]}"#, "/tools/0", r#"{"type":"tool_search","description":null,"parameters":null}"#),
    (r#"{"tools":[{"type":"tool_search","execution":"client","description":"Of tools","parameters":{"type":"object","properties":{}}}]}"#, "/tools/0", r#"{"type":"tool_search","description":"Of tools","execution":"client","parameters":{"type":"object","properties":{}}}"#),
    // Functions stand before other tools.
    (r#"{"tools":[{"type":"image_generation"},{"type":"function","name":"f"},{"type":"custom","name":"c"}]}"#, "/tools/0/name", r#""f""#),
    (r#"{"tools":[{"type":"image_generation"},{"type":"function","name":"f"},{"type":"custom","name":"c"}]}"#, "/tools/1/type", r#""image_generation""#),
    (r#"{"tools":[{"type":"function","name":"f","description":""}]}"#, "/tools/0/description", "null"),
    (r#"{"tools":[{"type":"tool_search"},{"type":"function","name":"f","defer_loading":true}]}"#, "/tools/0/name", r#""f""#),
    (r#"{"tools":[{"type":"tool_search"},{"type":"function","name":"f","defer_loading":true}]}"#, "/tools/1/type", r#""tool_search""#),
    (r#"{"tools":[{"type":"function","name":"f","defer_loading":true,"async":false,"allowed_callers":["programmatic"],"strict":false,"parameters":{"type":"object","properties":{}}}]}"#, "/tools/0", r#"{"type":"function","allowed_callers":["programmatic"],"async":false,"defer_loading":true,"description":null,"name":"f","output_schema":null,"parameters":{"type":"object","properties":{}},"strict":false}"#),
    (r#"{"tools":[{"type":"custom","name":"c","async":true,"defer_loading":true,"description":"Of c"}]}"#, "/tools/0", r#"{"type":"custom","async":true,"defer_loading":true,"description":"Of c","format":{"type":"text"},"name":"c"}"#),
    (r#"{"tools":[{"type":"namespace","name":"n","description":"Of n","tools":[{"type":"custom","name":"c","async":true}]}]}"#, "/tools/0", r#"{"type":"namespace","description":"Of n","name":"n","tools":[{"type":"custom","async":true,"format":{"type":"text"},"name":"c"}]}"#),
    // What items add stands behind what was declared.
    (r#"{"tools":[{"type":"tool_search"}],"input":[{"type":"additional_tools","role":"developer","tools":[{"type":"function","name":"f","strict":false,"parameters":{"type":"object","properties":{}}}]},{"role":"user","content":"Hi"}]}"#, "/tools/1", r#"{"type":"function","description":null,"name":"f","output_schema":null,"parameters":{"type":"object","properties":{}},"strict":false}"#),
    (r#"{"tools":[{"type":"tool_search","execution":"client"}],"input":[{"type":"tool_search_call","execution":"client","call_id":"call_1","arguments":{}},{"type":"tool_search_output","execution":"client","call_id":"call_1","tools":[{"type":"function","name":"f","description":"Of f","defer_loading":true,"strict":false,"parameters":{"type":"object","properties":{}}}]},{"role":"user","content":"Hi"}]}"#, "/tools/1", r#"{"type":"namespace","description":"Of f","name":"f","tools":[{"type":"function","description":"Of f","name":"f","output_schema":null,"parameters":{"type":"object","properties":{}},"strict":false}]}"#),
    (r#"{"tools":[{"type":"tool_search"}],"input":[{"type":"tool_search_output","execution":"server","tools":[{"type":"function","name":"f"}]},{"role":"user","content":"Hi"}]}"#, "/tools/1", "nothing"),
];
