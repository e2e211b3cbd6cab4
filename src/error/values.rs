//! Refusals of one parameter's value, in the two dialects that the API speaks: that of chat, images
//! and moderations, and the older one of completions and embeddings, whose names here begin with
//! `legacy`.

use crate::error::refusals;

refusals! {
    /// A parameter that must be there is not
    missing(path): 400 "Missing required parameter: '{path}'.", param "{path}", code "missing_required_parameter";
    /// A name that the object does not have. `hint` is empty, or names similar ones: ` Did you mean 'store'?`
    unknown(path, hint): 400 "Unknown parameter: '{path}'.{hint}", param "{path}", code "unknown_parameter";
    /// Another JSON type than the parameter takes
    wrong_type(path, expected, given): 400 "Invalid type for '{path}': expected {expected}, but got {given} instead.", param "{path}", code "invalid_type";
    /// A whole number below the least allowed
    integer_below_minimum(path, least, given): 400 "Invalid '{path}': integer below minimum value. Expected a value >= {least}, but got {given} instead.", param "{path}", code "integer_below_min_value";
    /// A whole number above the greatest allowed
    integer_above_maximum(path, most, given): 400 "Invalid '{path}': integer above maximum value. Expected a value <= {most}, but got {given} instead.", param "{path}", code "integer_above_max_value";
    /// A number below the least allowed
    decimal_below_minimum(path, least, given): 400 "Invalid '{path}': decimal below minimum value. Expected a value >= {least}, but got {given} instead.", param "{path}", code "decimal_below_min_value";
    /// A number above the greatest allowed
    decimal_above_maximum(path, most, given): 400 "Invalid '{path}': decimal above maximum value. Expected a value <= {most}, but got {given} instead.", param "{path}", code "decimal_above_max_value";
    /// An empty array where that is not allowed
    empty_array(path, least): 400 "Invalid '{path}': empty array. Expected an array with minimum length {least}, but got an empty array instead.", param "{path}", code "empty_array";
    /// An array with too many items
    array_too_long(path, most, given): 400 "Invalid '{path}': array too long. Expected an array with maximum length {most}, but got an array with length {given} instead.", param "{path}", code "array_above_max_length";
    /// An empty string where that is not allowed
    empty_string(path, least): 400 "Invalid '{path}': empty string. Expected a string with minimum length {least}, but got an empty string instead.", param "{path}", code "empty_string";
    /// A string with too many characters
    text_too_long(path, most, given): 400 "Invalid '{path}': string too long. Expected a string with maximum length {most}, but got a string with length {given} instead.", param "{path}", code "string_above_max_length";
    /// A string that does not look as it must
    no_match(path, pattern): 400 "Invalid '{path}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.", param "{path}", code "invalid_value";
    /// An id that is not one of its kind
    bad_id(path, given, prefix): 400 "Invalid '{path}': '{given}'. Expected an ID that begins with '{prefix}'.", param "{path}", code "invalid_value";
    /// Responses: the name that a parameter has in chat completions
    moved(name, to): 400 "Unsupported parameter: '{name}'. In the Responses API, this parameter has moved to '{to}'. Try again with the new parameter. See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.", code "unsupported_parameter";
    /// A string that is none of those listed
    not_one_of(path, given, supported): 400 "Invalid value: '{given}'. Supported values are: {supported}.", param "{path}", code "invalid_value";
    /// `metadata` with more than 16 pairs
    too_many_pairs(path, most, given): 400 "Invalid '{path}': too many properties. Expected an object with at most {most} properties, but got an object with {given} properties instead.", param "{path}", code "object_above_max_properties";
    /// `metadata` with a key of more than 64 characters
    key_too_long(path, key, shown, most, given): 400 "Invalid property name in '{path}': '{shown}' is too long. Expected a string with maximum length {most}, but got a string with length {given} instead.", param "{path}.{key}", code "property_name_above_max_length";
    /// `logit_bias` with a key that is no token id
    bad_token_id(path, key): 400 "Invalid key in '{path}': {key}. You should only be submitting non-negative integers.";

    /// Completions, embeddings: names that the operation does not have
    legacy_unknown(plural, names): 400 "Unrecognized request argument{plural} supplied: {names}";
    /// Completions, embeddings: another JSON type than the parameter takes
    legacy_wrong_type(path, expected, given): 400 "{given} is not of type '{expected}' - '{path}'";
    /// Completions, embeddings: a value that is none of several kinds
    legacy_invalid(path): 400 "'$.{path}' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.";
    /// Completions, embeddings: a number below the least allowed
    legacy_below_minimum(path, least, given): 400 "{given} is less than the minimum of {least} - '{path}'";
    /// Completions, embeddings: a number above the greatest allowed
    legacy_above_maximum(path, most, given): 400 "{given} is greater than the maximum of {most} - '{path}'";
    /// Completions, embeddings: an array or a string that is too short
    legacy_too_short(path, given): 400 "{given} is too short - '{path}'";
    /// Completions, embeddings: an array or a string that is too long
    legacy_too_long(path, given): 400 "{given} is too long - '{path}'";
    /// Completions, embeddings: a string that is none of those listed
    legacy_not_one_of(path, given, supported): 400 "{given} is not one of [{supported}] - '{path}'";
}
