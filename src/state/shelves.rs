//! What one key stores: a shelf for each kind of object. The kinds are declared in one list; whatever is
//! done to all of them is a loop over it.

use crate::state::KeyStore;
use crate::store::AnyShelf;

/// Declares what a key stores. A row is `shelf: file::Type`: a shelf of the objects that this file of the
/// folder declares.
macro_rules! shelves {
    ($($shelf:ident: $file:ident::$object:ident,)*) => {
        $(pub(crate) use $file::$object;)*

        /// Their names, in the order of their rows.
        const SHELVES: &[&str] = &[$(stringify!($shelf)),*];

        /// What one key stores.
        #[derive(Default)]
        pub(crate) struct KeyStore {
            $(pub(crate) $shelf: $crate::store::Shelf<$object>,)*
            made: std::collections::BTreeMap<&'static str, u64>,
        }

        impl KeyStore {
            fn shelves(&self) -> [&dyn $crate::store::AnyShelf; SHELVES.len()] {
                [$(&self.$shelf),*]
            }

            fn shelves_mut(&mut self) -> [&mut dyn $crate::store::AnyShelf; SHELVES.len()] {
                [$(&mut self.$shelf),*]
            }
        }
    };
}
pub(super) use shelves;

impl KeyStore {
    /// Counts one more object of a kind: 1 for the first since the last reset.
    pub(crate) fn made(&mut self, kind: &'static str) -> u64 {
        let made = self.made.entry(kind).or_default();
        *made += 1;
        *made
    }

    /// Roughly what it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.shelves().iter().map(|shelf| shelf.bytes()).sum()
    }

    /// Whether nothing would be lost with it.
    pub(super) fn is_new(&self) -> bool {
        self.made.is_empty() && self.shelves().iter().all(|shelf| shelf.len() == 0)
    }

    /// Drops the oldest object of the kind that takes the most room.
    pub(super) fn drop_oldest(&mut self) {
        // Of several, the one that is declared first.
        let largest = |a: &dyn AnyShelf, b: &dyn AnyShelf| b.bytes() > a.bytes();
        let shelves = self.shelves_mut().into_iter();
        if let Some(shelf) = shelves.reduce(|a, b| if largest(a, b) { b } else { a }) {
            shelf.drop_oldest();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::state::KeyId;
    use crate::state::KeyStore;
    use crate::state::SHELVES;
    use crate::state::State;

    const MEGABYTE: usize = 1024 * 1024;

    /// How much each shelf holds, and its bytes.
    fn held(state: &State, key: KeyId) -> Vec<(usize, usize)> {
        state.store(key, |store| store.shelves().map(|shelf| (shelf.len(), shelf.bytes())).to_vec())
    }

    fn put(state: &State, key: KeyId, at: usize, number: usize, bytes: usize) {
        state.store(key, |store| store.shelves_mut()[at].put_sample(number, bytes));
    }

    #[test]
    fn every_shelf_is_bounded_counted_and_forgotten() {
        assert!(SHELVES.len() >= 3);
        for (at, name) in SHELVES.iter().enumerate() {
            let state = State::new(Config::default());
            let keys = [KeyId::of("a"), KeyId::of("b")];
            let nothing = vec![(0, 0); SHELVES.len()];
            for key in keys {
                put(&state, key, at, 1, 1000);
                let held = held(&state, key);
                assert!(held[at].0 == 1 && (1000..3000).contains(&held[at].1), "{name}: {held:?}");
                assert_eq!(state.store(key, |store| store.bytes()), held[at].1, "{name}");
                assert!(!state.store(key, |store| store.is_new()), "{name}");
            }
            assert_eq!(state.stores.bytes(), 2 * held(&state, keys[0])[at].1, "{name}");
            for number in 2..100 {
                put(&state, keys[0], at, number, MEGABYTE);
            }
            assert_eq!((held(&state, keys[0])[at].0, held(&state, keys[1])[at].0), (63, 1), "{name}");
            assert!(state.stores.bytes() <= 64 * MEGABYTE, "{name}");
            state.reset_of(Some(keys[0]));
            assert_eq!(held(&state, keys[0]), nothing, "{name}");
            assert_eq!(state.stores.bytes(), held(&state, keys[1])[at].1, "{name}");
            state.reset();
            assert_eq!(held(&state, keys[1]), nothing, "{name}");
            assert_eq!(state.stores.bytes(), 0, "{name}");
        }
    }

    #[test]
    fn the_kind_that_takes_most_loses_its_oldest() {
        for (at, name) in SHELVES.iter().enumerate() {
            let mut store = KeyStore::default();
            for (other, shelf) in store.shelves_mut().into_iter().enumerate() {
                shelf.put_sample(1, if at == other { 9000 } else { 3000 });
            }
            let before = store.bytes();
            store.drop_oldest();
            for (other, shelf) in store.shelves().into_iter().enumerate() {
                assert_eq!(shelf.len(), usize::from(at != other), "{name}");
            }
            assert!(before > store.bytes() + 9000, "{name}");
        }
        // Of kinds that take as much, the one that is declared first.
        let mut store = KeyStore::default();
        store.shelves_mut().into_iter().for_each(|shelf| shelf.put_sample(1, 0));
        for shelf in store.shelves_mut() {
            let most = 9000 - shelf.bytes();
            shelf.put_sample(1, most);
            assert_eq!(shelf.bytes(), 9000);
        }
        store.drop_oldest();
        assert_eq!(store.shelves().map(|shelf| shelf.len() == 0).iter().position(|empty| *empty), Some(0));
    }
}
