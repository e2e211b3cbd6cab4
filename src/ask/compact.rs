//! What a conversation becomes that is too long to be carried on as it is: one item that stands for it.

use crate::ask::Ask;
use crate::ask::count;
use crate::generate::seed::Seed;
use crate::plan::Hosted;
use crate::plan::HostedStep;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// When a conversation is compacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Compacting {
    #[default]
    Never,
    /// Besides, where it has more tokens than this.
    Above(u64),
    /// Instead of an answer.
    Now,
}

/// What the summary of a long input costs.
pub(crate) const SUMMARY: usize = 64;

/// What stands for the whole of it, which only a model can read.
pub(crate) fn summary(seed: Seed) -> String {
    const BLOCKS: usize = 8;
    secret(seed, BLOCKS)
}

/// What only a model could read, in the form of the real ones.
pub(super) fn secret(seed: Seed, blocks: usize) -> String {
    let digits: String = (0..blocks).map(|block| seed.part("encrypted", block).hex()).collect();
    format!("gAAAAA{}", URL_SAFE.encode(digits))
}

/// The item, where this conversation is to be compacted.
pub(super) fn item(ask: &Ask<'_>, seed: Seed) -> Option<Hosted> {
    let steps = match ask.compacting {
        Compacting::Above(most) if count(ask).all as u64 > most => Vec::new(),
        Compacting::Now => vec![HostedStep { name: "compaction.compacting", told: Map::new() }],
        _ => return None,
    };
    let told = json!({"type": "compaction", "encrypted_content": summary(seed.part("compaction", 0))});
    let Value::Object(done) = told else { return None };
    Some(Hosted { id: None, prefix: "cmp_", begun: done.clone(), done, steps, extra: None })
}
