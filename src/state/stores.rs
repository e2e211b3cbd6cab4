//! The stores of all keys: a lock for each of them, and a bound over all.
//!
//! Locks are taken in one order: a key's store, then the registry; never two stores at once.

use crate::state::KeyId;
use crate::state::KeyStore;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// What all keys together may store. Above it, the oldest goes.
const BYTES: usize = 64 * 1024 * 1024;

/// More keys than this, and those that store nothing are forgotten.
const KEYS: usize = 65_536;

/// What all keys store.
#[derive(Default)]
pub(super) struct Stores {
    /// Locked for a look at the map alone, never while an object is made or printed.
    registry: Mutex<Registry>,
    /// The registry's sum, for who only wants to know whether it is too large.
    bytes: AtomicUsize,
}

#[derive(Default)]
struct Registry {
    keys: BTreeMap<KeyId, Registered>,
    /// The same keys by what they take: the greatest is found without a look at each.
    sizes: BTreeSet<(usize, KeyId)>,
    bytes: usize,
}

struct Registered {
    /// Cloned only while the registry is locked: who sees no other clone then knows that nobody uses it.
    store: Arc<Mutex<KeyStore>>,
    /// What it takes, as it is part of the sum.
    counted: usize,
}

impl Registry {
    /// The store of a key, a new one if it has none.
    fn open(&mut self, key: KeyId) -> Arc<Mutex<KeyStore>> {
        if let Some(entry) = self.keys.get(&key) {
            return Arc::clone(&entry.store);
        }
        if self.keys.len() >= KEYS {
            self.forget_idle();
        }
        let store = Arc::default();
        self.keys.insert(key, Registered { store: Arc::clone(&store), counted: 0 });
        self.sizes.insert((0, key));
        store
    }

    /// Forgets the keys that store nothing. Each was put here once, so that this costs no more than that.
    fn forget_idle(&mut self) {
        let idle: Vec<KeyId> =
            self.sizes.iter().take_while(|(bytes, _)| *bytes == 0).map(|(_, key)| *key).collect();
        for key in idle {
            // One in use is about to store something.
            if self.keys.get(&key).is_some_and(|entry| Arc::strong_count(&entry.store) == 1) {
                drop(self.forget(key));
            }
        }
    }

    /// Takes a key out, for its store to be dropped when the registry is no longer locked.
    fn forget(&mut self, key: KeyId) -> Option<Registered> {
        let entry = self.keys.remove(&key)?;
        self.sizes.remove(&(entry.counted, key));
        self.bytes -= entry.counted;
        Some(entry)
    }

    /// The key that takes the most.
    fn greatest(&self) -> Option<(KeyId, Arc<Mutex<KeyStore>>)> {
        let (_, key) = self.sizes.last()?;
        self.keys.get(key).map(|entry| (*key, Arc::clone(&entry.store)))
    }

    /// Counts what a store takes now. One that was forgotten while it was used no longer counts.
    fn count(&mut self, key: KeyId, store: &Arc<Mutex<KeyStore>>, bytes: usize, is_new: bool) {
        let Some(entry) = self.keys.get_mut(&key).filter(|entry| Arc::ptr_eq(&entry.store, store)) else {
            return;
        };
        self.sizes.remove(&(entry.counted, key));
        self.sizes.insert((bytes, key));
        self.bytes = self.bytes - entry.counted + bytes;
        entry.counted = bytes;
        // Who else uses it, beside the registry and the one who counts, may store something yet.
        if is_new && Arc::strong_count(store) == 2 {
            drop(self.forget(key));
        }
    }
}

/// A key's store while it is locked. What it takes is counted when it is left, in a panic too.
struct Open<'a> {
    stores: &'a Stores,
    key: KeyId,
    store: &'a Arc<Mutex<KeyStore>>,
    locked: MutexGuard<'a, KeyStore>,
    /// What it took before.
    bytes: usize,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let (bytes, is_new) = (self.locked.bytes(), self.locked.is_new());
        if bytes != self.bytes || is_new {
            let mut registry = self.stores.registry();
            registry.count(self.key, self.store, bytes, is_new);
            self.stores.publish(&registry);
        }
    }
}

impl Stores {
    /// Reads or changes what a key stores, and drops what is too much then.
    pub(super) fn open<R>(&self, key: KeyId, with: impl FnOnce(&mut KeyStore) -> R) -> R {
        let store = self.registry().open(key);
        let result = with(&mut self.lock(key, &store).locked);
        drop(store);
        self.drop_oldest();
        result
    }

    /// Drops what the key that takes the most room stored first, until all fits: who stores little keeps
    /// it.
    fn drop_oldest(&self) {
        while self.is_too_much() {
            let Some((key, store)) = self.registry().greatest() else { return };
            let mut open = self.lock(key, &store);
            // Another thread may have dropped enough meanwhile.
            if self.is_too_much() {
                open.locked.drop_oldest();
            }
        }
    }

    /// Forgets what a key stores, or all keys. A request in flight ends with the store that it began with.
    pub(super) fn forget(&self, key: Option<KeyId>) {
        let mut registry = self.registry();
        let forgotten = match key {
            None => std::mem::take(&mut *registry).keys,
            Some(key) => registry.forget(key).map(|entry| (key, entry)).into_iter().collect(),
        };
        self.publish(&registry);
        // What is dropped may be much, and nobody has to wait for it.
        drop(registry);
        drop(forgotten);
    }

    /// What all keys take together.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn is_too_much(&self) -> bool {
        self.bytes() > BYTES
    }

    fn publish(&self, registry: &Registry) {
        self.bytes.store(registry.bytes, Ordering::Relaxed);
    }

    fn lock<'a>(&'a self, key: KeyId, store: &'a Arc<Mutex<KeyStore>>) -> Open<'a> {
        // A panic while it was locked lost at most what was being stored.
        let locked = store.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = locked.bytes();
        Open { stores: self, key, store, locked, bytes }
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // Nothing panics while it is locked.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
impl Stores {
    /// Sees that the sum is one, and that all keys are in order. Nobody uses one meanwhile.
    #[track_caller]
    pub(super) fn check(&self) {
        let registry = self.registry();
        let counted: usize = registry.keys.values().map(|entry| entry.counted).sum();
        assert_eq!((registry.bytes, self.bytes()), (counted, counted));
        let sizes: BTreeSet<_> = registry.keys.iter().map(|(key, entry)| (entry.counted, *key)).collect();
        assert_eq!(registry.sizes, sizes);
        for entry in registry.keys.values() {
            let store = entry.store.lock().unwrap_or_else(PoisonError::into_inner);
            assert_eq!(store.bytes(), entry.counted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::state::Conversation;
    use crate::state::State;
    use crate::state::StoredItem;
    use crate::store::Object as _;
    use std::panic::AssertUnwindSafe;

    const MEGABYTE: usize = 1024 * 1024;

    fn conversation(store: &mut KeyStore, bytes: usize) -> String {
        let id = format!("conv_{}", store.made("conversation"));
        let mut conversation = Conversation::sample(0, bytes);
        conversation.id.clone_from(&id);
        store.conversations.insert(conversation);
        id
    }

    fn held(state: &State, key: KeyId) -> Vec<String> {
        state.store(key, |store| store.conversations.iter().map(|one| one.id.clone()).collect())
    }

    fn bytes(state: &State) -> usize {
        state.stores.check();
        state.stores.bytes()
    }

    #[test]
    fn a_key_that_stores_nothing_goes_on_counting_beside_others() {
        let state = State::new(Config::default());
        let count = |key: &str| state.store(KeyId::of(key), |store| store.made("conversation"));
        assert_eq!((count("a"), count("b"), count("a"), count("b")), (1, 1, 2, 2));
    }

    #[test]
    fn the_oldest_of_the_greatest_goes() {
        let state = State::new(Config::default());
        let (small, large) = (KeyId::of("small"), KeyId::of("large"));
        state.store(small, |store| conversation(store, MEGABYTE));
        for _ in 0..70 {
            state.store(large, |store| conversation(store, MEGABYTE));
        }
        assert_eq!(held(&state, small), ["conv_1"]);
        let left = held(&state, large);
        assert_eq!((left.len(), left[0].as_str()), (62, "conv_9"));
        // One that is larger than all room does not stay, and takes all others of its key along.
        state.store(large, |store| conversation(store, 65 * MEGABYTE));
        assert!(held(&state, large).is_empty());
        assert_eq!(held(&state, small), ["conv_1"]);
        assert!(bytes(&state) < 2 * MEGABYTE);
    }

    #[test]
    fn what_grows_counts() {
        let state = State::new(Config::default());
        let key = KeyId::of("key");
        let id = state.store(key, |store| conversation(store, 10));
        let before = bytes(&state);
        let grow = |conversation: &mut Conversation| conversation.add(StoredItem::sample(1, 1000));
        state.store(key, |store| store.conversations.change(&id, grow));
        assert!(bytes(&state) > before + 1000);
        let before = bytes(&state);
        state.store(key, |store| assert_eq!(store.conversations.holding("item_1").count(), 1));
        assert!(bytes(&state) > before, "what items are found by is not free");
        state.store(key, |store| store.conversations.remove(&id));
        assert_eq!(bytes(&state), 0);
    }

    #[test]
    fn reset_forgets_one_key_or_all() {
        let state = State::new(Config::default());
        let keys = [KeyId::of("a"), KeyId::of("b")];
        for key in keys {
            state.store(key, |store| conversation(store, 10));
            state.clear(Some(key));
        }
        state.clear(None);
        state.reset_of(Some(keys[0]));
        assert_eq!((held(&state, keys[0]).len(), held(&state, keys[1]).len()), (0, 1));
        assert_eq!(state.store(keys[0], |store| conversation(store, 10)), "conv_1", "counts again from 1");
        assert_eq!(state.store(keys[1], |store| conversation(store, 10)), "conv_2");
        state.reset();
        assert!(keys.iter().all(|key| held(&state, *key).is_empty()));
        assert_eq!(bytes(&state), 0);
    }

    #[test]
    fn keys_without_objects_go_when_there_are_many() {
        let state = State::new(Config::default());
        let name = |number: usize| KeyId::of(&number.to_string());
        state.store(name(0), |store| conversation(store, 10));
        for number in 1..KEYS + 10 {
            state.store(name(number), |store| store.made("conversation"));
            state.store(name(number + KEYS), |_| ());
        }
        assert!(state.stores.registry().keys.len() < 100);
        assert_eq!(held(&state, name(0)), ["conv_1"]);
    }

    #[test]
    fn a_key_that_is_in_use_is_not_forgotten_for_being_idle() {
        let mut registry = Registry::default();
        let key = KeyId::of("key");
        let used = registry.open(key);
        registry.forget_idle();
        assert!(Arc::ptr_eq(&registry.open(key), &used));
        let other = registry.open(key);
        registry.count(key, &other, 0, true);
        drop(other);
        assert!(Arc::ptr_eq(&registry.open(key), &used));
        drop(used);
        registry.forget_idle();
        assert!(registry.keys.is_empty() && registry.sizes.is_empty());
    }

    #[test]
    fn a_panic_loses_neither_the_lock_nor_the_count() {
        let state = State::new(Config::default());
        let key = KeyId::of("key");
        let panics = || {
            state.store(key, |store| {
                let id = conversation(store, 1000);
                store.conversations.change(&id, |conversation| {
                    conversation.add(StoredItem::sample(1, 1000));
                    panic!("on purpose");
                })
            })
        };
        assert!(std::panic::catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert!(bytes(&state) > 1000);
        assert_eq!(state.store(key, |store| conversation(store, 10)), "conv_2");
        state.store(key, |store| while store.conversations.remove_oldest().is_some() {});
        assert_eq!(bytes(&state), 0);
    }

    #[test]
    fn a_reset_forgets_what_a_request_in_flight_still_writes() {
        let state = State::new(Config::default());
        let (key, other) = (KeyId::of("key"), KeyId::of("other"));
        for reset in [Some(key), None] {
            state.store(other, |store| conversation(store, 10));
            state.store(key, |store| {
                conversation(store, 10);
                // Waits for no key's lock, and other keys go on meanwhile; so does the next request.
                state.reset_of(reset);
                assert_eq!(held(&state, other).len(), usize::from(reset.is_some()));
                assert_eq!(state.store(key, |store| conversation(store, 10)), "conv_1");
                conversation(store, MEGABYTE);
            });
            assert_eq!(held(&state, key), ["conv_1"]);
            assert!(bytes(&state) < 2000);
            state.reset();
        }
    }

    #[test]
    fn keys_that_are_used_at_once_keep_within_the_bound() {
        let state = State::new(Config::default());
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let state = &state;
                scope.spawn(move || {
                    for round in 0..60 {
                        let key = KeyId::of(&(round % 3).to_string());
                        state.store(key, |store| conversation(store, MEGABYTE));
                        if (round, thread) == (30, 0) {
                            state.reset_of(Some(key));
                        }
                    }
                });
            }
        });
        let left = bytes(&state);
        assert!((BYTES - 6 * MEGABYTE..=BYTES).contains(&left), "{left}");
        state.reset();
        assert_eq!(bytes(&state), 0);
    }
}
