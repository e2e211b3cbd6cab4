//! The Realtime API, which is not served: every method on its paths is told so. A 404 that said no more
//! would let its user look for a slip in the URL.

use crate::error;
use crate::error::ApiError;
use crate::reply::Reply;
use crate::route::ANY;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;

/// No operations, so that nothing lists them among those that there are.
pub(crate) const NOT_SERVED: &[Route] = &[refused("/v1/realtime"), refused("/v1/realtime/{rest*}")];

const fn refused(path: &'static str) -> Route {
    Route { method: ANY, ..get(path, "unknown", refuse) }
}

fn refuse(context: &Context<'_>) -> Result<Reply, ApiError> {
    Err(error::no_realtime(&context.request.method, &context.request.path))
}
