//! Pages: the parts of a list that are asked for one after another.

use crate::store::Object;

/// Which part of a list was asked for.
pub(crate) struct Page {
    pub(crate) limit: usize,
    /// Begins behind the object with this id.
    pub(crate) after: Option<String>,
    pub(crate) newest_first: bool,
}

/// A part of a list.
pub(crate) struct Slice<'a, T> {
    pub(crate) objects: Vec<&'a T>,
    pub(crate) has_more: bool,
}

impl Page {
    /// Cuts the page out of a list whose oldest objects come first; `None` where `after` is not in it.
    pub(crate) fn cut<'a, T: Object>(&self, list: &'a [T]) -> Option<Slice<'a, T>> {
        let after = match &self.after {
            Some(id) => Some(list.iter().position(|object| object.id() == id)?),
            None => None,
        };
        Some(if self.newest_first {
            self.take(list[..after.unwrap_or(list.len())].iter().rev(), |_| true)
        } else {
            self.take(list[after.map_or(0, |at| at + 1)..].iter(), |_| true)
        })
    }

    pub(super) fn take<'a, T>(
        &self,
        list: impl Iterator<Item = &'a T>,
        wanted: impl Fn(&T) -> bool,
    ) -> Slice<'a, T> {
        let mut rest = list.filter(|object| wanted(object));
        let objects = rest.by_ref().take(self.limit).collect();
        Slice { objects, has_more: rest.next().is_some() }
    }
}
