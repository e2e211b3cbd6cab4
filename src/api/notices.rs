//! What the configured webhook is told: events in the form that the API sends.

use crate::generate::seed::Seed;
use crate::json::Json;
use crate::reply::Notice;
use crate::state::KeyId;
use crate::state::State;

/// The event that something has come to its end: `kind` is `response.completed`, `response.failed` and so
/// on, `id` that of the response of this key. `None` where no webhook is configured. Its ids follow from these two.
pub(crate) fn notice(state: &State, key: KeyId, kind: &'static str, id: &str) -> Option<Notice> {
    state.config.webhook.as_ref()?;
    let seed = Seed::of_bytes(format!("{kind} {id}").as_bytes());
    let mut json = Json::default();
    json.raw(r#"{"object":"event","id":"#).text(&format!("evt_{}", seed.part("event", 0).hex()));
    json.raw(r#","type":"#).text(kind);
    json.raw(r#","created_at":"#).number(state.created(key));
    json.raw(r#","data":{"id":"#).text(id).raw("}}");
    let delivery = format!("wh_{}", seed.part("delivery", 0).hex());
    Some(Notice { id: delivery, kind, body: json.into_bytes() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn an_event_reads_as_the_api_sends_it() {
        let config = Config { webhook: Some("http://127.0.0.1:1/".to_owned()), ..Config::default() };
        let state = State::new(config);
        let told =
            notice(&state, KeyId::of("k"), "response.completed", "resp_1").expect("a webhook is configured");
        assert_eq!(
            String::from_utf8_lossy(&told.body),
            r#"{"object":"event","id":"evt_616aad97c7710f7af0f966074458f9cb","type":"response.completed","created_at":1700000000,"data":{"id":"resp_1"}}"#
        );
        assert_eq!(
            (told.id.as_str(), told.kind),
            ("wh_7f22d709c4911ab099641ccc213753db", "response.completed")
        );
        assert_eq!(notice(&state, KeyId::of("k"), "response.completed", "resp_1"), Some(told.clone()));
        assert!(include_str!("../../docs/webhooks.md").contains(&*String::from_utf8_lossy(&told.body)));
        for other in [("response.failed", "resp_1"), ("response.completed", "resp_2")] {
            let other = notice(&state, KeyId::of("k"), other.0, other.1).expect("a webhook is configured");
            assert!(other.id != told.id && other.body != told.body);
        }
    }

    #[test]
    fn without_a_webhook_there_is_none() {
        assert_eq!(
            notice(&State::new(Config::default()), KeyId::of("k"), "response.completed", "resp_1"),
            None
        );
    }
}
