//! Schemas that are none, and patterns of strict ones that look around, one refusal a line.

use super::Row;

#[rustfmt::skip]
pub(super) const CHAT: &[Row] = &[
    // Strict or not, of a tool, of a function or of a format.
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{},"required":null}}}]}"#, "Invalid schema for function 'f': None is not of type 'array'.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{},"required":null},"strict":true}}]}"#, "Invalid schema for function 'f': None is not of type 'array'.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{"a":{"type":"int"}}}}}]}"#, "Invalid schema for function 'g': 'int' is not valid under any of the given schemas.", "tools[1].function.parameters", "invalid_function_parameters"),
    (r#"{"functions":[{"name":"f","parameters":{"type":"object","properties":[]}}]}"#, "Invalid schema for function 'f': [] is not of type 'object'.", "functions[0].parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"array","items":[{"type":"number"},{"type":"number"}]}}}}}]}"#, "Invalid schema for function 'f': [{'type': 'number'}, {'type': 'number'}] is not of type 'object', 'boolean'.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"anyOf":[]}}}}}]}"#, "Invalid schema for function 'f': [] should be non-empty.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{},"required":["a","a"]}}}]}"#, "Invalid schema for function 'f': ['a', 'a'] has non-unique elements.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","pattern":"("}}}}}]}"#, "Invalid schema for function 'f': '(' is not a 'regex'.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","minLength":-1}}}}}]}"#, "Invalid schema for function 'f': -1 is less than the minimum of 0.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"X","schema":{"type":"object","properties":{"a":{"enum":null}}}}}}"#, "Invalid schema for response_format 'X': None is not of type 'array'.", "response_format", ""),
    // It is looked at first.
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"json_schema"}}}]}"#, "Invalid schema for function 'f': 'json_schema' is not valid under any of the given schemas.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"a":5}}}}]}"#, "Invalid schema for function 'f': 5 is not of type 'object', 'boolean'.", "tools[0].function.parameters", "invalid_function_parameters"),
    // A strict function that says nothing of its parameters.
    (r#"{"tools":[{"type":"function","function":{"name":"f","strict":true}}]}"#, "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].function.parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"email":{"type":"string","pattern":"^(?!a).+@.+$"}},"required":["email"],"additionalProperties":false}}}]}"#, "Invalid JSON schema: regex lookaround is not supported. Found at $.properties.email.pattern.", "tools", "invalid_json_schema"),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"X","strict":true,"schema":{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","pattern":"a(?<=b)"}}},"required":["a"],"additionalProperties":false}}}}"#, "Invalid JSON schema: regex lookaround is not supported. Found at $.properties.a.items.pattern.", "response_format", "invalid_json_schema"),
];

#[rustfmt::skip]
pub(super) const RESPONSES: &[Row] = &[
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{},"required":null}}]}"#, "Invalid schema for function 'f': None is not of type 'array'.", "tools[0].parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"namespace","name":"n","description":"d","tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"any"}}}}]}]}"#, "Invalid schema for function 'f': 'any' is not valid under any of the given schemas.", "tools[0].tools[0].parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","name":"f","strict":true}]}"#, "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","name":"f","strict":true,"parameters":{}}]}"#, "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].parameters", "invalid_function_parameters"),
    (r#"{"tools":[{"type":"function","name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"anyOf":[{"type":"string","pattern":"(?=a)"},{"type":"null"}]}},"required":["a"],"additionalProperties":false}}]}"#, "Invalid JSON schema: regex lookaround is not supported. Found at $.properties.a.anyOf[0].pattern.", "tools", "invalid_json_schema"),
    // It would be strict.
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"to":{"type":"array","items":{"type":"string","pattern":"^(?!a)"}}}}}]}"#, "Invalid JSON schema: regex lookaround is not supported. Found at $.properties.to.items.pattern.", "tools", "invalid_json_schema"),
    (r#"{"text":{"format":{"type":"json_schema","name":"X","strict":true,"schema":{"type":"json_schema"}}}}"#, "Invalid schema for response_format 'X': 'json_schema' is not valid under any of the given schemas.", "text.format.schema", "invalid_json_schema"),
    (r#"{"text":{"format":{"type":"json_schema","name":"X","schema":{"type":"object","properties":{"a":null}}}}}"#, "Invalid schema for response_format 'X': None is not of type 'object', 'boolean'.", "text.format.schema", "invalid_json_schema"),
    (r##"{"text":{"format":{"type":"json_schema","name":"X","strict":true,"schema":{"type":"object","properties":{"shared":{"$ref":"#/$defs/Shared"}},"required":["shared"],"additionalProperties":false}}}}"##, "Invalid schema for response_format 'X': In context=('properties', 'shared'), reference to component '#/$defs/Shared' which was not found in the schema.", "text.format.schema", "invalid_json_schema"),
    (r##"{"text":{"format":{"type":"json_schema","name":"X","strict":true,"schema":{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"required":["a"],"additionalProperties":false,"$defs":{"b":{"type":"object","properties":{"email":{"type":"string","pattern":"(?!a)"}},"required":["email"],"additionalProperties":false}}}}}}"##, "Invalid JSON schema: regex lookaround is not supported. Found at $.$defs.b.properties.email.pattern.", "text.format.schema", "invalid_json_schema"),
];
