//! Names that a chat does not know inside messages and tools: it passes them over, so that the reply is the
//! one without them, to the byte. Each case is a body with some, and the same without.

use crate::refusals::with;
use crate::support::CHAT;
use crate::support::Fake;

const STRAYS: &[(&str, &str)] = &[
    (
        r#"{"messages":[{"role":"user","content":"Hello","foo":1,"tool_calls":null,"cache_control":{"type":"ephemeral"}}]}"#,
        "{}",
    ),
    (
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"},"id":"a/~b"}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}"#,
    ),
    (
        r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","mime":"image/png"},"x/~y":1}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#,
    ),
    (
        r#"{"messages":[{"role":"assistant","content":"Hi","reasoning_content":"Hm","parsed":{"a":1},"provider_specific_fields":{}},{"role":"user","content":"Hello","tool_call_id":"c"}]}"#,
        r#"{"messages":[{"role":"assistant","content":"Hi"},{"role":"user","content":"Hello"}]}"#,
    ),
    (
        r#"{"messages":[{"role":"assistant","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}","parsed_arguments":{}}}]},{"role":"tool","tool_call_id":"c","content":"7","is_error":false,"status":"ok"}]}"#,
        r#"{"messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"7"}]}"#,
    ),
    (
        r#"{"tools":[{"type":"function","strict":true,"function":{"type":"function","name":"Hello","required":["a"],"returns":{}},"cache_control":null}]}"#,
        r#"{"tools":[{"type":"function","function":{"name":"Hello"}}]}"#,
    ),
    (r#"{"functions":[{"name":"Hello","parameter":{}}]}"#, r#"{"functions":[{"name":"Hello"}]}"#),
];

pub(super) fn hold() {
    for (fields, without) in STRAYS {
        for more in ["{}", r#"{"stream":true}"#] {
            let said = |fields: &str| {
                let reply = Fake::new().chat(&with(&with(CHAT, fields), more));
                assert_eq!(reply.status, 200, "{fields}");
                format!("{:?}", reply.body)
            };
            assert_eq!(said(fields), said(without), "{fields}");
        }
    }
}
