use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, SymbolsId,
    accounts::Role,
    builds::Warning,
    symbols::{SymbolId, SymbolKind, Symbols},
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{access::Actor, app::Addresses, inspect};

/// Symbols as the database has them.
pub(in crate::builds) struct Row {
    pub(in crate::builds) id: SymbolsId,
    build_id: BuildId,
    app_id: AppId,
    pub(super) kind: SymbolKind,
    size: i64,
    pub(super) sha256: Vec<u8>,
    pub(super) file_name: String,
    ids: Json<Vec<SymbolId>>,
    /// The UUID of the build's executable.
    executable: Option<String>,
    created_at: DateTime<Utc>,
}

impl Row {
    /// The symbols as they are told.
    pub(in crate::builds) fn shown(self, addresses: &Addresses) -> Symbols {
        let ids = self.ids.0;
        let executable = self.executable.filter(|_| self.kind == SymbolKind::Dsym);
        let matches = executable.as_ref().map(|uuid| ids.iter().any(|id| id.uuid == *uuid));
        let mut warnings = Vec::new();
        if let (Some(false), Some(uuid)) = (matches, &executable) {
            let code = "symbols-do-not-match".to_owned();
            let detail = format!(
                "The executable of the build has the UUID {uuid}, which is not among these: they are the symbols of another one, and crashes of this build cannot be read with them."
            );
            warnings.push(Warning { code, detail });
        }
        Symbols {
            download_url: addresses.symbols(self.build_id.0, self.id.0),
            id: self.id,
            build_id: self.build_id,
            app_id: self.app_id,
            kind: self.kind,
            size: self.size,
            file_name: self.file_name,
            ids,
            matches,
            warnings,
            created_at: self.created_at,
        }
    }
}

/// What is written about new symbols.
pub(super) struct NewSymbols<'a> {
    pub(super) id: SymbolsId,
    pub(super) build: BuildId,
    pub(super) account: AccountId,
    pub(super) found: &'a inspect::Symbols,
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
    pub(super) file_name: &'a str,
}

/// Inserts them; false if the build has the same file already.
pub(super) async fn insert(conn: &mut PgConnection, new: &NewSymbols<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "insert into symbols (id, build_id, kind, size, sha256, file_name, uploaded_by)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict on constraint symbols_build_id_sha256_key do nothing",
        new.id.0,
        new.build.0,
        new.found.kind.as_str(),
        i64::try_from(new.size).unwrap_or(i64::MAX),
        new.sha256.as_slice(),
        new.file_name,
        new.account.0,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for id in &new.found.ids {
        sqlx::query!(
            "insert into symbol_ids (symbols_id, uuid, name, architecture) values ($1, $2, $3, $4)
             on conflict do nothing",
            new.id.0,
            id.uuid,
            id.name,
            id.architecture,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(true)
}

/// The symbols of a build, newest first.
pub(in crate::builds) async fn of_build(
    conn: &mut PgConnection,
    build: BuildId,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.build_id, b.app_id, s.kind, s.size, s.sha256, s.file_name, s.created_at,
                  b.details->>'executable_uuid' as executable,
                  coalesce((select jsonb_agg(jsonb_build_object('uuid', i.uuid, 'name', i.name,
                                'architecture', i.architecture) order by i.name, i.uuid)
                   from symbol_ids i where i.symbols_id = s.id), '[]') as "ids!: Json<Vec<SymbolId>>"
           from symbols s join builds b on b.id = s.build_id
           where s.build_id = $1 order by s.id desc"#,
        build.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// The symbols that are found by `uuid`, in the apps that the actor develops, newest first.
pub(super) async fn named(
    conn: &mut PgConnection,
    (actor, only): (Actor, Option<AppId>),
    uuid: &str,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.build_id, b.app_id, s.kind, s.size, s.sha256, s.file_name, s.created_at,
                  b.details->>'executable_uuid' as executable,
                  coalesce((select jsonb_agg(jsonb_build_object('uuid', i.uuid, 'name', i.name,
                                'architecture', i.architecture) order by i.name, i.uuid)
                   from symbol_ids i where i.symbols_id = s.id), '[]') as "ids!: Json<Vec<SymbolId>>"
           from symbol_ids n join symbols s on s.id = n.symbols_id
           join builds b on b.id = s.build_id
           where n.uuid = $1 and ($2::uuid is null or b.app_id = $2)
             and ($3 or exists (select 1 from app_members m
                                where m.app_id = b.app_id and m.account_id = $4
                                  and m.role <> 'tester'))
           order by s.id desc limit 100"#,
        uuid,
        only.map(|only| only.0),
        actor.role == Role::Admin,
        actor.account.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

pub(super) async fn delete(conn: &mut PgConnection, id: SymbolsId) -> Result<bool> {
    let done = sqlx::query!("delete from symbols where id = $1", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Those of `ids` that are no symbols.
pub(super) async fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let unknown = sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as stored (id)
           where not exists (select 1 from symbols s where s.id = stored.id)"#,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(unknown)
}
