//! What items of several kinds have alike.

use crate::api::text_params;
use crate::params::Kind;
use crate::params::MOST_ID;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

/// An id of an item has so many characters at most.
pub(super) const ID_TEXT: Kind = Kind::Text { min: 0, max: MOST_ID };
pub(super) const ID: Param = optional("id", ID_TEXT);
pub(super) const CALL_ID: Param = required("call_id", Kind::Text { min: 1, max: 64 });
pub(super) const STATUS: Param = optional("status", Kind::OneOf(&["in_progress", "completed", "incomplete"]));
/// Who made an item, where several agents do.
pub(super) const CREATED_BY: Param = optional("created_by", TEXT);
pub(super) const CALLER: Param = optional("caller", Kind::Map);
/// Which agent an item is of, where several work on a response.
pub(super) const AGENT: Param = optional("agent", Kind::Map);
/// Whether the model goes on while a call runs.
pub(super) const ASYNC: Param = optional("async", Kind::Flag);
pub(super) const NAMESPACE: Param = optional("namespace", TEXT);

pub(super) const OBJECTS: Kind = parts(&Kind::Map);
pub(super) const TEXTS: Kind = Kind::List { of: &TEXT, expected: "strings", min: 0, max: usize::MAX };

pub(super) const fn parts(of: &'static Kind) -> Kind {
    Kind::List { of, expected: "objects", min: 0, max: usize::MAX }
}

/// An image that is shown.
pub(super) const INPUT_IMAGE: &[Param] = &[
    optional("image_url", Kind::Either { expected: "an image URL", kinds: &[TEXT] }),
    optional("file_id", TEXT),
    optional("detail", Kind::OneOf(&["low", "high", "auto", "original"])),
    text_params::CACHE_BREAKPOINT,
];
