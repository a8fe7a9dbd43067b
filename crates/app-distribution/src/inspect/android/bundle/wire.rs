//! The wire format of protocol buffers, as far as it takes to walk through messages.

/// The bytes of a message.
#[derive(Clone, Copy)]
pub(super) struct Message<'a>(&'a [u8]);

/// The fields of a message with their numbers; whatever is malformed ends them.
pub(super) struct Fields<'a>(&'a [u8]);

/// The value of a field.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Word(u32),
}

impl<'a> Message<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn fields(self) -> Fields<'a> {
        Fields(self.0)
    }

    /// The first field with this number that is a message, a text or bytes.
    pub(super) fn get(self, number: u64) -> Option<&'a [u8]> {
        self.fields().find_map(|(known, field)| match field {
            Field::Bytes(bytes) if known == number => Some(bytes),
            _ => None,
        })
    }

    /// The message in the first field with this number.
    pub(super) fn message(self, number: u64) -> Option<Self> {
        self.get(number).map(Self)
    }

    /// All messages in fields with this number.
    pub(super) fn messages(self, number: u64) -> impl Iterator<Item = Self> {
        self.fields().filter_map(move |(known, field)| match field {
            Field::Bytes(bytes) if known == number => Some(Self(bytes)),
            _ => None,
        })
    }

    /// The number in a field; the first, and 0 if there is none, as the format has it.
    pub(super) fn number(self, number: u64) -> u32 {
        let found = self.fields().find_map(|(known, field)| match field {
            Field::Number(value) if known == number => Some(value),
            _ => None,
        });
        u32::try_from(found.unwrap_or_default() & 0xffff_ffff).expect("masked")
    }

    pub(super) fn text(self, number: u64) -> Option<String> {
        let bytes = self.get(number)?;
        let bytes = &bytes[..bytes.len().min(super::MAX_TEXT)];
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut number: u64 = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self, len: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(len).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<(u64, Field<'a>)> {
        let tag = self.varint()?;
        let field = match tag & 7 {
            0 => Field::Number(self.varint()?),
            1 => Field::Bytes(self.bytes(8)?),
            2 => {
                let len = self.varint()?;
                Field::Bytes(self.bytes(len)?)
            }
            5 => {
                let (word, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Field::Word(u32::from_le_bytes(*word))
            }
            _ => return None,
        };
        Some((tag >> 3, field))
    }
}
