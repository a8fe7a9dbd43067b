//! Hashing all of a file but its signing block, with flat memory.

use std::io::{Read, Seek};

use aws_lc_rs::digest::{self, Context, Digest};

use super::super::super::InspectError;
use super::super::super::bytes::blame;
use super::super::super::zip::{Archive, Layout};
use super::BadSignature;
use super::algorithm::Content;

const CHUNK: u64 = 1024 * 1024;
const VERITY_BLOCK: usize = 4096;
const VERITY_SALT: [u8; 8] = [0; 8];
/// Where the end record says where the table of contents begins.
const DIRECTORY_FIELD: usize = 16;

/// The three parts of the file that are signed; each kind of hash is made once.
pub(super) struct Contents<'a, R> {
    archive: &'a mut Archive<R>,
    layout: Layout,
    block: u64,
    known: Vec<(Content, Vec<u8>)>,
}

impl<'a, R: Read + Seek> Contents<'a, R> {
    pub(super) fn new(archive: &'a mut Archive<R>, block: u64) -> Self {
        let layout = archive.layout();
        Self { archive, layout, block, known: Vec::new() }
    }

    pub(super) fn digest(&mut self, kind: Content) -> Result<Vec<u8>, InspectError> {
        if let Some((_, digest)) = self.known.iter().find(|(known, _)| *known == kind) {
            return Ok(digest.clone());
        }
        let digest = match kind {
            Content::Sha256 => self.in_chunks(&digest::SHA256)?,
            Content::Sha512 => self.in_chunks(&digest::SHA512)?,
            Content::Verity => self.verity()?,
        };
        self.known.push((kind, digest.clone()));
        Ok(digest)
    }

    fn in_chunks(&mut self, hash: &'static digest::Algorithm) -> Result<Vec<u8>, InspectError> {
        let end = self.end_record()?;
        let lens = [self.block, self.directory_len(), end.len() as u64];
        let chunks: u64 = lens.iter().map(|len| len.div_ceil(CHUNK)).sum();
        let chunks = u32::try_from(chunks).map_err(|_| BadSignature::Block)?;
        let mut top = Context::new(hash);
        top.update(&[0x5a]);
        top.update(&chunks.to_le_bytes());
        let mut hash_chunk = |chunk: &[u8]| {
            let mut context = Context::new(hash);
            context.update(&[0xa5]);
            let len = u32::try_from(chunk.len()).expect("a chunk is a mebibyte");
            context.update(&len.to_le_bytes());
            context.update(chunk);
            top.update(context.finish().as_ref());
        };
        self.each_chunk(0, self.block, &mut hash_chunk)?;
        self.each_chunk(self.layout.directory, self.directory_len(), &mut hash_chunk)?;
        end.chunks(usize::try_from(CHUNK).expect("a mebibyte")).for_each(hash_chunk);
        Ok(top.finish().as_ref().to_vec())
    }

    /// The root of a tree of hashes of 4096 bytes each, and how much was hashed.
    fn verity(&mut self) -> Result<Vec<u8>, InspectError> {
        if !self.block.is_multiple_of(VERITY_BLOCK as u64) {
            return Err(BadSignature::Block.into());
        }
        let end = self.end_record()?;
        let mut tree = Tree::default();
        self.each_chunk(0, self.block, &mut |chunk| tree.write(chunk))?;
        let directory_len = self.directory_len();
        self.each_chunk(self.layout.directory, directory_len, &mut |chunk| tree.write(chunk))?;
        tree.write(&end);
        let total = self.block + directory_len + end.len() as u64;
        Ok([tree.root().as_ref(), &total.to_le_bytes()].concat())
    }

    fn directory_len(&self) -> u64 {
        self.layout.directory_end - self.layout.directory
    }

    /// The end record as if there were no block between contents and their table.
    fn end_record(&mut self) -> Result<Vec<u8>, InspectError> {
        let len = self.archive.source().len() - self.layout.end_record;
        let mut record = vec![0; usize::try_from(len).expect("a record and a short comment")];
        let broken = BadSignature::Block.rejection();
        self.archive.source().read(self.layout.end_record, &mut record, &broken)?;
        let block = u32::try_from(self.block).map_err(|_| BadSignature::Block)?;
        record[DIRECTORY_FIELD..DIRECTORY_FIELD + 4].copy_from_slice(&block.to_le_bytes());
        Ok(record)
    }

    fn each_chunk(
        &mut self,
        start: u64,
        len: u64,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<(), InspectError> {
        let broken = BadSignature::Block.rejection();
        let blame = |error| blame(error, &broken);
        let mut range = self.archive.source().range(start, len).map_err(blame)?;
        let mut buffer = vec![0; usize::try_from(CHUNK.min(len)).expect("a mebibyte")];
        let mut left = len;
        while left > 0 {
            let now = usize::try_from(CHUNK.min(left)).expect("a mebibyte");
            range.read_exact(&mut buffer[..now]).map_err(blame)?;
            visit(&buffer[..now]);
            left -= now as u64;
        }
        Ok(())
    }
}

/// A tree of hashes that is built as the data goes by: of each level only the open block is kept.
#[derive(Default)]
struct Tree {
    data: Vec<u8>,
    levels: Vec<Vec<u8>>,
}

impl Tree {
    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let now = bytes.len().min(VERITY_BLOCK - self.data.len());
            let (head, rest) = bytes.split_at(now);
            self.data.extend_from_slice(head);
            bytes = rest;
            if self.data.len() == VERITY_BLOCK {
                self.close_data();
            }
        }
    }

    fn close_data(&mut self) {
        let hash = hash_block(&mut self.data);
        self.push(0, hash.as_ref());
    }

    /// A full block is closed when the next hash comes: the last one may be the root's.
    fn push(&mut self, level: usize, hash: &[u8]) {
        if self.levels.len() == level {
            self.levels.push(Vec::with_capacity(VERITY_BLOCK));
        }
        if self.levels[level].len() == VERITY_BLOCK {
            let up = hash_block(&mut self.levels[level]);
            self.push(level + 1, up.as_ref());
        }
        self.levels[level].extend_from_slice(hash);
    }

    fn root(mut self) -> Digest {
        if !self.data.is_empty() {
            self.close_data();
        }
        let mut level = 0;
        while level + 1 < self.levels.len() {
            let up = hash_block(&mut self.levels[level]);
            self.push(level + 1, up.as_ref());
            level += 1;
        }
        let mut top = self.levels.pop().unwrap_or_default();
        hash_block(&mut top)
    }
}

/// The hash of a block filled up with zeros, which is emptied.
fn hash_block(block: &mut Vec<u8>) -> Digest {
    block.resize(VERITY_BLOCK, 0);
    let mut context = Context::new(&digest::SHA256);
    context.update(&VERITY_SALT);
    context.update(block);
    block.clear();
    context.finish()
}
