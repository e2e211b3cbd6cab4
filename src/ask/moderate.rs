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
pub(super) struct Subject<'a> {
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
    let categories: Vec<&Category> = if moderates_text_alone(ask.model) {
        let named = |name| CATEGORIES.iter().find(|category| category.name == name);
        OF_TEXT_MODELS.into_iter().filter_map(named).collect()
    } else {
        CATEGORIES.iter().collect()
    };
    let result = |(index, turn): (usize, &&Turn<'_>)| {
        let subject = Subject { texts: turn.texts().collect(), images: turn.image_urls().collect() };
        subject.flags(&categories, seed.part("scores", index).draws())
    };
    ask.turns.iter().enumerate().map(result).collect()
}

/// A result for all that was asked together, and one for what was said.
pub(super) fn both(ask: &Ask<'_>, said: &Subject<'_>, seed: Seed) -> [Flags; 2] {
    let categories: Vec<&Category> = CATEGORIES.iter().collect();
    let asked = Subject {
        texts: ask.turns.iter().flat_map(|turn| turn.texts()).collect(),
        images: ask.turns.iter().flat_map(|turn| turn.image_urls()).collect(),
    };
    [
        asked.flags(&categories, seed.part("moderation", 0).draws()),
        said.flags(&categories, seed.part("moderation", 1).draws()),
    ]
}

impl Subject<'_> {
    fn flags(&self, categories: &[&Category], mut draws: Draws) -> Flags {
        let texts: Vec<Words> = self.texts.iter().map(|text| Words::of(text)).collect();
        let images: Vec<Words> = self.images.iter().map(|url| Words::of(url)).collect();
        let mut flag = |category: &&Category| {
            let is_raised = texts.iter().any(|text| category.is_named_in(text))
                || category.sees_images && images.iter().any(|url| category.is_named_in(url));
            Flag {
                category: category.name,
                is_raised,
                score: score(is_raised, &mut draws),
                of_text: !texts.is_empty(),
                of_image: category.sees_images && !images.is_empty(),
            }
        };
        Flags(categories.iter().map(&mut flag).collect())
    }
}

/// Above 0.8 where flagged, else between 1e-6 and 1e-4.
fn score(is_raised: bool, draws: &mut Draws) -> f64 {
    let fraction = (draws.next() >> 11) as f64 / (1_u64 << 53) as f64;
    if is_raised { 0.8 + fraction * 0.199 } else { 1e-6 + fraction * 9.9e-5 }
}
