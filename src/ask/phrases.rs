//! The words that flag a category on purpose. Everything else is harmless.

/// One of the 13 categories.
#[derive(Clone, Copy)]
pub(super) struct Category {
    pub(super) name: &'static str,
    /// Whether pictures are looked at as well.
    pub(super) sees_images: bool,
    /// Lower case, single spaces, no punctuation.
    phrases: &'static [&'static str],
}

/// A text, prepared for looking phrases up.
pub(super) struct Words {
    /// Lower case, a space before and after each word, apostrophes left out.
    spaced: String,
    /// What stands behind each `flag:`.
    flags: Vec<String>,
}

impl Words {
    pub(super) fn of(text: &str) -> Words {
        let lower = text.to_lowercase();
        let mut spaced = String::with_capacity(lower.len() + 2);
        spaced.push(' ');
        for character in lower.chars() {
            if character.is_alphanumeric() {
                spaced.push(character);
            } else if !matches!(character, '\'' | '\u{2019}') && !spaced.ends_with(' ') {
                spaced.push(' ');
            }
        }
        if !spaced.ends_with(' ') {
            spaced.push(' ');
        }
        let in_name = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '/');
        let flag = |rest: &str| {
            let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
            rest[..end].trim_end_matches(['-', '/']).to_owned()
        };
        let flags = lower.split("flag:").skip(1).map(flag).collect();
        Words { spaced, flags }
    }
}

impl Category {
    /// Whether a text holds one of the category's phrases, or `flag:` and its name.
    pub(super) fn is_named_in(&self, words: &Words) -> bool {
        words.flags.iter().any(|flag| flag == self.name)
            || self.phrases.iter().any(|phrase| words.spaced.contains(&format!(" {phrase} ")))
    }
}

const fn category(name: &'static str, sees_images: bool, phrases: &'static [&'static str]) -> Category {
    Category { name, sees_images, phrases }
}

/// In the API's order.
pub(super) const CATEGORIES: [Category; 13] = [
    category("harassment", false, &["you are a worthless idiot", "nobody likes you loser"]),
    category(
        "harassment/threatening",
        false,
        &["i will hurt you", "i will kill you", "i am going to kill you"],
    ),
    category("sexual", true, &["explicit sex scene", "hardcore pornography"]),
    category("hate", false, &["those people are subhuman", "i hate all foreigners"]),
    category("hate/threatening", false, &["all foreigners must die", "we should exterminate those people"]),
    category("illicit", false, &["how to shoplift", "how to forge a passport"]),
    category("illicit/violent", false, &["how to build a bomb", "how do i build a bomb"]),
    category("self-harm/intent", true, &["i want to hurt myself", "i want to kill myself"]),
    category("self-harm/instructions", true, &["how to hurt myself", "how to kill myself"]),
    category(
        "self-harm",
        true,
        &["i want to hurt myself", "i want to kill myself", "how to hurt myself", "how to kill myself"],
    ),
    category("sexual/minors", false, &["sexual content with a minor"]),
    category("violence", true, &["i want to kill them", "i will kill you", "i am going to kill you"]),
    category("violence/graphic", true, &["blood and guts everywhere"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::CATEGORY_NAMES;

    #[test]
    fn rules_know_the_same_categories() {
        assert_eq!(CATEGORIES.each_ref().map(|category| category.name), CATEGORY_NAMES);
    }

    fn named(text: &str) -> Vec<&'static str> {
        let words = Words::of(text);
        CATEGORIES.iter().filter(|category| category.is_named_in(&words)).map(|c| c.name).collect()
    }

    #[test]
    fn each_phrase_and_each_flag_names_its_category_and_nothing_else_does() {
        for category in CATEGORIES {
            assert_eq!(named(&format!("x flag:{}!", category.name)), [category.name]);
            for phrase in category.phrases {
                assert!(named(&phrase.to_uppercase()).contains(&category.name), "{phrase}");
            }
        }
        assert_eq!(named("I want to KILL -- them."), ["violence"]);
        assert_eq!(named("https://a.test/i-want-to-kill-them.png"), ["violence"]);
        assert_eq!(named("https://a.test/flag:violence/graphic/1.png"), ["violence/graphic"]);
        for harmless in ["", "flag:", "flag: violence", "kill the process", "self-harm prevention", "Sussex"]
        {
            assert!(named(harmless).is_empty(), "{harmless}");
        }
    }
}
