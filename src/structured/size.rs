//! How large a strict schema may be.

use crate::structured::stated::Keyword;
use crate::structured::stated::Stated;
use serde_json::Map;
use serde_json::Value;

const MOST_LEVELS: usize = 10;
const MOST_PROPERTIES: usize = 5_000;
const MOST_ENUM_VALUES: usize = 1_000;
/// Characters of all names and values together.
const MOST_CHARACTERS: usize = 120_000;
/// An enum with more values than the first has no more characters than the second.
const LONG_ENUM: usize = 250;
const MOST_ENUM_CHARACTERS: usize = 15_000;

#[derive(Default)]
pub(super) struct SchemaSize {
    pub(super) levels: usize,
    properties: usize,
    enum_values: usize,
    characters: usize,
    longest_enum: usize,
}

impl SchemaSize {
    pub(super) fn add(&mut self, stated: &Stated<'_>) {
        let names = |word: Keyword| stated.fields(word).into_iter().flat_map(Map::keys);
        self.properties += names(Keyword::Properties).count();
        for name in names(Keyword::Properties).chain(names(Keyword::Defs)).chain(names(Keyword::Definitions))
        {
            self.characters += name.chars().count();
        }
        let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
        self.characters += stated.get(Keyword::Const).map_or(0, length);
        let values = stated.list(Keyword::Enum);
        let characters: usize = values.iter().map(length).sum();
        self.characters += characters;
        self.enum_values += values.len();
        if values.len() > LONG_ENUM {
            self.longest_enum = self.longest_enum.max(characters);
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let advice = "Consider reducing the number of enums, or opt out of structured outputs by setting 'strict: false'.";
        if self.levels > MOST_LEVELS {
            return Err(format!("{} levels of nesting exceeds limit of {MOST_LEVELS}.", self.levels));
        }
        if self.properties > MOST_PROPERTIES {
            return Err(format!("{} parameters exceeds limit of {MOST_PROPERTIES}.", self.properties));
        }
        if self.enum_values > MOST_ENUM_VALUES {
            let found = self.enum_values;
            return Err(format!(
                "Expected at most {MOST_ENUM_VALUES} enum values in total within a single schema when using structured outputs, but received {found}. {advice}"
            ));
        }
        if self.longest_enum > MOST_ENUM_CHARACTERS {
            let found = self.longest_enum;
            return Err(format!(
                "Expected at most {MOST_ENUM_CHARACTERS} total characters across enum values when there are more than {LONG_ENUM} enum values, but received {found}. {advice}"
            ));
        }
        if self.characters > MOST_CHARACTERS {
            // Our own words, after those above.
            let found = self.characters;
            return Err(format!(
                "Expected at most {MOST_CHARACTERS} total characters across property names, definition names, enum values, and const values, but received {found}."
            ));
        }
        Ok(())
    }
}
