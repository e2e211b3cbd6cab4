//! Refusals of what may not be done to a response that is there.

use crate::support::Fake;
use crate::support::json;
use crate::support::refuses;
use crate::support::refuses_as;
use serde_json::Value;
use serde_json::json;

const HELLO: &str = r#"{"model":"gpt-4o","input":"Hello"}"#;

#[test]
fn what_was_not_in_the_background_cannot_be_cancelled_or_streamed_again() {
    let fake = Fake::new();
    let id = json(&fake.post("/v1/responses", HELLO))["id"].as_str().expect("an id").to_owned();
    let reply = fake.post(&format!("/v1/responses/{id}/cancel"), "");
    assert_eq!(refuses(&reply, 400, None, None), "Cannot cancel a synchronous response.");
    let reply = fake.get(&format!("/v1/responses/{id}?stream=true"));
    assert_eq!(
        refuses(&reply, 400, Some("stream"), None),
        "This response cannot be streamed because it was not created with background=true."
    );
}

#[test]
fn a_deleted_response_is_gone_from_everywhere() {
    let fake = Fake::new();
    let id = json(&fake.post("/v1/responses", HELLO))["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/responses/{id}");
    let delete = || openai_fake::Request::new("DELETE", &path).with_header("authorization", "Bearer sk-test");
    assert_eq!(json(&fake.send(delete()))["deleted"], true);
    let gone = format!("Response with id '{id}' not found.");
    assert_eq!(refuses(&fake.send(delete()), 404, None, None), gone);
    assert_eq!(refuses(&fake.get(&path), 404, None, None), gone);
    assert_eq!(refuses(&fake.get(&format!("{path}/input_items")), 404, None, None), gone);
    let next = format!(r#"{{"model":"gpt-4o","input":"Hi","previous_response_id":"{id}"}}"#);
    let reply = fake.post("/v1/responses", &next);
    let message = refuses(&reply, 400, Some("previous_response_id"), Some("previous_response_not_found"));
    assert_eq!(message, format!("Previous response with id '{id}' not found."));
}

#[test]
fn what_a_model_thought_has_to_come_along() {
    let fake = Fake::new();
    let ask = |input: Value| {
        let body = json!({"model": "gpt-5", "input": input});
        fake.post("/v1/responses", &body.to_string())
    };
    let first = json(&ask(json!("Hello")));
    let [thought, message] = [&first["output"][0], &first["output"][1]];
    let user = json!({"role": "user", "content": "And?"});
    assert_eq!(ask(json!([thought, message, user])).status, 200);
    let text = &message["content"][0]["text"];
    assert_eq!(ask(json!([{"role": "assistant", "content": text}, user])).status, 200, "without an id");
    let (thought, id) = (thought["id"].as_str().expect("an id"), message["id"].as_str().expect("an id"));
    assert_eq!(
        refuses(&ask(json!([message, user])), 400, Some("input"), None),
        format!(
            "Item '{id}' of type 'message' was provided without its required 'reasoning' item: '{thought}'."
        )
    );
}

#[test]
fn an_error_can_be_asked_for() {
    let fake = Fake::new();
    let reply = fake.post("/v1/responses", r#"{"model":"gpt-4o","input":"Please [error]"}"#);
    let message = refuses_as(&reply, "server_error", 500, None, Some("server_error"));
    assert!(message.starts_with("An error occurred while processing your request."), "{message}");
}
