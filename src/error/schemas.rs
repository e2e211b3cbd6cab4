//! Refusals of JSON schemas, in tools, functions and response formats. `problem` is where in the schema
//! something is wrong, and what.

use crate::error::refusals;

refusals! {
    /// `tools[].function.parameters` or `functions[].parameters` that the API cannot use, or that break a rule of `strict`
    bad_function_schema(path, name, problem): 400 "Invalid schema for function '{name}': {problem}", param "{path}", code "invalid_function_parameters";
    /// `response_format.json_schema.schema` that the API cannot use, or that breaks a rule of `strict`
    bad_response_schema(name, problem): 400 "Invalid schema for response_format '{name}': {problem}", param "response_format";
}
