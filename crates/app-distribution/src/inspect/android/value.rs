//! The values that attributes and resources have, in both of their formats.

use std::io::{Read, Seek};

use super::super::bytes::Blob;
use super::super::{InspectError, text};
use super::strings::StringPool;

/// A value of an attribute or of a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    #[default]
    Absent,
    Text(String),
    /// Numbers, booleans and colours.
    Number(i32),
    Float(f32),
    /// A length in whatever unit.
    Dimension(f32),
    /// A part of the whole.
    Fraction(f32),
    Reference(u32),
}

impl Value {
    const REFERENCE: u8 = 0x01;
    const STRING: u8 = 0x03;
    const FLOAT: u8 = 0x04;
    const DIMENSION: u8 = 0x05;
    const FRACTION: u8 = 0x06;
    const DYNAMIC_REFERENCE: u8 = 0x07;
    const FIRST_INT: u8 = 0x10;
    const LAST_INT: u8 = 0x1f;

    /// From a `Res_value`: its type, its data, and the pool that strings are in.
    pub(super) fn read<R: Read + Seek>(
        blob: &mut Blob<'_, R>,
        pool: Option<&StringPool>,
        kind: u8,
        data: u32,
    ) -> Result<Self, InspectError> {
        Ok(match (kind, pool) {
            (Self::STRING, Some(pool)) => pool.get(blob, data)?.map_or(Self::Absent, Self::Text),
            _ => Self::of(kind, data),
        })
    }

    /// From type and data, where it is no string.
    pub(super) fn of(kind: u8, data: u32) -> Self {
        match kind {
            Self::REFERENCE | Self::DYNAMIC_REFERENCE => Self::Reference(data),
            Self::FIRST_INT..=Self::LAST_INT => Self::Number(data.cast_signed()),
            Self::FLOAT => Self::Float(f32::from_bits(data)),
            Self::DIMENSION => Self::Dimension(complex(data)),
            Self::FRACTION => Self::Fraction(complex(data)),
            _ => Self::Absent,
        }
    }

    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => text::clean(&text),
            Self::Number(number) => Some(number.to_string()),
            // A "1.0" that was compiled as a number: `Debug` keeps its fraction, as Java does.
            Self::Float(number) => Some(format!("{number:?}")),
            Self::Absent | Self::Dimension(_) | Self::Fraction(_) | Self::Reference(_) => None,
        }
    }

    /// Whether it means "yes"; nothing if it means neither.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Number(number) => Some(*number != 0),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f32> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "drawings are small")]
            Self::Number(number) => Some(*number as f32),
            Self::Float(number) | Self::Dimension(number) | Self::Fraction(number) => Some(*number),
            _ => None,
        }
        .filter(|number| number.is_finite())
    }
}

/// A number with 24 bits and the place of its point, above a unit in four bits.
fn complex(data: u32) -> f32 {
    let scale = match data >> 4 & 3 {
        0 => 1.0,
        1 => 1.0 / f32::from(1_u8 << 7),
        2 => 1.0 / f32::from(1_u16 << 15),
        _ => 1.0 / 8_388_608.0,
    };
    let digits = data.cast_signed() >> 8;
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
    let digits = digits as f32;
    digits * scale
}
