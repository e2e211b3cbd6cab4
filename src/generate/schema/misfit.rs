//! Where a value is not what a schema says, and why, in words. What it does not know, or would take too long to
//! find out, it lets pass: whoever is told of a misfit can rely on it.

mod plain;
mod within;

use crate::generate::schema::formats;
use crate::generate::schema::formats::Test;
use crate::generate::schema::misfit::plain::Keywords;
use crate::generate::schema::misfit::plain::count;
use crate::generate::schema::misfit::plain::counted;
use crate::generate::schema::misfit::plain::in_number;
use crate::generate::schema::misfit::plain::in_range;
use crate::generate::schema::misfit::plain::list;
use crate::generate::schema::misfit::plain::of_list;
use crate::generate::schema::misfit::plain::of_types;
use crate::generate::schema::misfit::plain::quoted;
use crate::generate::schema::misfit::within::Fit;
use crate::generate::schema::misfit::within::Within;
use crate::generate::schema::rules::Rules;
use crate::generate::schema::rules::all_differ;
use crate::generate::schema::rules::item_schema;
use serde_json::Map;
use serde_json::Value;
use std::cell::Cell;

/// A schema may refer to itself without end: so many of its schemas inside each other are followed, and so many in
/// all.
const DEEPEST: usize = 80;
const PATIENCE: usize = 100_000;
/// Steps that all patterns together may take, and one of them for one text.
const EFFORT: usize = 1_000_000;
const EFFORT_FOR_ONE: usize = 100_000;
/// So many of the branches, none of which fits, are told of.
const MOST_BRANCHES: usize = 3;

/// What a value is not judged by.
const UNKNOWN: &[&str] = &["$dynamicRef", "$recursiveRef", "unevaluatedItems", "unevaluatedProperties"];

/// The first place at which a value is not what the schema says, and why: `/city: expected a string, got a number`.
pub(crate) fn misfit(schema: &Value, instance: &Value) -> Option<String> {
    let judge = Judge { rules: Rules::of(schema), patience: Cell::new(PATIENCE), effort: Cell::new(EFFORT) };
    judge.value(schema, instance, &Within::Root, 0).err()
}

struct Judge<'a> {
    rules: Rules<'a>,
    patience: Cell<usize>,
    effort: Cell<usize>,
}

impl<'a> Judge<'a> {
    fn value(&self, schema: &'a Value, value: &Value, at: &Within<'_>, depth: usize) -> Fit {
        match schema {
            Value::Bool(false) => at.is_not("nothing is allowed here"),
            Value::Object(schema) => self.by(schema, value, at, depth),
            schema => Ok(*schema == Value::Bool(true)),
        }
    }

    /// As [`value`](Judge::value), by a schema with keywords.
    fn by(&self, schema: &'a Keywords, value: &Value, at: &Within<'_>, depth: usize) -> Fit {
        // Long lists take long.
        let listed = ["enum", "required"].iter().filter_map(|key| list(schema, key)).map(<[Value]>::len);
        if depth > DEEPEST || !self.spend(1 + listed.sum::<usize>() / 16) {
            return Ok(false);
        }
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return Ok(true);
        }
        of_types(schema, value, at)?;
        of_list(schema, value, at)?;
        let plain = match value {
            Value::Number(number) => in_range(schema, number, at)?,
            Value::String(text) => self.text(schema, text, at)?,
            Value::Array(items) => self.items(schema, items, at, depth + 1)?,
            Value::Object(fields) => self.fields(schema, fields, value, at, depth + 1)?,
            Value::Null | Value::Bool(_) => true,
        };
        let known = !UNKNOWN.iter().any(|key| schema.contains_key(*key));
        Ok(self.by_others(schema, value, at, depth + 1)? && plain && known)
    }

    fn spend(&self, steps: usize) -> bool {
        let left = self.patience.get();
        self.patience.set(left.saturating_sub(steps));
        left >= steps
    }

    /// The keywords that hold other schemas for the same value.
    fn by_others(&self, schema: &'a Keywords, value: &Value, at: &Within<'_>, depth: usize) -> Fit {
        let judge = |schema: &'a Value| self.value(schema, value, at, depth);
        let mut sure = true;
        if let Some(reference) = schema.get("$ref") {
            let found = reference.as_str().and_then(|reference| self.rules.resolve(reference));
            sure &= found.map_or(Ok(false), judge)?;
        }
        for schema in list(schema, "allOf").unwrap_or_default() {
            sure &= judge(schema)?;
        }
        if let Some(branches) = list(schema, "anyOf") {
            sure &= self.one_at_least("anyOf", branches, value, at, depth)?.contains(&true);
        }
        if let Some(branches) = list(schema, "oneOf") {
            let found = self.one_at_least("oneOf", branches, value, at, depth)?;
            if found.iter().filter(|sure| **sure).count() > 1 {
                return at.is_not("more than one of 'oneOf' fits");
            }
            sure &= found == [true];
        }
        if let Some(not) = schema.get("not") {
            match judge(not) {
                Ok(true) => return at.is_not("it is what 'not' excludes"),
                Ok(false) => sure = false,
                Err(_) => {}
            }
        }
        if let Some(condition) = schema.get("if") {
            let branch = match judge(condition) {
                Ok(true) => schema.get("then"),
                Ok(false) => return Ok(false),
                Err(_) => schema.get("else"),
            };
            sure &= branch.map_or(Ok(true), judge)?;
        }
        Ok(sure)
    }

    /// Of the branches that may fit, whether they do so for sure.
    fn one_at_least(
        &self,
        keyword: &str,
        branches: &'a [Value],
        value: &Value,
        at: &Within<'_>,
        depth: usize,
    ) -> Result<Vec<bool>, String> {
        let mut found = Vec::new();
        let mut reasons = Vec::new();
        for branch in branches {
            match self.value(branch, value, at, depth) {
                Ok(sure) => found.push(sure),
                Err(reason) if reasons.len() < MOST_BRANCHES => reasons.push(reason),
                Err(_) => {}
            }
        }
        if found.is_empty() && !branches.is_empty() {
            let reasons = reasons.join("; ");
            return at.is_not(format_args!("none of '{keyword}' fits ({reasons})")).map(|_| Vec::new());
        }
        Ok(found)
    }

    fn text(&self, schema: &'a Keywords, text: &str, at: &Within<'_>) -> Fit {
        let word = |key: &str| schema.get(key).and_then(Value::as_str);
        if schema.contains_key("minLength") || schema.contains_key("maxLength") {
            in_number(schema, ["minLength", "maxLength"], "character", text.chars().count(), at)?;
        }
        let mut sure = true;
        if let Some(pattern) = word("pattern") {
            match self.matches(pattern, text) {
                Some(false) => return at.expects(format_args!("a match of '{pattern}'"), quoted(text)),
                matches => sure &= matches.is_some(),
            }
        }
        if let Some(format) = word("format") {
            let holds = match formats::test(format) {
                None => None,
                Some(Test::Matches(pattern)) => self.matches(pattern, text),
                Some(Test::Holds(holds)) => Some(holds(text)),
            };
            match holds {
                Some(false) => return at.expects(format_args!("the format '{format}'"), quoted(text)),
                holds => sure &= holds.is_some(),
            }
        }
        Ok(sure)
    }

    /// `None` where the pattern is none that is known, or takes too long.
    fn matches(&self, pattern: &'a str, text: &str) -> Option<bool> {
        let pattern = self.rules.pattern(pattern)?;
        let left = self.effort.get();
        let effort = Cell::new(left.min(EFFORT_FOR_ONE));
        let before = effort.get();
        let matches = pattern.matches(text, &effort);
        self.effort.set(left - (before - effort.get()));
        (effort.get() > 0).then_some(matches)
    }

    fn items(&self, schema: &'a Keywords, items: &[Value], at: &Within<'_>, depth: usize) -> Fit {
        in_number(schema, ["minItems", "maxItems"], "item", items.len(), at)?;
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) && !all_differ(items) {
            return at.is_not("expected items that differ");
        }
        let mut sure = true;
        for (number, item) in items.iter().enumerate() {
            if let Some(schema) = item_schema(schema, number) {
                sure &= self.value(schema, item, &Within::Item(at, number), depth)?;
            }
        }
        let Some(wanted) = schema.get("contains") else { return Ok(sure) };
        let found: Vec<bool> =
            items.iter().filter_map(|item| self.value(wanted, item, at, depth).ok()).collect();
        let certain = found.iter().filter(|sure| **sure).count();
        let least = count(schema, "minContains").unwrap_or(1.0);
        if (found.len() as f64) < least {
            let wanted =
                format_args!("at least {} as 'contains' has them", counted(least, "item")).to_string();
            return at.expects(wanted, found.len());
        }
        match count(schema, "maxContains") {
            Some(most) if certain as f64 > most => {
                let wanted =
                    format_args!("at most {} as 'contains' has them", counted(most, "item")).to_string();
                at.expects(wanted, certain)
            }
            _ => Ok(sure && certain == found.len()),
        }
    }

    /// `value` is the object of these fields.
    fn fields(
        &self,
        schema: &'a Keywords,
        fields: &Map<String, Value>,
        value: &Value,
        at: &Within<'_>,
        depth: usize,
    ) -> Fit {
        in_number(schema, ["minProperties", "maxProperties"], "property", fields.len(), at)?;
        let object = |key: &str| schema.get(key).and_then(Value::as_object).into_iter().flatten();
        if let Some(name) = schema.get("required").and_then(|names| missing(names, fields)) {
            return at.is_not(format_args!("'{name}' is missing"));
        }
        let mut sure = true;
        let needs =
            object("dependentRequired").chain(object("dependentSchemas")).chain(object("dependencies"));
        for (name, needs) in needs.filter(|(name, _)| fields.contains_key(*name)) {
            if let Some(other) = missing(needs, fields) {
                return at.is_not(format_args!("'{other}' is missing beside '{name}'"));
            }
            sure &= needs.is_array() || self.value(needs, value, at, depth)?;
        }
        for (name, value) in fields {
            let inside = Within::Field(at, name);
            if let Some(names) = schema.get("propertyNames") {
                sure &= self.value(names, &Value::String(name.clone()), &inside, depth)?;
            }
            sure &= self.field(schema, name, value, &inside, depth)?;
        }
        Ok(sure)
    }

    fn field(&self, schema: &'a Keywords, name: &str, value: &Value, at: &Within<'_>, depth: usize) -> Fit {
        let named = schema.get("properties").and_then(|properties| properties.get(name));
        let mut sure = named.map_or(Ok(true), |schema| self.value(schema, value, at, depth))?;
        let mut is_other = named.is_none();
        for (pattern, schema) in
            schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten()
        {
            match self.matches(pattern, name) {
                Some(true) => {
                    is_other = false;
                    sure &= self.value(schema, value, at, depth)?;
                }
                Some(false) => {}
                // Whether the field is one of those, or one of the others, is not known.
                None => return Ok(false),
            }
        }
        match schema.get("additionalProperties").filter(|_| is_other) {
            Some(Value::Bool(false)) => at.is_not("there is no such property"),
            Some(schema) => Ok(self.value(schema, value, at, depth)? && sure),
            None => Ok(sure),
        }
    }
}

fn missing<'a>(names: &'a Value, fields: &Map<String, Value>) -> Option<&'a str> {
    let mut names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.find(|name| !fields.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::schema::instance;
    use crate::generate::schema::proof::tests::Validator;
    use crate::generate::schema::proof::tests::document;
    use crate::generate::seed::Draws;
    use crate::generate::seed::Seed;
    use serde_json::json;

    #[track_caller]
    fn says(schema: &str, value: &str, expected: &str) {
        let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let found = misfit(&read(schema), &read(value)).unwrap_or_default();
        assert_eq!(found, expected, "{schema} {value}");
    }

    #[test]
    fn it_says_where_and_why() {
        const WEATHER: &str = r#"{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":14},
            "unit":{"enum":["c","f"]},"note":{"anyOf":[{"type":"string"},{"type":"null"}]},"tags":{"items":{"type":"string","minLength":2},"maxItems":2}},
            "required":["city"],"additionalProperties":false}"#;
        for (value, expected) in [
            (r#"{"city":"Bergen"}"#, ""),
            (r#"{"city":"Bergen","days":3,"unit":"c","note":null,"tags":["ab","cd"]}"#, ""),
            (r#"{"city":5}"#, "/city: expected a string, got a number"),
            ("{}", "'city' is missing"),
            ("[]", "expected an object, got an array"),
            (r#"{"city":"","town":""}"#, "/town: there is no such property"),
            (r#"{"city":"","days":1.5}"#, "/days: expected an integer, got 1.5"),
            (r#"{"city":"","days":"1"}"#, "/days: expected an integer, got a string"),
            (r#"{"city":"","days":0}"#, "/days: expected at least 1, got 0"),
            (r#"{"city":"","days":15}"#, "/days: expected at most 14, got 15"),
            (r#"{"city":"","unit":"k"}"#, r#"/unit: expected one of "c", "f", got "k""#),
            (
                r#"{"city":"","note":3}"#,
                "/note: none of 'anyOf' fits (/note: expected a string, got a number; /note: expected null, got a number)",
            ),
            (r#"{"city":"","tags":["ab","c"]}"#, "/tags/1: expected at least 2 characters, got 1"),
            (r#"{"city":"","tags":["ab","cd","ef"]}"#, "/tags: expected at most 2 items, got 3"),
        ] {
            says(WEATHER, value, expected);
        }
    }

    #[test]
    fn every_keyword_that_it_knows_has_its_words() {
        for (schema, value, expected) in [
            ("true", "1", ""),
            ("false", "1", "nothing is allowed here"),
            (r#"{"type":["string","null"]}"#, "1", "expected a string or null, got a number"),
            (r#"{"type":"integer"}"#, "2.0", ""),
            (r#"{"type":"number"}"#, "2", ""),
            (r#"{"const":{"a":1}}"#, r#"{"a":1.0}"#, ""),
            (r#"{"const":"x"}"#, r#""y""#, r#"expected "x", got "y""#),
            (r#"{"exclusiveMinimum":3}"#, "3", "expected more than 3, got 3"),
            (r#"{"exclusiveMaximum":3}"#, "3", "expected less than 3, got 3"),
            (r#"{"minimum":3,"exclusiveMinimum":true}"#, "3", "expected more than 3, got 3"),
            (r#"{"multipleOf":0.01}"#, "1.005", "expected a multiple of 0.01, got 1.005"),
            (r#"{"multipleOf":0.1}"#, "0.3", ""),
            (r#"{"maxLength":1}"#, r#""é""#, ""),
            (r#"{"maxLength":1}"#, r#""éé""#, "expected at most 1 character, got 2"),
            (r#"{"pattern":"^a"}"#, r#""ba""#, r#"expected a match of '^a', got "ba""#),
            (r#"{"pattern":"(?<"}"#, r#""ba""#, ""),
            (r#"{"format":"date"}"#, r#""soon""#, r#"expected the format 'date', got "soon""#),
            (r#"{"format":"colour"}"#, r#""soon""#, ""),
            (r#"{"minItems":1}"#, "[]", "expected at least 1 item, got 0"),
            (r#"{"uniqueItems":true}"#, "[1,1.0]", "expected items that differ"),
            (
                r#"{"prefixItems":[{"type":"string"}],"items":false}"#,
                r#"["a",1]"#,
                "/1: nothing is allowed here",
            ),
            (
                r#"{"items":[{"type":"string"}],"additionalItems":false}"#,
                r#"["a",1]"#,
                "/1: nothing is allowed here",
            ),
            (
                r#"{"contains":{"type":"string"}}"#,
                "[1]",
                "expected at least 1 item as 'contains' has them, got 0",
            ),
            (
                r#"{"contains":{"type":"string"},"maxContains":1}"#,
                r#"["a","b"]"#,
                "expected at most 1 item as 'contains' has them, got 2",
            ),
            (r#"{"minProperties":2}"#, "{}", "expected at least 2 properties, got 0"),
            (
                r#"{"patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}"#,
                r#"{"xa":"","b/c":1}"#,
                "/b~1c: there is no such property",
            ),
            (
                r#"{"patternProperties":{"^x":{"type":"string"}}}"#,
                r#"{"xa":1}"#,
                "/xa: expected a string, got a number",
            ),
            (r#"{"patternProperties":{"(?<":{}},"additionalProperties":false}"#, r#"{"xa":1}"#, ""),
            (
                r#"{"additionalProperties":{"type":"string"}}"#,
                r#"{"a":1}"#,
                "/a: expected a string, got a number",
            ),
            (
                r#"{"propertyNames":{"maxLength":1}}"#,
                r#"{"ab":1}"#,
                "/ab: expected at most 1 character, got 2",
            ),
            (r#"{"dependentRequired":{"a":["b"]}}"#, r#"{"a":1}"#, "'b' is missing beside 'a'"),
            (r#"{"dependentSchemas":{"a":{"required":["b"]}}}"#, r#"{"a":1}"#, "'b' is missing"),
            (r#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "3", "expected at most 2, got 3"),
            (r#"{"oneOf":[{"minimum":1},{"maximum":5}]}"#, "3", "more than one of 'oneOf' fits"),
            (
                r#"{"oneOf":[{"minimum":4},{"maximum":2}]}"#,
                "3",
                "none of 'oneOf' fits (expected at least 4, got 3; expected at most 2, got 3)",
            ),
            (r#"{"not":{"type":"number"}}"#, "3", "it is what 'not' excludes"),
            (r#"{"not":{"pattern":"(?<"}}"#, r#""a""#, ""),
            (
                r#"{"if":{"minimum":2},"then":{"maximum":3},"else":{"const":0}}"#,
                "4",
                "expected at most 3, got 4",
            ),
            (r#"{"if":{"minimum":2},"then":{"maximum":3},"else":{"const":0}}"#, "1", "expected 0, got 1"),
            (
                r##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}"##,
                "1",
                "expected a string, got a number",
            ),
            (r##"{"$ref":"#/$defs/b","$defs":{"a":{"type":"string"}}}"##, "1", ""),
            (r#"{"type":"string","nullable":true}"#, "null", ""),
        ] {
            says(schema, value, expected);
        }
    }

    #[test]
    fn what_has_no_end_ends() {
        let many: Vec<Value> = (0..200_000).map(|number| json!(number)).collect();
        for (schema, value) in [
            (json!({"$ref": "#"}), json!(1)),
            (json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}), json!(1)),
            (json!({"anyOf": [{"$ref": "#"}, {"not": {"$ref": "#"}}]}), json!(1)),
            (json!({"pattern": "^(a+)+(?!b)$"}), json!("a".repeat(100_000) + "b")),
            (json!({"items": {"enum": many.clone()}}), json!(many)),
        ] {
            assert_eq!(misfit(&schema, &value), None);
        }
    }

    /// A value with something changed somewhere.
    fn changed(value: &Value, draws: &mut Draws) -> Value {
        let one = |draws: &mut Draws| {
            [json!(null), json!(""), json!(-1), json!(0.5), json!([]), json!({}), json!(true), json!("a b")]
                [draws.below(8)]
            .clone()
        };
        match value {
            Value::Array(items) if !items.is_empty() && draws.below(4) > 0 => {
                let mut items = items.clone();
                let at = draws.below(items.len());
                match draws.below(3) {
                    0 => drop(items.remove(at)),
                    1 => items.push(items[at].clone()),
                    _ => items[at] = changed(&items[at], draws),
                }
                Value::Array(items)
            }
            Value::Object(fields) if !fields.is_empty() && draws.below(4) > 0 => {
                let mut fields = fields.clone();
                let name = fields.keys().nth(draws.below(fields.len())).expect("a field").clone();
                match draws.below(3) {
                    0 => drop(fields.remove(&name)),
                    1 => drop(fields.insert(format!("{name}_"), one(draws))),
                    _ => fields[&name] = changed(&fields[&name], draws),
                }
                Value::Object(fields)
            }
            _ => one(draws),
        }
    }

    /// `OPENAI_FAKE_SCHEMAS=50000` tries as many.
    #[test]
    fn another_validator_refuses_what_does_not_fit() {
        let count =
            std::env::var("OPENAI_FAKE_SCHEMAS").ok().and_then(|count| count.parse().ok()).unwrap_or(400);
        let (mut refused, mut told) = (0, 0);
        for number in 0..count {
            let seed = Seed::of_bytes(b"misfits").part("schema", number);
            let (schema, mut draws) = (document(seed), seed.part("changes", 0).draws());
            let validator = Validator::of(&schema);
            let made = instance(&schema, seed.part("instance", 0));
            assert_eq!(misfit(&schema, &made), None, "{schema}\n{made}");
            let mut value = made;
            for _ in 0..6 {
                value = changed(&value, &mut draws);
                let (complaint, misfit) = (validator.complaint(&value), misfit(&schema, &value));
                assert!(misfit.is_none() || complaint.is_some(), "{schema}\n{value}\n{misfit:?}");
                refused += usize::from(complaint.is_some());
                told += usize::from(misfit.is_some());
            }
        }
        assert!(told * 100 >= refused * 95, "{told} of {refused} misfits are told");
    }
}
