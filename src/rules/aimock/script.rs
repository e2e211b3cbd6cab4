//! In which order what aimock's fixtures became is tried, so that the first that holds is the one that aimock would
//! choose. Never reads a fixture.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A fixture, or several of one sequence, as a rule.
#[derive(Clone)]
pub(super) struct Scene<'a> {
    /// The fixture, or the first of them.
    pub(super) fixture: usize,
    /// What it asks for, as it was written.
    pub(super) asked: &'a Map<String, Value>,
    pub(super) conditions: Map<String, Value>,
    /// How many turns of the assistant there should be before.
    pub(super) turn: Option<u64>,
    pub(super) answers: Vec<Value>,
    /// Whether each is given once.
    pub(super) is_sequence: bool,
}

impl Scene<'_> {
    fn rule(&self, turn: Option<Value>) -> (usize, Value) {
        let mut conditions = self.conditions.clone();
        if let Some(turn) = turn {
            conditions.insert("turn".to_owned(), turn);
        }
        let mut rule = json!({"match": conditions});
        match self.answers.as_slice() {
            [answer] => rule["answer"] = answer.clone(),
            answers => rule["answers"] = answers.into(),
        }
        if self.is_sequence {
            rule["times"] = self.answers.len().into();
        }
        (self.fixture, rule)
    }

    /// Whether one request is likely to meet both.
    fn may_meet(&self, other: &Scene<'_>) -> bool {
        self.asked.iter().all(|(name, asked)| match (asked, other.asked.get(name)) {
            (_, None) => true,
            _ if name == "turnIndex" || name == "sequenceIndex" => true,
            (Value::String(one), Some(Value::String(other))) => one.contains(other) || other.contains(one),
            (one, Some(other)) => one == other,
        })
    }
}

/// The rules, each with its fixture. aimock chooses from all that fit: the one with the highest turn that is reached;
/// where that is the very turn, one without that stands before it; else one without; else the lowest turn.
pub(super) fn rules(scenes: &[Scene<'_>]) -> Vec<(usize, Value)> {
    let mut turns: Vec<(u64, &Scene<'_>)> =
        scenes.iter().filter_map(|scene| Some((scene.turn?, scene))).collect();
    let taken: Vec<BTreeSet<u64>> =
        (0..scenes.len()).map(|at| taken(scenes, at, !turns.is_empty())).collect();
    let disputed: BTreeSet<u64> = taken.iter().flatten().copied().collect();
    let mut rules = Vec::new();
    for (scene, taken) in scenes.iter().zip(&taken) {
        let very: Vec<u64> = match scene.turn {
            Some(turn) => disputed.get(&turn).into_iter().map(|turn| turn + 1).collect(),
            None => taken.iter().map(|turn| turn + 1).collect(),
        };
        if !very.is_empty() {
            rules.push(scene.rule(Some(very.into())));
        }
    }
    turns.sort_by_key(|(turn, _)| Reverse(*turn));
    for (turn, scene) in &turns {
        let least = if disputed.contains(turn) { turn + 2 } else { turn + 1 };
        rules.push(scene.rule(Some(json!({"min": least}))));
    }
    rules.extend(scenes.iter().filter(|scene| scene.turn.is_none()).map(|scene| scene.rule(None)));
    turns.sort_by_key(|(turn, _)| *turn);
    let ahead = turns.iter().filter(|(turn, _)| *turn > 0);
    rules.extend(ahead.map(|(turn, scene)| scene.rule(Some(json!({"max": turn})))));
    rules
}

/// The very turns that a scene without one takes from those after it.
fn taken(scenes: &[Scene<'_>], at: usize, has_turns: bool) -> BTreeSet<u64> {
    let scene = &scenes[at];
    if scene.turn.is_some() || !has_turns {
        return BTreeSet::new();
    }
    let after = scenes[at..].iter().filter(|other| other.turn.is_some() && scene.may_meet(other));
    after.filter_map(|other| other.turn).collect()
}
