//! Ordered objects with ids, and pages of their lists. Knows neither keys nor what the objects are.

mod page;

pub(crate) use page::Page;
pub(crate) use page::Slice;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::ops::Bound;

/// What a shelf can hold.
pub(crate) trait Object {
    fn id(&self) -> &str;
    /// Roughly what it takes in memory, in bytes.
    fn size(&self) -> usize;
    /// The items in it that it can be looked up by, beside its id.
    fn items(&self) -> Vec<ItemKey> {
        Vec::new()
    }
    /// Which of them came and went since this was asked last: only what can change has any.
    fn moved(&mut self) -> Vec<Moved> {
        Vec::new()
    }
    /// One for tests that try every kind, with some text of so many bytes in it.
    #[cfg(test)]
    fn sample(number: usize, bytes: usize) -> Self
    where
        Self: Sized;
}

/// Stands for the id of an item: 8 bytes for some 50. Two ids may share one, so who looks an item up
/// looks at the id of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ItemKey(u64);

impl ItemKey {
    pub(crate) fn of(id: &str) -> ItemKey {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        ItemKey(hasher.finish())
    }
}

/// An item that came into an object or went from it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moved {
    Came(ItemKey),
    Went(ItemKey),
}

/// Objects in the order in which they were put there.
pub(crate) struct Shelf<T> {
    objects: BTreeMap<u64, Placed<T>>,
    places: BTreeMap<String, u64>,
    last: u64,
    /// The places of the objects that have an item. Only of those up to `read`: the others are read when
    /// an item is looked for, which most users of a shelf never do.
    holders: BTreeSet<(ItemKey, u64)>,
    read: u64,
    bytes: usize,
}

struct Placed<T> {
    object: T,
    /// How many items the holders have of it.
    items: usize,
    /// The bytes that were counted for it: a panic while it was changed must not make the sum wrong.
    counted: usize,
}

impl<T> Default for Shelf<T> {
    fn default() -> Shelf<T> {
        let (objects, places, holders) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Shelf { objects, places, last: 0, holders, read: 0, bytes: 0 }
    }
}

impl<T: Object> Shelf<T> {
    /// Adds an object as the newest, in place of the one with its id if there is one.
    pub(crate) fn insert(&mut self, object: T) {
        self.remove(object.id());
        self.last += 1;
        let counted = footprint(&object, 0);
        self.bytes += counted;
        self.places.insert(object.id().to_owned(), self.last);
        self.objects.insert(self.last, Placed { object, items: 0, counted });
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.objects.get(self.places.get(id)?).map(|placed| &placed.object)
    }

    /// The objects whose ids begin so, by alphabet.
    pub(crate) fn beginning(&self, prefix: &str) -> impl Iterator<Item = &T> {
        let from = self.places.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.take_while(move |(id, _)| id.starts_with(prefix)).filter_map(|(id, _)| self.get(id))
    }

    /// The objects that an item with this id may be in, the newest first.
    pub(crate) fn holding(&mut self, item: &str) -> impl Iterator<Item = &T> {
        for (place, placed) in self.objects.range_mut(self.read + 1..) {
            // All that is in it has come by now.
            drop(placed.object.moved());
            let came = |item: ItemKey| self.holders.insert((item, *place));
            placed.items = placed.object.items().into_iter().map(came).filter(|is_new| *is_new).count();
            self.bytes -= placed.counted;
            placed.counted = footprint(&placed.object, placed.items);
            self.bytes += placed.counted;
        }
        self.read = self.last;
        let item = ItemKey::of(item);
        let places = self.holders.range((item, 0)..=(item, u64::MAX)).rev();
        places.filter_map(|(_, place)| self.objects.get(place)).map(|placed| &placed.object)
    }

    /// Changes an object, but not its id; `None` where there is no such object.
    pub(crate) fn change<R>(&mut self, id: &str, with: impl FnOnce(&mut T) -> R) -> Option<R> {
        let place = *self.places.get(id)?;
        let placed = self.objects.get_mut(&place)?;
        let result = with(&mut placed.object);
        let moved = placed.object.moved();
        for moved in moved.into_iter().filter(|_| place <= self.read) {
            match moved {
                Moved::Came(item) => placed.items += usize::from(self.holders.insert((item, place))),
                Moved::Went(item) => placed.items -= usize::from(self.holders.remove(&(item, place))),
            }
        }
        self.bytes -= placed.counted;
        placed.counted = footprint(&placed.object, placed.items);
        self.bytes += placed.counted;
        Some(result)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let place = self.places.remove(id)?;
        let placed = self.objects.remove(&place)?;
        Some(self.taken(place, placed))
    }

    pub(crate) fn remove_oldest(&mut self) -> Option<T> {
        let (place, placed) = self.objects.pop_first()?;
        self.places.remove(placed.object.id());
        Some(self.taken(place, placed))
    }

    /// What was taken from its place no longer counts.
    fn taken(&mut self, place: u64, placed: Placed<T>) -> T {
        let Placed { mut object, counted, .. } = placed;
        if place <= self.read {
            // A panic may have left what moved unasked for.
            let went = object.moved().into_iter().filter_map(|moved| match moved {
                Moved::Came(_) => None,
                Moved::Went(item) => Some(item),
            });
            for item in went.chain(object.items()) {
                self.holders.remove(&(item, place));
            }
        }
        self.bytes -= counted;
        object
    }

    /// The oldest first; reversed, the newest.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.objects.values().map(|placed| &placed.object)
    }

    /// A page of those that are wanted; `None` where `after` is not on the shelf.
    pub(crate) fn page(&self, page: &Page, wanted: impl Fn(&T) -> bool) -> Option<Slice<'_, T>> {
        let after = match &page.after {
            Some(id) => Some(*self.places.get(id)?),
            None => None,
        };
        let bounds = match (after, page.newest_first) {
            (None, _) => (Bound::Unbounded, Bound::Unbounded),
            (Some(after), true) => (Bound::Unbounded, Bound::Excluded(after)),
            (Some(after), false) => (Bound::Excluded(after), Bound::Unbounded),
        };
        let list = self.objects.range(bounds).map(|(_, placed)| &placed.object);
        Some(if page.newest_first { page.take(list.rev(), wanted) } else { page.take(list, wanted) })
    }
}

/// What can be asked of every shelf, whatever it holds.
pub(crate) trait AnyShelf {
    fn len(&self) -> usize;
    /// Roughly what all objects on it take in memory.
    fn bytes(&self) -> usize;
    fn drop_oldest(&mut self);
    #[cfg(test)]
    fn put_sample(&mut self, number: usize, bytes: usize);
}

impl<T: Object> AnyShelf for Shelf<T> {
    fn len(&self) -> usize {
        self.objects.len()
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn drop_oldest(&mut self) {
        drop(self.remove_oldest());
    }

    #[cfg(test)]
    fn put_sample(&mut self, number: usize, bytes: usize) {
        self.insert(T::sample(number, bytes));
    }
}

/// What a shelf needs for an object: the object, its id once more, two places in the trees, and one for
/// each of its items.
fn footprint(object: &impl Object, items: usize) -> usize {
    object.size() + object.id().len() + 128 + 32 * items
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::panic::AssertUnwindSafe;
    use std::panic::catch_unwind;

    /// An object with numbered items.
    #[derive(Clone, Debug, Default)]
    struct Note {
        id: String,
        size: usize,
        items: BTreeSet<u8>,
        moved: Vec<Moved>,
    }

    impl Note {
        fn new(id: u8, size: usize, items: impl IntoIterator<Item = u8>) -> Note {
            let items = items.into_iter().collect();
            Note { id: id.to_string(), size, items, moved: Vec::new() }
        }

        /// Puts an item in, or takes it out if it is there.
        fn toggle(&mut self, item: u8) {
            let came = self.items.insert(item);
            if !came {
                self.items.remove(&item);
            }
            self.moved.push(if came { Moved::Came(key(item)) } else { Moved::Went(key(item)) });
        }
    }

    fn key(item: u8) -> ItemKey {
        ItemKey::of(&item.to_string())
    }

    impl Object for Note {
        fn id(&self) -> &str {
            &self.id
        }

        fn size(&self) -> usize {
            self.size
        }

        fn items(&self) -> Vec<ItemKey> {
            self.items.iter().copied().map(key).collect()
        }

        fn moved(&mut self) -> Vec<Moved> {
            std::mem::take(&mut self.moved)
        }

        fn sample(number: usize, bytes: usize) -> Note {
            Note::new(number as u8, bytes, [])
        }
    }

    /// What is done to a shelf.
    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, usize, u8),
        Change(u8, usize, u8),
        /// The same, and a panic before it is over.
        Panic(u8, usize, u8),
        Look(u8),
        Remove(u8),
        RemoveOldest,
    }

    fn step() -> impl Strategy<Value = Step> {
        let note = || (0..8u8, 0..99usize, 0..4u8);
        prop_oneof![
            3 => note().prop_map(|(id, size, item)| Step::Insert(id, size, item)),
            3 => note().prop_map(|(id, size, item)| Step::Change(id, size, item)),
            1 => note().prop_map(|(id, size, item)| Step::Panic(id, size, item)),
            2 => (0..4u8).prop_map(Step::Look),
            1 => (0..8u8).prop_map(Step::Remove),
            1 => Just(Step::RemoveOldest),
        ]
    }

    /// A note on a list that is searched from its start each time.
    #[derive(Clone)]
    struct Listed {
        note: Note,
        /// The items that it is found by, once one was looked for.
        found_by: Option<BTreeSet<u8>>,
        counted: usize,
    }

    impl Listed {
        fn count(&mut self) {
            self.counted = footprint(&self.note, self.found_by.as_ref().map_or(0, BTreeSet::len));
        }
    }

    /// Takes a step on the list; the ids that it tells.
    fn naively(list: &mut Vec<Listed>, step: &Step) -> Vec<String> {
        let at = |list: &[Listed], id: u8| list.iter().position(|listed| listed.note.id == id.to_string());
        match *step {
            Step::Insert(id, size, item) => {
                list.retain(|listed| listed.note.id != id.to_string());
                list.push(Listed { note: Note::new(id, size, [item]), found_by: None, counted: 0 });
                list.last_mut().expect("a note").count();
            }
            Step::Change(id, size, item) | Step::Panic(id, size, item) => {
                let Some(at) = at(list, id) else { return Vec::new() };
                let listed = &mut list[at];
                listed.note.size = size;
                listed.note.toggle(item);
                if matches!(step, Step::Change(..)) {
                    listed.found_by = listed.found_by.is_some().then(|| listed.note.items.clone());
                    listed.count();
                }
                return vec![listed.note.id.clone()];
            }
            Step::Look(item) => {
                for listed in list.iter_mut().filter(|listed| listed.found_by.is_none()) {
                    listed.found_by = Some(listed.note.items.clone());
                    listed.count();
                }
                let has = |listed: &&Listed| listed.found_by.iter().flatten().any(|one| *one == item);
                return list.iter().rev().filter(has).map(|listed| listed.note.id.clone()).collect();
            }
            Step::Remove(id) => {
                return at(list, id).map(|at| list.remove(at).note.id).into_iter().collect();
            }
            Step::RemoveOldest if list.is_empty() => {}
            Step::RemoveOldest => return vec![list.remove(0).note.id],
        }
        Vec::new()
    }

    fn on_shelf(shelf: &mut Shelf<Note>, step: &Step) -> Vec<String> {
        let told = |id: Option<String>| id.into_iter().collect();
        match *step {
            Step::Insert(id, size, item) => {
                shelf.insert(Note::new(id, size, [item]));
                Vec::new()
            }
            Step::Change(id, size, item) => told(shelf.change(&id.to_string(), |note| {
                note.size = size;
                note.toggle(item);
                note.id.clone()
            })),
            Step::Panic(id, size, item) => {
                let change = |note: &mut Note| {
                    note.size = size;
                    note.toggle(item);
                    std::panic::resume_unwind(Box::new(()));
                };
                let changed = catch_unwind(AssertUnwindSafe(|| shelf.change(&id.to_string(), change)));
                told(changed.is_err().then(|| id.to_string()))
            }
            Step::Look(item) => shelf.holding(&item.to_string()).map(|note| note.id.clone()).collect(),
            Step::Remove(id) => told(shelf.remove(&id.to_string()).map(|note| note.id)),
            Step::RemoveOldest => told(shelf.remove_oldest().map(|note| note.id)),
        }
    }

    proptest! {
        #[test]
        fn a_shelf_is_a_list(steps in prop::collection::vec(step(), 0..60)) {
            let (mut shelf, mut list) = (Shelf::default(), Vec::new());
            for step in &steps {
                prop_assert_eq!(on_shelf(&mut shelf, step), naively(&mut list, step));
                prop_assert_eq!(shelf.len(), list.len());
                prop_assert_eq!(shelf.bytes(), list.iter().map(|listed| listed.counted).sum::<usize>());
                prop_assert_eq!(shelf.holders.len(), list.iter().flat_map(|l| &l.found_by).flatten().count());
            }
            let told = |note: &Note| (note.id.clone(), note.size, note.items.clone());
            let notes: Vec<_> = list.iter().map(|listed| told(&listed.note)).collect();
            prop_assert!(shelf.iter().map(told).eq(notes.iter().cloned()));
            prop_assert!(shelf.iter().rev().map(told).eq(notes.iter().rev().cloned()));
            for id in 0..8u8 {
                let found = notes.iter().find(|note| note.0 == id.to_string()).cloned();
                prop_assert_eq!(shelf.get(&id.to_string()).map(told), found);
            }
        }

        #[test]
        fn pages_joined_are_the_list(count in 0..30u8, limit in 1..9usize, newest_first: bool, all: bool) {
            let list: Vec<Note> = (0..count).map(|id| Note::new(id, id.into(), [])).collect();
            let mut shelf = Shelf::default();
            list.iter().cloned().for_each(|note| shelf.insert(note));
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = Page { limit, after, newest_first };
                let slice = if all {
                    page.cut(&list)
                } else {
                    shelf.page(&page, |note| note.size.is_multiple_of(2))
                };
                let slice = slice.expect("a page");
                prop_assert!(slice.objects.len() <= limit);
                found.extend(slice.objects.iter().map(|note| note.size));
                after = slice.objects.last().map(|note| note.id.clone());
                if !slice.has_more {
                    break;
                }
                prop_assert_eq!(slice.objects.len(), limit);
            }
            let mut expected: Vec<usize> = (0..count.into()).step_by(if all { 1 } else { 2 }).collect();
            if newest_first {
                expected.reverse();
            }
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_object_is_found_by_the_beginning_of_its_id() {
        let mut shelf = Shelf::default();
        for id in [1, 12, 2] {
            shelf.insert(Note::new(id, id.into(), []));
        }
        let found = |prefix| shelf.beginning(prefix).map(|note| note.size).collect::<Vec<_>>();
        assert_eq!(found("1"), [1, 12]);
        assert_eq!(found("12"), [12]);
        assert!(found("13").is_empty() && found("3").is_empty());
    }

    #[test]
    fn a_page_after_nothing_is_none() {
        let list = [Note::new(1, 1, [])];
        let mut shelf = Shelf::default();
        shelf.insert(list[0].clone());
        for newest_first in [true, false] {
            let page = |after: &str| Page { limit: 9, after: Some(after.to_owned()), newest_first };
            assert!(page("2").cut(&list).is_none() && shelf.page(&page("2"), |_| true).is_none());
            for slice in [page("1").cut(&list), shelf.page(&page("1"), |_| true)] {
                let slice = slice.expect("a page");
                assert_eq!((slice.objects.len(), slice.has_more), (0, false));
            }
        }
    }
}
