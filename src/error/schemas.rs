//! Refusals of JSON schemas, in tools, functions and response formats. `problem` is where in the schema
//! something is wrong, and what.

use crate::error::refusals;

refusals! {
    /// A pattern of a strict schema that looks ahead or behind, at a place in it such as `$.properties.email.pattern`
    lookaround(place, path): 400 "Invalid JSON schema: regex lookaround is not supported. Found at {place}.", param "{path}", code "invalid_json_schema";
    /// `tools[].function.parameters` or `functions[].parameters` that are no JSON Schema, that the API cannot use, or that break a rule of `strict`
    bad_function_schema(path, name, problem): 400 "Invalid schema for function '{name}': {problem}", param "{path}", code "invalid_function_parameters";
    /// `response_format.json_schema.schema` that is no JSON Schema, that the API cannot use, or that breaks a rule of `strict`
    bad_response_schema(name, problem): 400 "Invalid schema for response_format '{name}': {problem}", param "response_format";
}
