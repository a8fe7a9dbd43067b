//! Tables for spreadsheets, which strangers have written in: CSV (RFC 4180) that calculates nothing.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

/// The columns of a table, and what stands in them: a name, and the text of its cell in a row.
pub(crate) type Columns<'a, T> = &'a [(&'static str, fn(&T) -> String)];

/// A file to be saved as `file_name`, with a line for each of `rows`.
pub(crate) fn file<T>(file_name: &str, columns: Columns<'_, T>, rows: &[T]) -> Response {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{file_name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition.expect("our names of files are plain")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, table(columns, rows)).into_response()
}

fn table<T>(columns: Columns<'_, T>, rows: &[T]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut table = names.join(",") + "\r\n";
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|(_, text)| cell(&text(row))).collect();
        table += &cells.join(",");
        table += "\r\n";
    }
    table
}

/// A cell. A spreadsheet would calculate what begins like a formula: an apostrophe before it says
/// that it is a text.
fn cell(text: &str) -> String {
    let calculates = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let guard = if calculates { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_calculated() {
        for text in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", " =1", "\n=1", "＝1"] {
            assert_eq!(cell(text), format!("\"'{text}\""));
        }
        assert_eq!(cell("It \"works\", mostly"), "\"It \"\"works\"\", mostly\"");
        assert_eq!(cell(""), "\"\"");
    }

    #[test]
    fn a_table_has_a_line_for_each_row() {
        let columns: Columns<'_, u8> =
            &[("number", ToString::to_string), ("twice", |number| (number * 2).to_string())];
        assert_eq!(table(columns, &[1, 2]), "number,twice\r\n\"1\",\"2\"\r\n\"2\",\"4\"\r\n");
        assert_eq!(table(columns, &[]), "number,twice\r\n");
    }
}
