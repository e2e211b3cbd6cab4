//! What a moderation model says: of each input of its own operation, or of what another model was asked and
//! said.

use crate::ask::Ask;
use crate::ask::phrases::CATEGORIES;
use crate::ask::phrases::Category;
use crate::ask::phrases::Words;
use crate::ask::turn::Turn;
use crate::generate::seed::Draws;
use crate::generate::seed::Seed;
use crate::model::moderates_text_alone;
use crate::plan::Flag;
use crate::plan::Flags;

/// What one result is about.
#[derive(Default)]
pub(super) struct Moderated<'a> {
    pub(super) texts: Vec<&'a str>,
    /// Addresses of images.
    pub(super) images: Vec<&'a str>,
}

/// The order of the text models, which know neither `illicit` nor pictures.
const OF_TEXT_MODELS: [&str; 11] = [
    "sexual",
    "hate",
    "harassment",
    "self-harm",
    "sexual/minors",
    "hate/threatening",
    "violence/graphic",
    "self-harm/intent",
    "self-harm/instructions",
    "harassment/threatening",
    "violence",
];

/// A result for each input.
pub(super) fn each(ask: &Ask<'_>, seed: Seed) -> Vec<Flags> {
    let categories = categories_of(ask.model);
    let result = |(index, turn): (usize, &&Turn<'_>)| {
        Moderated::of(turn).flags(&categories, seed.part("scores", index).draws())
    };
    ask.turns.iter().enumerate().map(result).collect()
}

/// The result for the input of this number where these categories are given, each with a score if that is
/// given too. From one half on a score raises its category; one without is raised.
pub(super) fn given(ask: &Ask<'_>, index: usize, named: &[(String, Option<f64>)], seed: Seed) -> Flags {
    /// The score of a category that is raised without one.
    const RAISED: f64 = 0.9;
    let subject = ask.turns.get(index).map(|turn| Moderated::of(turn)).unwrap_or_default();
    let mut draws = seed.part("scores", index).draws();
    subject.judged(&categories_of(ask.model), |category| {
        let low = score(false, &mut draws);
        match named.iter().find(|(name, _)| name == category.name) {
            Some((_, given)) => {
                let score = given.unwrap_or(RAISED);
                (score >= 0.5, score)
            }
            None => (false, low),
        }
    })
}

/// The categories that a model knows, in its order.
fn categories_of(model: &str) -> Vec<&'static Category> {
    if moderates_text_alone(model) {
        let named = |name| CATEGORIES.iter().find(|category| category.name == name);
        OF_TEXT_MODELS.into_iter().filter_map(named).collect()
    } else {
        CATEGORIES.iter().collect()
    }
}

/// A result for all that was asked together, and one for what was said.
pub(super) fn both(ask: &Ask<'_>, said: &Moderated<'_>, seed: Seed) -> [Flags; 2] {
    let categories: Vec<&Category> = CATEGORIES.iter().collect();
    let asked = Moderated {
        texts: ask.turns.iter().flat_map(|turn| turn.texts()).collect(),
        images: ask.turns.iter().flat_map(|turn| turn.image_urls()).collect(),
    };
    [
        asked.flags(&categories, seed.part("moderation", 0).draws()),
        said.flags(&categories, seed.part("moderation", 1).draws()),
    ]
}

impl<'a> Moderated<'a> {
    fn of(turn: &Turn<'a>) -> Moderated<'a> {
        Moderated { texts: turn.texts().collect(), images: turn.image_urls().collect() }
    }

    fn flags(&self, categories: &[&'static Category], mut draws: Draws) -> Flags {
        let texts: Vec<Words> = self.texts.iter().map(|text| Words::of(text)).collect();
        let images: Vec<Words> = self.images.iter().map(|url| Words::of(url)).collect();
        self.judged(categories, |category| {
            let is_raised = texts.iter().any(|text| category.is_named_in(text))
                || category.sees_images && images.iter().any(|url| category.is_named_in(url));
            (is_raised, score(is_raised, &mut draws))
        })
    }

    /// What is said where `judge` says of each category whether it is raised, and its score.
    fn judged(
        &self,
        categories: &[&'static Category],
        mut judge: impl FnMut(&Category) -> (bool, f64),
    ) -> Flags {
        let flag = |category: &&'static Category| {
            let (is_raised, score) = judge(category);
            Flag {
                category: category.name,
                is_raised,
                score,
                of_text: !self.texts.is_empty(),
                of_image: category.sees_images && !self.images.is_empty(),
            }
        };
        Flags(categories.iter().map(flag).collect())
    }
}

/// Above 0.8 where flagged, else between 1e-6 and 1e-4.
fn score(is_raised: bool, draws: &mut Draws) -> f64 {
    let fraction = (draws.next() >> 11) as f64 / (1_u64 << 53) as f64;
    if is_raised { 0.8 + fraction * 0.199 } else { 1e-6 + fraction * 9.9e-5 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::Endpoint;
    use crate::rules::Occasion;

    const MODEL: &str = "omni-moderation-latest";

    #[test]
    fn given_categories_are_raised_and_given_scores_are_told() {
        let turn = Turn::of_user("I want to kill them.");
        let raised = |model: &str, named: &[(&str, Option<f64>)]| {
            let ask = Ask::new(Endpoint::Moderations, model, vec![&turn], Occasion::at(1));
            let named: Vec<_> = named.iter().map(|(name, score)| ((*name).to_owned(), *score)).collect();
            let Flags(flags) = given(&ask, 0, &named, Seed::of_bytes(b"seed"));
            assert!(flags.iter().all(|flag| flag.of_text && !flag.of_image));
            let told = flags.iter().filter(|flag| flag.is_raised || flag.score > 1e-4);
            let told: Vec<_> = told.map(|flag| (flag.category, flag.is_raised, flag.score)).collect();
            (flags.len(), told)
        };
        assert_eq!(raised(MODEL, &[]), (13, vec![]));
        assert_eq!(raised(MODEL, &[("hate", None)]), (13, vec![("hate", true, 0.9)]));
        let scores = [("violence", Some(0.5)), ("hate", Some(0.25)), ("none", None)];
        assert_eq!(raised(MODEL, &scores), (13, vec![("hate", false, 0.25), ("violence", true, 0.5)]));
        assert_eq!(raised("text-moderation-latest", &[("illicit", None)]), (11, vec![]));
    }
}
