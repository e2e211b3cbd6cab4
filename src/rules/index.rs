//! Which rules are worth asking: those without whose texts in what was asked they cannot hold are found in one
//! pass over it, however many rules there are. Never decides whether a rule holds.

use crate::rules::condition::Condition;
use crate::rules::matcher::Needle;
use crate::rules::matcher::rarity;
use crate::rules::rule::Rule;
use crate::rules::subject::Field;
use crate::rules::subject::Subject;
use aho_corasick::automaton::Automaton as _;
use aho_corasick::nfa::contiguous::NFA;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rules that came together, in the order in which they are asked.
#[derive(Debug, Default)]
pub(crate) struct RuleSegment {
    pub(crate) rules: Vec<Arc<Rule>>,
    /// Those that must be asked in any case.
    always: Vec<usize>,
    /// The places that are looked at for the others.
    places: Vec<IndexedField>,
}

/// What is looked for in one place.
#[derive(Debug)]
struct IndexedField {
    field: Field,
    /// As it is sent, and in small letters.
    cased: Option<Needles>,
    folded: Option<Needles>,
}

/// Texts, and the rules that each is of.
#[derive(Debug)]
struct Needles {
    automaton: NFA,
    rules: Vec<Vec<usize>>,
}

impl RuleSegment {
    /// Rules in the order in which they were given.
    pub(crate) fn new(mut rules: Vec<Arc<Rule>>) -> RuleSegment {
        /// So few are asked sooner than found.
        const FEW: usize = 8;
        rules.sort_by_key(|rule| rule.rank());
        let mut segment = RuleSegment { rules, ..RuleSegment::default() };
        let few = segment.rules.len() <= FEW;
        let mut wanted: BTreeMap<(Field, bool), BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        for (at, rule) in segment.rules.iter().enumerate() {
            match best(rule).filter(|_| !few) {
                Some((field, needles)) => {
                    for Needle { text, fold } in needles {
                        let of_place = wanted.entry((field.clone(), fold)).or_default();
                        let rules = of_place.entry(text).or_default();
                        if rules.last() != Some(&at) {
                            rules.push(at);
                        }
                    }
                }
                None => segment.always.push(at),
            }
        }
        for ((field, fold), texts) in wanted {
            segment.add(field, fold, texts);
        }
        segment
    }

    fn add(&mut self, field: Field, fold: bool, texts: BTreeMap<String, Vec<usize>>) {
        let Ok(automaton) = NFA::new(texts.keys()) else {
            // More than an automaton can hold.
            self.always.extend(texts.into_values().flatten());
            return;
        };
        let needles = Some(Needles { automaton, rules: texts.into_values().collect() });
        if self.places.last().is_none_or(|place| place.field != field) {
            self.places.push(IndexedField { field, cased: None, folded: None });
        }
        if let Some(place) = self.places.last_mut() {
            *(if fold { &mut place.folded } else { &mut place.cased }) = needles;
        }
    }

    /// The rules that may hold, in the order in which they are asked.
    pub(crate) fn candidates(&self, subject: &Subject<'_>) -> Vec<&Arc<Rule>> {
        let mut found = self.always.clone();
        for IndexedField { field, cased, folded } in &self.places {
            for text in field.texts(subject) {
                if let Some(needles) = cased {
                    needles.find(&text, &mut found);
                }
                if let Some(needles) = folded {
                    needles.find(&text.to_lowercase(), &mut found);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| &self.rules[at]).collect()
    }
}

/// The place and the texts that a rule is found by: the longest texts, of the fewest.
fn best(rule: &Rule) -> Option<(&Field, Vec<Needle>)> {
    let found = rule.conditions.iter().filter_map(Condition::needles);
    found.min_by_key(|(_, needles)| rarity(needles))
}

impl Needles {
    /// Adds the rules whose texts are in this one.
    fn find(&self, text: &str, found: &mut Vec<usize>) {
        // Texts that are in each other are met again at each letter: then it is cheaper to ask all rules.
        let most = text.len() + 4 * self.rules.len();
        let mut seen = BTreeSet::new();
        let all = self.automaton.try_find_overlapping_iter(text.into());
        for (count, met) in all.into_iter().flatten().enumerate() {
            if count == most {
                found.extend(self.rules.iter().flatten());
                return;
            }
            if seen.insert(met.pattern()) {
                found.extend(&self.rules[met.pattern()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;
    use crate::http::KeyId;
    use crate::rules::kind::AnswerKind;
    use crate::rules::load;
    use crate::rules::subject::Heard;
    use crate::rules::subject::Sent;
    use proptest::prelude::*;
    use serde_json::Map;
    use serde_json::Value;
    use serde_json::json;

    /// Matchers of few letters, so that they are often met.
    fn matcher() -> impl Strategy<Value = Value> {
        let text = "[abAB]{1,3}";
        let leaf = prop_oneof![
            text.prop_map(Value::from),
            (prop::sample::select(vec!["contains", "equals", "starts", "ends"]), text, any::<bool>())
                .prop_map(|(name, text, fold)| json!({name: text, "fold": fold})),
            ("(\\(\\?i\\))?\\^?[ab]{1,2}(\\(b\\)|[ab][?*+]|\\[ab\\]|\\.|\\\\w|b\\{0,2\\}|a\\|b)?[ab]{0,2}\\$?", any::<bool>())
                .prop_map(|(regex, fold)| json!({"regex": regex, "fold": fold})),
            Just(Value::Null),
        ];
        leaf.prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({"any": all})),
                prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({"all": all})),
                inner.prop_map(|one| json!({"not": one})),
            ]
        })
    }

    fn rules() -> impl Strategy<Value = Vec<Value>> {
        let places = prop::sample::select(vec!["user", "any", "model", "tools"]);
        let wanted = prop::collection::vec((places, matcher()), 0..3);
        prop::collection::vec(wanted, 9..40).prop_map(|all| {
            let rule = |wanted: Vec<(&str, Value)>| {
                let wanted: Map<String, Value> =
                    wanted.into_iter().map(|(place, matcher)| (place.to_owned(), matcher)).collect();
                json!({"match": wanted, "answer": {"text": "x"}})
            };
            all.into_iter().map(rule).collect()
        })
    }

    proptest! {
        #[test]
        fn every_rule_that_holds_is_found(
            rules in rules(),
            user in prop::option::of("[abAB]{0,6}"),
            any in prop::collection::vec("[abAB]{0,4}", 0..3),
            model in "[ab]{1,3}",
            tools in prop::collection::vec("[ab]{1,3}", 0..2),
        ) {
            // Some of the patterns are none.
            let Ok((rules, _)) = load::at_run_time(&Value::from(rules), None) else { return Ok(()) };
            let segment = RuleSegment::new(rules.into_iter().map(Arc::new).collect());
            let all = |texts: Vec<String>| texts.into_iter().map(Into::into).collect();
            let heard = Heard {
                endpoint: "chat",
                wants: AnswerKind::Words,
                user: user.map(Into::into),
                any: all(any),
                model: vec![model.into()],
                tools: all(tools),
                ..Heard::default()
            };
            let (headers, body) = (Headers::default(), Map::new());
            let sent = Sent { method: "POST", path: "/", headers: &headers, body: &body, key: "" };
            let subject = Subject { heard: &heard, sent };
            let holds = |rule: &&Arc<Rule>| rule.holds(&subject, KeyId::of_nobody());
            let found: Vec<usize> =
                segment.candidates(&subject).into_iter().filter(holds).map(|rule| rule.number).collect();
            let asked: Vec<usize> = segment.rules.iter().filter(holds).map(|rule| rule.number).collect();
            prop_assert_eq!(found, asked);
        }
    }

    #[test]
    fn texts_in_each_other_do_not_make_it_slow() {
        let rules: Vec<Value> = (1..400)
            .map(|length| json!({"match": {"user": "a".repeat(length)}, "answer": {"text": "x"}}))
            .collect();
        let (rules, _) = load::at_run_time(&Value::from(rules), None).expect("rules");
        let segment = RuleSegment::new(rules.into_iter().map(Arc::new).collect());
        let heard = Heard { endpoint: "chat", user: Some("a".repeat(100_000).into()), ..Heard::default() };
        let (headers, body) = (Headers::default(), Map::new());
        let sent = Sent { method: "POST", path: "/", headers: &headers, body: &body, key: "" };
        assert_eq!(segment.candidates(&Subject { heard: &heard, sent }).len(), 399);
    }
}
