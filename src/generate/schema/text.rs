//! Strings: what the format, the pattern and the lengths ask for, and what the name suggests.

use crate::generate::schema::constraints::Constraints;
use crate::generate::schema::formats;
use crate::generate::schema::pick::Pick;
use crate::generate::schema::rules::Rules;
use crate::generate::schema::vocabulary;
use crate::generate::words;
use serde_json::Value;

/// No text is longer, whatever is asked.
const LONGEST: usize = 100_000;

/// What is asked of a text.
struct Wanted<'a> {
    least: usize,
    most: usize,
    patterns: Vec<&'a str>,
    formats: Vec<&'a str>,
}

/// A text, or `None` with what comes nearest where nothing was found to fit.
pub(super) fn text<'a>(
    constraints: &Constraints<'a>,
    rules: &Rules<'a>,
    name: &str,
    pick: &mut Pick,
) -> Result<String, String> {
    let wanted = Wanted {
        least: constraints.at_least("minLength").min(LONGEST),
        most: constraints.at_most("maxLength"),
        patterns: constraints.each("pattern").filter_map(Value::as_str).collect(),
        formats: constraints.each("format").filter_map(Value::as_str).collect(),
    };
    let mut nearest = None;
    for _ in 0..4 {
        let (text, meant) = wanted.plain(name, pick);
        if wanted.fits(&text, rules) {
            return Ok(text);
        }
        nearest.get_or_insert(text);
        // A word that has nothing to do with the pattern fits by accident only.
        if !meant && !wanted.patterns.is_empty() {
            break;
        }
    }
    match wanted.by_pattern(rules, pick) {
        Some(text) => Ok(text),
        None => Err(nearest.unwrap_or_default()),
    }
}

impl<'a> Wanted<'a> {
    fn fits(&self, text: &str, rules: &Rules<'a>) -> bool {
        let length = text.chars().count();
        (self.least..=self.most).contains(&length)
            && self.patterns.iter().all(|pattern| rules.pattern_matches(pattern, text))
            && self.formats.iter().all(|format| rules.is_of_format(format, text))
    }

    /// By format or name alone, and whether one of them said what to write.
    fn plain(&self, name: &str, pick: &mut Pick) -> (String, bool) {
        for format in &self.formats {
            if let Some(text) = formats::write(format, pick, self.least) {
                return (text, true);
            }
        }
        let (text, meant) = vocabulary::text(name, pick);
        (self.fitted(text, pick), meant)
    }

    /// Longer or shorter, as the lengths ask.
    fn fitted(&self, mut text: String, pick: &mut Pick) -> String {
        let mut length = text.chars().count();
        if (self.least..=self.most).contains(&length) {
            return text;
        }
        while length < self.least {
            let is_link = text.starts_with("https://");
            let more = if is_link { vocabulary::slug(pick) } else { words::sentence(pick.seed()) };
            length += more.chars().count() + 1;
            text.push(if is_link { '/' } else { ' ' });
            text.push_str(&more);
        }
        if length <= self.most {
            return text;
        }
        let mut short: String = text.chars().take(self.most).collect();
        let end = short.trim_end_matches([' ', ',']).len();
        // Cut in the middle of the text rather than at a space, if there is none to spare.
        if short[..end].chars().count() >= self.least {
            short.truncate(end);
        }
        short
    }

    fn by_pattern(&self, rules: &Rules<'a>, pick: &mut Pick) -> Option<String> {
        let patterns: Vec<_> = self.patterns.iter().filter_map(|pattern| rules.pattern(pattern)).collect();
        if patterns.is_empty() {
            return None;
        }
        for attempt in 0..40_usize {
            let pattern = &patterns[attempt % patterns.len()];
            let wild = attempt >= 3 && attempt % 2 == 1;
            // Short of a length, the pattern may be found in a longer text.
            let least = if attempt % 4 == 3 { 0 } else { self.least };
            let text = pattern.sample(&mut pick.draws, (least, self.most), wild, &rules.effort);
            let missing = self.least.saturating_sub(text.chars().count());
            let filler: String =
                (0..missing).map(|_| char::from(b'a' + pick.draws.below(26) as u8)).collect();
            for text in [format!("{text}{filler}"), format!("{filler}{text}")] {
                if self.fits(&text, rules) {
                    return Some(text);
                }
            }
        }
        None
    }
}
