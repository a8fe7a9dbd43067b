//! Words in both languages. A word that one of them lacks does not compile.

/// A table of words: a struct with a text for each key, and `of(language)`.
#[macro_export]
macro_rules! translations {
    ($(#[$doc:meta])* $vis:vis $name:ident { $($key:ident: $english:literal, $italian:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        $vis struct $name { $(#[doc = $english] $vis $key: &'static str,)+ }

        impl $name {
            const ENGLISH: Self = Self { $($key: $english,)+ };
            const ITALIAN: Self = Self { $($key: $italian,)+ };

            /// The words of `language`.
            $vis fn of(language: $crate::web::Language) -> &'static Self {
                match language {
                    $crate::web::Language::English => &Self::ENGLISH,
                    $crate::web::Language::Italian => &Self::ITALIAN,
                }
            }
        }
    };
}

translations! {
    /// The words of every page.
    pub Words {
        skip: "Skip to content", "Vai al contenuto";
        navigation: "Main", "Principale";
        sign_in: "Sign in", "Accedi";
        sign_out: "Sign out", "Esci";
        language: "Language", "Lingua";
        appearance: "Appearance", "Aspetto";
        automatic: "Like the system", "Come il sistema";
        light: "Light", "Chiaro";
        dark: "Dark", "Scuro";
        home: "Back to the start", "Torna all’inizio";
        cancel: "Cancel", "Annulla";
        newer: "Newer", "Più recenti";
        older: "Older", "Meno recenti";
        marked: "Check what is marked below", "Controlla quello che è segnato qui sotto";
        quote: "If you ask for help, quote", "Se chiedi aiuto, cita";
    }
}
