//! JSON values that a JSON Schema accepts, for the arguments of tool calls and for structured answers:
//! readable ones, the same for the same schema and seed. Draft 2020-12, and the spellings of draft 7,
//! of draft 4 and of OpenAPI that differ from it.
//!
//! A value is built from everything that is asked of it at once ([`constraints`]). Where that leaves a choice,
//! or says what a value must not be, branches and draws are tried in turn until one fits. All of this is
//! bounded: a schema without values, or one without end, gets a value that comes near.

mod array;
#[cfg(test)]
mod cases;
mod constraints;
mod decimal;
mod digits;
mod formats;
mod misfit;
mod number;
mod object;
mod pattern;
mod pick;
#[cfg(test)]
mod proof;
mod rules;
mod text;
mod types;
mod vocabulary;

pub(crate) use crate::generate::schema::misfit::misfit;

use crate::generate::schema::constraints::Constraints;
use crate::generate::schema::constraints::Fork;
use crate::generate::schema::pick::Pick;
use crate::generate::schema::rules::Rules;
use crate::generate::schema::types::TypeSet;
use crate::generate::seed::Seed;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

/// Values built in all, also those thrown away, before the rest of a value is left out.
const MOST_VALUES: usize = 30_000;
/// Values built, and levels, before only what is required is built. Schemas that refer to themselves
/// would fill both.
const PLENTY: usize = 800;
const DEEP: usize = 6;
/// Deeper levels are left out, for the sake of the stack.
const DEEPEST: usize = 32;
/// Forks settled for one value, and branches tried for each.
const MOST_FORKS: usize = 12;
const MOST_BRANCHES: usize = 40;
/// Values tried before one that breaks a `not`, or fits two branches of a `oneOf`, is given up.
const ATTEMPTS: usize = 8;
/// The same for values in which nothing nests.
const LEAF_ATTEMPTS: usize = 24;

/// Keywords that a value cannot be built by: what was built is checked against the schema.
const CHECKED: &[&str] = &[
    "oneOf",
    "not",
    "if",
    "contains",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
];

/// A value that the schema accepts.
pub(crate) fn instance(schema: &Value, seed: Seed) -> Value {
    let mut generator = Generator {
        rules: Rules::of(schema),
        left: MOST_VALUES,
        // What refers to the whole document refers to what is being built.
        path: vec![std::ptr::from_ref(schema)],
    };
    generator.value(&[schema], &Site { name: "", seed, turn: 0, depth: 0 }).value
}

/// A small object, for answers that must be JSON of any kind.
pub(crate) fn object(seed: Seed) -> Value {
    let text = json!({"type": "string"});
    let schema = json!({
        "type": "object",
        "properties": {
            "title": text,
            "summary": text,
            "tags": {"type": "array", "items": text, "minItems": 2, "uniqueItems": true},
            "score": {"type": "number"},
        },
    });
    instance(&schema, seed)
}

/// Where a value goes, and what it is drawn from.
struct Site<'n> {
    /// The property, also for the items of its array.
    name: &'n str,
    seed: Seed,
    /// Among items that must differ, the number of this one.
    turn: usize,
    depth: usize,
}

/// A value and whether it fits.
struct Built {
    value: Value,
    fits: bool,
}

struct Generator<'a> {
    rules: Rules<'a>,
    left: usize,
    /// The references on the way to the value that is being built.
    path: Vec<*const Value>,
}

impl Site<'_> {
    fn pick(&self, attempt: usize) -> Pick {
        Pick::of(self.seed, self.turn + attempt)
    }
}

impl Built {
    fn fitting(value: Value) -> Built {
        Built { value, fits: true }
    }

    fn failed() -> Built {
        Built { value: Value::Null, fits: false }
    }
}

impl<'a> Generator<'a> {
    /// Whether to be brief.
    fn brief(&self, depth: usize) -> bool {
        depth >= DEEP || MOST_VALUES - self.left > PLENTY
    }

    /// Counts what is about to be built, tried or read. Whether anything was left for it.
    fn spend(&mut self, values: usize) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(values);
        some
    }

    fn constraints(&mut self, schemas: &[&'a Value]) -> Constraints<'a> {
        let constraints = Constraints::of(schemas, &self.rules);
        self.spend(constraints.members.len() / 4);
        constraints
    }

    /// A value that all of the schemas accept.
    fn value(&mut self, schemas: &[&'a Value], site: &Site<'_>) -> Built {
        if site.depth > DEEPEST {
            return Built::failed();
        }
        self.settle(schemas, &mut Vec::new(), site)
    }

    /// Takes a branch at each fork, and builds what is left.
    fn settle(&mut self, schemas: &[&'a Value], settled: &mut Vec<*const u8>, site: &Site<'_>) -> Built {
        if !self.spend(1) {
            return Built::failed();
        }
        let constraints = self.constraints(schemas);
        if constraints.never || self.turns_in_circles(&constraints, site.depth) {
            return Built::failed();
        }
        let open = constraints.forks().find(|fork| !settled.contains(&fork.address()));
        let Some(fork) = open.filter(|_| settled.len() < MOST_FORKS) else {
            return self.build(&constraints, site);
        };
        settled.push(fork.address());
        let mut nearest = Built::failed();
        for branch in self.branches(fork, site, settled.len()) {
            let more: Vec<_> = schemas.iter().copied().chain(fork.branch(branch)).collect();
            let built = self.settle(&more, settled, site);
            if built.fits {
                nearest = built;
                break;
            }
            if nearest.value.is_null() {
                nearest.value = built.value;
            }
            if self.left == 0 {
                break;
            }
        }
        settled.pop();
        nearest
    }

    /// Whether a schema is inside itself once more than is readable.
    fn turns_in_circles(&self, constraints: &Constraints<'_>, depth: usize) -> bool {
        let limit = if self.brief(depth) { 1 } else { 2 };
        constraints
            .followed
            .iter()
            .any(|target| self.path.iter().filter(|known| *known == target).count() >= limit)
    }

    /// The branches in the order in which to try them: from a drawn one on, null last. Where it is time
    /// to end, the simplest first.
    fn branches(&mut self, fork: Fork<'a>, site: &Site<'_>, number: usize) -> Vec<usize> {
        let count = fork.count();
        let start = site.seed.part("choice", number).draws().below(count.max(1)) + site.turn;
        let mut order: Vec<usize> = (0..count.min(MOST_BRANCHES)).map(|at| (start + at) % count).collect();
        if let Fork::OneOf(list) = fork {
            let brief = self.brief(site.depth);
            order.sort_by_cached_key(|at| {
                let constraints = self.constraints(&[&list[*at]]);
                let null =
                    constraints.types == TypeSet::NULL || constraints.each("const").any(Value::is_null);
                let structure =
                    constraints.types.meet(TypeSet::OBJECT) || constraints.types.meet(TypeSet::ARRAY);
                if brief { u8::from(!null) + u8::from(structure) } else { u8::from(null) }
            });
        }
        order
    }

    /// Builds a value under these constraints until it passes what can only be checked.
    fn build(&mut self, constraints: &Constraints<'a>, site: &Site<'_>) -> Built {
        let before = self.path.len();
        self.path.extend_from_slice(&constraints.followed);
        let checked = constraints.has(CHECKED);
        let mut nearest = Built::failed();
        let leaf = !constraints.types.meet(TypeSet::OBJECT.or(TypeSet::ARRAY));
        for attempt in 0..if leaf { LEAF_ATTEMPTS } else { ATTEMPTS } {
            if !self.spend(1) {
                break;
            }
            let built = self.build_once(constraints, site, attempt);
            if built.fits && (!checked || self.accepts(constraints, &built.value)) {
                nearest = built;
                break;
            }
            if attempt == 0 {
                nearest.value = built.value;
            }
            // What does not fit by itself will not fit for another draw.
            if !checked {
                break;
            }
        }
        self.path.truncate(before);
        nearest
    }

    fn accepts(&self, constraints: &Constraints<'a>, value: &Value) -> bool {
        constraints.members.iter().all(|member| self.rules.accepts_by(member, value, 0))
    }

    fn build_once(&mut self, constraints: &Constraints<'a>, site: &Site<'_>, attempt: usize) -> Built {
        let mut pick = site.pick(attempt);
        if constraints.has(&["const", "enum"]) {
            return self.listed(constraints, site, &mut pick);
        }
        if let Some(example) = self.example(constraints, &mut pick) {
            return Built::fitting(example.clone());
        }
        let mut nearest = Built::failed();
        let mut kinds = self.kinds(constraints, site, &mut pick);
        // Every other attempt leaves out properties; every second one tries another type.
        let start = attempt / 2 % kinds.len().max(1);
        kinds.rotate_left(start);
        for kind in kinds {
            let built = match kind {
                TypeSet::NULL => Built::fitting(Value::Null),
                TypeSet::BOOLEAN => Built::fitting(Value::Bool(pick.index(2) == 1)),
                TypeSet::STRING => match text::text(constraints, &self.rules, site.name, &mut pick) {
                    Ok(text) => {
                        // A long text counts for many.
                        self.spend(text.len() / 100);
                        Built::fitting(Value::String(text))
                    }
                    Err(nearest) => Built { value: Value::String(nearest), fits: false },
                },
                TypeSet::ARRAY => self.array(constraints, site, &mut pick),
                TypeSet::OBJECT => self.object(constraints, site, &mut pick, attempt),
                _ => match number::number(constraints, site.name, &mut pick) {
                    Some(number) => Built::fitting(Value::Number(number)),
                    None => Built { value: Value::Number(Number::from(0)), fits: false },
                },
            };
            if built.fits {
                return built;
            }
            if nearest.value.is_null() {
                nearest.value = built.value;
            }
        }
        nearest
    }

    /// One of the values that are listed, if the rest of the schema accepts it. Null comes last, unless it
    /// is time to end.
    fn listed(&mut self, constraints: &Constraints<'a>, site: &Site<'_>, pick: &mut Pick) -> Built {
        let single = constraints.each("const").next().map(std::slice::from_ref);
        let list = single.or_else(|| constraints.each("enum").find_map(Value::as_array).map(Vec::as_slice));
        let list = list.unwrap_or_default();
        let Some(first) = list.first() else { return Built::failed() };
        self.spend(list.len() / 16);
        let start = pick.index(list.len());
        let mut order: Vec<&'a Value> = (0..list.len()).map(|at| &list[(start + at) % list.len()]).collect();
        let brief = self.brief(site.depth);
        order.sort_by_key(|value| value.is_null() != brief);
        let fits = |value: &&&Value| constraints.types.include(value) && self.accepts(constraints, value);
        let found = order.iter().take(1_000).find(fits).copied();
        Built { fits: found.is_some(), value: found.unwrap_or(first).clone() }
    }

    /// What the schema's author gave as an example, where nothing nests in it.
    fn example(&self, constraints: &Constraints<'a>, pick: &mut Pick) -> Option<&'a Value> {
        let lists = constraints.each("examples").filter_map(Value::as_array).map(Vec::as_slice);
        let lists = lists.chain(constraints.each("example").map(std::slice::from_ref));
        for list in lists.filter(|list| !list.is_empty()) {
            let example = &list[pick.index(list.len())];
            let plain = !example.is_array() && !example.is_object() && !example.is_null();
            if plain
                && pick.turn < list.len()
                && constraints.types.include(example)
                && self.accepts(constraints, example)
            {
                return Some(example);
            }
        }
        None
    }

    /// The types in the order in which to try them: those that the schema speaks of first.
    fn kinds(&self, constraints: &Constraints<'a>, site: &Site<'_>, pick: &mut Pick) -> Vec<TypeSet> {
        let spoken: &[(TypeSet, &[&str])] = &[
            (
                TypeSet::OBJECT,
                &["properties", "required", "additionalProperties", "patternProperties", "minProperties"],
            ),
            (TypeSet::ARRAY, &["items", "prefixItems", "minItems", "contains"]),
            (TypeSet::STRING, &["pattern", "format", "minLength", "maxLength"]),
            (TypeSet::INTEGER, &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        let mut kinds: Vec<TypeSet> = Vec::new();
        if self.brief(site.depth) && (constraints.types.meet(TypeSet::NULL) || constraints.nullable) {
            kinds.push(TypeSet::NULL);
        }
        let meant =
            spoken.iter().filter(|(kind, keys)| constraints.types.meet(*kind) && constraints.has(keys));
        kinds.extend(meant.map(|(kind, _)| *kind));
        // A type that nobody named is a text.
        let all = [TypeSet::STRING, TypeSet::INTEGER, TypeSet::BOOLEAN, TypeSet::OBJECT, TypeSet::ARRAY];
        let mut named: Vec<TypeSet> = all.into_iter().filter(|kind| constraints.types.meet(*kind)).collect();
        if constraints.types.meet(TypeSet::FRACTION) && !named.contains(&TypeSet::INTEGER) {
            named.push(TypeSet::FRACTION);
        }
        if constraints.types != TypeSet::ALL && !named.is_empty() {
            let start = pick.draws.below(named.len());
            named.rotate_left(start);
        }
        kinds.extend(named);
        if constraints.types.meet(TypeSet::NULL) {
            kinds.push(TypeSet::NULL);
        }
        let mut seen = TypeSet::NONE;
        kinds.retain(|kind| {
            let new = !seen.meet(*kind);
            seen = seen.or(*kind);
            new
        });
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(schema: &Value, seed: u8) -> String {
        instance(schema, Seed::of_bytes(&[seed])).to_string()
    }

    #[test]
    fn known_values_stay() {
        let schema = json!({
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer", "minimum": 1, "maximum": 14},
                "price": {"type": "number"},
                "userId": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "code": {"type": "string", "pattern": "^[A-Z]{3}-\\d{2}$"},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "when": {"type": "string", "format": "date-time"},
            },
        });
        assert_eq!(
            made(&schema, 1),
            r#"{"city":"Berlin","unit":"celsius","days":3,"price":87.23,"userId":"user_gPWj2O","tags":["maps","river","music"],"code":"RCD-97","note":"The winter market answers the shape of clouds as the tide turns.","when":"2020-08-06T11:05:00Z"}"#
        );
        assert_eq!(
            made(&schema, 2),
            r#"{"city":"Berlin","unit":"celsius","days":1,"price":350.02,"userId":"user_sOydTF","tags":["travel","winter","maps"],"code":"ZXD-28","note":"The school orchestra protects an open window when the bells ring.","when":"2023-05-09T16:30:00Z"}"#
        );
        assert_eq!(
            object(Seed::of_bytes(&[1])).to_string(),
            r#"{"title":"The Young Astronomer","summary":"The winter market describes the sound of rain with great care.","tags":["maps","river","music"],"score":0.41}"#
        );
    }

    #[test]
    fn a_seed_gives_one_value_and_another_seed_another() {
        let schema = json!({"type": "object", "properties": {"name": {"type": "string"}, "summary": {"type": "string"}}});
        let all: Vec<String> = (0..50).map(|seed| made(&schema, seed)).collect();
        assert_eq!(all, (0..50).map(|seed| made(&schema, seed)).collect::<Vec<_>>());
        let mut different = all.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn a_property_does_not_depend_on_the_others() {
        let one = json!({"properties": {"city": {"type": "string"}}});
        let more = json!({"properties": {"a": {"type": "array"}, "city": {"type": "string"}, "z": {"type": "integer"}}});
        for seed in 0..20 {
            let seed = Seed::of_bytes(&[seed]);
            assert_eq!(instance(&one, seed)["city"], instance(&more, seed)["city"]);
        }
    }

    #[test]
    fn names_are_understood() {
        for (name, schema, fits) in [
            ("homeCity", json!({"type": "string"}), r"^[A-Z][a-z]+$"),
            (
                "cities",
                json!({"type": "array", "items": {"type": "string"}, "maxItems": 1}),
                r#"^\["[A-Z][a-z]+"\]$"#,
            ),
            ("user_email", json!({"type": "string"}), r"^[a-z.]+@example\.com$"),
            ("website_url", json!({"type": "string"}), r"^https://example\.com/"),
            ("orderId", json!({"type": "string"}), r"^order_[A-Za-z0-9]{6}$"),
            ("birth_year", json!({"type": "integer"}), r"^(19|20)\d\d$"),
            ("unitPrice", json!({"type": "number"}), r"^\d+\.\d{1,2}$"),
            ("average_score", json!({"type": "number"}), r"^(0\.\d+|0\.0|1\.0)$"),
            ("explanation", json!({"type": "string"}), r"^[A-Z].* .* .*\.$"),
            ("is_admin", json!({"type": "boolean"}), "^(true|false)$"),
        ] {
            let schema = json!({"properties": {name: schema}});
            for seed in 0..20 {
                let value = instance(&schema, Seed::of_bytes(&[seed]))[name].clone();
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert!(
                    fancy_regex::Regex::new(fits).expect("a pattern").is_match(&text).expect("a match"),
                    "{name}: {text}"
                );
            }
        }
    }

    #[test]
    fn examples_are_taken_where_they_fit() {
        let schema = json!({"type": "string", "examples": ["Bergen", "Turin"], "maxLength": 5});
        assert_eq!(instance(&schema, Seed::of_bytes(b"0")), json!("Turin"));
    }
}
