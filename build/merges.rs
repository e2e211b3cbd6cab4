//! From a vocabulary as a list of byte strings to the table of its merges.

use crate::layout::BYTES;
use crate::layout::ENTRY_BYTES;
use crate::layout::ID_BITS;
use crate::layout::STRIDE;
use crate::layout::even_start;
use crate::layout::hash;
use crate::layout::pair;
use std::collections::HashMap;
use tiktoken_rs::CoreBPE;

/// The bytes of every ordinary token. Special tokens have higher ids, after a gap.
pub(crate) fn tokens(encoding: &CoreBPE) -> Vec<Vec<u8>> {
    (0..).map_while(|id| encoding.decode_bytes(&[id]).ok()).collect()
}

pub(crate) struct Table {
    pub(crate) merges: Vec<u8>,
    pub(crate) buckets: Vec<u8>,
    pub(crate) back: Vec<u8>,
}

pub(crate) fn table(tokens: &[Vec<u8>], bucket_bits: u32) -> Result<Table, String> {
    let ranks: Ranks<'_> = tokens.iter().map(Vec::as_slice).zip(0..).collect();
    if ranks.len() != tokens.len() || tokens.len() >> ID_BITS != 0 {
        return Err(format!("{} tokens, of which {} differ", tokens.len(), ranks.len()));
    }
    if tokens[..BYTES as usize].iter().any(|token| token.len() != 1) {
        return Err("the first tokens are not the single bytes".to_owned());
    }
    let mut entries = Vec::with_capacity(tokens.len());
    for (token, id) in tokens.iter().zip(0..).skip(BYTES as usize) {
        // An encoder takes a whole piece for a token before it merges anything. It need not where,
        // as here, merging makes every token anyway.
        let (left, right) =
            last_merge(token, &ranks).ok_or_else(|| format!("no merges make token {id}, {token:?}"))?;
        if pair(hash(left, right)) != (left, right) {
            return Err(format!("the pair {left}, {right} cannot be had back from its hash"));
        }
        entries.push((hash(left, right), id));
    }
    entries.sort_unstable();
    write(&entries, bucket_bits)
}

type Ranks<'t> = HashMap<&'t [u8], u32>;

/// The two parts that the encoding of a token's bytes has left before it joins them. What happens
/// between two places of a text that no merge crosses does not depend on what is outside, so any text
/// that comes to have this token makes it of these two.
fn last_merge(token: &[u8], ranks: &Ranks<'_>) -> Option<(u32, u32)> {
    let mut ends: Vec<usize> = (0..=token.len()).collect();
    while ends.len() > 3 {
        let joined = |at: &usize| ranks.get(&token[ends[*at]..ends[at + 2]]);
        let (_, at) = (0..ends.len() - 2).filter_map(|at| Some((joined(&at)?, at))).min()?;
        ends.remove(at + 1);
    }
    Some((*ranks.get(&token[..ends[1]])?, *ranks.get(&token[ends[1]..])?))
}

/// Takes pairs of hash and id in the order of the hashes.
fn write(entries: &[(u64, u32)], bucket_bits: u32) -> Result<Table, String> {
    let rest_bits = 2 * ID_BITS - bucket_bits;
    let mut table = Table { merges: Vec::new(), buckets: Vec::new(), back: Vec::new() };
    for (hash, id) in entries {
        let rest = hash & ((1 << rest_bits) - 1);
        let entry = rest << ID_BITS | u64::from(*id);
        if entry >> (8 * ENTRY_BYTES) != 0 {
            return Err(format!("an entry needs more than {ENTRY_BYTES} bytes"));
        }
        table.merges.extend(&entry.to_le_bytes()[..ENTRY_BYTES]);
    }
    for bucket in 0..=1 << bucket_bits {
        let start = entries.partition_point(|(hash, _)| hash >> rest_bits < bucket as u64);
        let off = start.wrapping_sub(even_start(bucket, bucket_bits, entries.len())).cast_signed();
        let off = i16::try_from(off).map_err(|_| format!("bucket {bucket} starts {off} off"))?;
        table.buckets.extend(off.to_le_bytes());
    }
    for position in back(entries) {
        table.back.extend(&u32::try_from(position).map_err(|error| error.to_string())?.to_le_bytes()[..3]);
    }
    Ok(table)
}

/// A table leads from a position to an id. As both are numbers below the same bound, that makes
/// cycles, on which whoever goes far enough comes from an id to its position. This shortens the way:
/// for every position that is a multiple of the stride, the one before it on its cycle.
fn back(entries: &[(u64, u32)]) -> Vec<usize> {
    let next = |position: usize| (entries[position].1 - BYTES) as usize;
    let mut back = vec![0; entries.len().div_ceil(STRIDE)];
    for start in (0..entries.len()).step_by(STRIDE) {
        let mut position = next(start);
        while position % STRIDE != 0 {
            position = next(position);
        }
        back[position / STRIDE] = start;
    }
    back
}
