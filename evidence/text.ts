/** Languages of a checklist: `es` is the document's own text. */
export type Language = "es" | "en";

/** A text in every language of a checklist. */
export type Text = Readonly<Record<Language, string>>;
