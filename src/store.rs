//! Ordered objects with ids, and pages of their lists. Knows neither keys nor what the objects are.

use std::collections::BTreeMap;
use std::ops::Bound;

/// What a shelf can hold.
pub(crate) trait Object {
    fn id(&self) -> &str;
    /// Roughly what it takes in memory, in bytes.
    fn size(&self) -> usize;
}

/// Objects in the order in which they were put there.
pub(crate) struct Shelf<T> {
    /// Each with the bytes that were counted for it: a panic while it was changed must not make the
    /// sum wrong.
    objects: BTreeMap<u64, (T, usize)>,
    places: BTreeMap<String, u64>,
    last: u64,
    bytes: usize,
}

impl<T> Default for Shelf<T> {
    fn default() -> Shelf<T> {
        Shelf { objects: BTreeMap::new(), places: BTreeMap::new(), last: 0, bytes: 0 }
    }
}

impl<T: Object> Shelf<T> {
    /// Adds an object as the newest, in place of the one with its id if there is one.
    pub(crate) fn insert(&mut self, object: T) {
        self.remove(object.id());
        self.last += 1;
        let bytes = footprint(&object);
        self.bytes += bytes;
        self.places.insert(object.id().to_owned(), self.last);
        self.objects.insert(self.last, (object, bytes));
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.objects.get(self.places.get(id)?).map(|(object, _)| object)
    }

    /// The objects whose ids begin so, by alphabet.
    pub(crate) fn beginning(&self, prefix: &str) -> impl Iterator<Item = &T> {
        let from = self.places.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.take_while(move |(id, _)| id.starts_with(prefix)).filter_map(|(id, _)| self.get(id))
    }

    /// Changes an object, but not its id; `None` where there is no such object.
    pub(crate) fn change<R>(&mut self, id: &str, with: impl FnOnce(&mut T) -> R) -> Option<R> {
        let (object, counted) = self.objects.get_mut(self.places.get(id)?)?;
        let result = with(object);
        self.bytes -= *counted;
        *counted = footprint(object);
        self.bytes += *counted;
        Some(result)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let place = self.places.remove(id)?;
        let (object, counted) = self.objects.remove(&place)?;
        self.bytes -= counted;
        Some(object)
    }

    pub(crate) fn remove_oldest(&mut self) -> Option<T> {
        let (_, (object, counted)) = self.objects.pop_first()?;
        self.places.remove(object.id());
        self.bytes -= counted;
        Some(object)
    }

    /// The oldest first; reversed, the newest.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.objects.values().map(|(object, _)| object)
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// Roughly what all of them take in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What a shelf needs for an object: the object, its id once more, and two places in the trees.
fn footprint(object: &impl Object) -> usize {
    object.size() + object.id().len() + 128
}

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
    pub(crate) fn cut<'a, T: Object>(
        &self,
        list: impl DoubleEndedIterator<Item = &'a T>,
        wanted: impl Fn(&T) -> bool,
    ) -> Option<Slice<'a, T>> {
        if self.newest_first { self.take(list.rev(), wanted) } else { self.take(list, wanted) }
    }

    fn take<'a, T: Object>(
        &self,
        mut list: impl Iterator<Item = &'a T>,
        wanted: impl Fn(&T) -> bool,
    ) -> Option<Slice<'a, T>> {
        if let Some(after) = &self.after {
            list.find(|object| object.id() == after)?;
        }
        let mut rest = list.filter(|object| wanted(object));
        let objects = rest.by_ref().take(self.limit).collect();
        Some(Slice { objects, has_more: rest.next().is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Note(String, usize);

    impl Object for Note {
        fn id(&self) -> &str {
            &self.0
        }

        fn size(&self) -> usize {
            self.1
        }
    }

    /// What is done to a shelf.
    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, usize),
        Change(u8, usize),
        Remove(u8),
        RemoveOldest,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..8u8, 0..99usize).prop_map(|(id, size)| Step::Insert(id, size)),
            (0..8u8, 0..99usize).prop_map(|(id, size)| Step::Change(id, size)),
            (0..8u8).prop_map(Step::Remove),
            Just(Step::RemoveOldest),
        ]
    }

    /// The same on a list that is searched from its start each time.
    fn naively(list: &mut Vec<Note>, step: &Step) -> Option<Note> {
        let at = |list: &[Note], id: &u8| list.iter().position(|note| note.0 == id.to_string());
        match step {
            Step::Insert(id, size) => {
                list.retain(|note| note.0 != id.to_string());
                list.push(Note(id.to_string(), *size));
                None
            }
            Step::Change(id, size) => {
                let at = at(list, id)?;
                list[at].1 = *size;
                Some(list[at].clone())
            }
            Step::Remove(id) => at(list, id).map(|at| list.remove(at)),
            Step::RemoveOldest => (!list.is_empty()).then(|| list.remove(0)),
        }
    }

    fn on_shelf(shelf: &mut Shelf<Note>, step: &Step) -> Option<Note> {
        match step {
            Step::Insert(id, size) => {
                shelf.insert(Note(id.to_string(), *size));
                None
            }
            Step::Change(id, size) => shelf.change(&id.to_string(), |note| {
                note.1 = *size;
                note.clone()
            }),
            Step::Remove(id) => shelf.remove(&id.to_string()),
            Step::RemoveOldest => shelf.remove_oldest(),
        }
    }

    proptest! {
        #[test]
        fn a_shelf_is_a_list(steps in prop::collection::vec(step(), 0..60)) {
            let (mut shelf, mut list) = (Shelf::default(), Vec::new());
            for step in &steps {
                prop_assert_eq!(on_shelf(&mut shelf, step), naively(&mut list, step));
                prop_assert_eq!(shelf.len(), list.len());
                prop_assert_eq!(shelf.bytes(), list.iter().map(footprint).sum::<usize>());
            }
            prop_assert!(shelf.iter().eq(&list));
            prop_assert!(shelf.iter().rev().eq(list.iter().rev()));
            for id in 0..8u8 {
                prop_assert_eq!(shelf.get(&id.to_string()), list.iter().find(|note| note.0 == id.to_string()));
            }
        }

        #[test]
        fn pages_joined_are_the_list(count in 0..30usize, limit in 1..9usize, newest_first: bool) {
            let mut shelf = Shelf::default();
            for id in 0..count {
                shelf.insert(Note(id.to_string(), id));
            }
            let even = |note: &Note| note.1.is_multiple_of(2);
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = Page { limit, after, newest_first };
                let slice = page.cut(shelf.iter(), even).expect("a page");
                prop_assert!(slice.objects.len() <= limit);
                found.extend(slice.objects.iter().map(|note| note.1));
                after = slice.objects.last().map(|note| note.0.clone());
                if !slice.has_more {
                    break;
                }
                prop_assert_eq!(slice.objects.len(), limit);
            }
            let mut expected: Vec<usize> = (0..count).step_by(2).collect();
            if newest_first {
                expected.reverse();
            }
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_object_is_found_by_the_beginning_of_its_id() {
        let mut shelf = Shelf::default();
        for (at, id) in ["ab", "abc", "b"].into_iter().enumerate() {
            shelf.insert(Note(id.to_owned(), at));
        }
        let found = |prefix| shelf.beginning(prefix).map(|note| note.1).collect::<Vec<_>>();
        assert_eq!(found("ab"), [0, 1]);
        assert_eq!(found("abc"), [1]);
        assert!(found("abd").is_empty() && found("c").is_empty());
    }

    #[test]
    fn a_page_after_nothing_is_none() {
        let mut shelf = Shelf::default();
        shelf.insert(Note("a".to_owned(), 1));
        let page = |after: &str| Page { limit: 9, after: Some(after.to_owned()), newest_first: true };
        assert!(page("b").cut(shelf.iter(), |_| true).is_none());
        let slice = page("a").cut(shelf.iter(), |_| true).expect("a page");
        assert_eq!((slice.objects.len(), slice.has_more), (0, false));
    }
}
