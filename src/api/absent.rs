//! The API's paths that are not served here, as the API reference and the newest clients name them, and what a path
//! may have been meant for. No operations, so that nothing lists them among those that there are. Never answers.

use crate::route;
use crate::route::Found;
use crate::route::Route;

/// Sorted. What begins with `/v1/realtime` has rows of its own among the routes.
const UNSERVED: &[&str] = &[
    "/v1/agents",
    "/v1/agents/automations",
    "/v1/agents/automations/{automation_id}",
    "/v1/agents/automations/{automation_id}/invocations",
    "/v1/agents/automations/{automation_id}/invocations/{invocation_id}",
    "/v1/agents/automations/{automation_id}/pause",
    "/v1/agents/automations/{automation_id}/resume",
    "/v1/agents/environments",
    "/v1/agents/environments/templates",
    "/v1/agents/environments/templates/{environment_template_id}",
    "/v1/agents/environments/{environment_id}",
    "/v1/agents/environments/{environment_id}/files",
    "/v1/agents/sessions",
    "/v1/agents/sessions/{session_id}",
    "/v1/agents/sessions/{session_id}/artifacts",
    "/v1/agents/sessions/{session_id}/artifacts/{artifact_id}",
    "/v1/agents/sessions/{session_id}/artifacts/{artifact_id}/content",
    "/v1/agents/sessions/{session_id}/events",
    "/v1/agents/sessions/{session_id}/items",
    "/v1/agents/sessions/{session_id}/subagents",
    "/v1/agents/sessions/{session_id}/subagents/{subagent_id}",
    "/v1/agents/sessions/{session_id}/subagents/{subagent_id}/items",
    "/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns",
    "/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}",
    "/v1/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}/items",
    "/v1/agents/sessions/{session_id}/traces",
    "/v1/agents/sessions/{session_id}/turns",
    "/v1/agents/sessions/{session_id}/turns/{turn_id}",
    "/v1/agents/sessions/{session_id}/turns/{turn_id}/items",
    "/v1/agents/{agent_id}",
    "/v1/assistants",
    "/v1/assistants/{assistant_id}",
    "/v1/audio/speech",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
    "/v1/audio/voice_consents",
    "/v1/audio/voice_consents/{consent_id}",
    "/v1/audio/voices",
    "/v1/audio/voices/{voice_id}",
    "/v1/batches",
    "/v1/batches/{batch_id}",
    "/v1/batches/{batch_id}/cancel",
    "/v1/chatkit/sessions",
    "/v1/chatkit/sessions/{session_id}/cancel",
    "/v1/chatkit/threads",
    "/v1/chatkit/threads/{thread_id}",
    "/v1/chatkit/threads/{thread_id}/items",
    "/v1/containers",
    "/v1/containers/{container_id}",
    "/v1/containers/{container_id}/files",
    "/v1/containers/{container_id}/files/{file_id}",
    "/v1/containers/{container_id}/files/{file_id}/content",
    "/v1/content_provenance_checks",
    "/v1/decisions",
    "/v1/evals",
    "/v1/evals/{eval_id}",
    "/v1/evals/{eval_id}/runs",
    "/v1/evals/{eval_id}/runs/{run_id}",
    "/v1/evals/{eval_id}/runs/{run_id}/cancel",
    "/v1/evals/{eval_id}/runs/{run_id}/output_items",
    "/v1/evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}",
    "/v1/files",
    "/v1/files/{file_id}",
    "/v1/files/{file_id}/content",
    "/v1/fine_tuning/alpha/graders/run",
    "/v1/fine_tuning/alpha/graders/validate",
    "/v1/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions",
    "/v1/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}",
    "/v1/fine_tuning/jobs",
    "/v1/fine_tuning/jobs/{fine_tuning_job_id}",
    "/v1/fine_tuning/jobs/{fine_tuning_job_id}/cancel",
    "/v1/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints",
    "/v1/fine_tuning/jobs/{fine_tuning_job_id}/events",
    "/v1/fine_tuning/jobs/{fine_tuning_job_id}/pause",
    "/v1/fine_tuning/jobs/{fine_tuning_job_id}/resume",
    "/v1/images/edits",
    "/v1/images/variations",
    "/v1/live/sessions",
    "/v1/live/sessions/{session_id}/accept",
    "/v1/live/sessions/{session_id}/attach",
    "/v1/live/sessions/{session_id}/content",
    "/v1/live/sessions/{session_id}/fork",
    "/v1/live/sessions/{session_id}/hangup",
    "/v1/live/sessions/{session_id}/refer",
    "/v1/live/sessions/{session_id}/reject",
    "/v1/organization/admin_api_keys",
    "/v1/organization/admin_api_keys/{key_id}",
    "/v1/organization/audit_logs",
    "/v1/organization/certificates",
    "/v1/organization/certificates/activate",
    "/v1/organization/certificates/deactivate",
    "/v1/organization/certificates/{certificate_id}",
    "/v1/organization/costs",
    "/v1/organization/data_retention",
    "/v1/organization/external_keys",
    "/v1/organization/external_keys/{external_key_id}",
    "/v1/organization/external_keys/{external_key_id}/validate",
    "/v1/organization/external_storage",
    "/v1/organization/external_storage/{external_storage_id}",
    "/v1/organization/external_storage/{external_storage_id}/validate",
    "/v1/organization/groups",
    "/v1/organization/groups/{group_id}",
    "/v1/organization/groups/{group_id}/roles",
    "/v1/organization/groups/{group_id}/roles/{role_id}",
    "/v1/organization/groups/{group_id}/users",
    "/v1/organization/groups/{group_id}/users/{user_id}",
    "/v1/organization/invites",
    "/v1/organization/invites/{invite_id}",
    "/v1/organization/projects",
    "/v1/organization/projects/{project_id}",
    "/v1/organization/projects/{project_id}/api_keys",
    "/v1/organization/projects/{project_id}/api_keys/{api_key_id}",
    "/v1/organization/projects/{project_id}/archive",
    "/v1/organization/projects/{project_id}/certificates",
    "/v1/organization/projects/{project_id}/certificates/activate",
    "/v1/organization/projects/{project_id}/certificates/deactivate",
    "/v1/organization/projects/{project_id}/data_retention",
    "/v1/organization/projects/{project_id}/groups",
    "/v1/organization/projects/{project_id}/groups/{group_id}",
    "/v1/organization/projects/{project_id}/hosted_tool_permissions",
    "/v1/organization/projects/{project_id}/model_permissions",
    "/v1/organization/projects/{project_id}/rate_limits",
    "/v1/organization/projects/{project_id}/rate_limits/{rate_limit_id}",
    "/v1/organization/projects/{project_id}/service_accounts",
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}",
    "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys",
    "/v1/organization/projects/{project_id}/service_tier_settings",
    "/v1/organization/projects/{project_id}/spend_alerts",
    "/v1/organization/projects/{project_id}/spend_alerts/{alert_id}",
    "/v1/organization/projects/{project_id}/spend_limit",
    "/v1/organization/projects/{project_id}/users",
    "/v1/organization/projects/{project_id}/users/{user_id}",
    "/v1/organization/roles",
    "/v1/organization/roles/{role_id}",
    "/v1/organization/spend_alerts",
    "/v1/organization/spend_alerts/{alert_id}",
    "/v1/organization/spend_limit",
    "/v1/organization/usage/audio_speeches",
    "/v1/organization/usage/audio_transcriptions",
    "/v1/organization/usage/code_interpreter_sessions",
    "/v1/organization/usage/completions",
    "/v1/organization/usage/decisions",
    "/v1/organization/usage/embeddings",
    "/v1/organization/usage/file_search_calls",
    "/v1/organization/usage/images",
    "/v1/organization/usage/moderations",
    "/v1/organization/usage/vector_stores",
    "/v1/organization/usage/web_search_calls",
    "/v1/organization/users",
    "/v1/organization/users/{user_id}",
    "/v1/organization/users/{user_id}/roles",
    "/v1/organization/users/{user_id}/roles/{role_id}",
    "/v1/organization/workload_identity_providers",
    "/v1/organization/workload_identity_providers/{workload_identity_provider_id}",
    "/v1/organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules",
    "/v1/organization/workload_identity_providers/{workload_identity_provider_id}/federation_rules/{workload_identity_federation_rule_id}",
    "/v1/projects/{project_id}/groups/{group_id}/roles",
    "/v1/projects/{project_id}/groups/{group_id}/roles/{role_id}",
    "/v1/projects/{project_id}/roles",
    "/v1/projects/{project_id}/roles/{role_id}",
    "/v1/projects/{project_id}/users/{user_id}/roles",
    "/v1/projects/{project_id}/users/{user_id}/roles/{role_id}",
    "/v1/safety/alerts/{id}",
    "/v1/safety/cases/{id}",
    "/v1/skills",
    "/v1/skills/{skill_id}",
    "/v1/skills/{skill_id}/content",
    "/v1/skills/{skill_id}/versions",
    "/v1/skills/{skill_id}/versions/{version}",
    "/v1/skills/{skill_id}/versions/{version}/content",
    "/v1/threads",
    "/v1/threads/runs",
    "/v1/threads/{thread_id}",
    "/v1/threads/{thread_id}/messages",
    "/v1/threads/{thread_id}/messages/{message_id}",
    "/v1/threads/{thread_id}/runs",
    "/v1/threads/{thread_id}/runs/{run_id}",
    "/v1/threads/{thread_id}/runs/{run_id}/cancel",
    "/v1/threads/{thread_id}/runs/{run_id}/steps",
    "/v1/threads/{thread_id}/runs/{run_id}/steps/{step_id}",
    "/v1/threads/{thread_id}/runs/{run_id}/submit_tool_outputs",
    "/v1/uploads",
    "/v1/uploads/{upload_id}/cancel",
    "/v1/uploads/{upload_id}/complete",
    "/v1/uploads/{upload_id}/parts",
    "/v1/vaults",
    "/v1/vaults/{vault_id}",
    "/v1/vaults/{vault_id}/credentials",
    "/v1/vaults/{vault_id}/credentials/{credential_id}",
    "/v1/vector_stores",
    "/v1/vector_stores/{vector_store_id}",
    "/v1/vector_stores/{vector_store_id}/file_batches",
    "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}",
    "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel",
    "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files",
    "/v1/vector_stores/{vector_store_id}/files",
    "/v1/vector_stores/{vector_store_id}/files/{file_id}",
    "/v1/vector_stores/{vector_store_id}/files/{file_id}/content",
    "/v1/vector_stores/{vector_store_id}/search",
    "/v1/videos",
    "/v1/videos/characters",
    "/v1/videos/characters/{character_id}",
    "/v1/videos/edits",
    "/v1/videos/extensions",
    "/v1/videos/{video_id}",
    "/v1/videos/{video_id}/content",
    "/v1/videos/{video_id}/remix",
    "/v1/webhook_endpoints",
    "/v1/webhook_endpoints/{webhook_endpoint_id}",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/rotate_secret",
    "/v1/webhook_endpoints/{webhook_endpoint_id}/test",
    "/v1/webhook_event_types",
];

/// The pattern of a path that the API has and this server has not. A slip in a path is none of them: it is refused
/// as the API refuses it, so that it is seen.
pub(crate) fn unserved(path: &str) -> Option<&'static str> {
    UNSERVED.iter().copied().find(|pattern| fits(pattern, path))
}

/// Whether a path has a pattern's segments, and any where it has braces.
fn fits(pattern: &str, path: &str) -> bool {
    let same = |(one, other): (&str, &str)| one == other || (one.starts_with('{') && !other.is_empty());
    pattern.split('/').count() == path.split('/').count() && pattern.split('/').zip(path.split('/')).all(same)
}

/// The API's path that one outside it ends in, as `/chat/completions` and `/api/v1/chat/completions` do.
pub(super) fn meant(tables: &[&'static [Route]], path: &str) -> Option<String> {
    let own = path.starts_with("/__parlel/");
    ends(path).filter(|_| !own).find_map(|end| of_api(tables, end))
}

/// The same within it, where no more is to be read from than a `/v1` or a slash too many: what is wrong may as well
/// be a slip.
pub(super) fn meant_within(tables: &[&'static [Route]], path: &str) -> Option<String> {
    let inner =
        ends(path).skip(1).filter(|end| end.starts_with("/v1/") || path.ends_with(&format!("/{end}")));
    inner.into_iter().find_map(|end| of_api(tables, end))
}

/// A path's ends that begin with a slash, the longest first.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[at..])
}

/// A path with `/v1` before it, once, if that is one of the API's.
fn of_api(tables: &[&'static [Route]], path: &str) -> Option<String> {
    let path = if path.starts_with("/v1/") { path.to_owned() } else { format!("/v1{path}") };
    let is_served = !matches!(route::find(tables, "GET", &path), Found::Unknown);
    (is_served || unserved(&path).is_some()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::TABLES;

    #[test]
    fn what_is_not_served_is_not_served() {
        assert!(UNSERVED.is_sorted());
        for pattern in UNSERVED {
            let path = pattern.replace(['{', '}'], "");
            assert!(matches!(route::find(TABLES, "GET", &path), Found::Unknown), "{path} is served");
            assert!(unserved(&path).is_some(), "{pattern}");
        }
    }

    #[test]
    fn a_path_is_known_and_a_slip_is_not() {
        for (path, expected) in [
            ("/v1/files", Some("/v1/files")),
            ("/v1/files/file-1", Some("/v1/files/{file_id}")),
            ("/v1/files/file-1/content", Some("/v1/files/{file_id}/content")),
            ("/v1/files/", None),
            ("/v1/file", None),
            ("/v1/files/file-1/contents", None),
            ("/files", None),
            ("/v1/chat/completions", None),
        ] {
            assert_eq!(unserved(path), expected, "{path}");
        }
    }

    #[test]
    fn the_end_of_a_path_tells_what_was_meant() {
        for (path, outside, within) in [
            ("/chat/completions", Some("/v1/chat/completions"), None),
            ("/models/gpt-4o", Some("/v1/models/gpt-4o"), None),
            ("/files", Some("/v1/files"), None),
            ("/api/v1/responses", Some("/v1/responses"), Some("/v1/responses")),
            ("/deployments/a/embeddings", Some("/v1/embeddings"), None),
            ("//chat/completions", Some("/v1/chat/completions"), Some("/v1/chat/completions")),
            ("/v1/v1/chat/completions", Some("/v1/chat/completions"), Some("/v1/chat/completions")),
            ("/v1//chat/completions", Some("/v1/chat/completions"), Some("/v1/chat/completions")),
            // A slip within the API may be anywhere.
            ("/v1/chats/completions", Some("/v1/completions"), None),
            ("/v1/nope", None, None),
            ("/nope", None, None),
            ("/", None, None),
            ("/__parlel/models", None, None),
        ] {
            assert_eq!(meant(TABLES, path).as_deref(), outside, "{path}");
            assert_eq!(meant_within(TABLES, path).as_deref(), within, "{path}");
        }
    }
}
