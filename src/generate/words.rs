//! Readable sentences. A change here changes every answer, which is a breaking change.

use crate::generate::seed::Draws;
use crate::generate::seed::Seed;

const OPENINGS: [&str; 12] = [
    "In short",
    "As a rule",
    "On the whole",
    "In practice",
    "At first glance",
    "By most accounts",
    "To begin with",
    "For the most part",
    "Put simply",
    "In the end",
    "More often than not",
    "All in all",
];
const SUBJECTS: [&str; 16] = [
    "the quiet harbour",
    "a patient gardener",
    "the northern library",
    "an old clockmaker",
    "the morning train",
    "a careful editor",
    "the paper lantern",
    "a curious traveller",
    "the village bakery",
    "a distant lighthouse",
    "the winter market",
    "a young astronomer",
    "the wooden bridge",
    "a steady river",
    "the school orchestra",
    "a grey heron",
];
const VERBS: [&str; 16] = [
    "keeps",
    "follows",
    "remembers",
    "answers",
    "carries",
    "measures",
    "welcomes",
    "repairs",
    "describes",
    "protects",
    "collects",
    "repeats",
    "explains",
    "balances",
    "restores",
    "shares",
];
const OBJECTS: [&str; 16] = [
    "every small promise",
    "the oldest map",
    "a simple tune",
    "the first letter",
    "a handful of seeds",
    "the longest shadow",
    "an honest question",
    "the missing page",
    "a cup of tea",
    "the shape of clouds",
    "a list of names",
    "the sound of rain",
    "an open window",
    "the weight of words",
    "a well worn path",
    "the colour of autumn",
];
const ENDINGS: [&str; 16] = [
    "before the lamps are lit",
    "when the bells ring",
    "after a long pause",
    "without any hurry",
    "in the first light of spring",
    "as the tide turns",
    "while the city sleeps",
    "between two seasons",
    "at the edge of the field",
    "for as long as it takes",
    "under a clear sky",
    "with great care",
    "on the way home",
    "once the work is done",
    "in plain words",
    "from one year to the next",
];

/// A sentence of about 14 tokens.
pub(crate) fn sentence(seed: Seed) -> String {
    let mut draws = seed.draws();
    let mut text = String::with_capacity(96);
    write_sentence(&mut text, &mut draws);
    text
}

/// A sentence with an opening and a shorter one: about 24 tokens.
pub(crate) fn paragraph(seed: Seed) -> String {
    let mut draws = seed.draws();
    let mut text = String::with_capacity(160);
    text.push_str(OPENINGS[draws.below(OPENINGS.len())]);
    text.push_str(", ");
    let start = text.len();
    write_sentence(&mut text, &mut draws);
    text[start..=start].make_ascii_lowercase();
    text.push(' ');
    let start = text.len();
    write_clause(&mut text, &mut draws);
    text[start..=start].make_ascii_uppercase();
    text.push('.');
    text
}

/// Two words without an article: `quiet harbour`.
pub(crate) fn phrase(seed: Seed) -> String {
    let subject = SUBJECTS[seed.draws().below(SUBJECTS.len())];
    subject.split_once(' ').map_or(subject, |(_, words)| words).to_owned()
}

fn write_sentence(text: &mut String, draws: &mut Draws) {
    let start = text.len();
    write_clause(text, draws);
    text[start..=start].make_ascii_uppercase();
    text.push(' ');
    text.push_str(ENDINGS[draws.below(ENDINGS.len())]);
    text.push('.');
}

fn write_clause(text: &mut String, draws: &mut Draws) {
    for (position, list) in [SUBJECTS, VERBS, OBJECTS].iter().enumerate() {
        if position > 0 {
            text.push(' ');
        }
        text.push_str(list[draws.below(list.len())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Encoding;

    #[test]
    fn sentences_are_sentences_and_fit_the_default_limit_of_completions() {
        for number in 0..2000 {
            let seed = Seed::of_bytes(&[1]).part("test", number);
            for text in [sentence(seed), paragraph(seed)] {
                assert!(text.starts_with(|c: char| c.is_ascii_uppercase()), "{text}");
                assert!(text.ends_with('.') && !text.contains("  "), "{text}");
            }
            assert!(Encoding::Cl100k.count(&sentence(seed)) <= 16, "{}", sentence(seed));
        }
    }
}
