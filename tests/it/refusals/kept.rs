//! Refusals of what may not be done to a response that is there.

use crate::support::Fake;
use crate::support::json;
use crate::support::refuses;

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
fn an_error_can_be_asked_for() {
    let fake = Fake::new();
    let reply = fake.post("/v1/responses", r#"{"model":"gpt-4o","input":"Please [error]"}"#);
    let message = refuses(&reply, 500, None, Some("server_error"));
    assert!(message.starts_with("An error occurred while processing your request."), "{message}");
}
