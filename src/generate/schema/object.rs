//! Objects: the properties that the schema names, in its order, and others where it wants more.

use crate::generate::schema::Built;
use crate::generate::schema::Generator;
use crate::generate::schema::Site;
use crate::generate::schema::constraints::Constraints;
use crate::generate::schema::pick::Pick;
use crate::generate::schema::types::TypeSet;
use crate::generate::schema::vocabulary;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashSet;

/// Names tried for properties that nobody named.
const MOST_NAMES: usize = 300;
/// So many properties show what a map from any name to something holds.
const SHOWN: usize = 2;

impl<'a> Generator<'a> {
    /// Optional properties are there, since they are what a reader looks for, except on every second
    /// attempt: `not` and `oneOf` may exclude them.
    pub(super) fn object(
        &mut self,
        constraints: &Constraints<'a>,
        site: &Site<'_>,
        pick: &mut Pick,
        attempt: usize,
    ) -> Built {
        let sparse = self.brief(site.depth) || attempt % 2 == 1;
        let names = Names::of(constraints, sparse);
        self.spend(names.all.len() / 16);
        let least = constraints.at_least("minProperties");
        let most = constraints.at_most("maxProperties");
        let mut fields = Map::new();
        let mut fits = true;
        let mut required_left = names.required.len();
        let mut left_out = Vec::new();
        for name in &names.all {
            let required = names.required.contains(name);
            required_left -= usize::from(required);
            // Hostile schemas only: nothing more can be built.
            if self.left == 0 && !required {
                break;
            }
            if !required && (sparse || fields.len() + required_left >= most) {
                left_out.push(*name);
                continue;
            }
            let built = self.property(constraints, name, site, attempt);
            if built.fits || required {
                fits &= built.fits;
                fields.insert((*name).to_owned(), built.value);
            }
        }
        for name in left_out {
            if fields.len() >= least.min(most) || self.left == 0 {
                break;
            }
            let built = self.property(constraints, name, site, attempt);
            if built.fits {
                fields.insert(name.to_owned(), built.value);
            }
        }
        let wanted = if names.all.is_empty() && !sparse && is_map(constraints) {
            least.max(SHOWN.min(most))
        } else {
            least
        };
        self.others(constraints, site, pick, wanted, &mut fields);
        fits &= (least..=most).contains(&fields.len());
        Built { value: Value::Object(fields), fits }
    }

    fn property(
        &mut self,
        constraints: &Constraints<'a>,
        name: &str,
        site: &Site<'_>,
        attempt: usize,
    ) -> Built {
        let schemas = constraints.property(name, &self.rules);
        let seed = if attempt == 0 { site.seed } else { site.seed.part("attempt", attempt) };
        self.value(&schemas, &Site { name, seed: seed.part(name, 0), turn: site.turn, depth: site.depth + 1 })
    }

    /// Adds properties until there are as many as wanted.
    fn others(
        &mut self,
        constraints: &Constraints<'a>,
        site: &Site<'_>,
        pick: &mut Pick,
        wanted: usize,
        fields: &mut Map<String, Value>,
    ) {
        let limit = wanted.saturating_add(MOST_NAMES);
        for number in 0..limit {
            if fields.len() >= wanted || self.left == 0 {
                return;
            }
            let Some(name) = self.name(constraints, site, pick, number) else { continue };
            // What no `properties` and no pattern speaks of, `unevaluatedProperties` does.
            let unknown = constraints.has(&["unevaluatedProperties"])
                && constraints.property(&name, &self.rules).is_empty();
            if fields.contains_key(&name) || unknown {
                continue;
            }
            let built = self.property(constraints, &name, site, number);
            if built.fits {
                fields.insert(name, built.value);
            }
        }
    }

    /// A name that the schema leaves open: by what it says of names, by its patterns, or any.
    fn name(
        &mut self,
        constraints: &Constraints<'a>,
        site: &Site<'_>,
        pick: &mut Pick,
        number: usize,
    ) -> Option<String> {
        let rules: Vec<&'a Value> = constraints.each("propertyNames").collect();
        let patterns: Vec<&'a String> =
            constraints.each("patternProperties").filter_map(Value::as_object).flat_map(Map::keys).collect();
        let name = if !rules.is_empty() {
            let seed = site.seed.part("names", 0);
            match self.value(&rules, &Site { name: "key", seed, turn: number, depth: site.depth + 1 }).value {
                Value::String(name) => name,
                _ => return None,
            }
        } else if let Some(pattern) = patterns.get(number % patterns.len().max(1)) {
            self.rules.pattern(pattern)?.sample(&mut pick.draws, (0, 40), false, &self.rules.effort)
        } else {
            pick.turn = number;
            vocabulary::key(pick)
        };
        let value = Value::String(name.clone());
        rules.iter().all(|rule| self.rules.accepts(rule, &value, 0)).then_some(name)
    }
}

/// The names that a schema gives, in its order, and which of them must be there.
struct Names<'a> {
    all: Vec<&'a str>,
    required: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(constraints: &Constraints<'a>, sparse: bool) -> Names<'a> {
        let mut all: Vec<&'a str> = Vec::new();
        let mut known = HashSet::new();
        let mut add = |name: &'a str, all: &mut Vec<&'a str>| {
            if known.insert(name) {
                all.push(name);
            }
        };
        for name in constraints.each("properties").filter_map(Value::as_object).flat_map(Map::keys) {
            add(name, &mut all);
        }
        let listed = |names: &'a Value| names.as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut required: HashSet<&'a str> = HashSet::new();
        for name in constraints.each("required").flat_map(listed) {
            add(name, &mut all);
            required.insert(name);
        }
        // Whatever a property that is there needs is required too, and what that needs.
        let mut present = if sparse {
            all.iter().filter(|name| required.contains(*name)).copied().collect()
        } else {
            all.clone()
        };
        let keys = ["dependentRequired", "dependencies"];
        let needs: Vec<&'a Map<String, Value>> =
            keys.iter().flat_map(|key| constraints.each(key)).filter_map(Value::as_object).collect();
        while let Some(name) = present.pop() {
            for needed in needs.iter().filter_map(|map| map.get(name)).flat_map(listed) {
                add(needed, &mut all);
                if required.insert(needed) {
                    present.push(needed);
                }
            }
        }
        Names { all, required }
    }
}

/// Whether an object is a map: any name to a value of some schema.
fn is_map(constraints: &Constraints<'_>) -> bool {
    let said = |schema: &Value| schema.as_object().is_some_and(|schema| !schema.is_empty());
    constraints.types.meet(TypeSet::OBJECT)
        && (constraints.each("additionalProperties").any(said) || constraints.has(&["patternProperties"]))
}
