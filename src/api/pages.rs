//! Pages of lists: which part of a list a query asks for, and the list around it

use crate::api::items::params::INCLUDABLE;
use crate::error;
use crate::error::ApiError;
use crate::error::quoted;
use crate::http::Request;
use crate::json::Json;
use crate::reply::Reply;
use crate::store::Object;
use crate::store::Page;
use crate::store::Shelf;
use crate::store::Slice;

/// The objects of a page unless `limit` says otherwise, and the most that it may say.
const DEFAULT: usize = 20;
const MOST: usize = 100;

/// The page that `limit`, `after` and `order` ask for.
pub(in crate::api) fn asked(request: &Request, newest_first: bool) -> Result<Page, ApiError> {
    let limit = request.query("limit").map_or(Ok(DEFAULT), |text| whole("limit", &text, 1, MOST))?;
    let newest_first = match request.query("order").as_deref() {
        None => newest_first,
        Some("asc") => false,
        Some("desc") => true,
        Some(other) => return Err(error::not_one_of("order", other, quoted(&["asc", "desc"], "and"))),
    };
    Ok(Page { limit, after: request.query("after"), newest_first })
}

/// A whole number in a query.
pub(in crate::api) fn whole(name: &str, text: &str, least: usize, most: usize) -> Result<usize, ApiError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error::wrong_type(name, "an integer", "a string"));
    }
    match text.parse() {
        Ok(number) if number < least => Err(error::integer_below_minimum(name, least, text)),
        Ok(number) if number <= most => Ok(number),
        Err(_) if text.starts_with('-') => Err(error::integer_below_minimum(name, least, text)),
        _ => Err(error::integer_above_maximum(name, most, text)),
    }
}

/// What `include` asks for, each way of writing a list in a query: `include[]=a`, `include=a`.
pub(in crate::api) fn included(request: &Request) -> Result<Vec<String>, ApiError> {
    let named = request.pairs().filter(|(name, _)| name == "include" || name.starts_with("include["));
    let values: Vec<String> = named.map(|(_, value)| value).collect();
    let unknown = values.iter().position(|value| !INCLUDABLE.contains(&value.as_str()));
    match unknown {
        None => Ok(values),
        Some(at) => {
            let path = format!("include[{at}]");
            Err(error::not_one_of(path, &values[at], quoted(INCLUDABLE, "and")))
        }
    }
}

/// The order of a list's last keys, which differs between resources.
#[derive(Clone, Copy)]
pub(in crate::api) enum Keys {
    /// `first_id`, `last_id`, `has_more`
    MoreLast,
    /// `first_id`, `has_more`, `last_id`
    MoreBetween,
}

/// The reply that lists a page of a shelf's objects, of those that are wanted. Refuses an `after` that is
/// not among all of them.
pub(in crate::api) fn of_shelf<T: Object>(
    shelf: &Shelf<T>,
    page: &Page,
    wanted: impl Fn(&T) -> bool,
    keys: Keys,
    write: impl Fn(&mut Json, &T),
) -> Result<Reply, ApiError> {
    let slice = shelf.page(page, wanted).ok_or_else(|| not_in_list(page))?;
    Ok(reply(&slice, keys, write))
}

/// The same of a list, whose oldest objects come first.
pub(in crate::api) fn of_list<T: Object>(
    list: &[T],
    page: &Page,
    keys: Keys,
    write: impl Fn(&mut Json, &T),
) -> Result<Reply, ApiError> {
    let slice = page.cut(list).ok_or_else(|| not_in_list(page))?;
    Ok(reply(&slice, keys, write))
}

fn not_in_list(page: &Page) -> ApiError {
    error::not_in_list(page.after.as_deref().unwrap_or_default())
}

/// The reply that lists objects.
pub(in crate::api) fn reply<T: Object>(
    slice: &Slice<'_, T>,
    keys: Keys,
    write: impl Fn(&mut Json, &T),
) -> Reply {
    let mut json = Json::with_capacity(4096);
    json.raw(r#"{"object":"list","data":["#);
    json.list(&slice.objects, |json, object| write(json, object));
    let [first, last] =
        [slice.objects.first(), slice.objects.last()].map(|end| end.map(|object| object.id()));
    let more = if slice.has_more { r#","has_more":true"# } else { r#","has_more":false"# };
    json.raw(r#"],"first_id":"#).optional(first);
    match keys {
        Keys::MoreLast => json.raw(r#","last_id":"#).optional(last).raw(more),
        Keys::MoreBetween => json.raw(more).raw(r#","last_id":"#).optional(last),
    };
    json.raw("}");
    Reply::json(200, json)
}
