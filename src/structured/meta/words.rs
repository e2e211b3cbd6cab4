//! The keywords of the JSON Schema meta-schema of 2020-12, and what their values must be.

/// What the value of a keyword must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Schema,
    /// One or more schemas.
    Schemas,
    SchemasByName,
    /// The names are regular expressions.
    SchemasByPattern,
    /// A schema or names, by name.
    Dependencies,
    /// The name of a type, or several.
    Types,
    Text,
    /// A text in which nothing follows `#`.
    Identifier,
    Anchor,
    Pattern,
    Number,
    /// A number above 0.
    Factor,
    /// A whole number from 0.
    Count,
    Flag,
    FlagsByName,
    /// Values of any kind.
    List,
    /// Texts that differ.
    Names,
    NamesByName,
}

/// By length, so that few are compared: this is looked up for every key of every schema.
#[rustfmt::skip]
const WORDS: &[(&str, Expected)] = &[
    ("if", Expected::Schema), ("$id", Expected::Identifier), ("not", Expected::Schema), ("type", Expected::Types),
    ("enum", Expected::List), ("$ref", Expected::Text), ("then", Expected::Schema), ("else", Expected::Schema),
    ("items", Expected::Schema), ("title", Expected::Text), ("anyOf", Expected::Schemas),
    ("$defs", Expected::SchemasByName), ("allOf", Expected::Schemas), ("oneOf", Expected::Schemas),
    ("format", Expected::Text), ("minimum", Expected::Number), ("maximum", Expected::Number),
    ("pattern", Expected::Pattern), ("$schema", Expected::Text), ("$anchor", Expected::Anchor),
    ("required", Expected::Names), ("minItems", Expected::Count), ("maxItems", Expected::Count),
    ("examples", Expected::List), ("contains", Expected::Schema), ("readOnly", Expected::Flag),
    ("$comment", Expected::Text), ("minLength", Expected::Count), ("maxLength", Expected::Count),
    ("writeOnly", Expected::Flag), ("properties", Expected::SchemasByName), ("multipleOf", Expected::Factor),
    ("deprecated", Expected::Flag), ("description", Expected::Text), ("definitions", Expected::SchemasByName),
    ("prefixItems", Expected::Schemas), ("uniqueItems", Expected::Flag), ("minContains", Expected::Count),
    ("maxContains", Expected::Count), ("$dynamicRef", Expected::Text), ("$vocabulary", Expected::FlagsByName),
    ("dependencies", Expected::Dependencies), ("propertyNames", Expected::Schema), ("minProperties", Expected::Count),
    ("maxProperties", Expected::Count), ("contentSchema", Expected::Schema), ("$recursiveRef", Expected::Text),
    ("$dynamicAnchor", Expected::Anchor), ("contentEncoding", Expected::Text), ("exclusiveMinimum", Expected::Number),
    ("exclusiveMaximum", Expected::Number), ("unevaluatedItems", Expected::Schema),
    ("dependentSchemas", Expected::SchemasByName), ("contentMediaType", Expected::Text),
    ("$recursiveAnchor", Expected::Anchor), ("patternProperties", Expected::SchemasByPattern),
    ("dependentRequired", Expected::NamesByName), ("additionalProperties", Expected::Schema),
    ("unevaluatedProperties", Expected::Schema),
];

const LONGEST: usize = 21;

/// Where the words of a length begin.
const STARTS: [usize; LONGEST + 2] = {
    let mut starts = [WORDS.len(); LONGEST + 2];
    let mut at = WORDS.len();
    let mut length = LONGEST + 1;
    while length > 0 {
        while at > 0 && WORDS[at - 1].0.len() >= length {
            at -= 1;
        }
        starts[length] = at;
        length -= 1;
    }
    starts[0] = 0;
    starts
};

/// `None` for a word that the meta-schema does not know; it may say anything, as may `const` and `default`.
pub(super) fn form(word: &str) -> Option<Expected> {
    let (from, to) = (*STARTS.get(word.len())?, *STARTS.get(word.len() + 1)?);
    WORDS[from..to].iter().find(|(known, _)| *known == word).map(|(_, form)| *form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        assert!(WORDS.is_sorted_by_key(|(word, _)| word.len()));
        assert_eq!(WORDS.last().map(|(word, _)| word.len()), Some(LONGEST));
        for (word, known) in WORDS {
            assert_eq!(form(word), Some(*known), "{word}");
        }
        for word in
            ["", "x", "const", "default", "nullable", "propertie", "unevaluatedPropertiez", &"x".repeat(99)]
        {
            assert_eq!(form(word), None, "{word}");
        }
    }
}
