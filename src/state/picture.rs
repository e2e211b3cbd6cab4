//! The file of a picture whose address was told, where it cannot be drawn from the address again.

use crate::store::Object;
use std::sync::Arc;

/// It is found by its name, which follows from the file: whoever tells the same one tells the same address.
pub(crate) struct StoredPicture {
    pub(crate) name: String,
    pub(crate) file: Arc<[u8]>,
}

impl Object for StoredPicture {
    fn id(&self) -> &str {
        &self.name
    }

    fn size(&self) -> usize {
        size_of::<StoredPicture>() + self.name.len() + self.file.len()
    }

    #[cfg(test)]
    fn sample(number: usize, bytes: usize) -> StoredPicture {
        StoredPicture { name: number.to_string(), file: vec![0; bytes].into() }
    }
}
