//! Which kinds of items there are. Never looks at one.

/// Kinds of items: the prefix of their ids, and whether they have a status.
const KINDS: &[(&str, &str, bool)] = &[
    ("message", "msg_", true),
    ("function_call", "fc_", true),
    ("function_call_output", "fco_", true),
    ("custom_tool_call", "ctc_", true),
    ("custom_tool_call_output", "ctco_", true),
    ("reasoning", "rs_", false),
    ("web_search_call", "ws_", true),
    ("file_search_call", "fs_", true),
    ("code_interpreter_call", "ci_", true),
    ("image_generation_call", "ig_", true),
    ("computer_call", "cu_", true),
    ("computer_call_output", "cuo_", true),
    ("local_shell_call", "lsh_", true),
    ("local_shell_call_output", "lsho_", true),
    ("shell_call", "sh_", true),
    ("shell_call_output", "sho_", true),
    ("apply_patch_call", "apc_", true),
    ("apply_patch_call_output", "apco_", true),
    ("tool_search_call", "tsc_", true),
    ("tool_search_output", "tso_", true),
    ("mcp_list_tools", "mcpl_", false),
    ("mcp_call", "mcp_", true),
    ("mcp_approval_request", "mcpr_", false),
    ("mcp_approval_response", "mcpa_", false),
    ("compaction", "cmp_", false),
    ("additional_tools", "at_", false),
    ("program", "prog_", false),
    ("program_output", "prgo_", true),
];

/// The prefix of a kind's ids, and whether it has a status.
pub(crate) fn kind_of_item(kind: &str) -> (&'static str, bool) {
    let known = KINDS.iter().find(|(name, ..)| *name == kind);
    known.map_or(("item_", false), |(_, prefix, has_status)| (*prefix, *has_status))
}
