//! What a moderation model says of what was asked and of what was said, where a request wants to know.

use crate::api::ask::Api;
use crate::api::ask::Ask;
use crate::api::ask::messages::image;
use crate::api::ask::messages::parts;
use crate::api::ask::messages::texts;
use crate::api::moderations;
use crate::api::moderations::Subject;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model::for_moderations;
use crate::params::Args;

/// Checks the model that is to moderate.
pub(in crate::api) fn check_moderation(args: &Args<'_>, listed_only: bool) -> Result<(), ApiError> {
    let model = args.field("moderation", "model").as_str();
    let checked = model.map_or(Ok(()), |model| for_moderations(model, listed_only));
    checked.map_err(|refusal| refusal.within("moderation"))
}

impl Ask<'_> {
    /// The JSON of `moderation`, this having been said.
    pub(in crate::api) fn moderation(&self, model: &str, said: Vec<&str>, seed: Seed) -> String {
        let write = match self.api {
            Api::Responses => moderations::write_alone,
            Api::Chat | Api::Functions => moderations::write_within,
        };
        let asked = Subject {
            texts: self.turns.iter().flat_map(|turn| texts(turn)).collect(),
            images: self.turns.iter().flat_map(|turn| parts(turn)).filter_map(image).collect(),
        };
        let said = Subject { texts: said, images: Vec::new() };
        let mut json = Json::with_capacity(4096);
        json.raw(r#"{"input":"#);
        write(&mut json, model, &asked, seed.part("moderation", 0));
        json.raw(r#","output":"#);
        write(&mut json, model, &said, seed.part("moderation", 1));
        json.raw("}");
        json.into_text()
    }
}
