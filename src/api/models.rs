//! `GET /v1/models`, `GET` and `DELETE` of `/v1/models/{model}`, and the models that the API lists

use crate::error;
use crate::error::ApiError;
use crate::json::Json;
use crate::model::MODELS;
use crate::model::Model;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::delete as delete_at;
use crate::route::get;

pub(crate) const ROUTES: &[Route] = &[
    get("/v1/models", "models", list),
    get("/v1/models/{model*}", "models", retrieve),
    delete_at("/v1/models/{model*}", "models", delete).untold(),
];

/// What the names of fine-tuned models begin with. Only those are somebody's to delete.
const FINE_TUNED: &str = "ft:";

fn list(_: &Context<'_>) -> Result<Reply, ApiError> {
    let mut json = Json::with_capacity(20 * 1024);
    json.raw(r#"{"object":"list","data":["#);
    json.list(MODELS, write);
    json.raw("]}");
    Ok(Reply::json(200, json))
}

fn retrieve(context: &Context<'_>) -> Result<Reply, ApiError> {
    let model = MODELS.iter().find(|model| model.id == context.id);
    let model = model.ok_or_else(|| error::no_such_model(context.id))?;
    let mut json = Json::default();
    write(&mut json, model);
    Ok(Reply::json(200, json))
}

/// Nothing is trained here, so that any fine-tuned model may have been the caller's.
fn delete(context: &Context<'_>) -> Result<Reply, ApiError> {
    if !context.id.starts_with(FINE_TUNED) {
        return Err(error::no_such_model(context.id));
    }
    let mut json = Json::default();
    json.raw(r#"{"id":"#).text(context.id).raw(r#","object":"model","deleted":true}"#);
    Ok(Reply::json(200, json))
}

fn write(json: &mut Json, model: &Model) {
    json.raw(r#"{"id":"#).text(model.id);
    json.raw(r#","object":"model","created":"#).number(model.created);
    json.raw(r#","owned_by":"#).text(model.owned_by);
    json.raw(r#","shutdown_date":"#).optional(model.shutdown_date).raw("}");
}
