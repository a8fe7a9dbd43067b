//! What our pages say of values in forms that were not accepted.

use securevox_core::web::FieldWords;

/// What our pages say of values in forms that were not accepted.
pub(crate) const VALUES: &[FieldWords] = &[
    said("is too long", "è troppo lungo"),
    said(
        "must be an identifier like com.example.app",
        "deve essere un identificatore come com.example.app",
    ),
    said(
        "The request says {}, and the package says {}.",
        "La richiesta indica {}, ma il pacchetto dice {}.",
    ),
    said(
        "The request says {}, and the package is for {}.",
        "La richiesta indica {}, ma il pacchetto è per {}.",
    ),
    said("must be a time like {}", "deve essere una data con un’ora, come {}"),
    said("must be of the years 1970 to 9999", "deve essere tra gli anni 1970 e 9999"),
    said("must be true or false", "deve essere true o false"),
    said("must be an https:// address", "deve essere un indirizzo https://"),
    said("must be at least {}", "deve essere almeno {}"),
    said("must be 1 to {}", "deve essere tra 1 e {}"),
    said("is needed: the app has none yet", "serve: l’app non ne ha ancora una"),
    said("is needed: say which channel", "serve: scrivi quale canale"),
    said("there is no account with this handle", "non c’è nessun account con questo nome"),
    said("must hold 1 to {} addresses", "servono da 1 a {} indirizzi email"),
    said(
        "“{}” is not an address like ada@example.org",
        "«{}» non è un indirizzo come ada@example.org",
    ),
    said(
        "must have a name of 100 characters at most",
        "deve avere un nome di 100 caratteri al massimo",
    ),
    said("must be a domain like example.org", "deve essere un dominio come example.org"),
    said("must be a URL like {}", "deve essere un URL come {}"),
    said("must begin with https:// or http://", "deve iniziare con https:// o http://"),
    said("must begin with https://", "deve iniziare con https://"),
    said("must hold no user name and no password", "non può contenere nome utente e password"),
    said("must use port 443 or one above 1023", "deve usare la porta 443 o una sopra la 1023"),
    said(
        "leads to an address that is not open to the Internet",
        "porta a un indirizzo che non è aperto a Internet",
    ),
    said("must name at least one", "scegline almeno uno"),
    said("must be sent once", "va inviato una volta sola"),
    said(
        "must be letters, digits, hyphens and underscores, 80 at most",
        "deve avere al massimo 80 lettere, cifre, trattini e trattini bassi",
    ),
    said("is missing: send the symbols as this field", "manca: scegli il file dei simboli"),
    said("is missing: send the package as this field", "manca: scegli il pacchetto"),
    said(
        "is missing: say something, rate it, or send a screenshot",
        "manca: scrivi qualcosa, dai un voto o invia uno screenshot",
    ),
    said("must be UTF-8 text", "deve essere testo UTF-8"),
];

pub(super) const fn said(english: &'static str, italian: &'static str) -> FieldWords {
    FieldWords { english, italian }
}
